"""The training procedures as options of `train`: schedules, stopping, restarts, norm constraint, dropout."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the procedures."""
    group = parser.add_argument_group("procedures")
    group.add_argument(
        "--half-life", type=float, metavar="EPOCHS", help="decreasing rate: half of it after so many epochs"
    )
    group.add_argument("--stop-below", type=float, metavar="ERROR", help="stop when the error is below this")
    group.add_argument("--stop-change", type=float, metavar="ERROR", help="stop when the error changes by less")
    group.add_argument("--patience", type=int, metavar="EPOCHS", help="early stopping on the samples held out (--test)")
    group.add_argument(
        "--restarts", type=int, default=1, metavar="N", help="runs from different starts, the best kept (1)"
    )
    group.add_argument(
        "--max-norm", type=float, metavar="LENGTH", help="norm constraint on each unit's incoming weights"
    )
    group.add_argument("--dropout", type=float, default=0.0, metavar="SHARE", help="hidden units dropped per step (0)")


def wanted(options: argparse.Namespace) -> bool:
    """Whether the run needs more than plain fit."""
    return options.max_norm is not None or options.dropout > 0


def rate(options: argparse.Namespace) -> float | Callable[[int], float]:
    """The rate, or the schedule."""
    from symbackprop.training.procedures import decreasing

    return float(options.rate) if options.half_life is None else decreasing(options.rate, options.half_life)


def stop(options: argparse.Namespace, data: tuple[Any, Any], held: tuple[Any, Any]) -> Any:
    """The stopping criteria as a callback, or None."""
    from symbackprop.errors import DataError
    from symbackprop.training.procedures import Stop

    if options.patience is not None and not len(held[0]):
        raise DataError("early stopping needs samples that are held out", where="--patience", try_="--test 0.2 with it")
    if options.stop_below is options.stop_change is options.patience is None:
        return None
    watched = held if options.patience is not None else None
    return Stop(*data, options.stop_below, options.stop_change, watched, options.patience or 10)


def both(bar: Any, criterion: Any) -> Callable[[Trainer], bool] | None:
    """The progress line and the stopping criteria as one callback."""
    if criterion is None:
        return bar if bar.shown else None

    def call(trainer: Trainer) -> bool:
        if bar.shown:
            bar(trainer)
        return bool(criterion(trainer))

    return call


def constrained(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace) -> None:
    """Descent with a norm constraint or dropout."""
    from symbackprop.errors import DataError
    from symbackprop.training.procedures import descend

    if options.optimiser not in ("sgd", "momentum") or options.checkpoint:
        raise DataError("--max-norm and --dropout go with sgd or momentum and without a checkpoint", where="train")
    momentum = 0.9 if options.optimiser == "momentum" else 0.0
    trainer.history += descend(
        trainer, *data, options.epochs, batch_size=options.batch_size or None, rate=rate(options), momentum=momentum,
        max_norm=options.max_norm, dropout=options.dropout, seed=options.seed,
    )  # fmt: skip
    trainer.epoch += options.epochs


def best_start(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace, progress: Any) -> list[float]:
    """Put the best of several runs into the trainer; the final error of each."""
    from symbackprop.training.procedures import restarts

    made, ends = restarts(
        trainer.net, *data, options.restarts, epochs=options.epochs, batch_size=options.batch_size or None,
        rate=options.rate, seed=options.seed, progress=progress,
    )  # fmt: skip
    trainer.theta[:] = made.theta
    trainer.history += made.history[-1:]
    trainer.epoch += options.epochs
    return ends
