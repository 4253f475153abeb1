"""`symbackprop audit`: a whole document under scopes declared in a TOML file, formula by formula."""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "audit"
HELP = "check every formula of a document under scopes that a TOML file declares line by line"
EXAMPLE = "symbackprop audit examples/audits/winston.toml note.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scopes, the document, the format."""
    parser.add_argument("scopes", metavar="SCOPES.toml", help="what is declared on which lines")
    parser.add_argument("document", metavar="DOCUMENT", help="the document")
    parser.add_argument("--strict", action="store_true", help="judge a line that follows from a slip by itself")
    parser.add_argument("--format", choices=["text", "json", "html", "table"], default="text", help="how to answer (text)")
    parser.add_argument("--out", metavar="FILE", help="write the answer there")


def run(options: argparse.Namespace) -> int:
    """Audit; the exit status is that of `check`."""
    from symbackprop.check import report
    from symbackprop.check.audit import run_audit
    from symbackprop.check.html import page
    from symbackprop.errors import FileError

    findings = run_audit(Path(options.scopes), Path(options.document), strict=options.strict)
    answer = {"json": report.as_json, "html": page, "table": report.table}.get(options.format, report.text)(findings)
    if options.out:
        try:
            Path(options.out).write_text(answer + "\n", encoding="utf-8")
        except OSError as error:
            raise FileError("the answer cannot be written", where=options.out, got=error.strerror) from None
        print(report.summary(findings))
    else:
        print(answer)
    return report.exit_status(findings)
