"""Inequalities the checker can prove: sums of positive terms, one variable, squares in many, one exponential."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isinf, lcm
from typing import Any

from symbackprop.activations import activation as find_activation
from symbackprop.check.exact.algebra import ONE, ZERO, Scalar
from symbackprop.check.meaning.scope import Env
from symbackprop.kernel.polynomials import Coefficient, Poly
from symbackprop.proofs.signs import Dense, dense, never_negative, plus, squares, times

MAX_KINKS = 4


def nonnegative(value: Scalar, env: Env, strict: bool = False, kinks: int = MAX_KINKS) -> bool:
    """Whether value >= 0 (or > 0) is proved: True is a proof, False is no answer."""
    algebra = env.view.algebra
    kink = min(algebra.generators(value) & algebra.steps, default=None)
    if kink is not None and kinks:  # each side of the kink by itself, as if both went on everywhere
        return all(nonnegative(algebra.substitute(value, kink, side), env, strict, kinks - 1) for side in (ZERO, ONE))
    return _poly(value.num, env, strict) and _poly(value.den, env, True)


def where_all_is_zero(value: Scalar, env: Env) -> tuple[Fraction, dict[str, str]] | None:
    """The exact value where every free variable is 0, and that point: a strict inequality may fail there by equality."""
    above, below = _at_zero(value.num, env), _at_zero(value.den, env)
    if above is None or not below:
        return None
    keys = [env.view.algebra.keys[g] for poly in (value.num, value.den) for m in poly for g in m]
    inside = [dict(part) for key in keys if key[0] != "free" for part in key[-1]]
    free = {env.view.algebra.keys[g] for poly in inside for m in poly for g in m} | {key for key in keys if key[0] == "free"}
    return above / below, {str(key[1]): "0" for key in sorted(free, key=str)}


def _at_zero(poly: Poly, env: Env) -> Fraction | None:
    total = Fraction(0)
    for monomial, coefficient in poly.items():
        term = Fraction(coefficient)
        for g in monomial:
            value = _generator_at_zero(env.view.algebra.keys[g], env)
            if value is None:
                return None
            term *= value
        total += term
    return total


def _generator_at_zero(key: tuple[Any, ...], env: Env) -> Fraction | None:
    if key[0] == "free":
        return Fraction(0)
    part = _argument(key)
    if part is None or _at_zero(dict(part[1][0]), env) != 0 or not _at_zero(dict(part[1][1]), env):
        return None
    return {"exp": Fraction(1), "sigmoid": Fraction(1, 2), "tanh": Fraction(0)}[part[0]]


def _poly(poly: Poly, env: Env, strict: bool) -> bool:
    if not poly:
        return not strict
    if all(c > 0 and _positive(m, env, strict) for m, c in poly.items()):
        return True
    if all(c > 0 and _even(m, env) for m, c in poly.items()):
        return not strict or poly.get((), 0) > 0
    return _one_variable(poly, env, strict) or squares(poly, strict) or _one_exponential(poly, env, strict)


def _positive(monomial: tuple[int, ...], env: Env, strict: bool) -> bool:
    """A product of things that are positive: exponentials, sigmoid and softmax outputs, the rate."""
    return all(_is_positive(g, env, strict) for g in monomial)


def _is_positive(g: int, env: Env, strict: bool = False) -> bool:
    if env.view.algebra.keys[g][0] in ("exp", "rate", "partition"):
        return True
    key = env.view.algebra.keys[g]
    if key[0] == "root" or (key[0] == "out" and env.scope.net is not None and env.scope.net.by_name[key[1]].activation.name == "relu"):
        return not strict
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


def _one_variable(poly: Poly, env: Env, strict: bool) -> bool:
    """One generator on its interval: any number, an output between its bounds."""
    names = {g for monomial in poly for g in monomial}
    if len(names) != 1:
        return False
    low, high = interval(next(iter(names)), env) or (float("-inf"), float("inf"))
    return never_negative(_dense(poly), _end(low), _end(high), strict)


def _dense(poly: Poly) -> Dense:
    by_degree = {len(monomial): c for monomial, c in poly.items()}
    return dense([by_degree.get(k, 0) for k in range(1 + max(by_degree))])


def _end(value: float) -> Fraction | None:
    return None if isinf(value) else Fraction(value)


def _one_exponential(poly: Poly, env: Env, strict: bool) -> bool:
    """exp, sigmoid and tanh of multiples of one thing u: quotients of polynomials in E = exp(u / n) > 0, decided in E."""
    parts = {g: _argument(env.view.algebra.keys[g]) for monomial in poly for g in monomial}
    if not parts or any(part is None for part in parts.values()):
        return False
    found = {g: part for g, part in parts.items() if part is not None}
    base = next(iter(found.values()))[1]
    powers = {g: _ratio(argument, base) for g, (_, argument) in found.items()}
    if any(power is None for power in powers.values()):
        return False
    scale = lcm(*(power.denominator for power in powers.values() if power))
    steps = {g: int(power * scale) for g, power in powers.items() if power}
    if max(map(abs, steps.values())) > MOST_POWER:
        return False
    quotients = {g: _QUOTIENTS[found[g][0]](steps[g]) for g in found}
    most = {g: max(monomial.count(g) for monomial in poly) for g in found}
    total: Dense = ()
    for monomial, coefficient in poly.items():
        term = dense([coefficient])
        for g, (above, below) in quotients.items():
            for k in range(most[g]):
                term = times(term, above if k < monomial.count(g) else below)
        total = plus(total, term)
    return never_negative(total, Fraction(0), None, strict)


Exact = tuple[frozenset[tuple[tuple[int, ...], Coefficient]], frozenset[tuple[tuple[int, ...], Coefficient]]]
MOST_POWER = 40  # of E; beyond it Sturm's chain grows long


def _argument(key: tuple[Any, ...]) -> tuple[str, Exact] | None:
    """Kind and argument of exp, sigmoid or tanh of something; None for any other generator."""
    if key[0] == "exp":
        return "exp", key[1]
    return (key[1], key[2]) if key[0] == "act" and key[1] in _QUOTIENTS else None


def _ratio(one: Exact, other: Exact) -> Fraction | None:
    """The number q with one = q other, where there is one."""
    first, second = dict(one[0]), dict(other[0])
    if one[1] != other[1] or first.keys() != second.keys() or not first:
        return None
    ratios = {Fraction(first[key]) / Fraction(second[key]) for key in first}
    return ratios.pop() if len(ratios) == 1 else None


def _power(step: int) -> tuple[Dense, Dense]:
    """E^step as a quotient of polynomials."""
    whole = dense([0] * abs(step) + [1])
    return (whole, dense([1])) if step > 0 else (dense([1]), whole)


def _sigmoid(step: int) -> tuple[Dense, Dense]:
    above, below = _power(step)
    return above, plus(above, below)


def _tanh(step: int) -> tuple[Dense, Dense]:
    above, below = _power(2 * step)
    return plus(above, times(below, dense([-1]))), plus(above, below)


_QUOTIENTS: dict[str, Callable[[int], tuple[Dense, Dense]]] = {"exp": _power, "sigmoid": _sigmoid, "tanh": _tanh}
