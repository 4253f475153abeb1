"""Whether a polynomial is never negative, decided exactly: one variable on an interval (Sturm), many variables of degree two.

One variable: p changes sign only at roots of odd order. Those are the roots of the squarefree part of odd multiplicity, counted
on the open interval by Sturm's theorem; where there is none, one value decides. Many variables, degree at most two: complete
the squares in rationals; p is never negative exactly when every square and the remaining constant have a factor >= 0.

Sources: Sturm 1829; Yun 1976 for the multiplicities; Lagrange 1759 for the squares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from symbackprop.kernel.polynomials import Coefficient, Monomial

Dense = tuple[Fraction, ...]  # coefficients, the constant first, no zero at the end
End = Fraction | None  # None is infinity


def dense(coefficients: Sequence[Coefficient]) -> Dense:
    """Coefficients without zeros at the end.

    >>> dense([1, 2, 0])
    (Fraction(1, 1), Fraction(2, 1))
    """
    values = [Fraction(c) for c in coefficients]
    while values and not values[-1]:
        values.pop()
    return tuple(values)


def times(one: Dense, other: Dense) -> Dense:
    """The product.

    >>> [int(c) for c in times(dense([-1, 1]), dense([1, 1]))]
    [-1, 0, 1]
    """
    result = [Fraction(0)] * (len(one) + len(other) - 1 if one and other else 0)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            result[i + j] += a * b
    return dense(result)


def plus(one: Dense, other: Dense) -> Dense:
    """The sum."""
    size = max(len(one), len(other))
    return dense([sum((p[k] for p in (one, other) if k < len(p)), Fraction(0)) for k in range(size)])


def never_negative(p: Dense, low: End, high: End, strict: bool = False) -> bool:
    """Whether p >= 0 (or p > 0) everywhere on the open interval from low to high.

    >>> square, line = dense([1, -2, 1]), dense([-1, 1])
    >>> never_negative(square, None, None), never_negative(square, None, None, strict=True)
    (True, False)
    >>> never_negative(line, Fraction(1), None, strict=True), never_negative(line, Fraction(1, 2), None)
    (True, False)
    """
    if not p:
        return not strict
    changes = (1,) if len(p) == 1 else p if strict else _odd_part(p)
    changing = dense(changes)
    if len(changing) > 1 and _roots(changing, low, high):
        return False
    return value_at(p, _inside(p, low, high)) > 0


def _inside(p: Dense, low: End, high: End) -> Fraction:
    """A point of the interval that is no root of p."""
    left = low if low is not None else (high or Fraction(0)) - 1
    right = high if high is not None else left + 2
    return next(
        x for n in range(2, len(p) + 3) for k in range(1, n) if value_at(p, x := left + (right - left) * Fraction(k, n))
    )


def value_at(p: Dense, x: Fraction) -> Fraction:
    """p(x), exactly.

    >>> value_at(dense([1, 0, 2]), Fraction(1, 2))
    Fraction(3, 2)
    """
    total = Fraction(0)
    for c in reversed(p):
        total = total * x + c
    return total


def _derivative(p: Dense) -> Dense:
    return dense([k * c for k, c in enumerate(p)][1:])


def _divide(p: Dense, q: Dense) -> tuple[Dense, Dense]:
    rest, quotient = list(p), [Fraction(0)] * max(0, len(p) - len(q) + 1)
    for k in reversed(range(len(quotient))):
        quotient[k] = rest[k + len(q) - 1] / q[-1]
        for j, c in enumerate(q):
            rest[k + j] -= quotient[k] * c
    return dense(quotient), dense(rest)


def _common(p: Dense, q: Dense) -> Dense:
    while q:
        p, q = q, _divide(p, q)[1]
    return dense([c / p[-1] for c in p])


def _odd_part(p: Dense) -> Dense:
    """The product of the squarefree factors of odd multiplicity (Yun)."""
    shared = _common(p, _derivative(p))
    rest, odd, multiplicity = _divide(p, shared)[0], dense([1]), 0
    while len(rest) > 1:
        multiplicity += 1
        again = _common(rest, shared) if shared else dense([1])
        if multiplicity % 2:
            odd = times(odd, _divide(rest, again)[0])
        shared, rest = (_divide(shared, again)[0] if shared else shared), again
    return odd


def _roots(p: Dense, low: End, high: End) -> int:
    """How many different roots p has on the open interval, by the changes of sign in Sturm's chain."""
    p = _divide(p, _common(p, _derivative(p)))[0]
    chain = [p, _derivative(p)]
    while len(chain[-1]) > 1:
        chain.append(dense([-c for c in _divide(chain[-2], chain[-1])[1]]))
    chain = [each for each in chain if each]
    count = _changes(chain, low, -1) - _changes(chain, high, 1)  # roots on (low, high]
    return count - int(high is not None and value_at(p, high) == 0)


def _changes(chain: list[Dense], at: End, side: int) -> int:
    signs = [each[-1] * side ** (len(each) - 1) if at is None else value_at(each, at) for each in chain]
    signs = [s for s in signs if s]
    return sum((a > 0) != (b > 0) for a, b in pairwise(signs))


def squares(poly: Mapping[Monomial, Coefficient], strict: bool = False) -> bool:
    """Whether a polynomial of degree at most two in any number of variables is >= 0 (or > 0) for all real values.

    >>> squares({(1, 1): 1, (1, 2): -2, (2, 2): 1}), squares({(1, 1): 1, (1, 2): -3, (2, 2): 1})
    (True, False)
    >>> squares({(1, 1): 1, (1,): -1, (): 1}, strict=True)
    True
    """
    if any(len(monomial) > 2 for monomial in poly):
        return False
    rest = {monomial: Fraction(c) for monomial, c in poly.items()}
    for name in sorted({g for monomial in poly for g in monomial}):
        factor = rest.pop((name, name), Fraction(0))
        with_it = {m: c for m, c in rest.items() if name in m}
        if factor < 0 or (not factor and with_it):
            return False
        for monomial in with_it:
            del rest[monomial]
        halves = [(tuple(g for g in m if g != name), c / 2) for m, c in with_it.items()]
        for m, c in halves:  # factor (name + sum halves / factor)^2 takes this away
            for n, d in halves:
                key = tuple(sorted((*m, *n)))
                rest[key] = rest.get(key, Fraction(0)) - c * d / factor
        rest = {m: c for m, c in rest.items() if c}
    constant = rest.get((), Fraction(0))
    return constant > 0 if strict else constant >= 0
