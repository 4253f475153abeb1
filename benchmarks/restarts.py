"""Sixteen runs from different starts: in vector lanes, one after the other, and as jax.vmap of a whole scan.

    python benchmarks/restarts.py [--rounds 5]

Microseconds of processor time a step and run; the aim is 4.5 times jax.vmap. All visit the samples in file order.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np  # noqa: E402
from peers import Call, Work, join, split  # noqa: E402
from workloads import works  # noqa: E402

from symbackprop import Network  # noqa: E402
from symbackprop.codegen.backends import table  # noqa: E402
from symbackprop.codegen.lanes import COPIES, Lanes  # noqa: E402


def net_of(work: Work) -> Network:
    """The net of a workload."""
    kinds = [work.hidden] * (len(work.sizes) - 2) + ["softmax" if work.softmax else "sigmoid"]
    return Network.layered(
        work.sizes, kinds, "softmax_cross_entropy" if work.softmax else "half_squared", bias=work.bias
    )


def in_lanes(work: Work, thetas: Any) -> Call:
    """Ours, side by side."""
    made = Lanes(net_of(work), thetas.dtype)

    def call(epochs: int) -> Any:
        moved = thetas.copy()
        made.run(moved, work.X, work.Y, None, work.batch, np.full(epochs, work.rate))
        return moved

    return call


def one_by_one(work: Work, thetas: Any) -> Call:
    """Ours, one run after the other in the c backend."""
    made = table()["c"].build(net_of(work), thetas.dtype)
    data = made.load(work.X, work.Y, work.batch)

    def call(epochs: int) -> Any:
        moved = thetas.copy()
        for theta in moved:
            made.run(theta, data, None, work.batch, np.full(epochs, work.rate), None)
        return moved

    return call


def jax_vmap(work: Work, thetas: Any) -> Call:
    """JAX: the whole run in lax.scan, mapped over the starts, jitted."""
    import jax
    from peers_frameworks import _jax_step

    step = _jax_step(work)
    X, Y = (jax.device_put(each.reshape(work.steps, work.batch, -1)) for each in (work.X, work.Y))

    def run(parts: Any, epochs: int) -> Any:
        def epoch(parts: Any, _: Any) -> Any:
            return jax.lax.scan(lambda p, xy: (step(p, *xy), None), parts, (X, Y))[0], None

        return jax.lax.scan(epoch, parts, None, length=epochs)[0]

    mapped = jax.jit(lambda parts, epochs: jax.vmap(lambda p: run(p, epochs))(parts), static_argnums=1)

    def call(epochs: int) -> Any:
        parts = [np.stack(each) for each in zip(*(split(work, theta) for theta in thetas))]
        made = [np.asarray(each) for each in mapped(parts, epochs)]
        return np.array([join(work, [p[r] for p in made]) for r in range(len(thetas))])

    return call


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for work in works():
        if max(work.sizes) > 10 or work.batch > 10:
            continue
        count = sum((m + work.bias) * n for m, n in zip(work.sizes, work.sizes[1:]))
        thetas = np.random.default_rng(0).normal(size=(COPIES, count))
        calls: dict[str, Call] = {"lanes": in_lanes(work, thetas), "one by one": one_by_one(work, thetas)}
        try:
            calls["jax.vmap"] = jax_vmap(work, thetas)
        except ImportError as problem:
            print(f"left out: jax.vmap is missing: {problem}")
        epochs = max(1, 20_000 // len(work.X))
        ends = {name: call(epochs) for name, call in calls.items()}
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(options.rounds):
            for name, call in calls.items():
                start = time.process_time()
                call(epochs)
                times[name].append((time.process_time() - start) / (epochs * work.steps * COPIES) * 1e6)
        best = statistics.median(times["lanes"])
        print(f"\n{work.name}, {COPIES} runs")
        for name, each in times.items():
            apart = abs(ends[name] - ends["one by one"]).max() / max(1.0, abs(ends["one by one"]).max())
            value = statistics.median(each)
            print(
                f"  {name:<12} {value:8.4f} us a step and run {value / best:7.2f} x   weights apart {apart:.0e}",
                flush=True,
            )


if __name__ == "__main__":
    main()
