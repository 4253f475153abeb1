"""Inequalities the checker can prove: squares, sums of positive terms, outputs that lie between 0 and 1."""

from __future__ import annotations

from fractions import Fraction

from symbackprop.activations import activation as find_activation
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
    if env.view.algebra.keys[g][0] in ("exp", "rate", "partition"):
        return True
    inside = interval(g, env)
    return inside is not None and inside[0] == 0


def interval(g: int, env: Env) -> tuple[float, float] | None:
    """The open interval a generator lies in, where it is the value of a smooth bounded activation."""
    key = env.view.algebra.keys[g]
    if key[0] == "out" and env.scope.net is not None:
        kind = env.scope.net.by_name[key[1]].activation
    elif key[0] == "act":
        kind = find_activation(key[1])
    else:
        return None
    if kind.name not in ("sigmoid", "tanh", "softmax", "softplus"):
        return None
    return float(kind.range[0]), float(kind.range[1])


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
    inside = interval(g, env)
    if inside is None or inside[1] == float("inf"):
        return False
    low, high = (Fraction(end) for end in inside)
    ends = (a * low * low + b * low + c, a * high * high + b * high + c)
    # concave or straight and not negative at the ends: positive between them, unless it is zero at both and straight
    return a <= 0 and min(ends) >= 0 and (a < 0 or max(ends) > 0 or not strict)
