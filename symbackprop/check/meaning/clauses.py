"""The subscript of a sum in its parts: the letters it binds, what they run over, and the conditions on them.

Every clause counts: `k = 1`, `k != j`, `i < j`, `k in {1, 2}`; a subscript that is not understood leaves the sum open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from symbackprop.check.exact.values import Unsupported
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.syntax import Relation, Script, Sym, Token
from symbackprop.errors import ParseError
from symbackprop.notation import scripts

_COMPARING = ("<", ">", "<=", ">=", "!=")


@dataclass(frozen=True)
class Clauses:
    """A subscript in its parts: the letters it binds, what they run over, and the conditions on them."""

    names: tuple[str, ...]
    kind: str = ""  # "=", "in", or nothing where only the letters stand there
    first: tuple[Token, ...] = ()  # what stands behind the sign
    more: tuple[tuple[Token, ...], ...] = ()  # further values: k = 1, 2, 3
    conditions: tuple[Relation, ...] = field(default=())

    @property
    def told_apart(self) -> tuple[str, ...]:
        """The other letters of its conditions: j in `k != j`, `i < j`."""
        found = (each.name for one in self.conditions for side in one.sides if side is not None for each in side.walk() if isinstance(each, Sym))
        return tuple(dict.fromkeys(name for name in found if name not in self.names))


@lru_cache(maxsize=512)
def clauses(script: Script) -> Clauses:
    """The parts of a sum's subscript; Unsupported for one of another form."""
    names, kind, first = list[str](), "", tuple[Token, ...]()
    more, conditions = list[tuple[Token, ...]](), list[Relation]()
    for part in _split(script.tokens):
        at = [i for i, token in enumerate(part) if token.kind == "rel"]
        sign = part[at[0]].text if at else ""
        if not at and kind == "=" and not conditions:
            more.append(part)
        elif not at:
            letters = scripts.letters(part)
            if kind or conditions or not letters or any(token.kind in ("op", "num", "text") for token in part):
                raise Unsupported(f"a sum over {script.text[:40]}")
            names += letters
        elif len(at) == 1 and sign in ("=", "in") and not kind:
            letters = scripts.letters(part[: at[0]])
            if any(token.kind in ("op", "num") and token.text != "," for token in part[: at[0]]) or not part[at[0] + 1 :]:
                raise Unsupported(f"a sum over {script.text[:40]}")
            names, kind, first = [*names, *letters], sign, part[at[0] + 1 :]
        elif all(part[i].text in _COMPARING for i in at):
            conditions.append(_condition(part, at))
        else:
            raise Unsupported(f"a sum over {script.text[:40]}")
    if not names and conditions:
        names = [_subject(conditions[0])]
    names = list(dict.fromkeys(names))
    if not names or len(names) > 3 or not all(names):
        raise Unsupported(f"a sum over {script.text[:40]}")
    return Clauses(tuple(names), kind, first, tuple(more), tuple(conditions))


def _split(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """At commas, semicolons, colons and bars outside brackets."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth and token.kind == "op" and token.text in (",", ";", ":", "|"):
            if start < at:
                yield tokens[start:at]
            start = at + 1
    if start < len(tokens):
        yield tokens[start:]


def _condition(part: tuple[Token, ...], at: list[int]) -> Relation:
    cuts = [-1, *at, len(part)]
    sides = list[ast.Node]()
    for start, stop in pairwise(cuts):
        parser = Parser(list(part[start + 1 : stop]), "")
        try:
            sides.append(parser.expression())
        except ParseError as error:
            raise Unsupported("a condition on the letter of a sum") from error
        if parser.at < len(parser.tokens):
            raise Unsupported("a condition on the letter of a sum")
    return Relation(tuple(sides), tuple(part[i].text for i in at), tuple(part[i].span for i in at))


def _subject(relation: Relation) -> str:
    """The letter that a condition binds: k in `k != j`, `k > 1`, `1 <= k <= n`."""
    return next((side.name for side in relation.sides if isinstance(side, Sym) and not (side.sub or side.sup or side.primes)), "")


def bound_by(node: ast.Big, nodes: list[ast.Node]) -> frozenset[str]:
    """The letters that a sum binds in a formula: those it names, and those it only tells apart if they occur nowhere else."""
    if node.sub is None:
        return frozenset()
    if len(node.sub.tokens) == 1:
        return frozenset(scripts.letters(node.sub.tokens))
    try:
        found = clauses(node.sub)
    except Unsupported:
        at = next((i for i, token in enumerate(node.sub.tokens) if token.kind == "rel"), len(node.sub.tokens))
        return frozenset(scripts.letters(node.sub.tokens[:at]))
    apart = {each for each in found.told_apart if _count(each, [node.body]) == _count(each, nodes)}
    return frozenset(found.names) | apart


def _count(letter: str, nodes: list[ast.Node]) -> int:
    """How often a letter stands in a script or by itself, not counting where another sum binds it."""
    total, stack = 0, list(nodes)
    while stack:
        each = stack.pop()
        if isinstance(each, ast.Big) and each.sub is not None and letter in scripts.letters(each.sub.tokens[:1]):
            continue
        if isinstance(each, Sym):
            total += letters_of(each).count(letter) + (each.name == letter)
        stack.extend(each.children())
    return total


def letters_of(symbol: Sym) -> list[str]:
    """The letters in a symbol's scripts; of r_j as well j."""
    found = [letter for script in (symbol.sub, symbol.sup) if script for letter in scripts.letters(script.tokens)]
    return [part for letter in found for part in (letter, letter.rpartition("_")[2])]  # r_j: the index is j
