"""The slot whose value is off: solved for at one point, looked up among the quantities of the net; after one edit, too."""

from __future__ import annotations

from collections.abc import Iterator

from symbackprop.check import syntax as ast
from symbackprop.check.algebra import Scalar
from symbackprop.check.edits import Edit, is_same, put, source
from symbackprop.check.pool import PRIME, Term
from symbackprop.check.residues import Residues, Table, residue_table, small_fraction
from symbackprop.check.syntax import Node

MAX_TRIES = 700  # evaluations of a changed formula


def slots(wrong: Node, truth: Node, target: Scalar, terms: list[Term], residues: Residues, text: str) -> Iterator[Edit]:
    """Solve for each node in turn and look the value up."""
    table = residue_table(terms, residues)
    for node in list(wrong.walk())[:60]:
        if isinstance(node, (ast.Dots, ast.Lambda)):
            continue
        needed = residues.needed(wrong, node, target)
        have = residues.value(node)
        if needed is None or have is None or len(have) != 1:
            continue
        yield from _explain(wrong, truth, node, have[0], needed, table, text)


def _explain(
    wrong: Node, truth: Node, node: Node, have: int, need: int, table: Table, text: str, base: Edit | None = None
) -> Iterator[Edit]:
    shown = source(text, node)
    whole = 0 if node is wrong else 1
    bracketed = f"({shown})" if isinstance(node, ast.Add) else shown
    prefix = base.changes if base else ()
    lead = f"{base.words}; and " if base else ""
    extra = base.cost if base else 0

    def made(cost: int, fresh: Node, new: str, words: str) -> Edit:
        return Edit(cost + whole + extra, put(wrong, node, fresh), (*prefix, (node.span, new)), lead + words, node.span)

    if need == 0:
        return
    if isinstance(node, ast.Num):
        small = small_fraction(need)
        if small is not None:
            yield made(0, ast.Num(node.span, small), str(small), f"the number {shown} should be {small}")
    for term in table.get(need, ()):
        if term.text == shown or (node is wrong and isinstance(term.node, ast.Sym) and is_same(term.node, truth)):
            continue
        cost = 3 if isinstance(node, (ast.Sym, ast.Num)) else 4
        yield made(cost, term.node, term.text, f"{shown} should be {term.text}")
    if have:
        ratio = need * pow(have, -1, PRIME) % PRIME
        small = small_fraction(ratio)
        if small is not None and small != 1:
            factor = "-" if small == -1 else f"{small} \\times " if small.denominator == 1 else rf"\frac{{{small.numerator}}}{{{small.denominator}}} "
            product = ast.Product(node.span, (ast.Num(node.span, small), node), ("times",))
            words = f"the sign of {shown} is wrong" if small == -1 else f"the constant factor {small} is missing before {shown}"
            yield made(2, product, f"{factor}{bracketed}", words)
        for term in table.get(ratio, ()):
            if term.kind == "number":
                continue
            product = ast.Product(node.span, (ast.Group(node.span, node, "("), term.node), ("times",))
            yield made(2, product, f"{bracketed} {term.text}", f"the factor {term.text} is missing" + ("" if not whole else f" beside {shown}"))
        inverse = pow(ratio, -1, PRIME) if ratio else 0
        for term in table.get(inverse, ()):
            if term.kind == "number":
                continue
            quotient = ast.Frac(node.span, node, term.node)
            yield made(4, quotient, rf"\frac{{{shown}}}{{{term.text}}}", f"the factor {term.text} is one too many in {shown}")
    for difference, sign in (((need - have) % PRIME, 1), ((have - need) % PRIME, -1)):
        for term in table.get(difference, ()):
            total = ast.Add(node.span, (node, term.node), (1, sign))
            new = f"{shown} {'+' if sign > 0 else '-'} {term.text}"
            yield made(5, total, f"({new})" if whole else new, f"the term {'-' if sign < 0 else ''}{term.text} is missing" + (f" beside {shown}" if whole else ""))


def doubles(
    near: list[tuple[Edit, tuple[int, ...]]], goal: int, terms: list[Term], residues: Residues, text: str
) -> Iterator[Edit]:
    """One edit, and then a constant or a factor of the whole."""
    table = residue_table(terms, residues)
    for edit, (have,) in near:
        if not have:
            continue
        ratio = goal * pow(have, -1, PRIME) % PRIME
        small = small_fraction(ratio)
        start, stop = edit.node.span
        if small is not None:
            sign = "-" if small == -1 else rf"\frac{{{small.numerator}}}{{{small.denominator}}} \times " if small.denominator > 1 else f"{small} \\times "
            node: Node = ast.Product((start, stop), (ast.Num((start, stop), small), ast.Group((start, stop), edit.node, "(")), ("times",))
            words = "the sign is wrong" if small == -1 else f"the constant factor {small} is missing"
            yield Edit(edit.cost + 2, node, (*edit.changes, ((start, start), f"{sign}("), ((stop, stop), ")")), f"{edit.words}; and {words}", edit.blame)
        for term in table.get(ratio, ()) if small is None else ():
            node = ast.Product((start, stop), (ast.Group((start, stop), edit.node, "("), term.node), ("times",))
            yield Edit(edit.cost + 3, node, (*edit.changes, ((start, start), "("), ((stop, stop), f") {term.text}")),
                       f"{edit.words}; and the factor {term.text} is missing", edit.blame)  # fmt: skip


def double_slots(
    near: list[tuple[Edit, tuple[int, ...]]], truth: Node, target: Scalar, terms: list[Term], residues: Residues, text: str
) -> Iterator[Edit]:
    """One edit, and then another symbol."""
    table = residue_table(terms, residues)
    budget = MAX_TRIES
    for edit, _ in near:
        for node in edit.node.walk():
            if not isinstance(node, (ast.Sym, ast.Num)) or any(a <= node.span[0] < b for (a, b), _ in edit.changes):
                continue
            budget -= 1
            if budget < 0:
                return
            needed = residues.needed(edit.node, node, target)
            have = residues.value(node)
            if needed is None or have is None or len(have) != 1:
                continue
            for found in _explain(edit.node, truth, node, have[0], needed, table, text, edit):
                if found.cost <= edit.cost + 4:
                    yield found
