"""Limits of rational expressions in one exponential: sigma at infinity, tanh, saturating slopes."""

from __future__ import annotations

from fractions import Fraction

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import ZERO, Algebra, Scalar, number
from symbackprop.check.expand import Writer
from symbackprop.check.scope import Env
from symbackprop.check.syntax import Sym
from symbackprop.check.values import Unsupported, Value
from symbackprop.kernel.polynomials import Poly


def limit(node: ast.Big, env: Env) -> Value:
    """The limit of a number as one letter grows without bound, in either direction, or goes to a number.

    Math: with t = exp(x), a rational function of t alone tends to the ratio of its leading (or lowest) coefficients.
    """
    from symbackprop.check.evaluate import evaluate
    from symbackprop.check.grammar import Parser

    tokens = node.sub.tokens if node.sub else ()
    at = next((i for i, token in enumerate(tokens) if token.kind == "rel" and token.text == "to"), None)
    if at != 1 or tokens[0].kind != "name":
        raise Unsupported("a limit that does not say what goes where")
    name = tokens[0].text
    goal = Parser(list(tokens[2:]), "").expression()
    key = ("fresh", f"limit {name}")
    value = V.scalar(evaluate(node.body, env.bind({name: env.view.algebra.name(*key)})), "a limit")
    endless, sign = _infinite(goal)
    if not endless:
        point = V.scalar(evaluate(goal, env), "where a limit goes")
        return env.view.algebra.substitute(value, env.view.algebra.index(key), point)
    writer = Writer(env.scope.world)
    answer = _at_infinity(writer.value(value), writer.new, key, sign)
    if answer is None:
        raise Unsupported("a limit that is not a ratio of powers of one exponential")
    return answer


def _infinite(goal: ast.Node) -> tuple[bool, int]:
    sign = 1
    if isinstance(goal, ast.Add) and len(goal.terms) == 1:
        sign, goal = goal.signs[0], goal.terms[0]
    return isinstance(goal, Sym) and goal.name == "infinity", sign


def _at_infinity(value: Scalar, algebra: Algebra, key: tuple[str, str], sign: int) -> Scalar | None:
    variable = algebra.index(key)
    found = algebra.generators(value)
    if not found or not value.num:
        return value if value.num else ZERO
    if len(found) > 1:
        return None  # another letter, or x beside exp(x): no rule here
    exponential = next(iter(found))
    arguments = algebra.arguments.get(exponential, ())
    if not arguments or algebra.keys[exponential][0] != "exp" or set(arguments[0].num) != {(variable,)}:
        return None
    upward = (Fraction(arguments[0].num[variable,]) > 0) == (sign > 0)
    (top, high), (bottom, low) = (_end(poly, upward) for poly in (value.num, value.den))
    if high == low:
        return number(top / bottom)
    vanishes = high < low if upward else high > low
    return ZERO if vanishes else None


def _end(poly: Poly, upward: bool) -> tuple[Fraction, int]:
    """The coefficient and the degree that win as the exponential goes to infinity (upward) or to zero."""
    degrees = {len(monomial): Fraction(c) for monomial, c in poly.items()}
    degree = max(degrees) if upward else min(degrees)
    return degrees[degree], degree
