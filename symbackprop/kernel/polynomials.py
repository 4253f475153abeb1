"""Exact sparse polynomials over the rationals: equality is equality of dictionaries.

A polynomial is a dict {monomial: coefficient}; a monomial is the sorted tuple of its generators (all numbers, or all
names), repeated by multiplicity: 3 x y^2 is {(x, y, y): 3}. Zero is the empty dict, and no coefficient is ever 0, so two polynomials are
equal as functions on every infinite field exactly when the dicts are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from symbackprop.kernel.rejected import Rejected, require

Coefficient = int | Fraction
Generator = Any  # a number or a name
Monomial = tuple[Generator, ...]
Poly = dict[Monomial, Coefficient]

ONE: Poly = {(): 1}
MAX_BITS = 1_000_000  # of a coefficient in a power
MAX_TERMS = 2_000_000  # a product past this size is refused, not swallowed


def constant(value: Coefficient) -> Poly:
    """The polynomial that is `value` everywhere."""
    return {(): value} if value else {}


def generator(index: Generator) -> Poly:
    """The polynomial that is the generator `index`."""
    return {(index,): 1}


def add_into(target: Poly, other: Mapping[Monomial, Coefficient], factor: Coefficient = 1) -> None:
    """target += factor * other, in place: the accumulator that keeps long sums linear."""
    for monomial, coefficient in other.items():
        share = coefficient if factor == 1 else factor * coefficient
        total = target[monomial] + share if monomial in target else share
        if total:
            target[monomial] = total
        else:
            target.pop(monomial, None)


def add(*summands: Poly) -> Poly:
    """The sum.

    >>> add({(1,): 2}, {(1,): -2, (): 3})
    {(): 3}
    """
    total: Poly = {}
    for each in summands:
        add_into(total, each)
    return total


def subtract(left: Poly, right: Poly) -> Poly:
    """left - right."""
    total = dict(left)
    add_into(total, right, -1)
    return total


def scale(poly: Poly, factor: Coefficient) -> Poly:
    """factor * poly."""
    return {monomial: factor * coefficient for monomial, coefficient in poly.items()} if factor else {}


def multiply(left: Poly, right: Poly) -> Poly:
    """The product.

    >>> multiply({(1,): 1, (): 1}, {(1,): 1, (): -1})
    {(1, 1): 1, (): -1}
    """
    if len(left) * len(right) > MAX_TERMS:
        raise Rejected(f"a product of {len(left)} by {len(right)} terms is past the limit of {MAX_TERMS}")
    total: Poly = {}
    for one, first in left.items():
        for other, second in right.items():
            monomial = tuple(sorted(one + other)) if one and other else one or other
            value = total.get(monomial, 0) + first * second
            if value:
                total[monomial] = value
            else:
                del total[monomial]
    return total


def power(poly: Poly, exponent: int) -> Poly:
    """poly ** exponent for a small exponent >= 0."""
    require(0 <= exponent <= 64, f"an exponent of {exponent} is outside 0..64")
    bits = max((part.bit_length() for c in poly.values() for part in c.as_integer_ratio()), default=0)
    require(bits * exponent <= MAX_BITS, "a power of a number is past the kernel's limit")
    result = ONE
    for _ in range(exponent):
        result = multiply(result, poly)
    return result


def substitute(poly: Poly, index: Generator, value: Poly) -> Poly:
    """poly with the generator `index` replaced by `value`: a ring homomorphism, so identities survive it."""
    powers = [ONE]
    total: Poly = {}
    for monomial, coefficient in poly.items():
        count = monomial.count(index)
        if not count:
            add_into(total, {monomial: coefficient})
            continue
        while len(powers) <= count:
            powers.append(multiply(powers[-1], value))
        rest = tuple(each for each in monomial if each != index)
        add_into(total, multiply({rest: coefficient}, powers[count]))
    return total


def divide(dividend: Poly, divisor: Poly) -> Poly | None:
    """The exact quotient, or None where there is none: long division by the leading monomial in a fixed order.

    >>> divide({(1, 1): 1, (): -1}, {(1,): 1, (): 1})
    {(1,): 1, (): -1}
    >>> divide({(1,): 1}, {(2,): 1}) is None
    True
    """
    if not divisor:
        return None
    lead = max(divisor, key=_order)
    rest, quotient = dict(dividend), dict[Monomial, Coefficient]()
    while rest:
        top = max(rest, key=_order)
        factor = _without(top, lead)
        if factor is None:
            return None
        ratio = Fraction(rest[top]) / divisor[lead]
        coefficient: Coefficient = ratio.numerator if ratio.denominator == 1 else ratio
        quotient[factor] = coefficient
        add_into(rest, multiply({factor: coefficient}, divisor), -1)
    return quotient


def _order(monomial: Monomial) -> tuple[int, Monomial]:
    # degree first, then lexicographic on the sorted generators reversed: compatible with multiplication
    return len(monomial), tuple(reversed(monomial))


def _without(monomial: Monomial, part: Monomial) -> Monomial | None:
    rest = list(monomial)
    for each in part:
        if each not in rest:
            return None
        rest.remove(each)
    return tuple(rest)


def reduce_idempotent(poly: Poly, indices: Iterable[int]) -> Poly:
    """poly with s*s = s for the generators in `indices` (step functions take the values 0 and 1 only)."""
    chosen = frozenset(indices)
    total: Poly = {}
    for monomial, coefficient in poly.items():
        seen: set[int] = set()
        kept = tuple(g for g in monomial if g not in chosen or not (g in seen or seen.add(g)))  # type: ignore[func-returns-value]
        add_into(total, {kept: coefficient})
    return total
