"""Edits of formulas about whole layers: another vector, a factor or a term more, a matrix product with one more factor."""

from __future__ import annotations

from collections.abc import Iterator

from symbackprop.check.exact.values import Mat
from symbackprop.check.mending.edit import Edit, put, source
from symbackprop.check.mending.pool import Term
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Token

_T = Script((Token("name", "T", (0, 0)),), (0, 0))


def vectors(tree: Node, terms: list[Term], text: str) -> Iterator[Edit]:
    """Every vector or matrix of the net tried in every place, and beside every factor."""
    whole = [term for term in terms if isinstance(term.value, Mat)]
    places = [each for each in tree.walk() if isinstance(each, (ast.Sym, ast.Group, ast.Juxt, ast.Product, ast.Add)) or each is tree]
    for each in places:
        shown = source(text, each)
        for term in whole:
            if term.text != shown and not isinstance(each, (ast.Product, ast.Add)):
                yield Edit(3, put(tree, each, term.node), ((each.span, term.text),), f"{shown} should be {term.text}", each.span)
    for each in places:
        shown = source(text, each)
        inner = f"({shown})" if isinstance(each, (ast.Add, ast.Product)) else shown
        held: Node = ast.Group(each.span, each, "(")
        for term in whole:
            node: Node = ast.Product(each.span, (held, term.node), ("odot",))
            yield Edit(4, put(tree, each, node), ((each.span, rf"({inner} \odot {term.text})"),), f"the factor {term.text} is missing", each.span)
            turned = ast.Group(term.node.span, term.node, "(", sup=_T)
            for left, right, new in (
                (turned, held, rf"({term.text})^\top {inner}"), (term.node, held, f"{term.text} {inner}"),
                (held, turned, rf"{inner} ({term.text})^\top"), (held, term.node, f"{inner} {term.text}"),
            ):  # fmt: skip
                node = ast.Juxt(each.span, (left, right))
                yield Edit(4, put(tree, each, node), ((each.span, f"({new})"),), f"the factor {term.text} is missing", each.span)
            if isinstance(each, (ast.Sym, ast.Juxt)) or each is tree:
                for sign, mark in ((1, "+"), (-1, "-")):
                    node = ast.Add(each.span, (held, term.node), (1, sign))
                    yield Edit(4, put(tree, each, node), ((each.span, f"({shown} {mark} {term.text})"),),
                               f"the term {mark}{term.text} is missing", each.span)  # fmt: skip
