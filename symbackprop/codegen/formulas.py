"""What generated code must compute for one activation or loss, as terms that a printer can write.

No formula is written here a second time: values, slopes and stable forms are the entries' own, made by `formulas_symbolic`,
now or when the package was made. A step function becomes two cases, `above` where z > 0 and `below` elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from symbackprop import remembered, shipped
from symbackprop.activations.activation import Activation
from symbackprop.errors import GradientRefused
from symbackprop.kernel.terms import Term, read
from symbackprop.losses.loss import Loss

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


@cache
def formula(activation: Activation) -> Formula:
    """The printer's view of a table entry; GradientRefused for the undefined sigma, which has no numbers."""
    kept = _shipped("formulas", activation.name) if remembered.stands_in(activation) else None
    if kept is not None:
        return Formula(
            kept["name"],
            None if kept["plain"] is None else read(kept["plain"]),
            kept["plain_is_safe"],
            _cases(kept["value"]),
            _cases(kept["slope"]),
            kept["slope_of"],
            {role: _cases(each) for role, each in kept["partials"].items()},
        )
    if activation.value is None or activation.slope is None:
        raise GradientRefused(
            f"the activation {activation.name} has no formula, so there is nothing to compute",
            expected="an activation with a value",
            try_="sigmoid or tanh in its place",
        )
    from symbackprop.codegen import formulas_symbolic

    return formulas_symbolic.formula(activation)


@cache
def head(activation: Activation, loss: Loss) -> tuple[Cases, bool]:
    """What an output unit's delta starts from: phi' times the loss's slope, cancelled; softmax: a times the slope.

    Math: in z, a, y, alpha. The flag says that the factor phi' is already inside.

    >>> from symbackprop.activations import activation; from symbackprop.losses import loss
    >>> head(activation("sigmoid"), loss("binary_cross_entropy"))[0].above
    ('+', 'a', ('*', -1, 'y'))
    """
    known = remembered.stands_in(activation) and remembered.stands_in(loss)
    kept = _shipped("heads", f"{activation.name} {loss.name}") if known else None
    if kept is not None:
        return _cases(kept[0]), bool(kept[1])
    if loss.slope is None:
        raise GradientRefused(
            "an undefined cost has no numbers, so there is nothing to train",
            where=f"loss {loss.name}",
            try_="half_squared or performance in its place",
        )
    from symbackprop.codegen import formulas_symbolic

    return formulas_symbolic.head(activation, loss)


def loss_value(loss: Loss) -> Term:
    """A loss for one output, in a and y, as the kernel reads it.

    >>> from symbackprop.losses import loss
    >>> loss_value(loss("squared"))
    ('^', ('+', 'y', ('*', -1, 'a')), 2)
    """
    return read(loss.facts["value"])


def loss_slope(loss: Loss) -> Term:
    """d loss / d a, likewise."""
    return read(loss.facts["slope"])


def contains(expression: Term, head_: str) -> bool:
    """Whether this function or operator is somewhere in the term."""
    return isinstance(expression, tuple) and (
        expression[0] == head_ or any(contains(each, head_) for each in expression[1:])
    )


def _shipped(family: str, name: str) -> Any:
    made = shipped.tables()
    return None if made is None else made[family].get(name)


def _cases(kept: dict[str, Any]) -> Cases:
    return Cases(read(kept["above"]), None if kept["below"] is None else read(kept["below"]), kept["strict"])
