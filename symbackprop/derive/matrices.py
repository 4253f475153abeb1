"""Numbers, functions, tuples and matrices as values, and their sums and products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from symbackprop.derive.meaning import Meaningless
from symbackprop.kernel.terms import Term


@dataclass(frozen=True)
class Function:
    """A function of one argument; `names` says how a lambda bound it, for messages."""

    call: Callable[[Value], Value]
    pairs: int = 0  # how many numbers the tuple holds that it takes; 0 for one number


@dataclass(frozen=True)
class Matrix:
    """Rows of terms; a tuple or vector is one column."""

    rows: tuple[tuple[Term, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    def entries(self) -> list[Term]:
        """All entries, row by row."""
        return [each for row in self.rows for each in row]


@dataclass(frozen=True)
class Functions:
    """A tuple of functions, such as the gradient."""

    parts: tuple[Function, ...]


Value = Any  # Term | Function | Functions | Matrix


def column(items: Sequence[Term]) -> Matrix:
    """The terms as one column."""
    return Matrix(tuple((each,) for each in items))


def tupled(values: Sequence[Value]) -> Value:
    """A tuple of numbers, or of functions."""
    if all(isinstance(each, Function) for each in values):
        return Functions(tuple(values))
    if any(isinstance(each, Function | Functions | Matrix) for each in values):
        raise Meaningless("a tuple holds numbers, or functions, not both")
    return column(values)


def matrix(value: Value) -> Matrix:
    """The value, which must be a tuple, vector or matrix."""
    if not isinstance(value, Matrix):
        raise Meaningless("a tuple, vector or matrix is expected here")
    return value


def dot(left: Value, right: Value) -> Term:
    """The dot product."""
    one, two = matrix(left).entries(), matrix(right).entries()
    if len(one) != len(two):
        raise Meaningless("a dot product of two different lengths")
    return ("+", *(("*", a, b) for a, b in zip(one, two)))


def total(values: list[Value], signs: tuple[int, ...]) -> Value:
    """A sum of numbers, or of matrices of one shape."""

    def signed(value: Term, sign: int) -> Term:
        return value if sign > 0 else ("*", -1, value)

    if not any(isinstance(each, Matrix) for each in values):
        return ("+", *(signed(number(each), sign) for each, sign in zip(values, signs)))
    matrices = [matrix(each) for each in values]
    if len({each.shape for each in matrices}) > 1:
        raise Meaningless("matrices of different shapes are added")
    rows, columns = matrices[0].shape
    return Matrix(
        tuple(
            tuple(("+", *(signed(m.rows[i][j], s) for m, s in zip(matrices, signs))) for j in range(columns))
            for i in range(rows)
        )
    )


def product(values: list[Value], by: str) -> Value:
    """A product of numbers and matrices; `by` odot multiplies entry by entry."""
    if not any(isinstance(each, Matrix) for each in values):
        return ("*", *(number(each) for each in values))
    result = values[0]
    for each in values[1:]:
        result = times(result, each, by)
    return result


def times(left: Value, right: Value, by: str) -> Value:
    """The product of two numbers, of a number and a matrix, of two matrices."""
    if not isinstance(left, Matrix) and not isinstance(right, Matrix):
        return ("*", number(left), number(right))
    if not isinstance(left, Matrix) or not isinstance(right, Matrix):
        scalar, grid = (number(right), matrix(left)) if isinstance(left, Matrix) else (number(left), matrix(right))
        return Matrix(tuple(tuple(("*", scalar, each) for each in row) for row in grid.rows))
    if by == "odot":
        if left.shape != right.shape:
            raise Meaningless("an elementwise product of two different shapes")
        return Matrix(tuple(tuple(("*", a, b) for a, b in zip(one, two)) for one, two in zip(left.rows, right.rows)))
    if left.shape[1] != right.shape[0]:
        raise Meaningless("a matrix product of shapes that do not fit")
    columns = list(zip(*right.rows))
    return Matrix(
        tuple(tuple(("+", *(("*", a, b) for a, b in zip(row, column))) for column in columns) for row in left.rows)
    )


def number(value: Value) -> Term:
    """The value, which must be a number."""
    if isinstance(value, Function | Functions | Matrix):
        raise Meaningless("a number is expected here")
    return value


def number_of(term: Term) -> Fraction | None:
    """The rational number a term without symbols is; None for any other."""
    if isinstance(term, int):
        return Fraction(term)
    if not isinstance(term, tuple) or term[0] not in ("+", "*", "/", "^"):
        return None
    parts = [number_of(each) for each in term[1:]]
    known = [each for each in parts if each is not None]
    if len(known) < len(parts):
        return None
    if term[0] == "+":
        return sum(known, Fraction(0))
    if term[0] == "*":
        return prod(known, start=Fraction(1))
    return known[0] / known[1] if term[0] == "/" else known[0] ** term[2]


def without_steps(term: Term) -> Term:
    """The term with the step function of every number but 0 put in: 1 above 0, 0 below.

    >>> without_steps(("*", "x", ("step", ("+", 1, -3))))
    ('*', 'x', 0)
    """
    if not isinstance(term, tuple):
        return term
    parts = tuple(without_steps(each) for each in term[1:])
    value = number_of(parts[0]) if term[0] == "step" else None
    return int(value > 0) if value else (term[0], *parts)
