"""Functions as terms of the kernel: those that stand for undefined ones at a witness, and the slopes of activations."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache

from symbackprop.kernel.rules import derivative
from symbackprop.kernel.terms import Term


@cache
def bounded(order: int) -> Term:
    """A derivative of a function that has no symmetry to hide in and values between 0 and 1, where every loss is defined."""
    inner = ("+", "z", ("/", ("^", "z", 2), 9), ("/", 1, 5))
    return slope(("^", ("+", 1, ("exp", ("*", -1, inner))), -1), order)


@lru_cache(maxsize=256)
def slope(term: Term, order: int) -> Term:
    """The `order`-th derivative by z, without what is 0 or 1 in it.

    >>> slope(("+", ("exp", ("*", -1, "z")), ("step", "z"), 5), 1)
    ('*', ('exp', ('*', -1, 'z')), -1)
    """
    return _tidied(derivative(slope(term, order - 1), "z")) if order else term


def _tidied(term: Term) -> Term:
    if not isinstance(term, tuple):
        return term
    head, *parts = term[0], *map(_tidied, term[1:])
    if head == "*":
        parts = [0] if 0 in parts else [each for each in parts if each != 1] or [1]
    elif head == "+":
        parts = [each for each in parts if each != 0] or [0]
    elif head in ("/", "^") and parts[1] == 1:
        parts = parts[:1]
    return parts[0] if len(parts) == 1 and head in ("*", "+", "/", "^") else (head, *parts)


def scale(name: str) -> Fraction:
    """Functions of different names are different ones; sigma itself keeps its values between 0 and 1."""
    return Fraction(1) if name == "sigma" else Fraction(2 + sum(map(ord, name)) % 11, 3)


def coefficient(powers: tuple[int, ...]) -> Fraction:
    """The coefficient of a monomial in the polynomial that stands for a function."""
    return Fraction(1 + sum((i + 2) * p for i, p in enumerate(powers)) % 5, 2 + sum(powers))


def powers(count: int, degree: int) -> list[tuple[int, ...]]:
    """The monomials in `count` variables up to a degree."""
    out: list[tuple[int, ...]] = [()]
    for _ in range(count):
        out = [(*each, p) for each in out for p in range(degree + 1) if sum(each) + p <= degree]
    return out
