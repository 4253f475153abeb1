"""Quotients of polynomials: the exact numbers a formula is about, kept in lowest terms where that is cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly

Key = tuple[Any, ...]


class TooLarge(Exception):
    """An expansion past the limit; the verdict is UNDECIDED and says so."""


class Impossible(Exception):
    """Not a real number: a division by something that is zero everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """num / den, both polynomials in the generators of one Algebra."""

    num: Poly
    den: Poly


ZERO = Scalar({}, P.ONE)
ONE = Scalar(P.ONE, P.ONE)


def number(value: int | Fraction) -> Scalar:
    """A rational number."""
    if value == 1:
        return ONE
    value = Fraction(value)
    return Scalar(P.constant(value.numerator if value.denominator == 1 else value), P.ONE)


def bits(value: Scalar) -> int:
    """The bits of the longest number in a value."""
    numbers = (Fraction(c) for poly in (value.num, value.den) for c in poly.values())
    return max((max(abs(c.numerator), c.denominator).bit_length() for c in numbers), default=0)


def lowest(num: Poly, den: Poly) -> Scalar:
    """num / den with a constant or a common monomial divided out; no gcd is needed for deciding equality."""
    if den == P.ONE or not num:
        return Scalar(num, P.ONE if not num else den)
    if len(den) == 1 and () in den:
        return Scalar(P.scale(num, 1 / Fraction(den[()])), P.ONE)
    shared = dict[int, int]()
    first = next(iter(den))
    for g in set(first):
        count = min([m.count(g) for m in den] + [m.count(g) for m in num])
        if count:
            shared[g] = count
    if not shared:
        return Scalar(num, den)
    return Scalar(_without(num, shared), _without(den, shared))


def _without(poly: Poly, shared: Mapping[int, int]) -> Poly:
    out: Poly = {}
    for monomial, coefficient in poly.items():
        rest, left = list[int](), dict(shared)
        for g in monomial:
            if left.get(g, 0):
                left[g] -= 1
            else:
                rest.append(g)
        out[tuple(rest)] = coefficient
    return out
