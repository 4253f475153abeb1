"""What to change in a wrong formula."""
from __future__ import annotations

from dataclasses import dataclass

from symbackprop.check.claims import Link
from symbackprop.check.scope import Scope
from symbackprop.check.syntax import Relation, Span


@dataclass(frozen=True, slots=True)
class Diagnosis:
    lines: tuple[str, ...] = ()
    corrected: str = ""
    blame: Span | None = None

def diagnose(link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str) -> Diagnosis:
    return Diagnosis()
