"""Two corrections at once: an edit and a factor of the whole, an edit and a slot that is solved for, or two edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from symbackprop.check.mending.edit import Edit, put
from symbackprop.check.mending.residues import Residues, Tables
from symbackprop.check.mending.slots import doubles, slots
from symbackprop.check.reading.syntax import Add, Big, Juxt, Node, Product, Sym

MAX_SLOTS = 1_500  # evaluations spent on an edit and a slot
MAX_PAIRS = 1_500  # and on two edits
MAX_AGAIN = 600  # and on a second edit of what a first one made
FIRST = 120  # edits that are combined with each other

Again = Callable[[Node, Node], Iterator[Edit]]
Near = list[tuple[Edit, tuple[int, ...]]]


def pairs(
    wrong: Node, truth: Node, near: Near, goal: tuple[int, ...], tables: Tables, residues: Residues, text: str, again: Again
) -> Iterator[Edit]:
    """Pairs of corrections that make the failing instance right, the likeliest first."""
    near = sorted(near, key=lambda each: each[0].cost)
    found = list(doubles(near, goal, tables))
    if len(goal) == 1:
        stop = residues.tried + MAX_SLOTS
        for edit, _ in near:
            if residues.tried > stop:
                break
            found += slots(edit.node, truth, goal[0], tables, residues, text, edit)
    found += _one_after_another(wrong, near, goal, residues, again)
    found += _two_edits(wrong, near, goal, residues)
    found.sort(key=lambda edit: edit.cost)
    yield from found


def _one_after_another(wrong: Node, near: Near, goal: tuple[int, ...], residues: Residues, again: Again) -> Iterator[Edit]:
    """A second edit of the very part that a first one made: two factors of one product dropped, a symbol under a new sum."""
    stop = residues.tried + MAX_AGAIN
    for edit, _ in near:
        _, new = swap(wrong, edit.node)
        if not isinstance(new, (Product, Juxt, Add, Big)):
            continue
        inside = {id(each) for each in new.walk()} if isinstance(new, Big) else {id(new)}
        for other in again(new, edit.node):
            if residues.tried > stop:
                return
            old, _ = swap(edit.node, other.node)
            if id(old) in inside and not _overlap(edit, other) and residues.value(other.node) == goal:
                yield Edit(edit.cost + other.cost, other.node, (*edit.changes, *other.changes), f"{edit.words}; and {other.words}", edit.blame)


def _two_edits(wrong: Node, near: Near, goal: tuple[int, ...], residues: Residues) -> Iterator[Edit]:
    swaps = [(edit, *swap(wrong, edit.node)) for edit, _ in near]
    if len(goal) == 1:  # another symbol outside of every sum has been solved for
        summed = {id(part) for each in wrong.walk() if isinstance(each, Big) for part in each.walk()}
        swaps = [each for each in swaps if not isinstance(each[1], Sym) or id(each[1]) in summed]
    swaps = swaps[:FIRST]
    order = sorted((a[0].cost + b[0].cost, i, j) for i, a in enumerate(swaps) for j, b in enumerate(swaps[:i]))
    stop = residues.tried + MAX_PAIRS
    for cost, i, j in order:
        if residues.tried > stop:
            break
        (one, old, new), (other, before, after) = swaps[i], swaps[j]
        if _overlap(one, other):
            continue
        node = put(one.node, before, after)
        if node is one.node:
            node = put(other.node, old, new)
        if node is other.node:
            continue
        value = residues.value(node)
        edit = Edit(cost, node, (*other.changes, *one.changes), f"{other.words}; and {one.words}", other.blame)
        if value == goal:
            yield edit


def swap(tree: Node, changed: Node) -> tuple[Node, Node]:
    """The smallest part of a tree that differs in the changed tree, and what stands there instead."""
    while True:
        if type(tree) is not type(changed):
            return tree, changed
        different = [(a, b) for each in fields(tree) if each.init and each.name != "span"
                     for a, b in _both(getattr(tree, each.name), getattr(changed, each.name))]  # fmt: skip
        first, second = different[0] if len(different) == 1 else (None, None)
        if not isinstance(first, Node) or not isinstance(second, Node):
            return tree, changed
        tree, changed = first, second


def _both(one: object, other: object) -> Iterator[tuple[object, object]]:
    if one is other:
        return
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for a, b in zip(one, other):
            yield from _both(a, b)
    elif isinstance(one, Node) or isinstance(other, Node) or one != other:
        yield one, other


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same place of the text; what both take out may overlap."""
    return any(((a < d and c < b) or (a, b) == (c, d)) and (first or second)
               for (a, b), first in one.changes for (c, d), second in other.changes)  # fmt: skip
