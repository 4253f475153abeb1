"""Cost of a step, memory and compile time of a trainer from 2 to ten million parameters: a table and a plot.

    python benchmarks/scale.py [--rounds 3] [--most 10000000] [--out docs/scale]     writes docs/scale.md and docs/scale.svg

Nets n-n-n with biases (the smallest is 1-1-1 without), batches of 1 and 32, backends c and numpy. Memory is the growth of a
process's peak over training, beside what weights, one gradient and the activations of a batch take.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402

from symbackprop import Network  # noqa: E402
from symbackprop.codegen.backends import table  # noqa: E402

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256, 512, 1024, 2236)
BACKENDS, BATCHES, ROWS = ("c", "numpy"), (1, 32), 64
_MEMORY = """
import json, os, re, sys
import numpy as np
def peak():  # of this process alone; rusage would carry over what its parent had
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1)) * 1024
sizes, backend, batch = json.loads(sys.argv[1])
from symbackprop import Network, compile_trainer
compile_trainer(Network.layered([2, 3, 1]), backend, certify=False).fit([[0, 1]], [1], 1)
net = Network.layered(sizes, "sigmoid", "half_squared")
X, Y = np.random.default_rng(0).normal(size=(64, sizes[0])), np.full((64, sizes[-1]), 0.5)
before, start = peak(), sum(os.times()[:4])
made = compile_trainer(net, backend, certify=False)
made.compiled.run(made.theta, made.compiled.load(X[:1], Y[:1], 1), None, 1, np.zeros(1), None)
compiled = sum(os.times()[:4]) - start
made.compiled.run(made.theta, made.compiled.load(X, Y, batch), None, batch, np.full(1, 0.01), None)
print(json.dumps([compiled, peak() - before]))
"""


def net_of(width: int) -> Network:
    """The net of one row."""
    return Network.layered([width] * 3, "sigmoid", "half_squared", bias=width > 1)


STEPS = 16  # in one call at least: every call takes memory from the system and lays the weights out, which is not a step's cost


def seconds(width: int, batch: int, rounds: int) -> dict[str, float]:
    """Median processor seconds of one step by backend, in turn."""
    net = net_of(width)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(ROWS, width)), rng.random((ROWS, width))
    layers = net.architecture
    assert layers is not None
    start, steps = rng.normal(size=layers.count()) / np.sqrt(width), -(-ROWS // batch)
    runs: dict[str, Any] = {}
    for backend in BACKENDS:
        compiled, theta = table()[backend].build(net, np.dtype(np.float64)), start.copy()
        data = compiled.load(X, Y, batch)

        def run(epochs: int, compiled: Any = compiled, theta: Any = theta, data: Any = data) -> float:
            begun = time.process_time()
            compiled.run(theta, data, None, batch, np.full(epochs, 0.01), None)
            return time.process_time() - begun

        run(1)
        runs[backend] = run, max(-(-STEPS // steps), min(100_000, int(0.03 / max(run(1), 1e-7))))
    found: dict[str, list[float]] = {backend: [] for backend in BACKENDS}
    for _ in range(rounds):
        for backend, (run, epochs) in runs.items():
            found[backend].append(run(epochs) / (epochs * steps))
    return {backend: statistics.median(each) for backend, each in found.items()}


def cost(width: int, backend: str, batch: int) -> tuple[float, float, int]:
    """Processor seconds to compile from an empty cache, bytes by which the process's peak grew, bytes that must be there."""
    with tempfile.TemporaryDirectory(prefix="scale-") as cache:
        given = json.dumps([[width] * 3, backend, batch])
        env = {**os.environ, "SYMBACKPROP_CACHE": cache}
        done = subprocess.run(
            [sys.executable, "-c", _MEMORY, given], env=env, capture_output=True, text=True, check=True
        )
    compiled, grown = json.loads(done.stdout)
    parameters, units = 2 * width * (width + 1), 2 * width
    needed = 8 * (2 * parameters + 3 * batch * units + 2 * batch * width)  # weights, gradient; Z, A, D; the batch
    return compiled, grown, needed


def measure(rounds: int, most: int) -> list[dict[str, Any]]:
    """Every row."""
    rows = []
    for width in WIDTHS:
        layers = net_of(width).architecture
        assert layers is not None
        if layers.count() > most:
            continue
        for batch in BATCHES:
            row: dict[str, Any] = {"width": width, "parameters": layers.count(), "batch": batch}
            row |= seconds(width, batch, rounds)
            if batch == BATCHES[-1] and width > 1:
                row["compile"], row["grown"], row["needed"] = cost(width, "c", batch)
            rows.append(row)
            print(json.dumps(row), flush=True)
    return rows


def markdown(rows: list[dict[str, Any]], machine: str) -> str:
    """The table."""
    lines = [
        "# Cost of a step from 2 to ten million parameters",
        "",
        f"`python benchmarks/scale.py --out docs/scale` renews this page; {machine}, load {os.getloadavg()[0]:.1f}; float64, nets n-n-n.",
        f"Medians of processor time, both backends in turn, in calls of at least {STEPS} steps: a call also takes its memory from the system, which at",
        "ten million parameters costs what half a step does. Compiling is from an empty cache, in processor time, and includes the generation; memory",
        "is the growth of the process's peak beside weights, one gradient and the batch's activations.",
        "",
        "![Cost of a step](scale.svg)",
        "",
        "| parameters | batch | c, us a step | numpy, us a step | c, ns a parameter and sample | compile c, s | memory grew, MB | needed, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        each = row["c"] * 1e9 / (row["parameters"] * row["batch"])
        more = (
            [f"{row['compile']:.1f}", f"{row['grown'] / 1e6:.1f}", f"{row['needed'] / 1e6:.1f}"]
            if "compile" in row
            else [""] * 3
        )
        cells = [
            f"{row['parameters']:,}",
            str(row["batch"]),
            f"{row['c'] * 1e6:.4g}",
            f"{row['numpy'] * 1e6:.4g}",
            f"{each:.2g}",
            *more,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _power(k: int) -> str:
    """An exponent in raised digits."""
    return str(k).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def svg(rows: list[dict[str, Any]]) -> str:
    """Microseconds a step against parameters, both logarithmic, one line per backend and batch."""
    lines = {
        (b, n): [(r["parameters"], r[b] * 1e6) for r in rows if r["batch"] == n] for b in BACKENDS for n in BATCHES
    }
    places = [point for line in lines.values() for point in line]
    x0, x1 = 0, math.ceil(math.log10(max(x for x, _ in places)))
    y0, y1 = (f(math.log10(g(y for _, y in places))) for f, g in ((math.floor, min), (math.ceil, max)))

    def at(x: float, y: float) -> str:
        return f"{70 + 560 * (math.log10(x) - x0) / (x1 - x0):.1f},{380 - 340 * (math.log10(y) - y0) / (y1 - y0):.1f}"

    text = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 440" font-family="sans-serif" font-size="13">']
    text.append('<rect width="820" height="440" fill="white"/>')
    for k in range(x0, x1 + 1):
        x = at(10**k, 10**y0).split(",")[0]
        text.append(
            f'<path d="M{x} 380V40" stroke="#ddd"/><text x="{x}" y="400" text-anchor="middle">10{_power(k)}</text>'
        )
    for k in range(y0, y1 + 1):
        y = at(1, 10**k).split(",")[1]
        text.append(f'<path d="M70 {y}H630" stroke="#ddd"/><text x="62" y="{y}" text-anchor="end">10{_power(k)}</text>')
    colours = {"c": "#1f5fa8", "numpy": "#c2571a"}
    for k, ((backend, batch), line) in enumerate(lines.items()):
        dash = "" if batch == 1 else ' stroke-dasharray="6 3"'
        text.append(
            f'<polyline points="{" ".join(at(*p) for p in line)}" fill="none" stroke="{colours[backend]}" stroke-width="1.8"{dash}/>'
        )
        text += [
            f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="2.4" fill="{colours[backend]}"/>'
            for p in (at(*q) for q in line)
        ]
        y = 60 + 22 * k
        text.append(
            f'<path d="M645 {y}H685" stroke="{colours[backend]}" stroke-width="1.8"{dash}/><text x="692" y="{y + 4}">{backend}, batch {batch}</text>'
        )
    text.append(
        '<text x="350" y="428" text-anchor="middle">parameters</text><text x="70" y="26">microseconds a step</text></svg>'
    )
    return "\n".join(text) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=10_100_000, help="parameters of the largest net")
    parser.add_argument("--out", metavar="STEM", help="write STEM.md and STEM.svg")
    options = parser.parse_args()
    rows = measure(options.rounds, options.most)
    if options.out:
        from train import machine

        facts = machine()
        Path(f"{options.out}.md").write_text(markdown(rows, facts["processor"]), encoding="utf-8")
        Path(f"{options.out}.svg").write_text(svg(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
