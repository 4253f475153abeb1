"""Letters that nothing declares are read as real numbers; where they look like vectors or matrices, that is a condition of the proof."""

from __future__ import annotations

import re
from dataclasses import replace

from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope, spellings
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Sym
from symbackprop.proofs.verdict import Proved, ProvedAlmostEverywhere, ProvedUnder, Verdict

_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|mathbfit|bf|vec)\b|\\(?:operatorname|mathrm|text)\*?\{(?:tr|Tr|trace|rank|diag|vec)\}")
_OF_MATRICES = frozenset(["otimes", "odot", "@"])


def of_numbers(verdict: Verdict, link: Link, text: str, scope: Scope) -> Verdict:
    """The verdict, under the condition that its letters are numbers where signs of vectors and matrices stand beside them."""
    if not isinstance(verdict, Proved) or not scope.undeclared or not (_BOLD.search(text) or _like_matrices(link, scope)):
        return verdict
    names = ", ".join(scope.undeclared)
    said = f"{names} {'are numbers' if len(scope.undeclared) > 1 else 'is a number'}, not vectors or matrices"
    if isinstance(verdict, ProvedUnder | ProvedAlmostEverywhere):
        return replace(verdict, conditions=(*verdict.conditions, said))
    return ProvedUnder(engine=verdict.engine, conditions=(said,), scope=verdict.scope, notes=verdict.notes, assumptions=verdict.assumptions)


def _like_matrices(link: Link, scope: Scope) -> bool:
    """Whether products of capitals, products by element, norms or arrows say that letters are no numbers."""
    for each in (*link.left.walk(), *link.right.walk()):
        if isinstance(each, ast.Product) and _OF_MATRICES & {*each.ops}:
            return True
        if isinstance(each, ast.Norm) and each.bars == 2 and isinstance(each.inner, Sym):
            return True
        if isinstance(each, Sym) and "vec" in each.accents:
            return True
        items = each.items if isinstance(each, ast.Juxt) else each.factors if isinstance(each, ast.Product) else ()
        capitals = [item for item in items if isinstance(item, Sym) and item.name.isupper() and spellings(item) & scope.undeclared.keys()]
        if len(capitals) > 1:
            return True
    return False
