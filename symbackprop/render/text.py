"""A derivation as plain text for a terminal, in Unicode."""

from __future__ import annotations

import textwrap

from symbackprop.derive import derivation as D
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Listing, Paragraph, Prose, Step, Table
from symbackprop.derive.shown import Shown
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.plain_math import plain

MARKS = {"to the digit": "≈", D.PROVED: "✓", D.UNDER: "✓*", D.ALMOST: "✓°", D.GAP: "gap", D.DEFINED: ""}
WIDTH = 100


class TextPrinter:
    """Prints derivations as lines of text."""

    def __init__(self, mathematics: Mathematics) -> None:
        self.mathematics = mathematics
        self.count = 0

    def document(self, derivation: Derivation) -> str:
        """The whole derivation."""
        parts = [derivation.title, "=" * len(derivation.title)]
        for section in derivation.sections:
            if section.title:
                parts += ["", section.title, "-" * len(section.title)]
            for block in section.blocks:
                parts += ["", self.block(block)]
        if derivation.sources:
            parts += ["", "Source: " + "; ".join(derivation.sources)]
        return "\n".join(part for part in parts) + "\n"

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Paragraph(parts):
                return textwrap.fill(self.prose(parts), WIDTH)
            case Display(steps):
                return self.lines(steps)
            case Table():
                if not block.rows:
                    return self.lines(block.steps)
                marks: list[tuple[str, ...]] = [(f"{MARKS[step.evidence.verdict]} ({self._next()})",) for step in block.steps]
                marks = marks or [()] * len(block.rows)
                head = (*block.head, "") if block.steps else block.head
                rows = [head, *((*(self.cell(cell) for cell in row), *mark) for row, mark in zip(block.rows, marks))]
                widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
                return "\n".join(
                    "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths)).rstrip() for row in rows
                )
            case Listing(lines):
                return "\n".join("    " * depth + self.prose(parts) for depth, parts in lines)
            case Figure():
                return f"[figure: {self.prose(block.caption)}]" if block.caption else "[figure]"

    def _next(self) -> int:
        self.count += 1
        return self.count

    def prose(self, parts: Prose) -> str:
        """Words with symbols among them."""
        return "".join(each if isinstance(each, str) else plain(self.mathematics.set(each)) for each in parts)

    def cell(self, cell: Shown | str) -> str:
        """One cell of a table."""
        return cell if isinstance(cell, str) else plain(self.mathematics.set(cell))

    def lines(self, steps: tuple[Step, ...]) -> str:
        """Displayed lines with mark and number; lines that go on are set under the sign they start with."""
        lefts = [plain(self.mathematics.set(s.line.left)) if s.line.left is not None else "" for s in steps]
        margin = max(map(len, lefts))
        rows = []
        for step, left in zip(steps, lefts):
            self.count += 1
            _, relation, right = self.mathematics.line(step.line)
            text = f"  {left:>{margin}} {plain(relation)} {plain(right)}"
            rows.append(f"{text:<{WIDTH - 10}} {MARKS[step.evidence.verdict]:>3} ({self.count})")
        return "\n".join(rows)


def show(derivation: Derivation) -> None:
    """Print the derivation on the terminal, in its own notation."""
    from symbackprop.render import render

    print(render(derivation, "txt"))
    print(derivation)
