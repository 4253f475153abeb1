"""What generated code must compute for one activation or loss, read from the tables' own SymPy entries.

No formula is written here a second time: values, slopes and stable forms are the entries', turned into terms that a
printer can write. A step function becomes two cases, `above` where z > 0 and `below` elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy

from symbackprop.activations import table as activation_table
from symbackprop.activations.activation import Activation
from symbackprop.errors import GradientRefused
from symbackprop.kernel.terms import Term
from symbackprop.losses.loss import Loss
from symbackprop.symbols import Expr, a, step, z
from symbackprop.translate import term

LIBRARY = {"tanh"}  # activations every numeric library has under the same name; certify proves that it is the same


@dataclass(frozen=True)
class Cases:
    """One formula, or two: `above` where z > 0 (z >= 0 unless strict), `below` elsewhere."""

    above: Term
    below: Term | None = None
    strict: bool = True


@dataclass(frozen=True)
class Formula:
    """An activation for a printer: terms in z, a (its own output) and alpha.

    Math
        plain     phi(z) as the table writes it; `plain_is_safe` where IEEE infinities lead it to the right limit
        value     phi(z) in cases that never overflow
        slope     phi'(z);  slope_of: the activation whose value this slope is, where there is one
        partials  d phi / d parameter
    """

    name: str
    plain: Term | None
    plain_is_safe: bool
    value: Cases
    slope: Cases
    slope_of: str | None
    partials: dict[str, Cases]

    @property
    def library(self) -> bool:
        """Whether numeric libraries have this function by name."""
        return self.name in LIBRARY


def cases(expression: Expr) -> Cases:
    """A formula with step(z) in it as its two cases; without one, as it is.

    >>> cases(z * step(z))
    Cases(above='z', below=0, strict=True)
    """
    if not expression.has(step):
        return Cases(term(expression))
    one, other = (expression.subs(step(z), number) for number in (1, 0))
    return Cases(term(one), term(other))


@cache
def formula(activation: Activation) -> Formula:
    """The printer's view of a table entry; GradientRefused for the undefined sigma, which has no numbers."""
    if activation.value is None or activation.slope is None:
        raise GradientRefused(
            f"the activation {activation.name} has no formula, so there is nothing to compute",
            expected="an activation with a value",
            try_="sigmoid or tanh in its place",
        )
    value, plain = cases(activation.value), None
    if value.below is None:
        plain = value.above
        stable = dict(activation.stable)
        if set(stable) == {"z >= 0", "z < 0"}:
            value = Cases(term(stable["z >= 0"]), term(stable["z < 0"]), strict=False)
    twin = next((each.name for each in activation_table().values() if each.value == activation.slope), None)
    twin = twin if _contains(term(activation.slope), "exp") else None
    return Formula(
        activation.name,
        plain,
        plain is not None and _is_safe(plain),
        value,
        cases(activation.slope),
        twin,
        {role: cases(slope) for role, slope in activation.parameters.items()},
    )


@cache
def head(activation: Activation, loss: Loss) -> tuple[Cases, bool]:
    """What an output unit's delta starts from: phi' times the loss's slope, cancelled; softmax: a times the slope.

    Math: in z, a, y, alpha. The flag says that the factor phi' is already inside.

    >>> from symbackprop.activations import activation; from symbackprop.losses import loss
    >>> head(activation("sigmoid"), loss("binary_cross_entropy"))[0].above
    ('+', 'a', ('*', -1, 'y'))
    """
    if loss.slope is None:
        raise GradientRefused(
            "an undefined cost has no numbers, so there is nothing to train",
            where=f"loss {loss.name}",
            try_="half_squared or performance in its place",
        )
    if activation.vector:
        return Cases(term(sympy.cancel(a * loss.slope))), True
    if activation.slope_is_polynomial:
        product = activation.slope * loss.slope
        # only a quotient is worth cancelling; a product reads better and computes faster as it stands
        return Cases(term(product if loss.slope.is_polynomial() else sympy.cancel(product))), True
    return Cases(term(loss.slope)), False


def _is_safe(plain: Term) -> bool:
    """Whether the plain form gives finite numbers far out on both sides, infinities allowed on the way."""
    values = [_ieee(plain, point) for point in (-1e4, 1e4)]
    return all(math.isfinite(value) for value in values) and not _contains(plain, "log")


def _contains(expression: Term, head_: str) -> bool:
    return isinstance(expression, tuple) and (
        expression[0] == head_ or any(_contains(each, head_) for each in expression[1:])
    )


def _ieee(expression: Term, point: float) -> float:
    """The term at z = point, as hardware computes it: exp overflows to infinity, 1/infinity is 0."""
    if isinstance(expression, int):
        return float(expression)
    if isinstance(expression, str):
        return point
    head_, *parts = expression
    if head_ == "^":
        base = _ieee(parts[0], point)
        if parts[1] < 0:
            base = 1 / base if base else math.inf
        return float(base ** abs(parts[1]))
    values: list[Any] = [_ieee(each, point) for each in parts]
    if head_ == "exp":
        return math.exp(values[0]) if values[0] < 700 else math.inf
    if head_ == "log":
        return math.log(values[0]) if 0 < values[0] < math.inf else math.inf
    if head_ == "/":
        return float(values[0] / values[1]) if values[1] else math.inf
    return float(sum(values) if head_ == "+" else math.prod(values))
