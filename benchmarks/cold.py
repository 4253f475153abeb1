"""Seconds from a cold process to the end of the first pass over four samples, imports and compilation included.

    python benchmarks/cold.py [--rounds 5] [--json FILE]

The same net and update for everybody; one process at a time, in turn; medians of wall and processor time. Ours judges its
code as always; "nothing cached" starts from an empty cache folder, "cached" from what that run left there.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NETS = {"tiny 2-2-1": [2, 2, 1], "middle 784-30-10": [784, 30, 10], "large 784-512-512-10": [784, 512, 512, 10]}
_HEAD = "import numpy as np; X, Y = np.ones((4, {a})), np.full((4, {z}), 0.5); s = {sizes}\n"
_OURS = """
from symbackprop import Network, compile_trainer
compile_trainer(Network.layered(s, "sigmoid", "half_squared"), "{backend}").fit(X, Y, 1, 4, 0.1)
"""
_TORCH = """
import torch
layers = [each for m, n in zip(s, s[1:]) for each in (torch.nn.Linear(m, n, dtype=torch.float64), torch.nn.Sigmoid())]
net = torch.nn.Sequential(*layers)
optimiser, x, y = torch.optim.SGD(net.parameters(), lr=0.1), torch.from_numpy(X), torch.from_numpy(Y)
loss = lambda x, y: 0.5 * ((net(x) - y) ** 2).sum() / 4
{compiled}
loss(x, y).backward()
optimiser.step()
"""
_JAX = """
import jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def loss(parts, x, y):
    for w, b in parts:
        x = jax.nn.sigmoid(x @ w.T + b)
    return 0.5 * jnp.square(x - y).sum() / 4
step = jax.jit(lambda p, x, y: jax.tree.map(lambda w, g: w - 0.1 * g, p, jax.grad(loss)(p, x, y)))
rng = np.random.default_rng(0)
parts = step([(rng.normal(size=(n, m)), np.zeros(n)) for m, n in zip(s, s[1:])], X, Y)
np.asarray(parts[0][0])
"""
_NUMPY = """
rng = np.random.default_rng(0)
W, b, A = [rng.normal(size=(n, m)) for m, n in zip(s, s[1:])], [np.zeros(n) for n in s[1:]], [X]
for w, v in zip(W, b):
    A.append(1 / (1 + np.exp(-(A[-1] @ w.T + v))))
D = (A[-1] - Y) * A[-1] * (1 - A[-1])
for k in range(len(W) - 1, -1, -1):
    g, h = D.T @ A[k], D.sum(axis=0)
    D = (D @ W[k]) * A[k] * (1 - A[k])
    W[k] -= 0.1 / 4 * g
    b[k] -= 0.1 / 4 * h
"""
_SKLEARN = """
from sklearn.neural_network import MLPRegressor
MLPRegressor(hidden_layer_sizes=s[1:-1], activation="logistic", solver="sgd", momentum=0, alpha=0, batch_size=4).partial_fit(X, Y.squeeze())
"""
PROGRAMS = {
    "ours: c, nothing cached": _OURS.replace("{backend}", "c"),
    "ours: c, cached": _OURS.replace("{backend}", "c"),
    "ours: numpy, nothing cached": _OURS.replace("{backend}", "numpy"),
    "ours: numpy, cached": _OURS.replace("{backend}", "numpy"),
    "hand-written NumPy": _NUMPY,
    "JAX jit": _JAX,
    "scikit-learn": _SKLEARN,
    "PyTorch eager": _TORCH.replace("{compiled}", ""),
    "PyTorch compiled": _TORCH.replace("{compiled}", "loss = torch.compile(loss)"),
}


def once(text: str, cache: str) -> tuple[float, float] | None:
    """Wall and processor seconds of one process; None where it fails (a peer that is not installed)."""
    env = {**os.environ, "SYMBACKPROP_CACHE": cache, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", text], env=env, capture_output=True, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return (wall, busy) if done.returncode == 0 else None


def measure(sizes: list[int], rounds: int, skip: set[str]) -> dict[str, tuple[float, float]]:
    """Medians by program; whoever is not installed is left out."""
    head = _HEAD.format(a=sizes[0], z=sizes[-1], sizes=sizes)
    found: dict[str, list[tuple[float, float]]] = {}
    kept = tempfile.mkdtemp(prefix="cold-")
    for _ in range(rounds):
        for name, text in PROGRAMS.items():
            if name in skip or (name == "PyTorch compiled" and len(found.get(name, ())) >= 2):
                continue
            empty = tempfile.mkdtemp(prefix="cold-") if "nothing" in name else kept
            if "cached" in name and "nothing" not in name and name not in found:
                once(head + text, kept)  # fills the cache
            made = once(head + text, empty)
            if made is not None:
                found.setdefault(name, []).append(made)
            if empty != kept:
                shutil.rmtree(empty)
    shutil.rmtree(kept)
    return {
        n: (statistics.median(w for w, _ in each), statistics.median(b for _, b in each)) for n, each in found.items()
    }


def main() -> None:
    """Measure, print, and put the numbers into the JSON file of benchmarks/train.py where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip", default="", help="programs to leave out, separated by ;")
    parser.add_argument("--only", default="", help="nets whose name contains this")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    facts = json.loads(Path(options.json).read_text()) if options.json and os.path.exists(options.json) else {}
    for name, sizes in NETS.items():
        if options.only not in name:
            continue
        times = measure(sizes, options.rounds, set(options.skip.split(";")))
        facts.setdefault("cold", {})[name] = times
        print(f"\nfirst step of {name}, load {os.getloadavg()[0]:.1f}")
        for program, (wall, busy) in sorted(times.items(), key=lambda pair: pair[1][1]):
            print(f"  {program:<28} {wall:6.2f} s wall {busy:6.2f} s of processor time")
        for program in PROGRAMS:
            if program not in times:
                print(f"  {program:<28} left out")
        if options.json:
            Path(options.json).write_text(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
