"""The third chance of an equation with logarithms: products inside them taken apart, under the condition that makes it right."""

from __future__ import annotations

from fractions import Fraction

from symbackprop.check.exact.algebra import Algebra, Scalar
from symbackprop.check.exact.factors import factored
from symbackprop.check.meaning.scope import Env
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly

_NAMED = ("free", "param", "input", "target", "out", "cut", "local")
MAX_FACTORS = 12


def equal_if_positive(left: Scalar, right: Scalar, env: Env) -> tuple[str, ...] | None:
    """The conditions under which both sides agree once log(u v) = log u + log v is used; None where they still differ.

    The factors found inside the logarithms are taken as positive, and each is said: where one of them is negative, log u + log v
    does not exist although log(u v) may.
    """
    algebra = env.view.algebra
    factors = _factors((left, right), algebra)
    if not factors or len(factors) > MAX_FACTORS:
        return None
    words = [shown(each, algebra) for each in factors]
    names = [each for each in words if each is not None]
    if len(names) != len(words):
        return None
    kept = set(algebra.positive), set(algebra.known_positive)
    try:
        for each in factors:
            algebra.remember_positive(each)
        logs = {g: algebra.log(algebra.arguments[g][0]) for side in (left, right) for g in _logs(side, algebra)}
        same = algebra.equal(*(algebra.rebuild(side, logs) for side in (left, right)))
    finally:
        algebra.positive, algebra.known_positive = kept
    return tuple(f"{name} > 0" for name in names) if same else None


def _logs(value: Scalar, algebra: Algebra) -> set[int]:
    return {g for g in algebra.generators(value) if algebra.keys[g][0] == "log"}


def _factors(sides: tuple[Scalar, ...], algebra: Algebra) -> list[Poly]:
    """What the arguments of the logarithms are products of, as far as its sign is not known."""
    found = dict[object, Poly]()
    for g in sorted({g for side in sides for g in _logs(side, algebra)}):
        inside = algebra.arguments[g][0]
        for poly in (inside.num, inside.den):
            content, shared, rest = factored(poly)
            signed: Poly = P.scale(rest, 1 if content > 0 else -1)
            singles: list[Poly] = [{(s,): 1} for s in sorted(set(shared) - algebra.positive)]
            for each in (*singles, signed):
                if each != P.ONE and not algebra.is_positive(each):
                    found[frozenset(each.items())] = each
    return list(found.values())


def shown(poly: Poly, algebra: Algebra) -> str | None:
    """A short polynomial in named quantities as a person writes it: 1 - p."""
    if len(poly) > 4:
        return None
    text = ""
    for monomial, coefficient in sorted(poly.items(), key=lambda item: len(item[0])):
        keys = [algebra.keys[g] for g in monomial]
        if any(key[0] not in _NAMED for key in keys):
            return None
        size = abs(Fraction(coefficient))
        term = " ".join(([str(size)] if size != 1 or not keys else []) + [str(key[-1]) for key in keys])
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {term}" if text else ("-" if sign == "-" else "") + term
    return text
