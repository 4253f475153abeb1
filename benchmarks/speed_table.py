"""Turns what benchmarks/train.py measured (its JSON file) into Markdown: every row with aim and reached, the bad ones too.

python benchmarks/speed_table.py train.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

from workloads import AIMS, BEST

NOT_PEERS = {"GEMM alone", "FMA peak", "latency chain"}
HAND = {"hand C -O3", "hand C -Ofast"}
TOLERANCE = {"float64": 1e-9, "float32": 2e-4}
ROUNDING = 4  # times what float32 itself is off a float64 run of the row: two programs that round differently may be that far apart


def best_peer(row: dict[str, Any]) -> tuple[str, float]:
    """The fastest peer that is not hand-written C and ended at the same weights."""
    other = row.get("other", {})
    times = {
        name: value
        for name, value in row["microseconds"].items()
        if not name.startswith("ours") and name not in NOT_PEERS | HAND | set(other)
    }
    name = min(times, key=lambda each: times[each])
    return name, times[name]


def reached(row: dict[str, Any], ours: str, peer: str) -> tuple[float, str] | None:
    """Time of the other / our time, and who the other was; None where it was not measured."""
    times = row["microseconds"]
    mine = min(times["ours: c"], times["ours: numpy"]) if ours == "best" else times[f"ours: {ours}"]
    if peer == BEST:
        name, value = best_peer(row)
        return value / mine, f"{BEST} ({name})"
    return (times[peer] / mine, peer) if peer in times else None


def number(value: float) -> str:
    """Three significant digits, thousands apart.

    >>> number(0.03712), number(12345.6), number(3.0)
    ('0.0371', '12,300', '3.00')
    """
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.{max(0, 2 - len(str(int(value))) + 1) if value >= 1 else 3 if value >= 0.1 else 4}f}"


def times_table(rows: list[dict[str, Any]]) -> list[str]:
    """Microseconds a step of everybody."""
    names = list(dict.fromkeys(name for row in rows for name in row["microseconds"]))
    names.sort(key=lambda name: (not name.startswith("ours"), name in NOT_PEERS))
    lines = ["| microseconds a step | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        cells = [
            number(row["microseconds"][n]) + ("*" if n in row.get("other", {}) else "")
            if n in row["microseconds"]
            else "-"
            for n in names
        ]
        lines.append(f"| {row['work']} | " + " | ".join(cells) + " |")
    return lines


def aims_table(rows: list[dict[str, Any]]) -> list[str]:
    """Aim and reached, line by line."""
    lines = ["| workload | backend | beside | aim | reached | |", "|---|---|---|---|---|---|"]
    for row in rows:
        for ours, peer, aim in AIMS.get(row["work"], []):
            found = reached(row, ours, peer)
            if found is None:
                lines.append(f"| {row['work']} | {ours} | {peer} | {aim:,}x | not measured | |")
            else:
                mark = "reached" if found[0] >= aim else "**missed**"
                lines.append(f"| {row['work']} | {ours} | {found[1]} | {aim:,}x | {number(found[0])}x | {mark} |")
    return lines


def weights_line(rows: list[dict[str, Any]]) -> str:
    """How far the final weights of all were apart."""
    worst: dict[str, float] = {}
    beyond = []
    for row in rows:
        kind = row["dtype"]
        for name, apart in row["apart"].items():
            if name in row.get("other", {}):
                continue
            worst[kind] = max(worst.get(kind, 0.0), apart)
            if not apart <= max(TOLERANCE[kind], ROUNDING * row.get("rounding", 0.0)):
                beyond.append(f"{name} on {row['work']}: {apart:.0e}")
    shown = ", ".join(f"{kind} {value:.0e} (tolerance {TOLERANCE[kind]:.0e})" for kind, value in worst.items())
    wide = [
        f" On {row['work']} float32 itself is {row['rounding']:.0e} off a float64 run after {row['passes']} passes, and the tolerance {ROUNDING} times that."
        for row in rows
        if ROUNDING * row.get("rounding", 0.0) > TOLERANCE[row["dtype"]]
    ]
    return (
        f"Final weights apart, largest relative difference: {shown}."
        + "".join(wide)
        + (f" BEYOND: {'; '.join(beyond)}." if beyond else "")
    )


def markdown(facts: dict[str, Any]) -> str:
    """The whole report."""
    made, rows = facts["machine"], facts["rows"]
    versions = ", ".join(f"{name} {value}" for name, value in made["versions"].items())
    lines = [
        f"Machine: {made['processor']}; {versions}; medians of {facts['rounds']} interleaved rounds of processor time.",
        "",
    ]
    lines += times_table(rows)
    other = {name: why for row in rows for name, why in row.get("other", {}).items()}
    lines += [
        f"\n\\* {name} makes another update there ({why}); it never counts as the best peer."
        for name, why in other.items()
    ]
    missing = dict.fromkeys(line for row in rows for line in row["missing"])
    lines += ["", *(f"- {line}" for line in missing), "", weights_line(rows), "", *aims_table(rows)]
    for net, times in facts.get("cold", {}).items():
        lines += ["", f"| first step of {net}, from a cold process | wall s | processor s |", "|---|---|---|"]
        lines += [
            f"| {name} | {w:.2f} | {b:.2f} |" for name, (w, b) in sorted(times.items(), key=lambda pair: pair[1][1])
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(markdown(json.load(file)), end="")
