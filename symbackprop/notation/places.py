"""Where a net's neurons stand: names to layer and index and back, and the quantities a formula can speak of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from symbackprop.networks import Network, Weight
from symbackprop.notation.greek import READ


class Quantity(NamedTuple):
    """Something a net has: a kind of KINDS, the neuron it belongs to, for a weight also its source, or a whole layer.

    A vector or matrix quantity has `layer` and no `unit`; the cost has neither.
    """

    kind: str
    unit: str | None = None
    source: str | None = None
    layer: int | None = None
    example: int | None = None  # of a batch
    wide: bool = False  # all examples side by side, one column each


KINDS = {
    "input": "an input x",
    "target": "the desired output of an output unit",
    "weight": "the weight from a source to a unit",
    "bias": "the bias of a unit",
    "net_input": "the weighted input z of a unit",
    "output": "the output a of a neuron (an input neuron's is its input)",
    "delta": "the derivative of the cost by the weighted input of a unit, with the notation's sign",
    "output_delta": "the derivative of the cost by the output of a unit",
    "weight_derivative": "the derivative of the cost by a weight, under a name of its own: dW",
    "bias_derivative": "the derivative of the cost by a bias, under a name of its own: db",
    "input_matrix": "the inputs of a batch, one column for each example: X",
    "target_matrix": "the desired outputs of a batch: Y",
    "net_input_matrix": "the weighted inputs of a layer for a batch: Z",
    "output_matrix": "the outputs of a layer for a batch: A",
    "delta_matrix": "the deltas of a layer for a batch, each of its own example's loss: dZ",
    "output_delta_matrix": "the derivatives by the outputs of a layer for a batch: dA",
    "cost": "the cost, loss or performance of one example",
    "rate": "the learning rate, a positive constant",
    "activation": "the activation function",
    "cost_function": "the cost as a function of desired and actual output",
}


def spelt(name: str) -> str:
    """A neuron's name as it stands in a script: letters and digits alone.

    >>> spelt("u1_2")
    'u12'
    """
    return "".join(sign for sign in name if sign.isalnum())


def as_read(name: str) -> str:
    """A neuron's name as a reader of formulas finds it in a script: a Greek letter by its name, whichever way it was typed.

    >>> as_read("β_2"), as_read("beta2")
    ('beta2', 'beta2')
    """
    return "".join(READ.get(sign, sign) for sign in spelt(name))


@dataclass(frozen=True)
class Places:
    """A net seen as positions: layers of names (layer 0 the inputs) where it is layered, and a number for every neuron."""

    net: Network

    @cached_property
    def layers(self) -> tuple[tuple[str, ...], ...]:
        """The names layer by layer, the input layer first; empty for a net that has no layers."""
        if (layers := self.net.architecture) is not None:
            widths = enumerate(layers.sizes[1:], start=1)
            return self.net.inputs, *(tuple(f"u{layer}_{j}" for j in range(1, width + 1)) for layer, width in widths)
        depths = self.net.depths
        if depths is None:
            return ()
        rows: list[list[str]] = [list(self.net.inputs)] + [[] for _ in range(max(depths.values(), default=0))]
        for unit in self.net.units:
            rows[depths[unit.name]].append(unit.name)
        return tuple(tuple(row) for row in rows)

    @property
    def depth(self) -> int:
        """The number of computing layers, 0 for a net without layers."""
        return max(len(self.layers) - 1, 0)

    @cached_property
    def position(self) -> dict[str, tuple[int, int]]:
        """Name to (layer, index), both as Nielsen counts: layer 0 the inputs, index from 1."""
        return {name: (layer, index) for layer, row in enumerate(self.layers) for index, name in enumerate(row, 1)}

    @cached_property
    def number(self) -> dict[str, int]:
        """Name to running number, inputs and bias neurons first."""
        names = (*self.net.inputs, *self.net.ones, *(unit.name for unit in self.net.units))
        return {name: index for index, name in enumerate(names, 1)}

    @cached_property
    def by_number(self) -> dict[int, str]:
        """Running number to name."""
        return {index: name for name, index in self.number.items()}

    @cached_property
    def by_label(self) -> dict[str, str]:
        """A neuron's name as it is spelt in a script, to the name; not where two names look the same there."""
        many = Counter(map(as_read, self.number))
        return {as_read(name): name for name in self.number if many[as_read(name)] == 1}

    def family(self, letter: str) -> frozenset[str]:
        """The neurons that a letter with a number names: h1, h2, ... for h."""
        labels = ((label, name) for label, name in self.by_label.items() if label.startswith(letter))
        return frozenset(name for label, name in labels if label[len(letter) :].isdigit())

    @cached_property
    def edges(self) -> dict[tuple[str, str], Weight]:
        """(source, unit) to the weight on that edge; bias neurons included."""
        return {(edge.source, unit.name): edge.weight for unit in self.net.units for edge in unit.edges}

    @property
    def width(self) -> int:
        """The size of the widest layer, the inputs included."""
        return max((len(row) for row in self.layers), default=len(self.number))

    def bias_neuron(self, unit: str) -> str | None:
        """The one bias neuron that feeds a unit: number 0 of the layer before, w_{j0}."""
        found = [source for source in self.net.ones if (source, unit) in self.edges]
        return found[0] if len(found) == 1 else None

    def name(self, layer: int, index: int) -> str | None:
        """The neuron at a position, or None where there is none."""
        if 0 <= layer < len(self.layers) and 1 <= index <= len(self.layers[layer]):
            return self.layers[layer][index - 1]
        return None
