"""A derivation as one HTML page: native MathML, hand-written SVG, no script, nothing from elsewhere; light, dark, phone and print.

Pointing at a symbol shows its neuron or edge in the picture; the mark of a line opens its evidence. Both are CSS and <details>.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from html import escape, unescape

from symbackprop.derive import derivation as D
from symbackprop.derive.derivation import (
    Derivation,
    Figure,
    Listing,
    Prose,
    Section,
    Step,
    Table,
)
from symbackprop.derive.sample import sample
from symbackprop.render import svg
from symbackprop.render.directive import directive
from symbackprop.render.figures import described
from symbackprop.render.layout import Layout, Named, row, width
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.mathml import mathml
from symbackprop.render.printer import MARKS, Printer, Progress
from symbackprop.render.style import PAGE

WORDS = {"to the digit": "right to the digit", D.PROVED: "proved", D.UNDER: "proved under a condition",
         D.ALMOST: "proved off the kinks", D.GAP: "gap", D.DEFINED: "definition"}  # fmt: skip

WIDE_LEFT = 10.0  # em: a wider left side stands on a row of its own
COLUMN = 15.0  # em: narrower lines stand in two columns where the page is wide enough
KEYS = 5000  # symbols remembered before those that no picture shows are forgotten
CLOSE = "</main></body></html>\n"


class HtmlPrinter(Printer):
    """Prints derivations; lines are numbered in one run and can be linked to."""

    def __init__(self, mathematics: Mathematics, progress: Progress | None = None) -> None:
        super().__init__(mathematics, progress)
        self.keys: dict[str, None] = {}
        self.drawn: set[str] = set()

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """A page by itself: the body is kept in a file until its head, which says what can be pointed at, is known."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as body:
            body.writelines(self.parts(derivation))
            body.seek(0)
            yield f"{opening(derivation.title, self.links())}<h1>{escape(derivation.title)}</h1>\n"
            said = directive(derivation, self.mathematics.naming.notation)
            yield f"<!-- sbp: {said} -->\n" if said else ""
            while part := body.read(1 << 14):
                yield part
        yield CLOSE

    def fragment(self, derivation: Derivation) -> str:
        """The sections alone."""
        return "".join(self.parts(derivation))

    def parts(self, derivation: Derivation) -> Iterator[str]:
        """The sections alone, piece by piece."""
        self.begin(derivation)
        for at, section in enumerate(derivation.sections):
            yield "\n" * bool(at)
            yield from self.section(section)
        if derivation.sources:
            yield "\n" * bool(derivation.sections)
            yield f'<p class="source">Source: {escape("; ".join(derivation.sources))}.</p>'

    def links(self) -> str:
        """The rules that show a symbol's neuron, edge, bias or cost in the picture while it is pointed at."""
        rules = [
            f'main:has([data-s="{_css(key)}"]:hover) [data-k="{_css(_there(key))}"]'
            for key in self.keys
            if _there(key) in self.drawn
        ]
        colours = "".join(
            f"--{name}:var(--hot);" for name in ("ink", "line", "faint", "hidden", "input", "output", "bias")
        )
        return f"{','.join(rules)}{{{colours}stroke-width:3}}" if rules else ""

    def section(self, section: Section) -> Iterator[str]:
        """One section."""
        yield f"<section><h2>{escape(section.title)}</h2>\n" if section.title else "<section>"
        for at, block in enumerate(section.walk()):
            yield "\n" * bool(at) + self.block(block)
        yield "</section>"

    def words(self, text: str) -> str:
        """Words, escaped."""
        return escape(text)

    def paragraph(self, parts: Prose) -> str:
        """A paragraph."""
        return f"<p>{self.prose(parts)}</p>"

    def figure(self, figure: Figure) -> str:
        """A picture as SVG, with its caption."""
        caption = f"<figcaption>{self.prose(figure.caption)}</figcaption>" if figure.caption else ""
        picture = svg.drawn(described(figure, self.mathematics.naming))
        self.drawn.update(unescape(key) for key in re.findall(r'data-k="([^"]*)"', picture))
        return f"<figure>{picture}{caption}</figure>"

    def columns(self, steps: tuple[Step, ...]) -> str:
        """Narrow lines in two columns where the page is wide enough."""
        widest = max(width(self.mathematics.whole(step.line)) for step in steps)
        return self.display(steps, "many" if widest < COLUMN else "")

    def listing(self, listing: Listing) -> str:
        """Pseudocode."""
        rows = (
            f'<div style="padding-left:{1.6 * depth:g}em">{self.prose(parts)}</div>' for depth, parts in listing.lines
        )
        return f'<div class="listing">{"".join(rows)}</div>'

    def formula(self, layout: Layout) -> str:
        """A formula; the symbols in it are remembered for the links."""
        self.keys.update(dict.fromkeys(named(layout)))
        if len(self.keys) > KEYS:  # of a long derivation only what its picture shows is worth remembering
            self.keys = {key: None for key in self.keys if _there(key) in self.drawn}
        return mathml(layout)

    def table(self, table: Table) -> str:
        """A table of words and forms."""

        marks = [self._row_mark(step) for step in table.steps] or [""] * len(table.rows)
        head = "".join(f"<th>{escape(each)}</th>" for each in table.head) + ("<th></th>" if table.steps else "")
        rows = "".join(
            "<tr>" + "".join(f"<td>{self.cell(each)}</td>" for each in cells) + mark + "</tr>"
            for cells, mark in zip(table.rows, marks)
        )
        caption = f"<caption>{self.prose(table.caption)}</caption>" if table.caption else ""
        return f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'

    def _row_mark(self, step: Step) -> str:
        number = str(self.number(step))
        return f'<td class="mark" id="e{number}">{self.evidence(step, number, named=False)}</td>'

    def display(self, steps: Iterable[Step], kind: str = "") -> str:
        """Lines aligned at their relation signs, each with the mark that opens its evidence."""
        rows, steps = [], tuple(steps)
        ruled = " ruled" if any(step.line.left is None and step.rule for step in steps) else ""
        lefts = [self.mathematics.set(step.line.left) for step in steps if step.line.left is not None]
        if max(map(width, lefts), default=0.0) > WIDE_LEFT:
            kind, ruled = f"{kind} own", ""
        for step in steps:
            left, relation, right = self.mathematics.line(step.line)
            line = str(self.number(step))
            cells = [f'<div class="l">{self.formula(left) if left is not None else ""}</div>',
                     f'<div class="r">{self.formula(row(relation, right))}</div>',
                     self.evidence(step, line)]  # fmt: skip
            rows.append(f'<div class="line" id="e{line}">{"".join(cells)}</div>')
        return f'<div class="display {kind}{ruled}">{"".join(rows)}</div>'

    def evidence(self, step: Step, number: str, named: bool = True) -> str:
        """The mark and number of a line; a proved line opens its claim and certificate."""
        mark, words = MARKS[step.evidence.verdict], WORDS[step.evidence.verdict]
        rule = f'<span class="rule">{escape(step.rule)}</span>' if named and step.line.left is None else ""
        label = f'{rule}<span class="mark">{mark}</span><span class="number">({number})</span>'
        if step.evidence.verdict == D.DEFINED:
            return f'<div class="tag">{label}</div>'
        uses = [
            f'<a href="#e{self.numbers[key]}">({self.numbers[key]})</a>' for key in step.uses if key in self.numbers
        ]
        facts = [("rule", escape(step.rule)), ("verdict", words), ("claim", escape(shortened(step.evidence.claim))), ("how", escape(step.evidence.method)), ("numbers", escape(sample(step.evidence.certificate))), ("uses", ", ".join(uses)),
                 ("sha256", f"<code>{step.evidence.digest[:32]}</code>" if step.evidence.digest else "")]  # fmt: skip
        body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value)
        return f'<details class="tag"><summary aria-label="{words}, line {number}">{label}</summary><dl>{body}</dl></details>'


def shortened(text: str, most: int = 160) -> str:
    """A claim in the kernel's words, cut where it is long."""
    return text if len(text) <= most else text[: most - 3] + "..."


def _there(key: str) -> str:
    """The key of what the picture shows for a symbol: its edge, its neuron, or the cost."""
    return "u:(cost)" if key.startswith("y:") else f"w:{key[2:]}" if key.startswith("w:") else f"u:{key[2:]}"


def _css(key: str) -> str:
    return escape("".join(sign if sign.isalnum() or sign in ":_. '" else f"\\{ord(sign):x} " for sign in key))


def named(layout: Layout) -> Iterable[str]:
    """The keys of the named parts of a layout."""
    if isinstance(layout, Named):
        yield layout.key
    for name in getattr(layout, "__slots__", ()):
        value = getattr(layout, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, tuple):
                for item in each:
                    yield from named(item)
            elif each is not None and not isinstance(each, str | int | float | bool):
                yield from named(each)


def page(title: str, body: str, style: str = "", navigation: str = "") -> str:
    """A whole HTML page."""
    return opening(title, style, navigation) + body + CLOSE


def opening(title: str, style: str = "", navigation: str = "") -> str:
    """A page up to what stands in it."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{PAGE}\n{svg.STYLE}\n{style}</style></head>\n"
        f"<body>{navigation}<main>"
    )
