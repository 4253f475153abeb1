"""symbackprop verify FILE or FOLDER: replay a certificate with the kernel and say what was accepted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.errors import CertificateError

NAME = "verify"
HELP = "replay a certificate and say in words what was accepted, or the first step that fails"
EXAMPLE = "symbackprop verify derivation.cert.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a certificate written by derive, prove or theorem, or the folder of --certificates",
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the certificate is accepted, 1 where it is refused, 2 where there is none to read."""
    from symbackprop.errors import CertificateError
    from symbackprop.proofs.certificate import verify

    try:
        accepted = _folder(options.file) if Path(options.file).is_dir() else verify(options.file)
    except CertificateError as refusal:
        print(
            json.dumps({"accepted": False, **refusal.fields()})
            if options.json
            else f"REJECTED: {_where(refusal)}{refusal.got}"
        )
        return 1
    if options.json:
        print(json.dumps({"accepted": True, "statements": accepted}))
        return 0
    for sentence in accepted:
        print(f"accepted  {sentence}")
    print(f"ACCEPTED: {len(accepted)} statements")
    return 0


def _folder(name: str) -> list[str]:
    from symbackprop.render.certificates import replay

    return replay(name)


def _where(refusal: CertificateError) -> str:
    return f"{refusal.where}: " if refusal.where else ""
