"""The slot whose value is off: solved for at one point, looked up among the quantities of the net; after one edit, too."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symbackprop.check.mending.edit import Edit, is_same, put, source, squared, unbraced
from symbackprop.check.mending.residues import MODULUS, Residues, Tables, has_inverse, small_fraction
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node

_FEW = (Fraction(-1), Fraction(2), Fraction(1, 2), Fraction(-2), Fraction(-1, 2))


def slots(
    wrong: Node, truth: Node, goal: int, tables: Tables, residues: Residues, text: str, base: Edit | None = None
) -> Iterator[Edit]:
    """Solve for each node in turn and look the value up; after a first edit, nodes that it has not touched."""
    numbers = {id(part) for each in wrong.walk() if _is_number(each) for part in each.children()}
    for node in list(wrong.walk())[:60]:
        if isinstance(node, (ast.Dots, ast.Lambda)) or id(node) in numbers or (base is not None and _touched(node, base)):
            continue
        needed = residues.needed(wrong, node, goal)
        have = residues.value(node) if needed is not None else None
        if needed is None or have is None or len(have) != 1:
            continue
        yield from _explain(wrong, truth, node, have[0], needed, tables, text, base)


def _is_number(node: Node) -> bool:
    """A number, or a quotient of two."""
    return isinstance(node, ast.Num) or (isinstance(node, ast.Frac) and isinstance(node.top, ast.Num) and isinstance(node.bottom, ast.Num))


def _touched(node: Node, base: Edit) -> bool:
    start, stop = node.span
    return any((a < stop and start < b) or (a == b and start <= a <= stop) for (a, b), _ in base.changes)


def _explain(
    wrong: Node, truth: Node, node: Node, have: int, need: int, tables: Tables, text: str, base: Edit | None = None
) -> Iterator[Edit]:
    shown = source(text, node)
    whole = 0 if node is wrong else 1
    bracketed = f"({shown})" if isinstance(node, ast.Add) else shown
    prefix = base.changes if base else ()
    lead = f"{base.words}; and " if base else ""
    extra = base.cost if base else 0

    def made(cost: int, fresh: Node, new: str, words: str) -> Edit:
        return Edit(cost + whole + extra, put(wrong, node, fresh), (*prefix, (node.span, new)), lead + words, node.span)

    if _is_number(node):
        small = small_fraction(need)
        if small is not None:
            held = shown[:1] == "{"  # the argument of a command
            new = str(small) if small.denominator == 1 or (not held and "\\" not in text) else rf"\frac{{{small.numerator}}}{{{small.denominator}}}"
            yield made(0, ast.Num(node.span, small), f"{{{new}}}" if held else new, f"the number {unbraced(shown)} should be {small}")
    if need == 0:
        return
    for term in tables.one.get(need, ()):
        if term.text == shown or (node is wrong and isinstance(term.node, ast.Sym) and is_same(term.node, truth)):
            continue
        renamed = node is wrong and isinstance(truth, ast.Derivative) and not isinstance(node, ast.Sym)
        if renamed and term.kind in ("delta", "output_delta"):
            continue  # the derivative under its other name explains nothing
        cost = 3 if isinstance(node, (ast.Sym, ast.Num)) else 4
        yield made(cost, term.node, term.text, f"{unbraced(shown)} should be {term.text}")
    if has_inverse(have):
        ratio = need * pow(have, -1, MODULUS) % MODULUS
        small = small_fraction(ratio)
        if small is not None and small != 1:
            words = f"the sign of {shown} is wrong" if small == -1 else f"the constant factor {small} is missing before {shown}"
            yield made(2, scaled(node, small), f"{written(small)}{bracketed}", words)
        if ratio == have and isinstance(node, ast.Sym) and not node.primes:  # tanh' = 1 - tanh
            yield made(1, times(node, node), squared(node, text), f"the square is missing: {squared(node, text)}, not {shown}")
        for term in tables.one.get(ratio, ()):
            if term.kind == "number":
                continue
            beside = "" if not whole else f" beside {shown}"
            yield made(1 if term.kind == "mean" else 2, times(node, term.node), f"{bracketed} {term.text}", f"the factor {term.text} is missing{beside}")
        inverse = pow(ratio, -1, MODULUS) if has_inverse(ratio) else 0
        for term in tables.one.get(inverse, ()):
            if term.kind == "number" or isinstance(node, ast.Num):
                continue
            quotient = ast.Frac(node.span, node, term.node)
            yield made(4, quotient, rf"\frac{{{shown}}}{{{term.text}}}", f"the factor {term.text} is one too many in {shown}")
        if base is None:
            yield from _two_at_once(node, have, need, shown, bracketed, tables, made)
    for difference, sign in (((need - have) % MODULUS, 1), ((have - need) % MODULUS, -1)):
        for term in tables.one.get(difference, ()):
            total = ast.Add(node.span, (node, term.node), (1, sign))
            new = f"{shown} {'+' if sign > 0 else '-'} {term.text}"
            yield made(5 + (sign < 0), total, f"({new})" if whole else new, f"the term {'-' if sign < 0 else ''}{term.text} is missing" + (f" beside {shown}" if whole else ""))


def _two_at_once(
    node: Node, have: int, need: int, shown: str, bracketed: str, tables: Tables, made: Any
) -> Iterator[Edit]:
    """Two corrections in one place: a number and a quantity, or two quantities."""
    ratio = need * pow(have, -1, MODULUS) % MODULUS
    for number in _FEW:
        by = pow(number.numerator, -1, MODULUS) * number.denominator
        words = "the sign is wrong" if number == -1 else f"the constant factor {number} is missing"
        for term in tables.one.get(ratio * by % MODULUS, ()):
            if term.kind != "number":
                yield made(6, times(scaled(node, number), term.node), f"{written(number)}{bracketed} {term.text}",
                           f"the factor {term.text} is missing beside {shown}; and {words}")  # fmt: skip
        for term in tables.one.get(need * by % MODULUS, ()):
            if term.kind != "number":
                yield made(6, scaled(term.node, number), f"({written(number)}{term.text})", f"{shown} should be {term.text}; and {words}")
    for difference, mark, sign in (((need - have) % MODULUS, "+", 1), ((have - need) % MODULUS, "-", -1)):
        for one, other in tables.two.get(difference):
            total = ast.Add(node.span, (node, times(one.node, other.node)), (1, sign))
            yield made(7, total, f"({shown} {mark} {one.text} {other.text})", f"the term {mark}{one.text} {other.text} is missing")
    for one, other in tables.two.get(ratio):
        yield made(7, times(times(node, one.node), other.node), f"{bracketed} {one.text} {other.text}",
                   f"the factors {one.text} and {other.text} are missing beside {shown}")  # fmt: skip
    for one, other in tables.two.get(need):
        yield made(7, times(one.node, other.node), f"{one.text} {other.text}", f"{shown} should be {one.text} {other.text}")


def times(one: Node, other: Node) -> Node:
    """A product of two trees."""
    return ast.Product(one.span, (ast.Group(one.span, one, "("), other), ("times",))


def scaled(node: Node, number: Fraction) -> Node:
    """A number times a tree."""
    return ast.Product(node.span, (ast.Num(node.span, number), ast.Group(node.span, node, "(")), ("times",))


def written(number: Fraction) -> str:
    """A number as a factor in front of something."""
    if number == -1:
        return "-"
    return f"{number} \\times " if number.denominator == 1 else rf"\frac{{{number.numerator}}}{{{number.denominator}}} \times "


def doubles(near: list[tuple[Edit, tuple[int, ...]]], goal: tuple[int, ...], tables: Tables) -> Iterator[Edit]:
    """One edit, and then a constant or a factor of the whole; of a vector, entry by entry."""
    for edit, have in near:
        yield from finished(edit, have, goal, tables)


def finished(edit: Edit, have: tuple[int, ...], goal: tuple[int, ...], tables: Tables) -> Iterator[Edit]:
    """What a number, a factor or a term for the whole would make right."""
    size = 2 if len(goal) > 1 else 0  # a table starts with its shape
    if len(have) != len(goal) or have[:size] != goal[:size] or not all(map(has_inverse, have[size:])):
        return
    start, stop = edit.node.span
    ratios = tuple(g * pow(h, -1, MODULUS) % MODULUS for g, h in zip(goal[size:], have[size:]))
    small = small_fraction(ratios[0]) if len(set(ratios)) == 1 else None
    lead = f"{edit.words}; and " if edit.words else ""
    if small is not None and small:
        numbers = small != -1 and any(isinstance(each, ast.Num) for each in edit.node.walk())  # then one of them is wrong
        words = "the sign is wrong" if small == -1 else f"the constant factor {small} is missing"
        changes = (*edit.changes, ((start, start), f"{written(small)}("), ((stop, stop), ")"))
        yield Edit(edit.cost + (5 if numbers else 2), scaled(edit.node, small), changes, lead + words, edit.blame)
        return
    shape = goal[:size]
    op, mark = ("odot", r" \odot") if size else ("times", "")
    held = ast.Group((start, stop), edit.node, "(")
    is_held = isinstance(edit.node, (ast.Group, ast.Sym)) and not edit.changes
    for term in tables.found(shape, ratios):
        node: Node = ast.Product((start, stop), (held, term.node), (op,))
        around = (((stop, stop), f"{mark} {term.text}"),) if is_held else (((start, start), "("), ((stop, stop), f"){mark} {term.text}"))
        changes = (*edit.changes, *around)
        yield Edit(edit.cost + 3, node, changes, f"{lead}the factor {term.text} is missing", edit.blame)
    for sign, mark in ((1, "+"), (-1, "-")):
        for term in tables.found(shape, tuple(sign * (g - h) % MODULUS for g, h in zip(goal[size:], have[size:]))):
            node = ast.Add((start, stop), (held, term.node), (1, sign))
            changes = (*edit.changes, ((stop, stop), f" {mark} {term.text}"))
            yield Edit(edit.cost + 5, node, changes, f"{lead}the term {mark}{term.text} is missing", edit.blame)
