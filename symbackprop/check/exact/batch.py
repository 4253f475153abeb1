"""A batch of examples as one net: a copy of the net for each example, all with the same weights, and the mean of their losses.

Whatever the checker knows of nets with tied weights it then knows of batches: sums over examples, matrices whose columns are
examples, gradients of the mean. What is proved holds for this many examples.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from symbackprop.losses.loss import Loss
from symbackprop.networks import Edge, Network, Unit

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


def targets_that_sum_to_one(net: Network | None) -> list[tuple[str, ...]]:
    """The targets of each example, where the loss is one whose delta is a - y only if they sum to 1."""
    return [net.targets[each] for each in net.examples] if net is not None and net.loss.targets_sum_to_one else []


class Batch(Network):
    """The net of a batch: as many outputs for every example, which are one softmax group where the loss needs one."""

    def __init__(self, count: int, inputs: list[str], units: list[Unit], outputs: list[str], loss: Loss, **more: Any) -> None:
        self.count = count  # before the net is made, for it is then found valid or not
        super().__init__(inputs, units, outputs, loss, **more)

    @property
    def examples(self) -> tuple[slice, ...]:
        """The places of every example's outputs, and of its targets."""
        each = len(self.outputs) // self.count
        return tuple(slice(each * at, each * (at + 1)) for at in range(self.count))


@lru_cache(maxsize=8)
def repeated(net: Network, count: int) -> Batch:
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
    return Batch(
        count,
        [copy_name(name, example) for example in every for name in net.inputs],
        units,
        [copy_name(name, example) for example in every for name in net.outputs],
        net.loss,
        ones=[copy_name(name, example) for example in every for name in net.ones],
        targets=[copy_name(name, example) for example in every for name in net.targets],
        name=f"{net.name}, a batch of {count}",
    )
