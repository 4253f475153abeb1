"""The findings as one self-contained page: each formula of the document with its verdict, the wrong symbol marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.report import summary

_STYLE = """
:root{color-scheme:light dark;--ok:#1a7f37;--bad:#b3261e;--open:#8a6100;--quiet:#6b7280;--line:#8884}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:1rem}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin-top:2rem}
article{border-left:.25rem solid var(--quiet);margin:.75rem 0;padding:.25rem .75rem;overflow-x:auto}
article.ok{border-color:var(--ok)}article.bad{border-color:var(--bad)}article.open{border-color:var(--open)}
code{font:.95rem/1.6 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:#b3261e33;color:inherit;border-bottom:2px solid var(--bad)}
.verdict{font-weight:600}.ok .verdict{color:var(--ok)}.bad .verdict{color:var(--bad)}.open .verdict{color:var(--open)}
small,dl{color:var(--quiet);margin:.1rem 0}dl{display:grid;grid-template-columns:6.5rem 1fr;gap:0 .5rem}dd{margin:0;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){:root{--ok:#56d364;--bad:#ff7b72;--open:#e3b341;--quiet:#9ca3af}}
@media print{body{max-width:none}}
"""


def page(findings: Sequence[Finding], title: str = "Formulas checked", before: str = "") -> str:
    """One HTML document without script or external resource; `before` stands between the summary and the formulas."""
    parts = ["<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>",
             f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>",
             f"<p>{escape(summary(findings))}</p>", before]  # fmt: skip
    for file, group in groupby(findings, key=lambda finding: finding.file):
        parts.append(f"<h2>{escape(file)}</h2>")
        parts += [_article(finding) for finding in group]
    return "".join(parts) + "</body></html>"


def _article(finding: Finding) -> str:
    verdict = finding.verdict
    colour = {0: "ok", 1: "bad", 2: "open"}[finding.status]
    if verdict.name in ("NO CLAIM", "DEFINED"):
        colour = ""
    head = "FOLLOWS from a slip" if finding.follows else str(verdict)
    facts = [("why", verdict.reason if not verdict.holds else ""), ("slip at", finding.follows)]
    witness = getattr(verdict, "witness", {})
    facts.append(("witness", ", ".join(f"{name} = {value}" for name, value in witness.items())))
    facts += [("diagnosis", line) for line in finding.diagnosis] + [("corrected", finding.corrected)]
    facts += [("reading", note) for note in verdict.notes if verdict.name != "MALFORMED"]
    facts += [("assuming", note) for note in verdict.assumptions]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    place = escape(f"{finding.label + ', ' if finding.label else ''}line {finding.line}, column {finding.column}")
    return (f"<article class='{colour}'><span class=verdict>{escape(head)}</span> <small>{place}</small><br>"
            f"<code>{_marked(finding)}</code>{f'<dl>{rows}</dl>' if rows else ''}</article>")  # fmt: skip


def _marked(finding: Finding) -> str:
    """The formula as written, with the place to blame marked."""
    start, stop = finding.span
    text = finding.formula
    if finding.blame is None or not start <= finding.blame[0] < stop:
        return escape(finding.text)
    low, high = finding.blame[0], max(min(finding.blame[1], stop), finding.blame[0] + 1)
    return f"{escape(text[start:low])}<mark>{escape(text[low:high])}</mark>{escape(text[high:stop])}"
