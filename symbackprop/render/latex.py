"""A derivation as a LaTeX document: standalone, or a fragment to \\input with the small preamble `PREAMBLE`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from symbackprop.derive import derivation as D
from symbackprop.derive.derivation import (
    Block,
    Derivation,
    Display,
    Figure,
    Listing,
    Paragraph,
    Section,
    Step,
    Stream,
    Table,
)
from symbackprop.derive.shown import Shown
from symbackprop.render import tikz
from symbackprop.render.breaking import broken
from symbackprop.render.directive import directive
from symbackprop.render.figures import described
from symbackprop.render.foreign import declaring
from symbackprop.render.latex_math import escape, latex
from symbackprop.render.layout import Layout, tall, width
from symbackprop.render.printer import Printer

SIGNS = {
    "to the digit": r"\sbpdigits",
    D.PROVED: r"\sbpproved",
    D.UNDER: r"\sbpunder",
    D.ALMOST: r"\sbpalmost",
    D.GAP: r"\sbpgap",
    D.DEFINED: "",
}
PREAMBLE = (
    r"""\usepackage{amsmath,amssymb,mathtools}
\usepackage{tikz}
\usetikzlibrary{arrows.meta,positioning}
\definecolor{sbpmark}{HTML}{2E7D4F}
\definecolor{sbpwarn}{HTML}{B3402E}
\newcommand{\sbpproved}{\textcolor{sbpmark}{\ensuremath{\scriptstyle\checkmark}}}
\newcommand{\sbpunder}{\textcolor{sbpmark}{\ensuremath{\scriptstyle\checkmark^{*}}}}
\newcommand{\sbpalmost}{\textcolor{sbpmark}{\ensuremath{\scriptstyle\checkmark^{\circ}}}}
\newcommand{\sbpdigits}{\textcolor{sbpmark}{\ensuremath{\scriptstyle\approx}}}
\newcommand{\sbpgap}{\textcolor{sbpwarn}{\scriptsize gap}}
\newcommand{\sbptag}[2]{\tag*{#1\enspace\textcolor{black!60}{(#2)}}}
\newcommand{\sbprule}[1]{\text{\footnotesize\itshape\textcolor{black!55}{#1}}}
"""
    + tikz.PREAMBLE
)
HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{textcomp}
\usepackage[a4paper,margin=2.6cm]{geometry}
\usepackage{microtype}
\usepackage{array,booktabs}
\usepackage{xcolor}
"""
TAIL = r"""\usepackage[hidelinks]{hyperref}
\hypersetup{pdftitle={%s}}
\setlength{\jot}{5pt}
\AtBeginDocument{\abovedisplayskip=7pt plus 2pt minus 3pt\belowdisplayskip=7pt plus 2pt minus 3pt\abovedisplayshortskip=4pt plus 2pt\belowdisplayshortskip=6pt plus 2pt}
\setlength{\parindent}{0pt}\setlength{\parskip}{0.6ex plus 0.2ex}
"""
MEASURE = 31.0  # em of the text a formula may fill beside its mark and number
WIDE_LEFT, SHORT_LEFT = 13.0, 4.0  # left sides: where one is wider, all but the short ones stand on rows of their own
TABLE_ROWS = 12  # rows that stay together on a page
COLUMN_ROWS = 10  # the same of lines in columns, where there are many: two such parts fill a page
LONG = 3_000  # lines of a document that is set without fine spacing
KEPT = 6  # lines of a display that no page divides


class LatexPrinter(Printer):
    """Prints derivations; equations are numbered in one run."""

    # -- documents --------------------------------------------------------------------------------------------------------

    def pieces(self, derivation: Derivation) -> Iterator[str]:
        """A document that compiles by itself."""
        title = escape(derivation.title)
        head = HEAD + PREAMBLE + TAIL % title
        if derivation.count > LONG:  # it takes most of LaTeX's time and has no words to space
            head = head.replace("\\usepackage{microtype}\n", "")
        said = directive(derivation, self.mathematics.naming.notation)
        comment = f"% sbp: {said}\n" if said else ""
        yield f"{head}{comment}\\title{{\\vspace{{-1.2cm}}{title}}}\n\\author{{}}\\date{{}}\n\\begin{{document}}\n\\maketitle\n\\vspace{{-1.4cm}}\n"
        yield from self.parts(derivation)
        yield "\n\\end{document}\n"

    def fragment(self, derivation: Derivation, level: str = "section*") -> str:
        """The sections alone, to be \\input after `PREAMBLE`."""
        return "".join(self.parts(derivation, level))

    def parts(self, derivation: Derivation, level: str = "section*") -> Iterator[str]:
        """The sections alone, piece by piece."""
        self.begin(derivation)
        yield from declaring(self._parts(derivation, level))

    def _parts(self, derivation: Derivation, level: str) -> Iterator[str]:
        for at, section in enumerate(derivation.sections):
            yield "\n\n" * bool(at)
            yield from self.section(section, level)
        if derivation.sources:
            yield "\n\n" * bool(derivation.sections)
            yield "\\medskip{\\footnotesize Source: " + "; ".join(escape(each) for each in derivation.sources) + ".}"

    def section(self, section: Section, level: str) -> Iterator[str]:
        """One section; displays that follow one another are set together, but for those of a stream."""
        yield f"\\{level}{{{escape(section.title)}}}\n" if section.title else ""
        before: type | None = None
        for kind, run in groupby(section.blocks, type):
            for each in [[*run]] if kind is Display else ([part] for block in run for part in _made(block)):
                joint = "" if before is None else "\n" if kind is Display and before is Paragraph else "\n\n"
                yield joint + (self.displays(each) if kind is Display else self.block(each[0]))  # type: ignore[arg-type]
                before = kind

    # -- blocks -----------------------------------------------------------------------------------------------------------

    def words(self, text: str) -> str:
        """Words, escaped."""
        return escape(text)

    def formula(self, layout: Layout) -> str:
        """A formula among words."""
        return f"${latex(layout)}$"

    def display(self, steps: tuple[Step, ...]) -> str:
        """Lines by themselves."""
        return self.displays([Display(steps)])

    def listing(self, listing: Listing) -> str:
        """Pseudocode, set in by its depth."""
        lines = [rf"\hspace*{{{1.6 * depth:.1f}em}}{self.prose(parts)}" for depth, parts in listing.lines]
        body = "\\\\\n".join(lines)
        return f"\\begin{{quote}}\n\\begin{{minipage}}{{0.94\\linewidth}}\\raggedright\n{body}\n\\end{{minipage}}\n\\end{{quote}}"

    def figure(self, figure: Figure) -> str:
        """A picture as TikZ, with its caption."""
        caption = f"\n\n{{\\footnotesize {self.prose(figure.caption)}}}" if figure.caption else ""
        return _centred("", tikz.drawn(described(figure, self.mathematics.naming)) + caption)

    def displays(self, blocks: Sequence[Display]) -> str:
        """Displays that follow one another, under one relation sign; pages break between them rather than within."""
        margins = [max((width(each) for each in self._lefts(block)), default=3.0) for block in blocks]
        if len(blocks) > 1 and (max(margins) > WIDE_LEFT or self._rules(*blocks) != any(map(self._rules, blocks))):
            return "\n\n".join(self.displays([block]) for block in blocks)
        margin, own = max(margins), max(margins) > WIDE_LEFT  # continued lines start where the widest left side ends
        chains: list[list[str]] = []  # a page may break before a new left side, not within what goes on from it
        joints: list[str] = []
        for block in blocks:
            rules, joint = self._rules(*blocks), r"\\[1.2ex]"
            for step in block.steps:
                lines = self._lines(step, rules, 2.0 if own else margin, own)
                if step.line.left is None and chains and joint == r"\\":
                    chains[-1] += lines
                else:
                    chains.append(lines)
                    joints.append(joint)
                joint = r"\\"
        rows = [(r" \\*" if len(each) <= TABLE_ROWS else r" \\").join(f"\n{line}" for line in each) for each in chains]
        text = "".join([rows[0], *(f" {joint}{each}" for joint, each in zip(joints[1:], rows[1:]))])
        text = f"\\begin{{align*}}{text}\n\\end{{align*}}"
        return text if sum(map(len, chains)) <= KEPT else f"{{\\allowdisplaybreaks\n{text}}}"

    def _lefts(self, block: Display) -> list[Layout]:
        return [self.mathematics.set(step.line.left) for step in block.steps if step.line.left is not None]

    def _rules(self, *blocks: Display) -> bool:
        """Whether there is room for the names of the rules beside the formulas: for all lines or for none."""
        steps = [step for block in blocks for step in block.steps]
        if len(steps) < 2 or all(step.line.left is not None for step in steps):
            return False
        lines = [self.mathematics.line(step.line) for step in steps]
        left = max(width(each) if each is not None else 0 for each, _, _ in lines)
        right = max(width(each) for _, _, each in lines)
        return left + right + 0.42 * max(len(step.rule) for step in steps) + 2 < MEASURE

    def _lines(self, step: Step, rules: bool, margin: float = 3.0, own: bool = False) -> list[str]:
        """The rows of one step; `own` sets its left side, which is wide, on a row of its own."""
        left, relation, right = self.mathematics.line(step.line)
        number = self.number(step)
        note = ""
        room = MEASURE - margin
        if rules and step.rule not in ("definition", ""):
            note = rf" &&\sbprule{{{escape(step.rule)}}}"
        rows = broken(right, room)
        head = latex(left) if left is not None else ""
        tag = rf" \sbptag{{{SIGNS[step.evidence.verdict]}}}{{{number}}}"
        lines = [f"{head} &{latex(relation)} {latex(rows[0])}"]
        if own and left is not None and width(left) <= SHORT_LEFT:
            lines = [f"&{head} {latex(relation)} {latex(rows[0])}"]
        elif own:
            lines = [f"&{head}"] * bool(head) + [rf"&\hspace*{{1em}} {latex(relation)} {latex(rows[0])}"]
        lines += [rf"&\hspace*{{2em}} {latex(each)}" for each in rows[1:]]
        lines[-1] += note + tag
        return lines

    def columns(self, steps: tuple[Step, ...]) -> str:
        """Steps in as many columns as the page holds, each with its mark and number."""
        if max(width(self.mathematics.whole(step.line)) + 4.5 for step in steps) > 21:
            return self.display(steps)
        cells = []
        widest, high = 0.0, False
        for step in steps:
            whole = self.mathematics.whole(step.line)
            widest = max(widest, width(whole) + 4.5)
            high = high or tall(whole)
            mark = f"{SIGNS[step.evidence.verdict]}~\\textcolor{{black!60}}{{({self.number(step)})}}"
            cells.append(rf"$\displaystyle {latex(whole)}$ & {mark}")  # one formula a cell: it can be read back
        many = max(1, min(3, int((42 + 2) / (widest + 2)), len(cells)))  # 2 em stand between two columns
        spec = "@{\\qquad}".join([r"l@{\quad}r"] * many)
        rows = -(-len(cells) // many)
        size = many * _even(rows, TABLE_ROWS if rows <= 15 else COLUMN_ROWS)
        parts = [_columns(cells[at : at + size], many) for at in range(0, len(cells), size)]
        tables = [f"\\begin{{tabular}}{{@{{}}{spec}@{{}}}}\n{body}\n\\end{{tabular}}" for body in parts]
        stretch = (2.4 if rows <= 15 else 2.3) if high else 1.3
        return _centred(f"\\renewcommand{{\\arraystretch}}{{{stretch}}}", "\n\n".join(tables))

    def table(self, table: Table) -> str:
        """A table of words and forms, in parts that stay on a page; rows that are steps carry their mark and number."""
        marked = [
            f"{SIGNS[step.evidence.verdict]}~\\textcolor{{black!60}}{{({self.number(step)})}}" for step in table.steps
        ]
        spec = "l" * len(table.head) + ("r" if marked else "")
        head = " & ".join(escape(each) for each in table.head) + (" &" if marked else "")
        rows = [" & ".join(self.cell(cell) for cell in cells) for cells in table.rows]
        rows = [f"{each} & {mark}" for each, mark in zip(rows, marked)] if marked else rows
        caption = f"\n\n{{\\footnotesize {self.prose(table.caption)}}}" if table.caption else ""
        size = _even(len(rows), TABLE_ROWS)
        parts = [rows[at : at + size] for at in range(0, len(rows), size)]
        tables = [
            f"\\begin{{tabular}}{{@{{}}{spec}@{{}}}}\n\\toprule\n{head} \\\\\n\\midrule\n"
            + " \\\\[0.8ex]\n".join(part)
            + " \\\\\n\\bottomrule\n\\end{tabular}"
            for part in parts
        ]
        high = any(
            isinstance(cell, Shown) and tall(self.mathematics.set(cell)) for cells in table.rows for cell in cells
        )
        stretch = r"\renewcommand{\arraystretch}{1.7}" if high else ""
        return _centred(stretch + self._size(table), "\n\n\\medskip\n".join(tables) + caption)

    def _size(self, table: Table) -> str:
        """The size of type that a table's columns fit the page in."""

        def wide(cell: object) -> float:
            return 0.45 * len(cell) if isinstance(cell, str) else width(self.mathematics.set(cell))  # type: ignore[arg-type]

        columns = zip(*[(*row,) for row in table.rows])
        total = sum(max(map(wide, column)) + 1.0 for column in columns) + (4.0 if table.steps else 0.0)
        sizes = ((40.0, ""), (44.0, "\\small "), (49.0, "\\footnotesize "), (58.0, "\\scriptsize "))
        return next((name for room, name in sizes if total <= room), "\\tiny ")

    def cell(self, cell: Shown | str) -> str:
        """One cell: words, or a form as in a display."""
        return escape(cell) if isinstance(cell, str) else rf"$\displaystyle {latex(self.mathematics.set(cell))}$"


def _made(block: Block) -> Iterator[Block]:
    return block.make() if isinstance(block, Stream) else iter((block,))


def _centred(settings: str, body: str) -> str:
    """A table or figure that stays on the page of the words before it (the environment `center` asks for a break there)."""
    return f"\\nopagebreak\\medskip\n{{\\centering{settings}\n{body}\n\\par}}\\medskip"


def _even(rows: int, most: int) -> int:
    """How many rows stand together where parts of at most so many are to be alike; a few too many still stay together.

    >>> _even(13, 12), _even(25, 12), _even(40, 12)
    (13, 13, 10)
    """
    parts = max(1, -(-(rows - most // 4) // most))
    return max(1, -(-rows // parts))


def _columns(cells: list[str], many: int) -> str:
    """Cells read down the columns, as the rows of a tabular."""
    depth = -(-len(cells) // many)
    rows = []
    for at in range(depth):
        rows.append(" & ".join(cells[k] if k < len(cells) else " & " for k in range(at, at + many * depth, depth)))
    return " \\\\\n".join(rows)
