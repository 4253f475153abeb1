"""Differentials by themselves: dC = tr(G^T dW), dz = dW a + W da + db.

What stands behind a d on the right side is what varies, each entry by itself; everything else is held. dX is then the sum of the
derivatives of X by these entries, each times its differential, which is a number of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Key, Scalar
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.calculus import derivative_by, variables
from symbackprop.check.meaning.indices import free_indices
from symbackprop.check.meaning.scope import Env, Scope, Unresolved, shown
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym

MAX_VARYING = 60  # entries


def is_d(node: Node, scope: Scope) -> bool:
    """A d that is a differential's: no letter of the notation, of the net or of the page."""
    if not isinstance(node, Sym) or node.name != "d" or node.sub or node.sup or node.primes or scope.net is None:
        return False
    taken = scope.free | scope.definitions.keys() | scope.functions.keys() | set(scope.net.parameter_set) | set(scope.net.by_name)
    return "d" not in taken and not any(each.letter == "d" for one in scope.notation.patterns.values() for each in one)


def _behind(node: Node, scope: Scope) -> Iterator[Node]:
    """What stands behind the differentials of a tree."""
    for each in node.walk():
        if isinstance(each, ast.Juxt):
            yield from (other for one, other in zip(each.items, each.items[1:]) if is_d(one, scope) and isinstance(other, Sym | ast.Group))


def has_differentials(left: Node, right: Node, scope: Scope) -> bool:
    """Whether both sides speak of differentials that stand by themselves."""
    return all(any(True for _ in _behind(side, scope)) for side in (left, right))


def varying(left: Node, right: Node, env: Env) -> tuple[Key, ...]:
    """The entries of what varies: behind the d's of the right side, or of the left one where the right one is dC."""
    for side in (right, left):
        behind = list(_behind(side, env.scope))
        if not all(isinstance(each, Sym) for each in behind):
            continue
        found = dict.fromkeys(key for each in behind if isinstance(each, Sym) for key in _entries(each, env))
        if ("cost",) in found:
            continue
        if behind and not found:
            raise NotThere(f"there is nothing behind d: {', '.join(shown(each) for each in behind if isinstance(each, Sym))}")
        if 0 < len(found) <= MAX_VARYING and not _upstream(found, env):
            names = ", ".join(dict.fromkeys(shown(each) for each in behind if isinstance(each, Sym)))
            env.scope.notes[f"read the differentials as those where {names} varies, and all else is held"] = None
            return tuple(found)
        break
    return ()


def _entries(symbol: Sym, env: Env) -> Iterator[Key]:
    """Every entry that a symbol may name, whatever its indices are."""
    layers = env.indices.keys() & {*env.scope.notation.layer_letters}
    ranges = {name: values for name, values in free_indices([symbol], env.scope).items() if name not in layers}
    for point in product(*ranges.values()):
        try:
            keys = variables(symbol, env.at(**dict(zip(ranges, point))))
        except (NotThere, Unresolved):
            continue
        yield from (key for row in keys for key in row)


def _upstream(keys: dict[Key, None], env: Env) -> bool:
    """Whether something that varies moves something else that does: then neither is held."""
    below = env.view.world.below
    units = {key[1] for key in keys if key[0] in ("out", "z")}
    return any(units & (below.units(key) - {key[1]}) for key in keys if key[0] in ("param", "input", "out", "z"))


def differential(what: Node, env: Env) -> Value:
    """dX: the sum of its derivatives by what varies, each times its differential."""
    algebra, total = env.view.algebra, None
    for key in env.scope.varying:
        rate = V.simple(derivative_by(what, key, env))
        if not isinstance(rate, Scalar | Mat):
            raise Unsupported("the differential of something that is no number and no matrix")
        part = V.multiply(algebra, algebra.name("free", "d " + " ".join(map(str, key[1:]))), rate)
        total = part if total is None else V.add(algebra, [total, part])
    if total is None:
        raise Unsupported("a differential by itself, outside a quotient")
    return total
