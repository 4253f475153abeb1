"""The trainer: compiled code of one net, its weights, and plain gradient steps online, in minibatches or in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbackprop.codegen import recall
from symbackprop.codegen.backend import Backend, Compiled
from symbackprop.codegen.backends import choose
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.codegen.program import fits_dense, ordered, outline
from symbackprop.errors import CompilerFailed, DataError, InternalError, NetworkError, ShapeError, quote, unknown_name
from symbackprop.networks import Network
from symbackprop.training import encodings, listeners, passes, store, streams
from symbackprop.training.data import Data, check, check_inputs, flat, float_type, whole
from symbackprop.training.encodings import Centring, Scaling
from symbackprop.training.initialisers import start
from symbackprop.training.progress import PAUSE, Bar
from symbackprop.training.updates import Update

Array = NDArray[Any]
_UPDATE_NUMBERS = ("rule", "momentum", "decay", "beta1", "beta2", "epsilon", "weight_decay", "clip")
_CHUNK, _VISITS = 4096, 500_000  # most passes and samples per call into compiled code when nobody listens


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
    'PROVED'
    """
    if not isinstance(net, Network):
        raise NetworkError("this is not a net", got=quote(net), try_="Network.layered([2, 3, 1])")
    real, seed = float_type(dtype), whole(seed, "seed", 0)
    failed: dict[str, str] = {}
    while True:
        chosen, reason = choose(backend, net, failed)
        try:
            made = Trainer(net, chosen.build(net, real), chosen.name, reason, seed=seed, init=init)
            made.judged = certify
            if certify:
                _ = made.verdict
            elif backend == "auto":
                made.compiled.ready()
            return made
        except InternalError as problem:
            if backend != "auto" or not any(isinstance(each, CompilerFailed) for each in (problem, problem.__cause__)):
                raise
            failed[chosen.name] = problem.what  # a compiler that works on a line may fail on a trainer: the next backend


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
        self._theta: Array = start(net, init, seed).astype(compiled.dtype)
        self.history: list[float] = []
        self.classes: tuple[Any, ...] | None = None
        self.inputs: tuple[Scaling | Centring, ...] = ()  # what every X goes through first, kept in saved files
        self.epoch = 0
        self.update = Update()
        self.judged = True  # whether code is judged before it runs
        self._watched: Any = None  # what the callback of the run that saved this one had seen
        self._rng = np.random.default_rng((seed, 1))

    def __repr__(self) -> str:
        return f"<Trainer of {self.net.name}: {self.theta.size} parameters, backend {self.backend}, {self.epoch} epochs done>"

    # -- what it is ---------------------------------------------------------------------------------------------------

    @property
    def theta(self) -> Array:
        """All weights in one flat vector, in the order of `weights`; it may be changed in place."""
        return self._theta

    @theta.setter
    def theta(self, given: ArrayLike) -> None:
        if given is not self._theta:  # compiled code reads as many numbers as the net has, so they have to be there
            self._theta = flat(given, self._theta.size, self._theta.dtype)

    @cached_property
    def verdict(self) -> CodeVerdict:
        """What is known about the generated code."""
        return recall.verdict(self.compiled, self.backend)

    @cached_property
    def rules_verdict(self) -> CodeVerdict:
        """What is known about update rules, masks and the norm constraint inside the generated code; judged when first used."""
        if not (self.compiled.rules or self.compiled.keeps_short or self.compiled.masked):
            return CodeVerdict("UNDECIDED", 1.0, ("this backend's update rules run around its gradient",))
        return recall.verdict(self.compiled, self.backend, rules=True)

    @cached_property
    def dropout_verdict(self) -> CodeVerdict:
        """What is known about steps with dropped units on this net; judged when they are first asked for."""
        from symbackprop.training.masks_judged import judge  # and SymPy with it

        return judge(self.net)

    @property
    def source(self) -> str:
        """The generated code."""
        return self.compiled.source

    @cached_property
    def _blocks(self) -> list[tuple[str, tuple[int, ...], int]]:
        if fits_dense(self.net):
            return outline(self.net).blocks()
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
        optimiser: str | Update = "sgd",
        weight_decay: float | None = None,
        clip: float | None = None,
        dropout: float = 0.0,
        dropout_per: str = "sample",
        max_norm: float | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        every: int = 10,
        callback: Callable[[Trainer], object] | None = None,
        progress: bool | Callable[[Trainer], object] = False,
    ) -> Trainer:
        """Train: online (batch_size=1), in minibatches, or on the full batch (None).

        `rate` may be a function of the epoch (0, 1, ...); `callback(trainer)` after each epoch may return True to stop.
        `optimiser` is a name of `updates.RULES` or an Update; its state stays with the trainer. `weight_decay` times each
        weight is added to its gradient; a gradient longer than `clip` is shortened to it. `dropout`: the share of hidden
        units left out, drawn anew from the seed for each "sample", or one mask a "batch" (`dropout_per`; see `masks`); predictions,
        scores, losses and gradients asked for are always those of the whole net, `history` holds those of the nets trained.
        `max_norm`: the weights into a unit are no longer than this after any step. With `checkpoint` the trainer is saved
        there after every `every` epochs and at the end, with what the callback remembers (`listeners`): a run that is killed
        goes on from `Trainer.load(checkpoint)`, with the same options, bit for bit. `progress=True` shows a bar; a function is called now and then.
        Raises: DataError and ShapeError before the first step; GradientRefused for threshold units; Diverged, with the
        epoch, where the numbers stop being finite: `theta` then holds the last finite weights.
        """
        self.net.require_gradient()
        if not self.theta.flags.writeable:
            raise DataError("the weights cannot be changed", where="theta", got="an array that is only read")
        every = whole(every, "every")
        passes.door(checkpoint, callback=callback, progress=None if isinstance(progress, bool) else progress)
        data = self.checked(X, y)
        size = min(whole(batch_size if batch_size is not None else len(data.X), "batch_size"), len(data.X))
        steps = passes.rates(rate, self.epoch, whole(epochs, "epochs", 0))
        streams.choose(self, optimiser, weight_decay, clip)
        extra = passes.constraints(self, dropout, max_norm, dropout_per)
        inside = passes.inside(self.compiled, self.update, extra)
        loaded = self.compiled.load(data.X, data.Y, size) if inside else data
        go = partial(passes.compiled, samples=len(data.X), extra=extra) if inside else partial(passes.ruled, extra=extra)
        chunk = 1 if callback is not None else max(1, min(_CHUNK, _VISITS // len(data.X)))
        bar = Bar(self.epoch + len(steps), len(data.X), self.epoch) if progress is True else progress or None
        pace = chunk if bar is None else 1
        done, saved = 0, 0
        ended = checkpoint is not None and listeners.resume(callback, self._watched)
        self._watched = None
        try:
            while done < len(steps) and not ended:
                some = min(chunk, pace) if checkpoint is None else min(chunk, pace, max(1, saved + every - done))
                part, start = steps[done : done + some], perf_counter()
                visits = passes.orders(self._rng, len(part), len(data.X)) if shuffle and size < len(data.X) else None
                go(self, loaded, visits, size, part)
                done += len(part)
                ended = callback is not None and bool(callback(self))
                if checkpoint is not None and (done - saved >= every or done == len(steps) or ended):
                    store.write(checkpoint, *self._state(callback))
                    saved = done
                if bar is not None:  # as many passes at once as fit between two pictures of the bar
                    bar(self)
                    pace = max(1, int(len(part) * PAUSE / max(perf_counter() - start, 1e-9)))
        finally:
            if isinstance(bar, Bar):
                bar.close()
        return self

    def fit_stream(
        self,
        batches: Callable[[], Iterable[tuple[ArrayLike, ArrayLike]]],
        epochs: int = 1,
        batch_size: int | None = None,
        rate: float | Callable[[int], float] = 0.1,
        optimiser: str | Update = "sgd",
        *,
        weight_decay: float | None = None,
        clip: float | None = None,
        dropout: float = 0.0,
        dropout_per: str = "sample",
        max_norm: float | None = None,
    ) -> Trainer:
        """Train on data larger than memory: `batches()` is called once an epoch and yields (X, y) parts of any length.

        `streams.FileStream(net, path)` is such a thing for a CSV or .npz file.

        Each part is checked, then trained on in its own order, in batches of `batch_size` (None: the whole part at once).
        """
        streams.choose(self, optimiser, weight_decay, clip)
        streams.fit(self, batches, epochs, batch_size, rate, passes.constraints(self, dropout, max_norm, dropout_per))
        return self

    # -- files --------------------------------------------------------------------------------------------------------

    def _state(self, callback: object = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Everything a run needs to go on: plain facts, and arrays."""
        told, held = listeners.kept(callback)
        facts = {
            "net": store.describe(self.net),
            "dtype": str(self.theta.dtype),
            "seed": self.seed,
            "epoch": self.epoch,
            "generator": self._rng.bit_generator.state,
            "classes": None if self.classes is None else list(self.classes),
            "inputs": encodings.facts(self.inputs),
            "update": {name: getattr(self.update, name) for name in _UPDATE_NUMBERS},
            "state": sorted(self.update.state),
            **told,
        }
        state = {f"state_{name}": value for name, value in self.update.state.items()}
        return facts, {"theta": self.theta, "history": np.array(self.history), **state, **held}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write net, weights, history, generator and optimiser state as .npz (no pickle), atomically."""
        store.write(path, *self._state())

    @classmethod
    def load(cls, path: str | os.PathLike[str], backend: str | Backend = "auto", *, certify: bool = True) -> Trainer:
        """A saved trainer, ready to predict or to go on."""
        from symbackprop.training.revive import revive

        facts, arrays = store.read(path)
        return revive(store.network(facts, path), facts, arrays, backend, certify, str(path))

    def __reduce__(self) -> Any:
        from symbackprop.training.revive import copied

        return copied, (*self._state(), self.backend)

    def checked(self, X: ArrayLike, y: ArrayLike) -> Data:
        """The data as arrays that fit the net; labels by the classes seen first."""
        data = check(self.net, X, y, self.classes, self.theta.dtype)
        self.classes = data.classes
        return replace(data, X=self._encoded(data.X))

    def _encoded(self, X: Array) -> Array:
        """Checked inputs as the net takes them."""
        for each in self.inputs:
            X = np.ascontiguousarray(each.encode(X), self.theta.dtype)
        return X

    def predict(self, X: ArrayLike) -> Array:
        """The outputs, (samples, outputs).

        Not: the same to the last digit however many rows there are; rows side by side are added up in another order.
        """
        return self.compiled.predict(self.theta, self._encoded(check_inputs(self.net, X, self.theta.dtype)))

    def predict_labels(self, X: ArrayLike) -> Array:
        """The class of the largest output (of a single output: above 1/2), by the labels seen in training."""
        outputs = self.predict(X)
        index = (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
        return index if self.classes is None else np.array(self.classes)[index]

    def gradients(self, X: ArrayLike, y: ArrayLike) -> dict[str, Array]:
        """The mean gradient over the data, in the shapes of `weights`."""
        self.net.require_gradient()
        data = self.checked(X, y)
        _, made = self.compiled.gradient(self.theta, self.compiled.load(data.X, data.Y, len(data.X)))
        return {name: made[at : at + int(np.prod(shape))].reshape(shape) for name, shape, at in self._blocks}

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """The mean loss (or performance) over the data."""
        self.net.require_gradient()
        data = self.checked(X, y)
        return float(self.compiled.gradient(self.theta, self.compiled.load(data.X, data.Y, len(data.X)))[0])

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Accuracy for classes (labels, or several outputs); else R^2 = 1 - residual / total sum of squares."""
        data, outputs = self.checked(X, y), self.predict(X)
        if self.classes is not None or self.net.loss.target_range is not None or data.Y.shape[1] > 1:
            if data.Y.shape[1] == 1:
                return float(((outputs > 0.5) == (data.Y > 0.5)).mean())
            return float((outputs.argmax(axis=1) == data.Y.argmax(axis=1)).mean())
        total = float(((data.Y - data.Y.mean(axis=0)) ** 2).sum())
        residual = float(((data.Y - outputs) ** 2).sum())
        return 1 - residual / total if total else float(residual == 0)
