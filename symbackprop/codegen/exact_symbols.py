"""Symbols that run through generated code in the place of floats: quotients of the kernel's polynomials, decided by the kernel.

What a run on numbers modulo a prime makes very likely, a run on symbols proves. A value of an activation is a generator of its
own, one for every argument; so is the sign of what a conditional asks about, and both of its branches are computed:
s yes + (1 - s) no. Two results are equal only if they are equal for free generators, hence for the real functions off the kinks.
Not: a decision that code is wrong. Two arguments that are equal but written differently get two generators, so that right code
may look different; then nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symbackprop.codegen.exact import Inexact
from symbackprop.kernel.polynomials import ONE, Poly, add, add_into, constant, generator, multiply, scale, subtract

MOST_WORK = 400_000  # generators handled in a whole run: past it (a fifth of a second) the run is given up


class TooLarge(ArithmeticError):
    """The symbols grew past the limit."""


def _plain(value: int | Fraction) -> int | Fraction:
    """A whole number as int, which is faster."""
    return int(value) if value.denominator == 1 else value


class Ratio:
    """One polynomial over another.

    >>> draw = SymbolDraw()
    >>> x = draw.number("x")
    >>> (x * x - 1) / (x - 1) == x + 1, x == 1
    (True, False)
    """

    __slots__ = ("down", "draw", "up")

    def __init__(self, up: Poly, down: Poly, draw: SymbolDraw) -> None:
        if down is ONE or down == ONE:
            down = ONE
        elif len(down) == 1 and () in down:
            up, down = scale(up, Fraction(1) / Fraction(down[()])), ONE
        elif up == down:
            up, down = ONE, ONE
        self.up, self.down, self.draw = up, (down if up else ONE), draw
        draw.spend(len(up) + len(down))

    def _other(self, other: object) -> Ratio | None:
        if isinstance(other, Ratio):
            return other
        if isinstance(other, int | Fraction) and not isinstance(other, bool):
            return Ratio(constant(_plain(other)), ONE, self.draw)
        return Ratio(constant(_plain(Fraction(repr(other)))), ONE, self.draw) if isinstance(other, float) else None

    def __add__(self, other: object) -> Ratio:
        right = self._other(other)
        if right is None:
            return NotImplemented
        if self.down is right.down or self.down == right.down:
            return Ratio(add(self.up, right.up), self.down, self.draw)
        times = self.draw.times
        return Ratio(
            add(times(self.up, right.down), times(right.up, self.down)), times(self.down, right.down), self.draw
        )

    def __mul__(self, other: object) -> Ratio:
        right = self._other(other)
        if right is None:
            return NotImplemented
        one, two, three, four = self.up, self.down, right.up, right.down
        one, four = (ONE, ONE) if one == four else (one, four)  # the only cancelling that is needed: a/b * b/c
        three, two = (ONE, ONE) if three == two else (three, two)
        return Ratio(self.draw.times(one, three), self.draw.times(two, four), self.draw)

    def inverse(self) -> Ratio:
        """1 / self."""
        if not self.up:
            raise ZeroDivisionError
        return Ratio(self.down, self.up, self.draw)

    def __neg__(self) -> Ratio:
        return Ratio(scale(self.up, -1), self.down, self.draw)

    def __pos__(self) -> Ratio:
        return self

    def __sub__(self, other: object) -> Ratio:
        right = self._other(other)
        return NotImplemented if right is None else self + -right

    def __rsub__(self, other: object) -> Ratio:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: object) -> Ratio:
        right = self._other(other)
        return NotImplemented if right is None else self * right.inverse()

    def __rtruediv__(self, other: object) -> Ratio:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> Ratio:
        made = self.draw.constant(1)
        for _ in range(abs(exponent)):
            made = made * self
        return made if exponent >= 0 else made.inverse()

    def __eq__(self, other: object) -> bool:
        right = self._other(other)
        if right is None:
            return False
        return not subtract(self.draw.times(self.up, right.down), self.draw.times(right.up, self.down))

    __hash__ = None  # type: ignore[assignment]

    def __gt__(self, other: object) -> Sign:
        return Sign(self.draw.sign(self - other))

    def __lt__(self, other: object) -> Sign:
        return Sign(1 - self.draw.sign(self - other))

    __ge__, __le__ = __gt__, __lt__  # off the kinks there is no difference

    def __bool__(self) -> bool:
        raise Inexact("a symbol was used as a truth value")

    __float__ = __bool__

    @property
    def key(self) -> object:
        """What generators are told apart by."""
        self.draw.spend(sum(map(len, self.up)))
        return frozenset(self.up.items()), frozenset(self.down.items())

    def exp(self) -> Ratio:
        """NumPy calls this for its exp of an object; so it does the two below."""
        return self.draw.exp(self)

    def tanh(self) -> Ratio:
        """A generator."""
        return self.draw.function("tanh", self)

    def log(self) -> Ratio:
        """A generator; only reported losses use it."""
        return self.draw.function("log", self)


class Sign:
    """What a conditional asks: s = 1 where the answer is yes, 0 where it is no."""

    def __init__(self, s: Ratio) -> None:
        self.s = s

    def __bool__(self) -> bool:
        raise Inexact("the sign of a symbol was used as a truth value")


def either(test: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """yes if test else no, with both computed where the test is a sign."""
    if not isinstance(test, Sign):
        return yes() if test else no()
    one, other = yes(), no()
    if isinstance(one, Ratio) and one == other:
        return one
    return test.s * one + (1 - test.s) * other


class SymbolDraw:
    """Generators for weights, samples and the values of functions; the same question gets the same generator."""

    def __init__(self) -> None:
        self._ids: dict[object, int] = {}
        self._signs: set[int] = set()
        self._work = 0

    def spend(self, work: int) -> None:
        """Count work; TooLarge where a run has done too much of it."""
        self._work += work
        if self._work > MOST_WORK:
            raise TooLarge

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product, with s s = s for the sign of anything."""
        if not left or not right:
            return {}
        self.spend(len(left) * len(right) * (len(max(left, key=len)) + len(max(right, key=len)) + 1))
        made, signs = multiply(left, right), self._signs
        if not signs:
            return made
        reduced: Poly = {}
        for monomial, coefficient in made.items():
            kept = tuple(i for k, i in enumerate(monomial) if i not in signs or k == 0 or monomial[k - 1] != i)
            add_into(reduced, {kept: coefficient})
        return reduced

    def _generator(self, *what: object) -> Ratio:
        return Ratio(generator(self._ids.setdefault(what, len(self._ids))), ONE, self)

    def constant(self, value: int | Fraction) -> Ratio:
        """A plain number."""
        return Ratio(constant(_plain(value)), ONE, self)

    def number(self, *what: object) -> Ratio:
        """A free symbol."""
        return self._generator("number", *map(str, what))

    def _turned(self, z: Ratio) -> tuple[Ratio, bool]:
        """z or -z, whichever has a positive first coefficient, and whether it is z itself."""
        if not z.up:
            return z, True
        first = min(z.up)
        return (z, True) if z.up[first] > 0 else (-z, False)

    def sigmoid(self, z: Ratio) -> Ratio:
        """One generator for z and -z: sigmoid(-z) = 1 - sigmoid(z)."""
        here, straight = self._turned(z)
        a = self._generator("sigmoid", here.key) if here.up else self.constant(Fraction(1, 2))
        return a if straight else 1 - a

    def exp(self, z: Ratio) -> Ratio:
        """exp(z) = sigmoid(z) / (1 - sigmoid(z))."""
        a = self.sigmoid(z)
        return a / (1 - a)

    def sign(self, z: Ratio) -> Ratio:
        """1 where z > 0, 0 where z < 0."""
        here, straight = self._turned(z)
        s = self._generator("sign", here.key)
        self._signs.add(next(iter(s.up))[0])
        return s if straight else 1 - s

    def choose(self, z: Ratio, above: Callable[[], Ratio], below: Callable[[], Ratio]) -> Ratio:
        """above() where z > 0, below() elsewhere."""
        made: Ratio = either(z > 0, above, below)
        return made

    def function(self, name: str, *arguments: Ratio) -> Ratio:
        """name(arguments), free."""
        return self._generator("function", name, *(each.key for each in arguments))

    def softmax(self, *zs: Ratio) -> list[Ratio]:
        """Free outputs that sum to 1."""
        keys = tuple(each.key for each in zs)
        made = [self._generator("softmax", k, keys) for k in range(len(zs) - 1)]
        last = self.constant(1)
        for each in made:
            last = last - each
        return [*made, last]

    def activation(self, name: str, *arguments: Ratio) -> Ratio:
        """The sigmoid by its law with exp, any other freely."""
        return self.sigmoid(*arguments) if name == "sigmoid" else self.function(name, *arguments)


class Symbolically(ast.NodeTransformer):
    """Float literals become the fractions they were written as; a conditional computes both branches."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, float):
            call = ast.Call(ast.Name("_exact", ast.Load()), [ast.Constant(repr(node.value))], [])
            return ast.copy_location(call, node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        nothing = ast.arguments([], [], None, [], [], None, [])
        branches = [ast.Lambda(nothing, node.body), ast.Lambda(nothing, node.orelse)]
        return ast.copy_location(ast.Call(ast.Name("_either", ast.Load()), [node.test, *branches], []), node)


    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE):
            return node
        given = sides if isinstance(node.ops[0], ast.Gt | ast.GtE) else sides[::-1]
        strict = ast.Constant(isinstance(node.ops[0], ast.Gt | ast.Lt))
        return ast.copy_location(ast.Call(ast.Name("_above", ast.Load()), [*given, strict], []), node)


def above(left: Any, right: Any, strict: bool) -> Any:
    """left > right (or >=), entry by entry for arrays, which would ask for truth values themselves."""
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return np.frompyfunc(lambda one, other: one > other, 2, 1)(left, right)
    return left > right if strict else left >= right


SCOPE: dict[str, Any] = {"_exact": Fraction, "_either": either, "_above": above}
