"""The checker from Python: check a formula, a file, or assert that a formula is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.found import Found
from symbackprop.check.documents.session import Session
from symbackprop.check.documents.settings import Settings, apply
from symbackprop.check.documents.whole import check_path
from symbackprop.networks import Network
from symbackprop.notation import Notation


def settings_for(net: str | Network | None, notation: str | Notation | None, options: dict[str, Any]) -> Settings:
    """The settings that keyword arguments describe."""
    where = options.pop("where", ())
    own = isinstance(notation, Notation) or str(notation).endswith(".toml")  # a notation of the author's says how it counts
    return apply(options, Settings(net, notation, where=(where,) if isinstance(where, str) else tuple(where), counted=own))


def check_formula(formula: str, settings: Settings, *, strict: bool = False, explain: bool = True) -> list[Finding]:
    """Every link of one formula, judged under the settings."""
    session = Session(settings, file="-e", strict=strict, explain=explain, alone=True)
    session.read([Found("display", formula, 0, 1, 1)])
    for finding in session.findings:
        if finding.verdict.name == "NO CLAIM" and len(session.findings) == 1:
            from symbackprop.check.meaning.link import Unknown

            finding.verdict = Unknown(reason=f"{finding.verdict.reason}: there is nothing to prove or to refute")
    return session.findings


def check(
    formula: str, net: str | Network | None = None, *, notation: str | Notation | None = None, strict: bool = False, **options: Any
) -> list[Finding]:
    """The verdict on a formula about a net, one Finding for each link of a chain.

    Math
        left = right is PROVED by exact normal forms, REFUTED by a certified rational witness, or left open with the reason
    Raises
        NetworkError, NameUnknown, FileError for a net or notation that cannot be; never for a bad formula.
    Not: an evaluation of the text as Python; nothing in it is ever run.

    >>> check(r"\\delta_l = o_l(1-o_l) w_r \\delta_r", "1-1-1", notation="winston", bias="none")[0].verdict.name
    'PROVED'
    """
    return check_formula(formula, settings_for(net, notation, options), strict=strict)


def check_file(
    path: str | Path, net: str | Network | None = None, *, notation: str | Notation | None = None, strict: bool = False, **options: Any
) -> list[Finding]:
    """Every formula of a document, in order; directives in the document come on top of the arguments."""
    return check_path(Path(path), settings_for(net, notation, options), strict=strict).findings


def assert_formula(
    formula: str, net: str | Network | None = None, *, notation: str | Notation | None = None, **options: Any
) -> None:
    """Raise AssertionError, with witness and diagnosis, unless every link of the formula is proved.

    >>> assert_formula("sigma'(z) = sigma(z)(1 - sigma(z))")
    """
    from symbackprop.check.documents.report import exit_status, text

    findings = check(formula, net, notation=notation, **options)
    if exit_status(findings):
        raise AssertionError(text(findings))
