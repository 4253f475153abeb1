"""Right formulas, slips, and a referee: numbers in 50 digits, with no code of the checker's.

A formula is a small tree of tuples, written as LaTeX by `latex` and evaluated by `Referee` at a random point of the net;
derivatives are central differences of a forward pass written out here.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mpmath

Tree = tuple[Any, ...]
MP = mpmath.mp.clone()
MP.dps = 50
STEP = MP.mpf(10) ** -17
TOLERANCE = MP.mpf(10) ** -24


@dataclass(frozen=True)
class Net:
    """Layer sizes, activation of the hidden layers and of the last, loss."""

    sizes: tuple[int, ...]
    activation: str
    last: str
    loss: str
    bias: bool = True

    @property
    def depth(self) -> int:
        return len(self.sizes) - 1


class Absent(Exception):
    """The net has no such thing."""


# -- the referee ------------------------------------------------------------------------------------------------------


def phi(name: str, z: Any) -> Any:
    """The activation, by its definition."""
    if name == "sigmoid":
        return 1 / (1 + MP.exp(-z))
    if name == "tanh":
        return MP.tanh(z)
    if name == "softplus":
        return MP.log(1 + MP.exp(z))
    if name == "relu":
        return z if z > 0 else MP.mpf(0)
    if name == "identity":
        return z
    raise KeyError(name)


def loss_of(name: str, y: Any, o: Any) -> Any:
    """One output's share of the loss."""
    if name == "softmax_cross_entropy":
        return -y * MP.log(o)
    if name == "binary_cross_entropy":
        return -(y * MP.log(o) + (1 - y) * MP.log(1 - o))
    return (y - o) ** 2 * {"half_squared": MP.mpf(1) / 2, "performance": -MP.mpf(1) / 2, "squared": 1}[name]


class Referee:
    """One random point of one net."""

    def __init__(self, net: Net, seed: int) -> None:
        self.net, self.random = net, random.Random(seed)

        def draw() -> Any:
            return MP.mpf(self.random.randint(-2000, 2000)) / 1000 + MP.mpf(self.random.randint(1, 999)) / 10**6

        self.p: dict[tuple[Any, ...], Any] = {}
        for k in range(1, net.sizes[0] + 1):
            self.p["x", k] = draw()
        for layer in range(1, net.depth + 1):
            for j in range(1, net.sizes[layer] + 1):
                for k in range(1, net.sizes[layer - 1] + 1):
                    self.p["w", layer, j, k] = draw()
                if net.bias:
                    self.p["b", layer, j] = draw()
        for j in range(1, net.sizes[-1] + 1):
            self.p["y", j] = abs(draw()) + 1
        if net.loss == "softmax_cross_entropy":
            total = sum(self.p["y", j] for j in range(1, net.sizes[-1] + 1))
            for j in range(1, net.sizes[-1] + 1):
                self.p["y", j] /= total
        if net.loss == "binary_cross_entropy":
            for j in range(1, net.sizes[-1] + 1):
                self.p["y", j] = self.p["y", j] / 4
        self.p["eta",] = abs(draw())
        self.memo: dict[tuple[Any, ...], Any] = {}

    def forward(self, moved: dict[tuple[Any, ...], Any]) -> tuple[dict[Any, Any], Any]:
        """Every z and a, and the cost, with some quantities moved by an amount."""
        net = self.net

        def get(key: tuple[Any, ...]) -> Any:
            return self.p[key] + moved.get(key, 0)

        a = {(0, k): get(("x", k)) for k in range(1, net.sizes[0] + 1)}
        values: dict[Any, Any] = {("a", 0, k): v for (_, k), v in a.items()}
        for layer in range(1, net.depth + 1):
            zs = []
            for j in range(1, net.sizes[layer] + 1):
                z = sum(get(("w", layer, j, k)) * a[layer - 1, k] for k in range(1, net.sizes[layer - 1] + 1))
                z += get(("b", layer, j)) if net.bias else 0
                z += moved.get(("z", layer, j), 0)
                values["z", layer, j] = z
                zs.append(z)
            kind = net.last if layer == net.depth else net.activation
            total = sum(MP.exp(z) for z in zs) if kind == "softmax" else 0
            for j, z in enumerate(zs, 1):
                a[layer, j] = (MP.exp(z) / total if kind == "softmax" else phi(kind, z)) + moved.get(("a", layer, j), 0)
                values["a", layer, j] = a[layer, j]
        cost = MP.mpf(0)
        for j in range(1, net.sizes[-1] + 1):
            y, o = get(("y", j)), a[net.depth, j]
            cost += loss_of(net.loss, y, o)
        return values, cost

    def slope_of_cost(self, key: tuple[Any, ...]) -> Any:
        """The derivative of the cost by a quantity, as a central difference."""
        up, down = self.forward({key: STEP})[1], self.forward({key: -STEP})[1]
        return (up - down) / (2 * STEP)

    def quantity(self, key: tuple[Any, ...]) -> Any:
        """The number of one quantity; Absent where the net has none."""
        if key not in self.memo:
            self.memo[key] = self._quantity(key)
        return self.memo[key]

    def _quantity(self, key: tuple[Any, ...]) -> Any:
        kind, net = key[0], self.net
        if kind in ("a", "z", "delta", "slope", "sigma_of_a"):
            layer, j = key[1:]
            low = 0 if kind in ("a", "sigma_of_a") else 1
            if not (low <= layer <= net.depth and 1 <= j <= net.sizes[layer]):
                raise Absent
            if kind == "delta":
                return self.slope_of_cost(("z", layer, j))
            values, _ = self.forward({})
            if kind == "slope":
                return self._slope(values["z", layer, j], layer)
            if kind == "sigma_of_a":
                return self._slope(values["a", layer, j], max(layer, 1))
            return values[kind, layer, j]
        if kind in ("dw", "db", "Dw", "Db"):
            base = ("w" if kind[1] == "w" else "b", *key[1:])
            if base not in self.p:
                raise Absent
            slope = self.slope_of_cost(base)
            sign = 1 if net.loss == "performance" else -1
            return slope if kind[0] == "d" else sign * self.p["eta",] * slope
        if key not in self.p:
            raise Absent
        return self.p[key]

    def _slope(self, z: Any, layer: int) -> Any:
        kind = self.net.last if layer == self.net.depth else self.net.activation
        if kind == "softmax":
            raise Absent
        return (phi(kind, z + STEP) - phi(kind, z - STEP)) / (2 * STEP)

    def value(self, tree: Tree, at: dict[str, int]) -> Any:
        """A formula's number for given index letters."""
        head = tree[0]
        if head == "num":
            return MP.mpf(tree[1]) / tree[2]
        if head == "q":
            return self.quantity((tree[1], *(_index(each, at, self.net) for each in tree[2:])))
        if head == "add":
            return sum((self.value(each, at) for each in tree[1:]), MP.mpf(0))
        if head == "neg":
            return -self.value(tree[1], at)
        if head == "mul":
            total = MP.mpf(1)
            for each in tree[1:]:
                total *= self.value(each, at)
            return total
        if head == "sum":
            parts = []
            for value in range(max(self.net.sizes) + 1):
                try:
                    parts.append(self.value(tree[2], {**at, tree[1]: value}))
                except Absent:
                    continue
            if not parts:
                raise Absent
            return sum(parts, MP.mpf(0))
        raise KeyError(head)


def _index(each: Any, at: dict[str, int], net: Net) -> int:
    if isinstance(each, int):
        return each
    base, step = each
    return (net.depth if base == "L" else at[base]) + step


def verdict(left: Tree, right: Tree, net: Net, points: int = 2) -> bool | None:
    """Whether the formula holds for every instance that exists; None where no instance exists."""
    letters = sorted(_letters(left) | _letters(right))
    referees = [Referee(net, 31 * seed + 5) for seed in range(points)]
    seen = False
    for values in itertools.product(range(max(max(net.sizes), net.depth) + 1), repeat=len(letters)):
        at = dict(zip(letters, values))
        try:
            for referee in referees:
                one, other = referee.value(left, at), referee.value(right, at)
                if abs(one - other) > TOLERANCE * (1 + abs(one) + abs(other)):
                    return False
            seen = True
        except Absent:
            continue
    return True if seen else None


def _letters(tree: Tree, bound: frozenset[str] = frozenset()) -> set[str]:
    if tree[0] == "q":
        return {each[0] for each in tree[2:] if not isinstance(each, int)} - bound - {"L"}
    if tree[0] == "sum":
        return _letters(tree[2], bound | {tree[1]})
    out: set[str] = set()
    for each in tree[1:]:
        if isinstance(each, tuple):
            out |= _letters(each, bound)
    return out


# -- writing ----------------------------------------------------------------------------------------------------------


def latex(tree: Tree, tight: bool = False) -> str:
    """The formula in Nielsen's notation."""
    head = tree[0]
    if head == "num":
        text = str(tree[1]) if tree[2] == 1 else rf"\frac{{{tree[1]}}}{{{tree[2]}}}"
        return text
    if head == "q":
        return _quantity(tree[1], tree[2:])
    if head == "add":
        text = latex(tree[1])
        for each in tree[2:]:
            text += " - " + latex(each[1], True) if each[0] == "neg" else " + " + latex(each)
        return f"({text})" if tight else text
    if head == "neg":
        return f"(-{latex(tree[1], True)})" if tight else f"-{latex(tree[1], True)}"
    if head == "mul":
        return " \\times ".join(latex(each, True) for each in tree[1:])
    if head == "sum":
        body = latex(tree[2], True)
        return rf"(\sum_{tree[1]} {body})" if tight else rf"\sum_{tree[1]} {body}"
    raise KeyError(head)


def _quantity(kind: str, index: tuple[Any, ...]) -> str:
    shown = [str(each) if isinstance(each, int) else each[0] + (f"{each[1]:+d}" if each[1] else "") for each in index]
    if kind in ("y", "x"):
        return f"{kind}_{{{shown[0]}}}"
    if kind == "eta":
        return r"\eta"
    layer, rest = shown[0], ",".join(shown[1:])
    if kind == "slope":
        return rf"\sigma'(z_{{{rest}}}^{{{layer}}})"
    if kind == "sigma_of_a":
        return rf"\sigma'(a_{{{rest}}}^{{{layer}}})"
    if kind in ("dw", "db"):
        return rf"\frac{{\partial C}}{{\partial {kind[1]}_{{{rest}}}^{{{layer}}}}}"
    if kind in ("Dw", "Db"):
        return rf"\Delta {kind[1]}_{{{rest}}}^{{{layer}}}"
    letter = r"\delta" if kind == "delta" else kind
    return f"{letter}_{{{rest}}}^{{{layer}}}"


# -- right formulas ---------------------------------------------------------------------------------------------------

L, J, K, T = ("l", 0), ("j", 0), ("k", 0), ("L", 0)
UP, DOWN = ("l", 1), ("l", -1)


def q(kind: str, *index: Any) -> Tree:
    """A quantity."""
    return ("q", kind, *index)


def right_formulas(net: Net) -> list[tuple[str, Tree, Tree]]:
    """Formulas that hold for this net, by name."""
    out: list[tuple[str, Tree, Tree]] = []
    error = {
        "half_squared": ("add", q("a", T, J), ("neg", q("y", J))),
        "performance": ("add", q("y", J), ("neg", q("a", T, J))),
        "squared": ("mul", ("num", 2, 1), ("add", q("a", T, J), ("neg", q("y", J)))),
    }.get(net.loss)
    if net.loss in ("softmax_cross_entropy", "binary_cross_entropy"):
        out.append(("output delta", q("delta", T, J), ("add", q("a", T, J), ("neg", q("y", J)))))
    elif error is not None and net.last != "softmax":
        out.append(("output delta", q("delta", T, J), ("mul", error, q("slope", T, J))))
        if net.last == "sigmoid":
            own = ("mul", error, q("a", T, J), ("add", ("num", 1, 1), ("neg", q("a", T, J))))
            out.append(("output delta by o(1-o)", q("delta", T, J), own))
        if net.last == "tanh":
            own = ("mul", error, ("add", ("num", 1, 1), q("a", T, J)), ("add", ("num", 1, 1), ("neg", q("a", T, J))))
            out.append(("output delta by 1-o^2", q("delta", T, J), own))
    if net.depth > 1:
        body = ("mul", ("sum", "k", ("mul", q("w", UP, K, J), q("delta", UP, K))), q("slope", L, J))
        out.append(("recursion", q("delta", L, J), body))
    out.append(("weight", q("dw", L, J, K), ("mul", q("a", DOWN, K), q("delta", L, J))))
    total = ("sum", "k", ("mul", q("w", L, J, K), q("a", DOWN, K)))
    out.append(("weighted input", q("z", L, J), ("add", total, q("b", L, J)) if net.bias else total))
    sign = (lambda t: t) if net.loss == "performance" else (lambda t: ("neg", t))
    out.append(("update", q("Dw", L, J, K), sign(("mul", q("eta"), q("a", DOWN, K), q("delta", L, J)))))
    if net.bias:
        out.append(("bias", q("db", L, J), q("delta", L, J)))
    return out


# -- slips ------------------------------------------------------------------------------------------------------------


def slips(tree: Tree, net: Net) -> Iterator[tuple[str, Tree]]:
    """Every one-token slip of a formula, by kind."""
    yield "sign", ("neg", tree) if tree[0] != "neg" else tree[1]
    yield "constant factor", ("mul", ("num", 2, 1), tree)
    yield "constant factor", ("mul", ("num", 1, 2), tree)
    for path, node in _walk(tree):
        for kind, fresh in _local(node, net):
            yield kind, _replace(tree, path, fresh)


def _walk(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    yield path, tree
    if tree[0] in ("q", "num"):
        return
    for at, each in enumerate(tree):
        if isinstance(each, tuple):
            yield from _walk(each, (*path, at))


def _replace(tree: Tree, path: tuple[int, ...], fresh: Tree) -> Tree:
    if not path:
        return fresh
    return (*tree[: path[0]], _replace(tree[path[0]], path[1:], fresh), *tree[path[0] + 1 :])


def _local(node: Tree, net: Net) -> Iterator[tuple[str, Tree]]:
    head = node[0]
    if head == "q":
        yield from _other_quantity(node)
    if head == "mul":
        for at in range(1, len(node)):
            rest = node[:at] + node[at + 1 :]
            yield "missing factor", rest if len(rest) > 2 else rest[1]
            yield "factor twice", (*node, node[at])
        yield "extra factor", (*node, q("a", L, J)) if _uses(node, "l") else (*node, q("a", T, J))
    if head == "add":
        for at in range(1, len(node)):
            rest = node[:at] + node[at + 1 :]
            yield "missing term", rest if len(rest) > 2 else rest[1]
            flipped = node[at][1] if node[at][0] == "neg" else ("neg", node[at])
            yield "sign of a term", (*node[:at], flipped, *node[at + 1 :])
    if head == "sum":
        yield "missing sum", node[2]


def _uses(node: Tree, letter: str) -> bool:
    return letter in _letters(node)


def _other_quantity(node: Tree) -> Iterator[tuple[str, Tree]]:
    kind, index = node[1], node[2:]
    if kind == "slope":
        yield "sigma' of an output", ("q", "sigma_of_a", *index)
        yield "sigma' of the wrong z", ("q", "slope", (index[0][0], index[0][1] - 1), *index[1:])
        yield "missing prime", ("q", "a", *index)
    if kind == "w":
        yield "index swapped", ("q", "w", index[0], index[2], index[1])
        yield "wrong layer", ("q", "w", (index[0][0], index[0][1] - 1), *index[1:])
    if kind in ("a", "z", "delta") and not isinstance(index[0], int):
        for step in (-1, 1):
            yield "wrong layer", ("q", kind, (index[0][0], index[0][1] + step), *index[1:])
    if kind == "a":
        yield "z for a", ("q", "z", *index)
    if kind == "delta":
        yield "a for delta", ("q", "a", *index)
    if kind == "b":
        yield "wrong layer", ("q", "b", (index[0][0], index[0][1] - 1), *index[1:])
