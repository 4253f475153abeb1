"""A whole document: its text or its file, read with its own macros and its layers counted as it counts them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from symbackprop.check.deciding.counting import recounted
from symbackprop.check.documents.extract import extract, read_text
from symbackprop.check.documents.session import Session
from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.slips import OF_NETS
from symbackprop.check.meaning.einstein import says_so
from symbackprop.check.reading.macros import read_definitions


def check_text(text: str, suffix: str, settings: Settings, *, file: str = "text", strict: bool = False, explain: bool = True) -> Session:
    """Every formula of a document's text."""
    latex = True if suffix not in (".txt", ".py") or text.count("$") >= 2 else None
    found = list(extract(text, suffix))
    if settings.sums is None and says_so(text):
        settings = replace(settings, sums="einstein")

    def read(input_layer: int | None) -> Session:
        macros = read_definitions(text)[0] if suffix in (".tex", ".md", ".ltx", ".latex") else {}
        session = Session(settings, file, strict, explain, macros, latex=latex, input_layer=input_layer, elsewhere=not OF_NETS.search(text))
        session.read(found)
        return session

    return recounted(read)


def check_path(path: Path, settings: Settings, *, strict: bool = False, explain: bool = True) -> Session:
    """Every formula of a file; FileError where it cannot be read."""
    return check_text(read_text(path), path.suffix.lower(), replace(settings, base=settings.base or path.parent),
                      file=str(path), strict=strict, explain=explain)  # fmt: skip
