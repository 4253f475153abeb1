"""symbackprop judge SPEC: every judge that is installed decides about the same net; verdict, time, and what each one trusts."""

from __future__ import annotations

import argparse
import json

from symbackprop.commands import _shared

NAME = "judge"
HELP = "let every installed judge decide about a net, and say what each one trusts"
EXAMPLE = "symbackprop judge 2-3-1 --activation tanh"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `judge`."""
    _shared.add_net(parser)
    parser.add_argument("--only", metavar="NAMES", help="these judges only, names joined by commas")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the kernel proves and nobody disagrees."""
    net = _shared.net(options)
    net.require_gradient()
    from symbackprop import judges
    from symbackprop.errors import unknown_name
    from symbackprop.judges.judge import require_agreement

    table = judges.table()
    chosen = options.only.split(",") if options.only else list(table)
    for name in chosen:
        if name not in table:
            raise unknown_name("judge", name, table, "--only")
    opinions = []
    if not options.json:
        print(net)
        print(f"  {'judge':<24} {'verdict':<13} {'seconds':>8}  why")
    for judge in sorted((table[name] for name in chosen), key=lambda each: each.order):
        opinion = judge.opinion(net)
        opinions.append(opinion)
        if not options.json:
            print(f"  {opinion.judge:<24} {opinion.verdict:<13} {opinion.seconds:>8.2f}  {opinion.detail}", flush=True)
    require_agreement(opinions)
    accepting = [each for each in opinions if each.accepts]
    kernel = [each for each in opinions if each.judge == "kernel"]  # the product's verdict; another judge may be unsure
    if options.json:
        print(json.dumps({"net": net.name, "judges": [each.data() for each in opinions]}))
    else:
        for opinion in opinions:
            print(f"  {opinion.judge} trusts {opinion.trusts}")
        silent = [each.judge for each in opinions if each.verdict == "SILENT"]
        tail = f"; silent: {', '.join(silent)}" if silent else ""
        print(f"{len(accepting)} of {len(opinions)} judges accept every gradient, none refuses one{tail}")
    return 0 if all(each.accepts for each in kernel) and accepting else 1
