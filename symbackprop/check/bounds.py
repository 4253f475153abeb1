"""Inequalities the checker can prove: squares, sums of positive terms, outputs that lie between 0 and 1."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from symbackprop.check.algebra import Scalar
from symbackprop.check.scope import Env
from symbackprop.kernel.polynomials import Poly


def nonnegative(value: Scalar, env: Env, strict: bool = False) -> bool:
    """Whether value >= 0 (or > 0) is proved: True is a proof, False is no answer."""
    return _poly(value.num, env, strict) and _poly(value.den, env, True)


def _poly(poly: Poly, env: Env, strict: bool) -> bool:
    if not poly:
        return not strict
    if all(c > 0 and _positive(m, env) for m, c in poly.items()):
        return True
    if all(c > 0 and _even(m, env) for m, c in poly.items()):
        return not strict or poly.get((), 0) > 0
    return _quadratic(poly, env, strict)


def _positive(monomial: tuple[int, ...], env: Env) -> bool:
    """A product of things that are positive: exponentials, sigmoid and softmax outputs, the rate."""
    return all(_is_positive(g, env) for g in monomial)


def _is_positive(g: int, env: Env) -> bool:
    key = env.view.algebra.keys[g]
    if key[0] in ("exp", "rate"):
        return True
    if key[0] == "out" and env.scope.net is not None:
        kind = env.scope.net.by_name[key[1]].activation
        return kind.range[0] == 0 and kind.name in ("sigmoid", "softmax", "softplus")
    return False


def _even(monomial: tuple[int, ...], env: Env) -> bool:
    return all(monomial.count(g) % 2 == 0 or _is_positive(g, env) for g in set(monomial))


def _quadratic(poly: Poly, env: Env, strict: bool) -> bool:
    """a g^2 + b g + c in one generator, by its discriminant, or by its values at the ends of (0, 1) where g lies there."""
    names = {g for monomial in poly for g in monomial}
    if len(names) != 1 or any(len(m) > 2 for m in poly):
        return False
    g = next(iter(names))
    a, b, c = (Fraction(poly.get(m, 0)) for m in ((g, g), (g,), ()))
    discriminant = b * b - 4 * a * c
    if a > 0 and (discriminant < 0 or (discriminant == 0 and not strict)):
        return True
    key = env.view.algebra.keys[g]
    if key[0] == "out" and env.scope.net is not None:
        low, high = env.scope.net.by_name[key[1]].activation.range
        if low == 0 and high == 1 and c >= 0 and a + b + c >= 0:
            return a <= 0  # concave or straight, and not negative at the ends: positive between them
        if low == -1 and high == 1 and a - b + c >= 0 and a + b + c >= 0:
            return a <= 0
    if key[0] == "exp":
        root = isqrt(max(int(discriminant), 0))
        return a >= 0 and b >= 0 and c >= 0 and root >= 0
    return False
