"""Update rules: an assignment to a parameter claims to be one step of ascent or descent, whatever sign it is written with."""

from __future__ import annotations

from fractions import Fraction

from symbackprop.check.deciding.compare import compare_values
from symbackprop.check.deciding.momentum import is_velocity_rule, velocities_in, velocity_rule, velocity_step
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Scalar
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.calculus import variables
from symbackprop.check.meaning.cases import choose
from symbackprop.check.meaning.link import Link, Tally
from symbackprop.check.meaning.quantities import own_parameter, quantity_of
from symbackprop.check.meaning.scope import Env, shown
from symbackprop.check.meaning.updates import change, updated
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node
from symbackprop.proofs.verdict import Verdict


def is_step(node: Node, left: Value, env: Env) -> bool:
    """w = w - eta ...: an equation only a program can mean; the rate stands on the right, and the weight itself first."""
    first = node.terms[0] if isinstance(node, ast.Add) and len(node.terms) == 2 else None
    letters = {each.name for each in node.walk() if isinstance(each, ast.Sym)}
    if not isinstance(first, ast.Sym) or not letters & {*env.scope.notation.rate_letters}:
        return False
    again, one = (_first(V.simple(each)) for each in (env.value(first), left))
    return again is not None and one is not None and env.view.algebra.equal(again, one)


def _first(value: Value) -> Scalar | None:
    return value if isinstance(value, Scalar) else value.rows[0][0] if isinstance(value, Mat) else None


def is_parameter(node: Node, env: Env) -> bool:
    if not isinstance(node, ast.Sym) or node.primes:
        return False
    try:
        found = quantity_of(node, env)
    except NotThere:  # then it is one of the net's own names
        return False
    if found is None and node.name in env.scope.generic:
        return True
    return found is not None and found[0].kind in ("weight", "bias")


def assign(link: Link, env: Env, tally: Tally) -> Verdict | None:
    """w <- w - eta dC/dw: the right side must be what one step of the update rule makes of the left."""
    target = ast.bare(link.left)
    if not isinstance(target, ast.Sym):
        raise Unsupported("an assignment to something that is no symbol")
    if is_velocity_rule(link, env):
        return velocity_rule(link, env, tally)
    if velocities_in(link.right, env):
        return velocity_step(link, target, env, tally)
    found = quantity_of(target, env)
    if found is not None and found[0].kind not in ("weight", "bias"):
        right = env.value(choose(link.right, env, link.left))
        return compare_values(env.value(link.left), right, env, tally)  # an algorithm's `delta_k <- ...`: the value is computed, not updated
    net = env.scope.net
    if found is None and target.name not in env.scope.generic and (net is None or not own_parameter(target, net)):
        if quantity_of(target, env, loosely=True) is not None:
            raise Unsupported(f"an update of {shown(target)}, a power of what the rule changes")
        updated(target, env)
    if not any(isinstance(each, (ast.Sym, ast.Derivative, ast.Change)) for each in link.right.walk()):
        raise Unsupported("a value to start from, not an update rule")
    keys = variables(target, env)
    algebra = env.view.algebra
    before = tuple(tuple(algebra.name(*key) for key in row) for row in keys)
    step = tuple(tuple(change(key, env) for key in row) for row in keys)
    right = V.simple(env.value(choose(link.right, env, link.left)))
    rows = tuple(tuple(algebra.add(b, s) for b, s in zip(*pair)) for pair in zip(before, step))
    after = V.as_matrix(right).rows if isinstance(right, (Scalar, Mat)) else ()
    same = tuple(map(len, after)) == tuple(map(len, rows)) and all(map(algebra.equal, sum(after, ()), sum(rows, ())))
    rate = None if same else _stated_rate(before, step, after, env)
    if rate is not None:
        env.scope.notes[f"read {rate} as the learning rate"] = None
        tally.proved += 1
        return None
    return compare_values(V.simple(Mat(rows)), right, env, tally)


Rows = tuple[tuple[Scalar, ...], ...]


def _stated_rate(before: Rows, step: Rows, after: Rows, env: Env) -> Fraction | None:
    """The positive number c for which every entry moves by c times its gradient: a rate given as a number."""
    algebra = env.view.algebra
    if len(after) != len(before) or any(len(a) != len(b) for a, b in zip(after, before)):
        return None
    rate, found = algebra.name("rate"), set[Fraction | None]()
    for new, old, change_ in ((n, o, s) for rows in zip(after, before, step) for n, o, s in zip(*rows)):
        moved = algebra.sub(new, old)
        if not moved.num or not change_.num:
            return None
        found.add(algebra.ratio(algebra.mul(moved, rate), change_))
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and only > 0 and only != 1 else None  # 1 is nobody's number: the rate was forgotten
