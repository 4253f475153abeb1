"""symbackprop derive SPEC --out FILE: prove a net, write its derivation and its certificate."""

from __future__ import annotations

import argparse
import json
import os

from symbackprop.commands import _shared

NAME = "derive"
HELP = "derive every partial derivative of a net, prove it, and write the derivation and its certificate"
EXAMPLE = "symbackprop derive 2-3-1 --activation sigmoid --loss performance --out derivation.tex"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `derive`."""
    _shared.add_net(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="the derivation; its certificate goes beside it")
    parser.add_argument("--all", action="store_true", help="print every line, however many")
    parser.add_argument("--seed", type=int, default=0, help="seed of the numerical confirmation (0)")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where all is proved and written."""
    net = _shared.net(options)
    from symbackprop.proofs.prove import prove

    bar = _shared.Bar(not options.json)
    proof = prove(net, seed=options.seed, progress=bar)
    bar.close()
    certificate = os.path.splitext(options.out)[0] + ".cert.json"
    proof.save(certificate)
    if options.json:
        print(json.dumps({**_shared.data(proof), "certificate": certificate}))
    else:
        _shared.report(proof, options.all)
        print(f"certificate: {certificate}")
    return 0 if proof.proved else 1
