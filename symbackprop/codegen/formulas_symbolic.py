"""What generated code must compute, derived from the tables' own SymPy entries: the only place where they become formulas.

`tables` writes all of it down as plain data, which the package ships (see `symbackprop.shipped`).
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import sympy

from symbackprop import activations, losses, remembered, shipped
from symbackprop.activations.activation import SYMBOLIC as ACTIVATION
from symbackprop.activations.activation import Activation
from symbackprop.codegen.formulas import Cases, Formula, contains
from symbackprop.kernel.terms import Term
from symbackprop.losses.loss import SYMBOLIC as LOSS
from symbackprop.losses.loss import Loss
from symbackprop.symbols import Expr, a, step, z
from symbackprop.translate import term


def cases(expression: Expr) -> Cases:
    """A formula with step(z) in it as its two cases; without one, as it is.

    >>> cases(z * step(z))
    Cases(above='z', below=0, strict=True)
    """
    if not expression.has(step):
        return Cases(term(expression))
    one, other = (expression.subs(step(z), number) for number in (1, 0))
    return Cases(term(one), term(other))


def formula(activation: Activation) -> Formula:
    """The printer's view of an entry that has a value and a slope."""
    value, plain = cases(activation.value), None
    if value.below is None:
        plain = value.above
        stable = dict(activation.stable)
        if set(stable) == {"z >= 0", "z < 0"}:
            value = Cases(term(stable["z >= 0"]), term(stable["z < 0"]), strict=False)
    twin = next((each.name for each in activations.table().values() if each.value == activation.slope), None)
    twin = twin if contains(term(activation.slope), "exp") else None
    return Formula(
        activation.name,
        plain,
        plain is not None and _is_safe(plain),
        value,
        cases(activation.slope),
        twin,
        {role: cases(slope) for role, slope in activation.parameters.items()},
    )


def head(activation: Activation, loss: Loss) -> tuple[Cases, bool]:
    """What an output unit's delta starts from, and whether phi' is inside; see `formulas.head`. The loss has a slope."""
    slope: Expr = loss.slope
    if activation.vector:
        return Cases(term(sympy.cancel(a * slope))), True
    if activation.slope_is_polynomial:
        product = activation.slope * slope
        # only a quotient is worth cancelling; a product reads better and computes faster as it stands
        return Cases(term(product if slope.is_polynomial() else sympy.cancel(product))), True
    return Cases(term(slope)), False


def _is_safe(plain: Term) -> bool:
    """Whether the plain form gives finite numbers far out on both sides, infinities allowed on the way."""
    values = [_ieee(plain, point) for point in (-1e4, 1e4)]
    return all(math.isfinite(value) for value in values) and not contains(plain, "log")


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


def tables() -> dict[str, Any]:
    """Every entry of both tables, its formulas and heads, as plain data with the fingerprint of what it was made from."""
    kinds, costs = activations.entries(), losses.entries()
    computed = {name: kind for name, kind in kinds.items() if kind.value is not None and kind.slope is not None}
    heads = {}
    for cost in costs.values():
        for kind in (each for each in kinds.values() if cost.slope is not None and not each.undefined):
            start, inside = head(kind, cost)
            heads[f"{kind.name} {cost.name}"] = [asdict(start), inside]
    return {
        "made_from": shipped.fingerprint(),
        "activations": {name: remembered.plain(each, ACTIVATION) for name, each in kinds.items()},
        "losses": {name: remembered.plain(each, LOSS) for name, each in costs.items()},
        "formulas": {name: asdict(formula(each)) for name, each in computed.items()},
        "heads": heads,
    }
