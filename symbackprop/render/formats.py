"""The formats a derivation can be written in: one function each, by the ending of the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import Derivation
from symbackprop.errors import FileError, no_format, quote, unknown_name
from symbackprop.files import write_pieces
from symbackprop.notation import Notation
from symbackprop.notation import notation as find_notation
from symbackprop.render import svg
from symbackprop.render.diagram import picture
from symbackprop.render.html import HtmlPrinter
from symbackprop.render.latex import LatexPrinter
from symbackprop.render.markdown import MarkdownFile, MarkdownPrinter, NotebookPrinter
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.pdf import latex_is_there, pdf
from symbackprop.render.printer import Progress
from symbackprop.render.text import TextPrinter
from symbackprop.render.typst import TypstPrinter
from symbackprop.render.typst_pdf import typst_pdf

Pieces = Iterable[str] | bytes
LINES_ON_A_PAGE = 50  # of a long document, about
Writer = Callable[["Wish"], Pieces]


@dataclass(frozen=True)
class Wish:
    """What is to be written, and how: `progress` hears of every printed line, `path` is the file it goes to."""

    derivation: Derivation
    mathematics: Mathematics
    fragment: bool = False
    progress: Progress | None = None
    path: Path | None = None


def _tex(wish: Wish) -> Pieces:
    printer = LatexPrinter(wish.mathematics, wish.progress)
    return printer.parts(wish.derivation) if wish.fragment else printer.pieces(wish.derivation)


def _pdf(wish: Wish) -> Pieces:
    if latex_is_there():
        pages = wish.derivation.count // LINES_ON_A_PAGE + 1
        return pdf(LatexPrinter(wish.mathematics, wish.progress).pieces(wish.derivation), wish.progress, pages)
    return typst_pdf(TypstPrinter(wish.mathematics, wish.progress).document(wish.derivation))


def _html(wish: Wish) -> Pieces:
    printer = HtmlPrinter(wish.mathematics, wish.progress)
    return printer.parts(wish.derivation) if wish.fragment else printer.pieces(wish.derivation)


def _md(wish: Wish) -> Pieces:
    """The pictures of a Markdown file become files beside it, for GitHub shows no others."""
    made = (
        MarkdownPrinter(wish.mathematics, wish.progress)
        if wish.path is None
        else MarkdownFile(wish.mathematics, wish.path, wish.progress)
    )
    return made.pieces(wish.derivation)


def _ipynb(wish: Wish) -> Pieces:
    return NotebookPrinter(wish.mathematics, wish.progress).pieces(wish.derivation)


def _txt(wish: Wish) -> Pieces:
    return TextPrinter(wish.mathematics, wish.progress).pieces(wish.derivation)


def _svg(wish: Wish) -> Pieces:
    net = wish.derivation.net
    if net is None:
        raise FileError("an SVG is the picture of a net, and this derivation has none", expected="another format")
    return [svg.svg(picture(net, wish.mathematics.naming), standalone=True)]


FORMATS: Mapping[str, Writer] = {
    "html": _html, "ipynb": _ipynb, "md": _md, "pdf": _pdf, "svg": _svg, "tex": _tex, "txt": _txt,
}  # fmt: skip


def pieces(
    derivation: Derivation, form: str, notation: str | Notation | None = None, *, fragment: bool = False,
    progress: Progress | None = None, path: Path | None = None,
) -> Pieces:  # fmt: skip
    """The derivation in the format `form`: as pieces of text, made while they are walked, or as bytes for a PDF."""
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    derivation, mathematics = _in(derivation, notation)
    return FORMATS[form](Wish(derivation, mathematics, fragment, progress, path))


def write(derivation: Derivation, form: str, notation: str | Notation | None = None, *, fragment: bool = False) -> str | bytes:
    """The derivation as one text (bytes for a PDF) in the format `form`."""
    made = pieces(derivation, form, notation, fragment=fragment)
    return made if isinstance(made, bytes) else "".join(made)


def _in(derivation: Derivation, notation: str | Notation | None) -> tuple[Derivation, Mathematics]:
    """The derivation, derived anew where delta has another sign in the notation, and what sets its forms."""
    chosen = find_notation(notation or derivation.notation)
    if chosen.delta_sign != derivation.delta_sign and derivation.net is not None:
        derivation = derive(derivation.net, notation=chosen)  # delta has the other sign there, so other lines are true
    return derivation, Mathematics(Naming(chosen, derivation.net))


def by_ending(path: str) -> str:
    """The format that a file's ending names; FileError where it names none or the folder cannot be written to."""
    ending = os.path.splitext(path)[1].lstrip(".").lower()
    if ending not in FORMATS:
        raise no_format(path, [f".{name}" for name in sorted(FORMATS)])
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise FileError(
            "the file cannot be written", where=quote(path), expected="a folder that is there and can be written to"
        )
    return ending


def save(
    derivation: Derivation, path: str, form: str, notation: str | Notation | None = None, *, fragment: bool = False,
    progress: Progress | None = None,
) -> None:  # fmt: skip
    """Write the derivation to a file, piece by piece; the file appears when it is whole."""
    write_pieces(path, pieces(derivation, form, notation, fragment=fragment, progress=progress, path=Path(path)))
