"""symbackprop derive SPEC --out FILE: prove a net, write its derivation and its certificate."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.networks import Network

LONG = 10_000  # lines of a PDF that is announced before it is set
PAGES_A_MINUTE = 800  # by LaTeX or Typst on one busy core
NAME = "derive"
HELP = "derive every partial derivative of a net, prove it, and write the derivation and its certificate"
EXAMPLE = "symbackprop derive 2-3-1 --activation sigmoid --loss performance --out derivation.tex"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `derive`."""
    _shared.add_net(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        help="the derivation, in the format its ending says; its certificate goes beside it",
    )
    parser.add_argument("--notation", metavar="NAME", help="winston, nielsen, ... or a TOML file (chosen by the net)")
    parser.add_argument(
        "--beside", metavar="NAME", action="append", help="write every line in this notation too, side by side"
    )
    parser.add_argument("--detail", metavar="LEVEL", default="textbook", help="rules, textbook or summary (textbook)")
    parser.add_argument(
        "--example",
        metavar="FILE",
        nargs="?",
        const=True,
        help="add a worked example; FILE.toml holds x1 = 0.05 ..., rate = 0.5",
    )
    parser.add_argument("--fragment", action="store_true", help="LaTeX to \\input instead of a whole document")
    parser.add_argument(
        "--certificates", metavar="DIR", help="write the certificate of every line there, for `symbackprop verify DIR`"
    )
    parser.add_argument("--all", action="store_true", help="print every line, however many, and write every neuron out")
    parser.add_argument("--seed", type=int, default=0, help="seed of the numerical confirmation (0)")
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where all is proved and written."""
    from symbackprop.notation import notation as find_notation
    from symbackprop.render.formats import by_ending, save

    ending = by_ending(options.out)  # a bad ending or folder is refused before the work
    if options.notation is not None and options.loss is None and not options.spec.endswith(".toml"):
        options.loss = find_notation(options.notation).loss  # the notation's document has a cost of its own
    net = _shared.net(options)
    from symbackprop.derive.backpropagation import derive
    from symbackprop.proofs.prove import prove

    point, rate = _example(net, options.example)
    bar = _shared.Bar(not options.json)
    proof = prove(net, seed=options.seed, progress=bar)
    derivation = derive(net, proof=proof, detail=options.detail, notation=options.notation, everything=options.all,
                        example=point, rate=rate, progress=bar)  # fmt: skip
    if options.beside:
        from symbackprop.derive.beside import beside

        derivation = beside(derivation, [options.notation or derivation.notation, *options.beside])
    if ending == "pdf" and derivation.count > LONG:
        print(_long(derivation.count), file=sys.stderr)
    save(derivation, options.out, ending, options.notation, fragment=options.fragment, progress=bar)
    bar.close()
    certificate = os.path.splitext(options.out)[0] + ".cert.json"
    proof.save(certificate)
    lines = 0
    if options.certificates is not None:
        from symbackprop.render.certificates import write

        lines = write(derivation, options.certificates, options.notation)
    gaps = len(derivation.gaps)
    if options.json:
        print(json.dumps({**_shared.data(proof), "certificate": certificate, "derivation": options.out,
                          "lines": derivation.count, "gaps": gaps}))  # fmt: skip
    else:
        _shared.report(proof, options.all)
        print(f"derivation: {options.out} ({derivation.count:,} lines, {gaps} gaps)")
        print(f"certificate: {certificate}")
        if options.certificates is not None:
            print(f"certificates of {lines} lines: {options.certificates}")
    return 0 if proof.proved and not gaps else 1


def _long(lines: int) -> str:
    """What a person should know before a PDF of so many lines is set.

    >>> _long(24_025)
    'note: 24,025 lines are a PDF of about 540 pages, which takes about a minute to set; .html, .md and .tex come in seconds'
    """
    pages = round(lines / 45 + 5, -1)
    minutes = max(1, round(pages / PAGES_A_MINUTE))
    return (f"note: {lines:,} lines are a PDF of about {pages:,.0f} pages, which takes about {f'{minutes} minutes' if minutes > 1 else 'a minute'} "
            "to set; .html, .md and .tex come in seconds")  # fmt: skip


def _example(net: Network, given: str | bool | None) -> tuple[dict[str, Fraction] | bool, Fraction]:
    """The numbers of the worked example: made up, from a file, or none."""
    if given is None or given is True:
        return given is True, Fraction(1, 2)
    from symbackprop.derive.worked import read_point
    from symbackprop.errors import FileError, quote
    from symbackprop.files import nearest_file, read_text

    try:
        data = tomllib.loads(read_text(str(given)), parse_float=Fraction)
    except OSError as problem:
        raise FileError("the example cannot be read", where=quote(str(given)), got=problem.strerror, try_=nearest_file(str(given))) from None
    except (ValueError, RecursionError) as problem:
        raise FileError("the example is not TOML", where=quote(str(given)), got=quote(str(problem))) from None
    return read_point(net, data, str(given))
