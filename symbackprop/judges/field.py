"""Arithmetic modulo a prime: inverses, table entries at a point, and the derivative of a polynomial from its values."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

import sympy

from symbackprop.errors import InternalError
from symbackprop.kernel.polynomials import Poly
from symbackprop.symbols import Expr

MERSENNE = 2**61 - 1


def prime(source: random.Random, plain: bool) -> int:
    """2^61 - 1 for a net without numbers of its own; else a random prime, so that no number can be chosen as its multiple."""
    return MERSENNE if plain else int(sympy.nextprime(source.randrange(2**60, 2**61 - 2**20)))


def lift(value: Fraction | int, p: int) -> int:
    """A rational number in the field.

    >>> lift(Fraction(1, 2), 7)
    4
    """
    if isinstance(value, int):
        return value % p
    return value.numerator * pow(value.denominator, -1, p) % p


def entry(expression: Expr, values: Mapping[Expr, int], p: int) -> int:
    """A table entry (sums, products, integer powers) at a point of the field; ZeroDivisionError where it divides by 0."""
    if expression.is_Symbol:
        return values[expression]
    if expression.is_Rational:
        return lift(Fraction(int(expression.p), int(expression.q)), p)
    if expression.is_Add:
        return sum(entry(each, values, p) for each in expression.args) % p
    if expression.is_Mul:
        product = 1
        for each in expression.args:
            product = product * entry(each, values, p) % p
        return product
    if expression.is_Pow and expression.exp.is_Integer:
        base = entry(expression.base, values, p)
        if expression.exp < 0 and base == 0:
            raise ZeroDivisionError
        return pow(base, int(expression.exp), p)
    raise InternalError("a table entry is not rational", got=str(expression)[:100])


def polynomial(poly: Poly, values: list[int], p: int) -> int:
    """A polynomial at the values of its generators."""
    total = 0
    for monomial, coefficient in poly.items():
        product = coefficient if isinstance(coefficient, int) else lift(coefficient, p)
        for index in monomial:
            product = product * values[index] % p
        total += product
    return total % p


def slope_at_zero(values: list[int], p: int) -> int:
    """The derivative at 0 of the polynomial of degree < len(values) that has these values at 0, 1, 2, ...

    Math
        P'(0) = sum_(j=1..D) (-1)^(j-1) binomial(D, j) (P(j) - P(0)) / j
    No rule of differentiation is used: it is Lagrange interpolation.

    >>> slope_at_zero([5, 5 + 3 + 2, 5 + 6 + 8], 101)  # 5 + 3 t + 2 t^2
    3
    """
    degree, total, binomial = len(values) - 1, 0, 1
    for j in range(1, degree + 1):
        binomial = binomial * (degree - j + 1) % p * pow(j, -1, p) % p
        term = binomial * (values[j] - values[0]) % p * pow(j, -1, p) % p
        total += term if j % 2 else -term
    return total % p
