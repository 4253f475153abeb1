"""The training procedures as options of `train`: schedules, stopping, restarts, search, constraints, noise, the perceptron rule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbackprop.networks import Network
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
        "--max-norm", type=float, metavar="LENGTH", help="norm constraint: the weights into a unit no longer than this after any step"
    )
    group.add_argument("--scale", action="store_true", help="scale each input onto [0, 1], by the samples learnt from")
    group.add_argument("--centre", action="store_true", help="take the mean of each input away, then into [-1, 1]")
    group.add_argument("--jitter", type=float, default=0.0, metavar="SIGMA", help="noise added to the inputs, anew each epoch (0)")
    group.add_argument("--start", metavar="FILE", help="pretraining: begin with the blocks of this saved net that fit (.npz)")
    group.add_argument("--search", type=int, metavar="BITS", help="try every weight of this many bits between -4 and 4")
    group.add_argument("--batch-norm", action="store_true", help="normalise the hidden layer of a net such as 2-5-1 (tanh, linear)")
    group.add_argument("--weight-decay", type=float, default=0.0, metavar="L2", help="adds so much of each weight to its gradient (0)")
    group.add_argument("--clip", type=float, metavar="LENGTH", help="shortens longer gradients to this length")
    group.add_argument("--dropout", type=float, default=0.0, metavar="SHARE", help="share of the hidden units left out in a step, drawn from the seed (0)")
    group.add_argument("--dropout-per", default="sample", metavar="WHAT", help="a mask for every sample, or for a step: sample, batch (sample)")


def wanted(options: argparse.Namespace) -> bool:
    """Whether the run needs more than `fit`."""
    return bool(options.jitter != 0)


def ruled(options: argparse.Namespace, trainer: Trainer) -> bool:
    """Whether steps other than the plain one run inside the compiled passes."""
    from symbackprop.training.masks import Constraints
    from symbackprop.training.passes import inside
    from symbackprop.training.updates import Update

    extra = Constraints(trainer.net, options.dropout, options.max_norm, options.dropout_per)
    update = Update(options.optimiser, weight_decay=options.weight_decay, clip=options.clip)
    plain = update.plain and extra.none
    return not (wanted(options) or plain) and inside(trainer.compiled, update, None if extra.none else extra)


def prepared(trainer: Trainer, X: Any, options: argparse.Namespace) -> str:
    """Let the trainer scale or centre its inputs, by the samples learnt from; what is done, in words."""
    from symbackprop.training.encodings import Centring, Scaling

    said: list[str] = []
    fitted: list[Scaling | Centring] = []
    for wished, made, words in ((options.scale, Scaling, "scaled onto [0, 1]"), (options.centre, Centring, "less their mean, in [-1, 1]")):
        if wished:
            fitted.append(made.fit(X))
            X = fitted[-1].encode(X)
            said.append(words)
    if fitted:
        trainer.inputs = tuple(fitted)
    return f"inputs    {', then '.join(said)}, fitted to {len(X)} samples" if said else ""


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
    return Stop(*data, options.stop_below, options.stop_change, watched, 10 if options.patience is None else options.patience)


def extras(options: argparse.Namespace) -> dict[str, Any]:
    """What `fit` and `fit_stream` are told beside the rule; a resumed run goes on with its state."""
    return {
        "optimiser": options.optimiser, "weight_decay": options.weight_decay or None, "clip": options.clip,
        "dropout": options.dropout, "dropout_per": options.dropout_per, "max_norm": options.max_norm,
    }  # fmt: skip


def augmented(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace) -> None:
    """Descent with noise on the inputs."""
    from symbackprop.errors import DataError
    from symbackprop.training.procedures import descend

    if options.optimiser not in ("sgd", "momentum") or options.checkpoint:
        raise DataError("--jitter goes with sgd or momentum and without a checkpoint", where="train")
    if not 0 <= options.jitter < float("inf"):
        raise DataError("not an amount of noise", where="--jitter", got=str(options.jitter), expected="a number from 0 up")
    other = ("patience", "stop_below", "stop_change", "clip", "weight_decay")
    clash = [f"--{name.replace('_', '-')}" for name in other if getattr(options, name)]
    if clash:
        raise DataError("this does not go with --jitter", where=", ".join(clash))
    momentum = 0.9 if options.optimiser == "momentum" else 0.0
    trainer.history += descend(
        trainer, *data, options.epochs, batch_size=options.batch_size or None, rate=rate(options), momentum=momentum,
        max_norm=options.max_norm, dropout=options.dropout, dropout_per=options.dropout_per, augment=_noise(options.jitter), seed=options.seed,
    )  # fmt: skip
    trainer.epoch += options.epochs


def best_start(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace, progress: Any) -> list[float]:
    """Put the best of several runs into the trainer; the final error of each."""
    from symbackprop.errors import DataError
    from symbackprop.training.procedures import restarts

    other = ("max_norm", "dropout", "jitter", "start", "patience", "stop_below", "stop_change", "clip", "weight_decay", "checkpoint")
    clash = [f"--{name.replace('_', '-')}" for name in other if getattr(options, name)]
    clash += ["--optimiser"] if options.optimiser != "sgd" else []
    if clash:
        raise DataError("this does not go with --restarts, whose runs are plain descent", where=", ".join(clash))
    made, ends = restarts(
        trainer.net, *data, options.restarts, epochs=options.epochs, batch_size=options.batch_size or None,
        rate=rate(options), seed=options.seed, backend=options.backend, progress=progress,
    )  # fmt: skip
    trainer.theta[:] = made.theta
    trainer.history += made.history[-1:]
    trainer.epoch += options.epochs
    return ends


def _noise(sigma: float) -> Callable[[Any, Any], Any] | None:
    """Data augmentation: the inputs shifted by normal noise."""
    return (lambda inputs, rng: inputs + rng.normal(scale=sigma, size=inputs.shape)) if sigma else None


def counter(shown: bool) -> Callable[[int, int], None] | None:
    """A line on standard error that counts the runs, where a person watches."""
    if not (shown and sys.stderr.isatty()):
        return None

    def told(done: int, total: int) -> None:
        filled = 24 * done // total
        sys.stderr.write(f"\r\033[K  {'#' * filled}{'.' * (24 - filled)} run {done}/{total}")
        sys.stderr.flush()

    return told


def pretrained(trainer: Trainer, path: str) -> str:
    """Take over the blocks of a saved net that have the same name and shape here; says which."""
    from symbackprop.errors import DataError
    from symbackprop.training.trainer import Trainer as Saved

    given, here = Saved.load(path).weights, trainer.weights
    taken = {name: block for name, block in given.items() if name in here and here[name].shape == block.shape}
    if not taken:
        raise DataError("no block of the saved net fits this one", where=path, expected=", ".join(here), got=", ".join(given))
    trainer.weights = taken
    return f"begins with {', '.join(taken)} of {path}"


def searched(trainer: Trainer, data: tuple[Any, Any], options: argparse.Namespace) -> str:
    """Exhaustive search over an encoding of the weights; the best are put into the trainer."""
    from symbackprop.training.encodings import Quantiser
    from symbackprop.training.procedures import error, search

    made, rounds = search(trainer.net, *data, Quantiser(options.search, -4, 4))
    trainer.theta[:] = made.theta
    return f"search    {rounds:,} rounds, every weight in {options.search} bits: least error {error(trainer, *data):.4g}"


def perceptron(net: Network, data: tuple[Any, Any], options: argparse.Namespace) -> int:
    """The perceptron's own rule, in exact numbers: 0 where it ended, 1 where it is proved that it never does, or ran out."""
    from fractions import Fraction

    import numpy as np

    from symbackprop.errors import DataError, NetworkError
    from symbackprop.training.perceptron import learn

    if len(net.units) != 1 or net.units[0].activation.name != "threshold" or net.units[0].bias is None:
        raise NetworkError(
            "the perceptron rule is for one threshold unit with a bias", where=net.name, try_="symbackprop train 2-1 --activation threshold"
        )
    if not 0 < options.rate < float("inf"):
        raise DataError("not a learning rate", where="--rate", got=str(options.rate), expected="a number above 0")
    inputs, targets = np.asarray(data[0], dtype=float), np.asarray(data[1], dtype=float).ravel()
    rate = Fraction(options.rate).limit_denominator(10**6)
    found = learn(inputs.tolist(), [int(v) if v in (0, 1) else -1 for v in targets], rate, most=max(1, options.epochs))
    print(net)
    print(f"  rule      w <- w + {rate} (y - o) (1, x) after each example, w = 0 at first, exact numbers")
    right = sum(o == t for o, t in zip(found.predict(inputs.tolist()), targets))
    print("  weights   " + ", ".join(f"w_{n} = {w}" for n, w in enumerate(found.weights)))
    said = "converged: a pass changed nothing" if found.converged else "not converged"
    if found.cycle:
        said = f"never converges: the weights come back after {found.cycle} pass(es), so no threshold unit computes the data"
    print(f"{said}; {found.passes} passes, {right} of {len(targets)} right")
    return 0 if found.converged else 1


def normalised(net: Network, data: tuple[Any, Any], options: argparse.Namespace) -> int:
    """A net with one normalised hidden layer, in batch; its gradient is checked against central differences first."""
    from symbackprop.errors import NetworkError
    from symbackprop.training.batchnorm import Normalised

    layers = net.architecture
    if layers is None or len(layers.sizes) != 3 or net.loss.name != "half_squared":
        raise NetworkError(
            "batch normalisation is for nets with one hidden layer and the loss half_squared", where="--batch-norm", got=net.name,
            try_="symbackprop train 2-5-1 --activation tanh --output-activation identity --loss half_squared --batch-norm",
        )  # fmt: skip
    if [each.name for each in layers.activations] != ["tanh", "identity"]:
        raise NetworkError("here the hidden layer is tanh and the output linear", where="--batch-norm", got=net.name,
                           try_="--activation tanh --output-activation identity")  # fmt: skip
    made = Normalised(*layers.sizes, seed=options.seed)
    before, worst = made.loss(*data), made.gradient_check(*data)
    made.fit(*data, options.epochs, options.rate)
    print(f"net {net.name}, hidden layer normalised over the batch, learnt gamma and beta")
    print(f"  gradient  by the proven Jacobian, within {worst:.1e} of central differences")
    print(f"trained {options.epochs} epochs: E {before:.6g} -> {made.loss(*data):.6g}")
    return 0
