"""What stands beside an equation in the same display: a claim of its own, or the condition of the equation: relu(z) = 0, z < 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symbackprop.check.deciding.finding import Remarked
from symbackprop.check.deciding.restricted import ORDER, UNDER
from symbackprop.check.documents.prose import Again
from symbackprop.check.meaning.define import about_indices, is_number, kinds
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.statements import Item
from symbackprop.check.reading.syntax import Relation, Statement
from symbackprop.proofs.verdict import Undecided, Verdict


@dataclass
class Beside:
    """The relations of a display that may be conditions of an equation before them, and whether one was used as one."""

    relations: tuple[Relation, ...] = ()
    used: bool = False
    strange: tuple[str, ...] = ()  # the letters among them that no net has

    def __bool__(self) -> bool:
        return bool(self.relations)


def comparisons(items: Iterable[Item], scope: Scope) -> Beside:
    """The inequalities of a display behind its first equation, and what makes a symbol a number or another one: `where y = 1`."""
    said = [item.relation for item in items if isinstance(item, Statement) and None not in item.relation.sides]
    first = next((index for index, each in enumerate(said) if "=" in each.ops), len(said))
    found = tuple(each for each in said[first + 1 :] if all(op in ORDER for op in each.ops) or (_fixes(each) and not about_indices(each, scope)))
    fixed = [each.sides[0] for each in found if each.ops == ("=",)]
    return Beside(found, strange=tuple(spelling(each) for each in fixed if isinstance(each, ast.Sym) and scope.net is not None and not kinds(each, scope)))


def _fixes(relation: Relation) -> bool:
    left, right = relation.sides[0], relation.sides[-1]
    if relation.ops != ("=",) or not isinstance(left, ast.Sym) or left.primes or right is None:
        return False
    return is_number(right) or isinstance(right, ast.Sym)


def under_what_stands_beside(link: Link, verdict: Verdict, beside: Beside, again: Again, judged: Callable[[Link], Verdict]) -> Verdict:
    """The verdict where what stands beside an equation holds; one that is proved by itself is a claim, and no condition."""
    if link.op != "=" or verdict.name not in ("REFUTED", "UNDEFINED"):
        return verdict
    if any(_is_it(link, each) for each in beside.relations):
        return Remarked(reason="a condition of the formula beside it, not a claim") if beside.used else verdict
    letters = {spelling(each) for side in (link.left, link.right) for each in side.walk() if isinstance(each, ast.Sym)}
    known = [each for each in beside.relations if not (each.ops == ("=",) and _letter(each) in beside.strange and _letter(each) not in letters)]
    more = tuple(each for each in known if not all(judged(one).holds for one in _links(each)))
    found = again(more) if more else verdict
    if not found.holds and any(isinstance(each.sides[-1], ast.Sym) for each in more):
        return verdict  # two claims, rather
    beside.used = beside.used or bool(more)
    if not more or found.holds or (found.name == "REFUTED" and UNDER in found.notes):
        return found
    return Undecided(reason=f"it fails in general ({verdict.reason}), and what stands beside it may be a condition", notes=verdict.notes)


def _letter(relation: Relation) -> str:
    left = relation.sides[0]
    return spelling(left) if isinstance(left, ast.Sym) else ""


def _is_it(link: Link, relation: Relation) -> bool:
    left = relation.sides[0]
    return relation.ops == ("=",) and left is not None and left.span == link.left.span


def _links(relation: Relation) -> list[Link]:
    pairs = zip(relation.sides, relation.ops, relation.sides[1:])
    return [Link(left, op, right, left.span) for left, op, right in pairs if left is not None and right is not None]
