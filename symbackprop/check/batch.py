"""A batch of examples as one net: a copy of the net for each example, all with the same weights, and the mean of their losses.

Whatever the checker knows of nets with tied weights it then knows of batches: sums over examples, matrices whose columns are
examples, gradients of the mean. What is proved holds for this many examples.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from symbackprop.networks import Edge, Network

MAX_EXAMPLES = 12


def copy_name(name: str, example: int) -> str:
    """The name of a neuron's copy for one example (counted from 1)."""
    return f"{name}.{example}"


def example_of(name: str) -> int:
    """Which example a copy belongs to."""
    return int(name.rpartition(".")[2])


def fitting_count(net: Network) -> int:
    """How many examples to take where nobody says: a number that no layer has, so that shapes cannot agree by chance."""
    layers = net.depths or {}
    widths = {list(layers.values()).count(depth) for depth in layers.values()} | {len(net.inputs), 1}
    return next(count for count in range(2, MAX_EXAMPLES) if count not in widths)


@lru_cache(maxsize=8)
def repeated(net: Network, count: int) -> Network:
    """The net with a copy of every neuron for each of `count` examples; the parameters are shared."""
    every = range(1, count + 1)
    units = [
        replace(
            unit,
            name=copy_name(unit.name, example),
            edges=tuple(Edge(copy_name(edge.source, example), edge.weight) for edge in unit.edges),
            group=f"{unit.group}.{example}" if unit.group is not None else None,
            layer=None,
            index=None,
        )
        for example in every
        for unit in net.units
    ]
    return Network(
        [copy_name(name, example) for example in every for name in net.inputs],
        units,
        [copy_name(name, example) for example in every for name in net.outputs],
        net.loss,
        ones=[copy_name(name, example) for example in every for name in net.ones],
        targets=[copy_name(name, example) for example in every for name in net.targets],
        name=f"{net.name}, a batch of {count}",
    )
