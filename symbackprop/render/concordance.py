"""Where the formulas of each document stand in the book: by document, by section in its own order, derivation by derivation."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass

from symbackprop.errors import FileError
from symbackprop.render.entries import Entry
from symbackprop.render.latex_math import escape


@dataclass(frozen=True)
class Document:
    """A document that the book follows: how sources call it, and its sections in their order with what shows them."""

    title: str
    name: str
    sections: tuple[tuple[str, tuple[Entry, ...]], ...]


def documents() -> dict[str, tuple[str, tuple[str, ...]]]:
    """How sources call each document, to its title and its sections in order."""
    found: dict[str, tuple[str, tuple[str, ...]]] = importlib.import_module("derivations").DOCUMENTS
    return found


def sections_of(source: str) -> tuple[str, list[str]] | None:
    """The document and the sections that a source names; None for a source that the book does not follow.

    >>> sections_of("M. Gordon, The chain rule; General case")
    ('M. Gordon', ['The chain rule', 'General case'])
    >>> sections_of("A Simple Introduction to Neural Networks, ch. I and III")
    ('A Simple Introduction to Neural Networks', ['ch. I', 'ch. III'])
    >>> sections_of("V. Strassen, 1969") is None
    True
    """
    for name, (_, known) in documents().items():
        if source.startswith(name + ", "):
            words = source.removeprefix(name + ", ")
            parts = [f"ch. {n}" for n in re.findall(r"[IV]+", words)] if words.startswith("ch. ") else words.split("; ")
            return name, [_section(part, known, source) for part in parts]
    return None


def _section(words: str, known: tuple[str, ...], source: str) -> str:
    """The longest section of the document that the words begin with or end with."""
    fits = [each for each in known if words == each or words.startswith((each + ",", each + ":")) or words.endswith(", " + each)]
    if not fits:
        raise FileError(
            "a source names a section that its document does not have", where=source, got=words, expected=", ".join(known)
        )
    return max(fits, key=len)


def concordance(found: list[Entry]) -> list[Document]:
    """Every document with the derivations of each of its sections."""
    made = []
    for name, (title, sections) in documents().items():
        rows: dict[str, list[Entry]] = {section: [] for section in sections}
        for entry in found:
            for named in map(sections_of, entry.derivation.sources):
                for section in named[1] if named and named[0] == name else ():
                    rows[section].append(entry)
        made.append(Document(title, name, tuple((section, tuple(each)) for section, each in rows.items() if each)))
    there = {entry.name for document in made for _, each in document.sections for entry in each}
    others = [(entry.derivation.sources[0] if entry.derivation.sources else "no source", entry) for entry in found if entry.name not in there]
    if others:
        rest = tuple((source, tuple(entry for own, entry in others if own == source)) for source in dict.fromkeys(own for own, _ in others))
        made.append(Document("Other sources", "", rest))
    return made


def latex_appendix(found: list[Entry], numbers: dict[str, tuple[int, int]]) -> str:
    """A chapter of tables: section of the document, section here, its numbered lines and its page."""
    parts = [
        "\\appendix\n\\chapter{Where to find a document's formulas}\n"
        "The sections of each document in their order, the section of this book that follows each, and the numbers of its lines "
        "(which begin anew with every chapter).\n"
    ]
    for document in concordance(found):
        rows = []
        for section, entries in document.sections:
            for n, entry in enumerate(entries):
                first, last = numbers[entry.name]
                rows.append(
                    f"{escape(section) if not n else ''} & \\ref{{{entry.name}}} {escape(entry.derivation.title)} & "
                    f"({first})--({last}) & \\pageref{{{entry.name}}} \\\\"
                )
        head = "in the document & here & lines & page \\\\ \\midrule\\endhead"
        parts.append(
            f"\\section*{{{escape(document.title)}}}\n{{\\small\\begin{{longtable}}{{@{{}}p{{5.2cm}}p{{6.4cm}}p{{2.2cm}}r@{{}}}}\\toprule\n"
            f"{head}\n" + "\n".join(rows) + "\n\\bottomrule\\end{longtable}}"
        )
    return "\n\n".join(parts)
