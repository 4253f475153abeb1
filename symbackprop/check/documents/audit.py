"""An audit: a document read under scopes that a small TOML file beside it declares, line range by line range.

    title = "..."
    suffix = ".md"                  # how the document is read, where its name does not say
    [[scope]]
    lines = [1, 120]                # both ends included
    net = "1-1-1"
    bias = "none"
    notation = "winston"
    define = ["y = 1/(1 + e^{-x})"]
    where = ["i != j"]
    off = false
    note = "..."                    # printed with the scope's conventions
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symbackprop import files
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.conventions import conventions
from symbackprop.check.documents.extract import extract, read_text
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.session import Session
from symbackprop.check.documents.settings import Settings, apply
from symbackprop.errors import FileError, quote

_OWN = ("lines", "define", "where", "off", "note")


def read_scopes(path: Path) -> dict[str, Any]:
    """The parsed TOML file, its scopes checked."""
    try:
        data = tomllib.loads(files.read_text(path))
    except OSError as problem:
        raise FileError("the scopes cannot be read", where=str(path), got=problem.strerror, try_=files.nearest_file(path)) from None
    except (ValueError, RecursionError) as problem:
        raise FileError("the scopes are not TOML", where=str(path), got=quote(str(problem))) from None
    for number, scope in enumerate(data.get("scope", []), 1):
        lines = scope.get("lines")
        if not (isinstance(lines, list) and len(lines) == 2 and all(isinstance(n, int) for n in lines)):
            raise FileError("a scope without its lines", where=f"{path}: scope {number}", expected="lines = [first, last]")
    return data


def run_audit(scopes: Path, document: Path, *, strict: bool = False, explain: bool = True) -> list[Finding]:
    """Every formula of `document`, each under the scope of its line; outside all scopes, as a formula without a net."""
    data = read_scopes(scopes)
    suffix = data.get("suffix", document.suffix).lower()
    session = Session(Settings(base=scopes.parent), document.name, strict, explain, latex=True if suffix != ".py" else None)
    found = extract(read_text(document), suffix)
    for settings, scope, part in _parts(found, data.get("scope", []), scopes.parent):
        session.enter(settings, scope.get("define", []))
        session.read(part)
    return session.findings


def _parts(
    found: list[Found], scopes: list[dict[str, Any]], base: Path
) -> Iterator[tuple[Settings, dict[str, Any], list[Found]]]:
    current: tuple[int, dict[str, Any]] | None = None
    part = list[Found]()
    for each in found:
        index = next((i for i, s in enumerate(scopes) if s["lines"][0] <= each.line <= s["lines"][1]), -1)
        if current is None or index != current[0]:
            if current is not None and part:
                yield _settings(current[1], base), current[1], part
            current, part = (index, scopes[index] if index >= 0 else {}), []
        part.append(each)
    if current is not None and part:
        yield _settings(current[1], base), current[1], part


def _settings(scope: dict[str, Any], base: Path) -> Settings:
    settings = apply({key: value for key, value in scope.items() if key not in _OWN}, Settings(base=base))
    return replace(settings, where=tuple(scope.get("where", ())), off=bool(scope.get("off", False)))


@dataclass(frozen=True)
class Part:
    """A scope of an audit as the report names it: its lines, the conventions in force, how many formulas of each verdict."""

    first: int
    last: int
    conventions: dict[str, str]
    counts: dict[str, int]

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {"lines": [self.first, self.last], "conventions": self.conventions, "counts": self.counts}


def parts(scopes: Path, findings: list[Finding]) -> list[Part]:
    """The scopes of a file with their conventions, in the order of their lines, each with its own formulas counted."""
    made = []
    for scope in read_scopes(scopes).get("scope", []):
        first, last = scope["lines"]
        named = conventions(_settings(scope, scopes.parent))
        named |= {"definitions": "; ".join(scope["define"])} if scope.get("define") else {}
        named |= {"where": "; ".join(scope["where"])} if scope.get("where") else {}
        named |= {"note": str(scope["note"])} if scope.get("note") else {}
        counts = Counter(each.verdict.name for each in findings if first <= each.line <= last)
        made.append(Part(first, last, named, dict(counts)))
    return made


def without_prose(findings: list[Finding]) -> list[Finding]:
    """The same findings without the text of what could not be read, which may be anybody's sentences."""
    return [replace(each, text="") if each.verdict.name == "UNREADABLE" else each for each in findings]
