"""Sines and cosines of sums and multiples in those of single angles, where sin^2 = 1 - cos^2 makes equality decidable."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from symbackprop.check.exact.algebra import ONE, ZERO, Algebra, Scalar, TooLarge
from symbackprop.kernel import polynomials as P

MAX_MULTIPLE = 40
Pair = tuple[Scalar, Scalar]  # cosine and sine


def of_single_angles(value: Scalar, algebra: Algebra) -> Pair:
    """Cosine and sine of a value, as polynomials in those of its monomials.

    Math
        cos(u + v) + i sin(u + v) = (cos u + i sin u)(cos v + i sin v), one factor for each monomial of the value, its
        coefficient as a power; with sin^2 = 1 - cos^2 polynomials in cos and sin of an angle have one normal form
    Raises TooLarge where a coefficient is beyond MAX_MULTIPLE.
    """
    poly = algebra.whole(value)
    if poly is None:
        return _single(value, algebra)
    total: Pair = (ONE, ZERO)
    for monomial, coefficient in poly.items():
        share = Fraction(coefficient)
        parts = lcm(share.denominator, algebra.parts)
        algebra.finest = lcm(parts, algebra.finest)
        times = int(share * parts)
        if abs(times) > MAX_MULTIPLE:
            raise TooLarge(f"an angle {times} times another (at most {MAX_MULTIPLE} times)")
        cosine, sine = _single(Scalar({monomial: Fraction(1, parts) if parts > 1 else 1}, P.ONE), algebra)
        for _ in range(abs(times)):
            total = _turned(total, (cosine, sine if times > 0 else algebra.neg(sine)), algebra)
    return total


def _single(angle: Scalar, algebra: Algebra) -> Pair:
    """The generators of one angle, the square of the sine being known."""
    cosine, sine = algebra.atom(("cos",), angle), algebra.atom(("sin",), angle)
    ((g,),) = sine.num
    algebra.roots[g] = algebra.sub(ONE, algebra.mul(cosine, cosine)).num
    return cosine, sine


def _turned(one: Pair, other: Pair, algebra: Algebra) -> Pair:
    (a, b), (c, d) = one, other
    return algebra.sub(algebra.mul(a, c), algebra.mul(b, d)), algebra.add(algebra.mul(a, d), algebra.mul(b, c))
