"""A derivation as Markdown with $...$ mathematics, for pages and notebooks that set TeX."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from symbackprop.derive.derivation import (
    Derivation,
    Figure,
    Listing,
    Step,
    Stream,
    Table,
)
from symbackprop.files import write_pieces
from symbackprop.networks import Network
from symbackprop.render import svg
from symbackprop.render.directive import directive
from symbackprop.render.figures import described
from symbackprop.render.latex_math import latex
from symbackprop.render.layout import Layout
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.printer import MARKS, Printer, Progress

PLAIN = r"[\[\]\n]"


def escape(text: str) -> str:
    """Words with every sign that Markdown or HTML gives a meaning to made plain.

    >>> escape("a*b <i>")
    'a\\\\*b &lt;i&gt;'
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]$|#!~])", r"\\\1", plain)


class MarkdownPrinter(Printer):
    """Prints derivations; pictures are images with the SVG in their address, so that the file stands alone."""

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """The whole derivation, the comment for the checker first."""
        said = directive(derivation, self.mathematics.naming.notation)
        yield f"# {escape(derivation.title)}" + (f"\n\n<!-- sbp: {said} -->" if said else "")
        yield from (f"\n\n{part}" for part in self.cells(derivation))
        yield "\n"

    def cells(self, derivation: Derivation) -> Iterator[str]:
        """The sections, one text each; the blocks of a stream are texts by themselves."""
        self.begin(derivation)
        for section in derivation.sections:
            parts = [f"## {escape(section.title)}"] if section.title else []
            for block in section.blocks:
                if not isinstance(block, Stream):
                    parts.append(self.block(block))
                    continue
                if parts:
                    yield "\n\n".join(parts)
                parts = []
                yield from map(self.block, block.make())
            if parts:
                yield "\n\n".join(parts)
        if derivation.sources:
            yield "Source: " + escape("; ".join(derivation.sources)) + "."

    def words(self, text: str) -> str:
        """Words, escaped."""
        return escape(text)

    def formula(self, layout: Layout) -> str:
        """A formula among words."""
        return f"${latex(layout)}$"

    def listing(self, listing: Listing) -> str:
        """Pseudocode as a list within lists."""
        return "\n".join("  " * depth + "- " + self.prose(parts) for depth, parts in listing.lines)

    def figure(self, figure: Figure) -> str:
        """A picture with its caption; `place` says where the picture itself goes."""
        caption = self.prose(figure.caption)
        drawn = svg.drawn(described(figure, self.mathematics.naming), standalone=True)
        return f"![{re.sub(PLAIN, ' ', caption)}]({self.place(drawn)})\n\n*{caption}*"

    def place(self, drawn: str) -> str:
        """The address of a picture: the picture itself."""
        return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()

    def table(self, table: Table) -> str:
        """A table; rows that are steps carry their mark and number."""
        rows = [[escape(each) for each in table.head], *([self.cell(each) for each in cells] for cells in table.rows)]
        for at, step in enumerate(table.steps, start=1):
            rows[at].append(f"{MARKS[step.evidence.verdict]} ({self.number(step)})")
        rows[0] += [""] * (len(rows[-1]) - len(rows[0]))
        lines = ["| " + " | ".join(each) + " |" for each in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])

    def display(self, steps: tuple[Step, ...]) -> str:
        """Aligned lines, each with its mark and number at the right."""
        rows = []
        for step in steps:
            number = self.number(step)
            left, relation, right = self.mathematics.line(step.line)
            head = latex(left) if left is not None else ""
            mark = MARKS[step.evidence.verdict]
            rows.append(f"{head} &{latex(relation)} {latex(right)} && \\text{{{mark} ({number})}}")
        return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


class MarkdownFile(MarkdownPrinter):
    """Prints into a file: each picture is a file beside it, `derivation-1.svg` beside `derivation.md`."""

    def __init__(self, mathematics: Mathematics, path: Path, progress: Progress | None = None) -> None:
        super().__init__(mathematics, progress)
        self.path, self.pictures = path, 0

    def place(self, drawn: str) -> str:
        """The name of the picture's file."""
        self.pictures += 1
        file = self.path.with_name(f"{self.path.stem}-{self.pictures}.svg")
        write_pieces(str(file), [drawn])
        return quote(file.name)


class NotebookPrinter(MarkdownPrinter):
    """Prints a Jupyter notebook: one cell a section, and a code cell that proves it again; a picture is an attachment of its cell."""

    def __init__(self, mathematics: Mathematics, progress: Progress | None = None) -> None:
        super().__init__(mathematics, progress)
        self.attached, self.pictures = dict[str, str](), 0

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """The notebook as JSON, cell by cell."""
        start, end = (json.dumps(NOTEBOOK, indent=1) + "\n").split("[]")
        yield start + "["
        for number, cell in enumerate(self._cells(derivation)):
            text = json.dumps({**cell, "id": f"cell{number}"}, indent=1, ensure_ascii=False)
            yield ",\n  " * bool(number) + "\n  " * (not number) + text.replace("\n", "\n  ")
        yield f"\n ]{end}"

    def _cells(self, derivation: Derivation) -> Iterator[dict[str, object]]:
        said = directive(derivation, self.mathematics.naming.notation)
        yield _cell("markdown", f"# {escape(derivation.title)}" + (f"\n\n<!-- sbp: {said} -->" if said else ""))
        for text in self.cells(derivation):
            names = [name for name in self.attached if f"(attachment:{name})" in text]
            kept = {name: {"image/svg+xml": self.attached.pop(name)} for name in names}
            yield _cell("markdown", text) | ({"attachments": kept} if kept else {})
        code = _code(derivation.net)
        if code:
            yield _cell("code", code)

    def place(self, drawn: str) -> str:
        """The name of the attachment."""
        self.pictures += 1
        name = f"figure{self.pictures}.svg"
        self.attached[name] = base64.b64encode(drawn.encode()).decode()
        return f"attachment:{name}"


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "cells": [],
}


def _code(net: Network | None) -> str:
    """Python that proves the net again, where a layered net's sizes say all."""
    if net is None or net.architecture is None or net.architecture.bias not in ("parameter", "none"):
        return ""
    kinds = [each.name for each in net.architecture.activations]
    return (
        "from symbackprop.networks import Network\nfrom symbackprop.proofs.prove import prove\n\n"
        f"net = Network.layered({list(net.architecture.sizes)!r}, {kinds!r}, {net.loss.name!r}, "
        f"bias={net.architecture.bias == 'parameter'})\nprint(prove(net).summary())"
    )


def _cell(kind: str, text: str) -> dict[str, object]:
    made: dict[str, object] = {"cell_type": kind, "id": "", "metadata": {}, "source": text.splitlines(keepends=True)}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
