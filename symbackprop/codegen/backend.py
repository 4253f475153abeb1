"""What a backend is: a way to turn a net into code that runs, and what that code must be able to do."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.codegen.certify import CodeVerdict
from symbackprop.networks import Network

Array = NDArray[Any]


@dataclass(frozen=True)
class RuleAt:
    """An update rule on its way: its numbers, what it remembers (changed in place), and how many steps it has made.

    masks: a number for every hidden unit, one row for every sample of the passes as they are visited, or for every step
    """

    name: str
    numbers: dict[str, float]  # clip 0.0: no clipping; max_norm 0.0: no norm constraint
    state: dict[str, Array]
    step: int
    masks: Array | None = None
    each: bool = False  # whether the masks are those of samples


class Compiled(ABC):
    """A net as running code over one flat vector of parameters.

    Shapes
        theta (parameters,), X (samples, inputs), Y (samples, outputs); samples in rows
    """

    net: Network
    dtype: np.dtype[Any]
    rules: tuple[str, ...] = ()  # update rules that `run_rule` makes inside compiled passes
    keeps_short: tuple[str, ...] = ()  # those of them that go with the norm constraint
    drops: tuple[str, ...] = ()  # those of them that go with masks
    masked: bool = False  # whether there is a `masked_gradient`

    @property
    @abstractmethod
    def source(self) -> str:
        """The generated source."""

    def texts(self) -> dict[str, str]:
        """The sources by the form they have, for a backend whose sources are remembered between processes."""
        return {}

    def machine(self) -> str:
        """What of this machine decides how the source is compiled, and so what a verdict on it is about."""
        return ""

    def ready(self) -> None:
        """Make what runs, where that can fail: CompilerFailed where this machine's compiler does not do it."""
        return

    @abstractmethod
    def certify(self) -> CodeVerdict:
        """Run the source on exact numbers; CodeRefused where it is not the proven gradient."""

    @abstractmethod
    def load(self, X: Array, Y: Array, size: int) -> Any:
        """The data in the form that `run` and `gradient` want, for batches of this size."""

    @abstractmethod
    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        """len(rates) passes of plain gradient steps, in place; losses receives the mean loss of each pass;
        with None a backend may leave the losses uncomputed.

        Math: every batch moves the weights by rate times the mean gradient, upwards for a performance, downwards for a
        cost; the loss of an example is the one before its own step.
        """

    def run_rule(
        self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array, rule: RuleAt
    ) -> int:
        """As `run`, by an update rule of `rules`, whose state moves with theta; returns how many steps that were."""
        raise NotImplementedError

    def certify_rules(self) -> CodeVerdict:
        """Run the passes of every update rule on exact numbers."""
        raise NotImplementedError

    @abstractmethod
    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        """The mean loss and its mean gradient over all the data."""

    def masked_gradient(self, theta: Array, data: Any, masks: Array) -> tuple[float, Array]:
        """As `gradient`, of the net whose hidden units are multiplied by the row of `masks` (samples, hidden units)."""
        raise NotImplementedError

    @abstractmethod
    def predict(self, theta: Array, X: Array) -> Array:
        """The outputs."""


@dataclass(frozen=True, eq=False)
class Backend:
    """One compile target.

    rank: its place in the order that `backend="auto"` tries, fastest first; None for one that is only asked for
    most: parameters up to which this is its place; a larger net comes to those first that know no such limit
    missing: why it cannot be used on this machine, or None, as far as can be said at once
    build: (net, dtype) -> Compiled
    suits: why it cannot take this net, or None
    """

    name: str
    about: str
    rank: int | None
    missing: Callable[[], str | None]
    build: Callable[[Network, np.dtype[Any]], Compiled]
    suits: Callable[[Network], str | None] = lambda net: None
    most: int = sys.maxsize
