"""Dropout and the norm constraint, for any net: which weights leave a hidden unit, which enter a unit, and what a step does with them.

Math
    dropout         h_j = m_j a_j with m_j = 0, or 1/(1 - p) where unit j is kept, so that m_j is 1 on average;
                    per "sample" every sample has a mask of its own (Srivastava et al. 2014, 4.1), per "batch" those of a step
                    share one (Nielsen, chapter 3)
                    w (m a) = (w m) a, so the net with masked units is the plain net at the weights m w, and by the chain
                    rule its gradient by w is m times the plain gradient there; `masks_judged.judge` proves it on the net
    norm constraint the learnt weights into a unit, without its bias, are scaled back to length c where they are longer
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.codegen.program import fits_dense, ordered, outline
from symbackprop.errors import DataError, quote
from symbackprop.networks import Network

Array = NDArray[Any]
WAYS = ("sample", "batch")  # what a mask is drawn for


@dataclass(frozen=True)
class Constraints:
    """What a step does beside its update rule: units dropped with this probability, weights into a unit at most so long.

    >>> made = Constraints(Network.layered([2, 2, 1]), 0.5)
    >>> made.mask(np.random.default_rng(1)).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 1.0]
    """

    net: Network
    dropout: float = 0.0
    max_norm: float | None = None
    per: str = "sample"

    def __post_init__(self) -> None:
        if self.per not in WAYS:
            raise DataError("nothing that a mask is drawn for", where="dropout_per", got=quote(self.per), expected=" or ".join(WAYS))
        if not 0 <= _number(self.dropout) < 1:
            raise DataError("not a share of units to drop", where="dropout", got=quote(self.dropout), expected="0 <= dropout < 1")
        if self.max_norm is not None and not 0 < _number(self.max_norm) < math.inf:
            raise DataError("not a length to keep weights to", where="max_norm", got=quote(self.max_norm), expected="a number above 0, or None")
        if self.dropout:
            _ = self.leaving
        if self.max_norm is not None:
            _ = self.entering

    @property
    def none(self) -> bool:
        """Whether a step is as it is without them."""
        return not self.dropout and self.max_norm is None

    @cached_property
    def leaving(self) -> tuple[Array, list[str]]:
        """For every weight the number of the hidden unit that it leaves (their count where it leaves none), and their names."""
        made = _dense(self.net, True) if fits_dense(self.net) else _leaving(self.net)
        if not made[1]:
            raise DataError("there is no hidden unit to drop", where="dropout", got=self.net.name, try_="a net with a hidden layer")
        return made

    @cached_property
    def entering(self) -> tuple[Array, list[str]]:
        """For every weight the number of the unit that it enters (their count for biases and their like), and their names."""
        return _dense(self.net, False) if fits_dense(self.net) else _entering(self.net)

    def numbers(self, rng: np.random.Generator, count: int) -> Array:
        """So many masks, one in a row, a number for every hidden unit: 0 with the probability p, else 1/(1 - p)."""
        return np.asarray((rng.random((count, len(self.leaving[1]))) >= self.dropout) / (1 - self.dropout))

    def mask(self, rng: np.random.Generator) -> Array:
        """One number for every weight, drawn for a step: the mask of the unit that it leaves, else 1."""
        return spread(self.leaving[0], self.numbers(rng, 1)[0], 1.0)

    def step(
        self, gradient: Callable[[Array, slice], tuple[Any, Array]], theta: Array, rows: int, rng: np.random.Generator,
        together: Callable[[Array, Array], tuple[Any, Array]] | None = None,
    ) -> tuple[Any, Array]:  # fmt: skip
        """Loss and gradient of a step on so many samples under masks that are drawn for it.

        gradient(theta, rows): the plain one of some rows; together(theta, masks): that of all rows under their masks, if there is one.
        """
        if not self.dropout:
            return gradient(theta, slice(rows))
        if self.per == "batch":
            return masked(lambda at: gradient(at, slice(rows)), theta, self.mask(rng))
        if together is not None:
            return together(theta, self.numbers(rng, rows))
        return by_rows(lambda k, at: gradient(at, slice(k, k + 1)), theta, self.numbers(rng, rows), self.leaving[0])

    @cached_property
    def _blocks(self) -> list[tuple[slice, tuple[int, ...]]]:
        """Where the matrices of a layered net lie, one unit a row."""
        found = outline(self.net).blocks() if fits_dense(self.net) else []
        return [(slice(at, at + math.prod(shape)), shape) for name, shape, at in found if name[0] == "W"]

    def _shortened(self, theta: Array, most: float) -> bool:
        """Layer by layer; whether all lengths are finite numbers."""
        for place, shape in self._blocks:
            W = theta[place].reshape(shape)
            lengths = np.sqrt(np.einsum("jk,jk->j", W, W, dtype=float))
            if not np.isfinite(lengths).all():
                return False
            if lengths.max() > most:
                W *= np.where(lengths > most, most / np.maximum(lengths, 1e-300), 1.0)[:, None]
        return True

    def shorten(self, theta: Array) -> None:
        """Bring the weights into every unit back to the largest length, in place."""
        if self.max_norm is None:
            return
        if self._blocks and 1e-100 < self.max_norm < 1e100 and self._shortened(theta, self.max_norm):
            return
        of, names = self.entering
        size = float(np.abs(theta).max(initial=0.0))
        if not 0 < size < math.inf:  # nothing to shorten; what is not finite is told by whoever asked for the step
            return
        squares = np.bincount(of, np.square(theta / size, dtype=float), len(names) + 1)[: len(names)]
        lengths = np.sqrt(squares) * size
        theta *= spread(of, np.minimum(1.0, self.max_norm / np.maximum(lengths, 1e-300)), 1.0)


def spread(of: Array, values: Array, rest: Any) -> Array:
    """For every weight the value of its unit; `rest` for a weight that has none."""
    return np.append(values, rest)[of]


def masked(gradient: Callable[[Array], tuple[Any, Array]], theta: Array, mask: Array) -> tuple[Any, Array]:
    """Loss and gradient of the net whose units are masked, from those of the plain net at any weights."""
    loss, made = gradient(theta * mask)
    return loss, made * mask


def by_rows(gradient: Callable[[int, Array], tuple[Any, Array]], theta: Array, drawn: Array, of: Array) -> tuple[Any, Array]:
    """The same for a batch whose row k has the mask drawn[k]: the means; gradient(k, theta) is that of row k alone."""
    loss: Any = 0
    total: Any = 0
    for k, values in enumerate(drawn):
        one, made = masked(partial(gradient, k), theta, spread(of, values, 1))
        loss, total = loss + one, total + made
    return loss / len(drawn), total / len(drawn)


def _number(value: Any) -> float:
    try:
        return math.nan if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError):
        return math.nan


def _dense(net: Network, leaving: bool) -> tuple[Array, list[str]]:
    """Both ways round for a layered net, by whole blocks."""
    program = outline(net)
    sizes = program.sizes
    layers = range(1, len(sizes) - 1) if leaving else range(1, len(sizes))  # the units counted
    names = [f"u{layer}_{j}" for layer in layers for j in range(1, sizes[layer] + 1)]
    of = np.full(program.count(), len(names), np.int32)
    first = {layer: sum(sizes[each] for each in layers if each < layer) for layer in layers}
    for name, shape, at in program.blocks():
        layer = int(name[1:]) - leaving
        if name[0] == "W" and layer in first:
            units = first[layer] + np.arange(sizes[layer])
            of[at : at + math.prod(shape)] = np.broadcast_to(units if leaving else units[:, None], shape).ravel()
    return of, names


def _leaving(net: Network) -> tuple[Array, list[str]]:
    """For a graph; DataError where a weight that leaves a hidden unit is fixed, or is something else beside."""
    hidden = [unit.name for unit in net.units if unit.name in net.successors and unit.name not in net.outputs]
    place = {name: k for k, name in enumerate(hidden)}
    found: dict[str, set[int]] = {}
    for unit in net.units:
        for edge in unit.edges:
            number = place.get(edge.source, len(hidden))
            if isinstance(edge.weight, str):
                found.setdefault(edge.weight, set()).add(number)
            elif number < len(hidden):
                raise DataError(
                    "a fixed weight leaves a hidden unit, so that the unit cannot be dropped by its weights",
                    where=f"dropout, {edge.source} -> {unit.name}", got=str(edge.weight),
                )  # fmt: skip
        for weight in (unit.bias, *(value for _, value in unit.parameters)):
            if isinstance(weight, str):
                found.setdefault(weight, set()).add(len(hidden))
    return _numbered(net, found, len(hidden), "dropout"), hidden


def _entering(net: Network) -> tuple[Array, list[str]]:
    """For a graph; DataError where a weight enters two units. Weights on a constant 1 are biases."""
    found: dict[str, set[int]] = {}
    for k, unit in enumerate(net.units):
        for edge in unit.edges:
            if isinstance(edge.weight, str):
                found.setdefault(edge.weight, set()).add(len(net.units) if edge.source in net.ones else k)
    return _numbered(net, found, len(net.units), "max_norm"), [unit.name for unit in net.units]


def _numbered(net: Network, found: dict[str, set[int]], rest: int, where: str) -> Array:
    for weight, numbers in found.items():
        if len(numbers) > 1:
            raise DataError(
                "a shared weight belongs to more than one unit", where=f"{where}, weight {weight}", got=net.name,
                try_="a weight of its own for every edge",
            )  # fmt: skip
    return np.array([min(found.get(name, {rest})) for name in ordered(net)], np.int32)
