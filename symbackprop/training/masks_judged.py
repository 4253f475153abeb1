"""Judges dropout on the net itself: the masked step must have the outputs, the loss and the gradient of the net with masked units.

The net with masked units is a net like any other: behind every hidden unit stands an identity unit whose one weight is the
mask. Its proven gradient, at exact numbers (on symbols where the net is small), is compared with what a step makes from the
plain net's: with the same functions and the same table of weights that training uses. A large layered net is judged at small
widths; `theorem dropout` proves the gradients with a mask for every size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from symbackprop.activations import activation
from symbackprop.codegen.certify import CodeRefused, CodeVerdict, row
from symbackprop.codegen.exact import PRIME, Draw
from symbackprop.codegen.program import ordered
from symbackprop.networks import Edge, Network, Unit
from symbackprop.training import masks

_POINTS = 2
_SYMBOLS = 40  # parameters and masks up to which symbols are tried


def with_masks(net: Network, hidden: list[str]) -> tuple[Network, dict[str, str]]:
    """The net with masked units, and the name of every unit's mask, which is a weight of it."""
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


def judge(net: Network, step: Callable[..., tuple[Any, Any]] = masks.masked) -> CodeVerdict:
    """The verdict on dropout for a net.

    Raises: CodeRefused where the masked step is not the gradient of the net with masked units.
    """
    from symbackprop.codegen.exact_symbols import SymbolDraw, TooLarge
    from symbackprop.codegen.reference import Reference, SymbolReference

    small, extra = _small(net)
    of, hidden = masks.Constraints(small, 0.5).leaving
    other, marks = with_masks(small, hidden)
    for point in range(_POINTS):
        _compare(small, other, marks, of, Draw(f"masks|{small.name}|{point}"), (Reference(small), Reference(other)), step)
    depth = 2 * len(small.units) if small.depths is None else 2 * max(small.depths.values())
    bound = max(min(1.0, float(3 * depth + 3) / PRIME) ** _POINTS, 1e-300)
    said = "outputs, loss and gradient under a mask equal those of the net with masked units"
    if not extra and len(small.parameters) + len(hidden) <= _SYMBOLS:
        try:
            _compare(small, other, marks, of, SymbolDraw(), (SymbolReference(small), SymbolReference(other)), step)
            return CodeVerdict("PROVED", 0.0, (f"{said}, for all weights, samples and masks (symbols)",))
        except (TooLarge, ArithmeticError, TypeError, CodeRefused):  # two ways to write one argument: nothing is said
            pass
    return CodeVerdict("CHECKED", bound, (f"{said}, at {_POINTS} exact points{extra}",))


def _compare(net: Network, other: Network, marks: dict[str, str], of: Any, draw: Any, references: Any, step: Any) -> None:
    names = ordered(net)
    theta = np.array([draw.number("theta", name) for name in names], dtype=object)
    values = np.empty(len(marks), dtype=object)
    values[:] = [draw.number("mask", name) for name in marks]
    x, y = row(net, draw, 0)
    plain, whole = references
    seen: list[Any] = []

    def gradient(at: Any) -> tuple[Any, Any]:
        seen.append(plain.at(dict(zip(names, at, strict=True)), x, y, draw))
        made = np.empty(len(names), dtype=object)
        made[:] = [seen[0].gradient[name] for name in names]
        return seen[0].loss, made

    loss, found = step(gradient, theta, masks.spread(of, values, draw.constant(1)))
    expected = whole.at(dict(zip(names, theta, strict=True)) | dict(zip(marks.values(), values, strict=True)), x, y, draw)
    if loss != expected.loss or any(a != b for a, b in zip(seen[0].outputs, expected.outputs, strict=True)):
        raise CodeRefused("a step under a mask has another loss than the net with masked units", where=net.name)
    for name, value in zip(names, found, strict=True):
        if value != expected.gradient[name]:
            raise CodeRefused(
                "a step under a mask does not make the gradient of the net with masked units",
                where=f"{net.name}: parameter {name}",
            )


def _small(net: Network) -> tuple[Network, str]:
    """A layered net that is large at small widths that differ; and what is to be said about that."""
    layers = net.architecture
    if layers is None or max(layers.sizes) <= 6:
        return net, ""
    sizes = [2 + (k + 1) % 3 for k in range(len(layers.sizes))]
    made = Network.layered(sizes, list(layers.activations), net.loss, bias=layers.bias, name=net.name)
    return made, f", at the widths {'-'.join(map(str, sizes))}"


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
