"""What nets are made of: edges, units, and the sizes of a fully connected net written out as units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from symbackprop.activations.activation import Activation

Weight = str | Fraction
LEAK = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow into a unit: the source's name and the weight on it, a parameter's name or a fixed number."""

    source: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Unit:
    """One neuron: z = sum of weight * source + bias, a = activation(z)."""

    name: str
    activation: Activation
    edges: tuple[Edge, ...]
    bias: Weight | None = None
    parameters: tuple[tuple[str, Weight], ...] = ()
    group: str | None = None
    layer: int | None = None
    index: int | None = None


class Role(NamedTuple):
    """Where a parameter of an activation stands."""

    name: str


Place = str | Role | None  # of a weight: the edge's source; of an activation's parameter: its role; of a bias: None


def places(unit: Unit) -> Iterator[tuple[str, Place]]:
    """The learnt parameters of a unit with the places where they stand: weights, bias, the activation's own."""
    for edge in unit.edges:
        if isinstance(edge.weight, str):
            yield edge.weight, edge.source
    if isinstance(unit.bias, str):
        yield unit.bias, None
    for role, value in unit.parameters:
        if isinstance(value, str):
            yield value, Role(role)


def described(unit: Unit) -> dict[str, Any]:
    """A unit as plain JSON data."""

    def plain(weight: Weight) -> Any:
        return weight if isinstance(weight, str) else {"fixed": str(weight)}

    item: dict[str, Any] = {
        "name": unit.name,
        "activation": unit.activation.name,
        "edges": [[edge.source, plain(edge.weight)] for edge in unit.edges],
    }
    if unit.bias is not None:
        item["bias"] = plain(unit.bias)
    if unit.parameters:
        item["parameters"] = {role: plain(value) for role, value in unit.parameters}
    if unit.group is not None:
        item["group"] = unit.group
    if unit.layer is not None:
        item["layer"], item["index"] = unit.layer, unit.index
    return item


@dataclass(frozen=True)
class Layers:
    """A fully connected net by its sizes: sizes[0] inputs, then one activation and one bias style per computing layer."""

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    bias: str = "parameter"  # parameter | none | neuron | w0 | shared

    def count(self) -> int:
        """The number of weights and biases (a shared bias counts once)."""
        per_unit = 0 if self.bias in ("none", "shared") else 1
        weights = sum((m + per_unit) * n for m, n in zip(self.sizes, self.sizes[1:]))
        return weights + (1 if self.bias == "shared" else 0)


BIAS_STYLES = {
    "parameter": "every unit has its own bias b",
    "none": "no bias at all",
    "neuron": "one bias neuron B{l} a layer that always puts out 1",
    "w0": "a weight w_0 on the constant input x_0 = 1",
    "shared": "one bias b shared by all units",
}


def layer_units(layers: Layers) -> Iterable[Unit]:
    """Every unit of a fully connected net, layer by layer."""
    before = [f"x{k + 1}" for k in range(layers.sizes[0])]
    for number, (width, kind) in enumerate(zip(layers.sizes[1:], layers.activations), start=1):
        one = {"neuron": f"B{number - 1}", "w0": "x0"}.get(layers.bias)
        names = [f"u{number}_{j + 1}" for j in range(width)]
        for j, name in enumerate(names, start=1):
            edges = [Edge(source, f"w{number}_{j}_{k}") for k, source in enumerate(before, start=1)]
            if one is not None:
                edges.insert(0, Edge(one, f"w{number}_{j}_0"))
            bias = {"parameter": f"b{number}_{j}", "shared": "b"}.get(layers.bias)
            yield Unit(
                name,
                kind,
                tuple(edges),
                bias,
                default_parameters(kind, f"{number}_{j}"),
                f"layer{number}" if kind.vector else None,
                number,
                j,
            )
        before = names


def default_parameters(
    kind: Activation, suffix: str, given: Mapping[str, Weight] | None = None
) -> tuple[tuple[str, Weight], ...]:
    """A unit's activation parameters: a learnt one gets a name, a fixed one the usual leak, unless given."""
    values = dict(given or {})
    return tuple(
        (role, values.get(role, f"{role}{suffix}" if role in kind.learnt else LEAK)) for role in kind.partial_terms
    )
