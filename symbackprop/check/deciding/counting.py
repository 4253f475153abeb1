"""How layers are counted: a formula that is right where the inputs are layer 1 (or 0), and not here, says so.

Authors differ: Gordon's inputs are layer 0, those of Nielsen's book and of many courses layer 1. The verdict stays that of the notation in
force; what is added is where the formula would be right, which is decided like any other formula, and what to declare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading.syntax import Relation, Sym
from symbackprop.proofs.verdict import Verdict

RIGHT = "it is right where the inputs are layer"


def names_a_layer(link: Link, scope: Scope) -> bool:
    """Whether a symbol of the net carries a layer as a number: a^2_j, w^{(3)}."""
    heads = {each.letter for patterns in scope.notation.patterns.values() for each in patterns if "l" in each.fields}
    return any(
        isinstance(node, Sym) and node.name in heads and any(token.kind == "num" for part in (node.sup, node.sub) if part for token in part.tokens)
        for side in (link.left, link.right)
        for node in side.walk()
    )


def layers_counted(link: Link, verdict: Verdict, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    """The verdict, with how the layers are counted where that may be what is wrong."""
    if verdict.holds or verdict.name not in ("REFUTED", "UNDEFINED", "UNRESOLVED") or scope.notation.labels != "layered":
        return verdict
    if scope.places is None or not names_a_layer(link, scope):
        return verdict
    here = scope.notation.input_layer
    other = 0 if here else 1
    trial = scope.fresh()
    trial.count_from(other)
    if decide(replace(link, failing=None, blame=None), trial, conditions).holds:
        note = f"{RIGHT} {other}; here they are layer {here}: declare symbols input_layer={other} to change that"
    elif verdict.name == "UNRESOLVED":
        note = f"the inputs are layer {here} and the outputs layer {here + scope.places.depth}"
    else:
        return verdict
    return replace(verdict, notes=(*verdict.notes, note))


class Read(Protocol):
    """A document that has been read."""

    findings: list[Finding]


R = TypeVar("R", bound=Read)


def recounted(read: Callable[[int | None], R]) -> R:
    """The document as it counts its layers: read once, and once more where a formula of it shows that it counts otherwise."""
    first = read(None)
    input_layer = _shown(first.findings)
    if input_layer is None:
        return first
    again = read(input_layer)
    return again if _fits(first.findings, again.findings, input_layer) else first


def _shown(findings: list[Finding]) -> int | None:
    """What a document calls the layer of its inputs, where a formula of it names a layer that is there only so and is right then."""
    asked = {
        note[len(RIGHT) + 1]
        for each in findings
        if each.verdict.name == "UNRESOLVED"
        for note in each.verdict.notes
        if note.startswith(RIGHT)
    }
    return int(asked.pop()) if len(asked) == 1 else None


def _fits(before: list[Finding], after: list[Finding], input_layer: int) -> bool:
    """Whether all that was right before is right with the layers counted so; each formula that names a layer then says so."""
    if len(before) != len(after) or any(a.verdict.holds and not b.verdict.holds for a, b in zip(before, after)):
        return False
    said = f"the inputs are layer {input_layer}: other formulas here name layers that are there only so"
    for each in after:
        if any(note.startswith("read ") and " as layer " in note for note in each.verdict.notes):
            each.verdict = replace(each.verdict, notes=(*each.verdict.notes, said))
    return True
