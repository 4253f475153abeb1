"""Training procedures of the documents, run: momentum, constraints, dropout, normalisation, stopping early, splits."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbackprop.catalogue.probes.learning import CODES
from symbackprop.catalogue.probes.procedures import X, Y, same, trainer
from symbackprop.catalogue.row import need
from symbackprop.networks import Network
from symbackprop.training import compile_trainer
from symbackprop.training.batchnorm import Normalised
from symbackprop.training.data import split as split_data
from symbackprop.training.procedures import Stop, descend, error


def momentum() -> str:
    """v <- 0.9 v - rate grad: faster on a narrow valley than plain descent at the same rate."""
    data, targets = [[1.0, 0.0], [0.0, 0.1]], [[1.0], [0.1]]
    plain, heavy = trainer((2, 1), kind="identity"), trainer((2, 1), kind="identity")
    descend(plain, data, targets, 200, rate=0.02)
    descend(heavy, data, targets, 200, rate=0.02, momentum=0.9)
    ends = error(plain, data, targets), error(heavy, data, targets)
    return need(ends[1] < ends[0], f"200 steps in a narrow valley: error {ends[0]:.4f} without, {ends[1]:.4f} with momentum 0.9")


def norm_constraint() -> str:
    """After every step the incoming weights of a unit are at most 1 long."""
    t = trainer()
    descend(t, X, Y, 50, rate=5.0, max_norm=1.0)
    longest = max(float(np.linalg.norm(block, axis=1).max()) for name, block in t.weights.items() if name[0] == "W")
    return need(longest <= 1 + 1e-12, f"longest incoming weight vector {longest:.6f}")


def dropout() -> str:
    """Trained with half of the hidden units dropped at a time, the full net has learnt."""
    t = trainer((2, 12, 1), seed=5)
    before = error(t, X, Y)
    start = t.weights["W2"].copy()
    descend(t, X, Y, 1, rate=0.5, dropout=0.5, dropout_per="batch", seed=1)
    still = int((t.weights["W2"] == start).sum())
    need(0 < still < 12, f"{still} of 12 hidden units dropped in the first step")
    descend(t, X, Y, 400, rate=0.5, dropout=0.5, seed=1)
    return need(error(t, X, Y) < before, f"error {before:.4f} -> {error(t, X, Y):.4f} with 12 hidden units, p = 1/2")


def batch_norm() -> str:
    """A net with a normalised hidden layer: gradient against central differences, and it learns."""
    net = Normalised(2, 5, 1, seed=1)
    worst = net.gradient_check(X, Y)
    before = net.loss(X, Y)
    net.fit(X, Y, 300, 0.5)
    seen = f"largest deviation from central differences {worst:.1e}; error {before:.4f} -> {net.loss(X, Y):.5f}"
    return need(worst < 1e-7 and net.loss(X, Y) < 0.5 * before, seen)


def augmentation() -> str:
    """Inputs shifted by noise each epoch through the hook."""
    t, calls = trainer(), []

    def jitter(data: Any, rng: np.random.Generator) -> Any:
        calls.append(1)
        return data + rng.normal(scale=0.01, size=data.shape)

    descend(t, X, Y, 30, rate=0.5, augment=jitter)
    blank, start = trainer(), trainer().weights["W1"]
    descend(blank, X, Y, 5, rate=0.5, augment=lambda data, rng: 0 * data)
    used = same(blank.weights["W1"], start) and not same(t.weights["W1"], start)
    return need(
        len(calls) == 30 and used, "the hook changed the inputs of each of 30 epochs; inputs made 0 leave W1 as it was"
    )


def early_stopping() -> str:
    """Held-out data that get worse stop the run; the best weights are put back."""
    t = trainer((2, 8, 1), seed=7)
    rng = np.random.default_rng(0)
    held = X + rng.normal(scale=0.3, size=X.shape), 1 - Y
    stop = Stop(X, Y, held_out=held, patience=5)
    t.fit(X, Y, 2000, None, 1.0, callback=stop)
    stop.restore(t)
    again, errors = trainer((2, 8, 1), seed=7), []
    for _ in range(t.epoch):
        again.fit(X, Y, 1, None, 1.0)
        errors.append(error(again, *held))
    least = abs(error(t, *held) - min(errors)) < 1e-12 and errors[-1] > min(errors)
    return need(
        bool(stop.reason) and least and t.epoch < 2000,
        f"{stop.reason}, after {t.epoch} epochs; the best of them put back",
    )


def pretraining() -> str:
    """Weights learnt by one trainer are the start of another, whose head is new."""
    coder = compile_trainer(Network.layered([4, 2, 4]), "numpy", seed=1, certify=False)
    coder.fit(*CODES, 500, None, 2.0)
    head = compile_trainer(Network.layered([4, 2, 1]), "numpy", seed=1, certify=False)
    head.weights = {name: coder.weights[name] for name in ("W1", "b1")}
    need(same(head.weights["W1"], coder.weights["W1"]), "the first layer does not start from the autocoder's weights")
    data, targets = CODES[0], [[0.1], [0.1], [0.9], [0.9]]
    before = error(head, data, targets)
    head.fit(data, targets, 300, None, 2.0)
    seen = f"from the autocoder's first layer, a new head: error {before:.4f} -> {error(head, data, targets):.4f}"
    return need(error(head, data, targets) < 0.3 * before, seen)


def architecture_and_weights() -> str:
    """A Network holds no number; two trainers of one net have weights of their own."""
    net = Network.layered([2, 3, 1])
    one, two = (compile_trainer(net, "numpy", seed=s, certify=False) for s in (1, 2))
    shared = one.net is two.net and not same(one.theta, two.theta)
    seen = f"one Network, two Trainers with weights of their own: w1_1_1 = {one.theta[0]:.4f} and {two.theta[0]:.4f}"
    return need(shared, seen)


def split() -> str:
    """A share of the pairs is held out, and both scores are reported."""
    rng = np.random.default_rng(3)
    data = rng.normal(size=(60, 2))
    targets = (data[:, :1] > 0).astype(float)
    a, b, held_a, held_b = split_data(data, targets, 0.25, 0)
    t = compile_trainer(Network.layered([2, 3, 1], loss="binary_cross_entropy"), "numpy", seed=1, certify=False)
    t.fit(a, b, 200, 10, 0.5)
    rows = {tuple(row) for row in np.vstack([a, held_a])}
    return need(
        len(held_a) == 15 and len(a) == 45 and len(rows) == 60 and min(t.score(a, b), t.score(held_a, held_b)) > 0.8,
        f"accuracy {t.score(a, b):.2f} on 45 pairs learnt, {t.score(held_a, held_b):.2f} on 15 held out",
    )
