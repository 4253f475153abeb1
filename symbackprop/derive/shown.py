"""The shown form: a light tree in the order a person writes, (d - o) o (1 - o), with quantities instead of letters.

A leaf is a Quantity of a net (the output of unit u1_2, the delta of unit j of layer l) or a free Symbol (x, y, alpha). Which
letter a quantity gets is the notation's affair, so one derivation prints in every notation. What the tree means is
decided in `meaning.py`; nothing here is ever reordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Union


class Shown:
    """Anything that stands in a formula; the operators build trees in writing order and simplify nothing.

    >>> d, o = Symbol("d"), Symbol("o")
    >>> (d - o) * o == Product((Sum((d, o), (1, -1)), o))
    True
    """

    __slots__ = ()

    def __add__(self, other: Like) -> Shown:
        return _sum(self, shown(other), 1)

    def __sub__(self, other: Like) -> Shown:
        return _sum(self, shown(other), -1)

    def __rsub__(self, other: Like) -> Shown:
        return _sum(shown(other), self, -1)

    def __radd__(self, other: Like) -> Shown:
        return _sum(shown(other), self, 1)

    def __mul__(self, other: Like) -> Shown:
        return _product(self, shown(other))

    def __rmul__(self, other: Like) -> Shown:
        return _product(shown(other), self)

    def __truediv__(self, other: Like) -> Shown:
        return Quotient(self, shown(other))

    def __rtruediv__(self, other: Like) -> Shown:
        return Quotient(shown(other), self)

    def __pow__(self, exponent: Like) -> Shown:
        return Power(self, shown(exponent))

    def __neg__(self) -> Shown:
        return Sum((self,), (-1,))

    def children(self) -> Iterator[Shown]:
        """The shown forms directly below this one."""
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Shown):
                    yield each
                elif isinstance(each, tuple):
                    yield from (item for item in each if isinstance(item, Shown))

    def walk(self) -> Iterator[Shown]:
        """This form and everything below it."""
        yield self
        for each in self.children():
            yield from each.walk()


Like = Union[Shown, int, Fraction]  # noqa: UP007  (Shown is defined above at run time only)


def shown(value: Like) -> Shown:
    """`value` as a shown form: numbers become Number."""
    return value if isinstance(value, Shown) else Number(Fraction(value))


@dataclass(frozen=True, slots=True)
class Number(Shown):
    value: Fraction
    digits: int | None = None  # shown as a decimal with so many places; the value stays exact


@dataclass(frozen=True, slots=True)
class Symbol(Shown):
    """A free letter with an optional subscript, the same in every notation."""

    name: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Quantity(Shown):
    """Something a net has. `name` says which: a unit, an input, a parameter.

    kinds: input, output, net_input, slope, delta (of units); incoming (what a source brings into the unit `at`);
    weight, bias, parameter; target; cost; rate; one.
    """

    kind: str
    name: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Generic(Shown):
    """A quantity at a layer and indices that are letters: delta of unit j of layer l; no indices is the whole vector."""

    kind: str
    layer: str = "l"
    indices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum(Shown):
    terms: tuple[Shown, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product(Shown):
    """Factors side by side; `by` is the sign between them: "" (juxtaposed), "times", "odot", or "factors"
    (the notation's own sign between the factors of a chain)."""

    factors: tuple[Shown, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Quotient(Shown):
    top: Shown
    bottom: Shown


@dataclass(frozen=True, slots=True)
class Power(Shown):
    base: Shown
    exponent: Shown


@dataclass(frozen=True, slots=True)
class Partial(Shown):
    """d what / d by; `operator` writes it in front of `what`; `total` writes an upright-habit d instead of a partial sign."""

    what: Shown
    by: Shown
    operator: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Applied(Shown):
    """A function of an argument: sigma(z), sigma'(z), exp(x), log(x)."""

    function: str
    argument: Shown
    primes: int = 0
    unit: str = ""  # whose activation it is, where nets mix them


@dataclass(frozen=True, slots=True)
class Exponential(Shown):
    """e to the power of something."""

    exponent: Shown


@dataclass(frozen=True, slots=True)
class BigSum(Shown):
    """A sum over an index; `layer` is the layer whose units it runs over, `over` is written where it is not."""

    index: str
    layer: str
    body: Shown
    over: str = ""


@dataclass(frozen=True, slots=True)
class Bracketed(Shown):
    """Brackets that a writer put there to group: [d - o]."""

    inner: Shown
    bracket: str = "["


@dataclass(frozen=True, slots=True)
class Change(Shown):
    """Delta w: how much an update changes w."""

    of: Shown


@dataclass(frozen=True, slots=True)
class Primed(Shown):
    """w': the new value of w."""

    of: Shown


@dataclass(frozen=True, slots=True)
class Transposed(Shown):
    of: Shown


@dataclass(frozen=True, slots=True)
class Cases(Shown):
    """Values with the words or the condition that say when each holds."""

    rows: tuple[tuple[Shown, str | Holds], ...]


@dataclass(frozen=True, slots=True)
class Holds(Shown):
    """A condition: z > 0."""

    left: Shown
    relation: str
    right: Shown


@dataclass(frozen=True, slots=True)
class Grid(Shown):
    """A matrix, row by row."""

    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class Dots(Shown):
    """An ellipsis."""


@dataclass(frozen=True, slots=True)
class Line:
    """One displayed relation; `left` is None where the line goes on from the one above."""

    left: Shown | None
    right: Shown
    relation: str = "="

    def walk(self) -> Iterator[Shown]:
        """Every form in the line."""
        if self.left is not None:
            yield from self.left.walk()
        yield from self.right.walk()


@dataclass(frozen=True, slots=True)
class Written(Shown):
    """A line in a notation of its own, where several stand side by side."""

    line: Line
    notation: str


def _sum(left: Shown, right: Shown, sign: int) -> Shown:
    terms, signs = (left.terms, left.signs) if isinstance(left, Sum) else ((left,), (1,))
    return Sum((*terms, right), (*signs, sign))


def _product(left: Shown, right: Shown) -> Shown:
    factors = left.factors if isinstance(left, Product) and not left.by else (left,)
    return Product((*factors, right))


def chain(*factors: Like, by: str = "factors") -> Shown:
    """Factors of a chain, with the notation's sign between them; a single factor is itself."""
    items = tuple(shown(each) for each in factors)
    return items[0] if len(items) == 1 else Product(items, by)


def plus(*terms: Like) -> Shown:
    """The sum of the terms as written; a single term is itself, none is 0."""
    items = tuple(shown(each) for each in terms)
    if not items:
        return Number(Fraction(0))
    return items[0] if len(items) == 1 else Sum(items, (1,) * len(items))


def rewrite(form: Shown, change: Any) -> Shown:
    """The form with `change` applied to every node from the leaves up; `change` returns its argument to keep it."""
    updates: dict[str, Any] = {}
    for field in fields(form):  # type: ignore[arg-type]
        value = getattr(form, field.name)
        if isinstance(value, Shown):
            updates[field.name] = rewrite(value, change)
        elif isinstance(value, tuple):
            updates[field.name] = tuple(_rewritten(each, change) for each in value)
    result: Shown = change(replace(form, **updates) if updates else form)  # type: ignore[type-var]
    return result


def _rewritten(value: Any, change: Any) -> Any:
    if isinstance(value, Shown):
        return rewrite(value, change)
    return tuple(_rewritten(each, change) for each in value) if isinstance(value, tuple) else value
