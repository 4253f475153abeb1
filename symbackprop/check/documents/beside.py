"""What stands beside an equation in the same display: a claim of its own, or the condition of the equation: relu(z) = 0, z < 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symbackprop.check.deciding.restricted import ORDER, UNDER
from symbackprop.check.documents.prose import Again
from symbackprop.check.meaning.link import Link
from symbackprop.check.reading.statements import Item
from symbackprop.check.reading.syntax import Relation, Statement
from symbackprop.proofs.verdict import Undecided, Verdict


def comparisons(items: Iterable[Item]) -> tuple[Relation, ...]:
    """The inequalities of a display that holds an equation before them."""
    said = [item.relation for item in items if isinstance(item, Statement) and None not in item.relation.sides]
    first = next((index for index, each in enumerate(said) if "=" in each.ops), len(said))
    return tuple(each for each in said[first + 1 :] if all(op in ORDER for op in each.ops))


def under_what_stands_beside(link: Link, verdict: Verdict, beside: tuple[Relation, ...], again: Again, judged: Callable[[Link], Verdict]) -> Verdict:
    """The verdict where what stands beside an equation holds; one that is proved by itself is a claim, and no condition."""
    if link.op != "=" or verdict.name not in ("REFUTED", "UNDEFINED"):
        return verdict
    more = tuple(each for each in beside if not all(judged(one).holds for one in _links(each)))
    found = again(more) if more else verdict
    if not more or found.holds or (found.name == "REFUTED" and UNDER in found.notes):
        return found
    return Undecided(reason=f"it fails in general ({verdict.reason}), and what stands beside it may be a condition", notes=verdict.notes)


def _links(relation: Relation) -> list[Link]:
    pairs = zip(relation.sides, relation.ops, relation.sides[1:])
    return [Link(left, op, right, left.span) for left, op, right in pairs if left is not None and right is not None]
