"""A derivation as a Typst document, for a PDF where no LaTeX is installed; words are quoted strings, pictures the same SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symbackprop.derive.derivation import (
    Derivation,
    Figure,
    Listing,
    Section,
    Step,
    Table,
)
from symbackprop.render import svg
from symbackprop.render.breaking import broken
from symbackprop.render.figures import Drawing, described
from symbackprop.render.layout import Layout, width
from symbackprop.render.printer import MARKS, Printer
from symbackprop.render.typst_math import quoted, typst

ROOM, MEASURE = 44.0, 33.0  # em of a whole row, and of what a formula may fill beside its mark and number
HEAD = """#set page(paper: "a4", margin: 2.6cm, numbering: "1")
#set text(font: "New Computer Modern", size: 11pt, fallback: true)
#show math.equation: set text(font: ("New Computer Modern Math", "DejaVu Sans Mono"))
#set par(justify: true)
#show heading: set block(above: 1.6em, below: .9em)
#let mark(sign, number) = text(size: .85em)[#text(fill: rgb("2e7d4f"), sign) #text(fill: luma(40%), number)]
#let code(body) = block(inset: 8pt, fill: luma(96%), width: 100%, {
  set par(spacing: .5em)
  set text(top-edge: "bounds", bottom-edge: "bounds")
  body
})
#let bounded(body) = block(above: 1em, below: 1.2em, {
  set text(top-edge: "bounds", bottom-edge: "bounds")
  pad(x: 1.5em, body)
})
#let lines(..cells) = bounded(grid(columns: (auto, auto, 1fr), column-gutter: (.3em, 1em), row-gutter: .75em,
  align: (right + horizon, left + horizon, right + horizon), ..cells))
#let rule(words) = text(size: .8em, fill: luma(45%), style: "italic", words)
"""


class TypstPrinter(Printer):
    """Prints derivations; lines are numbered in one run."""

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """The whole document; Typst itself wants it as one text."""
        title = quoted(derivation.title)
        head = f"{HEAD}#set document(title: {title}, date: none)\n#align(center, text(size: 1.5em, {title}))\n"
        yield head + self.fragment(derivation)

    def fragment(self, derivation: Derivation, level: int = 1) -> str:
        """The sections alone."""
        self.begin(derivation)
        parts = [self.section(section, level) for section in derivation.sections]
        if derivation.sources:
            parts.append(f"#text(size: .85em, {quoted('Source: ' + '; '.join(derivation.sources) + '.')})")
        return "\n\n".join(parts) + "\n"

    def section(self, section: Section, level: int) -> str:
        """One section."""
        head = [f"#heading(level: {level}, outlined: false, {quoted(section.title)})"] if section.title else []
        return "\n\n".join([*head, *(self.block(block) for block in section.walk())])

    def words(self, text: str) -> str:
        """Words as a string."""
        return f"#{quoted(text)};"

    def formula(self, layout: Layout) -> str:
        """A formula among words."""
        return f"${typst(layout)}$"

    def listing(self, listing: Listing) -> str:
        """Pseudocode."""
        rows = (f"#pad(left: {1.6 * depth:g}em, [{self.prose(parts)}])" for depth, parts in listing.lines)
        return "#code[\n" + "\n".join(rows) + "\n]"

    def figure(self, figure: Figure) -> str:
        """A picture with its caption."""
        caption = f"\n\n#text(size: .85em)[{self.prose(figure.caption)}]" if figure.caption else ""
        return f"#align(center)[{image(described(figure, self.mathematics.naming))}{caption}]"

    def mark(self, step: Step) -> str:
        """The mark and the next number."""
        return f"#mark({quoted(MARKS[step.evidence.verdict])}, {quoted(f'({self.number(step)})')})"

    def display(self, steps: Iterable[Step]) -> str:
        """Lines aligned at their relation signs, each with its rule, mark and number."""
        rows, steps = [], tuple(steps)
        sides = [self.mathematics.line(step.line) for step in steps]
        left = max((width(side) for side, _, _ in sides if side is not None), default=0.0)
        right = max(width(side) for _, _, side in sides)
        ruled = len(steps) > 1 and left + right + 0.45 * max(len(step.rule) for step in steps) < MEASURE
        for step, (head, relation, form) in zip(steps, sides):
            lines = [typst(each) for each in broken(form, max(12.0, MEASURE - left))]
            words = step.rule if ruled and step.line.left is None else ""
            end = f"[#rule({quoted(words)}) #h(.6em) {self.mark(step)}]"
            for at, line in enumerate(lines):
                sign = f"{typst(relation)} " if not at else "#h(2em) "
                side = f"$display({typst(head)})$" if head is not None and not at else ""
                rows.append(f"[{side}], [$display({sign}{line})$], {end if at == len(lines) - 1 else '[]'}")
        return "#lines(" + ",\n  ".join(rows) + ")"

    def columns(self, steps: tuple[Step, ...]) -> str:
        """Short lines in as many columns as there is room for, read down."""
        wholes = [self.mathematics.whole(step.line) for step in steps]
        widest = max(map(width, wholes))
        many = max(1, min(3, int(ROOM / (widest + 7)), len(steps)))
        if many == 1:
            return self.display(steps)
        cells = [
            f"[${'display(' + typst(whole) + ')'}$ #h(.6em) {self.mark(step)}]" for whole, step in zip(wholes, steps)
        ]
        depth = -(-len(cells) // many)
        order = [
            cells[k] if k < len(cells) else "[]" for at in range(depth) for k in range(at, at + many * depth, depth)
        ]
        return f"#bounded(grid(columns: {many}, column-gutter: 1fr, row-gutter: 1em, {', '.join(order)}))"

    def table(self, table: Table) -> str:
        """A table of words and forms; rows that are steps carry their mark and number."""

        marks = [[f"[{self.mark(step)}]"] for step in table.steps] or [[]] * len(table.rows)
        rows = [
            ", ".join([*(f"[{self.cell(each)}]" for each in cells), *mark]) for cells, mark in zip(table.rows, marks)
        ]
        head = ", ".join(f"[*#{quoted(each)}*]" for each in table.head) + (", []" if table.steps else "")
        count = len(table.head) + bool(table.steps)
        size = 0.75 if table.steps else 0.95
        body = ",\n  ".join([f"table.header({head})", "table.hline()", *rows])
        caption = f"\n\n#text(size: .85em)[{self.prose(table.caption)}]" if table.caption else ""
        return f"#align(center)[#set text(size: {size}em)\n#table(columns: {count}, stroke: none, align: left,\n  {body})]{caption}"


def image(drawing: Drawing) -> str:
    """A picture as SVG within Typst: its colours put in, for Typst reads no style variables."""
    text = svg.drawn(drawing, standalone=True)
    colours = dict(re.findall(r"(--\w+):(#\w+)", svg.STYLE.split("@media")[0]))
    text = re.sub(r"@media[^{]*\{[^}]*\}\}", "", text)
    text = re.sub(r"var\((--\w+)\)", lambda match: colours[match[1]], text).replace(
        "Latin Modern Math", "New Computer Modern"
    )
    wide = float(re.search(r'width="(\d+)"', text)[1]) / svg.CM  # type: ignore[index]
    return f'#image(bytes({quoted(text)}), format: "svg", width: {min(wide, 15.5):.2f}cm)'


def page(drawing: Drawing) -> str:
    """A document of one page that is as large as its figure."""
    return f"#set page(width: auto, height: auto, margin: 2mm)\n{image(drawing)}\n"


def framed(text: str) -> str:
    """A document of one page that holds a finished SVG."""
    return f'#set page(width: auto, height: auto, margin: 2mm)\n#image(bytes({quoted(text)}), format: "svg", width: 14cm)\n'
