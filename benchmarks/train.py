"""Training speed beside the peers: one run, interleaved, medians, ratios, final weights compared.

    python benchmarks/train.py [--rounds 7] [--only iris,784] [--json FILE] [--compiled] [--cold]

Prints microseconds of processor time a step, the ratio of every peer to our best backend, and the largest difference of the final weights from
the numpy backend's. A peer that is not installed is left out and named. Nothing is asserted; read the ratios of one run only.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np  # noqa: E402
from peers import PEERS, Call, Work  # noqa: E402

from symbackprop import Network  # noqa: E402
from symbackprop.codegen.backends import table  # noqa: E402

_SLICE = 0.03  # seconds a single measurement lasts at least


def works() -> list[Work]:
    """The workloads of the issue."""
    rng = np.random.default_rng(0)
    bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    xor = np.array([[0], [1], [1], [0]], float)
    iris = rng.normal(size=(150, 4)), np.eye(3)[rng.integers(0, 3, 150)]
    digits = rng.random((1000, 784)), np.eye(10)[rng.integers(0, 10, 1000)]
    small = tuple(each.astype(np.float32) for each in digits)
    big = rng.random((1280, 784), np.float32), np.eye(10, dtype=np.float32)[rng.integers(0, 10, 1280)]
    return [
        Work("1-1-1 no bias, online", (1, 1, 1), "sigmoid", False, 1, False, bits[:, :1].copy(), xor),
        Work("2-2-1 online", (2, 2, 1), "sigmoid", False, 1, True, bits, xor),
        Work("2-2-1 full batch (4)", (2, 2, 1), "sigmoid", False, 4, True, bits, xor),
        Work("2-2-2-2-2 online", (2,) * 5, "sigmoid", False, 1, True, bits, np.hstack([xor, 1 - xor])),
        Work("iris 4-10-3 online", (4, 10, 3), "sigmoid", True, 1, True, *iris),
        Work("iris 4-10-3 batch 10", (4, 10, 3), "sigmoid", True, 10, True, *iris),
        Work("iris 4-10-3 full batch 150", (4, 10, 3), "sigmoid", True, 150, True, *iris),
        Work("784-30-10 online", (784, 30, 10), "sigmoid", False, 1, True, *digits),
        Work("784-30-10 batch 10", (784, 30, 10), "sigmoid", False, 10, True, *digits),
        Work("784-30-10 batch 10 float32", (784, 30, 10), "sigmoid", False, 10, True, *small),
        Work("784-512-512-10 batch 128 float32", (784, 512, 512, 10), "relu", True, 128, True, *big),
    ]


def ours(work: Work, theta: Any, backend: str) -> Call:
    """One of our backends on the same work; the loss of every epoch is left out where the backend can leave it out."""
    depth = len(work.sizes) - 2
    kinds = [work.hidden] * depth + ["softmax" if work.softmax else "sigmoid"]
    loss = "softmax_cross_entropy" if work.softmax else "half_squared"
    net = Network.layered(work.sizes, kinds, loss, bias=work.bias)
    compiled = table()[backend].build(net, theta.dtype)
    data = compiled.load(work.X, work.Y, work.batch)

    def call(epochs: int) -> Any:
        made = theta.copy()
        compiled.run(made, data, None, work.batch, np.full(epochs, work.rate), None)
        return made

    return call


def measure(calls: dict[str, Call], work: Work, rounds: int) -> dict[str, float]:
    """Median microseconds of processor time a step of every call, measured in turn.

    Processor time of the whole process: waiting for a shared machine does not count, a second thread does.
    """
    epochs: dict[str, int] = {}
    for name, call in calls.items():
        count = 1
        while True:
            call(count)  # also compiles what compiles by shape
            start = time.process_time()
            call(count)
            taken = time.process_time() - start
            if taken > _SLICE or count >= 2**22:
                break
            count = max(count * 2, min(count * 64, int(count * _SLICE / max(taken, 1e-7) * 1.3)))
        epochs[name] = count
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.process_time()
            call(epochs[name])
            times[name].append((time.process_time() - start) / (epochs[name] * work.steps) * 1e6)
    return {name: statistics.median(each) for name, each in times.items()}


def compare(work: Work, rounds: int, skip: set[str]) -> dict[str, Any]:
    """One row: times, ratios, differences of the final weights."""
    rng = np.random.default_rng(1)
    count = sum((m + work.bias) * n for m, n in zip(work.sizes, work.sizes[1:]))
    theta = (rng.normal(size=count) / np.sqrt(work.sizes[0])).astype(work.X.dtype)
    calls: dict[str, Call] = {}
    missing = []
    for name, make in PEERS.items():
        if name in skip:
            continue
        try:
            calls[name] = make(work, theta)
        except (ImportError, OSError, subprocess.CalledProcessError) as problem:
            missing.append(f"{name}: {problem}")
    for backend in ("c", "numpy"):
        calls[f"ours: {backend}"] = ours(work, theta, backend)
    reference = calls["ours: numpy"](3)
    scale = max(1.0, float(abs(reference).max()))
    apart = {
        name: float(abs(np.asarray(call(3), float) - reference).max()) / scale
        for name, call in calls.items()
        if name != "GEMM alone"
    }
    times = measure(calls, work, rounds)
    best = min(value for name, value in times.items() if name.startswith("ours"))
    ratios = {name: value / best for name, value in times.items()}
    return {"work": work.name, "microseconds": times, "ratio": ratios, "apart": apart, "missing": missing}


_COLD = {
    "ours: c, compiled before": "from symbackprop import Network, compile_trainer; t = compile_trainer(Network.layered({sizes}), 'c', certify=False); t.fit(X, Y, 1)",
    "ours: numpy": "from symbackprop import Network, compile_trainer; t = compile_trainer(Network.layered({sizes}), 'numpy', certify=False); t.fit(X, Y, 1)",
    "PyTorch eager": "import torch; n = torch.nn.Sequential(torch.nn.Linear({a}, {b}), torch.nn.Sigmoid()); o = torch.optim.SGD(n.parameters(), lr=.1); l = n(torch.rand(4, {a})).sum(); l.backward(); o.step()",
    "JAX jit": "import jax, jax.numpy as jnp; f = jax.jit(jax.grad(lambda w: jax.nn.sigmoid(jnp.ones((4, {a})) @ w).sum())); f(jnp.ones(({a}, {b}))).block_until_ready()",
}


def cold(sizes: tuple[int, ...], rounds: int = 5) -> dict[str, float]:
    """Seconds from a cold process to the end of the first epoch on four samples (imports included)."""
    made: dict[str, float] = {}
    head = f"import numpy as np; X = np.ones((4, {sizes[0]})); Y = np.ones((4, {sizes[-1]})) / 2; "
    cache = {**os.environ, "SYMBACKPROP_CACHE": tempfile.mkdtemp()}
    todo = {"ours: c, nothing cached": _COLD["ours: c, compiled before"], **_COLD}
    for name, text in todo.items():
        code = head + text.format(sizes=list(sizes), a=sizes[0], b=sizes[1])
        times = []
        for _ in range(1 if "nothing" in name else rounds):
            start = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", code], env=cache, capture_output=True, check=False)
            if done.returncode == 0:
                times.append(time.perf_counter() - start)
        if times:
            made[name] = statistics.median(times)
    return made


def scale(rounds: int) -> list[dict[str, float]]:
    """Nets n-n-n from 12 to about 2 million parameters: microseconds a step by parameters, batch and backend."""
    rows = []
    for width in (2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
        for batch in (1, 32):
            rng = np.random.default_rng(0)
            X, Y = rng.normal(size=(64, width)), rng.random((64, width))
            work = Work("scale", (width, width, width), "sigmoid", False, batch, True, X, Y)
            theta = rng.normal(size=2 * width * (width + 1)) / np.sqrt(width)
            times = measure({name: ours(work, theta, name) for name in ("c", "numpy")}, work, rounds)
            rows.append({"parameters": len(theta), "batch": batch, **times})
    return rows


def machine() -> dict[str, str]:
    """Processor, versions and load."""
    versions = {"python": platform.python_version()}
    for package in ("numpy", "sympy", "torch", "jax", "numba"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    cpu = "?"
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = file.read()
        cpu = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "?")
        cpu += ", AVX-512" if "avx512f" in text else ", AVX2" if "avx2" in text else ""
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return {"cpu": cpu, "load at the start": load, "system": platform.platform(), **versions}


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="workloads whose name contains one of these, comma-separated")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--compiled", action="store_true", help="also torch.compile (slow to start)")
    parser.add_argument("--cold", action="store_true", help="also the time from a cold process to the first epoch")
    parser.add_argument("--scale", action="store_true", help="also the cost of a step from 12 to 2 million parameters")
    options = parser.parse_args()
    facts: dict[str, Any] = {"machine": machine(), "rows": []}
    print(json.dumps(facts["machine"], indent=1))
    skip = set() if options.compiled else {"PyTorch compiled"}
    for work in works():
        if options.only and not any(part in work.name for part in options.only.split(",")):
            continue
        row = compare(work, options.rounds, skip)
        facts["rows"].append(row)
        print(f"\n{work.name}")
        for name, value in sorted(row["microseconds"].items(), key=lambda pair: pair[1]):
            apart = f"{row['apart'][name]:.0e}" if name in row["apart"] else "-"
            print(
                f"  {name:<18} {value:12.3f} us a step   {row['ratio'][name]:10.2f} x   weights apart {apart}",
                flush=True,
            )
        for line in row["missing"]:
            print(f"  left out: {line}")
    if options.cold:
        for sizes in ((2, 2, 1), (784, 30, 10)):
            facts.setdefault("cold", {})["-".join(map(str, sizes))] = times = cold(sizes)
            print(f"\ncold start, {'-'.join(map(str, sizes))}")
            for name, value in times.items():
                print(f"  {name:<26} {value:6.2f} s")
    if options.scale:
        facts["scale"] = scale(min(options.rounds, 3))
        print("\nparameters  batch        c us     numpy us   c ns/(parameter x sample)")
        for row in facts["scale"]:
            each = row["c"] * 1e3 / (row["parameters"] * row["batch"])
            print(f"{row['parameters']:10d} {row['batch']:6d} {row['c']:11.3f} {row['numpy']:12.3f} {each:12.3f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)


if __name__ == "__main__":
    main()
