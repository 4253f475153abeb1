"""max_z sigma'(z): the value at a point where it is attained, once it is proved that no other value is beyond it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Impossible, Scalar, number
from symbackprop.check.exact.values import Unsupported
from symbackprop.check.meaning.bounds import nonnegative, where_all_is_zero
from symbackprop.check.meaning.limits import at_infinity
from symbackprop.check.meaning.scope import Env
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym

OPS = {"max": 1, "min": -1, "sup": 1, "inf": -1}
_TRIED = [Fraction(sign * n, d) for n, d in ((0, 1), (1, 2), (1, 1), (2, 1), (1, 4), (3, 4), (1, 3), (2, 3), (3, 2), (3, 1), (4, 1), (5, 1))
          for sign in ((1, -1) if n else (1,))]  # fmt: skip


def extreme(node: ast.Big, env: Env) -> Scalar:
    """The largest or the smallest value of an expression in one letter, over all real numbers.

    Math: max_z f(z) = f(z0) where f(z0) - f(z) >= 0 is proved for every z; z0 is found by trying simple fractions.
    Raises Unsupported where no point tried is proved to be the one: nothing is said of a maximum that is not attained.
    """
    letter = _letter(node)
    if not letter or not any(isinstance(each, Sym) and each.name == letter and not each.sub for each in node.body.walk()):
        raise Unsupported(f"{node.op} over a range other than all real numbers")
    algebra = env.view.algebra
    key = ("free", f"{node.op} {letter}")
    value = V.scalar(env.bind({letter: algebra.name(*key)}).value(node.body), f"what the {node.op} is taken of")
    for point in _TRIED:
        try:
            there = _at_zero(value, key[1], env) if not point else algebra.substitute(value, algebra.index(key), number(point))
        except Impossible:
            continue
        beyond = algebra.sub(there, value) if OPS[node.op] > 0 else algebra.sub(value, there)
        if nonnegative(beyond, env):
            env.scope.notes[f"the {node.op} over {letter} is attained at {letter} = {point}"] = None
            return there
    for sign in (1, -1) if node.op in ("sup", "inf") else ():  # not attained, but come close to without end
        try:
            far = at_infinity(value, key, sign, env.scope.world)
        except Unsupported:
            continue
        if nonnegative(algebra.sub(far, value) if OPS[node.op] > 0 else algebra.sub(value, far), env):
            env.scope.notes[f"the {node.op} over {letter} is the limit at {'' if sign > 0 else 'minus '}infinity"] = None
            return far
    raise Unsupported(f"the {node.op} over {letter}: at no simple fraction is it proved that no other value is beyond")


def extreme_point(node: Node) -> ast.Big | None:
    """The maximum behind argmax_z f(z) or \\arg\\max_z f(z), where a side is that and nothing else."""
    if isinstance(node, ast.Big) and node.op in ("argmax", "argmin"):
        return replace(node, op=node.op[3:])
    inner = node.body if isinstance(node, ast.Big) and node.op == "arg" and node.sub is None else None
    return inner if isinstance(inner, ast.Big) and inner.op in ("max", "min") else None


def attained(node: ast.Big, point: Node, env: Env) -> tuple[Scalar, Scalar]:
    """What argmax_z f(z) = z0 claims: f(z0), and the maximum."""
    letter = _letter(node)
    if not letter:
        raise Unsupported(f"arg{node.op} over a range other than all real numbers")
    highest = extreme(node, env)
    env.scope.notes[f"read arg{node.op} as a point where the {node.op} is attained"] = None
    where = V.scalar(env.value(point), f"the point of arg{node.op}")
    algebra, key = env.view.algebra, ("free", f"{node.op} {letter}")
    value = V.scalar(env.bind({letter: algebra.name(*key)}).value(node.body), f"what the {node.op} is taken of")
    return (algebra.substitute(value, algebra.index(key), where) if where.num else _at_zero(value, key[1], env)), highest


def _at_zero(value: Scalar, name: str, env: Env) -> Scalar:
    """The value at 0, as a number where only this letter has a say: sigma(0) is 1/2."""
    known = where_all_is_zero(value, env)
    if known is not None and set(known[1]) <= {name}:
        return number(known[0])
    return env.view.algebra.substitute(value, env.view.algebra.index(("free", name)), number(0))


def _letter(node: ast.Big) -> str:
    """z in max_z and max_{z in R}."""
    tokens = [each for each in node.sub.tokens if each.kind not in ("open", "close")] if node.sub is not None and node.sup is None else []
    words = [each.text for each in tokens]
    alone = len(words) == 1 or (len(words) == 3 and words[1] == "in" and words[2] in ("Reals", "R"))
    return words[0] if alone and tokens[0].kind == "name" else ""
