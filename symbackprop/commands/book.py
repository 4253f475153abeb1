"""symbackprop book --out book.pdf: build the book of derivations, as PDF, LaTeX or a small static site."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.render.entries import Entry

NAME = "book"
HELP = "build the book of derivations, every line proved, as PDF, LaTeX or a static site"
EXAMPLE = "symbackprop book --out book.pdf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `book`."""
    parser.add_argument(
        "--out", metavar="FILE", required=True, help="book.pdf, book.tex, or the folder of a static site: site/"
    )
    parser.add_argument(
        "--certificates", metavar="DIR", help="write the certificate of every line there, for `symbackprop verify DIR`"
    )
    parser.add_argument("--json", action="store_true", help="print plain data")


def run(options: argparse.Namespace) -> int:
    """0 where every line of the book is proved or a definition."""
    from symbackprop.errors import FileError, quote
    from symbackprop.render.book import latex_book
    from symbackprop.render.entries import entries

    ending = Path(options.out).suffix
    if ending not in (".pdf", ".tex", ""):
        raise FileError(
            "the ending of the file names no format",
            where=quote(options.out),
            expected=".pdf, .tex, or a folder such as site/",
        )
    found = entries()
    try:
        if ending:
            Path(options.out).write_bytes(_pdf(found) if ending == ".pdf" else latex_book(found).encode())
        else:
            _site(found, Path(options.out))
    except OSError as problem:
        raise FileError("the file cannot be written", where=quote(options.out), got=problem.strerror) from None
    if options.certificates is not None:
        from symbackprop.render.certificates import write

        for entry in found:
            write(entry.derivation, str(Path(options.certificates, entry.name)))
    gaps = [(entry.name, len(entry.derivation.gaps)) for entry in found if entry.derivation.gaps]
    if options.json:
        rows = [{"name": e.name, "lines": len(e.derivation.steps), "gaps": len(e.derivation.gaps)} for e in found]
        print(json.dumps({"out": options.out, "derivations": rows}))
    else:
        for entry in found:
            print(f"  {entry.place[0]}.{entry.place[1]:<3} {entry.derivation}")
        lines = sum(len(entry.derivation.steps) for entry in found)
        print(f"{len(found)} derivations, {lines} lines, {sum(count for _, count in gaps)} gaps: {options.out}")
    return 1 if gaps else 0


def _pdf(found: list[Entry]) -> bytes:
    from symbackprop.render.book import latex_book, typst_book
    from symbackprop.render.pdf import latex_is_there, pdf
    from symbackprop.render.typst_pdf import typst_pdf

    return pdf(latex_book(found)) if latex_is_there() else typst_pdf(typst_book(found))


def _site(found: list[Entry], folder: Path) -> None:
    from symbackprop.render.site import site

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in site(found).items():
        (folder / name).write_text(text, encoding="utf-8")
