"""A letter that a page uses for what it defined last under it: f for f_c."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.deciding.claims import decide
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Relation
from symbackprop.proofs.verdict import Verdict


def of_the_latest(link: Link, verdict: Verdict, conditions: tuple[Relation, ...], scope: Scope, trial: Scope) -> Verdict:
    """The verdict on a line that is not right where f stands for the f_c defined last, if it is right so."""
    spelled = {spelling(each) for side in (link.left, link.right) for each in side.walk() if isinstance(each, ast.Sym)}
    meant = {name: made for name, made in scope.latest.items() if name in spelled and scope.definitions.get(name) is not made}
    if verdict.name not in ("REFUTED", "UNRESOLVED") or not meant:
        return verdict
    trial.definitions |= meant
    trial.world = type(trial.world)(trial.net)
    again = decide(replace(link), trial, conditions)
    said = ", ".join(f"{name} as {made.name}" for name, made in meant.items())
    return replace(again, notes=(f"read {said}, defined last", *again.notes)) if again.holds else verdict
