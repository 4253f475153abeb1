"""Dots between two things that differ by an index, `x_1, \\dots, x_n` or `w_1 x_1 + \\dots + w_n x_n`, written out."""

from __future__ import annotations

from collections.abc import Iterator

from symbackprop.check.exact.values import Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.scope import Env, Unresolved
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.dotted import between, differences, dotted
from symbackprop.check.reading.syntax import Node

MAX_ITEMS = 200
MAX_TRIED = 40


def written_out(items: tuple[Node, ...], env: Env) -> tuple[Node, ...]:
    """The items with every ellipsis replaced by what it stands for.

    Raises Unsupported where its ends do not differ by one index, or where nothing says how far it goes.
    """
    return tuple(each for each, _ in _steps(items, tuple(1 for _ in items), env))


def terms_written_out(terms: tuple[Node, ...], signs: tuple[int, ...], env: Env) -> tuple[tuple[Node, ...], tuple[int, ...]]:
    """The terms of a sum, with their signs; dots between two signs take that of what follows."""
    found = list(_steps(terms, signs, env))
    return tuple(each for each, _ in found), tuple(sign for _, sign in found)


def _steps(items: tuple[Node, ...], signs: tuple[int, ...], env: Env) -> Iterator[tuple[Node, int]]:
    for at, (each, sign) in enumerate(zip(items, signs)):
        if not isinstance(each, ast.Dots):
            if not (at and isinstance(items[at - 1], ast.Dots) and _ends(items, at, env) == 0):
                ended = at and isinstance(items[at - 1], ast.Dots)
                yield (between(items[at - 2], each, _range(items[at - 2], each, env)[1]) if ended else each), sign
            continue
        if not 0 < at < len(items) - 1:
            raise Unsupported("a list with dots at its end")
        first, last = items[at - 1], items[at + 1]
        low, high = _range(first, last, env)
        if high < low or high - low > MAX_ITEMS:
            raise Unsupported(f"dots from {low} to {high}")
        for value in range(low + 1, high):
            yield between(first, last, value), sign


def _ends(items: tuple[Node, ...], at: int, env: Env) -> int:
    """How far the last item is from the one before the dots: 0 where both are the same one."""
    low, high = _range(items[at - 2], items[at], env)
    return high - low


def _range(first: Node, last: Node, env: Env) -> tuple[int, int]:
    pairs = set(differences(first, last) or ())
    found = set[tuple[int, int]]()
    for low, end in sorted(pairs):
        known = int(end) if end.isdigit() else env.indices.get(end, env.scope.sizes.get(end))
        if len(pairs) > 1 and (known is None or not low.isdigit()):
            break
        if not low.isdigit() or known is None:
            raise Unsupported(f"dots up to {end}: say how many there are, with sizes={end}:3")
        found.add((int(low), known))
    if len(found) != 1:
        raise Unsupported("dots between two things that differ in more than one running index")
    return found.pop()


def how_far(letter: str, nodes: list[Node], env: Env) -> int | None:
    """How far the net lets dots go: the last index at which what stands before them still exists."""
    best: int | None = None
    for before, after, end in dotted(nodes):
        if end != letter or env.scope.net is None:
            continue
        there = 0
        for value in range(1, MAX_TRIED):
            try:
                env.value(between(before, after, value))
            except NotThere:
                break
            except Unresolved:
                return None
            there = value
        best = there if best is None else min(best, there)
    return best or None
