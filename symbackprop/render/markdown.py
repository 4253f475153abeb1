"""A derivation as Markdown with $...$ mathematics, for pages and notebooks that set TeX."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote

from symbackprop.derive.derivation import (
    Derivation,
    Figure,
    Listing,
    Section,
    Step,
    Table,
)
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

    def document(self, derivation: Derivation) -> str:
        """The whole derivation."""
        said = directive(derivation, self.mathematics.naming.notation)
        comment = [f"<!-- sbp: {said} -->"] if said else []
        return "\n\n".join([f"# {escape(derivation.title)}", *comment, *self.cells(derivation)]) + "\n"

    def cells(self, derivation: Derivation) -> list[str]:
        """The sections, one text each."""
        self.begin(derivation)
        parts = [self.section(section) for section in derivation.sections]
        if derivation.sources:
            parts.append("Source: " + escape("; ".join(derivation.sources)) + ".")
        return parts

    def section(self, section: Section) -> str:
        """One section."""
        head = [f"## {escape(section.title)}"] if section.title else []
        return "\n\n".join([*head, *(self.block(block) for block in section.blocks)])

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
        file.write_text(drawn, encoding="utf-8")
        return quote(file.name)


class NotebookPrinter(MarkdownPrinter):
    """Prints the cells of a notebook: a picture is an attachment of the cell it stands in."""

    def __init__(self, mathematics: Mathematics) -> None:
        super().__init__(mathematics)
        self.attached: dict[str, str] = {}

    def place(self, drawn: str) -> str:
        """The name of the attachment."""
        name = f"figure{len(self.attached) + 1}.svg"
        self.attached[name] = base64.b64encode(drawn.encode()).decode()
        return f"attachment:{name}"


def notebook(derivation: Derivation, mathematics: Mathematics) -> str:
    """The derivation as a Jupyter notebook: one cell a section, and a code cell that proves it again."""
    printer = NotebookPrinter(mathematics)
    texts = [f"# {escape(derivation.title)}", *printer.cells(derivation)]
    cells = [_cell(k, "markdown", text) for k, text in enumerate(texts)]
    for cell, text in zip(cells, texts):
        names = [name for name in printer.attached if f"(attachment:{name})" in text]
        if names:
            cell["attachments"] = {name: {"image/svg+xml": printer.attached[name]} for name in names}
    net = derivation.net
    if net is not None and net.architecture is not None and net.architecture.bias in ("parameter", "none"):
        kinds = [each.name for each in net.architecture.activations]
        code = (
            "from symbackprop.networks import Network\nfrom symbackprop.proofs.prove import prove\n\n"
            f"net = Network.layered({list(net.architecture.sizes)!r}, {kinds!r}, {net.loss.name!r}, "
            f"bias={net.architecture.bias == 'parameter'})\nprint(prove(net).summary())"
        )
        cells.append(_cell(len(cells), "code", code))
    meta = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return (
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": meta, "cells": cells}, indent=1, ensure_ascii=False)
        + "\n"
    )


def _cell(number: int, kind: str, text: str) -> dict[str, object]:
    made: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
