"""symbackprop prove SPEC: every partial derivative by two routes, proved equal; nothing is written unless --cert."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.networks import Network

NAME = "prove"
IN_LINES = 5_000  # parameters from which the certificate goes to a file line by line, and is replayed from there
HELP = "prove that the delta recursion gives every partial derivative of a net"
EXAMPLE = "symbackprop prove 2-3-1 --activation tanh"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `prove`."""
    _shared.add_net(parser)
    parser.add_argument("--all", action="store_true", help="print every line, however many")
    parser.add_argument("--cert", metavar="FILE", help="write the certificate here")
    parser.add_argument("--seed", type=int, default=0, help="seed of the numerical confirmation (0)")
    parser.add_argument("--exact", action="store_true", help="exact arithmetic (the default, said aloud)")
    parser.add_argument(
        "--mod-p", action="store_true", help="check modulo a prime, with a stated error bound, for nets of any size"
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where all is proved."""
    net = _shared.net(options)
    if options.mod_p:
        return _mod_p(options, net)
    from symbackprop.proofs.prove import prove

    bar = _shared.Bar(not options.json)
    with ExitStack() as stack:
        lines = None
        if len(net.parameters) > IN_LINES:
            lines = options.cert or stack.enter_context(NamedTemporaryFile(suffix=".cert.jsonl")).name
        proof = prove(net, seed=options.seed, progress=bar, lines=lines)
    bar.close()
    if options.cert is not None and lines is None:
        proof.save(options.cert)
    if options.json:
        print(json.dumps(_shared.data(proof)))
    else:
        _shared.report(proof, options.all)
        if options.cert:
            print(f"certificate: {options.cert}")
    return 0 if proof.proved else 1


def _mod_p(options: argparse.Namespace, net: Network) -> int:
    """0 where every gradient agrees at random points of a finite field: CHECKED, which is not PROVED."""
    import time

    from symbackprop.errors import NetworkError
    from symbackprop.judges.modp import check_mod_p
    from symbackprop.proofs.verdict import Checked

    if options.exact or options.cert:
        raise NetworkError("--mod-p makes no exact proof and no certificate", try_="prove without --mod-p")
    start = time.perf_counter()
    verdict = check_mod_p(net, seed=options.seed)
    seconds = time.perf_counter() - start
    if options.json:
        print(json.dumps({"net": net.name, "seconds": seconds, **verdict.data()}))
    else:
        print(net)
        print(f"{verdict}: {verdict.reason}, {seconds:.2f} s; not a proof")
    return 0 if isinstance(verdict, Checked) else 1
