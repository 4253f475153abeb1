"""Free indices: which letters of a formula run over the net, over what, and which instances a condition leaves."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from math import prod

from symbackprop.check.exact.values import Unsupported
from symbackprop.check.meaning.clauses import bound_by
from symbackprop.check.meaning.scope import Scope, lettered, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.dotted import letters_of_dots
from symbackprop.check.reading.grammar import parse_script
from symbackprop.check.reading.syntax import Node, Relation, Sym
from symbackprop.check.reading.vocabulary import GREEK
from symbackprop.errors import ParseError
from symbackprop.notation import scripts
from symbackprop.notation.places import as_read
from symbackprop.notation.positions import POSITIONS

MAX_INSTANCES = 20_000


def free_indices(nodes: list[Node], scope: Scope) -> dict[str, range]:
    """The index letters that nothing binds, each with the values it may take in this net."""
    found = dict[str, set[str]]()
    if scope.places is None:
        return {}
    for node in nodes:
        _collect(node, scope, frozenset(), found, nodes)
    places, notation = scope.places, scope.notation
    first = notation.input_layer
    out = dict[str, range]()
    ends = letters_of_dots(nodes)
    for letter, sorts in found.items():
        if letter in scope.fixed_indices() or letter in ends:
            continue
        if letter == "@l":
            out[letter] = range(1, places.depth + 1)
        elif "e" in sorts:
            out[letter] = range(1, scope.batch + 1)
        elif "u" in sorts:
            out[letter] = range(1, len(places.number) + 1)
        elif sorts == {"l"}:
            out[letter] = range(first, places.depth + first + 1)
        else:
            low = min(1, first) if "l" in sorts else 1
            out[letter] = range(low, max(places.width, (places.depth + first) if "l" in sorts else 0) + 1)
    return out


def _collect(node: Node, scope: Scope, bound: frozenset[str], found: dict[str, set[str]], nodes: list[Node]) -> None:
    stack: list[tuple[Node, frozenset[str]]] = [(node, bound)]
    while stack:
        each, inside = stack.pop()
        if isinstance(each, Sym):
            _of_symbol(each, scope, inside, found, stack)
        if isinstance(each, ast.Big) and each.sub is not None:
            inside = inside | bound_by(each, nodes)
        if isinstance(each, ast.Lambda):
            inside = inside | {"=" + spelling(p) for p in each.params}
        stack.extend((child, inside) for child in each.children())


def _of_symbol(
    each: Sym, scope: Scope, inside: frozenset[str], found: dict[str, set[str]], stack: list[tuple[Node, frozenset[str]]]
) -> None:
    name = spelling(each)
    if "=" + name in inside or name in scope.definitions or name in scope.free:
        return
    if each.name == "nabla" and each.sub is not None:
        try:
            stack.append((parse_script(each.sub, ""), inside))
        except ParseError:
            return
        return
    for (letter, below, above_count), _made in scope.indexed.items():
        if letter == lettered(each):
            lower = "u" if scope.notation.labels == "number" else "j"
            for sort, script, wanted in ((lower, each.sub, below), ("l", each.sup, above_count)):
                if script and wanted:
                    _of_field(sort, script.tokens, scope, inside, found)
            return
    sub, sup = (s.tokens if s else () for s in (each.sub, each.sup))
    for above in (sup, ()) if sup else ((),):
        readings = list(scope.notation.read(lettered(each), sub, above))
        for reading in readings[:1]:
            for field, marks in reading.fields:
                _of_field(field, marks, scope, inside, found)
        if readings:
            return


def _of_field(field: str, marks: scripts.Marks, scope: Scope, inside: frozenset[str], found: dict[str, set[str]]) -> None:
    names = scope.places.by_label if field in "us" and scope.notation.labels == "name" and scope.places is not None else {}
    if as_read("".join(mark.text for mark in marks)) in names:
        return  # z_h is the neuron called h, whatever its letter
    if field in "us" and scope.notation.labels == "position" and marks and marks[0].text in POSITIONS:
        position = marks[0].text
        if "@" + position not in scope.fixed_indices() and position in "lr":
            found.setdefault("@l", set()).add("position")
        marks = tuple(mark for mark in marks[1:] if mark.kind != "sub")
        field = "j"
    sort = field if field in "le" else "u" if field in "us" and scope.notation.labels in ("number", "name") else "j"
    for letter in scripts.letters(marks):
        if letter in inside or (sort == "l" and letter in scripts.COUNT_OF_LAYERS):
            continue
        if scope.notation.labels == "name" or not (letter.isalpha() and len(letter) > 1) or letter in (*GREEK, "ell"):  # no word is an index
            found.setdefault(letter, set()).add(sort)


def how_many(free: Mapping[str, range]) -> int:
    """The number of choices of values for the free indices."""
    return prod(map(len, free.values()))


def instances(free: Mapping[str, range], scope: Scope, points: Iterable[Mapping[str, int]] | None = None) -> Iterator[dict[str, int]]:
    """Every choice of values for the free indices, or those given, together with the fixed ones."""
    fixed = scope.fixed_indices()
    names = sorted(free)
    if points is None:
        if (count := how_many(free)) > MAX_INSTANCES:
            raise Unsupported(f"{count:,} instances of the indices {', '.join(names)} (at most {MAX_INSTANCES:,} are tried)")
        points = (dict(zip(names, values)) for values in itertools.product(*(free[name] for name in names)))
    for point in points:
        chosen = {**fixed, **point}
        if "@l" in chosen:
            chosen["@r"] = chosen["@l"] + 1
        yield chosen


def number_of(node: Node, indices: Mapping[str, int]) -> int | None:
    """An index expression of a condition as a number: `l`, `L - 1`, `2`; None where it is none."""
    if isinstance(node, ast.Num):
        return int(node.value) if node.value.denominator == 1 else None
    if isinstance(node, Sym):
        return indices.get(spelling(node))
    if isinstance(node, ast.Group) and not (node.sub or node.sup):
        return number_of(node.inner, indices)
    if isinstance(node, ast.Add):
        parts = [number_of(term, indices) for term in node.terms]
        return None if None in parts else sum(s * p for s, p in zip(node.signs, parts) if p is not None)
    return None


_COMPARE = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def holds(relation: Relation, indices: Mapping[str, int]) -> bool | None:
    """Whether an index condition holds for these values; None where it is no condition on indices."""
    if relation.ops == ("in",):
        return _member(relation, indices)
    if len(relation.sides) == 2 and relation.ops == ("=",) and isinstance(relation.sides[1], ast.Several):
        return _listed(relation, indices)
    values = [number_of(side, indices) if side is not None else None for side in relation.sides]
    if None in values or any(op not in _COMPARE for op in relation.ops):
        return None
    return all(_COMPARE[op](a, b) for op, a, b in zip(relation.ops, values, values[1:]))


def _member(relation: Relation, indices: Mapping[str, int]) -> bool | None:
    left, right = relation.sides
    if isinstance(right, ast.Group) and isinstance(right.inner, (ast.Several, ast.Num, Sym)) and left is not None:
        items = right.inner.items if isinstance(right.inner, ast.Several) else (right.inner,)
        return _among(left, items, indices)
    return None


def _listed(relation: Relation, indices: Mapping[str, int]) -> bool | None:
    left, right = relation.sides
    assert isinstance(right, ast.Several) and left is not None
    return _among(left, right.items, indices)


def _among(left: Node, items: tuple[Node, ...], indices: Mapping[str, int]) -> bool | None:
    value = number_of(left, indices)
    known = [number_of(each, indices) for each in items if not isinstance(each, ast.Dots)]
    if value is None or None in known or not known:
        return None
    numbers = [each for each in known if each is not None]
    if any(isinstance(each, ast.Dots) for each in items):
        return min(numbers) <= value <= max(numbers)  # counting up or down
    return value in numbers
