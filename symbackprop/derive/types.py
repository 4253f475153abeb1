"""The type of a form, read off its value: ℝ, ℝ → ℝ, ℝ² → ℝ, (ℝ → ℝ) → ℝ → ℝ."""

from __future__ import annotations

from symbackprop.derive import matrices
from symbackprop.derive.matrices import Function, Functions, Matrix, Value
from symbackprop.derive.meaning import Meaningless
from symbackprop.derive.shown import Shown
from symbackprop.derive.values import Values

POWERS = {1: "ℝ", 2: "ℝ²", 3: "ℝ³"}


def type_of(context: Values, form: Shown) -> str:
    """The type of what a form stands for; the reason why it has none, for a form that does not fit together.

    >>> from symbackprop.derive.curried import D, apply, function
    >>> from symbackprop.derive.shown import Symbol
    >>> square = function("x", Symbol("x") ** 2)
    >>> type_of(Values(), square), type_of(Values(), apply(square, 2)), type_of(Values(), D)
    ('ℝ → ℝ', 'ℝ', '(ℝ → ℝ) → ℝ → ℝ')
    """
    try:
        return _type(context, context.evaluate(form))
    except Meaningless as problem:
        return f"none: {problem.what}"


def _type(context: Values, value: Value) -> str:
    if isinstance(value, Matrix):
        rows, columns = value.shape
        return _power(rows) if columns == 1 else f"{rows} by {columns} matrix"
    if isinstance(value, Functions):
        return f"(ℝ → ℝ), {len(value.parts)} times"
    if not isinstance(value, Function):
        return "ℝ"
    argument: Value = matrices.column([context.fresh() for _ in range(value.pairs)]) if value.pairs else context.fresh()
    try:
        return f"{_power(value.pairs or 1)} → {_type(context, context.call(value, argument))}"
    except Meaningless:  # it does not take a number: perhaps a function of one
        return f"(ℝ → ℝ) → {_type(context, context.call(value, Function(lambda at: at)))}"


def _power(count: int) -> str:
    return POWERS.get(count, f"ℝ^{count}")
