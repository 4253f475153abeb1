"""Many slips over many nets: 0 false PROVED, 0 false REFUTED, and how many slips are explained, by kind.

Run: python benchmarks/check_fuzz.py [COUNT] [SEED]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from formula_fuzz import Net, latex, right_formulas, slips, verdict

from symbackprop.check.api import check_formula
from symbackprop.check.settings import Settings
from symbackprop.networks import Network

NETS = [
    Net(sizes, activation, last, loss, bias)
    for sizes in [(1, 1), (2, 1), (1, 2), (3, 2), (1, 1, 1), (2, 2, 1), (2, 3, 2), (1, 2, 2), (2, 2, 2, 2)]
    for activation, last, loss in [
        ("sigmoid", "sigmoid", "half_squared"), ("sigmoid", "sigmoid", "performance"), ("tanh", "tanh", "squared"),
        ("relu", "identity", "half_squared"), ("softplus", "sigmoid", "binary_cross_entropy"),
        ("tanh", "softmax", "softmax_cross_entropy"), ("identity", "identity", "half_squared"),
    ]
    for bias in (True, False)
    if not (last == "softmax" and sizes[-1] == 1) and not (last == "softmax" and len(sizes) == 2)
]  # fmt: skip


def settings(net: Net) -> Settings:
    """The checker's view of the same net."""
    kinds = [net.activation] * (net.depth - 1) + [net.last]
    return Settings(net=Network.layered(net.sizes, kinds, net.loss, bias=net.bias), notation="nielsen")


def run(count: int, seed: int, double: bool = False) -> dict[str, object]:
    """Judge `count` mutants; the answer counts disagreements with the referee and slips explained."""
    draw = random.Random(seed)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    false = list[tuple[str, str, str]]()
    nets, seconds = Counter[Net](), 0.0
    ready: dict[Net, Settings] = {}
    done = 0
    while done < count:
        net = draw.choice(NETS)
        _, left, right = draw.choice(right_formulas(net))
        options = list(slips(right, net))
        kind, mutant = draw.choice(options)
        if double:
            _, mutant = draw.choice(list(slips(mutant, net)))
            kind = "two slips"
        if draw.random() < 0.1:
            kind, mutant = "none", right
        truth = verdict(left, mutant, net)
        formula = f"{latex(left)} = {latex(mutant)}"
        started = time.perf_counter()
        findings = check_formula(formula, ready.setdefault(net, settings(net)), explain=truth is False)
        seconds += time.perf_counter() - started
        done += 1
        nets[net] += 1
        if done % 250 == 0:
            print(f"... {done} of {count}, {len(false)} false", file=sys.stderr, flush=True)
        answer = findings[0].verdict
        if (answer.holds and truth is False) or (answer.name == "REFUTED" and truth is not False):
            false.append((answer.name, formula, str(net)))
        table[kind]["seen"] += 1
        table[kind][answer.name] += 1
        if truth is False and answer.name in ("REFUTED", "UNDEFINED"):
            table[kind]["wrong"] += 1
            table[kind]["explained"] += bool(findings[0].corrected)
    return {"table": table, "false": false, "nets": len(nets), "seconds": seconds, "count": done}


def main() -> int:
    """Print the table; exit status 1 where any verdict is false."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    bad = 0
    for double in (False, True):
        result = run(count if not double else count // 4, seed, double)
        table = result["table"]
        assert isinstance(table, dict) and isinstance(result["false"], list)
        print(f"\n{'two slips' if double else 'one slip'}: {result['count']} formulas over {result['nets']} nets, "
              f"{result['seconds']:.0f} s in the checker")  # fmt: skip
        print(f"{'kind':<24}{'seen':>7}{'refuted':>9}{'proved':>8}{'other':>7}{'wrong':>7}{'explained':>11}")
        for kind, row in sorted(table.items()):
            proved = sum(row[name] for name in ("PROVED", "PROVED_UNDER", "PROVED_AE"))
            share = f"{100 * row['explained'] / row['wrong']:.1f} %" if row["wrong"] else ""
            other = row["seen"] - row["REFUTED"] - proved
            print(f"{kind:<24}{row['seen']:>7}{row['REFUTED']:>9}{proved:>8}{other:>7}{row['wrong']:>7}{share:>11}")
        wrong = sum(row["wrong"] for row in table.values())
        explained = sum(row["explained"] for row in table.values())
        print(
            f"explained {explained} of {wrong} ({100 * explained / max(wrong, 1):.1f} %); false verdicts: {len(result['false'])}"
        )
        for each in result["false"][:20]:
            print("  FALSE", *each)
        bad += len(result["false"])
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
