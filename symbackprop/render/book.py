"""The book: every derivation of the package `derivations`, in the order of its PLACE, as one LaTeX document."""

from __future__ import annotations

from symbackprop.derive.derivation import Derivation
from symbackprop.notation import notation as find_notation
from symbackprop.render.concordance import latex_appendix
from symbackprop.render.entries import Entry, chapters
from symbackprop.render.latex import PREAMBLE, LatexPrinter
from symbackprop.render.latex_math import escape
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.typst import HEAD as TYPST
from symbackprop.render.typst import TypstPrinter
from symbackprop.render.typst_math import quoted

HEAD = r"""\documentclass[11pt,a4paper,openany]{book}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{textcomp}
\usepackage[a4paper,margin=2.6cm]{geometry}
\usepackage{microtype}
\usepackage{array,booktabs,longtable}
\usepackage{xcolor}
"""
TAIL = r"""\usepackage[hidelinks]{hyperref}
\hypersetup{pdftitle={Backpropagation, line by line}}
\setlength{\parindent}{0pt}\setlength{\parskip}{0.6ex plus 0.2ex}
\setlength{\jot}{5pt}
\AtBeginDocument{\abovedisplayskip=7pt plus 2pt minus 3pt\belowdisplayskip=7pt plus 2pt minus 3pt}
\raggedbottom
\setcounter{secnumdepth}{1}\setcounter{tocdepth}{1}
"""
TITLE = "Backpropagation, line by line"


def latex_book(found: list[Entry]) -> str:
    """The whole book as LaTeX."""
    titles = chapters()
    parts = [
        HEAD + PREAMBLE + TAIL,
        r"\begin{document}",
        _title(found),
        r"\begingroup\setlength{\parskip}{0pt}\tableofcontents\endgroup",
    ]
    chapter, count, numbers = 0, 0, dict[str, tuple[int, int]]()
    for entry in found:
        if entry.place[0] != chapter:
            chapter = entry.place[0]
            title, source = titles[chapter]
            parts.append(f"\\chapter{{{escape(title)}}}\n{{\\itshape {escape(source)}}}\n")
            count = 0
        printer = LatexPrinter(printer_mathematics(entry.derivation))
        printer.count = count
        parts.append(
            f"\\section{{{escape(entry.derivation.title)}}}\\label{{{entry.name}}}\n"
            + printer.fragment(entry.derivation, "subsection*")
        )
        count = printer.count
        numbers[entry.name] = (printer.count - len(entry.derivation.steps) + 1, printer.count)
    return "\n\n".join([*parts, latex_appendix(found, numbers), r"\end{document}", ""])


def typst_book(found: list[Entry]) -> str:
    """The whole book as Typst."""
    titles, title = chapters(), quoted(TITLE)
    parts = [
        f"{TYPST}#set document(title: {title}, date: none)",
        f"#align(center + horizon)[#text(size: 2em, {title})\n\n#{quoted(_counts(found))}]\n#pagebreak()\n#outline(depth: 2)",
    ]
    chapter, count = 0, 0
    for entry in found:
        if entry.place[0] != chapter:
            chapter = entry.place[0]
            name, source = titles[chapter]
            words = quoted(f"{chapter} {name}")
            parts.append(f"#pagebreak()\n#heading(level: 1, {words})\n#emph({quoted(source)})")
            count = 0
        printer = TypstPrinter(printer_mathematics(entry.derivation))
        printer.count = count
        parts.append(f"#heading(level: 2, {quoted(f'{chapter}.{entry.place[1]} {entry.derivation.title}')})")
        parts.append(printer.fragment(entry.derivation, 3))
        count = printer.count
    return "\n\n".join(parts)


def printer_mathematics(derivation: Derivation) -> Mathematics:
    """The derivation's own notation, ready to set."""
    return Mathematics(Naming(find_notation(derivation.notation), derivation.net))


def stated(found: list[Entry]) -> str:
    """How many lines are stated, not proved, by kind.

    >>> from symbackprop.render.entries import entries
    >>> stated(entries(["perceptron"]))
    '4 definitions, 3 updates and 0 conditions'
    """
    lines = [step for entry in found for step in entry.derivation.steps if step.evidence.certificate is None]
    updates = sum(step.line.relation == "<-" for step in lines)
    definitions = sum(step.line.relation == "=" for step in lines)
    return f"{definitions} definitions, {updates} updates and {len(lines) - updates - definitions} conditions"


def _counts(found: list[Entry]) -> str:
    steps = [step for entry in found for step in entry.derivation.steps]
    gaps = sum(len(entry.derivation.gaps) for entry in found)
    proved = sum(step.evidence.certificate is not None for step in steps)
    return f"{len(found)} derivations, {len(steps)} displayed lines, {proved} of them proved, {gaps} gaps"


def _title(found: list[Entry]) -> str:
    return (
        "\\begin{titlepage}\\centering\\vspace*{5cm}\n{\\Huge " + TITLE + "\\par}\\vspace{1cm}\n"
        f"{{\\large {_counts(found)}\\par}}\n"
        "\\vfill{\\small A line with the mark \\sbpproved\\ carries a certificate that a kernel of the standard library replays.\\\\ "
        f"The lines without a mark are {stated(found)}.\\par}}\\end{{titlepage}}"
    )
