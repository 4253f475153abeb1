"""How long each judge takes, beside forward derivation and beside sympy.diff a weight, in one run, as ratios.

Rounds are interleaved and medians reported. sympy.diff is timed on a few weights of the larger nets and multiplied; the
table says so. The matrix form modulo p has no peer at its sizes: its seconds stand alone.

    python benchmarks/judges.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import sympy

from symbackprop import judges
from symbackprop.forward import forward
from symbackprop.judges import coq, modp, modp_layers
from symbackprop.networks import Network
from symbackprop.symbols import real

SAMPLE = 6  # weights differentiated literally on nets with more


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def literal(net: Network) -> float:
    """Seconds for sympy.diff of the composed cost by every weight, from a sample where there are many."""
    names = net.parameters[:: max(1, len(net.parameters) // SAMPLE)][:SAMPLE]
    composed = forward(net).composed
    return seconds(lambda: [sympy.diff(composed, real(name)) for name in names]) * len(net.parameters) / len(names)


def row(sizes: list[int], rounds: int) -> dict[str, float]:
    """Median seconds of every judge that speaks, for one net."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        net = Network.layered(sizes)
        if len(net.parameters) < 500:
            found.setdefault("sympy.diff a weight", []).append(literal(net))
        for name in ("forward-derivation", "kernel", "finite-difference-mod-p", "z3"):
            judge = judges.table()[name]
            if judge.missing() is None:
                opinion = judge.opinion(net)
                if opinion.verdict != "SILENT":
                    assert opinion.accepts, opinion
                    found.setdefault(name, []).append(opinion.seconds)
        found.setdefault("mod-p, matrices", []).append(seconds(lambda n=net: modp_layers.check(n)))
    return {name: statistics.median(each) for name, each in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="small nets only")
    parser.add_argument("--json", metavar="FILE", help="write the numbers here")
    options = parser.parse_args()
    nets = [[2, 3, 1], [2, 2, 2, 2, 2], [10, 10, 10]] + ([] if options.quick else [[30, 20, 10], [784, 100, 10]])
    print(
        f"{platform.platform()}, Python {platform.python_version()}, SymPy {sympy.__version__}, NumPy {numpy.__version__}"
    )
    results: dict[str, dict[str, float]] = {}
    for sizes in nets:
        name = "-".join(map(str, sizes))
        results[name] = row(sizes, 1 if sizes[0] > 100 else 3)
        base = results[name]["forward-derivation"]
        print(name)
        for judge, took in results[name].items():
            print(f"  {judge:<26} {took:>10.4f} s  {took / base:>9.2f} x forward derivation")
    if not options.quick:
        big = Network.layered([4096, 4096, 4096, 1000])
        results["4096-4096-4096-1000"] = {"mod-p, matrices": seconds(lambda: modp.check_mod_p(big))}
        print(
            f"4096-4096-4096-1000 (37,659,624 parameters) modulo p: {results['4096-4096-4096-1000']['mod-p, matrices']:.1f} s"
        )
    if coq.missing() is None:
        for sizes in ([2, 3, 1], [2, 2, 2, 2, 2]):
            reply = coq.certify(Network.layered(sizes).description())
            assert reply.accepted, reply.message
            print(f"coqc {'-'.join(map(str, sizes))}: {reply.seconds:.1f} s")
            results.setdefault("-".join(map(str, sizes)), {})["coqc"] = reply.seconds
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
