"""Training procedures on top of the trainer: schedules, stopping, momentum, norm constraint, dropout, restarts, search.

decreasing, stepped          rates for Trainer.fit(rate=...)
Stop                         a callback for Trainer.fit(callback=...): criteria, early stopping with validation data
descend                      the trainer's gradient with momentum, a norm constraint, dropout, augmentation
restarts                     several runs from different starts, the best kept
search                       all weights of a finite encoding
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbackprop.errors import DataError, Diverged
from symbackprop.networks import Network
from symbackprop.training import passes
from symbackprop.training.data import check, whole
from symbackprop.training.encodings import Quantiser
from symbackprop.training.initialisers import start
from symbackprop.training.masks import Constraints
from symbackprop.training.trainer import Trainer, compile_trainer
from symbackprop.training.updates import Update

Array = NDArray[Any]
MOST_ROUNDS = 1_000_000
_VISITS = 500_000  # samples per call into compiled code


def decreasing(rate: float, half: float) -> Callable[[int], float]:
    """rate / (1 + k / half): half the rate after `half` epochs, never 0.

    >>> [decreasing(1.0, 10)(k) for k in (0, 10, 30)]
    [1.0, 0.5, 0.25]
    """
    return lambda epoch: rate / (1 + epoch / half)


def stepped(rate: float, every: int, factor: float = 0.5) -> Callable[[int], float]:
    """The rate times `factor` after every so many epochs.

    >>> [stepped(1.0, 10)(k) for k in (0, 9, 10, 25)]
    [1.0, 1.0, 0.5, 0.25]
    """
    return lambda epoch: float(rate * factor ** (epoch // every))


def error(trainer: Trainer, X: ArrayLike, y: ArrayLike) -> float:
    """The mean loss as something to be small, whatever its sense: -P for a performance."""
    value = trainer.loss(X, y)
    return -value if trainer.net.loss.sense == "maximise" else value


@dataclass
class Stop:
    """Stop when the error is below a level, when it hardly changes any more, or when held-out data get worse.

    With `held_out` the weights with the least held-out error are kept, and `restore` puts them back (early stopping).
    Raises: DataError for a patience that is not a whole number from 1.
    """

    X: Any
    y: Any
    below: float | None = None
    change: float | None = None
    held_out: tuple[Any, Any] | None = None
    patience: int = 10
    reason: str = ""
    best: tuple[float, Array] | None = None
    _last: float | None = None
    _waited: int = field(default=0)

    def __post_init__(self) -> None:
        self.patience = whole(self.patience, "patience")

    def __call__(self, trainer: Trainer) -> bool:
        """For Trainer.fit: True to stop; `reason` then says why."""
        now = error(trainer, self.X, self.y)
        if self.below is not None and now < self.below:
            self.reason = f"error {now:.3g} below {self.below:g}"
        if self.change is not None and self._last is not None and abs(self._last - now) < self.change:
            self.reason = f"error changed by less than {self.change:g}"
        self._last = now
        if self.held_out is not None:
            self._watch(trainer, error(trainer, *self.held_out))
        return bool(self.reason)

    def _watch(self, trainer: Trainer, now: float) -> None:
        if self.best is None or now < self.best[0]:
            self.best, self._waited = (now, trainer.theta.copy()), 0
            return
        self._waited += 1
        if self._waited >= self.patience:
            self.reason = f"no better on held-out data for {self.patience} epochs"

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """What a checkpoint keeps of it (see `listeners`)."""
        least, arrays = (None, {}) if self.best is None else (self.best[0], {"best": self.best[1]})
        return {"reason": self.reason, "last": self._last, "waited": self._waited, "least": least}, arrays

    def resume(self, facts: dict[str, Any], arrays: dict[str, Array]) -> bool:
        """Go on where the Stop of the killed run was; True where that one had stopped it."""
        last, least = (None if facts[name] is None else float(facts[name]) for name in ("last", "least"))
        self.reason, self._last, self._waited = str(facts["reason"]), last, int(facts["waited"])
        self.best = None if least is None else (least, np.array(arrays["best"]))
        return bool(self.reason)

    def restore(self, trainer: Trainer) -> None:
        """Put the best weights back."""
        if self.best is not None:
            trainer.theta[:] = self.best[1]


def descend(
    trainer: Trainer,
    X: ArrayLike,
    y: ArrayLike,
    epochs: int,
    *,
    batch_size: int | None = None,
    rate: float | Callable[[int], float] = 0.1,
    momentum: float = 0.0,
    max_norm: float | None = None,
    dropout: float = 0.0,
    dropout_per: str = "sample",
    augment: Callable[[Array, np.random.Generator], Array] | None = None,
    seed: int = 0,
) -> list[float]:
    """Steps of the rule "momentum" of `updates`: v <- momentum v + grad, w <- w - rate v; returns the error after each epoch.

    Math
        the gradient is the trainer's, at the old weights; dropout and the norm constraint as in `masks`, from this seed
    Raises
        DataError for options out of range; Diverged where the numbers stop being finite
    """
    extra, update = Constraints(trainer.net, dropout, max_norm, dropout_per), Update("momentum", momentum=momentum)
    rng = np.random.default_rng(seed)
    inputs, targets = np.asarray(X, dtype=float), np.asarray(y)
    size = len(inputs) if batch_size is None else batch_size
    sign = 1.0 if trainer.net.loss.sense == "maximise" else -1.0
    history = []
    for epoch in range(epochs):
        step = rate(epoch) if callable(rate) else rate
        order = rng.permutation(len(inputs)) if size < len(inputs) else np.arange(len(inputs))
        shown = augment(inputs, rng) if augment is not None else inputs
        for at in range(0, len(order), size):
            chosen = order[at : at + size]
            _, gradient = extra.step(partial(_gradient, trainer, shown[chosen], targets[chosen]), trainer.theta, len(chosen), rng)
            update.step(trainer.theta, (-sign * gradient).astype(trainer.theta.dtype), step)
            extra.shorten(trainer.theta)
            if not np.isfinite(trainer.theta).all():
                raise Diverged("training left the finite numbers", where=f"epoch {epoch + 1}", try_="a smaller rate")
        history.append(error(trainer, inputs, targets))
    return history


def _gradient(trainer: Trainer, X: Array, y: Array, theta: Array, rows: slice) -> tuple[float, Array]:
    """The flat mean gradient over some rows at other weights; the trainer's stay."""
    data = trainer.checked(X[rows], y[rows])
    loaded = trainer.compiled.load(data.X, data.Y, len(data.X))
    return trainer.compiled.gradient(theta.astype(trainer.theta.dtype, copy=False), loaded)


def restarts(
    net: Network,
    X: ArrayLike,
    y: ArrayLike,
    times: int = 1000,
    *,
    epochs: int = 100,
    batch_size: int | None = None,
    rate: float | Callable[[int], float] = 0.5,
    seed: int = 0,
    backend: str = "auto",
    side_by_side: bool | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Trainer, list[float]]:
    """The best of several runs from different starts, and the final error of each; a run that diverges counts as infinite.

    Run r is the run of a trainer with this seed from `start(net, "glorot", seed + r)`: all runs visit the samples in the same
    orders. `side_by_side` trains sixteen at once in the lanes of vector registers (None: where a compiler is there and it
    pays); its last digits differ from those of single runs, since exp is computed by another formula.
    """
    if times < 1:
        raise DataError("no run at all", where="restarts", got=str(times))
    from symbackprop.codegen import lanes  # and SymPy with them: a procedure without restarts does without

    trainer = compile_trainer(net, backend, seed=seed)
    data = check(net, X, y, None, trainer.theta.dtype)
    trainer.classes = data.classes
    size = min(len(data.X) if batch_size is None else whole(batch_size, "batch_size"), len(data.X))
    steps = passes.rates(rate, 0, whole(epochs, "epochs", 0))
    thetas = np.array([start(net, "glorot", seed + number) for number in range(times)]).astype(trainer.theta.dtype)
    if side_by_side is None:
        side_by_side = trainer.backend == "c" and lanes.pays(net, times * epochs * len(data.X))
    if side_by_side and (reason := lanes.missing(net)) is not None:
        raise DataError("these runs cannot be made side by side", where="restarts", got=reason)
    together = lanes.Lanes(net, trainer.theta.dtype) if side_by_side else None
    if together is not None:
        together.certify()
    loaded = trainer.compiled.load(data.X, data.Y, size)
    chunk, ends = max(1, _VISITS // len(data.X)), []
    for at in range(0, times, lanes.COPIES):
        some, rng = thetas[at : at + lanes.COPIES], np.random.default_rng((seed, 1))
        for first in range(0, len(steps), chunk):
            part = steps[first : first + chunk]
            visits = passes.orders(rng, len(part), len(data.X)) if size < len(data.X) else None
            if together is not None:
                together.run(some, data.X, data.Y, visits, size, part)
            for theta in some if together is None else ():
                trainer.compiled.run(theta, loaded, visits, size, part, None)
        for theta in some:
            trainer.theta[:] = theta
            end = error(trainer, data.X, data.Y) if np.isfinite(theta).all() else np.inf
            ends.append(float(end) if np.isfinite(end) else float("inf"))
            if progress is not None:
                progress(len(ends), times)
    best = int(np.argmin(ends))
    if not np.isfinite(ends[best]):
        raise Diverged(
            "every run left the finite numbers", where="restarts", got=f"{times} runs", try_="a smaller rate"
        )
    trainer.theta[:], trainer.epoch = thetas[best], len(steps)
    trainer.history = [-ends[best] if net.loss.sense == "maximise" else ends[best]]
    return trainer, ends


def search(net: Network, X: ArrayLike, y: ArrayLike, encoding: Quantiser) -> tuple[Trainer, int]:
    """Exhaustive search: every combination of encoded weights is tried; the trainer with the best, and how many rounds.

    Raises: DataError, with the number of rounds, where they are more than MOST_ROUNDS.
    """
    trainer = compile_trainer(net)
    rounds = encoding.count ** len(trainer.theta)
    if rounds > MOST_ROUNDS:
        power = encoding.bits * len(trainer.theta)
        raise DataError("too many rounds", where="search", expected=f"at most {MOST_ROUNDS}", got=f"2^{power} rounds")
    numbers = encoding.decode(np.arange(encoding.count))
    best: tuple[float, tuple[float, ...]] | None = None
    for combination in product(numbers, repeat=len(trainer.theta)):
        trainer.theta[:] = combination
        now = error(trainer, X, y)
        if best is None or now < best[0]:
            best = now, combination
    assert best is not None
    trainer.theta[:] = best[1]
    return trainer, rounds
