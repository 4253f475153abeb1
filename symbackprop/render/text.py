"""A derivation as plain text for a terminal, in Unicode."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from symbackprop.derive.derivation import Derivation, Figure, Listing, Prose, Step, Table
from symbackprop.render.directive import directive
from symbackprop.render.layout import Layout
from symbackprop.render.plain_math import plain
from symbackprop.render.printer import MARKS, Printer

WIDTH = 100


class TextPrinter(Printer):
    """Prints derivations as lines of text."""

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """The title, then every block after an empty line."""
        self.begin(derivation)
        yield f"{derivation.title}\n{'=' * len(derivation.title)}\n"
        said = directive(derivation, self.mathematics.naming.notation)
        yield f"\n# sbp: {said}\n" if said else ""
        for section in derivation.sections:
            if section.title:
                yield f"\n{section.title}\n{'-' * len(section.title)}\n"
            yield from (f"\n{self.block(block)}\n" for block in section.walk())
        if derivation.sources:
            yield f"\nSource: {'; '.join(derivation.sources)}\n"

    def words(self, text: str) -> str:
        """Words as they are."""
        return text

    def formula(self, layout: Layout) -> str:
        """A formula on one line."""
        return plain(layout)

    def paragraph(self, parts: Prose) -> str:
        """A paragraph in lines that fit."""
        return textwrap.fill(self.prose(parts), WIDTH)

    def table(self, table: Table) -> str:
        """Columns of words and forms."""
        marks: list[tuple[str, ...]] = [
            (f"{MARKS[step.evidence.verdict]} ({self.number(step)})",) for step in table.steps
        ]
        marks = marks or [()] * len(table.rows)
        head = (*table.head, "") if table.steps else table.head
        rows = [head, *((*(self.cell(cell) for cell in row), *mark) for row, mark in zip(table.rows, marks))]
        widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
        return "\n".join("  ".join(cell.ljust(wide) for cell, wide in zip(row, widths)).rstrip() for row in rows)

    def listing(self, listing: Listing) -> str:
        """Pseudocode, set in by its depth."""
        return "\n".join("    " * depth + self.prose(parts) for depth, parts in listing.lines)

    def figure(self, figure: Figure) -> str:
        """What the picture shows, in words."""
        return f"[figure: {self.prose(figure.caption)}]" if figure.caption else "[figure]"

    def display(self, steps: tuple[Step, ...]) -> str:
        """Displayed lines with mark and number; lines that go on are set under the sign they start with."""
        lefts = [plain(self.mathematics.set(s.line.left)) if s.line.left is not None else "" for s in steps]
        margin = max(map(len, lefts))
        rows = []
        for step, left in zip(steps, lefts):
            number = self.number(step)
            _, relation, right = self.mathematics.line(step.line)
            text = f"  {left:>{margin}} {plain(relation)} {plain(right)}"
            rows.append(f"{text:<{WIDTH - 10}} {MARKS[step.evidence.verdict]:>3} ({number})")
        return "\n".join(rows)


def show(derivation: Derivation) -> None:
    """Print the derivation on the terminal, in its own notation."""
    from symbackprop.render import render

    print(render(derivation, "txt"))
    print(derivation)
