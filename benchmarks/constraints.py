"""What a step costs under dropout and a norm constraint, beside a plain one and beside PyTorch: 784-30-10, batches of 10, one thread.

    python benchmarks/constraints.py [rounds]

Medians of microseconds a step over interleaved rounds, and each as a multiple of the plain step of the same engine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from symbackprop import Network, compile_trainer

SIZES, BATCH, SAMPLES, EPOCHS = [784, 30, 10], 10, 2000, 5
STEPS = SAMPLES // BATCH * EPOCHS
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "max_norm": {"max_norm": 1.0},
    "dropout, a mask a step": {"dropout": 0.5, "dropout_per": "batch"},
    "dropout, a mask a sample": {"dropout": 0.5},
    "both": {"dropout": 0.5, "max_norm": 1.0},
    "adam": {"optimiser": "adam"},
    "adam, both": {"optimiser": "adam", "dropout": 0.5, "max_norm": 1.0},
}


def ours(backend: str, X: Any, Y: Any) -> dict[str, Callable[[], object]]:
    """One call a way: some epochs of fit."""
    net, made = Network.layered(SIZES, "sigmoid", "half_squared"), {}
    for name, how in WAYS.items():
        trainer = compile_trainer(net, backend, certify=False)
        trainer.fit(X, Y, 1, BATCH, 0.01, **how)  # compiled before the clock runs
        made[f"{backend}: {name}"] = lambda trainer=trainer, how=how: trainer.fit(X, Y, EPOCHS, BATCH, 0.01, **how)
    return made


def torch_eager(X: Any, Y: Any) -> dict[str, Callable[[], object]]:
    """The same in PyTorch: nn.Dropout, and torch.renorm of every weight matrix after the step."""
    import torch

    torch.set_num_threads(1)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(Y)

    def build(share: float, most: float | None) -> Callable[[], object]:
        parts = [torch.nn.Linear(784, 30), torch.nn.Sigmoid(), torch.nn.Dropout(share), torch.nn.Linear(30, 10), torch.nn.Sigmoid()]
        model = torch.nn.Sequential(*(parts if share else parts[:2] + parts[3:])).double()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
        matrices = [each.weight for each in model if isinstance(each, torch.nn.Linear)]

        def go() -> None:
            model.train()
            for _ in range(EPOCHS):
                for rows in torch.randperm(SAMPLES).split(BATCH):
                    optimiser.zero_grad()
                    (torch.nn.functional.mse_loss(model(inputs[rows]), targets[rows], reduction="sum") / 2 / BATCH).backward()
                    optimiser.step()
                    if most is not None:
                        with torch.no_grad():
                            for each in matrices:
                                each.copy_(torch.renorm(each, 2, 0, most))

        return go

    return {
        "torch: plain": build(0.0, None), "torch: max_norm": build(0.0, 1.0),
        "torch: dropout, a mask a sample": build(0.5, None), "torch: both": build(0.5, 1.0),
    }  # fmt: skip


def main(rounds: int) -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    X, Y = rng.random((SAMPLES, 784)), np.eye(10)[rng.integers(0, 10, SAMPLES)]
    runs = ours("c", X, Y) | ours("numpy", X, Y)
    try:
        runs |= torch_eager(X, Y)
    except ImportError:
        print("PyTorch is not installed: not measured")
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, go in runs.items():
            start = perf_counter()
            go()
            times[name].append((perf_counter() - start) / STEPS * 1e6)
    for name, values in times.items():
        plain = median(times[name.split(":")[0] + ": plain"])
        print(f"{name:32} {median(values):8.1f} us a step   {median(values) / plain:5.2f} x plain")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
