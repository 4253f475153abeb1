"""How activations, losses and their slopes are written by hand: o(1 - o), d - o. Whatever is not in a table here is
written out from its SymPy form, and either way the line that shows it is proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import sympy

from symbackprop.activations.activation import Activation
from symbackprop.derive import curried
from symbackprop.derive import shown as S
from symbackprop.derive.shown import Like, Shown, shown
from symbackprop.losses.loss import Loss
from symbackprop.symbols import Expr

HALF = S.Number(Fraction(1, 2))

# phi'(z) by the output a = phi(z)
SLOPES: Mapping[str, Callable[[Shown], Shown | None]] = {
    "identity": lambda a: None,  # the factor 1 is not written
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: S.Bracketed(1 - a**2, "("),
}

# phi(z) by z
VALUES: Mapping[str, Callable[[Shown], Shown]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + S.Exponential(-z)),
    "tanh": lambda z: (S.Exponential(z) - S.Exponential(-z)) / (S.Exponential(z) + S.Exponential(-z)),
    "softplus": lambda z: S.Applied("log", 1 + S.Exponential(z)),
}

# one summand of the cost, and its slope, by the output a and the target y
LOSSES: Mapping[str, Callable[[Shown, Shown], Shown]] = {
    "performance": lambda a, y: -(HALF * (y - a) ** 2),
    "half_squared": lambda a, y: HALF * (y - a) ** 2,
    "squared": lambda a, y: (y - a) ** 2,
    "binary_cross_entropy": lambda a, y: -S.Bracketed(y * S.Applied("log", a) + (1 - y) * S.Applied("log", 1 - a), "["),
    "softmax_cross_entropy": lambda a, y: -(y * S.Applied("log", a)),
}
LOSS_SLOPES: Mapping[str, Callable[[Shown, Shown], Shown]] = {
    "performance": lambda a, y: y - a,
    "half_squared": lambda a, y: a - y,
    "squared": lambda a, y: S.Product((S.Number(Fraction(2)), a - y)),
    "binary_cross_entropy": lambda a, y: (a - y) / (a * (1 - a)),
    "softmax_cross_entropy": lambda a, y: -(y / a),
}


LOSS_WORDS: Mapping[str, str] = {
    "performance": "the performance", "half_squared": "half the squared error", "squared": "the squared error",
    "undefined": "an undefined cost", "binary_cross_entropy": "the binary cross-entropy",
    "softmax_cross_entropy": "the cross-entropy of the softmax outputs",
}  # fmt: skip


def loss_words(loss: Loss) -> str:
    """What a loss is called in a sentence."""
    return LOSS_WORDS.get(loss.name, f"the {loss.name.replace('_', ' ')} loss")


def slope(kind: Activation, unit: str, a: Shown) -> Shown | None:
    """phi' of a unit as a factor; None where it is 1."""
    if kind.name in SLOPES:
        return SLOPES[kind.name](a)
    if kind.slope is not None and kind.slope_is_polynomial:
        return S.Bracketed(written(kind.slope, {"a": a}), "(")
    return S.Quantity("slope", unit)


def rectified(z: Shown, alpha: Shown) -> Shown:
    """max(z, 0) + alpha min(z, 0), the second part left out where alpha is 0."""
    above, below = (S.Applied(name, curried.Tuple((z, shown(0)))) for name in ("max", "min"))
    return above if alpha == shown(0) else above + alpha * below


def rectified_slope(z: Shown, alpha: Shown) -> Shown:
    """1 above 0 and alpha below."""
    return S.Cases(((shown(1), S.Holds(z, ">", shown(0))), (alpha, "otherwise")))


def loss_value(loss: Loss, a: Shown, y: Shown) -> Shown | None:
    """One summand of the cost; None for an undefined cost."""
    if loss.value is None:
        return None
    return LOSSES[loss.name](a, y) if loss.name in LOSSES else written(loss.value, {"a": a, "y": y})


def loss_slope(loss: Loss, a: Shown, y: Shown) -> Shown | None:
    """d cost / d a; None for an undefined cost."""
    if loss.slope is None:
        return None
    return LOSS_SLOPES[loss.name](a, y) if loss.name in LOSS_SLOPES else written(loss.slope, {"a": a, "y": y})


def value(kind: Activation, z: Shown) -> Shown | None:
    """phi(z) written out; None where it is undefined or has no closed form here."""
    if kind.name in VALUES:
        return VALUES[kind.name](z)
    if kind.value is None or kind.value.has(sympy.Function("step")) or kind.kinks:
        return None
    return written(kind.value, {"z": z})


def written(expression: Expr, names: Mapping[str, Shown]) -> Shown:
    """A SymPy expression as a shown form, in SymPy's order: for table entries that nobody wrote out by hand."""
    if expression.is_Rational:
        return S.Number(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        return names.get(expression.name, S.Symbol(expression.name))
    parts = [written(each, names) for each in expression.args]
    if expression.is_Add:
        return S.plus(*parts)
    if expression.is_Mul:
        return _product(expression, names)
    if expression.is_Pow and expression.exp == -1:
        return S.Quotient(shown(1), parts[0])
    if expression.is_Pow:
        return S.Power(parts[0], parts[1])
    if expression.func is sympy.exp:
        return S.Exponential(parts[0])
    return S.Applied(expression.func.__name__, parts[0])


def _product(expression: Expr, names: Mapping[str, Shown]) -> Shown:
    coefficient = expression.as_coeff_Mul()[0]
    if coefficient < 0:
        return -written(-expression, names)
    top, bottom = expression.as_numer_denom()
    if bottom != 1:
        return written(top, names) / written(bottom, names)
    return S.Product(tuple(written(each, names) for each in expression.args))


def one_of(*forms: Like | None) -> list[Like]:
    """The forms that are there."""
    return [form for form in forms if form is not None]
