"""How fast equality is decided: our polynomial identity beside SymPy's simplify and factor, in one run, as ratios.

Both sides are given what they need to decide: SymPy the expressions direct - delta (literal derivative minus the unfolded
recursion, activations written as exp), we the two routes' polynomials. Rounds are interleaved, medians are reported, and a
side that does not finish inside its budget is reported as a lower bound.

    python benchmarks/prove.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sympy

from symbackprop.forward import forward
from symbackprop.gradients import delta
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.heads import Head
from symbackprop.networks import Network
from symbackprop.proofs import certificate
from symbackprop.proofs.agreement import Residuals
from symbackprop.proofs.prove import prove
from symbackprop.symbols import delta as delta_name
from symbackprop.symbols import output, real

NETS = {  # net -> the SymPy routes beside it, with the aim of each
    "1-1-1": (Network.chain(2, bias=False), {"simplify": 100, "factor": None}),
    "2-3-1": (Network.layered([2, 3, 1]), {"simplify": None, "factor": 50}),
    "2-2-2-2-2": (Network.layered([2] * 5), {"simplify": 100_000, "factor": 1_000}),
    "3-4-2": (Network.layered([3, 4, 2]), {"factor": 250}),
    "4-8-8-3": (Network.layered([4, 8, 8, 3]), {"factor": 10_000}),
}


def explicit(expression: Any) -> Any:
    """Activation heads written out as exponentials."""
    return expression.replace(lambda node: isinstance(node, Head), lambda node: 1 / (1 + sympy.exp(-node.args[0])))


def differences(net: Network) -> list[Any]:
    """direct - delta for every parameter: sympy.diff of the composed cost in exponentials, minus the recursion unfolded."""
    pass_ = forward(net)
    composed = explicit(pass_.composed)
    recursion = delta.expressions(net)
    values = {real(output(unit.name)): pass_.outputs_composed[unit.name] for unit in net.units}
    for name, expression in recursion.deltas():
        values[real(delta_name(name))] = expression.xreplace(values)
    return [
        sympy.diff(composed, real(name)) - explicit(recursion.partial(name).xreplace(values)) for name in net.parameters
    ]


def decide(net: Network) -> Callable[[], None]:
    """Our decision, given both routes: every residual is zero."""
    algebra = Polynomials()
    recursion = delta.polynomials(net, algebra)
    deltas, partials = dict(recursion.deltas()), dict(recursion.partials())
    direct = Direct(forward(net), algebra)
    _ = direct.representative

    def run() -> None:
        assert Residuals(direct, deltas, partials).agreement().holds

    return run


def _work(route: str, items: list[Any], queue: Any) -> None:
    function = {"simplify": sympy.simplify, "factor": sympy.factor}[route]
    for item in items:
        start = time.perf_counter()
        result = function(item)
        queue.put((time.perf_counter() - start, result == 0))


def sympy_route(route: str, items: list[Any], budget: float) -> dict[str, Any]:
    """Seconds for all items in a fresh process, or a lower bound when the budget runs out."""
    queue: Any = multiprocessing.Queue()
    process = multiprocessing.Process(target=_work, args=(route, items, queue))
    start = time.perf_counter()
    process.start()
    done, zero, spent = 0, 0, 0.0
    while done < len(items):
        left = budget - (time.perf_counter() - start)
        try:
            seconds, good = queue.get(timeout=max(left, 0.01))
        except Exception:
            break
        done, zero, spent = done + 1, zero + good, spent + seconds
    process.kill()
    process.join()
    finished = done == len(items)
    return {
        "seconds": spent if finished else max(budget, spent),
        "finished": finished,
        "done": done,
        "of": len(items),
        "zero": zero,
    }


def clock(function: Callable[[], None], least: float = 0.2) -> float:
    """Seconds of one call: the median of as many as fit into `least`, five at the least."""
    times: list[float] = []
    while len(times) < 5 or sum(times) < least:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def small_nets(rounds: int, budget: float) -> list[dict[str, Any]]:
    """Our time and each route's, interleaved."""
    rows = []
    for name, (net, routes) in NETS.items():
        items, ours = differences(net), decide(net)
        for route, aim in routes.items():
            mine: list[float] = []
            theirs: list[float] = []
            last: dict[str, Any] = {}
            for _ in range(rounds):
                mine.append(clock(ours))
                last = sympy_route(route, items, budget)
                theirs.append(last["seconds"])
                if not last["finished"]:
                    break
            ratio = statistics.median(theirs) / statistics.median(mine)
            rows.append(
                {
                    "net": name,
                    "route": route,
                    "ours_s": statistics.median(mine),
                    "theirs_s": statistics.median(theirs),
                    "ratio": ratio,
                    "aim": aim,
                    **last,
                }
            )
            mark = "" if last["finished"] else f" (stopped after {last['done']} of {last['of']})"
            more = "" if last["finished"] else ">"
            print(
                f"  {name:<12} {route:<9} ours {statistics.median(mine) * 1e3:9.3f} ms   sympy {statistics.median(theirs):9.3f} s   ratio {more}{ratio:,.0f}x   aim {aim or '-'}{mark}",
                flush=True,
            )
    return rows


def large_net(rounds: int) -> dict[str, Any]:
    """784-100-10: seconds for compose + prove, and for the standard-library re-check in a fresh process."""
    compose, check, script = (
        [],
        [],
        "import json,sys,time\nfrom symbackprop.kernel.verify import verify\nt=time.perf_counter()\nverify(json.load(open(sys.argv[1])))\nprint(time.perf_counter()-t)",
    )
    for _ in range(rounds):
        start = time.perf_counter()
        proof = prove(Network.layered([784, 100, 10]), numbers=False)
        compose.append(time.perf_counter() - start)
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "net.cert.json")
            certificate.save(proof.certificate or {}, path)
            done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
            check.append(float(done.stdout))
    row = {
        "net": "784-100-10",
        "prove_s": statistics.median(compose),
        "recheck_s": statistics.median(check),
        "gradients": 79_510,
    }
    print(
        f"  784-100-10   compose + prove {row['prove_s']:.2f} s (aim about 5)   standard-library re-check {row['recheck_s']:.2f} s (aim about 0.5)"
    )
    return row


def main() -> None:
    """Print the table, the machine and the versions; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="one round, a budget of 20 s a route")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    rounds, budget = (1, 20.0) if options.quick else (3, 300.0)
    machine = {
        "python": platform.python_version(),
        "sympy": sympy.__version__,
        "machine": platform.machine(),
        "cores": multiprocessing.cpu_count(),
        "budget_s": budget,
        "rounds": rounds,
    }
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    result = {"machine": machine, "small": small_nets(rounds, budget), "large": large_net(rounds)}
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
