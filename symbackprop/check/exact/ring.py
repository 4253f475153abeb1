"""An activation or a loss, given as one expression, built in the exact values of a formula."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from symbackprop import symbols
from symbackprop.check.exact.algebra import ONE, Algebra, Scalar, number

Expr = Any


class Ring:
    """What a formula in one variable needs: sums, products, powers and functions, exact or in intervals."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    def build(self, expression: Expr, known: dict[Expr, Scalar]) -> Scalar:
        """A SymPy expression of an activation or a loss as an exact value; no SymPy rule is applied to it."""
        algebra = self.algebra
        if expression in known:
            return known[expression]
        if isinstance(expression, int) or expression.is_Integer:
            return number(int(expression))
        if expression.is_Rational:
            return number(Fraction(int(expression.p), int(expression.q)))
        parts = [self.build(each, known) for each in expression.args]
        if expression.is_Add:
            return algebra.add(*parts)
        if expression.is_Mul:
            return algebra.mul(*parts)
        if expression.is_Pow and expression.exp.is_Integer:
            return algebra.power(parts[0], int(expression.exp))
        if expression is sympy.E:
            return algebra.exp(ONE)
        function = {sympy.exp: algebra.exp, sympy.log: algebra.log, symbols.step: algebra.step}.get(expression.func)
        if function is not None:
            return function(parts[0])
        if expression.func is sympy.tanh:
            return tanh(algebra, parts[0])
        raise NotImplementedError(str(expression)[:80])


def tanh(algebra: Algebra, value: Scalar) -> Scalar:
    """tanh in exponentials."""
    square = algebra.exp(algebra.mul(number(2), value))
    return algebra.mul(algebra.sub(square, ONE), algebra.inverse(algebra.add(square, ONE)))
