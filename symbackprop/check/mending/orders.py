"""What to change in a wrong inequality: the sign between the sides, a number, or both; confirmed like every correction."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from symbackprop.check.meaning.link import Link
from symbackprop.check.mending.edit import Edit, put, source, unbraced
from symbackprop.check.reading import syntax as ast

FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
WRITTEN = {"<": "<", ">": ">", "<=": r"\leq", ">=": r"\geq"}
_LIKELY = [Fraction(n, d) for n, d in ((0, 1), (1, 1), (1, 4), (1, 2), (-1, 1), (2, 1))]


def order_edits(link: Link, text: str) -> Iterator[tuple[Edit, str]]:
    """Changes of the right side, each with the sign to stand before it, the simplest first."""
    flipped = f"the inequality points the wrong way: {WRITTEN[FLIPPED[link.op]]}"
    yield Edit(1, link.right, (), flipped, (link.left.span[1], link.right.span[0])), FLIPPED[link.op]
    changed = list(islice(_numbers(link.right, text), 24))
    for edit in changed:
        yield edit, link.op
    for edit in changed:
        yield Edit(edit.cost + 1, edit.node, edit.changes, f"{edit.words}; and {flipped}", edit.blame), FLIPPED[link.op]


def _numbers(tree: ast.Node, text: str) -> Iterator[Edit]:
    if isinstance(tree, ast.Add) and len(tree.terms) == 1 and tree.signs[0] < 0:
        inner = tree.terms[0]
        yield Edit(1, inner, (((tree.span[0], inner.span[0]), ""),), "the sign is wrong: no minus", tree.span)
    known = set[int]()
    for each in tree.walk():
        two = isinstance(each, ast.Frac) and isinstance(each.top, ast.Num) and isinstance(each.bottom, ast.Num)
        if id(each) in known or not (two or isinstance(each, ast.Num)):
            continue
        known |= {id(part) for part in each.children()}
        shown = source(text, each)
        for number in _LIKELY:
            frac = rf"\frac{{{number.numerator}}}{{{number.denominator}}}" if "\\" in text else str(number)
            new = str(number) if number.denominator == 1 else frac
            if new != unbraced(shown):
                changes = ((each.span, f"{{{new}}}" if shown[:1] == "{" else new),)
                yield Edit(2, put(tree, each, ast.Num(each.span, number)), changes, f"the number {unbraced(shown)} should be {new}", each.span)
