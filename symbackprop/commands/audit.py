"""`symbackprop audit`: a whole document under scopes declared in a TOML file, formula by formula."""

from __future__ import annotations

import argparse
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.check.deciding.finding import Finding
    from symbackprop.check.documents.audit import Part

NAME = "audit"
HELP = "check every formula of a document under scopes that a TOML file declares line by line"
EXAMPLE = "symbackprop audit examples/audits/winston.toml note.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scopes, the document, the format."""
    parser.add_argument("scopes", metavar="SCOPES.toml", help="what is declared on which lines")
    parser.add_argument("document", metavar="DOCUMENT", help="the document")
    parser.add_argument("--strict", action="store_true", help="judge a line that follows from a slip by itself")
    parser.add_argument("--format", choices=["text", "json", "html", "table"], default="text", help="how to answer (text)")
    parser.add_argument("--no-prose", action="store_true", help="leave out the text of what cannot be read")
    parser.add_argument("--out", metavar="FILE", help="write the answer there")


def run(options: argparse.Namespace) -> int:
    """Audit; the exit status is that of `check`."""
    from symbackprop.check.documents import report
    from symbackprop.check.documents.audit import parts, read_scopes, run_audit, without_prose
    from symbackprop.errors import FileError

    scopes = Path(options.scopes)
    findings = run_audit(scopes, Path(options.document), strict=options.strict)
    shown = without_prose(findings) if options.no_prose else findings
    answer = _answer(options.format, str(read_scopes(scopes).get("title", options.document)), parts(scopes, findings), shown)
    if options.out:
        try:
            Path(options.out).write_text(answer + "\n", encoding="utf-8")
        except OSError as error:
            raise FileError("the answer cannot be written", where=options.out, got=error.strerror) from None
        print(report.summary(findings))
    else:
        print(answer)
    return report.exit_status(findings)


def _answer(kind: str, title: str, parts: list[Part], findings: list[Finding]) -> str:
    """The findings with the scopes and their conventions before them."""
    from symbackprop.check.documents import report
    from symbackprop.check.documents.html import page

    if kind == "json":
        scopes = [part.data() for part in parts]
        return json.dumps({"title": title, "scopes": scopes, **json.loads(report.as_json(findings))}, indent=1, ensure_ascii=False)
    if kind == "html":
        return page(findings, title, "".join(_html(part) for part in parts))
    lines, before = list[str](), dict[str, str]()
    for part in parts:
        lines += _lines(part, before, "- " if kind == "table" else "  ")
        before = part.conventions
    body = report.table(findings) if kind == "table" else report.text(findings)
    return "\n".join([*((f"# {title}", "") if kind == "table" else (title,)), *lines, "", body])


def _lines(part: Part, before: dict[str, str], mark: str) -> list[str]:
    """The lines of a scope, and of its conventions those that the scope before it did not have."""
    new = {name: words for name, words in part.conventions.items() if before.get(name) != words}
    head = f"{mark}lines {part.first} to {part.last}: {_counted(part)}" + ("" if new else "; the same conventions")
    return [head, *(f"  {mark}{name}: {words}" for name, words in new.items())]


def _counted(part: Part) -> str:
    return ", ".join(f"{count} {name.lower().replace('_', ' ')}" for name, count in sorted(part.counts.items())) or "no formula"


def _html(part: Part) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in part.conventions.items())
    return f"<details open><summary>lines {part.first} to {part.last}: {escape(_counted(part))}</summary><dl>{rows}</dl></details>"
