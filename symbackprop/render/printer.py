"""What every printer of derivations does: it walks the blocks and numbers the lines; how each looks is the printer's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from symbackprop.derive import derivation as D
from symbackprop.derive.derivation import (
    Block,
    Derivation,
    Display,
    Figure,
    Listing,
    Paragraph,
    Prose,
    Step,
    Stream,
    Table,
)
from symbackprop.derive.shown import Shown
from symbackprop.render.layout import Layout
from symbackprop.render.mathematics import Mathematics

MARKS = {"to the digit": "≈", D.PROVED: "✓", D.UNDER: "✓*", D.ALMOST: "✓°", D.GAP: "gap", D.DEFINED: ""}
Progress = Callable[[str, int, int], None]


class Printer(ABC):
    """Walks a derivation; lines are numbered in one run. `progress` hears of every line of a long document."""

    def __init__(self, mathematics: Mathematics, progress: Progress | None = None) -> None:
        self.mathematics = mathematics
        self.progress = progress
        self.count = 0
        self.total = 0
        self.numbers: dict[str, int] = {}

    def begin(self, derivation: Derivation) -> None:
        """Called before a derivation is printed: how many lines it has."""
        self.total = self.count + derivation.count if self.progress is not None else 0

    def document(self, derivation: Derivation) -> str:
        """The whole derivation."""
        return "".join(self.pieces(derivation))

    @abstractmethod
    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """The whole derivation piece by piece, no more than a few lines of a stream at a time."""

    def number(self, step: Step) -> int:
        """The next number; the step's key is remembered with it, for the lines that use it."""
        self.count += 1
        if step.key:
            self.numbers[step.key] = self.count
        if self.progress is not None:
            self.progress("printed", self.count, self.total)
        return self.count

    def block(self, block: Block) -> str:
        """One block of a section."""
        match block:
            case Paragraph(parts):
                return self.paragraph(parts)
            case Display(steps):
                return self.display(steps)
            case Table():
                return self.table(block) if block.rows else self.columns(block.steps)
            case Listing():
                return self.listing(block)
            case Figure():
                return self.figure(block)
            case Stream(_, make):
                return "\n\n".join(map(self.block, make()))

    def prose(self, parts: Prose) -> str:
        """Words with symbols among them."""
        return "".join(self.words(each) if isinstance(each, str) else self.symbol(each) for each in parts)

    def symbol(self, form: Shown) -> str:
        """A form among words."""
        return self.formula(self.mathematics.set(form))

    def cell(self, cell: Shown | str) -> str:
        """One cell of a table: words or a form."""
        return self.words(cell) if isinstance(cell, str) else self.symbol(cell)

    def paragraph(self, parts: Prose) -> str:
        """A paragraph of words."""
        return self.prose(parts)

    def columns(self, steps: tuple[Step, ...]) -> str:
        """Short lines, which a page may set in columns."""
        return self.display(steps)

    @abstractmethod
    def words(self, text: str) -> str:
        """Words as they are written in this format, whatever they hold."""

    @abstractmethod
    def formula(self, layout: Layout) -> str:
        """A formula among words."""

    @abstractmethod
    def display(self, steps: tuple[Step, ...]) -> str:
        """Lines aligned at their relation signs, each with its mark and number."""

    @abstractmethod
    def table(self, table: Table) -> str:
        """A table of words and forms; rows that are steps carry their mark and number."""

    @abstractmethod
    def listing(self, listing: Listing) -> str:
        """Pseudocode."""

    @abstractmethod
    def figure(self, figure: Figure) -> str:
        """A picture with its caption."""
