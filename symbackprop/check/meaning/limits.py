"""Limits: at a point by continuity, at infinity by the term that grows fastest: an exponential first, then a power."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO, Algebra, Impossible, Key, Scalar
from symbackprop.check.exact.values import Unsupported
from symbackprop.check.exact.world import World
from symbackprop.check.meaning.expand import Writer
from symbackprop.check.meaning.scope import Env
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import parse_script
from symbackprop.check.reading.syntax import Script
from symbackprop.kernel.polynomials import Poly


def limit(node: ast.Big, env: Env) -> Scalar:
    """lim_{x -> a}: the value at a, where the expression is continuous there; a limit at infinity by growth."""
    tokens = node.sub.tokens if node.sub else ()
    at = next((i for i, token in enumerate(tokens) if token.kind == "rel" and token.text == "to"), None)
    if at != 1 or tokens[0].kind != "name":
        raise Unsupported("a limit that does not say where: lim_{x -> a}")
    algebra, name = env.view.algebra, tokens[0].text
    key = ("fresh", f"lim {name}")
    value = V.scalar(env.bind({name: algebra.name(*key)}).value(node.body), "a limit")
    goal, sign = tokens[2:], 1
    if goal and goal[0].kind == "op" and goal[0].text in "+-":
        sign, goal = (1 if goal[0].text == "+" else -1), goal[1:]
    if [token.text for token in goal] == ["infinity"]:
        return at_infinity(value, key, sign, env.scope.world)
    where = V.scalar(env.value(parse_script(Script(tokens[2:], node.span), "")), "the point of a limit")
    return at_point(value, key, where, algebra)


def with_the_rest(node: ast.Add) -> ast.Big | None:
    """lim_{x -> a} f(x) - x, written without brackets: the whole difference, since x means nothing outside; None for another sum."""
    for at, term in enumerate(node.terms):
        if isinstance(term, ast.Big) and term.op == "lim" and term.sub is not None and node.signs[at] > 0 and at == 0:
            letter = term.sub.tokens[0].text
            if any(isinstance(each, ast.Sym) and each.name == letter for rest in node.terms[1:] for each in rest.walk()):
                return replace(term, span=node.span, body=ast.Add(node.span, (term.body, *node.terms[1:]), node.signs))
    return None


def at_infinity(value: Scalar, key: Key, sign: int, world: World) -> Scalar:
    """The limit of `value` where the free variable `key` grows beyond all bounds (sign 1) or falls below them (sign -1).

    Math
        x^m exp(c x) grows faster than x^n exp(d x) for c > d, or for c = d and m > n; a quotient of sums of such terms tends to the
        ratio of the leading coefficients, or to 0. A logarithm whose argument tends to a > 0 tends to log a.
    Raises
        Unsupported where x occurs otherwise than as x^m, in exp(c x) and in such logarithms, or where the limit is no number.
    """
    writer = Writer(world)
    written = writer.value(value)
    algebra = writer.new
    x = algebra.index(key)
    written = _settled(written, algebra, key, sign, world)
    return _of_quotient(written, algebra, x, sign)


def _of_quotient(written: Scalar, algebra: Algebra, x: int, sign: int) -> Scalar:
    """The limit of a quotient of sums of x^m exp(c x)."""
    for g in algebra.generators(written):
        if g != x and _rate(algebra, g, x) is None and algebra.uses(Scalar({(g,): 1}, ONE.den), {x: None}):
            raise Unsupported("a limit at infinity of something that is no quotient of exponentials and powers")
    (top, above), (bottom, below) = (_leading(poly, algebra, x, sign) for poly in (written.num, written.den))
    if above < below or not top:
        return ZERO
    if above > below:
        raise Unsupported("a limit that is infinite")
    found = algebra.constant(algebra.mul(Scalar(top, ONE.den), algebra.inverse(Scalar(bottom, ONE.den))))
    if found is None:
        raise Unsupported("a limit that depends on other variables")
    return Scalar({(): found} if found else {}, ONE.den)


def _settled(value: Scalar, algebra: Algebra, key: Key, sign: int, world: World) -> Scalar:
    """The value with every logarithm replaced by what it comes near to, where nothing it is multiplied with grows.

    log(c exp(r x) + smaller terms) is r x + log c and something that vanishes: log(1 + e^x) comes near to x.
    """
    x = algebra.index(key)
    logs = [g for g in algebra.generators(value) if algebra.keys[g][0] == "log" and algebra.uses(Scalar({(g,): 1}, ONE.den), {x: None})]
    if not logs:
        return value
    vanishing = _leading(value.den, algebra, x, sign)[1] < (0, 0)
    if vanishing or algebra.generators(Scalar(value.den, ONE.den)) & {*logs} or any(g in algebra.generators(each) for g in logs for other in logs for each in algebra.arguments[other]):
        raise Unsupported("a limit at infinity of a quotient with logarithms")
    known = dict[int, Scalar]()
    for g in logs:
        known[g] = _near(algebra.arguments[g][0], algebra, x, sign)
    out = ZERO
    for monomial, coefficient in value.num.items():
        rest = tuple(g for g in monomial if g not in known)
        if len(rest) < len(monomial) and _speed(rest, algebra, x, sign) > (0, 0):
            raise Unsupported("a limit at infinity of a logarithm times something that grows")
        out = algebra.add(out, algebra.mul(Scalar({rest: coefficient}, ONE.den), *(known[g] for g in monomial if g in known)))
    return algebra.mul(out, algebra.inverse(Scalar(value.den, ONE.den)))


def _near(inside: Scalar, algebra: Algebra, x: int, sign: int) -> Scalar:
    """What the logarithm of a quotient of exponentials comes near to: r x + log c."""
    for g in algebra.generators(inside):
        if g != x and _rate(algebra, g, x) is None and algebra.uses(Scalar({(g,): 1}, ONE.den), {x: None}):
            raise Unsupported("a limit at infinity of a logarithm of something that is no quotient of exponentials")
    (top, above), (bottom, below) = (_leading(poly, algebra, x, sign) for poly in (inside.num, inside.den))
    lead = algebra.constant(algebra.mul(Scalar(top, ONE.den), algebra.inverse(Scalar(bottom, ONE.den)))) if top else None
    if lead is None or lead <= 0 or above[1] != below[1]:
        raise Unsupported("a limit at infinity of a logarithm that has none")
    rate = sign * (above[0] - below[0])
    line = Scalar({(x,): rate}, ONE.den) if rate else ZERO
    return algebra.add(algebra.log(Scalar({(): lead}, ONE.den)), line)


def at_point(value: Scalar, key: Key, where: Scalar, algebra: Algebra) -> Scalar:
    """The value at a point where the expression is continuous; Unsupported where it jumps or divides by 0."""
    if _jumps(value, algebra):
        raise Unsupported("a limit of something with a kink")
    try:
        return algebra.substitute(value, algebra.index(key), where)
    except Impossible as problem:
        raise Unsupported(f"a limit where the expression has no value: {problem}") from None


def _jumps(value: Scalar, algebra: Algebra) -> bool:
    found = algebra.generators(value)
    return bool(found & algebra.steps) or any(_jumps(each, algebra) for g in found for each in algebra.arguments.get(g, ()))


def _rate(algebra: Algebra, g: int, x: int) -> Fraction | None:
    """c where the generator is exp(c x), else None."""
    if algebra.keys[g][0] != "exp":
        return None
    argument = algebra.arguments[g][0]
    if argument.den != ONE.den or set(argument.num) != {(x,)}:
        return None
    return Fraction(argument.num[(x,)])


def _speed(monomial: tuple[int, ...], algebra: Algebra, x: int, sign: int) -> tuple[Fraction, int]:
    """How fast a term grows: c and m of x^m exp(c x), counted in the direction of the limit."""
    rates = [_rate(algebra, g, x) or Fraction(0) for g in monomial]
    return sign * sum(rates, Fraction(0)), monomial.count(x)


def _leading(poly: Poly, algebra: Algebra, x: int, sign: int) -> tuple[Poly, tuple[Fraction, int]]:
    """The terms that grow fastest, without their exponentials and powers of x, and how fast they grow."""
    terms = dict[tuple[Fraction, int], Poly]()
    for monomial, coefficient in poly.items():
        speed = _speed(monomial, algebra, x, sign)
        rest = tuple(g for g in monomial if g != x and _rate(algebra, g, x) is None)
        part = terms.setdefault(speed, {})
        part[rest] = part.get(rest, 0) + coefficient * sign ** speed[1]  # x^m is negative far below for an odd m
    kept = {speed: {m: c for m, c in part.items() if c} for speed, part in terms.items()}
    best = max((speed for speed, part in kept.items() if part), default=(Fraction(0), 0))
    return kept.get(best, {}), best
