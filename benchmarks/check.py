"""How long a verdict takes, warm; beside it SymPy's simplify on the same differences, ten seconds each; and a whole audit.

Run: python benchmarks/check.py [--audit SCOPES.toml DOCUMENT] [--budget 10]

Times are processor time, which other work on the machine disturbs less; medians.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from fuzz_formulas import right_formulas  # noqa: E402
from fuzz_nets import ALL, build, settings  # noqa: E402
from fuzz_writing import Unwritable, Writer  # noqa: E402

from symbackprop.check.api import check_formula  # noqa: E402
from symbackprop.check.documents.settings import Settings  # noqa: E402

HARD = [
    ("2-2-2-2-2", r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l"),
    ("2-2-2-2-2", r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"),
    ("2-2-2-2-2", r"\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)"),
    ("2-2-2-2-2", r"w_{jk}^l \leftarrow w_{jk}^l - \eta a_k^{l-1} \delta_j^l"),
    ("2-3-2", r"\delta^L = (a^L - y) \odot \sigma'(z^L)"),
    ("4-5-4", r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l"),
    ("1-1-1", r"\delta^1_1 = w^2_{11} \delta^2_1 a^1_1 (1 - a^1_1)"),
]


def warm(formula: str, told: Settings, times: int = 9) -> float:
    """The median of some verdicts, the first left out, in milliseconds of processor time."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        check_formula(formula, told, explain=False)
        taken.append(1000 * (time.process_time() - start))
    return statistics.median(taken[1:])


def many(count: int) -> list[float]:
    """Warm verdicts on right formulas drawn over nets of at most 50 parameters and all notations."""
    draw, out = random.Random(1), list[float]()
    while len(out) < count:
        style, net = draw.choice(ALL)
        formula = draw.choice(right_formulas(net, style))
        made = build(net)
        try:
            text = Writer(style, net).formula(formula)
        except Unwritable:
            continue
        if isinstance(made, str) or len(made.parameters) <= 50:
            out.append(warm(text, settings(net, style, formula.apart), 5))
    return out


def difference(sizes: tuple[int, ...], loss_index: int = 0) -> None:
    """simplify on dC/dw^1_11 minus its backpropagated form, for a sigmoid net written out in full."""
    import sympy

    x = sympy.symbols(f"x1:{sizes[0] + 1}")
    outs, layers = list(x), []
    for layer, width in enumerate(sizes[1:], 1):
        w = [[sympy.Symbol(f"w{layer}_{j}_{k}") for k in range(len(outs))] for j in range(width)]
        outs = [1 / (1 + sympy.exp(-sum(a * b for a, b in zip(row, outs)))) for row in w]
        layers.append((w, outs))
    y = sympy.symbols(f"y1:{sizes[-1] + 1}")
    cost = sum((a - b) ** 2 for a, b in zip(outs, y)) / 2
    deltas = [(a - b) * a * (1 - a) for a, b in zip(outs, y)]
    for (w, _), (_, below) in zip(layers[:0:-1], layers[-2::-1]):
        deltas = [sum(w[k][j] * d for k, d in enumerate(deltas)) * a * (1 - a) for j, a in enumerate(below)]
    sympy.simplify(sympy.diff(cost, layers[0][0][0][0]) - x[0] * deltas[0])


def beside_simplify(budget: float) -> None:
    """Our verdict on dC/dw = a delta for every weight, and simplify on one of these differences."""
    for sizes in [(1, 1, 1), (1, 1, 1, 1), (2, 2, 1), (2, 3, 2), (2, 2, 2, 2), (2, 2, 2, 2, 2)]:
        name = "-".join(map(str, sizes))
        told = Settings(net=name, notation="nielsen", bias="none")
        ours = warm(r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \sigma'(z_j^l) \frac{\partial c}{\partial a_j^l}", told)
        process = multiprocessing.Process(target=difference, args=(sizes,))
        start = time.perf_counter()
        process.start()
        process.join(budget)
        taken = 1000 * (time.perf_counter() - start)
        more = "more than " if process.is_alive() else ""
        process.kill()
        print(f"  {name:<10} all weights here {ours:7.1f} ms; simplify, one weight {more}{taken:.0f} ms: {more}{taken / ours:.0f} times as long")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audit", nargs=2, metavar=("SCOPES", "DOCUMENT"))
    parser.add_argument("--budget", type=float, default=10.0)
    given = parser.parse_args()
    print("Verdicts, warm, in ms of processor time:")
    for net, formula in HARD:
        print(f"  {warm(formula, Settings(net=net, notation='nielsen')):6.1f}  {net:<10} {formula}")
    found = sorted(many(300))
    print(f"  300 right formulas, nets up to 50 parameters, ten notations: median {statistics.median(found):.1f}, "
          f"90 % below {found[269]:.1f}, slowest {found[-1]:.1f}")  # fmt: skip
    print(f"Beside SymPy's simplify ({given.budget:.0f} s each, wall time):")
    beside_simplify(given.budget)
    if given.audit:
        from symbackprop.check.documents.audit import run_audit

        start = time.process_time()
        count = len(run_audit(Path(given.audit[0]), Path(given.audit[1])))
        print(f"Audit: {count} formulas in {time.process_time() - start:.2f} s of processor time")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "symbackprop", "check", "--net", "1-1-1", "-e", r"\delta^L = (a^L - y) \sigma'(z^L)"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    print(f"Command line, cold, one formula: {time.perf_counter() - start:.2f} s (no SymPy is loaded)")


if __name__ == "__main__":
    main()
