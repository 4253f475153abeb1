"""Somebody's formulas for the judges, in the words that `symbackprop prove` prints: read by hand, never evaluated as Python.

    delta(u1_1) = a(u1_1) (1 - a(u1_1)) w2_1_1 delta(u2_1)
    dP/dw1_1_1 = x1 delta(u1_1)

a(u) is the output of a unit, p(u) its slope, g(u) the slope of the cost by an output, q(u.alpha) the slope by a learnt alpha.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy

from symbackprop.errors import NetworkError, quote
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.given import Given
from symbackprop.symbols import Expr, real

LENGTH, DEPTH, POWER = 5_000, 40, 12
_TOKEN = re.compile(r"\s*((?:a|p|g|q|delta)\([\w.']+\)|\d+|[^\W\d][\w.']*|[-+*/^()·×])")
_LEFT = re.compile(r"\s*(?:delta\((?P<unit>[\w.']+)\)|d[PC]/d(?P<parameter>[\w.']+))\s*")


@dataclass(frozen=True)
class Formulas:
    """Equations that replace those of the recursion: for units their delta, for parameters their partial derivative."""

    deltas: Mapping[str, Expr] = field(default_factory=dict)
    partials: Mapping[str, Expr] = field(default_factory=dict)

    def polynomials(self, network: Network) -> tuple[Polynomials, dict[str, Poly], dict[str, Poly]]:
        """An algebra with the net's generators, and these equations in it."""
        algebra = Polynomials()
        own = recursion.polynomials(network, algebra)
        for _ in (*own.deltas(), *own.partials()):
            pass  # numbers every generator, as every judge does
        reader = Given(network, algebra)
        deltas = reader.read(self.deltas, "unit", network.by_name)
        return algebra, deltas, reader.read(self.partials, "parameter", network.parameters)


def read(texts: Sequence[str], network: Network) -> Formulas:
    """The formulas; NetworkError with the place where one is none, NameUnknown for what the net does not have.

    >>> read(["delta(u1_1) = -a(u1_1) (y1 - a(u1_1))^2"], Network.layered([1, 1])).deltas["u1_1"]
    -a(u1_1)*(-a(u1_1) + y1)**2
    """
    deltas: dict[str, Expr] = {}
    partials: dict[str, Expr] = {}
    for text in texts:
        left, equals, right = text.partition("=")
        match = _LEFT.fullmatch(left)
        if not match or not equals or len(text) > LENGTH:
            raise NetworkError(
                "this is not a formula for the judges",
                got=quote(text),
                expected="delta(unit) = ..., or dP/dweight = ...",
            )
        chosen, name = (deltas, match["unit"]) if match["unit"] else (partials, match["parameter"])
        if name in chosen:
            raise NetworkError("two formulas for one thing", where=name)
        chosen[name] = _Reader(right).whole()
    made = Formulas(deltas, partials)
    made.polynomials(network)  # refuses what the net does not have
    order = [unit.name for unit in network.units]
    for name, formula in deltas.items():
        for each in formula.free_symbols:
            later = str(each.name)[6:-1] if str(each.name).startswith("delta(") else None
            if later is not None and order.index(later) <= order.index(name):
                raise NetworkError("a delta follows from later ones", where=f"delta({name})", got=f"delta({later})")
    return made


class _Reader:
    """Sums of products of names, numbers, powers and brackets; a product is written by standing side by side, or with * or /."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, place = text, list[str](), 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if not match:
                raise self._wrong(text[place:].strip())
            self.tokens.append(match[1])
            place = match.end()
        self.at = self.depth = 0

    def _wrong(self, got: str) -> NetworkError:
        return NetworkError(
            "this formula cannot be read", where=quote(self.text), expected="a term", got=quote(got[:40])
        )

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._next()
        if token and token in wanted:
            self.at += 1
            return token
        return ""

    def whole(self) -> Expr:
        """The whole text as one expression."""
        value = self._sum()
        if self._next():
            raise self._wrong(self._next())
        return value

    def _sum(self) -> Expr:
        self.depth += 1
        if self.depth > DEPTH:
            raise self._wrong("too many brackets")
        parts = [-self._product() if self._take("-") else self._product()]
        while sign := self._take("+", "-"):
            part = self._product()
            parts.append(-part if sign == "-" else part)
        self.depth -= 1
        return sympy.Add(*parts)

    def _product(self) -> Expr:
        factors = [self._power()]
        while self._next() and self._next() not in "+-)":
            if self._take("/"):
                factors.append(1 / self._power())
            else:
                self._take("*", "·", "×")
                factors.append(self._power())
        return sympy.Mul(*factors)

    def _power(self) -> Expr:
        base = self._atom()
        if not self._take("^"):
            return base
        exponent = self._next()
        self.at += 1
        if not exponent.isdecimal() or len(exponent) > 2 or int(exponent) > POWER:
            raise self._wrong(exponent or "nothing")
        return base ** int(exponent)

    def _atom(self) -> Expr:
        if self._take("("):
            value = self._sum()
            if not self._take(")"):
                raise self._wrong(self._next() or "nothing: a bracket is open")
            return value
        token = self._next()
        self.at += 1
        if token.isdecimal() and len(token) < 100:
            return sympy.Integer(int(token))
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise self._wrong(token or "nothing")
        return real(token)
