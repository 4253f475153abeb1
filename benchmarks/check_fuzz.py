"""Many slips over many nets and notations: 0 false PROVED, 0 false REFUTED, and how many slips are explained, by kind and net.

Run: python benchmarks/check_fuzz.py [--count 10000] [--double 3000] [--seed 1] [--write] [--state FILE] [--seconds 240]

With --state the run is done in pieces: what is judged is kept in the file, and the same command goes on. With --write the
table goes into benchmarks/check_fuzz.md. The referee (tests/referee.py) shares no code with the product.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from fuzz_judge import Row, mutants  # noqa: E402

PIECE = 50
RESULT = ROOT / "benchmarks" / "check_fuzz.md"


def table(rows: list[Row], title: str, by: str, least: int = 0) -> list[str]:
    """A table of counts by kind of slip, by net or by notation."""
    out = [f"| {title} | judged | wrong | refuted | undefined | open | explained | right | proved | open | no instance |", "|---|" + "---:|" * 10]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), []).append(row)
    few = [row for each in groups.values() if len(each) < least for row in each]
    named = sorted((name, each) for name, each in groups.items() if len(each) >= least)
    for name, each in [*named, *([("(rarer pairs)", few)] if few else []), ("**all**", rows)]:
        wrong, right = [row for row in each if row.wrong], [row for row in each if row.truth]
        count = Counter(row.answer for row in wrong)
        proved = sum(row.answer.startswith("PROVED") for row in right)
        share = f"{100 * sum(row.explained for row in wrong) / len(wrong):.1f} %" if wrong else ""
        cells = [len(each), len(wrong), count["REFUTED"], count["UNDEFINED"], len(wrong) - count["REFUTED"] - count["UNDEFINED"], share,
                 len(right), proved, len(right) - proved, sum(row.truth is None for row in each)]  # fmt: skip
        out.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return out


def report(rows: list[Row], seed: int) -> str:
    """The whole result as Markdown."""
    out = ["# Slips judged by the checker and by the referee", "", f"Seed {seed}, {time.strftime('%Y-%m-%d')}, {len(rows):,} formulas over "
           f"{len({row.net for row in rows})} nets in {len({row.notation for row in rows})} notations; "
           f"{sum(row.seconds for row in rows):.0f} s in the checker, diagnosis included.",
           "`python benchmarks/check_fuzz.py --write` makes this file anew. Explained: a corrected formula was printed, and proved when read anew.", ""]  # fmt: skip
    false = [row for row in rows if row.false]
    out.append(f"**False PROVED: {sum(row.answer.startswith('PROVED') for row in false)}. False REFUTED: "
               f"{sum(row.answer == 'REFUTED' for row in false)}.**")  # fmt: skip
    for count, words in ((1, "One slip"), (2, "Two slips")):
        some = [row for row in rows if row.slips == count]
        wrong = [row for row in some if row.wrong]
        if not wrong:
            continue
        explained = sum(row.explained for row in wrong)
        out += ["", f"## {words}: {len(some):,} formulas, {len(wrong):,} wrong, {100 * explained / len(wrong):.1f} % explained", ""]
        out += table(some, "kind of slip", "kind", 0 if count == 1 else 25)
        if count == 1:
            out += ["", *table(some, "notation", "notation"), "", *table(some, "net", "net")]
    out += ["", "Right formulas left as they are:", "", *table([row for row in rows if not row.slips], "slip", "kind")]
    return "\n".join(out) + "\n"


def main() -> int:
    """Judge, print, and exit with 1 where any verdict is false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--double", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    given = parser.parse_args()
    started, rows = time.monotonic(), list[Row]()
    lines = given.state.read_text().splitlines() if given.state and given.state.exists() else []
    known = [Row(**json.loads(line)) for line in lines]
    for doubled, wanted in ((False, given.count), (True, given.double)):
        have = [row for row in known if (row.slips == 2) == doubled][:wanted]
        rows += have
        while len(have) < wanted and time.monotonic() - started < given.seconds:
            # pieces with seeds of their own, so that a run goes on where it stopped
            source = mutants(given.seed * 100_000 + len(have) // PIECE, doubled)
            piece = list(islice(source, min(PIECE, wanted - len(have))))
            have += piece
            rows += piece
            if given.state:
                with given.state.open("a") as file:
                    file.writelines(json.dumps(asdict(row)) + "\n" for row in piece)
            print(f"... {len(rows):,} judged, {sum(row.false for row in rows)} false", file=sys.stderr, flush=True)
    text = report(rows, given.seed)
    print(text)
    for row in rows:
        if row.false:
            print("FALSE", row)
    if given.write:
        RESULT.write_text(text)
    return 1 if any(row.false for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
