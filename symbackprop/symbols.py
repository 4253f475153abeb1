"""The symbols every room shares: z, a, alpha in activations, a, y in losses, and one real symbol per name of a net."""

from __future__ import annotations

from typing import Any

import sympy

Expr = Any  # a SymPy expression; SymPy ships no types that mypy --strict can use

z = sympy.Symbol("z", real=True)
"""The pre-activation (net input) of a unit."""
a = sympy.Symbol("a", real=True)
"""The output of a unit."""
y = sympy.Symbol("y", real=True)
"""The target, the desired output."""
alpha = sympy.Symbol("alpha", real=True)
"""The slope of a rectifier on the negative side."""


class step(sympy.Function):  # type: ignore[misc]
    """1 where the argument is positive, 0 where it is not; its derivative is 0 off the kink.

    Not: SymPy's Heaviside, whose value at 0 and whose derivative (a delta distribution) are other conventions.

    >>> step(3), step(-3), step(0), step(z).diff(z)
    (1, 0, 0, 0)
    """

    nargs = 1

    @classmethod
    def eval(cls, argument: Expr) -> Expr | None:
        if argument.is_positive:
            return sympy.Integer(1)
        return sympy.Integer(0) if argument.is_nonpositive else None

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.Integer(0)


def real(name: str) -> Expr:
    """The one real symbol with this name."""
    return sympy.Symbol(name, real=True)
