"""symbackprop claims [NAME]: the textbooks' claims that are not derivatives, decided."""

from __future__ import annotations

import argparse
import json

NAME = "claims"
HELP = "decide the textbooks' claims that are not derivatives (XOR, bounds, linear nets, counts)"
EXAMPLE = "symbackprop claims xor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `claims`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="one claim (all of them)")
    parser.add_argument(
        "--false", action="store_true", help="also show the false neighbour of each claim and its refutation"
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where every claim asked for is proved."""
    from symbackprop.claims.claim import all_claims
    from symbackprop.discovery import pick

    known = all_claims()
    chosen = [pick(known, "claim", options.name)] if options.name else list(known.values())
    verdicts = [claim.decide() for claim in chosen]
    if options.json:
        rows = [{"name": c.name, "statement": c.statement, **v.data()} for c, v in zip(chosen, verdicts)]
        print(json.dumps(rows))
        return 0 if all(verdict.holds for verdict in verdicts) else 1
    for claim, verdict in zip(chosen, verdicts):
        print(f"{verdict}  {claim.statement}  [{claim.name}]")
        print(f"  by {verdict.engine}" + (f", {verdict.scope}" if verdict.scope else ""))
        for note in verdict.notes if options.name else verdict.notes[-1:]:
            print(f"  {note}")
        if options.false:
            other = claim.false_neighbour[1]()
            print(f"  {other}  {claim.false_neighbour[0]}: {other.reason}")
    print(f"{sum(verdict.holds for verdict in verdicts)} of {len(verdicts)} claims proved")
    return 0 if all(verdict.holds for verdict in verdicts) else 1
