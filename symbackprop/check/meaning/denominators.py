"""What a formula divides by and cancels: its sides are equal where that is not 0, and x/x = 1 says nothing at x = 0."""

from __future__ import annotations

from collections.abc import Collection

from symbackprop.check.exact.algebra import Scalar
from symbackprop.check.exact.factors import factored
from symbackprop.check.exact.values import Value
from symbackprop.check.meaning.logarithms import shown
from symbackprop.check.meaning.scope import Env
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly


def remember(value: Value, env: Env) -> None:
    """Keep the factors of a denominator that may be 0."""
    if not isinstance(value, Scalar) or env.view.algebra.constant(value) is not None:
        return
    algebra = env.view.algebra
    _, single, rest = factored(value.num)
    for g in sorted(set(single) - (algebra.positive - algebra.roots.keys())):  # a root may be 0
        env.scope.denominators[g] = {(g,): 1}
    if all(g in algebra.steps for monomial in rest for g in monomial):
        return  # a sign, which is 1 or -1 off the kink
    if rest != P.ONE and not algebra.is_positive(rest) and not algebra.is_positive(P.scale(rest, -1)):
        env.scope.denominators[frozenset(rest.items())] = rest


def cancelled(pairs: list[tuple[Scalar, Scalar, str]], env: Env, positive: Collection[str]) -> list[str]:
    """The conditions `x is not 0` for every factor divided by that is not a denominator of both sides in the end.

    What is said to be positive already (`x > 0` in `positive`) is not said again.
    """
    algebra = env.view.algebra
    gone: list[Poly] = [
        each
        for each in env.scope.denominators.values()
        if not any(P.divide(left.den, each) and P.divide(right.den, each) for left, right, _ in pairs)
    ]
    gone = [each for each in gone if not {f"{shown(P.scale(each, sign), algebra)} > 0" for sign in (1, -1)} & {*positive}]
    names = [shown(_radicand(each, env), algebra) for each in gone]
    return list(dict.fromkeys(f"{name} is not 0" if name else "what is cancelled is not 0" for name in names))


def _radicand(poly: Poly, env: Env) -> Poly:
    """What stands under a root, which is 0 where the root is."""
    (monomial, *others) = poly
    return env.view.algebra.roots.get(monomial[0], poly) if not others and len(monomial) == 1 else poly
