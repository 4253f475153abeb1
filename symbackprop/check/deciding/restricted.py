"""A formula under conditions on real numbers, `relu(z) = 0 for z < 0`: both sides times the indicator of the inequalities.

Where the condition fails both are 0, so that a proof is about the rest and a witness lies in it; on the boundary nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symbackprop.check.deciding.equalities import on_values
from symbackprop.check.meaning.define import about_indices
from symbackprop.check.meaning.extremes import extreme_point
from symbackprop.check.meaning.integrals import indefinite
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Relation
from symbackprop.proofs.verdict import Refuted, Verdict

ORDER = ("<", "<=", ">", ">=")
UNDER = "under the condition written beside it"  # what a verdict says that uses them


def on_numbers(relation: Relation, scope: Scope) -> bool:
    """Whether a condition compares real numbers, not indices."""
    return None not in relation.sides and all(op in ORDER for op in relation.ops) and not about_indices(relation, scope)


Judged = Callable[[Link, Scope, tuple[Relation, ...]], Verdict]


def under_conditions(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict, judged: Judged) -> Verdict:
    """The verdict where the conditions on real numbers hold, in place of one that does not use them."""
    equations = tuple(each for each in conditions if on_values(each, scope))
    narrow = restricted(link, conditions, scope) or (replace(link) if equations and link.op in ("=", ":=", "<-") else None)
    if narrow is None:
        return verdict
    rest = tuple(each for each in conditions if not on_numbers(each, scope) and each not in equations)
    record = scope.undeclared, scope.notes, scope.clashes, scope.assumptions
    one_of_k = scope.net is not None and scope.net.loss.name == "softmax_cross_entropy"
    first: Verdict | None = None
    for scope.one_of_k in (False, True) if equations and one_of_k else (False,):
        scope.undeclared, scope.notes, scope.clashes, scope.assumptions = {}, {}, {}, {}
        scope.held = equations
        again = judged(narrow, scope, rest)
        scope.held = ()
        if again.holds or (isinstance(again, Refuted) and (scope.one_of_k or not (equations and one_of_k))):
            scope.one_of_k, link.failing = False, narrow.failing
            return replace(again, notes=(UNDER, *again.notes))
        first = first or again
    scope.one_of_k = False
    scope.undeclared, scope.notes, scope.clashes, scope.assumptions = record
    if equations and first is not None and first.name == "UNDECIDED" and verdict.name != "UNRESOLVED":
        return first
    return verdict


def restricted(link: Link, conditions: tuple[Relation, ...], scope: Scope) -> Link | None:
    """The link where its conditions on numbers hold; None where there are none, or where it is no claim about values."""
    found = [each for each in conditions if on_numbers(each, scope)]
    if not found or link.op not in ("=", "<=", ">=") or any(_is_whole(side) for side in (link.left, link.right)):
        return None
    left, right = (_times(side, found) for side in (link.left, link.right))
    return replace(link, left=left, right=right)


def _times(side: Node, conditions: list[Relation]) -> Node:
    if isinstance(side, ast.Num) and not side.value:
        return side
    indicators = tuple(
        ast.Iverson(side.span, tuple(each for each in one.sides if each is not None), one.ops) for one in conditions
    )
    return ast.Product(side.span, (*indicators, ast.Group(side.span, side)), ("times",) * len(indicators))


def _is_whole(side: Node) -> bool:
    """What is no factor: a table of cases, an integral without limits, a point where something is largest, a change."""
    return isinstance(side, ast.Cases | ast.Change | ast.Matrix) or indefinite(side) is not None or extreme_point(side) is not None


def two_neurons(link: Link, scope: Scope) -> tuple[Relation, ...]:
    """k != j where a formula about numbered neurons has da_k/da_j in it: by two letters its author means two neurons."""
    found = dict[tuple[str, str], Relation]()
    for each in (*link.left.walk(), *link.right.walk()) if scope.net is not None and scope.notation.labels == "number" else ():
        if not isinstance(each, ast.Derivative) or not isinstance(each.what, ast.Sym) or not isinstance(each.by, ast.Sym):
            continue
        what, by = each.what, each.by
        subs = [tuple(token.text for token in script.tokens if token.kind == "name") for script in (what.sub, by.sub) if script is not None]
        if what.name == by.name and len(subs) == 2 and all(len(sub) == 1 for sub in subs) and subs[0] != subs[1]:
            sides = tuple(ast.Sym(each.span, letter) for sub in subs for letter in sub)
            found[subs[0][0], subs[1][0]] = Relation(sides, ("!=",), (each.span,))
    return tuple(found.values())


TWO = "read the letters of a derivative of one neuron by another as two neurons"
