"""One definition, three readings: the same recursion as SymPy expressions, as polynomials to prove, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

import sympy

from symbackprop.errors import InternalError
from symbackprop.kernel import polynomials
from symbackprop.kernel.networks import rational
from symbackprop.kernel.polynomials import Poly
from symbackprop.symbols import Expr, real
from symbackprop.translate import term

V = TypeVar("V")


class Algebra(Protocol, Generic[V]):
    """Sums and products of named generators; `table` reads an entry of a table with its symbols renamed."""

    def name(self, name: str) -> V: ...

    def number(self, value: Fraction | int) -> V: ...

    def sum(self, items: Iterable[V]) -> V: ...

    def product(self, items: Iterable[V]) -> V: ...

    def table(self, entry: Expr, names: Mapping[str, str]) -> V | None: ...


class Expressions:
    """SymPy expressions in real symbols: what is shown."""

    def name(self, name: str) -> Expr:
        return real(name)

    def number(self, value: Fraction | int) -> Expr:
        return sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)

    def sum(self, items: Iterable[Expr]) -> Expr:
        return sympy.Add(*items)

    def product(self, items: Iterable[Expr]) -> Expr:
        return sympy.Mul(*items)

    def table(self, entry: Expr, names: Mapping[str, str]) -> Expr | None:
        return entry.xreplace({real(old): real(new) for old, new in names.items()})


class Texts:
    """Lines of plain text, in the order a person writes them: what a terminal shows."""

    def name(self, name: str) -> str:
        return name

    def number(self, value: Fraction | int) -> str:
        return str(value)

    def sum(self, items: Iterable[str]) -> str:
        return " + ".join(items).replace("+ -", "- ") or "0"

    def product(self, items: Iterable[str]) -> str:
        factors, negative = [], False
        for each in items:
            if re.fullmatch(r"-\d+(/\d+)?", each):
                each, negative = each[1:], not negative
            if each != "1":
                factors.append(each)
        several = negative or len(factors) > 1
        body = " ".join(f"({each})" if several and (_is_sum(each) or each[0] == "-") else each for each in factors) or "1"
        return f"-{body}" if negative else body

    def table(self, entry: Expr, names: Mapping[str, str]) -> str:
        named = entry.xreplace({real(old): sympy.Symbol(new) for old, new in names.items()})
        return self._text(named)

    def _text(self, entry: Expr) -> str:
        if entry.is_Add:  # what is added before what is subtracted: y - a, not -a + y
            parts = sorted(entry.args, key=lambda each: bool(each.could_extract_minus_sign()))
            return self.sum(self._text(each) for each in parts)
        if entry.is_Mul:
            return self.product(self._text(each) for each in entry.args)
        if entry.is_Pow:
            base = self._text(entry.base)
            return f"({base})^{entry.exp}" if " " in base else f"{base}^{entry.exp}"
        return str(entry)


def _is_sum(text: str) -> bool:
    """Whether a + or - stands outside every bracket, between two summands."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter in "+-" and index and text[index - 1] == " ":
            return True
    return False


class Names(Protocol):
    """The name of each generator of a polynomial: a list where generators are numbers."""

    def __getitem__(self, generator: Any, /) -> str: ...


class Polynomials:
    """Exact polynomials over a growing list of generators: what is proved."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def id(self, name: str) -> polynomials.Generator:
        """The generator's number, given on first use."""
        return self.ids.setdefault(name, len(self.ids))

    @property
    def generators(self) -> Names:
        """The name of each generator."""
        return list(self.ids)

    def name(self, name: str) -> Poly:
        return polynomials.generator(self.id(name))

    def number(self, value: Fraction | int) -> Poly:
        exact = Fraction(value)
        return polynomials.constant(exact.numerator if exact.denominator == 1 else exact)

    def sum(self, items: Iterable[Poly]) -> Poly:
        return polynomials.add(*items)

    def product(self, items: Iterable[Poly]) -> Poly:
        result = polynomials.ONE
        for each in items:
            result = polynomials.multiply(result, each) if result is not polynomials.ONE else each
        return result

    def quotient(self, entry: Expr, names: Mapping[str, str]) -> tuple[Poly, Poly]:
        """A rational expression as numerator and denominator; InternalError for any other."""
        found = _template(entry, tuple(names))
        if found is None:
            raise InternalError("an expression that should be rational in its generators is not", got=str(entry)[:100])
        ids = [self.id(new) for new in names.values()]
        return _renamed(found[0], ids), _renamed(found[1], ids)

    def table(self, entry: Expr, names: Mapping[str, str]) -> Poly | None:
        """A table entry as a polynomial, or None where it is not one."""
        found = _template(entry, tuple(names))
        if found is None or found[2] is None:
            return None
        return _renamed(found[2], [self.id(new) for new in names.values()])


@lru_cache(maxsize=256)
def _template(entry: Expr, names: tuple[str, ...]) -> tuple[Poly, Poly, Poly | None] | None:
    """Numerator, denominator and exact quotient of an entry over generators 0, 1, ...; None where it is not rational."""
    if not entry.free_symbols <= {real(old) for old in names} or not entry.is_rational_function(*entry.free_symbols):
        return None
    top, bottom = rational(term(entry), {name: index for index, name in enumerate(names)})
    return top, bottom, polynomials.divide(top, bottom)


class Named(Polynomials):
    """Polynomials whose generators are their names: nothing is kept of a name that no polynomial holds any more."""

    def id(self, name: str) -> str:
        return name

    @property
    def generators(self) -> Names:
        return _Itself()


class _Itself:
    def __getitem__(self, generator: str) -> str:
        return generator


def _renamed(poly: Poly, ids: list[polynomials.Generator]) -> Poly:
    return {tuple(sorted(ids[index] for index in monomial)): value for monomial, value in poly.items()}
