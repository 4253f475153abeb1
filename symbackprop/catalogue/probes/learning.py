"""Nets that learn: each probe trains on a small table and says how far the loss fell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from symbackprop.catalogue.row import Probe, need
from symbackprop.networks import Network
from symbackprop.specs import read_spec
from symbackprop.training import Trainer, compile_trainer

XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
AND = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [0], [0], [1]])
LINE = ([[k / 4 - 1] for k in range(9)], [[0.5 * (k / 4 - 1) + 0.25] for k in range(9)])
PLANE = (
    [[a, b] for a in (-1, 0, 1) for b in (-1, 0, 1)],
    [[0.3 * a - 0.2 * b + 0.1] for a in (-1, 0, 1) for b in (-1, 0, 1)],
)
OFF_KINKS = ([[a + 0.07, b - 0.03] for a, b in PLANE[0]], PLANE[1])  # no example on a kink of the start
ONE = ([[0.2], [0.5], [0.8]], [[0.3], [0.5], [0.7]])
CODES = (np.eye(4).tolist(), np.eye(4).tolist())


def blobs(classes: int = 3, each: int = 15, seed: int = 0) -> tuple[list[list[float]], list[str]]:
    """Two features in clusters, one label per cluster: a stand-in for the vowel data, which are not at hand."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(classes) / classes
    points = [(np.cos(t) + 0.2 * u, np.sin(t) + 0.2 * v) for t in angles for u, v in rng.normal(size=(each, 2))]
    return [list(p) for p in points], [f"class {n}" for n in range(classes) for _ in range(each)]


def error(trainer: Trainer, X: Any, y: Any) -> float:
    """The loss as something to be small, whatever its sense."""
    value = trainer.loss(X, y)
    return -value if trainer.net.loss.sense == "maximise" else value


def fall(
    net: Network, X: Any, y: Any, *, epochs: int, rate: float, batch: int | None, share: float, seed: int = 1
) -> str:
    """Train; the loss must fall to `share` of what it was."""
    trainer = compile_trainer(net, "numpy", seed=seed)
    trainer.fit(X, y, 1, batch, 0.0)  # learns the classes, takes no step
    before = error(trainer, X, y)
    slope = gradient_check(trainer, X, y)
    trainer.fit(X, y, epochs, batch, rate)
    after = error(trainer, X, y)
    seen = (
        f"{net.name} trained {epochs} epochs: {net.loss.name} {before:.4g} -> {after:.4g}, code {trainer.verdict.kind}, "
        f"gradient within {slope:.0e} of central differences"
    )
    return need(after < share * before and slope < 1e-7 and trainer.verdict.kind in ("PROVED", "CHECKED"), seen)


def gradient_check(trainer: Trainer, X: Any, y: Any, step: float = 1e-5) -> float:
    """The largest difference between the compiled gradient and central differences of the compiled loss."""
    parts = trainer.gradients(X, y)
    found = np.concatenate([np.ravel(parts[name]) for name in trainer.weights])
    worst = 0.0
    for n, value in enumerate(trainer.theta.copy()):
        losses = []
        for moved in (value + step, value - step):
            trainer.theta[n] = moved
            losses.append(trainer.loss(X, y))
        trainer.theta[n] = value
        worst = max(worst, abs((losses[0] - losses[1]) / (2 * step) - found[n]))
    return worst


def learns(
    spec: str | Callable[[], Network],
    data: tuple[Any, Any],
    *,
    epochs: int = 400,
    rate: float = 0.5,
    batch: int | None = None,
    share: float = 0.5,
    seed: int = 1,
    **options: Any,
) -> Probe:
    """A probe: this net learns this table."""

    def run() -> str:
        net = spec() if callable(spec) else read_spec(spec, **options)
        return fall(net, *data, epochs=epochs, rate=rate, batch=batch, share=share, seed=seed)

    return Probe(run, "train")


def _chosen(sizes: Sequence[int], activation: str, output: str, loss: str) -> Network:
    return Network.layered(sizes, activation, loss, output_activation=output)


def layered(sizes: Sequence[int], activation: str, output: str, loss: str) -> Callable[[], Network]:
    """A layered net, made when it is needed."""
    return partial(_chosen, sizes, activation, output, loss)


# Mean first and second formants of ten English vowels in Hz, men (Peterson and Barney 1952): the words "h__d" of the document
FORMANTS = {
    "heed": (270, 2290), "hid": (390, 1990), "head": (530, 1840), "had": (660, 1720), "hod": (730, 1090),
    "hawed": (570, 840), "hood": (440, 1020), "who'd": (300, 870), "hud": (640, 1190), "heard": (490, 1350),
}  # fmt: skip
Labelled = tuple[list[list[float]], list[str]]


def spoken(each: int, seed: int) -> Labelled:
    """Stand-in data: each vowel said so often, its formants off their means by six in a hundred; scaled to mean 0, deviation 1.

    The recordings themselves are not at hand; means are published, the spread is ours.
    """
    rng = np.random.default_rng(seed)
    means = np.array(list(FORMANTS.values()), dtype=float)
    points = np.repeat(means, each, axis=0) * (1 + 0.06 * rng.normal(size=(len(means) * each, 2)))
    points = (points - means.mean(axis=0)) / means.std(axis=0)
    return points.tolist(), [word for word in FORMANTS for _ in range(each)]


def vowels() -> tuple[Trainer, Labelled, Labelled]:
    """A 2-12-10 net trained on stand-in vowels, what it learnt from, and as many that it has not seen."""
    seen, new = spoken(20, 1), spoken(20, 2)
    net = _chosen([2, 12, 10], "tanh", "softmax", "softmax_cross_entropy")
    trainer = compile_trainer(net, seed=1, certify=False)
    trainer.fit(*seen, 200, 10, 0.1)
    return trainer, seen, new


def accuracy() -> str:
    """The stand-in for the vowel net: most vowels are told apart, those that it has not seen as well."""
    trainer, seen, new = vowels()
    shares = trainer.score(*seen), trainer.score(*new)
    text = f"2-12-10 softmax, ten vowels by two formants: {shares[0]:.3f} right of {len(seen[0])} learnt, {shares[1]:.3f} of {len(new[0])} new"
    return need(min(shares) > 0.8, text)
