"""The formats a derivation can be written in: one function each, by the ending of the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import Derivation
from symbackprop.errors import FileError, quote, unknown_name
from symbackprop.notation import Notation
from symbackprop.notation import notation as find_notation
from symbackprop.render.latex import LatexPrinter
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.text import TextPrinter


@dataclass(frozen=True)
class Format:
    """One kind of file: its name, and how a derivation becomes its text."""

    name: str
    write: Callable[..., str]


def _tex(derivation: Derivation, mathematics: Mathematics, fragment: bool = False, **_: Any) -> str:
    printer = LatexPrinter(mathematics)
    return printer.fragment(derivation) if fragment else printer.document(derivation)


def _txt(derivation: Derivation, mathematics: Mathematics, **_: Any) -> str:
    return TextPrinter(mathematics).document(derivation)


FORMATS: Mapping[str, Format] = {each.name: each for each in (Format("tex", _tex), Format("txt", _txt))}


def write(derivation: Derivation, form: str, notation: str | Notation | None = None, **options: Any) -> str:
    """The derivation as text in the format `form`."""
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    chosen = find_notation(notation or derivation.notation)
    if chosen.delta_sign != derivation.delta_sign and derivation.net is not None:
        derivation = derive(derivation.net, notation=chosen)  # delta has the other sign there, so other lines are true
    return FORMATS[form].write(derivation, Mathematics(Naming(chosen, derivation.net)), **options)


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


def save(derivation: Derivation, path: str, form: str, notation: str | Notation | None = None, **options: Any) -> None:
    """Write the derivation to a file."""
    text = write(derivation, form, notation, **options)
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise FileError("the file cannot be written", where=quote(path), got=problem.strerror or str(problem)) from None
