"""Functions as shown forms: application one argument at a time, lambda, composition, D, tuples; quantities of an example."""

from __future__ import annotations

from dataclasses import dataclass

from symbackprop.derive.shown import Bracketed, Like, Shown, Symbol, shown


@dataclass(frozen=True, slots=True)
class Apply(Shown):
    """f a, read to the left: f a b is (f a) b."""

    function: Shown
    argument: Shown


@dataclass(frozen=True, slots=True)
class Lambda(Shown):
    """lambda v. body; several variables in `names` with `pair` take a tuple, as in lambda (x, y). x + y."""

    names: tuple[str, ...]
    body: Shown
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Compose(Shown):
    """f o g o h: the last is applied first."""

    parts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Pointwise(Shown):
    """f . g: the function whose value is the product of the values."""

    parts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Operator(Shown):
    """D, which maps a function of one number to its derivative; nabla, to the tuple of its partial derivatives."""

    name: str


@dataclass(frozen=True, slots=True)
class Tuple(Shown):
    """(x, y, ...)."""

    items: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Dot(Shown):
    """The dot product of two tuples."""

    left: Shown
    right: Shown


@dataclass(frozen=True, slots=True)
class Example(Shown):
    """A quantity of one training example, marked by a superscript in brackets: o of example d."""

    of: Symbol
    example: str


D = Operator("D")
NABLA = Operator("nabla")


def apply(function: Shown, *arguments: Like) -> Shown:
    """f a b ...

    >>> apply(Symbol("f"), Symbol("p"), 2) == Apply(Apply(Symbol("f"), Symbol("p")), shown(2))
    True
    """
    for each in arguments:
        function = Apply(function, shown(each))
    return function


def compose(*parts: Shown) -> Shown:
    """f o g o ...; one function is itself."""
    return parts[0] if len(parts) == 1 else Compose(parts)


def function(names: str, body: Shown) -> Lambda:
    """lambda v. body, the names of the variables separated by spaces."""
    return Lambda(tuple(names.split()), body)


def at(function: Shown, argument: Like) -> Apply:
    """f(x): the same as f x, written with brackets."""
    return Apply(function, Bracketed(shown(argument), "("))
