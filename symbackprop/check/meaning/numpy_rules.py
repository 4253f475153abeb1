"""Products and sums as programs mean them: entry by entry, with rows and columns spread out, and one-dimensional arrays."""

from __future__ import annotations

from symbackprop.check.exact import values as V
from symbackprop.check.exact.values import Mat, Value
from symbackprop.check.meaning import denominators
from symbackprop.check.meaning.scope import Env


def spread(parts: list[Value]) -> list[Value]:
    """The matrices made as large as the largest, a row or a column repeated; as they are where they do not fit."""
    shapes = [each.shape for each in parts if isinstance(each, Mat)]
    if not shapes:
        return parts
    high, wide = (max(shape[side] for shape in shapes) for side in (0, 1))
    if any(shape[0] not in (1, high) or shape[1] not in (1, wide) for shape in shapes):
        return parts
    return [_stretched(each, high, wide) if isinstance(each, Mat) else each for each in parts]


def _stretched(value: Mat, high: int, wide: int) -> Mat:
    rows = value.rows * high if len(value.rows) == 1 else value.rows
    return Mat(tuple(row * wide if len(row) == 1 else row for row in rows))


def product(one: Value, other: Value, op: str, env: Env) -> Value:
    """* is entry by entry, / too; @ takes an upright vector on its left for a one-dimensional array."""
    algebra, left, right = env.view.algebra, V.simple(one), V.simple(other)
    if op == "/":
        for each in (each for row in V.as_matrix(right).rows for each in row) if isinstance(right, Mat) else (right,):
            denominators.remember(each, env)
        if not isinstance(right, Mat):
            return V.divide(algebra, one, other)
        op, right = "times", right.map(algebra.inverse)
    if op == "times" and isinstance(left, Mat) and isinstance(right, Mat):
        first, second = spread([left, right])
        return V.multiply(algebra, first, second, "odot")
    flat = isinstance(left, Mat) and isinstance(right, Mat) and left.shape[1] == 1 and left.shape[0] == right.shape[0] > 1
    if op == "@" and flat and not env.scope.notation.rows and not env.scope.upright:
        assert isinstance(left, Mat) and isinstance(right, Mat)
        env.scope.notes["read the vector before @ as a one-dimensional array"] = None
        found = V.matmul(algebra, left.transposed(), right)
        return V.simple(found.transposed()) if isinstance(found, Mat) else found
    return V.multiply(algebra, left, right, op)
