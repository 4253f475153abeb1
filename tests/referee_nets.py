"""Nets and points for the referee: descriptions, functions by their definitions, and one forward pass with things moved."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath

Tree = tuple[Any, ...]
Key = tuple[str, str]
MP = mpmath.mp.clone()
MP.dps = 80
STEP = MP.mpf(10) ** -20
TOLERANCE = MP.mpf(10) ** -24


class Absent(Exception):
    """The net has no such thing, or the sizes do not fit: no instance."""


class Unclear(Exception):
    """The tree means nothing certain here; the referee does not answer."""


@dataclass(frozen=True)
class Unit:
    """One neuron: edges are (source, parameter name or number)."""

    name: str
    activation: str
    edges: tuple[tuple[str, str | Fraction], ...]
    bias: str | Fraction | None = None
    alpha: str | Fraction | None = None
    group: str | None = None


@dataclass(frozen=True)
class Net:
    """Units in order of definition; layers[0] are the inputs where the net is layered, else there are no layers."""

    name: str
    inputs: tuple[str, ...]
    units: tuple[Unit, ...]
    outputs: tuple[str, ...]
    loss: str
    layers: tuple[tuple[str, ...], ...] = ()
    ones: tuple[str, ...] = ()
    delta_sign: int = 1  # -1 where delta stands for minus the derivative
    by_name: dict[str, Unit] = field(default_factory=dict, compare=False, hash=False)

    def __post_init__(self) -> None:
        self.by_name.update({unit.name: unit for unit in self.units})

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """The number of computing layers."""
        return len(self.layers) - 1

    @property
    def maximised(self) -> bool:
        """Whether the update climbs."""
        return self.loss == "performance"

    def unit(self, layer: int, index: int) -> str:
        """The name at a place."""
        if not 0 <= layer <= self.depth or not 1 <= index <= len(self.layers[layer]):
            raise Absent
        return self.layers[layer][index - 1]

    def numbered(self, number: int) -> str:
        """The neuron with a running number, inputs first."""
        names = (*self.inputs, *self.ones, *self.by_name)
        if not 1 <= number <= len(names):
            raise Absent
        return names[number - 1]

    def activations(self) -> set[str]:
        """The activations in use."""
        return {unit.activation for unit in self.units}


def layered(
    sizes: tuple[int, ...], kinds: str | tuple[str, ...], loss: str, *, bias: str = "own", last: str = "", sign: int = 1
) -> Net:
    """A fully connected net; names as the contract has them: w{l}_{j}_{k}, b{l}_{j}, u{l}_{j}."""
    many = [kinds] * (len(sizes) - 1) if isinstance(kinds, str) else list(kinds)
    many[-1] = last or many[-1]
    rows = [tuple(f"x{k}" for k in range(1, sizes[0] + 1))]
    units = list[Unit]()
    for layer, (width, kind) in enumerate(zip(sizes[1:], many), 1):
        names = tuple(f"u{layer}_{j}" for j in range(1, width + 1))
        for j, name in enumerate(names, 1):
            edges = tuple((source, f"w{layer}_{j}_{k}") for k, source in enumerate(rows[-1], 1))
            own = {"own": f"b{layer}_{j}", "shared": "b"}.get(bias)
            leak = Fraction(1, 100) if kind == "leaky_relu" else f"alpha{layer}_{j}" if kind == "parametric_relu" else None
            units.append(Unit(name, kind, edges, own, leak, f"layer{layer}" if kind == "softmax" else None))
        rows.append(names)
    title = f"{'-'.join(map(str, sizes))} {','.join(dict.fromkeys(many))} {loss}{'' if bias == 'own' else ' bias ' + bias}"
    return Net(title, rows[0], tuple(units), rows[-1], loss, tuple(rows), delta_sign=sign)


# -- functions by their definitions -----------------------------------------------------------------------------------


def anything(z: Any) -> Any:
    """A function that satisfies no textbook identity: it stands for an undefined one."""
    return MP.exp(MP.sin(z * 13 / 10 + MP.mpf(2) / 5)) + z * z / 7 - z / 3


def any_cost(values: list[Any]) -> Any:
    """A cost of all outputs and targets that satisfies no identity."""
    total = MP.mpf(0)
    for at, each in enumerate(values, 1):
        total += MP.sin(each * at + MP.mpf(at) / 3) * MP.exp(each / (at + 1))
    return total + MP.cos(sum(each * each / (at + 2) for at, each in enumerate(values)))


def phi(name: str, z: Any, alpha: Any = None) -> Any:
    """The activation, by its definition."""
    if name == "sigmoid":
        return 1 / (1 + MP.exp(-z))
    if name == "tanh":
        return MP.tanh(z)
    if name == "softplus":
        return MP.log(1 + MP.exp(z))
    if name == "relu":
        return z if z > 0 else MP.mpf(0)
    if name in ("leaky_relu", "parametric_relu"):
        return z if z > 0 else alpha * z
    if name == "identity":
        return z
    if name == "undefined":
        return anything(z)
    raise Unclear(name)


def loss_of(name: str, y: Any, o: Any) -> Any:
    """One output's share of the loss."""
    if name == "softmax_cross_entropy":
        return -y * MP.log(o)
    if name == "binary_cross_entropy":
        return -(y * MP.log(o) + (1 - y) * MP.log(1 - o))
    return (y - o) ** 2 * {"half_squared": MP.mpf(1) / 2, "performance": -MP.mpf(1) / 2, "squared": 1}[name]


Moved = tuple[tuple[Key, Any], ...]  # quantities moved by an amount


class Point:
    """Random numbers for everything a net leaves open."""

    def __init__(self, net: Net, seed: int, wide: int = 1) -> None:
        self.net, self.random, self.wide = net, random.Random(seed), wide
        self.numbers: dict[Key, Any] = {}
        self.passes: dict[Moved, tuple[dict[str, Any], dict[str, Any], Any]] = {}
        total: Any = MP.mpf(0)
        for name in net.outputs:
            total += self.number(("target", name))
        if net.loss == "softmax_cross_entropy":
            for name in net.outputs:
                self.numbers["target", name] /= total

    def number(self, key: Key) -> Any:
        """The number of a free quantity, drawn when first asked for."""
        if key not in self.numbers:
            draw = MP.mpf(self.random.randint(-2000, 2000)) * self.wide / 1000 + MP.mpf(self.random.randint(1, 999)) / 10**6
            if key[0] in ("target", "rate"):
                draw = abs(draw) / self.wide
            if key[0] == "target" and self.net.loss in ("binary_cross_entropy", "softmax_cross_entropy"):
                draw = draw / 4 + MP.mpf(1) / 9
            self.numbers[key] = draw
        return self.numbers[key]

    def parameter(self, value: str | Fraction | None, moved: dict[Key, Any]) -> Any:
        """A weight, a bias or a leak: by name, or a fixed number."""
        if isinstance(value, str):
            return self.number(("param", value)) + moved.get(("param", value), 0)
        return MP.mpf(value.numerator) / value.denominator if value is not None else MP.mpf(0)

    def forward(self, moves: Moved) -> tuple[dict[str, Any], dict[str, Any], Any]:
        """Every z, every output and the cost, with some quantities moved."""
        if moves not in self.passes:
            self.passes[moves] = self._forward(moves)
        return self.passes[moves]

    def _forward(self, moves: Moved) -> tuple[dict[str, Any], dict[str, Any], Any]:
        net = self.net
        moved = dict[Key, Any]()
        for key, amount in moves:
            moved[key] = moved.get(key, 0) + amount
        out: dict[str, Any] = {name: self.number(("input", name)) + moved.get(("input", name), 0) for name in net.inputs}
        out |= {name: MP.mpf(1) for name in net.ones}
        zs: dict[str, Any] = {}
        done = set[str]()
        for unit in net.units:
            if unit.name in done:
                continue
            members = [each for each in net.units if each.group == unit.group] if unit.group else [unit]
            for each in members:
                total = self.parameter(each.bias, moved) + moved.get(("z", each.name), 0)
                for source, weight in each.edges:
                    total += self.parameter(weight, moved) * out[source]
                zs[each.name] = total
            if unit.group:
                exps = {each.name: MP.exp(zs[each.name]) for each in members}
                values = {name: each / sum(exps.values()) for name, each in exps.items()}
            else:
                values = {unit.name: phi(unit.activation, zs[unit.name], self.parameter(unit.alpha, moved))}
            for name, value in values.items():
                out[name] = value + moved.get(("out", name), 0)
                done.add(name)
        pairs = [(self.number(("target", name)) + moved.get(("target", name), 0), out[name]) for name in net.outputs]
        if net.loss == "undefined":
            return zs, out, any_cost([each for pair in pairs for each in pair])
        cost: Any = MP.mpf(0)
        for y, o in pairs:
            cost += loss_of(net.loss, y, o)
        return zs, out, cost

    # -- trees ----------------------------------------------------------------------------------------------------

    def key(self, tree: Tree, at: dict[str, int]) -> Key:
        """What a quantity is moved by."""
        kind, index = tree[1], tree[2:]
        if kind == "own":
            return ("param", index[0])
        unit = self.place(index, at)
        if kind in ("a", "x"):
            return ("input" if unit in self.net.inputs else "out", unit)
        if kind == "z":
            return ("z", unit)
        if kind == "y":
            return ("target", unit)
        if unit not in self.net.by_name:
            raise Absent
        value: Any = self.net.by_name[unit].bias
        if kind == "w":
            source = self.source(index, at)
            value = dict(self.net.by_name[unit].edges).get(source)
        if not isinstance(value, str):
            raise Absent
        return ("param", value)

    def place(self, index: tuple[Any, ...], at: dict[str, int]) -> str:
        """The unit of an index: (layer, j, ...), or a name."""
        if isinstance(index[0], str):
            return index[0]
        if isinstance(index[0], tuple) and index[0][0][0] == "#":
            return self.net.numbered(at[index[0][0]])
        return self.net.unit(self.whole(index[0], at), self.whole(index[1], at))

    def source(self, index: tuple[Any, ...], at: dict[str, int]) -> str:
        """The source of a weight's index."""
        if isinstance(index[0], str):
            return str(index[1])
        if isinstance(index[0], tuple) and index[0][0][0] == "#":
            return self.net.numbered(at[index[1][0]])
        return self.net.unit(self.whole(index[0], at) - 1, self.whole(index[2], at))

    def whole(self, each: Any, at: dict[str, int]) -> int:
        """An index as a number."""
        if isinstance(each, int):
            return each
        base, step = each
        return (self.net.depth if base == "L" else at[base]) + step


# -- numbers and tables of numbers ----


def moved_by(moves: Moved) -> dict[Key, Any]:
    """Every key with the sum of its moves."""
    out = dict[Key, Any]()
    for key, amount in moves:
        out[key] = out.get(key, 0) + amount
    return out


def shape(value: list[list[Any]]) -> tuple[int, int]:
    """Rows and columns."""
    return len(value), len(value[0])


def simple(rows: list[list[Any]]) -> Any:
    """A table of one is its entry."""
    return rows[0][0] if shape(rows) == (1, 1) else rows


def over(value: Any, by: Any) -> Any:
    """A value divided by a number."""
    return [[each / by for each in row] for row in value] if isinstance(value, list) else value / by


def minus(one: Any, other: Any) -> Any:
    """one - other."""
    return plus(one, over(other, -1))


def plus(one: Any, other: Any) -> Any:
    """one + other, sizes alike."""
    if isinstance(one, list) != isinstance(other, list):
        raise Absent
    if not isinstance(one, list):
        return one + other
    if shape(one) != shape(other):
        raise Absent
    return [[a + b for a, b in zip(r, s)] for r, s in zip(one, other)]


def times(one: Any, other: Any) -> Any:
    """Numbers scale; two tables are multiplied rows by columns."""
    if not isinstance(one, list) and not isinstance(other, list):
        return one * other
    if not isinstance(one, list):
        return [[one * each for each in row] for row in other]
    if not isinstance(other, list):
        return [[each * other for each in row] for row in one]
    if shape(one)[1] != shape(other)[0]:
        raise Absent
    return simple([[sum(a * b for a, b in zip(row, column)) for column in zip(*other)] for row in one])
