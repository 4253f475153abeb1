"""The trainer: compiled code of one net, its weights, and plain gradient steps online, in minibatches or in batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbackprop.codegen.backend import Backend, Compiled
from symbackprop.codegen.backends import choose
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.codegen.program import Dense, fits_dense, lower, ordered
from symbackprop.errors import DataError, Diverged, ShapeError, quote, unknown_name
from symbackprop.networks import Network
from symbackprop.training.data import Data, check, check_inputs
from symbackprop.training.initialisers import start

Array = NDArray[Any]
_CHUNK = 64  # passes per call into compiled code when nobody listens in between


def compile_trainer(
    net: Network,
    backend: str | Backend = "auto",
    *,
    dtype: Any = np.float64,
    seed: int = 0,
    init: str = "glorot",
    certify: bool = True,
) -> Trainer:
    """Generate the code of this net's proven gradient, judge it on exact numbers, and wrap it as a Trainer.

    Raises: CodeRefused where the generated code is not the proven gradient (a fault of ours), BackendMissing,
    GradientRefused for an undefined activation or cost. A net with threshold units can predict; its `fit` refuses.

    >>> net = Network.layered([2, 2, 1])
    >>> trainer = compile_trainer(net, backend="numpy", seed=1)
    >>> trainer.verdict.kind
    'CHECKED'
    """
    chosen, reason = choose(backend, net)
    compiled = chosen.build(net, np.dtype(dtype))
    made = Trainer(net, compiled, chosen.name, reason, seed=seed, init=init)
    if certify:
        _ = made.verdict
    return made


class Trainer:
    """A net that learns.

    Math
        performance: w + rate * mean gradient;  cost: w - rate * mean gradient; every gradient from the old weights
    Shapes
        X (samples, inputs), y (samples, outputs), or class labels (samples,)
    """

    def __init__(
        self, net: Network, compiled: Compiled, backend: str, reason: str, *, seed: int = 0, init: str = "glorot"
    ) -> None:
        self.net, self.compiled, self.backend, self.reason = net, compiled, backend, reason
        self.seed = seed
        self.theta: Array = start(net, init, seed).astype(compiled.dtype)
        self.history: list[float] = []
        self.classes: tuple[Any, ...] | None = None
        self.epoch = 0
        self._rng = np.random.default_rng((seed, 1))

    # -- what it is ---------------------------------------------------------------------------------------------------

    @cached_property
    def verdict(self) -> CodeVerdict:
        """What is known about the generated code."""
        return self.compiled.certify()

    @property
    def source(self) -> str:
        """The generated code."""
        return self.compiled.source

    @cached_property
    def _blocks(self) -> list[tuple[str, tuple[int, ...], int]]:
        if fits_dense(self.net):
            program = lower(self.net, "dense")
            assert isinstance(program, Dense)
            return program.blocks()
        return [(name, (), k) for k, name in enumerate(ordered(self.net))]

    @property
    def weights(self) -> dict[str, Array]:
        """The weights as plain arrays: W1, b1, W2, ... of a layered net (W1[j, k] leads from k to j), else by name."""
        return {
            name: self.theta[at : at + int(np.prod(shape))].reshape(shape).copy() for name, shape, at in self._blocks
        }

    @weights.setter
    def weights(self, given: Mapping[str, ArrayLike]) -> None:
        blocks = {name: (shape, at) for name, shape, at in self._blocks}
        for name, values in given.items():
            if name not in blocks:
                raise unknown_name("weight", name, blocks)
            shape, at = blocks[name]
            array = np.asarray(values, dtype=self.theta.dtype)
            if array.shape != shape:
                raise ShapeError("a weight does not fit the net", where=name, expected=str(shape), got=str(array.shape))
            if not np.isfinite(array).all():
                raise DataError("a weight is not a finite number", where=name)
            self.theta[at : at + array.size] = array.ravel()

    # -- what it does -------------------------------------------------------------------------------------------------

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        epochs: int = 100,
        batch_size: int | None = 1,
        rate: float | Callable[[int], float] = 0.1,
        *,
        shuffle: bool = True,
        callback: Callable[[Trainer], object] | None = None,
    ) -> Trainer:
        """Train: online (batch_size=1), in minibatches, or on the full batch (None).

        `rate` may be a function of the epoch (0, 1, ...); `callback(trainer)` after each epoch may return True to stop.
        Raises: DataError and ShapeError before the first step; GradientRefused for threshold units; Diverged, with the
        epoch, where the numbers stop being finite: `theta` then holds the last finite weights.
        """
        self.net.require_gradient()
        data = self._data(X, y)
        size = _whole(batch_size if batch_size is not None else len(data.X), "batch_size")
        size = min(size, len(data.X))
        rates = np.array(
            [float(rate(self.epoch + k)) if callable(rate) else float(rate) for k in range(_whole(epochs, "epochs", 0))]
        )
        if len(rates) and not (np.isfinite(rates).all() and (rates >= 0).all()):
            raise DataError("the rate is not a finite number from 0 up", where="rate", got=quote(rate))
        loaded = self.compiled.load(data.X, data.Y, size)
        chunk = 1 if callback is not None else max(1, min(_CHUNK, 2_000_000 // len(data.X)))
        done = 0
        while done < len(rates):
            part = rates[done : done + chunk]
            orders = self._orders(len(part), len(data.X)) if shuffle and size < len(data.X) else None
            self._steps(loaded, orders, size, part)
            done += len(part)
            if callback is not None and callback(self):
                break
        return self

    def _data(self, X: ArrayLike, y: ArrayLike) -> Data:
        data = check(self.net, X, y, self.classes, self.theta.dtype)
        self.classes = data.classes
        return data

    def _orders(self, passes: int, samples: int) -> Array:
        return np.stack([self._rng.permutation(samples) for _ in range(passes)]).astype(np.int32)

    def _steps(self, loaded: Any, orders: Array | None, size: int, rates: Array) -> None:
        """Some passes; where they leave the finite numbers, again one by one to find the epoch."""
        before, losses = self.theta.copy(), np.empty(len(rates))
        self.compiled.run(self.theta, loaded, orders, size, rates, losses)
        if np.isfinite(losses).all() and np.isfinite(self.theta).all():
            self.history += losses.tolist()
            self.epoch += len(rates)
            return
        self.theta[:] = before
        for k in range(len(rates)):
            kept, loss = self.theta.copy(), np.empty(1)
            order = None if orders is None else orders[k : k + 1]
            self.compiled.run(self.theta, loaded, order, size, rates[k : k + 1], loss)
            if not (np.isfinite(loss[0]) and np.isfinite(self.theta).all()):
                self.theta[:] = kept
                raise Diverged(
                    f"training left the finite numbers in epoch {self.epoch + 1}",
                    where=f"epoch {self.epoch + 1}",
                    got=f"loss {loss[0]}",
                    try_=f"a rate below {rates[k]:g}; the trainer keeps the last finite weights",
                )
            self.history.append(float(loss[0]))
            self.epoch += 1

    def predict(self, X: ArrayLike) -> Array:
        """The outputs, (samples, outputs)."""
        return self.compiled.predict(self.theta, check_inputs(self.net, X, self.theta.dtype))

    def predict_labels(self, X: ArrayLike) -> Array:
        """The class of the largest output (of a single output: above 1/2), by the labels seen in training."""
        outputs = self.predict(X)
        index = (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
        return index if self.classes is None else np.array(self.classes)[index]

    def gradients(self, X: ArrayLike, y: ArrayLike) -> dict[str, Array]:
        """The mean gradient over the data, in the shapes of `weights`."""
        self.net.require_gradient()
        data = self._data(X, y)
        _, flat = self.compiled.gradient(self.theta, self.compiled.load(data.X, data.Y, len(data.X)))
        return {name: flat[at : at + int(np.prod(shape))].reshape(shape) for name, shape, at in self._blocks}

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """The mean loss (or performance) over the data."""
        self.net.require_gradient()
        data = self._data(X, y)
        return float(self.compiled.gradient(self.theta, self.compiled.load(data.X, data.Y, len(data.X)))[0])

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Accuracy for classes (labels, or several outputs); else R^2 = 1 - residual / total sum of squares."""
        data, outputs = self._data(X, y), self.predict(X)
        if self.classes is not None or self.net.loss.target_range is not None or data.Y.shape[1] > 1:
            if data.Y.shape[1] == 1:
                return float(((outputs > 0.5) == (data.Y > 0.5)).mean())
            return float((outputs.argmax(axis=1) == data.Y.argmax(axis=1)).mean())
        total = float(((data.Y - data.Y.mean(axis=0)) ** 2).sum())
        residual = float(((data.Y - outputs) ** 2).sum())
        return 1 - residual / total if total else float(residual == 0)


def _whole(value: Any, where: str, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise DataError(f"{where} is not a whole number from {least} up", where=where, got=quote(value))
    return int(value)
