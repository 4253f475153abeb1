"""symbackprop prove SPEC: every partial derivative by two routes, proved equal; nothing is written unless --cert."""

from __future__ import annotations

import argparse
import json

from symbackprop.commands import _shared

NAME = "prove"
HELP = "prove that the delta recursion gives every partial derivative of a net"
EXAMPLE = "symbackprop prove 2-3-1 --activation tanh"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `prove`."""
    _shared.add_net(parser)
    parser.add_argument("--all", action="store_true", help="print every line, however many")
    parser.add_argument("--cert", metavar="FILE", help="write the certificate here")
    parser.add_argument("--seed", type=int, default=0, help="seed of the numerical confirmation (0)")
    parser.add_argument("--exact", action="store_true", help="exact arithmetic (the default, said aloud)")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where all is proved."""
    net = _shared.net(options)
    from symbackprop.proofs.prove import prove

    bar = _shared.Bar(not options.json)
    proof = prove(net, seed=options.seed, progress=bar)
    bar.close()
    if options.cert:
        proof.save(options.cert)
    if options.json:
        print(json.dumps(_shared.data(proof)))
    else:
        _shared.report(proof, options.all)
        if options.cert:
            print(f"certificate: {options.cert}")
    return 0 if proof.proved else 1
