"""One derivation in several notations side by side: each line is proved once and written as often as there are notations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Paragraph, Section, Step, Stream, Table
from symbackprop.derive.shown import Written
from symbackprop.errors import SymbackpropError
from symbackprop.notation import notation


class NotationsDiffer(SymbackpropError):
    """Two notations that mean different things by delta: no line would be true in both."""


def beside(derivation: Derivation, names: Sequence[str]) -> Derivation:
    """The derivation with every displayed line written in each of the notations.

    Raises: NotationsDiffer where delta is a derivative in one and minus a derivative in the other.
    """
    chosen = [notation(name) for name in names]
    for each in chosen:
        if each.delta_sign != derivation.delta_sign:
            raise NotationsDiffer(
                "delta has another sign in one of the notations, so that no line is true in both",
                got=", ".join(f"{one.name}: {'minus ' if one.delta_sign < 0 else ''}the derivative" for one in chosen),
                try_="notations of one sign, such as winston and nielsen",
            )

    def table(steps: tuple[Step, ...]) -> Table:
        rows = tuple(tuple(Written(step.line, each) for each in names) for step in steps)
        return Table(tuple(each.title for each in chosen), rows, steps)

    def change(block: Block) -> Block:
        if isinstance(block, Stream):
            return Stream(block.count, lambda: map(change, block.make()))
        return table(block.steps) if isinstance(block, Display) or (isinstance(block, Table) and block.steps) else block

    sections = [
        Section(section.title, tuple(change(block) for block in section.blocks)) for section in derivation.sections
    ]
    kept = tuple(
        section
        for section in sections
        if any(not isinstance(each, Paragraph | Figure) for each in section.blocks) or section is sections[0]
    )
    return replace(derivation, title=f"{derivation.title}, in {len(names)} notations", sections=kept)
