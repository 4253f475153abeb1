"""Dots in a tree: what stands before and after them, the index in which both differ, and the letter that they run to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Token


def differences(first: Any, last: Any) -> list[tuple[str, str]] | None:
    """The index texts in which two trees differ, pair by pair; None where they differ otherwise."""
    if type(first) is not type(last):
        return None
    if isinstance(first, ast.Script):
        if len(first.tokens) != len(last.tokens):
            return None
        pairs = [(a, b) for a, b in zip(first.tokens, last.tokens) if (a.kind, a.text) != (b.kind, b.text)]
        if any(a.kind != "num" or b.kind not in ("num", "name") for a, b in pairs):
            return None
        return [(a.text, b.text) for a, b in pairs]
    if isinstance(first, tuple):
        parts = [differences(a, b) for a, b in zip(first, last)] if len(first) == len(last) else [None]
    elif isinstance(first, Node):
        parts = [differences(getattr(first, f.name), getattr(last, f.name)) for f in fields(first) if f.init and f.name != "span"]
    else:
        return [] if first == last else None
    found = list[tuple[str, str]]()
    for each in parts:
        if each is None:
            return None
        found += each
    return found


def between(first: Any, last: Any, value: int) -> Any:
    """The first tree with `value` wherever it differs from the last."""
    if isinstance(first, ast.Script):
        tokens = tuple(a if (a.kind, a.text) == (b.kind, b.text) else Token("num", str(value), a.span)
                       for a, b in zip(first.tokens, last.tokens))  # fmt: skip
        return replace(first, tokens=tokens)
    if isinstance(first, tuple):
        return tuple(between(a, b, value) for a, b in zip(first, last))
    if isinstance(first, Node):
        return replace(first, **{f.name: between(getattr(first, f.name), getattr(last, f.name), value) for f in fields(first)
                                 if f.init and f.name != "span"})  # fmt: skip
    return first


def dotted(nodes: list[Node]) -> Iterator[tuple[Node, Node, str]]:
    """What stands before and after each ellipsis, and the letter it runs to."""
    for node in nodes:
        for each in node.walk():
            rows: list[tuple[Node, ...]] = []
            if isinstance(each, (ast.Several, ast.Add)):
                rows = [each.items if isinstance(each, ast.Several) else each.terms]
            elif isinstance(each, ast.Matrix):
                rows = [*each.rows, *zip(*each.rows)]
            for row in rows:
                for before, middle, after in zip(row, row[1:], row[2:]):
                    pairs = set(differences(before, after) or ()) if isinstance(middle, ast.Dots) else set()
                    if len(pairs) == 1:
                        yield before, after, pairs.pop()[1]


def letters_of_dots(nodes: list[Node]) -> set[str]:
    """The letters that say how far dots go."""
    return {end for _, _, end in dotted(nodes) if not end.isdigit()}
