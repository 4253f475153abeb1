"""symbackprop theorem [NAME]: backpropagation proved for every width and every depth; at a net's sizes with --net."""

from __future__ import annotations

import argparse
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.proofs.every_size.theorems import Theorem

NAME = "theorem"
HELP = "prove backpropagation for every width and every depth, with undefined sigma and C"
EXAMPLE = "symbackprop theorem backprop --batch --out batch.cert.json"

_FLAGS = {
    "batch": "the batch form, cost summed or averaged",
    "dag": "any feed-forward graph, no induction over layers",
    "step": "the induction step on differentials",
    "tied": "shared weights and biases in any graph",
    "softmax-ce": "softmax with cross-entropy, under sum y = 1",
    "heads": "linear heads in both layouts, the sigmoid head",
    "dropout": "the gradients of a layer with a mask",
    "batch-norm": "batch normalisation with its full Jacobian",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `theorem`."""
    names = ["backprop", *_FLAGS, "all"]
    parser.add_argument("name", metavar="NAME", nargs="?", default="backprop", help="one of " + ", ".join(names))
    for flag, words in _FLAGS.items():
        parser.add_argument(f"--{flag}", action="append_const", dest="flags", const=flag, help=words)
    parser.add_argument("--net", metavar="SPEC", help="then write the graph theorem out at this net")
    parser.add_argument("--all", action="store_true", help="print every line of the net, however many")
    parser.add_argument("--out", metavar="FILE", help="write the certificate here")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random widths (0)")
    parser.add_argument("--json", action="store_true", help="print plain data")
    _shared.add_net_options(parser)


def run(options: argparse.Namespace) -> int:
    """0: every statement was proved, replayed by the kernel and found true at random widths."""
    from symbackprop.errors import unknown_name
    from symbackprop.proofs.every_size.certify import join, recheck_theorem
    from symbackprop.proofs.every_size.theorems import THEOREMS

    if options.name not in THEOREMS and options.name != "all":
        raise unknown_name("theorem", options.name, [*THEOREMS, "all"], where="symbackprop theorem NAME")
    flags = options.flags or []
    named = [] if flags and options.name == "backprop" else [options.name]
    wanted = list(THEOREMS) if options.name == "all" else [*named, *flags]
    theorems = [THEOREMS[name]() for name in dict.fromkeys(wanted)]
    checks = [recheck_theorem(theorem, options.seed) for theorem in theorems]
    if options.out:
        _write(options.out, json.dumps(join(theorems), indent=1))
    net = _instance(options) if options.net else None
    if options.json:
        print(json.dumps([_data(theorem, count) for theorem, count in zip(theorems, checks)] + ([net] if net else [])))
        return 0
    for theorem, count in zip(theorems, checks):
        _print(theorem, count)
    if net:
        lines = net["lines"]
        print(f"\nThe graph theorem at {net['net']}")
        for line in lines if options.all else islice(lines, _shared.LINES):
            print(f"  {line}")
        if len(lines) > _shared.LINES and not options.all:
            print(f"  ... and {len(lines) - _shared.LINES:,} more (--all prints every one)")
    if options.out:
        print(f"certificate: {options.out}")
    return 0


def _write(path: str, text: str) -> None:
    from symbackprop.files import write_text

    write_text(path, lambda file: file.write(text + "\n"))


def _instance(options: argparse.Namespace) -> dict[str, Any]:
    from symbackprop.proofs.every_size.instantiate import instantiate

    network = _shared.net(options, options.net)
    return {"net": network.name, "lines": [str(line) for line in instantiate(network.description())]}


def _data(theorem: Theorem, instances: int) -> dict[str, Any]:
    return {
        "name": theorem.name,
        "title": theorem.title,
        "scope": theorem.scope,
        "statements": [
            {"title": s.title, "verdict": "PROVED", "words": s.words, "formula": s.formula, "kernel": s.kernel}
            for s in theorem.statements
        ],
        "meta": list(theorem.meta),
        "instances": instances,
        "sha256": theorem.certificate["sha256"],
    }


def _print(theorem: Theorem, instances: int) -> None:
    print(f"{theorem.title}: {theorem.scope}")
    for statement in theorem.statements:
        print(f"  PROVED  {statement.title}: {statement.formula}")
        print(f"          {statement.words}")
        print(f"          kernel: {statement.kernel}")
    for words in theorem.meta:
        print(f"  in words  {words}")
    print(
        f"  proved {len(theorem.statements)} statements; true in {instances} instances at random widths, exact numbers"
    )
