"""How long a verdict takes, warm, and beside it SymPy's simplify on the same differences with a budget of ten seconds each.

Run: python benchmarks/check_speed.py
"""

from __future__ import annotations

import multiprocessing
import statistics
import time

from symbackprop.check.api import check_formula
from symbackprop.check.settings import Settings

FORMULAS = [
    ("1-1-1", "winston", r"\delta_l = o_l(1-o_l) w_r \delta_r"),
    ("1-1-1", "winston", r"\frac{\partial P}{\partial w_l} = i_l \delta_l"),
    ("2-3-2", "nielsen", r"\delta^L = (a^L - y) \odot \sigma'(z^L)"),
    ("2-2-2-2-2", "nielsen", r"\delta_1^3 = (\delta_1^4 w_{11}^4 + \delta_2^4 w_{21}^4) \sigma'(z_1^3)"),
    ("2-2-2-2-2", "nielsen", r"\frac{\partial c}{\partial w_{11}^4} = (a_1^4 - y_1) \sigma'(z_1^4) a_1^3"),
    ("2-2-2-2-2", "nielsen", r"\frac{\partial c}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l"),
    ("2-2-2-2-2", "nielsen", r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"),
]
BUDGET = 10.0


def warm(net: str, notation: str, formula: str) -> float:
    """The median of eleven verdicts, the first left out, in milliseconds."""
    settings = Settings(net=net, notation=notation)
    times = []
    for _ in range(12):
        start = time.perf_counter()
        check_formula(formula, settings, explain=False)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


def simplify(depth: int) -> None:
    """simplify on dP/dw - i delta for a chain of `depth` sigmoid neurons."""
    import sympy

    ws = sympy.symbols(f"w1:{depth + 1}")
    x, d = sympy.symbols("x d")
    outs = [x]
    for w in ws:
        outs.append(1 / (1 + sympy.exp(-w * outs[-1])))
    cost = -((d - outs[-1]) ** 2) / 2
    delta = (d - outs[-1]) * outs[-1] * (1 - outs[-1])
    for layer in range(depth - 1, 0, -1):
        delta = delta * ws[layer] * outs[layer] * (1 - outs[layer])
    sympy.simplify(sympy.diff(cost, ws[0]) - x * delta)


def main() -> None:
    """Print both tables."""
    for net, notation, formula in FORMULAS:
        print(f"{warm(net, notation, formula):8.1f} ms  {net:<10} {formula}")
    for depth in (2, 3, 4):
        net = "-".join(["1"] * (depth + 1))
        ours = warm(net, "winston", r"\frac{\partial P}{\partial w_l} = i_l \delta_l")
        process = multiprocessing.Process(target=simplify, args=(depth,))
        start = time.perf_counter()
        process.start()
        process.join(BUDGET)
        taken = time.perf_counter() - start
        stopped = process.is_alive()
        process.kill()
        more = "more than " if stopped else ""
        print(
            f"chain of {depth}: {ours:.1f} ms here, simplify {more}{1000 * taken:.0f} ms: {more}{1000 * taken / ours:.0f} times as long"
        )


if __name__ == "__main__":
    main()
