"""The training workloads with the frameworks on a GPU, and ours on the host beside them: wall time a step, one run.

    python benchmarks/gpu.py [--rounds 5] [--only "784;iris"] [--json FILE]

PyTorch runs eagerly and as a captured CUDA graph of one step, JAX in one lax.scan over the whole run, and our jax backend by
itself on the GPU; our C backend uses one core of the host. Data lie on the GPU before the clock starts. All start from the same
weights and the final weights are compared. JAX multiplies at full precision on both sides (TensorFloat-32 would be another update).
Needs a GPU that torch or jax sees; what is missing is named.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import numpy as np  # noqa: E402
import peers_frameworks as frameworks  # noqa: E402
from peers import Call, Work, split  # noqa: E402
from train import machine, ours  # noqa: E402
from workloads import works  # noqa: E402

_SLICE = 0.3  # seconds a single measurement lasts at least


def torch_gpu(work: Work, theta: Any, graph: bool = False) -> Call:
    """PyTorch with everything on the GPU: eager, or one captured step replayed."""
    import torch

    if not torch.cuda.is_available():
        raise ImportError("torch sees no GPU")
    torch.backends.cuda.matmul.allow_tf32 = False
    X, Y = (torch.from_numpy(each).cuda() for each in (work.X, work.Y))
    start = [torch.from_numpy(each).cuda() for each in split(work, theta)]
    parts = [each.clone().requires_grad_() for each in start]
    weights = [each for k, each in enumerate(parts) if work.bias or k % 2 == 0]

    def mean_loss(x: Any, y: Any) -> Any:
        a = x
        for k in range(0, len(parts), 2):
            z = torch.nn.functional.linear(a, parts[k], parts[k + 1] if work.bias else None)
            last = k == len(parts) - 2
            a = (
                z
                if last and work.softmax
                else torch.relu(z)
                if work.hidden == "relu" and not last
                else torch.sigmoid(z)
            )
        return torch.nn.functional.cross_entropy(a, y) if work.softmax else 0.5 * ((a - y) ** 2).sum() / len(x)

    optimiser = torch.optim.SGD(weights, lr=work.rate)
    batches = [(X[at : at + work.batch], Y[at : at + work.batch]) for at in range(0, len(X), work.batch)]

    def step(x: Any, y: Any) -> None:
        optimiser.zero_grad()
        mean_loss(x, y).backward()
        optimiser.step()

    if graph:
        if len({len(x) for x, _ in batches}) > 1:
            raise NotImplementedError("a captured step needs equal batches")
        x, y = (each.clone() for each in batches[0])
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                step(x, y)
        torch.cuda.current_stream().wait_stream(side)
        optimiser.zero_grad()
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            mean_loss(x, y).backward()
            optimiser.step()
            for each in weights:
                each.grad.zero_()

        def one(given: Any) -> None:
            x.copy_(given[0])
            y.copy_(given[1])
            captured.replay()
    else:

        def one(given: Any) -> None:
            step(*given)

    def call(epochs: int) -> Any:
        with torch.no_grad():
            for each, first in zip(parts, start):
                each.copy_(first)
                if graph and each.grad is not None:
                    each.grad.zero_()
        for _ in range(epochs):
            for given in batches:
                one(given)
        torch.cuda.synchronize()
        return np.concatenate([each.detach().cpu().numpy().ravel() for each in weights])

    return call


def torch_graph(work: Work, theta: Any) -> Call:
    """One step captured as a CUDA graph and replayed: no Python and no launch in between."""
    return torch_gpu(work, theta, graph=True)


def jax_gpu(work: Work, theta: Any) -> Call:
    """JAX: the whole run in lax.scan on the GPU."""
    import jax

    if jax.default_backend() != "gpu":
        raise ImportError("jax sees no GPU")
    with jax.default_matmul_precision("highest"):
        call = frameworks.jax_scan(work, theta)

    def precise(epochs: int) -> Any:
        with jax.default_matmul_precision("highest"):
            return call(epochs)

    return precise


def ours_jax(work: Work, theta: Any) -> Call:
    """Our jax backend as it stands."""
    import jax

    if jax.default_backend() != "gpu":
        raise ImportError("jax sees no GPU")
    return ours(work, theta, "jax")


def ours_c(work: Work, theta: Any) -> Call:
    """Our C backend, one core of the host."""
    return ours(work, theta, "c")


CALLS: dict[str, Callable[[Work, Any], Call]] = {
    "PyTorch eager, GPU": torch_gpu,
    "PyTorch CUDA graph": torch_graph,
    "JAX lax.scan, GPU": jax_gpu,
    "ours: jax, GPU": ours_jax,
    "ours: c, one core": ours_c,
}


def compare(work: Work, rounds: int) -> dict[str, Any]:
    """One row: median wall microseconds a step of each, measured in turn, and how far the final weights are apart."""
    rng = np.random.default_rng(1)
    count = sum((m + work.bias) * n for m, n in zip(work.sizes, work.sizes[1:]))
    theta = (rng.normal(size=count) / np.sqrt(work.sizes[0])).astype(work.X.dtype)
    calls, missing = {}, []
    for name, make in CALLS.items():
        try:
            calls[name] = make(work, theta)
        except (ImportError, NotImplementedError) as why:
            missing.append(f"{name}: {why}")
    passes = max(3, 200 // work.steps)
    ends = {name: np.asarray(call(passes), float) for name, call in calls.items()}
    reference = ours(work, theta, "numpy")(passes)
    apart = {name: float(abs(end - reference).max() / max(1, abs(reference).max())) for name, end in ends.items()}
    epochs = {}
    for name, call in calls.items():
        count = 1
        while True:
            call(count)
            begin = time.perf_counter()
            call(count)
            taken = time.perf_counter() - begin
            if taken > _SLICE or count >= 2**20:
                break
            count = max(2 * count, min(16 * count, int(1.3 * count * _SLICE / max(taken, 1e-6))))
        epochs[name] = count
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begin = time.perf_counter()
            call(epochs[name])
            times[name].append((time.perf_counter() - begin) / (epochs[name] * work.steps) * 1e6)
    medians = {name: statistics.median(each) for name, each in times.items()}
    return {"work": work.name, "microseconds": medians, "apart": apart, "missing": missing}


def gpu() -> str:
    """The name of the GPU."""
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "none"
    except OSError:
        return "none"


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads whose name contains one of these, separated by ;")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    facts: dict[str, Any] = {"gpu": gpu(), "machine": machine(), "rounds": options.rounds, "rows": []}
    print(f"GPU {facts['gpu']}; host {facts['machine']['processor']}")
    print("| microseconds a step | " + " | ".join(CALLS) + " |\n" + "|---" * (len(CALLS) + 1) + "|")
    for work in works():
        if options.only and not any(part in work.name for part in options.only.split(";")):
            continue
        row = compare(work, options.rounds)
        facts["rows"].append(row)
        cells = [
            f"{row['microseconds'][n]:.3g} ({row['apart'][n]:.0e})" if n in row["microseconds"] else "-" for n in CALLS
        ]
        print(f"| {work.name} | " + " | ".join(cells) + " |", flush=True)
        for why in row["missing"]:
            print(f"  left out: {why}", flush=True)
        if options.json:
            Path(options.json).write_text(json.dumps(facts, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
