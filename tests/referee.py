"""The referee: any net and any formula tree in 80 digits, with no code of the product; slopes are central differences.

A formula is a tree of tuples, evaluated at random points of the net for every instance of its index letters; a cut-out
quantity (dA/dz) is one that is moved, everything downstream following.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from referee_nets import (
    MP,
    STEP,
    TOLERANCE,
    Absent,
    Key,
    Moved,
    Net,
    Point,
    Tree,
    Unclear,
    minus,
    moved_by,
    over,
    phi,
    plus,
    shape,
    simple,
    times,
)  # fmt: skip


class Referee(Point):
    """One random point of one net, and what trees come to there."""

    def quantity(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """The number of one quantity."""
        kind, index, net = tree[1], tree[2:], self.net
        zs, out, cost = self.forward(moves)
        if kind == "C":
            return cost
        if kind == "eta":
            return self.number(("rate", ""))
        if kind == "free":
            return self.number(("free", index[0])) + dict(moves).get(("free", index[0]), 0)
        if kind == "own":
            return self.parameter(index[0], dict(moves))
        unit = self.place(index, at)
        if kind in ("a", "x"):
            if kind == "x" and unit not in net.inputs:
                raise Absent
            return out[unit]
        if kind == "y":
            if unit not in net.outputs:
                raise Absent
            return self.number(("target", unit)) + sum(m for key, m in moves if key == ("target", unit))
        if unit not in net.by_name:
            raise Absent
        if kind == "z":
            return zs[unit]
        if kind == "delta":
            return net.delta_sign * self.slope(("q", "C"), ("z", unit), at, moves)
        if kind == "da":
            return self.slope(("q", "C"), ("out", unit), at, moves)
        if kind == "b":
            if net.by_name[unit].bias is None:
                raise Absent
            return self.parameter(net.by_name[unit].bias, moved_by(moves))
        if kind == "w":
            edges = dict(net.by_name[unit].edges)
            source = self.source(index, at)
            if source not in edges:
                raise Absent
            return self.parameter(edges[source], moved_by(moves))
        raise KeyError(kind)

    def slope(self, tree: Tree, key: Key, at: dict[str, int], moves: Moved) -> Any:
        """The derivative of a tree by a quantity, everything downstream of it following."""
        up, down = (self.value(tree, at, (*moves, (key, sign * STEP))) for sign in (1, -1))
        return over(minus(up, down), 2 * STEP)

    def phi_at(self, tree: Tree, at: dict[str, int], moves: Moved, order: int) -> Any:
        """sigma or sigma' of something: the unit's own where it is a weighted input, else the one the net has."""
        unit, alpha = None, None
        if tree[0] == "q" and tree[1] == "z":
            unit = self.net.by_name.get(self.place(tree[2:], at))
            if unit is None:
                raise Absent
        kinds = {each.activation for each in self.net.units if not each.group}
        kinds = kinds - {"identity"} or kinds
        if unit is None and len(kinds) != 1:
            raise Unclear("which sigma")
        kind = unit.activation if unit else kinds.pop()
        if kind == "softmax":
            raise Absent
        if kind in ("leaky_relu", "parametric_relu"):
            leaks = {unit.alpha} if unit else {each.alpha for each in self.net.units if each.activation == kind}
            if len(leaks) != 1:
                raise Unclear("which leak")
            alpha = self.parameter(leaks.pop(), moved_by(moves))
        z = self.value(tree, at, moves)
        if isinstance(z, list):
            raise Unclear("a vector inside sigma")
        return phi(kind, z, alpha) if order == 0 else (phi(kind, z + STEP, alpha) - phi(kind, z - STEP, alpha)) / (2 * STEP)

    def value(self, tree: Tree, at: dict[str, int], moves: Moved = ()) -> Any:
        """A tree's number, or its rows of numbers, for given index letters."""
        return getattr(self, "_" + tree[0])(tree, at, moves)

    def _num(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return MP.mpf(tree[1]) / tree[2]

    def _q(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return self.quantity(tree, at, moves)

    def _add(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        total = self.value(tree[1], at, moves)
        for each in tree[2:]:
            total = plus(total, self.value(each, at, moves))
        return total

    def _neg(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return over(self.value(tree[1], at, moves), -1)

    def _mul(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """A product with a cross: of two columns of one length, which have no other product, entry by entry."""
        total = self.value(tree[1], at, moves)
        for each in tree[2:]:
            other = self.value(each, at, moves)
            columns = isinstance(total, list) and isinstance(other, list) and shape(total) == shape(other) and shape(total)[1] == 1
            total = [[a[0] * b[0]] for a, b in zip(total, other)] if columns else times(total, other)
        return total

    def _mm(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """A product of matrices."""
        total = self.value(tree[1], at, moves)
        for each in tree[2:]:
            total = times(total, self.value(each, at, moves))
        return total

    def _had(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        one, other = (self.value(each, at, moves) for each in tree[1:])
        if not isinstance(one, list) or not isinstance(other, list):
            return times(one, other)
        if shape(one) != shape(other):
            raise Absent
        return [[a * b for a, b in zip(r, s)] for r, s in zip(one, other)]

    def _div(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        one, other = (self.value(each, at, moves) for each in tree[1:])
        if isinstance(other, list) or not other:
            raise Absent
        return over(one, other)

    def _pow(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        base = self.value(tree[1], at, moves)
        if isinstance(base, list):
            raise Unclear("a power of a vector")
        return base ** tree[2]

    def _sum(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        parts = []
        many = len(self.net.inputs) + len(self.net.ones) + len(self.net.units)
        for value in range(1, (many if tree[1][0] == "#" else max(map(len, self.net.layers), default=0)) + 1):
            try:
                parts.append(self.value(tree[2], {**at, tree[1]: value}, moves))
            except Absent:
                continue
        if not parts:
            raise Absent
        total = parts[0]
        for each in parts[1:]:
            total = plus(total, each)
        return total

    def _d(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        if tree[2][1] == "free":
            return self.slope(tree[1], ("free", tree[2][2]), at, moves)
        self.value(tree[2], at, moves)  # it must be there
        return self.slope(tree[1], self.key(tree[2], at), at, moves)

    def _D(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        sign = 1 if self.net.maximised else -1
        return sign * self.number(("rate", "")) * self.slope(("q", "C"), self.key(tree[1], at), at, moves)

    def _sig(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return self.phi_at(tree[1], at, moves, 0)

    def _slope(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return self.phi_at(tree[1], at, moves, 1)

    def _fn(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        value = self.value(tree[2], at, moves)
        if isinstance(value, list) or (tree[1] == "log" and value <= 0):
            raise Absent
        return phi(tree[1], value) if tree[1] in ("sigmoid", "tanh", "softplus", "relu") else getattr(MP, tree[1])(value)

    def _dfn(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """The derivative of a named function at a point."""
        value = self.value(tree[2], at, moves)
        up, down = (self._fn(("fn", tree[1], ("val", value + s * STEP)), at, moves) for s in (1, -1))
        return (up - down) / (2 * STEP)

    def _val(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        return tree[1]

    def _lim(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """At infinity, 10^30 is far enough for what 24 digits can tell."""
        _, letter, where, body = tree
        before = self.numbers.get(("free", letter))
        self.numbers["free", letter] = MP.mpf(where) * (MP.mpf(10) ** 30 if isinstance(where, int) else 1)
        try:
            return self.value(body, at, moves)
        finally:
            if before is None:
                del self.numbers["free", letter]
            else:
                self.numbers["free", letter] = before

    # -- vectors and matrices -------------------------------------------------------------------------------------

    def _layer(self, tree: Tree, at: dict[str, int]) -> int:
        layer = self.whole(tree[2], at)
        if not 0 <= layer <= self.net.depth:
            raise Absent
        return layer

    def _vec(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """A layer's quantities as a column; a single one is a number."""
        layer = self._layer(tree, at)
        names = self.net.layers[layer]
        if tree[1] == "slope":
            rows = [[self.phi_at(("q", "z", name), at, moves, 1)] for name in names]
        else:
            rows = [[self.quantity(("q", tree[1], name), at, moves)] for name in names]
        return simple(rows)

    def _mat(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """The weights of a layer, one row a unit."""
        layer = self._layer(tree, at)
        if layer == 0:
            raise Absent
        rows = [[self.quantity(("q", "w", unit, source), at, moves) for source in self.net.layers[layer - 1]]
                for unit in self.net.layers[layer]]  # fmt: skip
        return simple(rows)

    def _grad(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        """The derivatives of the cost by a layer's weights, biases, z or outputs, in the shape of what it is taken by."""
        layer, kind = self._layer(tree, at), tree[1]
        names = self.net.layers[layer]
        if kind == "w" and layer:
            rows = [[self.slope(("q", "C"), self.key(("q", "w", unit, source), at), at, moves)
                     for source in self.net.layers[layer - 1]] for unit in names]  # fmt: skip
        else:
            rows = [[self.slope(("q", "C"), self.key(("q", kind, name), at), at, moves)] for name in names]
            if kind in ("b", "z") and layer == 0:
                raise Absent
        return simple(rows)

    def _T(self, tree: Tree, at: dict[str, int], moves: Moved) -> Any:
        value = self.value(tree[1], at, moves)
        return [list(row) for row in zip(*value)] if isinstance(value, list) else value


# -- verdicts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Formula:
    """One relation between two trees, and conditions on its index letters."""

    name: str
    left: Tree
    right: Tree
    op: str = "="
    apart: tuple[tuple[str, str], ...] = ()  # pairs of letters that must differ


def verdict(formula: Formula, net: Net, levels: range | None = None) -> bool | None:
    """Whether the formula holds for every instance that exists; None where no instance exists or it is not clear.

    `levels` are the values of the layer letter l, where a notation does not let it run over all layers.
    """
    letters = sorted(_letters(formula.left) | _letters(formula.right))
    order = formula.op not in ("=", "<-")
    points = 7 if any("relu" in kind for kind in net.activations()) else 2  # both sides of a kink must be seen
    referees = [_referee(net, 31 * seed + 5, (1, 1, 3)[seed % 3] if order else 1) for seed in range(12 if order else points)]
    seen = False
    for at in _instances(letters, net, range(net.depth + 1) if levels is None else levels):
        if any(at[one] == at[other] for one, other in formula.apart):
            continue
        try:
            for referee in referees:
                if not _holds(formula, referee, at):
                    return False
            seen = True
        except Absent:
            continue
        except Unclear:
            return None
    return True if seen else None


_MADE: dict[tuple[int, int, int], Referee] = {}


def _referee(net: Net, seed: int, wide: int) -> Referee:
    key = (id(net), seed, wide)
    if key not in _MADE or _MADE[key].net is not net:
        if len(_MADE) > 400:
            _MADE.clear()
        _MADE[key] = Referee(net, seed, wide)
    return _MADE[key]


def _holds(formula: Formula, referee: Referee, at: dict[str, int]) -> bool:
    one, other = referee.value(formula.left, at), referee.value(formula.right, at)
    if formula.op == "<-":
        other = minus(other, referee.value(("D", formula.left), at))
    if isinstance(one, list) != isinstance(other, list) or (isinstance(one, list) and shape(one) != shape(other)):
        raise Absent
    pairs = [(a, b) for r, s in zip(one, other) for a, b in zip(r, s)] if isinstance(one, list) else [(one, other)]
    slack = [TOLERANCE * (1 + abs(a) + abs(b)) for a, b in pairs]
    if formula.op in ("=", "<-"):
        return all(abs(a - b) <= each for (a, b), each in zip(pairs, slack))
    if formula.op in (">", ">="):
        pairs = [(b, a) for a, b in pairs]
    return all(a < b or (formula.op in ("<=", ">=") and a - b <= each) for (a, b), each in zip(pairs, slack))


def _instances(letters: list[str], net: Net, levels: range) -> Iterator[dict[str, int]]:
    spans = list[range]()
    for each in letters:
        many = len(net.inputs) + len(net.ones) + len(net.units) if each[0] == "#" else max(map(len, net.layers), default=0)
        spans.append(levels if each == "l" else range(1, many + 1))
    for values in itertools.product(*spans):
        yield dict(zip(letters, values))


def _letters(tree: Tree, bound: frozenset[str] = frozenset()) -> set[str]:
    """The free index letters of a tree."""
    if tree[0] == "sum":
        return _letters(tree[2], bound | {tree[1]})
    out: set[str] = set()
    for each in tree[1:]:
        if isinstance(each, tuple) and len(each) == 2 and isinstance(each[1], int) and isinstance(each[0], str):
            out |= {each[0]} - bound - {"L"}
        elif isinstance(each, tuple):
            out |= _letters(each, bound)
    return out
