"""Judges dropout on the net itself: the masked step must have the outputs, the loss and the gradient of the net with masked units.

Of a batch whose rows have masks of their own: the means of theirs, each under its own mask.

The net with masked units is a net like any other: behind every hidden unit stands an identity unit whose one weight is the
mask. Its proven gradient, at exact numbers (on symbols where the net is small), is compared with what a step makes from the
plain net's: with the same functions and the same table of weights that training uses. A large layered net is judged at small
widths; `theorem dropout` proves the gradients with a mask for every size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symbackprop.codegen.certify import CodeRefused, CodeVerdict, row
from symbackprop.codegen.exact import PRIME, Draw
from symbackprop.codegen.masked import with_masks
from symbackprop.codegen.program import ordered
from symbackprop.networks import Network
from symbackprop.training import masks

_POINTS = 2
_SYMBOLS = 40  # parameters and masks up to which symbols are tried
_ROWS = 3


Way = Callable[..., tuple[Any, Any]]


def judge(net: Network, step: Way = masks.masked, rows: Way = masks.by_rows) -> CodeVerdict:
    """The verdict on dropout for a net: on a step under one mask, and on one whose rows have masks of their own.

    Raises: CodeRefused where the masked step is not the gradient of the net with masked units, or masks have another scale.
    """
    from symbackprop.codegen.exact_symbols import SymbolDraw, TooLarge
    from symbackprop.codegen.reference import Reference, SymbolReference

    small, extra = _small(net)
    of, hidden = masks.Constraints(small, 0.5).leaving
    other, marks = with_masks(small, hidden)
    _scaled(small)

    def under(draw: Any, plain: Any, whole: Any, count: int) -> None:
        at = _At(small, draw, plain, whole, marks)
        at.compare(1, lambda gradient, theta, drawn: step(partial(gradient, 0), theta, masks.spread(of, drawn[0], draw.constant(1))))
        at.compare(count, lambda gradient, theta, drawn: rows(gradient, theta, drawn, of))

    for point in range(_POINTS):
        under(Draw(f"masks|{small.name}|{point}"), Reference(small), Reference(other), _ROWS)
    depth = 2 * len(small.units) if small.depths is None else 2 * max(small.depths.values())
    bound = max(min(1.0, float(3 * depth + 3) / PRIME) ** _POINTS, 1e-300)
    said = "outputs, loss and gradient under a mask, and under a mask for every row, equal those of the net with masked units"
    if not extra and len(small.parameters) + len(hidden) <= _SYMBOLS:
        try:
            under(SymbolDraw(), SymbolReference(small), SymbolReference(other), 2)
            return CodeVerdict("PROVED", 0.0, (f"{said}, for all weights, samples and masks (symbols)",))
        except (TooLarge, ArithmeticError, TypeError, CodeRefused):  # two ways to write one argument: nothing is said
            pass
    return CodeVerdict("CHECKED", bound, (f"{said}, at {_POINTS} exact points{extra}",))


@dataclass(frozen=True)
class _At:
    """A point at which a step is compared: the net, its proven gradient, and that of the net with masked units."""

    net: Network
    draw: Any
    plain: Any
    whole: Any
    marks: dict[str, str]

    def compare(self, count: int, step: Callable[..., tuple[Any, Any]]) -> None:
        """A step on so many rows, with as many masks, against the means of what the net with masked units has."""
        draw, names = self.draw, ordered(self.net)
        theta = np.array([draw.number("theta", name) for name in names], dtype=object)
        drawn = np.empty((count, len(self.marks)), dtype=object)
        for k in range(count):
            drawn[k, :] = [draw.number("mask", name, *[k] * bool(k)) for name in self.marks]
        samples = [row(self.net, draw, k) for k in range(count)]
        seen: list[Any] = []

        def gradient(k: int, at: Any) -> tuple[Any, Any]:
            x, y = samples[k]
            seen.append(self.plain.at(dict(zip(names, at, strict=True)), x, y, draw))
            made = np.empty(len(names), dtype=object)
            made[:] = [seen[-1].gradient[name] for name in names]
            return seen[-1].loss, made

        loss, found = step(gradient, theta, drawn)
        right = [
            self.whole.at(dict(zip(names, theta, strict=True)) | dict(zip(self.marks.values(), drawn[k], strict=True)), *samples[k], draw)
            for k in range(count)
        ]  # fmt: skip
        outputs = [[(a, b) for a, b in zip(one.outputs, other.outputs, strict=True)] for one, other in zip(seen, right, strict=True)]
        if loss * count != _total(each.loss for each in right) or any(a != b for each in outputs for a, b in each):
            raise CodeRefused("a step under a mask has another loss than the net with masked units", where=self.net.name)
        for name, value in zip(names, found, strict=True):
            if value * count != _total(each.gradient[name] for each in right):
                raise CodeRefused(
                    "a step under a mask does not make the gradient of the net with masked units",
                    where=f"{self.net.name}: parameter {name}",
                )


def _total(values: Iterable[Any]) -> Any:
    first, *rest = values
    return sum(rest, first)


def _scaled(net: Network) -> None:
    """A mask is 0 or 1/(1 - p), and both come up; CodeRefused where it is something else."""
    for p in (0.5, 0.75):
        drawn = masks.Constraints(net, p).numbers(np.random.default_rng(0), 64)
        if set(drawn.ravel().tolist()) != {0.0, 1 / (1 - p)}:
            raise CodeRefused("the mask of a unit that is kept is not 1/(1 - p)", where=net.name, got=f"p = {p}, {drawn.max()}")


def _small(net: Network) -> tuple[Network, str]:
    """A layered net that is large at small widths that differ; and what is to be said about that."""
    layers = net.architecture
    if layers is None or max(layers.sizes) <= 6:
        return net, ""
    sizes = [2 + (k + 1) % 3 for k in range(len(layers.sizes))]
    made = Network.layered(sizes, list(layers.activations), net.loss, bias=layers.bias, name=net.name)
    return made, f", at the widths {'-'.join(map(str, sizes))}"
