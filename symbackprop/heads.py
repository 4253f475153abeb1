"""Activation heads: SymPy functions that stay closed, sigma(z) rather than 1/(1 + exp(-z)), and know their own slope."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import sympy

from symbackprop import symbols
from symbackprop.activations.activation import Activation
from symbackprop.losses.loss import Loss
from symbackprop.symbols import Expr


class Head(sympy.Function):  # type: ignore[misc]
    """phi(z), or phi(z, parameters...); differentiates to the table's slope, or to a Slope that stays closed."""

    activation: ClassVar[Activation]

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex == 1 and self.activation.slope_is_polynomial:
            return self.activation.slope.xreplace({symbols.a: self})  # type: ignore[union-attr]
        return slope_head(self.activation, argindex)(*self.args)


class SoftmaxHead(sympy.Function):  # type: ignore[misc]
    """softmax(i, z_1, ..., z_n): the i-th output (from 1) of a softmax group."""

    def fdiff(self, argindex: int = 2) -> Expr:
        number = int(self.args[0])
        other = self.func(sympy.Integer(argindex - 1), *self.args[1:])
        return self * ((1 if number == argindex - 1 else 0) - other)


class Slope(sympy.Function):  # type: ignore[misc]
    """phi'(z) kept closed, or the derivative of phi by its parameter number `argindex - 1`."""

    activation: ClassVar[Activation]
    argindex: ClassVar[int]


class CostHead(sympy.Function):  # type: ignore[misc]
    """C(a_1, ..., a_n): an undefined cost of the outputs; its slopes stay closed."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return cost_slope(argindex)(*self.args)


class CostSlope(sympy.Function):  # type: ignore[misc]
    """dC/da_k of an undefined cost, k = `argindex`."""

    argindex: ClassVar[int]


def _made(name: str, base: Any, **fields: Any) -> Any:
    return type(name, (base,), fields)


@cache
def head(activation: Activation) -> Any:
    """The head class of an activation."""
    return _made(activation.name, SoftmaxHead if activation.vector else Head, activation=activation)


@cache
def slope_head(activation: Activation, argindex: int = 1) -> Any:
    """The class of an activation's closed slope, by the pre-activation (1) or a parameter (2, ...)."""
    suffix = "prime" if argindex == 1 else f"by_{list(activation.parameters)[argindex - 2]}"
    return _made(f"{activation.name}_{suffix}", Slope, activation=activation, argindex=argindex)


@cache
def cost_slope(argindex: int) -> Any:
    """The class of an undefined cost's slope by its k-th output."""
    return _made(f"C_prime_{argindex}", CostSlope, argindex=argindex)


def cost(loss: Loss, outputs: list[Expr], targets: list[Expr]) -> Expr:
    """The cost of one example: the loss summed over the outputs."""
    if loss.value is None:
        return CostHead(*outputs)
    pairs = zip(outputs, targets, strict=True)
    return sympy.Add(*(loss.value.xreplace({symbols.a: each, symbols.y: target}) for each, target in pairs))
