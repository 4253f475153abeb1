"""The net with masked units: a net like any other, in which an identity unit with the mask as its weight stands behind every hidden unit."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.activations import activation
from symbackprop.networks import Edge, Network, Unit


def hidden_units(net: Network) -> list[str]:
    """The units that feed others and are no outputs, in order."""
    return [unit.name for unit in net.units if unit.name in net.successors and unit.name not in net.outputs]


def with_masks(net: Network, hidden: list[str]) -> tuple[Network, dict[str, str]]:
    """The net with masked units, and the name of every unit's mask, which is a weight of it.

    >>> made, marks = with_masks(Network.layered([1, 2, 1]), ["u1_1", "u1_2"])
    >>> len(made.units), marks["u1_2"]
    (5, 'm_u1_2')
    """
    taken = {*net.inputs, *net.targets, *net.parameters, *(unit.name for unit in net.units), *net.ones}
    marks = {name: _free(f"m_{name}", taken) for name in hidden}
    after = {name: _free(f"h_{name}", taken) for name in hidden}
    units: list[Unit] = []
    for unit in net.units:
        edges = tuple(Edge(after.get(edge.source, edge.source), edge.weight) for edge in unit.edges)
        units.append(replace(unit, edges=edges, layer=None, index=None))
        if unit.name in marks:
            units.append(Unit(after[unit.name], activation("identity"), (Edge(unit.name, marks[unit.name]),)))
    made = Network(net.inputs, units, net.outputs, net.loss, ones=net.ones, targets=net.targets, name=f"{net.name}, masked")
    return made, marks


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
