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
    parser.add_argument(
        "--formula",
        metavar="TEXT",
        action="append",
        default=[],
        help="judge this equation instead of the recursion's: 'delta(u1_1) = ...' or 'dP/dw1_1_1 = ...', as prove prints them",
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the kernel proves and nobody disagrees."""
    net = _shared.net(options)
    net.require_gradient()
    from symbackprop import judges
    from symbackprop.errors import unknown_name
    from symbackprop.judges.formulas import read
    from symbackprop.judges.judge import require_agreement

    formulas = read(options.formula, net) if options.formula else None
    table = judges.table()
    chosen = options.only.split(",") if options.only else list(table)
    for name in chosen:
        if name not in table:
            raise unknown_name("judge", name, table, "--only")
    opinions = []
    if not options.json:
        print(net)
        for text in options.formula:
            print(f"  judged: {text}")
        print(f"  {'judge':<24} {'verdict':<13} {'seconds':>8}  trusts, and why it says so")
    for judge in sorted((table[name] for name in chosen), key=lambda each: each.order):
        opinion = judge.opinion(net, formulas)
        opinions.append(opinion)
        if not options.json:
            print(f"  {opinion.judge:<24} {opinion.verdict:<13} {opinion.seconds:>8.2f}  trusts {opinion.trusts}")
            print(f"{'':<50}{opinion.detail}", flush=True)
    require_agreement(opinions)
    accepting = [each for each in opinions if each.accepts]
    kernel = [each for each in opinions if each.judge == "kernel"]  # the product's verdict; another judge may be unsure
    if options.json:
        print(json.dumps({"net": net.name, "judges": [each.data() for each in opinions]}))
    else:
        silent = [each.judge for each in opinions if each.verdict == "SILENT"]
        tail = f"; silent: {', '.join(silent)}" if silent else ""
        refusing = [each.judge for each in opinions if each.refuses]
        how = f"{', '.join(refusing)} refuse" if refusing else "none refuses one"
        print(f"{len(accepting)} of {len(opinions)} judges accept every gradient, {how}{tail}")
    return 0 if all(each.accepts for each in kernel) and accepting else 1
