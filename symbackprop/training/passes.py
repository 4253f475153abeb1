"""Passes over the data that end with finite numbers or go back: by compiled steps, or by an update rule around a gradient.

Either way a step may also drop hidden units and keep the weights into a unit short (`masks`); masks of an epoch come from the seed,
the epoch and the part of a stream alone: not from where a run was cut in two.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.codegen.backend import Compiled, RuleAt
from symbackprop.codegen.rules import NUMBERS, RULES
from symbackprop.errors import DataError, Diverged, quote
from symbackprop.training import store
from symbackprop.training.data import Data
from symbackprop.training.masks import Constraints
from symbackprop.training.updates import Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from symbackprop.training.trainer import Trainer

Array = NDArray[Any]
MOST_RATES = 10_000_000
AT_ONCE = 1 << 22  # numbers of masks that are drawn at once: 32 MiB
MODERATE = {4: 1e15, 8: 1e100}  # lengths whose squares are floats of so many bytes


def rates(rate: float | Callable[[int], float], first: int, epochs: int) -> Array:
    """The rate of every epoch from `first` on; DataError where one is not a finite number from 0 up."""
    if callable(rate) and epochs > MOST_RATES:
        raise DataError(
            "so many epochs have no room for a rate of its own for every epoch",
            where="epochs",
            expected=f"at most {MOST_RATES:,}",
            got=f"{epochs:,}",
            try_="several calls of fit, one after the other",
        )
    given = {epoch: rate(epoch) for epoch in range(first, first + epochs)} if callable(rate) else {first: rate}
    for epoch, each in given.items():
        if not 0 <= _number(each) < math.inf:
            where = f"rate({epoch})" if callable(rate) else "rate"
            raise DataError("the rate is not a finite number from 0 up", where=where, got=quote(each))
    made = np.array([float(each) for each in given.values()])
    return made if callable(rate) else np.broadcast_to(made, epochs)  # one number, however many epochs


def _number(value: Any) -> float:
    """What a number is as a float; of anything else (a text, nothing, a truth value) that it is none."""
    try:
        return math.nan if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError):
        return math.nan


def door(checkpoint: str | os.PathLike[str] | None, **told: object) -> None:
    """FileError where no checkpoint could be written; DataError where somebody who is told of an epoch cannot be called."""
    if checkpoint is not None:
        store.place(checkpoint)
    for name, each in told.items():
        if each is not None and not callable(each):
            raise DataError("this cannot be called after an epoch", where=name, got=quote(each))


def orders(rng: np.random.Generator, passes: int, samples: int) -> Array:
    """One random order of the samples for every pass."""
    return rng.permuted(np.tile(np.arange(samples, dtype=np.int32), (passes, 1)), axis=1)


def inside(compiled: Compiled, update: Update, extra: Constraints | None) -> bool:
    """Whether the compiled code makes such steps itself."""
    if extra is None:
        return update.plain or update.rule in compiled.rules
    needed = [compiled.drops] * bool(extra.dropout) + [compiled.keeps_short] * (extra.max_norm is not None)
    reach = MODERATE[compiled.dtype.itemsize]
    short = extra.max_norm is None or 1 / reach < extra.max_norm < reach  # so that squares of what matters stay in the floats
    return short and all(update.rule in each for each in needed) and (update.plain or update.rule in compiled.rules)


def compiled(
    trainer: Trainer, loaded: Any, visits: Array | None, size: int, steps: Array, samples: int = 0, extra: Constraints | None = None,
    part: int = 0,
) -> None:  # fmt: skip
    """Some passes of compiled steps; where they leave the finite numbers, again one by one to find the epoch."""
    before, losses = _kept(trainer), np.empty(len(steps))
    _run(trainer, loaded, visits, size, steps, losses, samples, extra, part)
    if np.isfinite(losses).all() and np.isfinite(trainer.theta).all():
        trainer.history += losses.tolist()
        trainer.epoch += len(steps)
        return
    _back(trainer, before)
    for k in range(len(steps)):
        kept, loss = _kept(trainer), np.empty(1)
        order = None if visits is None else visits[k : k + 1]
        _run(trainer, loaded, order, size, steps[k : k + 1], loss, samples, extra, part)
        if not (np.isfinite(loss[0]) and np.isfinite(trainer.theta).all()):
            _back(trainer, kept)
            raise diverged(trainer, steps[k], loss[0])
        trainer.history.append(float(loss[0]))
        trainer.epoch += 1


def _kept(trainer: Trainer) -> tuple[Array, dict[str, Array]]:
    return trainer.theta.copy(), {name: each.copy() for name, each in trainer.update.state.items()}


def _back(trainer: Trainer, kept: tuple[Array, dict[str, Array]]) -> None:
    trainer.theta[:] = kept[0]
    trainer.update.state.clear()
    trainer.update.state.update(kept[1])


def _run(
    trainer: Trainer, loaded: Any, visits: Array | None, size: int, steps: Array, losses: Array, samples: int, extra: Constraints | None,
    part: int,
) -> None:  # fmt: skip
    update, theta = trainer.update, trainer.theta
    if update.plain and extra is None:
        trainer.compiled.run(theta, loaded, visits, size, steps, losses)
        return
    update.fits(theta)
    rule = RULES[update.rule]
    for name in (rule.v, rule.s):
        if name is not None:
            update.state.setdefault(name, np.zeros_like(theta))
    count = update.state.setdefault("t", np.zeros(1)) if rule.counts else np.zeros(1)
    numbers = {name: float(getattr(update, name, None) or 0.0) for name in NUMBERS}
    if extra is not None:
        numbers["max_norm"] = float(extra.max_norm or 0.0)

    def go(visits: Array | None, steps: Array, losses: Array, masks: Array | None) -> None:
        at = RuleAt(update.rule, numbers, update.state, int(count[0]), masks, extra is not None and extra.per == "sample")
        count[:] += trainer.compiled.run_rule(theta, loaded, visits, size, steps, losses, at)

    if extra is None or not extra.dropout:
        go(visits, steps, losses, None)
        return
    losses[:] = 0
    for some, order, masks in _drawn(trainer, visits, size, len(steps), samples, extra, part):
        found = np.empty(len(steps[some]))
        go(order, steps[some], found, masks)
        losses[some] += found * ((samples if order is None else order.shape[1]) / samples)


def _drawn(
    trainer: Trainer, visits: Array | None, size: int, passes: int, samples: int, extra: Constraints, part: int
) -> Iterator[tuple[slice, Array | None, Array]]:
    """Which passes, which samples of them, and the masks for these: several passes at once, or one in pieces, as memory wants it."""
    hidden, each = len(extra.leaving[1]), extra.per == "sample"
    count = samples if each else -(-samples // size)  # masks of a pass
    together = AT_ONCE // (count * hidden)
    if together:
        for k in range(0, passes, together):
            some = slice(k, min(k + together, passes))
            masks = [extra.numbers(generator(trainer, j, part), count) for j in range(some.start, some.stop)]
            yield some, None if visits is None else visits[some], np.concatenate(masks)
        return
    most = max(1, AT_ONCE // (hidden * (size if each else 1))) * size
    for k in range(passes):
        rng, order = generator(trainer, k, part), np.arange(samples, dtype=np.int32) if visits is None else visits[k]
        for at in range(0, samples, most):
            rows = order[at : at + most]
            yield slice(k, k + 1), rows[None], extra.numbers(rng, len(rows) if each else -(-len(rows) // size))


def generator(trainer: Trainer, ahead: int, part: int) -> np.random.Generator:
    """What the masks of an epoch come from, so many epochs ahead of the trainer's."""
    return np.random.default_rng((trainer.seed, 2, trainer.epoch + ahead, part))


def ruled(
    trainer: Trainer, data: Data, visits: Array | None, size: int, steps: Array, extra: Constraints | None = None, part: int = 0
) -> None:
    """Passes by an update rule around the compiled gradient, under the constraints of `extra`."""
    sign, none = -1.0 if trainer.net.loss.sense == "maximise" else 1.0, Constraints(trainer.net)
    trainer.update.fits(trainer.theta)
    for k, rate in enumerate(steps.tolist()):
        kept, total, rng = _kept(trainer), 0.0, generator(trainer, 0, part)
        order = np.arange(len(data.X)) if visits is None else visits[k]
        for at in range(0, len(order), size):
            rows = order[at : at + size]
            X, Y = data.X[rows], data.Y[rows]
            loss, grad = (extra or none).step(_gradient(trainer, X, Y), trainer.theta, len(rows), rng, _together(trainer, X, Y))
            with np.errstate(all="ignore"):
                trainer.update.step(trainer.theta, (sign * grad).astype(trainer.theta.dtype), rate)
                if extra is not None:
                    extra.shorten(trainer.theta)
            total += loss * len(rows)
        if not (np.isfinite(total) and np.isfinite(trainer.theta).all()):
            _back(trainer, kept)
            raise diverged(trainer, rate, total / len(order))
        trainer.history.append(total / len(order))
        trainer.epoch += 1


def _gradient(trainer: Trainer, X: Array, Y: Array) -> Callable[[Array, slice], tuple[float, Array]]:
    """The mean loss and gradient over some rows of a batch, at any weights."""
    compiled = trainer.compiled

    def gradient(theta: Array, rows: slice) -> tuple[float, Array]:
        loaded = compiled.load(X[rows], Y[rows], len(X[rows]))
        return compiled.gradient(theta.astype(trainer.theta.dtype, copy=False), loaded)

    return gradient


def _together(trainer: Trainer, X: Array, Y: Array) -> Callable[[Array, Array], tuple[float, Array]] | None:
    """The mean loss and gradient of a batch under masks for its rows, where compiled code has it in one call."""
    compiled = trainer.compiled
    if not compiled.masked:
        return None
    return lambda theta, masks: compiled.masked_gradient(theta, compiled.load(X, Y, len(X)), masks)


def diverged(trainer: Trainer, rate: float, loss: float) -> Diverged:
    """What to say where training left the finite numbers."""
    return Diverged(
        f"training left the finite numbers in epoch {trainer.epoch + 1}",
        where=f"epoch {trainer.epoch + 1}",
        got=f"loss {loss}",
        try_=f"a rate below {rate:g}; the trainer keeps the last finite weights",
    )


def constraints(trainer: Trainer, dropout: float, max_norm: float | None, per: str) -> Constraints | None:
    """Dropout and the norm constraint, where there is one of them; what is needed for them is judged before the first step."""
    made = Constraints(trainer.net, dropout, max_norm, per)
    extra = None if made.none else made
    if made.dropout and trainer.judged:
        _ = trainer.dropout_verdict
    own = not trainer.update.plain or extra is not None  # steps that plain passes are not judged for
    if trainer.judged and own and (inside(trainer.compiled, trainer.update, extra) or (made.dropout and trainer.compiled.masked)):
        _ = trainer.rules_verdict
    return extra
