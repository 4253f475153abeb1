"""The corpus of formulas under tests/data/literature: read, checked, summed up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from symbackprop.check.api import check_formula, settings_for
from symbackprop.check.deciding.finding import Finding
from symbackprop.notation import from_table

FOLDER = Path(__file__).parent / "data" / "literature"


class Case(NamedTuple):
    """One formula of a source, what is true of it (right, wrong, open), and the net it is about."""

    source: str
    truth: str
    text: str
    about: dict[str, Any]

    def findings(self, *, explain: bool = False) -> list[Finding]:
        """What the checker says, link by link."""
        about = dict(self.about)
        style = about.pop("notation", None)
        style = from_table(style, where=self.source) if isinstance(style, dict) else style
        return check_formula(self.text, settings_for(about.pop("net", None), style, about), explain=explain)


def cases() -> Iterator[Case]:
    """Every formula of the corpus."""
    for path in sorted(FOLDER.glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["net"]:
            about = {key: value for key, value in group.items() if key not in ("right", "wrong", "open")}
            if str(about.get("net", "")).endswith(".toml"):
                about["net"] = str(FOLDER / "nets" / about["net"])
            for truth in ("right", "wrong", "open"):
                for text in group.get(truth, ()):
                    yield Case(path.stem, truth, text, about)


def status(findings: list[Finding]) -> str:
    """right where every link holds, wrong where one is refuted, else open."""
    names = {finding.verdict.name for finding in findings}
    if names & {"REFUTED", "UNDEFINED"}:
        return "wrong"
    quiet = {"NO CLAIM", "DEFINED"}
    claims = [finding for finding in findings if finding.verdict.name not in quiet]
    return "right" if claims and all(finding.verdict.holds for finding in claims) else "open"
