"""What to change in a wrong line, or in a directive that cannot be used, put into words."""

from __future__ import annotations

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.meaning.einstein import with_sums
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.over_examples import counted
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.diagnose import diagnose
from symbackprop.check.reading.syntax import Relation
from symbackprop.errors import SymbackpropError
from symbackprop.proofs.verdict import Malformed


def explain(finding: Finding, link: Link, scope: Scope, trial: Scope, conditions: tuple[Relation, ...], text: str) -> None:
    """The change that makes a wrong line right; where only a sum is missing, also the convention under which none is."""
    with counted(link, scope):
        found = diagnose(with_sums(link, scope) if scope.einstein else link, scope, conditions, text)
    finding.diagnosis, finding.corrected = found.lines or getattr(finding.verdict, "diagnosis", ()), found.corrected
    if any("the sum over" in line for line in finding.diagnosis) and decide(with_sums(link, trial), trial, conditions).holds:
        finding.diagnosis += ("or it is right, where repeated indices are summed over throughout: declare sums=einstein",)
    finding.blame = found.blame or finding.blame


def refused(error: SymbackpropError) -> Malformed:
    """What a directive says that cannot be used, and what to write instead."""
    what = f"{error.what} ({error.got})" if error.got else error.what
    return Malformed(reason=what, expected="; try ".join(each for each in (error.expected, error.try_) if each))
