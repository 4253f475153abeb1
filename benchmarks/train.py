"""Training speed beside the peers: one run, interleaved, medians, ratios, final weights compared.

    python benchmarks/train.py [--rounds 7] [--only iris,784] [--skip "PyTorch compiled"] [--json FILE] [--markdown]

Prints microseconds of processor time a step, the ratio of every peer to our best backend, and the largest difference of the
final weights from the numpy backend's. A peer that is not installed, or cannot take a workload, is left out and named. All
of a row is measured in turn in one process; with --json a row measured again replaces the row in the file, so that a run
can be made in pieces. Nothing is asserted; read the ratios within a row only. `benchmarks/cold.py` times the first step,
`benchmarks/scale.py` the cost of a step from 2 to ten million parameters.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np  # noqa: E402
import peers  # noqa: E402
import peers_c  # noqa: E402
import peers_frameworks as frameworks  # noqa: E402
from peers import Call, Work  # noqa: E402
from speed_table import NOT_PEERS, markdown  # noqa: E402
from workloads import works  # noqa: E402

from symbackprop import Network  # noqa: E402
from symbackprop.codegen.backends import table  # noqa: E402

_SLICE = 0.03  # seconds a single measurement lasts at least
_STEPS = 1000  # so many steps at least, and three passes, before the weights of all are compared

PEERS: dict[str, Callable[[Work, Any], Call]] = {
    "PyTorch eager": frameworks.torch_eager,
    "PyTorch compiled": frameworks.torch_compiled,
    "JAX jit a step": frameworks.jax_per_step,
    "JAX lax.scan": frameworks.jax_scan,
    "scikit-learn": frameworks.scikit_learn,
    "PyTensor scan": frameworks.pytensor_scan,
    "CasADi jit": frameworks.casadi_jit,
    "numba loops": frameworks.numba_loops,
    "NumPy per sample": peers.numpy_per_sample,
    "NumPy matrix": peers.numpy_matrix,
    "hand C -O3": peers_c.hand_c,
    "hand C -Ofast": peers_c.hand_c_fast,
    "GEMM alone": peers_c.gemm_alone,
    "FMA peak": peers_c.fma_peak,
    "latency chain": peers_c.latency_chain,
}


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


def own_rounding(work: Work, theta: Any, passes: int, reference: Any) -> float:
    """How far float32 itself is from float64 after these passes: no two float32 programs can be expected nearer to each other."""
    wide = dataclasses.replace(work, X=work.X.astype(float), Y=work.Y.astype(float))
    return float(abs(np.asarray(ours(wide, theta.astype(float), "numpy")(passes)) - np.asarray(reference, float)).max())


def compare(work: Work, rounds: int, skip: set[str]) -> dict[str, Any]:
    """One row: times, ratios, differences of the final weights."""
    rng = np.random.default_rng(1)
    count = sum((m + work.bias) * n for m, n in zip(work.sizes, work.sizes[1:]))
    theta = (rng.normal(size=count) / np.sqrt(work.sizes[0])).astype(work.X.dtype)
    calls: dict[str, Call] = {}
    missing: list[str] = []
    for name, make in PEERS.items():
        if name in skip:
            continue
        try:
            calls[name] = make(work, theta)
        except ImportError as problem:
            missing.append(f"{name} is missing: {problem}")
        except (OSError, subprocess.CalledProcessError) as problem:
            missing.append(f"{name} does not work here: {str(problem).splitlines()[0]}")
        except NotImplementedError as reason:
            missing.append(f"{name}, {work.name}: {reason}")
    for backend in ("c", "numpy"):
        reason = table()[backend].missing()
        if reason is None:
            calls[f"ours: {backend}"] = ours(work, theta, backend)
        else:
            missing.append(f"ours: {backend} is missing: {reason}")
    passes = max(3, _STEPS // work.steps)
    reference = calls["ours: numpy"](passes)
    scale = max(1.0, float(abs(reference).max()))
    apart = {
        name: float(abs(np.asarray(call(passes), float) - reference).max()) / scale
        for name, call in calls.items()
        if name not in NOT_PEERS
    }
    rounding = own_rounding(work, theta, passes, reference) / scale if theta.dtype == np.float32 else 0.0
    times = measure(calls, work, rounds)
    best = min(value for name, value in times.items() if name.startswith("ours"))
    ratios = {name: value / best for name, value in times.items()}
    row = {
        "work": work.name,
        "dtype": str(theta.dtype),
        "microseconds": times,
        "ratio": ratios,
        "apart": apart,
        "rounding": rounding,
        "passes": passes,
    }
    return {**row, "missing": missing, "other": {n: c.other for n, c in calls.items() if hasattr(c, "other")}}


def machine() -> dict[str, Any]:
    """The processor by family, cores, and the versions of everything in the table."""
    versions = {"Python": platform.python_version()}
    for package in ("numpy", "sympy", "torch", "jax", "scikit-learn", "pytensor", "casadi", "numba"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    try:
        said = subprocess.run(["cc", "-dumpfullversion"], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        said = "not installed"
    versions["cc"] = said or "?"
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if os.path.exists("/proc/cpuinfo") else ""
    cpu = next(
        (line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), platform.machine()
    )
    vectors = "AVX-512" if "avx512f" in text else "AVX2" if "avx2" in text else "no AVX2"
    return {"processor": f"{cpu} with {vectors}, {os.cpu_count()} cores, one thread", "versions": versions}


def show(row: dict[str, Any]) -> None:
    """One row for people."""
    print(f"\n{row['work']}")
    for name, value in sorted(row["microseconds"].items(), key=lambda pair: pair[1]):
        apart = f"weights apart {row['apart'][name]:.0e}" if name in row["apart"] else "a limit"
        apart += f" (another update: {row['other'][name]})" if name in row["other"] else ""
        print(f"  {name:<18} {value:12.3f} us a step   {row['ratio'][name]:10.2f} x   {apart}", flush=True)
    for line in row["missing"]:
        print(f"  left out: {line}")


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="workloads whose name contains one of these, separated by ;")
    parser.add_argument("--skip", default="", help="peers to leave out, separated by ;")
    parser.add_argument("--json", metavar="FILE", help="write here; rows of other workloads already there are kept")
    parser.add_argument("--markdown", action="store_true", help="print the tables for a README at the end")
    options = parser.parse_args()
    facts: dict[str, Any] = {"rows": []}
    if options.json and os.path.exists(options.json):
        facts = json.loads(Path(options.json).read_text(encoding="utf-8"))
    facts |= {"machine": machine(), "rounds": options.rounds}
    print(json.dumps(facts["machine"], indent=1), f"load {os.getloadavg()[0]:.1f}")
    order = [work.name for work in works()]
    for work in works():
        if options.only and not any(part in work.name for part in options.only.split(";")):
            continue
        row = compare(work, options.rounds, set(options.skip.split(";")))
        kept = [each for each in facts["rows"] if each["work"] != work.name]
        facts["rows"] = sorted([*kept, row], key=lambda each: order.index(each["work"]))
        show(row)
        if options.json:
            Path(options.json).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    if options.markdown:
        print("\n" + markdown(facts))


if __name__ == "__main__":
    main()
