"""symbackprop verify FILE or FOLDER: replay a certificate with the kernel and say what was accepted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.errors import CertificateError

NAME = "verify"
HELP = "replay a certificate and say in words what was accepted, or the first step that fails"
EXAMPLE = "symbackprop verify derivation.cert.json --net 2-3-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a certificate written by derive, prove or theorem, or the folder of --certificates",
    )
    parser.add_argument("--net", metavar="SPEC", help="also say whether the certificate is about this net, not just valid")
    _shared.add_net_options(parser)
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where the certificate is accepted, 1 where it is refused, 2 where there is none to read."""
    from symbackprop.errors import CertificateError, NetworkError
    from symbackprop.proofs.about import about
    from symbackprop.proofs.certificate import verify

    net = _shared.net(options, options.net) if options.net else None
    folder = Path(options.file).is_dir()
    if net and (folder or options.file == "-"):
        raise NetworkError("--net needs a file, which is read twice", got=options.file, try_="verify one file with --net")
    try:
        accepted = _folder(options.file) if folder else verify(options.file)
        same = about(options.file, net) if net else None
    except CertificateError as refusal:
        print(
            json.dumps({"accepted": False, **refusal.fields()})
            if options.json
            else f"REJECTED: {_where(refusal)}{refusal.got}{_instead(refusal)}"
        )
        return 1
    if options.json:
        print(json.dumps({"accepted": True, "statements": accepted, **({"about": same} if same else {})}))
        return 0
    for sentence in accepted:
        print(f"accepted  {sentence}")
    if same:
        print(f"about     {same}")
    print(f"ACCEPTED: {len(accepted)} statements")
    return 0


def _folder(name: str) -> list[str]:
    from symbackprop.render.certificates import replay

    return replay(name)


def _instead(refusal: CertificateError) -> str:
    return f", where the net has {refusal.expected}" if refusal.expected else ""


def _where(refusal: CertificateError) -> str:
    return f"{refusal.where}: " if refusal.where else ""
