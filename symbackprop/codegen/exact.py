"""Exact numbers that run through generated code in the place of floats: integers modulo the prime 2^61 - 1.

Activations are not polynomials, so their values are drawn instead: every unit's output is a random element that depends
only on which function is applied to which number. The identity under test is polynomial in those outputs, so it holds
for the real functions if it holds for free ones; the only laws used are exp(-z) = 1/exp(z), which lets a sigmoid stand
inside a statement, and exp(0) = 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

PRIME = 2**61 - 1


class Inexact(ArithmeticError):
    """Generated code did something to an exact number that no formula of it should do."""


class Mod:
    """An integer modulo 2^61 - 1, ordered by its representative between -(p-1)/2 and (p-1)/2.

    >>> (Mod(1) / 3 * 3 == Mod(1)), Mod(-2) < 0
    (True, True)
    """

    __slots__ = ("draw", "value")

    def __init__(self, value: int, draw: Draw | None = None) -> None:
        self.value = value % PRIME
        self.draw = draw

    def _make(self, value: int, other: object = None) -> Mod:
        return Mod(value, self.draw or getattr(other, "draw", None))

    def __add__(self, other: object) -> Mod:
        if type(other) is Mod:  # by far the most frequent
            return Mod(self.value + other.value, self.draw or other.draw)
        number = plain(other)
        return NotImplemented if number is None else self._make(self.value + number, other)

    def __sub__(self, other: object) -> Mod:
        if type(other) is Mod:  # by far the most frequent
            return Mod(self.value - other.value, self.draw or other.draw)
        number = plain(other)
        return NotImplemented if number is None else self._make(self.value - number, other)

    def __rsub__(self, other: object) -> Mod:
        number = plain(other)
        return NotImplemented if number is None else self._make(number - self.value, other)

    def __mul__(self, other: object) -> Mod:
        if type(other) is Mod:  # by far the most frequent
            return Mod(self.value * other.value, self.draw or other.draw)
        number = plain(other)
        return NotImplemented if number is None else self._make(self.value * number, other)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: object) -> Mod:
        number = plain(other)
        return NotImplemented if number is None else self._make(self.value * pow(number, -1, PRIME), other)

    def __rtruediv__(self, other: object) -> Mod:
        number = plain(other)
        return NotImplemented if number is None else self._make(number * pow(self.value, -1, PRIME), other)

    def __pow__(self, exponent: int) -> Mod:
        return self._make(pow(self.value, exponent, PRIME))

    def __neg__(self) -> Mod:
        return self._make(-self.value)

    def __pos__(self) -> Mod:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mod | int | float | Fraction) and self.value == plain(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def _signed(self) -> int:
        return signed(self.value)

    def __lt__(self, other: object) -> bool:
        number = plain(other)
        return NotImplemented if number is None else signed(self.value) < signed(number)

    def __gt__(self, other: object) -> bool:
        number = plain(other)
        return NotImplemented if number is None else signed(self.value) > signed(number)

    def __le__(self, other: object) -> bool:
        above = self.__gt__(other)
        return above if above is NotImplemented else not above

    def __ge__(self, other: object) -> bool:
        below = self.__lt__(other)
        return below if below is NotImplemented else not below

    def __float__(self) -> float:
        raise Inexact("an exact number was made a float")

    def __bool__(self) -> bool:
        raise Inexact("an exact number was used as a truth value")

    def __repr__(self) -> str:
        return f"Mod({self._signed()})"

    def exp(self) -> Mod:
        """The drawn exponential (NumPy calls this for its exp of an object)."""
        return self._draw().exp(self)

    def tanh(self) -> Mod:
        """The drawn hyperbolic tangent."""
        return self._draw().function("tanh", self)

    def sqrt(self) -> Mod:
        """The drawn square root."""
        return self._draw().activation("sqrt", self)

    def log(self) -> Mod:
        """The drawn logarithm; only reported losses use it. Of a softmax's output it is z less the group's log-sum-exp."""
        known = self._draw().logs.get(self.value)
        return self._draw().function("log", self) if known is None else known

    def _draw(self) -> Draw:
        if self.draw is None:
            raise Inexact("a constant was put through an activation")
        return self.draw


def signed(value: int) -> int:
    """The representative between -(p-1)/2 and (p-1)/2."""
    return value if value <= PRIME // 2 else value - PRIME


def plain(value: object) -> int | None:
    """The representative of an exact or plain number; None for anything else (an array takes over then)."""
    if isinstance(value, Mod):
        return value.value
    if type(value) is int:
        return value % PRIME
    return exact(value) if isinstance(value, int | float | Fraction) else None


@lru_cache(1024)
def exact(value: int | float | Fraction) -> int:
    """A plain number as an element modulo the prime, by its exact value (1.0 is 1, 0.5 is 1/2)."""
    number = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    return number.numerator * pow(number.denominator, -1, PRIME) % PRIME


class Draw:
    """Random elements that depend on a seed and on what they stand for; equal questions get equal answers."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.logs: dict[int, Mod] = {}
        self.known: dict[tuple[object, ...], Mod] = {}  # activations drawn before
        self.answers: dict[tuple[bytes, int], int] = {}  # the same, as compiled code asks for them

    def constant(self, value: int | Fraction) -> Mod:
        """A plain number as an element."""
        return Mod(exact(value), self)

    def choose(self, z: Mod, above: Callable[[], Mod], below: Callable[[], Mod]) -> Mod:
        """above() where z > 0 in the order of the elements, below() elsewhere."""
        return above() if z > 0 else below()

    def number(self, *what: object) -> Mod:
        """A uniformly drawn element other than 0 and 1."""
        text = "|".join(map(str, (self.seed, *what)))
        value = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")
        return Mod(2 + value % (PRIME - 2), self)

    def function(self, name: str, *arguments: Mod) -> Mod:
        """name(arguments), drawn."""
        return self.number("function", name, *(each.value for each in arguments))

    def exp(self, z: Mod) -> Mod:
        """exp(z), with exp(-z) = 1/exp(z) and exp(0) = 1, which a unit without bias behind a rectifier at rest needs."""
        if z == 0:
            return Mod(1, self)
        return self.function("exp", z) if z > 0 else 1 / self.function("exp", -z)

    def sigmoid(self, z: Mod) -> Mod:
        """1/(1 + exp(-z))."""
        return 1 / (1 + self.exp(-z))

    def softmax(self, *zs: Mod) -> list[Mod]:
        """Drawn outputs that sum to 1, as a softmax group's do."""
        made = [self.number("softmax", k, *(z.value for z in zs)) for k in range(len(zs) - 1)]
        last = Mod(1, self)
        for each in made:
            last = last - each
        top = self.log_sum_exp(*zs)
        self.logs |= {each.value: z - top for each, z in zip([*made, last], zs, strict=True)}
        return [*made, last]

    def log_sum_exp(self, *zs: Mod) -> Mod:
        """log of the sum of all exp(z), drawn; `softmax` keeps the law log a = z - log_sum_exp, which the kernel proves."""
        return self.function("log_sum_exp", *zs)

    def activation(self, name: str, *arguments: Any) -> Mod:
        """The drawn value of a one-variable activation: the sigmoid by its law with exp, any other freely."""
        asked = (name, *(each.value for each in arguments))
        if asked not in self.known:
            self.known[asked] = self.sigmoid(*arguments) if name == "sigmoid" else self.function(name, *arguments)
        return self.known[asked]
