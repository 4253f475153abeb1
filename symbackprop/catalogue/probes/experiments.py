"""What the documents claim of learning in practice, measured over many starts: medians and spread, nothing asserted beyond them."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.catalogue.probes.learning import XOR
from symbackprop.catalogue.probes.procedures import flat, same
from symbackprop.catalogue.row import need
from symbackprop.networks import Network
from symbackprop.training import Trainer, compile_trainer
from symbackprop.training.initialisers import start
from symbackprop.training.procedures import error

STARTS = range(12)
Table = tuple[Any, Any]


def spread(values: Sequence[float]) -> str:
    """Median and quartiles.

    >>> spread([1, 2, 3, 4, 5])
    'median 3 (quartiles 2 to 4)'
    """
    low, middle, high = np.percentile(np.asarray(values, dtype=float), (25, 50, 75))
    return f"median {middle:.4g} (quartiles {low:.4g} to {high:.4g})"


def circle(size: int, seed: int) -> Table:
    """Points of a square, 1 inside a circle and 0 outside, one label in ten turned: data that cannot be learnt without error."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(size, 2))
    y = (np.hypot(X[:, 0], X[:, 1]) < 0.7).astype(float)
    turned = rng.random(size) < 0.1
    return X, np.where(turned, 1 - y, y)[:, None]


def histories(net: Network, data: Table, size: int | None, rate: float, epochs: int) -> NDArray[Any]:
    """The error after each epoch, one line for each of the starts, all by one compiled trainer."""
    trainer = compile_trainer(net, certify=False)
    lines = []
    for seed in STARTS:
        trainer.theta[:] = start(net, "glorot", seed)
        trainer.history.clear()
        trainer.fit(*data, epochs, size, rate)
        lines.append([abs(value) for value in trainer.history])
    return np.array(lines)


def _wrong(trainer: Trainer, data: Table) -> float:
    return float(((trainer.predict(data[0]) > 0.5) != (data[1] > 0.5)).mean())


def online_or_batch() -> str:
    """Epochs until XOR is learnt, and errors on new points of a noisy table, online and in batch, each from twelve starts."""
    net = Network.layered([2, 4, 1], ["tanh", "sigmoid"], "half_squared")
    seen = []
    for name, size in (("online", 1), ("batch", None)):
        lines = histories(net, XOR, size, 0.5, 2000)
        below = [int(np.argmax(line < 0.01)) + 1 for line in lines if (line < 0.01).any()]
        count = spread(below) if below else "none"
        seen.append(f"XOR, {name}, {len(below)} of {len(lines)} starts reach error 0.01 in 2000 epochs: {count} epochs")
    noisy = Network.layered([2, 8, 1], ["tanh", "sigmoid"], "half_squared")
    data, new = circle(80, 1), circle(400, 2)
    trainer = compile_trainer(noisy, certify=False)
    for name, size, rate in (("online", 1, 0.3), ("batch", None, 0.3), ("batch", None, 3.0)):
        wrong, loss = [], []
        for seed in STARTS:
            trainer.theta[:] = start(noisy, "glorot", seed)
            trainer.fit(*data, 300, size, rate)
            wrong.append(_wrong(trainer, new))
            loss.append(error(trainer, *data))
        seen.append(f"noisy circle, {name}, rate {rate:g}, 300 epochs: error {spread(loss)}; wrong on 400 new points {spread(wrong)}")
    return need(len(seen) == 5, "\n".join(seen))


def stuck() -> str:
    """How many of thirty starts end far above the best end on XOR, by the number of hidden units: measured, no law."""
    seen = []
    for hidden in (2, 3, 8):
        net = Network.layered([2, hidden, 1], "sigmoid", "half_squared")
        trainer, ends = compile_trainer(net, certify=False), []
        for seed in range(30):
            trainer.theta[:] = start(net, "glorot", seed)
            trainer.fit(*XOR, 4000, None, 3.0)
            ends.append(error(trainer, *XOR))
        many = sum(end > 0.01 for end in ends)
        seen.append(f"2-{hidden}-1: {many} of 30 starts still above 0.01 after 4000 epochs, {spread(ends)}")
    return need(len(seen) == 3, "\n".join(seen))


def batch_is_vectorised() -> str:
    """The batch gradient of a generated NumPy trainer has no loop over examples, and the halves of a batch can be done apart."""
    trainer = compile_trainer(Network.layered([30, 40, 20, 10], loss="half_squared"), "numpy", seed=1)
    tree = ast.parse(trainer.source)
    [plain] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "prepare"]
    [inner] = [node for node in ast.walk(plain) if isinstance(node, ast.FunctionDef) and node.name == "gradient"]
    loops = sum(isinstance(node, ast.For | ast.While | ast.comprehension) for node in ast.walk(inner))
    products = sum(isinstance(node, ast.Call) and ast.unparse(node.func).endswith("dot") for node in ast.walk(inner))
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(2000, 30)), rng.uniform(size=(2000, 10))

    def gradient(a: int, b: int) -> NDArray[Any]:
        return flat(trainer.gradients(X[a:b], Y[a:b]), trainer)

    whole, half = gradient(0, 2000), (gradient(0, 1000) + gradient(1000, 2000)) / 2
    ratio = _time(lambda: [gradient(n, n + 1) for n in range(2000)]) / _time(lambda: gradient(0, 2000))
    ends = list[NDArray[Any]]()
    for order in (slice(None), slice(None, None, -1)):
        online = compile_trainer(Network.layered([30, 40, 20, 10], loss="half_squared"), "numpy", seed=1, certify=False)
        online.fit(X[:50][order], Y[:50][order], 1, 1, 0.5, shuffle=False)
        ends.append(online.theta)
    good = loops == 0 and products >= 8 and same(whole, half, 1e-12) and not same(ends[0], ends[1], 1e-6)
    return need(
        good,
        f"{products} matrix products and {loops} loops in the gradient of 30-40-20-10\n"
        f"two halves of 2000 examples, done apart and averaged, give the same; one call for all took 1/{ratio:.0f} of 2000 calls here\n"
        f"online the order matters: from the last example to the first it ends {np.abs(ends[0] - ends[1]).max():.2g} away",
    )


def _time(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
