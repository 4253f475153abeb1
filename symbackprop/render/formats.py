"""The formats a derivation can be written in: one function each, by the ending of the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import Derivation
from symbackprop.errors import FileError, quote, unknown_name
from symbackprop.notation import Notation
from symbackprop.notation import notation as find_notation
from symbackprop.render import svg
from symbackprop.render.diagram import picture
from symbackprop.render.html import HtmlPrinter
from symbackprop.render.latex import LatexPrinter
from symbackprop.render.markdown import MarkdownPrinter, notebook
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.pdf import latex_is_there, pdf
from symbackprop.render.text import TextPrinter
from symbackprop.render.typst import TypstPrinter
from symbackprop.render.typst_pdf import typst_pdf

Writer = Callable[..., str | bytes]


def _tex(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    printer = LatexPrinter(mathematics)
    return printer.fragment(derivation) if fragment else printer.document(derivation)


def _pdf(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> bytes:
    if latex_is_there():
        return pdf(_tex(derivation, mathematics))
    return typst_pdf(TypstPrinter(mathematics).document(derivation))


def _html(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    printer = HtmlPrinter(mathematics)
    return printer.fragment(derivation) if fragment else printer.document(derivation)


def _md(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    return MarkdownPrinter(mathematics).document(derivation)


def _ipynb(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    return notebook(derivation, mathematics)


def _txt(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    return TextPrinter(mathematics).document(derivation)


def _svg(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    if derivation.net is None:
        raise FileError("an SVG is the picture of a net, and this derivation has none", expected="another format")
    return svg.svg(picture(derivation.net, mathematics.naming), standalone=True)


FORMATS: Mapping[str, Writer] = {
    "html": _html, "ipynb": _ipynb, "md": _md, "pdf": _pdf, "svg": _svg, "tex": _tex, "txt": _txt,
}  # fmt: skip


def write(
    derivation: Derivation, form: str, notation: str | Notation | None = None, *, fragment: bool = False
) -> str | bytes:
    """The derivation as text (bytes for a PDF) in the format `form`."""
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    chosen = find_notation(notation or derivation.notation)
    if chosen.delta_sign != derivation.delta_sign and derivation.net is not None:
        derivation = derive(derivation.net, notation=chosen)  # delta has the other sign there, so other lines are true
    return FORMATS[form](derivation, Mathematics(Naming(chosen, derivation.net)), fragment)


def by_ending(path: str) -> str:
    """The format that a file's ending names; FileError where it names none or the folder cannot be written to."""
    ending = os.path.splitext(path)[1].lstrip(".").lower()
    if ending not in FORMATS:
        raise FileError("the ending of the file names no format", where=quote(path),
                        expected="one of " + ", ".join(f".{name}" for name in sorted(FORMATS)), got=quote("." + ending))  # fmt: skip
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise FileError(
            "the file cannot be written", where=quote(path), expected="a folder that is there and can be written to"
        )
    return ending


def save(
    derivation: Derivation, path: str, form: str, notation: str | Notation | None = None, *, fragment: bool = False
) -> None:
    """Write the derivation to a file."""
    made = write(derivation, form, notation, fragment=fragment)
    try:
        Path(path).write_bytes(made if isinstance(made, bytes) else made.encode("utf-8"))
    except OSError as problem:
        raise FileError("the file cannot be written", where=quote(path), got=problem.strerror or str(problem)) from None
