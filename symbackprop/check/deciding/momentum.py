"""Momentum: a velocity that collects gradients, v <- mu v - eta dC/dw, and the step along it, w <- w + v."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from symbackprop.check.deciding.compare import compare_values
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO, Key, Scalar
from symbackprop.check.exact.values import Mat, Unsupported
from symbackprop.check.meaning.calculus import variables
from symbackprop.check.meaning.define import kinds
from symbackprop.check.meaning.link import Link, Tally
from symbackprop.check.meaning.scope import Env, Unresolved, spelling
from symbackprop.check.meaning.updates import change
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.proofs.verdict import Refuted, Verdict

_CONSTANTS = frozenset(["mu", "beta", "gamma", "alpha", "rho", "m", "lambda", "epsilon"])
Grid = tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True)
class Velocity:
    """A letter that collects the gradient of a parameter: which one, whether it points downhill, and whether the rate is in it."""

    parameter: Sym
    downhill: bool
    rated: bool


def velocity_rule(link: Link, env: Env, tally: Tally) -> Verdict | None:
    """v <- mu v + c g: right where g is the gradient of one parameter, and mu and c are constants."""
    left = ast.bare(link.left)
    assert isinstance(left, Sym)
    parameter = _parameter(left, link.right, env)
    algebra = env.view.algebra
    keys = variables(parameter, env)
    state = _state(left.name, keys, env)
    env.scope.notes[f"read {spelling(left)} as the velocity of {spelling(parameter)}"] = None
    right = V.simple(_with_letters(link.right, env).bind({spelling(left): V.simple(Mat(state))}).value(link.right))
    after = V.as_matrix(right).rows
    if (len(after), len(after[0])) != (len(state), len(state[0])):
        raise V.ShapeClash(f"{V.shape_name(V.simple(Mat(state)))} = {V.shape_name(right)}")
    decay = algebra.sub(after[0][0], _without(after, state, env)[0][0])
    share = algebra.mul(decay, algebra.inverse(state[0][0]))
    if any(algebra.keys[g][0] not in ("free", "rate") for g in algebra.generators(share)):
        raise Unsupported("a velocity whose decay is no constant")
    step = tuple(tuple(change(key, env) for key in row) for row in keys)

    def moved(factor: Scalar) -> Grid:
        return tuple(tuple(algebra.add(algebra.mul(share, v), algebra.mul(factor, s)) for v, s in zip(*rows)) for rows in zip(state, step))

    rest, unrated = algebra.sub(ONE, share), algebra.inverse(algebra.name("rate"))
    rates = [(ONE, True), (unrated, False), *((algebra.mul(each, unrated), True) for each in _letters(after, env))]
    for downhill, (rate, rated), weight in product((True, False), rates, (ONE, rest)):
        factor = algebra.mul(rate, weight)
        if _same(after, moved(factor if downhill else algebra.neg(factor)), env):
            env.scope.velocities[left.name if left.sub or left.sup else spelling(left)] = Velocity(parameter, downhill, rated)
            tally.proved += 1
            return None
    if algebra.equal(share, ONE) and not any(isinstance(each, ast.Derivative) for each in link.right.walk()):
        raise Unsupported(f"what {spelling(left)} adds up, which nothing declares")
    return compare_values(V.simple(Mat(moved(ONE))), right, env, tally)


def _state(letter: str, keys: list[list[Key]], env: Env) -> Grid:
    return tuple(tuple(env.view.algebra.name("state", letter, *key) for key in row) for row in keys)


def _same(one: Grid, other: Grid, env: Env) -> bool:
    return all(env.view.algebra.equal(a, b) for rows in zip(one, other) for a, b in zip(*rows))


def _letters(rows: Grid, env: Env) -> list[Scalar]:
    """The author's constants in these values."""
    algebra = env.view.algebra
    found = {algebra.keys[g] for row in rows for each in row for g in algebra.generators(each) if algebra.keys[g][0] == "free"}
    return [algebra.name(*key) for key in sorted(found)]


def _with_letters(node: Node, env: Env) -> Env:
    """Bare letters that nothing declares are constants here: the decay, a rate by another name."""
    for each in node.walk():
        bare = isinstance(each, Sym) and not (each.sub or each.sup or each.primes or each.accents)
        if isinstance(each, Sym) and bare and each.name in _CONSTANTS - {*env.scope.notation.rate_letters} and not _names_something(each, env):
            env.scope.free.add(each.name)
            env.scope.undeclared.pop(each.name, None)
    return env


def is_velocity_rule(link: Link, env: Env) -> bool:
    """Whether an assignment is to a letter of nothing in the net that stands on its right side too, beside a gradient."""
    key = ("velocity rule", id(link))  # no index has a say in it
    if key not in env.scope.seen:
        env.scope.seen[key] = _is_velocity_rule(link, env)
    return bool(env.scope.seen[key])


def _is_velocity_rule(link: Link, env: Env) -> bool:
    left = ast.bare(link.left)
    if not isinstance(left, Sym) or left.primes or env.scope.net is None or _names_something(left, env):
        return False
    if any(_is_square(each) for each in link.right.walk()):  # a mean of squares, as RMSProp keeps: a definition
        return False
    again = any(isinstance(each, Sym) and spelling(each) == spelling(left) for each in link.right.walk())
    return again and any(isinstance(each, ast.Derivative) or (isinstance(each, Sym) and each.name in ("nabla", "delta"))
                         for each in link.right.walk())  # fmt: skip


def _is_square(node: Node) -> bool:
    """(dC/dw)^2, (nabla C)^2, (nabla C) odot (nabla C)."""

    def gradient(each: Node) -> bool:
        return any(isinstance(one, ast.Derivative) or (isinstance(one, Sym) and one.name in ("nabla", "delta")) for one in each.walk())

    if isinstance(node, ast.Group) and node.sup is not None:
        return gradient(node.inner)
    if isinstance(node, ast.Product | ast.Juxt):
        return sum(gradient(each) for each in (node.factors if isinstance(node, ast.Product) else node.items)) > 1
    return isinstance(node, ast.Power) and gradient(node.base)


def velocities_in(node: Node, env: Env) -> dict[str, tuple[Sym, Velocity]]:
    """The velocities that an expression speaks of, by spelling."""
    found = dict[str, tuple[Sym, Velocity]]()
    for each in node.walk() if env.scope.velocities else ():
        if not isinstance(each, Sym) or not isinstance(env.scope.velocities.get(spelling(each), env.scope.velocities.get(each.name)), Velocity | None):
            continue
        known = env.scope.velocities.get(spelling(each)) or (env.scope.velocities.get(each.name) if each.sub or each.sup else None)
        if known is not None:
            scripted = each.name in env.scope.velocities and bool(each.sub or each.sup)
            owner = replace(known.parameter, sub=each.sub, sup=each.sup) if scripted else known.parameter
            found[spelling(each)] = (owner, known)
    return found


def velocity_step(link: Link, target: Sym, env: Env, tally: Tally) -> Verdict | None:
    """w <- w + k v: right where it leads downhill and the rate is used once."""
    algebra = env.view.algebra
    moves = velocities_in(link.right, env)
    if len(moves) != 1:
        raise Unsupported("a step along several velocities")
    ((name, (owner, velocity)),) = moves.items()
    letter = next(each.name for each in link.right.walk() if isinstance(each, Sym) and spelling(each) == name)
    keys = variables(target, env)
    bound = {name: V.simple(Mat(_state(letter, variables(owner, env), env)))}
    right = V.simple(_with_letters(link.right, env).bind(bound).value(link.right))
    rows = V.as_matrix(right).rows
    env.scope.notes[f"read {name} as the velocity of {spelling(owner)}"] = None
    state = _state(letter, keys, env)

    def moved(scale: Scalar) -> Grid:
        return tuple(tuple(algebra.add(algebra.name(*key), algebra.mul(scale, v)) for key, v in zip(*pair)) for pair in zip(keys, state))

    scales = [ONE] if velocity.rated else [algebra.name("rate"), *_letters(rows, env)]
    scales = scales if velocity.downhill else [algebra.neg(each) for each in scales]
    if (len(rows), len(rows[0])) == (len(keys), len(keys[0])) and any(_same(rows, moved(each), env) for each in scales):
        tally.proved += 1
        return None
    found = compare_values(V.simple(Mat(moved(scales[0]))), right, env, tally)
    if isinstance(found, Refuted) and any(_same(rows, moved(algebra.neg(each)), env) for each in scales):
        found = replace(found, diagnosis=(f"the sign of {name} is wrong: the step leads uphill",))
    return found


def _without(rows: Grid, state: Grid, env: Env) -> Grid:
    """The values where every velocity is 0."""
    algebra = env.view.algebra
    known = {algebra.index(algebra.keys[next(iter(each.num))[0]]): ZERO for row in state for each in row}
    return tuple(tuple(algebra.rebuild(each, known) for each in row) for row in rows)


def _parameter(left: Sym, right: Node, env: Env) -> Sym:
    """The parameter whose gradient a velocity collects: the one the derivative is taken by."""
    for each in right.walk():
        by = each.by if isinstance(each, ast.Derivative) else None
        by = ast.bare(by) if by is not None else None
        if isinstance(by, Sym) and kinds(by, env.scope) & {"weight", "bias"}:
            return by
    for kind in ("weight", "bias"):
        for letter in dict.fromkeys(pattern.letter for pattern in env.scope.notation.patterns.get(kind, ())):
            like = replace(left, name=letter)
            if kind in kinds(like, env.scope):
                return like
    raise Unresolved(spelling(left), left.span, why=f"nothing says whose velocity {spelling(left)} is")


def _names_something(symbol: Sym, env: Env) -> bool:
    known = spelling(symbol) in env.scope.definitions or spelling(symbol) in env.scope.free
    return known or bool(kinds(symbol, env.scope))
