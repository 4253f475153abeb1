"""Where the logarithms and roots of a formula exist: (sqrt x)^2 = x says nothing of x < 0, nor exp(log x) = x of x <= 0.

An equation claims something where both sides exist. What only one side takes a logarithm or a root of in the end is a condition;
where both sides still hold the same one, neither exists there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from symbackprop.check.exact.algebra import Impossible, Scalar
from symbackprop.check.exact.factors import factored, square_root_of
from symbackprop.check.meaning.bounds import nonnegative
from symbackprop.check.meaning.logarithms import shown
from symbackprop.check.meaning.scope import Env
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly

RELATION = {"log": ">", "root": ">="}  # what the argument has to be to 0
_UNNAMED = {"log": "what the logarithm is taken of is positive", "root": "what stands under the root is not negative"}


@dataclass(frozen=True)
class Domain:
    """A logarithm or root as it was met: its kind, what the sign of its argument hangs on, and the generators it became."""

    kind: str
    decisive: Poly
    atoms: frozenset[int]


def log(value: Scalar, env: Env) -> Scalar:
    """The natural logarithm, kept in mind where it may not exist."""
    made = env.view.algebra.log(value)
    _remember("log", value, made, env)
    return made


def square_root(value: Scalar, env: Env) -> Scalar:
    """The square root, kept in mind where it may not exist."""
    made = env.view.algebra.square_root(value)
    _remember("root", value, made, env)
    return made


def _remember(kind: str, argument: Scalar, result: Scalar, env: Env) -> None:
    algebra = env.view.algebra
    if algebra.constant(argument) is not None:
        return  # the function itself refuses what does not exist
    content, shared, rest = factored(algebra.times(argument.num, argument.den))
    odd = tuple(g for g in sorted(set(shared) - algebra.positive) if shared.count(g) % 2 or kind == "log")
    square = square_root_of(rest) is not None and kind == "root"
    decisive = P.scale(algebra.times({odd: 1}, {(): 1} if square else rest), 1 if content > 0 else -1)
    if algebra.is_positive(decisive) or nonnegative(Scalar(decisive, P.ONE), env, strict=kind == "log"):
        return
    below = P.scale(algebra.times(argument.num, argument.den), -1)
    if algebra.is_positive(below) or nonnegative(Scalar(below, P.ONE), env, strict=kind == "root"):
        raise Impossible(f"the {'logarithm' if kind == 'log' else 'square root'} of a number that is never positive")
    atoms = frozenset(g for g in algebra.generators(result) if algebra.keys[g][0] == kind)
    env.scope.domains[kind, frozenset(decisive.items())] = Domain(kind, decisive, atoms)


def needed(pairs: list[tuple[Scalar, Scalar, str]], env: Env, said: Collection[str]) -> list[str]:
    """The conditions `x > 0` and `x >= 0` of every logarithm and root that one side has lost in the end; forgets them."""
    algebra = env.view.algebra
    met = list(env.scope.domains.values())
    env.scope.domains.clear()
    conditions = dict[str, None]()
    for each in met:
        if each.atoms and any(each.atoms <= algebra.generators(left) & algebra.generators(right) for left, right, _ in pairs):
            continue
        content, shared, rest = factored(each.decisive)
        last = P.scale(rest, 1 if content > 0 else -1)
        factors = [shown({(g,): 1}, algebra) for g in sorted(set(shared))] + ([shown(last, algebra)] if last != P.ONE else [])
        if all(f"{factor} > 0" in said for factor in factors):
            continue
        name = shown(each.decisive, algebra)
        conditions[f"{name} {RELATION[each.kind]} 0" if name else _UNNAMED[each.kind]] = None
    return list(conditions)
