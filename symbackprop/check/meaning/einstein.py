"""Einstein's convention: an index that a product has twice, and the other side does not have, is summed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Sym, Token
from symbackprop.notation import scripts

_SAID = re.compile(
    r"(?P<no>\b(?:no|not|without|never|ohne|sans|kein\w*)\b[^.]{0,30})?(?:\beinstein(?:'s|sche[nr]?)?[\s-]+(?:sum\w*|notation|convention|index)"
    r"|\b(?:sum(?:mation)?|summen)[\s-]*(?:convention|konvention)\b|convention (?:de sommation )?d'einstein"
    r"|\brepeated ind(?:ex|ices|exes)\b(?![^.]{0,40}\bnot\b)[^.]{0,40}\bsum)", re.I
)  # fmt: skip
NOTE = "read an index that occurs twice in a product as summed over: Einstein's convention"


def says_so(text: str) -> bool:
    """Whether a document says that its repeated indices are summed over.

    >>> says_so("We use the Einstein summation convention."), says_so("No summation convention is used.")
    (True, False)
    """
    found = _SAID.search(text)
    return found is not None and not found["no"]


def with_sums(link: Link, scope: Scope) -> Link:
    """The link with every sum written out that the convention leaves away; the same link where there is none."""
    known = {*scope.notation.index_letters} - {scope.notation.last_layer, *scope.notation.layer_letters, *scope.sizes}
    sides = (link.left, link.right)
    outside = [set(_occurrences(side, known)) for side in sides]
    left, right = (_summed(side, other, known) for side, other in zip(sides, reversed(outside)))
    return link if (left, right) == sides else replace(link, left=left, right=right)


def _summed(node: Node, outside: set[str], known: set[str]) -> Node:
    """The node with the sums of its terms, `outside` being the letters that mean something where it stands."""
    if isinstance(node, ast.Add):
        return replace(node, terms=tuple(_summed(term, outside, known) for term in node.terms))
    here = _occurrences(node, known)

    def inside(part: Node) -> Node | None:
        if not _is_sum(part):
            return None
        own = _occurrences(part, known)
        around = {letter for letter, count in here.items() if count > own[letter]}
        assert isinstance(part, ast.Group)
        return replace(part, inner=_summed(part.inner, outside | around, known))

    fresh = ast.rewrite(node, inside)
    spread = {letter for letter, count in here.items() if count > 1 and letter not in outside and _together(node, letter, known)}
    for letter in sorted(spread):
        fresh = ast.Big(node.span, "sum", Script((Token("name", letter, node.span),), node.span), None, fresh)
    return fresh


def _together(node: Node, letter: str, known: set[str]) -> bool:
    """Whether the letter is shared by factors of this product, not confined to one bracketed sum inside it."""
    total = _occurrences(node, known)[letter]
    return all(_occurrences(each, known)[letter] < total for each in node.walk() if _is_sum(each))


def _is_sum(node: Node) -> bool:
    """Whether a bracket holds a sum whose terms stand each for itself; a squared one is a product."""
    return isinstance(node, ast.Group) and isinstance(node.inner, ast.Add) and not _squared(node)


def _squared(node: Node) -> bool:
    return isinstance(node, ast.Group) and node.sup is not None and node.sup.text == "2"


def _occurrences(node: Node, known: set[str]) -> Counter[str]:
    """How often each index letter stands in the scripts of a tree, but for those that a written sum binds."""
    return Counter(_letters(node, known, frozenset()))


def _letters(node: Node, known: set[str], bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Big) and node.sub is not None:
        at = next((i for i, token in enumerate(node.sub.tokens) if token.kind == "rel"), len(node.sub.tokens))
        bound = bound | set(scripts.letters(node.sub.tokens[:at]))
    if isinstance(node, Sym):
        for script in (node.sub, node.sup):
            yield from (letter for letter in (scripts.letters(script.tokens) if script else ()) if letter in known - bound)
    for child in node.children():
        yield from list(_letters(child, known, bound)) * (2 if _squared(node) else 1)
