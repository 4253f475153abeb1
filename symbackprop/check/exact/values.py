"""What an expression can be besides a number: a matrix, a function, a tuple; and how these combine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeGuard

from symbackprop.check.exact.algebra import ONE, Algebra, Scalar, number


class ShapeClash(Exception):
    """Sizes that do not fit: the formula is no statement about real numbers."""


class Unsupported(Exception):
    """Read, but not something the checker decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Mat:
    """A matrix of values; a vector is one column."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    def map(self, function: Callable[[Scalar], Scalar]) -> Mat:
        """`function` of every entry."""
        return Mat(tuple(tuple(function(each) for each in row) for row in self.rows))

    def transposed(self) -> Mat:
        """Rows as columns."""
        return Mat(tuple(zip(*self.rows)))


@dataclass(frozen=True, slots=True, eq=False)
class Tup:
    """Things separated by commas."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fn:
    """A function of `arity` arguments, taken one at a time; `given` are the arguments it already has."""

    name: str
    arity: int
    call: Callable[[tuple[Value, ...]], Value]
    given: tuple[Value, ...] = ()
    elementwise: bool = False
    orders: Callable[[tuple[Value, ...], int], Value] | None = None  # its derivatives, where it knows them
    order: int = 0
    curried: bool = False  # a tuple is one argument

    def apply(self, argument: Value) -> Value:
        """The function with one more argument; a tuple fills several places."""
        if not self.curried and isinstance(argument, Mat) and self.arity > 1 and argument.shape == (self.arity - len(self.given), 1):
            argument = Tup(tuple(row[0] for row in argument.rows))  # p + dp: a vector in the places of its components
        missing = self.arity - len(self.given)
        more = argument.items if isinstance(argument, Tup) and not self.curried and missing == len(argument.items) > 1 else None
        given = (*self.given, *(more or (argument,)))
        if len(given) < self.arity:
            return replace(self, given=given)
        if self.elementwise and self.arity == 1 and isinstance(given[0], Mat):
            return given[0].map(lambda each: scalar(self.call((each,)), self.name))
        return self.call(given)


@dataclass(frozen=True, slots=True)
class Operator:
    """D, nabla or d/dx, waiting for what it acts on."""

    name: str
    act: Callable[[Value], Value]


Value = Scalar | Mat | Fn | Tup | Operator


def column(values: list[Scalar]) -> Value:
    """A vector; a single value stays a number."""
    return values[0] if len(values) == 1 else Mat(tuple((each,) for each in values))


def simple(value: Value) -> Value:
    """A one by one matrix is its entry."""
    return value.rows[0][0] if isinstance(value, Mat) and value.shape == (1, 1) else value


def is_callable(value: Value) -> TypeGuard[Fn | Operator]:
    """Whether a value takes the next item of a juxtaposition."""
    return isinstance(value, (Fn, Operator))


def scalar(value: Value, where: str) -> Scalar:
    """The value as a number, or Unsupported."""
    value = simple(value)
    if isinstance(value, Scalar):
        return value
    kinds = {Mat: "a matrix", Fn: "a function", Tup: "a tuple", Operator: "an operator"}
    if isinstance(value, Fn) and value.given:
        raise Unsupported(f"{where}: the function {value.name} has {len(value.given)} of its {value.arity} arguments")
    raise Unsupported(f"{where}: {kinds[type(value)]} where a number is needed")


def add(algebra: Algebra, values: list[Value]) -> Value:
    """The sum of numbers, matrices of one shape, tuples of one length, or functions."""
    values = [simple(each) for each in values]
    if all(isinstance(each, Scalar) for each in values):
        return algebra.add(*(each for each in values if isinstance(each, Scalar)))
    if any(isinstance(each, Fn) for each in values):
        return Fn("a sum", 1, lambda args: add(algebra, [each.apply(args[0]) if isinstance(each, Fn) else each for each in values]))
    if any(isinstance(each, Mat) and each.shape[0] == 1 for each in values):  # [1, 2] beside a row is a row
        values = [as_matrix(each).transposed() if isinstance(each, Tup) else each for each in values]
    mats = [as_matrix(each) for each in values]
    mats_only = [each for each in values if not isinstance(each, Scalar)]
    plain = [each for each in values if isinstance(each, Scalar) and algebra.constant(each) is not None]
    if len(plain) + len(mats_only) == len(values) and mats_only:  # 1 - a: the number for every entry
        rows, columns = as_matrix(mats_only[0]).shape
        values = [Mat(((each,) * columns,) * rows) if isinstance(each, Scalar) else each for each in values]
        mats = [as_matrix(each) for each in values]
    elif any(isinstance(each, Scalar) for each in values):
        shapes = ", ".join(shape_name(each) for each in values)
        raise ShapeClash(f"a sum of {shapes}")
    shapes_found = {each.shape for each in mats}
    if len(shapes_found) > 1:
        raise ShapeClash("a sum of " + " and ".join(shape_name(each) for each in values))
    rows, columns = mats[0].shape
    return Mat(tuple(tuple(algebra.add(*(m.rows[i][j] for m in mats)) for j in range(columns)) for i in range(rows)))


def as_matrix(value: Value) -> Mat:
    """A value as a matrix: a tuple is a column."""
    if isinstance(value, Mat):
        return value
    if isinstance(value, Tup):
        return Mat(tuple((scalar(each, "a tuple"),) for each in value.items))
    return Mat(((scalar(value, "a sum"),),))


def shape_name(value: Value) -> str:
    """The shape in words."""
    value = simple(value)
    if isinstance(value, Mat):
        rows, columns = value.shape
        return f"a vector of {rows}" if columns == 1 else f"a {rows} x {columns} matrix"
    if isinstance(value, Tup):
        return f"a tuple of {len(value.items)}"
    return "a function" if isinstance(value, (Fn, Operator)) else "a number"


def negate(algebra: Algebra, value: Value) -> Value:
    """Minus a value."""
    value = simple(value)
    if isinstance(value, Scalar):
        return algebra.neg(value)
    if isinstance(value, Mat):
        return value.map(algebra.neg)
    if isinstance(value, Tup):
        return Tup(tuple(negate(algebra, each) for each in value.items))
    if isinstance(value, Fn):
        return Fn("minus " + value.name, 1, lambda args: negate(algebra, value.apply(args[0])))
    raise Unsupported("minus an operator")


def multiply(algebra: Algebra, one: Value, other: Value, op: str = "") -> Value:
    """The product that the operator means for these two kinds of value."""
    one, other = simple(one), simple(other)
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return algebra.mul(one, other)
    if isinstance(one, Fn) or isinstance(other, Fn):
        return _pointwise(algebra, one, other, op)
    if isinstance(one, Operator) or isinstance(other, Operator):
        raise Unsupported("an operator with nothing to act on")
    if op == "otimes":  # before numbers are scaled: the outer product of a layer of one unit and a vector is a row
        return simple(_outer(algebra, as_matrix(one), as_matrix(other)))
    if isinstance(one, Scalar) and isinstance(other, (Mat, Tup)):
        return as_matrix(other).map(lambda each: algebra.mul(one, each))
    if isinstance(other, Scalar) and isinstance(one, (Mat, Tup)):
        return as_matrix(one).map(lambda each: algebra.mul(each, other))
    if isinstance(one, Tup) and isinstance(other, Mat) and op in ("", "cdot", "times", "@") and len(one.items) == other.shape[0] and other.shape[1] > 1:
        return matmul(algebra, as_matrix(one).transposed(), other)  # a list before a matrix lies: [1, 2] W
    left, right = as_matrix(one), as_matrix(other)
    if op in ("odot", "circ", "star"):
        return _entrywise(algebra, left, right)
    if op in ("times", "bullet") and left.shape == right.shape:
        if left.shape[0] != left.shape[1] and op == "times":
            return _entrywise(algebra, left, right)  # no other product of these shapes fits
        if op == "times":
            raise Unsupported("a product * of two square matrices: entrywise or by rows and columns, it does not say which")
        return _entrywise(algebra, left, right)
    if op == "cdot" and left.shape == right.shape and left.shape[1] == 1:
        return algebra.add(*(algebra.mul(a[0], b[0]) for a, b in zip(left.rows, right.rows)))
    return matmul(algebra, left, right)


def _pointwise(algebra: Algebra, one: Value, other: Value, op: str) -> Value:
    if op in ("circ",) and isinstance(one, Fn) and isinstance(other, Fn):
        first, second = one, other
        return Fn(f"{one.name} o {other.name}", 1, lambda args: first.apply(second.apply(args[0])))
    if op in ("cdot", "times", "") :
        def call(args: tuple[Value, ...]) -> Value:
            left = one.apply(args[0]) if isinstance(one, Fn) else one
            right = other.apply(args[0]) if isinstance(other, Fn) else other
            return multiply(algebra, left, right, op)

        return Fn("a product of functions", 1, call)
    raise Unsupported("this product of functions")


def _entrywise(algebra: Algebra, left: Mat, right: Mat) -> Mat:
    if left.shape != right.shape:
        raise ShapeClash(f"an entrywise product of {shape_name(left)} and {shape_name(right)}")
    return Mat(tuple(tuple(algebra.mul(a, b) for a, b in zip(r, s)) for r, s in zip(left.rows, right.rows)))


def _outer(algebra: Algebra, left: Mat, right: Mat) -> Mat:
    if left.shape[1] != 1 or right.shape[1] != 1:
        raise ShapeClash(f"an outer product of {shape_name(left)} and {shape_name(right)}")
    return Mat(tuple(tuple(algebra.mul(a[0], b[0]) for b in right.rows) for a in left.rows))


def matmul(algebra: Algebra, left: Mat, right: Mat) -> Value:
    """The matrix product; ShapeClash where the inner sizes differ."""
    if left.shape[1] != right.shape[0]:
        raise ShapeClash(f"a product of {shape_name(left)} and {shape_name(right)}")
    columns = list(zip(*right.rows))
    rows = tuple(tuple(algebra.dot(zip(row, col)) for col in columns) for row in left.rows)
    return simple(Mat(rows))


def divide(algebra: Algebra, one: Value, other: Value) -> Value:
    """one / other, for a number other."""
    return multiply(algebra, one, algebra.inverse(scalar(other, "a denominator")))


def power(algebra: Algebra, value: Value, exponent: int) -> Value:
    """A whole power of a number; of a vector, only the entrywise square is ever meant, and that is ambiguous: refused."""
    value = simple(value)
    if isinstance(value, Fn):
        inner = value
        if exponent < 0:
            raise Unsupported(f"{value.name}^{{{exponent}}}: the inverse function or the reciprocal, it does not say which")
        return Fn(f"{value.name}^{exponent}", 1, lambda args: power(algebra, inner.apply(args[0]), exponent))
    if isinstance(value, Mat):
        raise Unsupported("a power of a vector or a matrix: say which product is meant")
    base = scalar(value, "a power")
    if not base.num and not exponent:
        raise Unsupported("0 to the power 0, which some define as 1 and others not at all")
    return algebra.power(base, exponent)


def squared_norm(algebra: Algebra, value: Value) -> Scalar:
    """The sum of the squares of the entries."""
    entries = [each for row in as_matrix(value).rows for each in row]
    return algebra.add(*(algebra.mul(each, each) for each in entries))


__all__ = ["ONE", "Fn", "Mat", "Operator", "ShapeClash", "Tup", "Unsupported", "Value", "number"]
