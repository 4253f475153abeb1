"""The symbols every room shares: z, a, alpha in activations, a, y in losses, and one real symbol per name of a net."""

from __future__ import annotations

from functools import lru_cache
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


@lru_cache(maxsize=8192)  # a large net has more names than are needed at a time
def real(name: str) -> Expr:
    """The one real symbol with this name."""
    return sympy.Symbol(name, real=True)


def output(unit: str) -> str:
    """The generator for the output a of a unit."""
    return f"a({unit})"


def slope(unit: str) -> str:
    """The generator for the slope p = phi'(z) of a unit."""
    return f"p({unit})"


def delta(unit: str) -> str:
    """The generator for the delta of a unit: the derivative of the cost by its pre-activation."""
    return f"delta({unit})"


def loss_slope(unit: str) -> str:
    """The generator for g, the derivative of the cost by an output as such, all other outputs held fixed."""
    return f"g({unit})"


def parameter_slope(unit: str, role: str) -> str:
    """The generator for q, the derivative of a unit's output by a parameter of its activation."""
    return f"q({unit}.{role})"
