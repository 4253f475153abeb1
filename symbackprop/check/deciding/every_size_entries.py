"""Reads an equation between entries, such as delta_j^l = sum_k w_kj^{l+1} delta_k^{l+1} sigma'(z_j^l), for the index calculus.

Each symbol becomes a factor with its index letters, its layer the distance from the layer letter; a letter that a sum binds
gets a name of its own. Numbers as indices, sums with limits and whole layers are not read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any

from symbackprop.check.meaning.scope import Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.kernel.index_calculus import Factor
from symbackprop.notation import scripts
from symbackprop.proofs.every_size.layers import letter as letter_of
from symbackprop.proofs.every_size.matrix import KINDS, Quantity

WHOLE = {"weight": "w", "bias": "b", "output": "a", "net_input": "z", "delta": "delta", "output_delta": "by_a"}
DERIVED = {"weight": "by_w", "bias": "by_b", "net_input": "delta", "output": "by_a"}
Terms = list[tuple[Fraction, tuple[Factor, ...]]]
_FAR = 1000  # a value of the layer letter far from every real layer: distances are read off there


class NotGeneral(Exception):
    """The formula does not speak about every size."""


def is_slope(item: Node, scope: Scope) -> bool:
    """Whether a symbol is sigma', which takes what follows as its argument."""
    if not isinstance(item, Sym) or item.primes != 1 or item.sub or item.sup:
        return False
    return any(item.name == pattern.letter for pattern in scope.notation.patterns.get("activation", ()))


@dataclass
class Entries:
    """Reads one equation; `letter` is the layer's letter, `output` says that it stands for the last layer."""

    scope: Scope
    letter: str
    output: bool
    named: list[Quantity] = field(default_factory=list)
    sorts: dict[str, str] = field(default_factory=dict)  # the letters that nothing binds, each with its index set
    _fresh: Any = field(default_factory=count)

    def terms(self, node: Node, bound: Mapping[str, str]) -> Terms:
        """A tree as terms; raises NotGeneral for anything else."""
        read = READERS.get(type(node))
        if read is None:
            raise NotGeneral(type(node).__name__)
        return read(self, node, bound)

    def symbol(self, node: Sym, bound: Mapping[str, str], table: Mapping[str, str] = WHOLE) -> Terms:
        """One entry of a layer's quantity."""
        if node.primes or node.accents or spelling(node) in self.scope.definitions:
            raise NotGeneral(node.name)
        for reading in self.scope.notation.read(node.name, *(s.tokens if s else () for s in (node.sub, node.sup))):
            marks = reading.field
            if reading.kind in table and not reading.transposed and "l" in marks and "j" in marks:
                break
        else:
            raise NotGeneral(node.name)
        kind, layer = table[reading.kind], self._distance(marks["l"])
        sets = [letter_of(layer), letter_of(layer - 1)] if kind in ("w", "by_w") else [letter_of(layer)]
        fields = ("j", "k") if len(sets) == 2 else ("j",)
        if any(name not in marks for name in fields):
            raise NotGeneral(node.name)
        indices = [self._index(marks[name], bound, sort) for name, sort in zip(fields, sets)]
        self.named.append(Quantity(kind, layer))
        symbol = "g" if kind == "by_a" and self.output and layer == 0 else KINDS[kind][0]
        sign = self.scope.notation.delta_sign if reading.kind == "delta" else 1
        return [(Fraction(sign), ((f"{symbol}_{letter_of(layer)}", *indices),))]

    def _distance(self, marks: scripts.Marks) -> int:
        if set(scripts.letters(marks)) != {self.letter}:
            raise NotGeneral("a layer without the letter")
        found = [scripts.value(marks, {self.letter: _FAR + step}) for step in (0, 1)]
        if found[0] is None or found[1] is None or found[1] - found[0] != 1:
            raise NotGeneral("a layer that is no distance from the letter's")
        return found[0] - _FAR

    def _index(self, marks: scripts.Marks, bound: Mapping[str, str], sort: str) -> str:
        marks = scripts.stripped(marks)
        if len(marks) != 1 or marks[0].kind != "name" or not marks[0].text.isascii():
            raise NotGeneral("an index that is no letter")
        text = marks[0].text
        if text in bound:
            return bound[text]
        if text == self.letter or self.sorts.setdefault(text, sort) != sort:
            raise NotGeneral("one letter for two layers")
        return text

    def group(self, node: ast.Group, bound: Mapping[str, str]) -> Terms:
        """A bracket without scripts."""
        if node.sub or node.sup or node.primes:
            raise NotGeneral("a script on a bracket")
        return self.terms(node.inner, bound)

    def number(self, node: ast.Num, bound: Mapping[str, str]) -> Terms:
        """A rational number."""
        return [(node.value, ())]

    def product(self, node: ast.Product, bound: Mapping[str, str]) -> Terms:
        """Factors with a sign of multiplication between them."""
        if not set(node.ops) <= {"times", "cdot"}:
            raise NotGeneral("a product of another kind")
        return self._multiplied(list(node.factors), bound)

    def side_by_side(self, node: ast.Juxt, bound: Mapping[str, str]) -> Terms:
        """Factors, sigma' with its argument among them."""
        return self._multiplied(list(node.items), bound)

    def _multiplied(self, items: list[Node], bound: Mapping[str, str]) -> Terms:
        total: Terms = [(Fraction(1), ())]
        while items:
            item = items.pop(0)
            made = self._slope(items.pop(0), bound) if items and is_slope(item, self.scope) else self.terms(item, bound)
            total = [(c * d, (*s, *t)) for c, s in total for d, t in made]
        return total

    def _slope(self, argument: Node, bound: Mapping[str, str]) -> Terms:
        inner = ast.bare(argument)
        if not isinstance(inner, Sym):
            raise NotGeneral("sigma' of an expression")
        [(_, [(symbol, *indices)])] = self.symbol(inner, bound)
        if not symbol.startswith("z_"):
            raise NotGeneral("sigma' of something else than z")
        self.named[-1] = Quantity("slope", self.named[-1].layer)
        return [(Fraction(1), (("s" + symbol[1:], *indices),))]

    def total(self, node: ast.Add, bound: Mapping[str, str]) -> Terms:
        """A sum with signs."""
        return [(sign * c, t) for part, sign in zip(node.terms, node.signs) for c, t in self.terms(part, bound)]

    def big(self, node: ast.Big, bound: Mapping[str, str]) -> Terms:
        """A sum over one letter, without limits: over the whole layer that it runs through."""
        tokens = node.sub.tokens if node.sub else ()
        if node.op != "sum" or node.sup or len(tokens) != 1 or tokens[0].kind != "name":
            raise NotGeneral("a sum that is not over one letter")
        fresh = f"b{next(self._fresh)}"
        made = self.terms(node.body, {**bound, tokens[0].text: fresh})
        if any(not any(fresh in factor[1:] for factor in term) for _, term in made):
            raise NotGeneral("a term without the letter that is summed over")
        return made

    def derivative(self, node: ast.Derivative, bound: Mapping[str, str]) -> Terms:
        """dC by one entry."""
        if node.order != 1 or not isinstance(node.what, Sym) or not isinstance(node.by, Sym):
            raise NotGeneral("a derivative of something else")
        what = node.what
        readings = self.scope.notation.read(what.name, *(s.tokens if s else () for s in (what.sub, what.sup)))
        if what.primes or not any(reading.kind == "cost" for reading in readings):
            raise NotGeneral("a derivative of something else than the cost")
        made = self.symbol(node.by, bound, DERIVED)
        return [(Fraction(1), term) for _, term in made]


READERS: dict[type[Node], Callable[[Entries, Any, Mapping[str, str]], Terms]] = {
    Sym: Entries.symbol,
    ast.Num: Entries.number,
    ast.Group: Entries.group,
    ast.Product: Entries.product,
    ast.Juxt: Entries.side_by_side,
    ast.Add: Entries.total,
    ast.Big: Entries.big,
    ast.Derivative: Entries.derivative,
}
