"""The array program of one net: what is computed, in which order, before any language is chosen.

Two shapes of it, both lowered from the delta recursion:

    Unrolled   every unit its own statements: any graph, tied and fixed weights, softmax groups, learnt alphas
    Dense      every layer one matrix: fully connected layered nets of any size
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from symbackprop.activations.activation import Activation
from symbackprop.codegen.names import Names
from symbackprop.kernel.terms import Term
from symbackprop.losses.loss import Loss
from symbackprop.networks import Layers, Network

Operand = str | Fraction
_DERIVED = ("r", "u", "p", "q", "t", "qalpha", "qalphar")  # what statements.py puts behind the name of a delta


@dataclass(frozen=True)
class UnitCode:
    """One unit: z = sum of weight * source + bias, a = activation(z), d = its delta; all names are identifiers."""

    name: str
    z: str
    a: str
    d: str
    activation: Activation
    inputs: tuple[tuple[Operand, Operand], ...]  # (source, weight)
    bias: Operand | None
    parameters: dict[str, Operand]
    group: str | None
    successors: tuple[tuple[str, Operand], ...]  # (delta of the unit fed, weight)
    target: str | None


@dataclass(frozen=True)
class Unrolled:
    """The scalar program: one statement per unit and per parameter."""

    name: str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    outputs: tuple[str, ...]
    units: tuple[UnitCode, ...]
    parameters: dict[str, str]  # the net's name of a parameter -> its identifier, in the order of the flat vector
    loss: Loss

    @property
    def groups(self) -> dict[str, tuple[UnitCode, ...]]:
        """The units of every softmax group."""
        found: dict[str, tuple[UnitCode, ...]] = {}
        for unit in self.units:
            if unit.group is not None:
                found[unit.group] = (*found.get(unit.group, ()), unit)
        return found


@dataclass(frozen=True)
class Dense:
    """The matrix program of a layered net: Z = A W' + b, A = phi(Z), one layer after the other.

    Shapes
        W{l} (sizes[l], sizes[l-1]) and b{l} (sizes[l],), one after the other in one flat vector
    """

    name: str
    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    bias: str  # parameter | none | neuron | w0
    loss: Loss

    @property
    def biased(self) -> bool:
        """Whether the layers have biases (as parameters or as weights on a constant 1)."""
        return self.bias != "none"

    def blocks(self) -> list[tuple[str, tuple[int, ...], int]]:
        """Name, shape and offset of every array in the flat vector of parameters."""
        found: list[tuple[str, tuple[int, ...], int]] = []
        offset = 0
        for layer, (m, n) in enumerate(zip(self.sizes, self.sizes[1:]), start=1):
            found.append((f"W{layer}", (n, m), offset))
            offset += n * m
            if self.biased:
                found.append((f"b{layer}", (n,), offset))
                offset += n
        return found

    @cached_property
    def _offsets(self) -> dict[str, int]:
        return {block: offset for block, _, offset in self.blocks()}

    def position(self, name: str) -> int:
        """Where a parameter of the net, w2_1_3 or b2_1, stands in the flat vector.

        >>> from symbackprop.networks import Network
        >>> lower(Network.layered([2, 3, 1]), "dense").position("b1_1")
        6
        """
        kind, (layer, *rest) = name[0], [int(part) for part in name[1:].split("_")]
        offsets = self._offsets
        if kind == "b" or rest[1] == 0:
            return offsets[f"b{layer}"] + rest[0] - 1
        return offsets[f"W{layer}"] + (rest[0] - 1) * self.sizes[layer - 1] + rest[1] - 1

    def count(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(shape)) for _, shape, _ in self.blocks())


Program = Unrolled | Dense


def fits_dense(net: Network) -> bool:
    """Whether the net is fully connected layer by layer, without shared or learnt extras."""
    layers = net.architecture
    return layers is not None and layers.bias != "shared" and not any(each.learnt for each in layers.activations)


def ordered(net: Network) -> list[str]:
    """The parameters in the order of the flat vector: layer by layer, W then b, where the net is dense."""
    return sorted(net.parameters, key=outline(net).position) if fits_dense(net) else list(net.parameters)


def outline(net: Network) -> Dense:
    """The dense program of a net that fits it, by its shapes alone: no formula is looked at."""
    layers = net.architecture
    assert isinstance(layers, Layers) and fits_dense(net)
    return Dense(net.name, layers.sizes, layers.activations, layers.bias, net.loss)


def lower(net: Network, shape: str = "unrolled") -> Program:
    """The program of the net, "unrolled" or "dense".

    Raises: GradientRefused where an activation or the loss is undefined. Threshold units are lowered: they run forward.
    """
    return _dense(net) if shape == "dense" else _unrolled(net)


def _dense(net: Network) -> Dense:
    from symbackprop.codegen.formulas import formula, head

    made = outline(net)
    for each in made.activations:
        if not each.vector:
            formula(each)
    head(made.activations[-1], net.loss)
    return made


def _unrolled(net: Network) -> Unrolled:
    from symbackprop.codegen.formulas import formula, head

    names = Names()
    short = {unit.name: unit.name[1:] if unit.layer is not None else "_" + unit.name for unit in net.units}
    marks = {
        kind: {unit.name: names(kind, short[unit.name], _DERIVED if kind == "d" else ()) for unit in net.units}
        for kind in "zad"
    }
    inputs = {name: names("", name) for name in net.inputs}
    targets = {name: names("", name) for name in net.targets}
    parameters = {name: names("", name) for name in ordered(net)}
    sources: dict[str, Operand] = {**inputs, **marks["a"], **{name: Fraction(1) for name in net.ones}}

    def operand(weight: str | Fraction) -> Operand:
        return parameters[weight] if isinstance(weight, str) else weight

    units = []
    for unit in net.units:
        if not unit.activation.vector:
            formula(unit.activation)
        target = targets[net.targets[net.outputs.index(unit.name)]] if unit.name in net.outputs else None
        if target is not None:
            head(unit.activation, net.loss)
        units.append(
            UnitCode(
                unit.name,
                marks["z"][unit.name],
                marks["a"][unit.name],
                marks["d"][unit.name],
                unit.activation,
                tuple((sources[edge.source], operand(edge.weight)) for edge in unit.edges),
                None if unit.bias is None else operand(unit.bias),
                {role: operand(value) for role, value in unit.parameters},
                unit.group,
                tuple((marks["d"][fed.name], operand(w)) for fed, w in net.successors.get(unit.name, ())),
                target,
            )
        )
    outputs = tuple(marks["a"][name] for name in net.outputs)
    return Unrolled(
        net.name, tuple(inputs.values()), tuple(targets.values()), outputs, tuple(units), parameters, net.loss
    )


def total(terms: list[Term]) -> Term:
    """A sum as a term, without needless brackets."""
    kept = [each for each in terms if each != 0]
    return 0 if not kept else kept[0] if len(kept) == 1 else ("+", *kept)


def product(*factors: Term) -> Term:
    """A product as a term; 0 absorbs and 1 disappears."""
    if any(each == 0 for each in factors):
        return 0
    kept = [each for each in factors if each != 1]
    return 1 if not kept else kept[0] if len(kept) == 1 else ("*", *kept)
