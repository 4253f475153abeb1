"""symbackprop verify FILE: replay a certificate with the kernel and say what was accepted."""

from __future__ import annotations

import argparse
import json

NAME = "verify"
HELP = "replay a certificate and say in words what was accepted, or the first step that fails"
EXAMPLE = "symbackprop verify derivation.cert.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`."""
    parser.add_argument("file", metavar="FILE", help="a certificate written by derive, prove or theorem")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the certificate is accepted, 1 where it is refused, 2 where there is none to read."""
    from symbackprop.errors import CertificateError
    from symbackprop.proofs.certificate import verify

    try:
        accepted = verify(options.file)
    except CertificateError as refusal:
        print(json.dumps({"accepted": False, **refusal.fields()}) if options.json else f"REJECTED: {refusal.got}")
        return 1
    if options.json:
        print(json.dumps({"accepted": True, "statements": accepted}))
        return 0
    for sentence in accepted:
        print(f"accepted  {sentence}")
    print(f"ACCEPTED: {len(accepted)} statements")
    return 0
