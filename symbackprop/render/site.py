"""The book as a small static site: a page for each derivation, contents, a page for each notation, an index of all lines.

Plain HTML and CSS. To search, open the index, which lists every displayed line, and use the browser's own search.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from symbackprop.derive import shown as S
from symbackprop.derive.backpropagation import derive
from symbackprop.networks import Network
from symbackprop.notation import Notation
from symbackprop.notation import table as notations
from symbackprop.render.book import TITLE, printer_mathematics, stated
from symbackprop.render.concordance import Document, concordance
from symbackprop.render.entries import Entry, chapters
from symbackprop.render.html import HtmlPrinter, page
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.mathml import mathml
from symbackprop.render.naming import Naming, Unnameable
from symbackprop.render.plain_math import plain
from symbackprop.render.printer import MARKS

KINDS = {
    "input": "input", "weight": "weight", "bias": "bias", "net_input": "net input", "output": "output", "target": "target",
    "delta": "delta", "cost": "cost", "rate": "rate",
}  # fmt: skip


def site(found: list[Entry]) -> dict[str, str]:
    """File name to text, for the whole site."""
    files = {"index.html": _contents(found), "lines.html": _lines(found), "notations.html": _notations()}
    made = concordance(found)
    files["documents.html"] = _documents(made)
    files |= {f"document-{n}.html": _document(each) for n, each in enumerate(made, start=1)}
    for at, entry in enumerate(found):
        before = found[at - 1] if at else None
        after = found[at + 1] if at + 1 < len(found) else None
        files[f"{entry.name}.html"] = _entry(entry, before, after)
    for name, notation in notations().items():
        files[f"notation-{name}.html"] = _notation(notation)
    return files


def _menu(*more: tuple[str, str]) -> str:
    links = [("index.html", "Contents"), ("documents.html", "By document"), ("lines.html", "All lines"), ("notations.html", "Notations"), *more]
    return "<nav>" + "".join(f'<a href="{file}">{escape(words)}</a>' for file, words in links) + "</nav>"


def _number(entry: Entry) -> str:
    return f"{entry.place[0]}.{entry.place[1]}"


def _entry(entry: Entry, before: Entry | None, after: Entry | None) -> str:
    printer = HtmlPrinter(printer_mathematics(entry.derivation))
    body = f"<h1>{_number(entry)} {escape(entry.derivation.title)}</h1>{printer.fragment(entry.derivation)}"
    more = [(f"{each.name}.html", words) for each, words in ((before, "Before"), (after, "Next")) if each is not None]
    return page(entry.derivation.title, body, printer.links(), _menu(*more))


def _contents(found: list[Entry]) -> str:
    titles, parts, chapter = chapters(), [f"<h1>{TITLE}</h1>"], 0
    lines = [step for entry in found for step in entry.derivation.steps]
    proved = sum(step.evidence.certificate is not None for step in lines)
    gaps = sum(len(entry.derivation.gaps) for entry in found)
    parts.append(
        f"<p>{len(found)} derivations, {len(lines)} displayed lines, {proved} of them with a certificate, {gaps} gaps. "
        f"The others are {stated(found)}.</p>"
    )
    for entry in found:
        if entry.place[0] != chapter:
            parts.append("</ul>" if chapter else "")
            chapter = entry.place[0]
            title, source = titles[chapter]
            parts.append(f"<h2>{chapter} {escape(title)}</h2><p>{escape(source)}</p><ul class='contents'>")
        parts.append(f'<li>{_number(entry)} <a href="{entry.name}.html">{escape(entry.derivation.title)}</a></li>')
    return page(TITLE, "".join([*parts, "</ul>"]), STYLE, _menu())


def _lines(found: list[Entry]) -> str:
    """Every displayed line with its rule, linked to where it stands; search it with the browser."""
    parts = ["<h1>All lines</h1><p>Every displayed line of the book, as text and as a formula. The browser's own search finds a "
             "symbol written as in the text, such as δ_l or ∂P/∂w.</p>"]  # fmt: skip
    for entry in found:
        mathematics = printer_mathematics(entry.derivation)
        parts.append(
            f'<h3>{_number(entry)} <a href="{entry.name}.html">{escape(entry.derivation.title)}</a></h3><ol class="lines">'
        )
        for number, step in enumerate(entry.derivation.steps, start=1):
            text = plain(mathematics.whole(step.line))
            parts.append(
                f'<li value="{number}"><a href="{entry.name}.html#e{number}">{escape(step.rule or "line")}</a> {escape(text)}</li>'
            )
        parts.append("</ol>")
    return page("All lines", "".join(parts), STYLE, _menu())


def _documents(made: list[Document]) -> str:
    """The documents, each with its sections and how many lines of the book follow them."""
    parts = ["<h1>By document</h1><p>The sections of each document in its own order, with the lines of the book that follow it.</p>"]
    for n, document in enumerate(made, start=1):
        parts.append(f'<h2><a href="document-{n}.html">{escape(document.title)}</a></h2><ul class="contents">')
        for k, (section, entries) in enumerate(document.sections, start=1):
            lines = sum(len(entry.derivation.steps) for entry in entries)
            parts.append(f'<li><a href="document-{n}.html#s{k}">{escape(section)}</a>: {lines} lines</li>')
        parts.append("</ul>")
    return page("By document", "".join(parts), STYLE, _menu())


def _document(document: Document) -> str:
    """One document: under each of its sections every line of the book, numbered as where it stands, as a formula."""
    parts = [f"<h1>{escape(document.title)}</h1><p>Under each section of the document, the lines of the book in their order.</p>"]
    for k, (section, entries) in enumerate(document.sections, start=1):
        parts.append(f'<h2 id="s{k}">{escape(section)}</h2>')
        for entry in entries:
            mathematics = printer_mathematics(entry.derivation)
            parts.append(f'<h3>{_number(entry)} <a href="{entry.name}.html">{escape(entry.derivation.title)}</a></h3><ol class="lines">')
            for number, step in enumerate(entry.derivation.steps, start=1):
                mark = MARKS[step.evidence.verdict]
                parts.append(
                    f'<li value="{number}"><a href="{entry.name}.html#e{number}">({number}) {mark}</a> {mathml(mathematics.whole(step.line))}</li>'
                )
            parts.append("</ol>")
    return page(document.title, "".join(parts), STYLE, _menu())


def _notations() -> str:
    """The same quantities in every notation, side by side."""
    found = notations()
    head = "".join(f"<th>{words}</th>" for words in KINDS.values())
    rows = []
    for name, each in found.items():
        cells = "".join(f"<td>{_symbol(each, kind)}</td>" for kind in KINDS)
        rows.append(f'<tr><th><a href="notation-{name}.html">{escape(each.title)}</a></th>{cells}</tr>')
    table = f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    return page(
        "Notations",
        f"<h1>Notations</h1><p>The quantities of a net of two layers, in each notation.</p>{table}",
        STYLE,
        _menu(),
    )


def _net(notation: Notation) -> Network:
    sizes = [1, 1, 1] if notation.one_per_layer else [2, 2, 1]
    return Network.layered(sizes, loss=notation.loss, name="-".join(map(str, sizes)))


def _symbol(notation: Notation, kind: str) -> str:
    net = _net(notation)
    names: Mapping[str, str] = {
        "input": "x1", "weight": "w1_1_1", "bias": "b1_1", "net_input": "u1_1", "output": "u1_1", "target": "y1", "delta": "u1_1",
    }  # fmt: skip
    try:
        return mathml(Naming(notation, net).quantity(S.Quantity(kind, names.get(kind, ""))))
    except (Unnameable, KeyError):
        return "–"


def _notation(notation: Notation) -> str:
    net = _net(notation)
    made = derive(net, notation=notation)
    mathematics = Mathematics(Naming(notation, net))
    sign = "minus the derivative" if notation.delta_sign < 0 else "the derivative"
    rows = "".join(f"<tr><th>{words}</th><td>{_symbol(notation, kind)}</td></tr>" for kind, words in KINDS.items())
    printer = HtmlPrinter(mathematics)
    body = (
        f"<h1>{escape(notation.title)}</h1><p>Source: {escape(notation.source)}. Delta is {sign} of the cost by the net input; "
        f"the inputs are layer {notation.input_layer}.</p><table>{rows}</table>"
        f"<h2>A whole derivation in this notation</h2>{printer.fragment(made)}"
    )
    return page(notation.title, body, STYLE + printer.links(), _menu())


STYLE = """.contents{list-style:none;padding-left:0}.contents li{margin:.25rem 0}.lines li{margin:.2rem 0;overflow-x:auto}
.lines a{font-style:italic;font-size:.85rem;color:var(--soft);margin-right:.6rem}"""
