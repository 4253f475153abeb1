"""Training procedures of the documents, run: steps, schedules, stopping, literal pseudocode, restarts, regularisers."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.catalogue.probes.learning import AND, PLANE, XOR
from symbackprop.catalogue.probes.values import error_surface as path_on_a_surface
from symbackprop.catalogue.row import need
from symbackprop.errors import DataError, Diverged
from symbackprop.networks import Network
from symbackprop.training import Trainer, compile_trainer
from symbackprop.training.encodings import Quantiser
from symbackprop.training.procedures import Stop, decreasing, error, restarts, search

__all__ = ["path_on_a_surface"]
X = np.array([[0.1, 0.8], [0.9, -0.3], [-0.5, 0.4], [0.6, 0.7]])
Y = np.array([[0.2], [0.9], [0.4], [0.6]])


def trainer(
    sizes: tuple[int, ...] = (2, 3, 1), loss: str = "half_squared", seed: int = 2, kind: str = "sigmoid"
) -> Trainer:
    """A small trainer, its code not judged again each time."""
    return compile_trainer(Network.layered(list(sizes), kind, loss), "numpy", seed=seed, certify=False)


def flat(parts: dict[str, Any], like: Trainer) -> NDArray[Any]:
    """Gradients as one vector in the order of the weights."""
    return np.concatenate([np.asarray(parts[name]).ravel() for name in like.weights])


def same(one: Any, other: Any, tolerance: float = 1e-13) -> bool:
    """Equal up to rounding."""
    return bool(np.allclose(one, other, rtol=0, atol=tolerance))


def gap(one: Any, other: Any) -> str:
    """The largest difference of two vectors, to be read."""
    return f"{np.abs(np.asarray(one) - np.asarray(other)).max():.1e}"


def one_ascent_step() -> str:
    """One step of fit adds rate times dP/dw."""
    t = trainer(loss="performance")
    before, slope = t.theta.copy(), flat(t.gradients(X, Y), t)
    t.fit(X, Y, 1, None, 0.3)
    seen = f"w' = w + 0.3 dP/dw for all 13 parameters, within {gap(t.theta, before + 0.3 * slope)}"
    return need(same(t.theta, before + 0.3 * slope), f"{seen}; the first: {before[0]:.6f} + 0.3 x {slope[0]:.6f} = {t.theta[0]:.6f}")


def ascent_and_descent() -> str:
    """Descent of E = -P reaches the weights that ascent of P reaches."""
    up, down = trainer(loss="performance"), trainer(loss="half_squared")
    up.fit(X, Y, 50, None, 0.3)
    down.fit(X, Y, 50, None, 0.3)
    return need(same(up.theta, down.theta), f"50 steps up P and 50 down E end at the same 13 weights, {gap(up.theta, down.theta)} apart")


def first_order_descent() -> str:
    """phi(p) - phi(p - eta grad) tends to eta |grad|^2 as eta goes down: ratio near 1, and positive."""
    t = trainer()
    g, start = flat(t.gradients(X, Y), t), t.theta.copy()
    before, ratios = t.loss(X, Y), []
    for eta in (1e-1, 1e-2, 1e-3):
        t.theta[:] = start - eta * g
        ratios.append((before - t.loss(X, Y)) / (eta * float(g @ g)))
    return need(
        min(ratios) > 0 and abs(ratios[-1] - 1) < 1e-2, f"fall over eta |grad|^2: {[round(r, 4) for r in ratios]}"
    )


def step_sizes() -> str:
    """A linear unit: rate 0.01 is slow, 0.5 arrives, 3 diverges; the three curves."""
    data, targets = [[1.0], [-1.0], [0.5]], [[0.5], [-0.5], [0.25]]
    ends = {}
    for rate in (0.01, 0.5, 5.0):
        t = trainer((1, 1), kind="identity", seed=3)
        try:
            with np.errstate(all="ignore"):
                t.fit(data, targets, 60, None, rate)
            ends[rate] = t.loss(data, targets)
        except (Diverged, DataError):
            ends[rate] = float("inf")
    return need(ends[0.5] < ends[0.01] < ends[5.0] and ends[5.0] > 1e3, f"after 60 steps: {ends}")


def schedule() -> str:
    """fit with a rate that halves after 20 epochs: each epoch is a step by that epoch's rate, and the loss falls."""
    t, hand = trainer(), trainer()
    before = t.loss(X, Y)
    t.fit(X, Y, 100, None, decreasing(1.0, 20))
    for epoch in range(100):
        hand.theta -= 1 / (1 + epoch / 20) * flat(hand.gradients(X, Y), hand)
    seen = f"rate 1, 1/2 after 20 epochs: loss {before:.4f} -> {t.loss(X, Y):.5f}"
    return need(t.loss(X, Y) < before and same(t.theta, hand.theta, 1e-11), seen)


def _two_passes(weights: list[float], biases: list[float], x: float, y: float) -> list[tuple[float, float]]:
    """Gordon's two-pass pseudocode for a chain: forward, then deltas backward; (dc/dw, dc/db) for each neuron."""
    a = [x]
    for w, b in zip(weights, biases):
        a.append(1 / (1 + float(np.exp(-(w * a[-1] + b)))))
    d = a[-1] - y
    found = []
    for n in reversed(range(len(weights))):
        delta = d * a[n + 1] * (1 - a[n + 1])
        found.append((delta * a[n], delta))
        d = delta * weights[n]
    return found[::-1]


def scalar_pseudocode() -> str:
    """The pseudocode's numbers are the proven gradient's."""
    t = trainer((1, 1, 1, 1, 1))
    blocks = t.weights
    weights, biases = ([float(blocks[f"{letter}{n}"].ravel()[0]) for n in range(1, 5)] for letter in "Wb")
    found = _two_passes(weights, biases, 0.4, 0.9)
    proven = t.gradients([[0.4]], [[0.9]])
    wanted = [(float(proven[f"W{n}"].ravel()[0]), float(proven[f"b{n}"].ravel()[0])) for n in range(1, 5)]
    return need(same(found, wanted), f"8 derivatives, largest {max(abs(v) for pair in found for v in pair):.3g}")


def vectorised_pseudocode() -> str:
    """Forward and backward in matrices for any L, against the compiled gradient."""
    t = trainer((3, 5, 4, 2), seed=4)
    x, y = np.array([0.2, -0.6, 0.9]), np.array([0.1, 0.8])
    blocks, a = t.weights, [x]
    for n in (1, 2, 3):
        a.append(1 / (1 + np.exp(-(blocks[f"W{n}"] @ a[-1] + blocks[f"b{n}"]))))
    delta, good = (a[-1] - y) * a[-1] * (1 - a[-1]), True
    proven = t.gradients([x], [y])
    for n in (3, 2, 1):
        good &= same(np.outer(delta, a[n - 1]), proven[f"W{n}"]) and same(delta, proven[f"b{n}"])
        delta = (blocks[f"W{n}"].T @ delta) * a[n - 1] * (1 - a[n - 1])
    made = compile_trainer(Network.layered([30, 40, 20, 10]), "numpy")
    numpy_code = "import numpy" in made.source and made.verdict.kind in ("CHECKED", "PROVED")
    return need(
        good and numpy_code,
        f"the matrix form, L = 3, gives all {t.theta.size} numbers of the compiled gradient; the NumPy code of 30-40-20-10 is {made.verdict.kind}",
    )


def old_weights() -> str:
    """fit moves all weights from the old ones; changing layer 2 before the delta of layer 1 is taken gives others."""
    t = trainer()
    simultaneous = t.theta - 0.9 * flat(t.gradients(X, Y), t)
    blocks, first = t.weights, t.gradients(X, Y)
    t.weights = {name: blocks[name] - 0.9 * first[name] for name in ("W2", "b2")}
    late = t.gradients(X, Y)
    t.weights = {name: blocks[name] - 0.9 * late[name] for name in ("W1", "b1")}
    wrong = t.theta.copy()
    fresh = trainer()
    fresh.fit(X, Y, 1, None, 0.9)
    seen = f"fit ends {gap(fresh.theta, simultaneous)} from the step taken from the old weights; layer 2 changed first ends {gap(wrong, simultaneous)} away"
    return need(same(fresh.theta, simultaneous) and not same(wrong, simultaneous, 1e-6), seen)


def _by_hand(t: Trainer, order: list[list[int]], rate: float) -> None:
    for chosen in order:
        t.theta -= rate * flat(t.gradients(X[chosen], Y[chosen]), t)


def online_updates() -> str:
    """One pass online is one update per example."""
    t, hand = trainer(), trainer()
    t.fit(X, Y, 1, 1, 0.3, shuffle=False)
    _by_hand(hand, [[n] for n in range(len(X))], 0.3)
    return need(same(t.theta, hand.theta), f"{len(X)} updates in one pass over {len(X)} examples, one after the other by hand: {gap(t.theta, hand.theta)} apart")


def batch_update() -> str:
    """One pass in batch is one update by the mean of the examples' gradients."""
    t, hand = trainer(), trainer()
    t.fit(X, Y, 1, None, 0.3)
    mean = np.mean([flat(hand.gradients(X[[n]], Y[[n]]), hand) for n in range(len(X))], axis=0)
    seen = f"one update by the mean of the gradients of {len(X)} examples, by hand: {gap(t.theta, hand.theta - 0.3 * mean)} apart"
    return need(same(t.theta, hand.theta - 0.3 * mean), seen)


def minibatches() -> str:
    """A pass in minibatches of 2 sees each example once; what Gordon calls an epoch is a minibatch here."""
    t, hand = trainer(), trainer()
    t.fit(X, Y, 1, 2, 0.3, shuffle=False)
    _by_hand(hand, [[0, 1], [2, 3]], 0.3)
    kept = same(t.theta, hand.theta) and t.epoch == 1
    single = compile_trainer(Network.layered([4, 1], "identity", "half_squared", bias=False), "numpy", certify=False)
    single.weights = {"W1": np.zeros((1, 4))}
    single.fit(np.eye(4), [[1], [2], [3], [4]], 1, 2, 0.5)  # example n moves weight n alone, by 0.5 n / 2
    once = same(single.theta, [0.25, 0.5, 0.75, 1.0])
    ends = []
    for seed in range(4):
        shuffled = trainer(seed=seed)
        shuffled.theta[:] = trainer().theta
        shuffled.fit(X, Y, 1, 2, 0.3)
        ends.append(tuple(np.round(shuffled.theta, 12)))
    return need(
        kept and once and len(set(ends)) > 1,
        f"two updates of two examples make one epoch (a pass): {gap(t.theta, hand.theta)} from the same by hand; each example moved its "
        f"own weight once: {single.theta.tolist()}; {len(set(ends))} different ends from 4 random orders",
    )


def literal_batch() -> str:
    """Initialise the error terms, add each example's, then update once."""
    t, hand = trainer(), trainer()
    total = np.zeros_like(hand.theta)
    for x, y in zip(X, Y):
        total += flat(hand.gradients([x], [y]), hand)
    hand.theta -= 0.2 * total
    t.fit(X, Y, 1, None, 0.2 * len(X))
    return need(same(t.theta, hand.theta), f"the sum over the examples, one update, as written: {gap(t.theta, hand.theta)} from fit")


def literal_online() -> str:
    """For each example: outputs, gradient, update; until the stopping criterion."""
    hand, passes, t = trainer(), 0, trainer()
    before = hand.loss(X, Y)
    while hand.loss(X, Y) > 0.5 * before and passes < 500:
        _by_hand(hand, [[n] for n in range(len(X))], 0.5)
        t.fit(X, Y, 1, 1, 0.5, shuffle=False)
        passes += 1
    good = hand.loss(X, Y) <= 0.5 * before and same(t.theta, hand.theta, 1e-11)
    return need(good, f"{passes} passes until the error was halved, from {before:.4f} to {hand.loss(X, Y):.4f}; fit: {gap(hand.theta, t.theta)} apart")


def literal_five_steps() -> str:
    """Steps 1-5: forward, output delta = 2(a - y) g'(z), hidden deltas, averaged gradients, update."""
    t = trainer((2, 2, 1), loss="squared")
    blocks, sums = t.weights, {name: np.zeros_like(block) for name, block in t.weights.items()}
    for x, y in zip(X, Y):
        a1 = 1 / (1 + np.exp(-(blocks["W1"] @ x + blocks["b1"])))
        a2 = 1 / (1 + np.exp(-(blocks["W2"] @ a1 + blocks["b2"])))
        delta2 = 2 * (a2 - y) * a2 * (1 - a2)
        delta1 = (blocks["W2"].T @ delta2) * a1 * (1 - a1)
        for name, part in (("W2", np.outer(delta2, a1)), ("b2", delta2), ("W1", np.outer(delta1, x)), ("b1", delta1)):
            sums[name] += part / len(X)
    good = all(same(sums[name], t.gradients(X, Y)[name]) for name in sums)
    worst = max(float(np.abs(sums[name] - t.gradients(X, Y)[name]).max()) for name in sums)
    return need(good, f"steps 2 and 3 give the compiled, proven gradient of (1/n) sum E_x within {worst:.1e}")


def seeded_start() -> str:
    """Small random numbers by seed: the same seed the same start, another seed another; all below 1/2."""
    net = Network.layered([2, 3, 1])
    one, again, other = (compile_trainer(net, "numpy", seed=s, init="small", certify=False).theta for s in (1, 1, 2))
    return need(
        same(one, again) and not same(one, other) and np.abs(one).max() <= 0.5, f"largest {np.abs(one).max():.3f}"
    )


def stopping() -> str:
    """Stop below a level; stop when the error hardly changes."""
    said = []
    for stop in (Stop(X, Y, below=0.01), Stop(X, Y, change=1e-6)):
        t = trainer()
        t.fit(X, Y, 5000, None, 2.0, callback=stop)
        said.append(f"{stop.reason} after {t.epoch} epochs")
        need(bool(stop.reason), f"did not stop: {stop}")
    return "; ".join(said)


def one_pass() -> str:
    """epochs=1, online: the final weights are the output."""
    t = trainer()
    start = t.theta.copy()
    t.fit(X, Y, 1, 1, 0.3)
    return need(t.epoch == 1 and not same(t.theta, start), f"one pass over {len(X)} examples, {len(X)} updates")


def thousand_restarts() -> str:
    """1000 runs from different starts, the best kept; the progress callback is told of each."""
    told: list[int] = []
    net = Network.layered([2, 2, 1], "tanh", "half_squared", output_activation="sigmoid")
    best, ends = restarts(net, *XOR, 1000, epochs=20, rate=2.0, progress=lambda done, total: told.append(done))
    seen = f"{len(ends)} runs: best {min(ends):.4f}, median {float(np.median(ends)):.4f}, worst {max(ends):.4f}"
    different = len({round(end, 12) for end in ends}) > 900
    return need(len(told) == 1000 and different and abs(error(best, *XOR) - min(ends)) < 1e-12, seen)


def tiny_search() -> str:
    """All 2^6 weights of a 2-1 net in 2 bits each, the best found; a larger encoding is refused with its count."""
    net, table = Network.layered([2, 1], "sigmoid", "half_squared"), AND
    best, rounds = search(net, *table, Quantiser(2, -3, 3))
    least, points = float("inf"), np.array(table[0])
    for w1, w2, b in product((-3.0, -1.0, 1.0, 3.0), repeat=3):
        out = 1 / (1 + np.exp(-(points @ (w1, w2) + b)))
        least = min(least, float(np.mean((out - np.ravel(table[1])) ** 2) / 2))
    need(abs(error(best, *table) - least) < 1e-12, f"the best has error {error(best, *table):.4f}, not {least:.4f}")
    try:
        search(Network.layered([2, 3, 1]), X, Y, Quantiser(32, -1, 1))
    except DataError as refusal:
        return need(rounds == 64, f"{rounds} rounds; larger: {refusal.got} refused; least error {least:.4f}")
    return need(False, "a hopeless search was begun")


def convex_case() -> str:
    """A single linear unit under squared error: from 20 starts gradient descent ends in one and the same minimum."""
    data, targets = PLANE
    ends = []
    for seed in range(20):
        t = trainer((2, 1), kind="identity", seed=seed)
        t.fit(data, targets, 400, None, 0.5)
        ends.append(t.theta.copy())
    return need(
        float(np.ptp(np.array(ends), axis=0).max()) < 1e-9,
        "20 starts, one end: no local minimum where the error is convex",
    )
