"""Slips: every formula one token away from a formula tree, by kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee import Formula
from referee_nets import Net, Tree

SYMBOLS = {"a": "z", "z": "a", "delta": "a", "y": "a", "da": "delta"}
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def slips(formula: Formula, net: Net) -> Iterator[tuple[str, Formula]]:
    """Every one-token slip of the right side, and of the sign between the sides."""

    def made(right: Tree, op: str = formula.op) -> Formula:
        return Formula(formula.name, formula.left, right, op, formula.apart)

    right = formula.right
    if formula.op in FLIPPED:
        yield "relation", made(right, FLIPPED[formula.op])
    if formula.op != "<-":
        yield "sign", made(("neg", right) if right[0] != "neg" else right[1])
        yield "constant factor", made(_scaled(right, 2, 1))
        yield "constant factor", made(_scaled(right, 1, 2))
    for path, node in _walk(right):
        if formula.op == "<-" and path == ():
            continue
        for kind, fresh in _local(node, right, net):
            yield kind, made(_replace(right, path, fresh))


def _scaled(tree: Tree, top: int, bottom: int) -> Tree:
    return ("mul", ("num", top, bottom), tree)


def _walk(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    yield path, tree
    if tree[0] in ("q", "num", "vec", "mat", "grad"):
        return
    for at, each in enumerate(tree):
        if isinstance(each, tuple):
            yield from _walk(each, (*path, at))


def _replace(tree: Tree, path: tuple[int, ...], fresh: Tree) -> Tree:
    if not path:
        return fresh
    return (*tree[: path[0]], _replace(tree[path[0]], path[1:], fresh), *tree[path[0] + 1 :])


def _local(node: Tree, whole: Tree, net: Net) -> Iterator[tuple[str, Tree]]:
    head = node[0]
    if head == "q" and node[1] not in ("C", "eta", "free"):
        yield from _other_quantity(node, net)
    elif head == "num":
        yield "number", ("num", node[1] + 1, node[2])
        if node[2] > 1:
            yield "number", ("num", node[1], node[2] * 2)
    elif head in ("mul", "mm"):
        yield from _factors(node, whole)
    elif head == "add":
        for at in range(1, len(node)):
            rest = node[:at] + node[at + 1 :]
            yield "missing term", rest if len(rest) > 2 else rest[1]
            flipped = node[at][1] if node[at][0] == "neg" else ("neg", node[at])
            yield "sign of a term", (*node[:at], flipped, *node[at + 1 :])
    elif head == "sum":
        yield "missing sum", node[2]
    elif head == "slope":
        yield "missing prime", ("sig", node[1])
        yield "slope forgotten", ("num", 1, 1)
    elif head == "pow":
        yield "power", node[1]
        yield "power", ("pow", node[1], node[2] + 1)
    elif head == "div":
        yield "quotient", ("div", node[2], node[1])
        yield "quotient", node[1]
    elif head == "had":
        yield "kind of product", ("mm", *node[1:])
        yield "missing factor", node[1]
        yield "missing factor", node[2]
    elif head == "T":
        yield "transpose", node[1]
    elif head == "fn":
        other = {"sigmoid": "tanh", "tanh": "sigmoid", "exp": "sigmoid", "log": "exp"}[node[1]]
        yield "other function", ("fn", other, node[2])
    elif head == "dfn":
        yield "missing prime", ("fn", node[1], node[2])
    elif head in ("vec", "mat", "grad"):
        yield from _other_layer(node)


def _factors(node: Tree, whole: Tree) -> Iterator[tuple[str, Tree]]:
    for at in range(1, len(node)):
        rest = node[:at] + node[at + 1 :]
        yield "missing factor", rest if len(rest) > 2 else rest[1]
        if node[0] == "mul":
            yield "factor twice", (*node, node[at])
    if node[0] == "mul":
        outputs = dict.fromkeys(each for _, each in _walk(whole) if each[0] == "q" and each[1] in ("a", "z", "w"))
        for each in list(outputs)[:2]:
            yield "extra factor", (*node, each)
    else:
        yield "order of a product", ("mm", *reversed(node[1:]))
        for at in (1, 2):
            turned = node[at][1] if node[at][0] == "T" else ("T", node[at])
            yield "transpose", (*node[:at], turned, *node[at + 1 :])


def _other_quantity(node: Tree, net: Net) -> Iterator[tuple[str, Tree]]:
    kind, index = node[1], node[2:]
    if kind in SYMBOLS:
        yield "other symbol", ("q", SYMBOLS[kind], *index)
    if isinstance(index[0], str):
        yield from _other_unit(node, net)
        return
    if isinstance(index[0], tuple) and index[0][0][0] == "#":
        if kind == "w":
            yield "index swapped", ("q", "w", index[1], index[0])
        else:
            yield "index swapped", ("q", kind, ("#i" if index[0][0] == "#j" else "#j", 0))
        return
    if kind == "w":
        yield "index swapped", ("q", "w", index[0], index[2], index[1])
    if kind in ("a", "z", "delta", "b", "w", "da") and isinstance(index[0], tuple):
        for step in (-1, 1):
            yield "wrong layer", ("q", kind, (index[0][0], index[0][1] + step), *index[1:])
    if isinstance(index[-1], tuple) and kind != "w":
        yield "index swapped", ("q", kind, *index[:-1], ("k" if index[-1][0] == "j" else "j", 0))


def _other_unit(node: Tree, net: Net) -> Iterator[tuple[str, Tree]]:
    kind, index = node[1], node[2:]
    names: Any = [unit.name for unit in net.units]
    if kind == "w":
        for source, _ in net.by_name[index[0]].edges:
            if source != index[1]:
                yield "other weight", ("q", "w", index[0], source)
        return
    if kind == "a":
        names = [*net.inputs, *names]
    if kind == "y":
        names = list(net.outputs)
    if kind == "b":
        names = [unit.name for unit in net.units if unit.bias is not None]
    for name in names:
        if name != index[0]:
            yield "other unit", ("q", kind, name)


def _other_layer(node: Tree) -> Iterator[tuple[str, Tree]]:
    kind, layer = node[1], node[2]
    for step in (-1, 1) if kind != "y" else ():
        yield "wrong layer", (node[0], kind, (layer[0], layer[1] + step))
    if node[0] == "vec" and kind in SYMBOLS:
        yield "other symbol", ("vec", SYMBOLS[kind], layer)
    if node[0] == "vec" and kind == "slope":
        yield "missing prime", ("vec", "a", layer)
