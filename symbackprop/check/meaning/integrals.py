"""Integrals: an antiderivative is looked for among combinations of what stands below the sign, and proved by differentiating."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, Algebra, Key, Scalar, number
from symbackprop.check.exact.tangents import differentiate
from symbackprop.check.exact.values import Unsupported
from symbackprop.check.meaning.limits import at_infinity
from symbackprop.check.meaning.scope import Env
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import parse_script
from symbackprop.check.reading.syntax import Node, Script, Sym
from symbackprop.kernel.polynomials import Monomial, Poly

MAX_CANDIDATES = 120
MAX_ATOMS = 6
CONSTANTS = ("C", "c", "K", "k", "const", "constant")
SMOOTH = ("exp", "act", "sin", "cos", "fn", "fresh")  # what has a derivative everywhere


def integral(node: ast.Big, env: Env) -> Scalar:
    """A definite integral, by an antiderivative that exists everywhere.

    Math: int_a^b f = F(b) - F(a) where F' = f is proved exactly and F is smooth on all real numbers
    Raises Unsupported where no antiderivative is found, and for an integral without limits, which is no number.
    """
    what, letter = parts(node)
    if node.sub is None or node.sup is None:
        raise Unsupported("an integral without limits, which is a number only up to a constant")
    algebra, key = env.view.algebra, ("fresh", f"int {letter}")
    value = V.scalar(env.bind({letter: algebra.name(*key)}).value(what), "what is integrated")
    whole = antiderivative(value, key, algebra)
    if whole is None:
        raise Unsupported("an integral whose antiderivative is not found among simple combinations of what is integrated")
    above, below = (_at(whole, script, key, env) for script in (node.sup, node.sub))
    return algebra.sub(above, below)


def up_to_a_constant(node: ast.Big, other: Node, env: Env) -> tuple[Scalar, Scalar]:
    """An integral without limits, and what it is said to be: the derivative of that, and what is integrated."""
    if indefinite(other) is not None:
        raise Unsupported("an equation between two integrals without limits")
    (what, letter), other = parts(node), _without_constant(other)
    algebra, key = env.view.algebra, ("free", letter)
    env.scope.undeclared.pop(letter, None)
    inner = env.bind({letter: algebra.name(*key)})
    inside, claimed = (V.scalar(inner.value(each), "an integral") for each in (what, other))
    env.scope.notes[f"read the integral as any function whose derivative by {letter} is what is integrated"] = None
    return differentiate(algebra, claimed, lambda each: ONE if each == key else None), inside


def indefinite(node: Node) -> ast.Big | None:
    """A side that is an integral without limits and nothing else."""
    return node if isinstance(node, ast.Big) and node.op == "int" and node.sub is None and node.sup is None else None


def _without_constant(node: Node) -> Node:
    """F without the + C behind it."""
    if not isinstance(node, ast.Add):
        return node
    kept = [(term, sign) for term, sign in zip(node.terms, node.signs)
            if not (isinstance(term, Sym) and term.name in CONSTANTS and not (term.sub or term.sup or term.primes))]  # fmt: skip
    return replace(node, terms=tuple(term for term, _ in kept), signs=tuple(sign for _, sign in kept)) if kept else node


def parts(node: ast.Big) -> tuple[Node, str]:
    """What is integrated, and by which letter: the body ends in dx."""
    body = node.body
    last = body.factors[-1] if isinstance(body, ast.Product) else body
    items = last.items if isinstance(last, ast.Juxt) else ()
    mark, by = items[-2:] if len(items) > 1 else (None, None)
    if not isinstance(mark, Sym) or mark.name != "d" or mark.sub or mark.sup or not isinstance(by, Sym) or by.sub or by.sup or by.primes:
        raise Unsupported("an integral that does not end in dx")
    rest = items[:-2]
    inner: Node = ast.Num(last.span, Fraction(1)) if not rest else rest[0] if len(rest) == 1 else ast.Juxt(last.span, rest)
    return (replace(body, factors=(*body.factors[:-1], inner)) if isinstance(body, ast.Product) else inner), by.name


def _at(whole: Scalar, script: Script, key: Key, env: Env) -> Scalar:
    words = [token.text for token in script.tokens]
    if words[-1:] == ["infinity"] and words[:-1] in ([], ["+"], ["-"]):
        return at_infinity(whole, key, -1 if "-" in words else 1, env.scope.world)
    algebra = env.view.algebra
    where = V.scalar(env.value(parse_script(script, "")), "a limit of an integral")
    return algebra.substitute(whole, algebra.index(key), where)


# -- antiderivatives --------------------------------------------------------------------------------------------------


def antiderivative(value: Scalar, key: Key, algebra: Algebra) -> Scalar | None:
    """F with F' = value, smooth everywhere, or None: rational numbers c_i with sum c_i C_i' = value for candidates C_i."""
    poly, x = algebra.whole(value), algebra.index(key)
    if poly is None:  # e^{-x} is kept as 1 / e^x
        mirrored = algebra.substitute(value, x, algebra.neg(algebra.name(*key)))
        found = antiderivative(mirrored, key, algebra) if algebra.whole(mirrored) is not None else None
        return None if found is None else algebra.neg(algebra.substitute(found, x, algebra.neg(algebra.name(*key))))
    moving = sorted({g for m in poly for g in m if algebra.uses(Scalar({(g,): 1}, ONE.den), {x: None})})
    if len(moving) > MAX_ATOMS or any(algebra.keys[g][0] not in SMOOTH for g in moving):
        return None
    tried = list[tuple[Scalar, Poly]]()
    for candidate in _candidates(poly, moving, x, algebra):
        slope = algebra.whole(differentiate(algebra, candidate, lambda each: ONE if each == key else None))
        if slope:
            tried.append((candidate, slope))
    shares = _solved([slope for _, slope in tried], poly)
    if shares is None:
        return None
    found = algebra.add(*(algebra.mul(number(c), candidate) for c, (candidate, _) in zip(shares, tried) if c))
    again = differentiate(algebra, found, lambda each: ONE if each == key else None)
    return found if algebra.equal(again, value) else None


def _candidates(poly: Poly, moving: list[int], x: int, algebra: Algebra) -> Iterator[Scalar]:
    """Products of what occurs, of the variable, and of what has such a slope, times the constants that occur."""
    atoms = [Scalar({(g,): 1}, ONE.den) for g in sorted({*moving, x})]
    extra = [each for g in moving for each in _before(g, algebra)]
    degree = 1 + max((sum(g in moving for g in m) for m in poly), default=0)
    constants = {tuple(g for g in m if g not in moving) for m in poly}
    count = 0
    for outside in sorted(constants):
        factor = Scalar({outside: 1}, ONE.den)
        products = (algebra.mul(*chosen) for many in range(1, degree + 1) for chosen in combinations_with_replacement(atoms, many))
        for each in (*extra, *products):
            count += 1
            if count > MAX_CANDIDATES:
                return
            yield algebra.mul(factor, each)


def _before(g: int, algebra: Algebra) -> Iterator[Scalar]:
    """Functions whose slope has this generator in it: log(1 + e^u) before sigma(u), log cosh u before tanh u, f before f'."""
    key, here = algebra.keys[g], Scalar({(g,): 1}, ONE.den)
    if key[:2] == ("act", "sigmoid"):
        yield algebra.log(algebra.sub(ONE, here))
    if key[:2] == ("act", "tanh"):
        square = algebra.sub(ONE, algebra.mul(here, here))
        yield algebra.atom(("log",), square)
    if key[0] in ("sin", "cos"):
        yield algebra.cos(algebra.arguments[g][0]) if key[0] == "sin" else algebra.sin(algebra.arguments[g][0])
    if key[0] == "fn" and len(key[2]) == 1 and key[2][0]:
        yield algebra.atom(("fn", key[1], (key[2][0] - 1,)), *algebra.arguments[g])


def _solved(columns: list[Poly], right: Poly) -> list[Fraction] | None:
    """Rational c_i with sum c_i columns_i = right, by elimination; None where there are none."""
    rows = dict[Monomial, dict[int, Fraction]]()
    last = len(columns)
    for at, column in enumerate([*columns, right]):
        for monomial, coefficient in column.items():
            rows.setdefault(monomial, {})[at] = Fraction(coefficient)
    pivots = dict[int, dict[int, Fraction]]()
    for row in rows.values():
        for at, pivot in pivots.items():
            if at in row:
                row = _less(row, pivot, row[at])
        lead = min(row, default=last + 1)
        if lead == last:
            return None
        if lead < last:
            row = {at: each / row[lead] for at, each in row.items()}
            pivots = {at: _less(other, row, other[lead]) if lead in other else other for at, other in pivots.items()}
            pivots[lead] = row
    return [pivots[at].get(last, Fraction(0)) if at in pivots else Fraction(0) for at in range(last)]


def _less(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    out = {at: row.get(at, Fraction(0)) - times * other.get(at, Fraction(0)) for at in row.keys() | other.keys()}
    return {at: each for at, each in out.items() if each}
