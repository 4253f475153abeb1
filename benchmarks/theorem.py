"""Every width: our theorems against SymPy's IndexedBase and Sum, as a ratio in one run.

python benchmarks/theorem.py

SymPy gets one statement, BP2 through one layer with half the squared error and an undefined f: differentiate the sum by z[p],
let it resolve the Kronecker deltas, simplify, and compare with the formula. We prove all of BP1 to BP4 with an undefined C,
kernel replay included. Both run in this process, the best of a few runs each; SymPy's own caches are cleared between runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import sympy as sp
from sympy.core.cache import clear_cache

from symbackprop.kernel.verify import verify
from symbackprop.proofs.every_size.theorems import THEOREMS


def sympy_route() -> str:
    """What SymPy makes of BP2 for every width."""
    n, m = sp.symbols("n m", integer=True, positive=True)
    j, k, p = sp.symbols("j k p", integer=True)
    w, z, t, b = (sp.IndexedBase(name) for name in "wztb")
    f = sp.Function("f")
    error = sp.Sum(w[k, j] * f(z[j]), (j, 1, n)) + b[k] - t[k]
    derivative = sp.simplify(sp.diff(sp.Rational(1, 2) * sp.Sum(error**2, (k, 1, m)), z[p]).doit())
    within = derivative.args[0][0] if isinstance(derivative, sp.Piecewise) else derivative  # the case 1 <= p <= n
    claim = f(z[p]).diff(z[p]) * sp.Sum(w[k, p] * error, (k, 1, m))
    return "decided" if sp.simplify(within - claim) == 0 else "not decided"


def our_route() -> str:
    """BP1 to BP4 found, written as a certificate and replayed by the kernel."""
    return f"{len(verify(THEOREMS['backprop']().certificate))} sentences accepted"


def best(route: Callable[[], str], runs: int) -> tuple[float, str]:
    """The shortest of some runs, and what came out."""
    seconds, said = float("inf"), ""
    for _ in range(runs):
        clear_cache()
        start = time.perf_counter()
        said = route()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, said


def main() -> None:
    """Print both times and their ratio."""
    ours, said = best(our_route, 5)
    theirs, outcome = best(sympy_route, 2)
    print(f"index calculus, BP1 to BP4   {ours * 1000:8.1f} ms   {said}")
    print(f"SymPy Sum, BP2 only          {theirs * 1000:8.1f} ms   {outcome}")
    print(f"ratio                        {theirs / ours:8.0f}")


if __name__ == "__main__":
    main()
