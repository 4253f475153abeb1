"""symbackprop certify SPEC --coq FILE: a Coq file whose theorems say that every partial derivative is the delta formula."""

from __future__ import annotations

import argparse
import json

from symbackprop.commands import _shared

NAME = "certify"
HELP = "write a self-contained Coq file that proves every gradient from the definition of the derivative"
EXAMPLE = "symbackprop certify 2-3-1 --coq net.v --run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `certify`."""
    parser.add_argument("spec", metavar="SPEC", nargs="?", help="layer sizes such as 2-3-1, or a TOML file")
    _shared.add_net_options(parser)
    parser.add_argument(
        "--every-size", action="store_true", help="the theorem for every list of layers and every width"
    )
    parser.add_argument("--coq", metavar="FILE", required=True, help="write the Coq file here")
    parser.add_argument("--run", action="store_true", help="also run coqc over it")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the file is written, and with --run where coqc accepts it."""
    from symbackprop.errors import NetworkError, no_format
    from symbackprop.files import write_text
    from symbackprop.judges import coq

    if options.every_size == bool(options.spec):
        raise NetworkError("certify needs a net, or --every-size", expected="one of them", try_=EXAMPLE)
    if not options.coq.endswith(".v"):  # coqc takes no other
        raise no_format(options.coq, (".v",))
    net = None if options.every_size else _shared.net(options)
    if options.run:
        coq.require()
    source = coq.every_size() if net is None else coq.coq_source(net.description())
    write_text(options.coq, lambda file: file.write(source))
    reply = coq.coqc(source) if options.run else None
    theorems = source.count("\nTheorem ")
    if options.json:
        facts = {"file": options.coq, "theorems": theorems, "bytes": len(source)}
        if reply is not None:
            facts |= {"accepted": reply.accepted, "axioms": list(reply.axioms), "seconds": round(reply.seconds, 2)}
            facts |= {"message": reply.message}
        print(json.dumps(facts))
    else:
        what = (
            f"{theorems} theorems" if net is None else f"{len(net.parameters)} theorems, one for each weight and bias"
        )
        print("every list of layers, every width, every differentiable activation and cost" if net is None else net)
        print(f"wrote {options.coq}: {what}")
        if reply is None:
            print(f"check it with: coqc {options.coq}   (Coq 8.16 with Coquelicot)")
        else:
            print(f"coqc: {reply.message}, {reply.seconds:.1f} s")
    return 0 if reply is None or reply.accepted else 1
