"""What a polynomial is a product of, as far as it takes no search: its content, its common factors, an exact square root."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Monomial, Poly

MAX_TERMS = 200  # of a polynomial whose square root is looked for
MAX_PRIME = 10_000


def leading(poly: Poly) -> Monomial:
    """The leading monomial: of the highest degree, then the last in order."""
    return max(poly, key=lambda m: (len(m), tuple(reversed(m))))


def factored(poly: Poly) -> tuple[Fraction, Monomial, Poly]:
    """content * common monomial * the rest, whose leading coefficient is 1.

    >>> factored({(1, 2): -4, (1,): 2})
    (Fraction(-4, 1), (1,), {(2,): Fraction(1, 1), (): Fraction(-1, 2)})
    """
    content = Fraction(poly[leading(poly)])
    first = next(iter(poly))
    shared = list[int]()
    for g in sorted(set(first)):
        shared += [g] * min(m.count(g) for m in poly)
    rest: Poly = {}
    for monomial, coefficient in poly.items():
        left = list(monomial)
        for g in shared:
            left.remove(g)
        rest[tuple(left)] = Fraction(coefficient) / content
    return content, tuple(shared), rest if rest != {(): Fraction(1)} else P.ONE


def primes(value: Fraction) -> dict[int, int]:
    """A positive rational as a product of primes with their powers; a large factor is left whole.

    >>> primes(Fraction(8, 3))
    {2: 3, 3: -1}
    """
    found = dict[int, int]()
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while prime * prime <= part and prime < MAX_PRIME:
            while part % prime == 0:
                found[prime] = found.get(prime, 0) + sign
                part //= prime
            prime += 1
        if part > 1:
            found[part] = found.get(part, 0) + sign
    return found


def square_root_of(poly: Poly) -> Poly | None:
    """The polynomial whose square this is, with a positive leading coefficient; None where there is none.

    >>> square_root_of({(1, 1): 1, (1,): 2, (): 1})
    {(1,): Fraction(1, 1), (): Fraction(1, 1)}
    """
    if not poly or len(poly) > MAX_TERMS:
        return None
    top = leading(poly)
    half = tuple(top[::2])
    size = _root_of_number(Fraction(poly[top]))
    if size is None or half != tuple(top[1::2]):
        return None
    root: Poly = {half: size}
    rest = P.subtract(poly, P.multiply(root, root))
    while rest:
        if len(root) > MAX_TERMS:
            return None
        monomial = leading(rest)
        share = list(monomial)
        for g in half:
            if g not in share:
                return None
            share.remove(g)
        term: Poly = {tuple(share): Fraction(rest[monomial]) / (2 * size)}
        if tuple(share) in root:
            return None
        rest = P.subtract(rest, P.multiply(term, P.add(P.scale(root, 2), term)))
        P.add_into(root, term)
    return root


def _root_of_number(value: Fraction) -> Fraction | None:
    if value < 0:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    return Fraction(top, bottom) if top * top == value.numerator and bottom * bottom == value.denominator else None
