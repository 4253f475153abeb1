"""The letters of a page, read off its own lines: z = W a + b and a = f(z), E = 1/2 sum (t - y)^2, delta = dE/dz."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.statements import parse_formula
from symbackprop.check.reading.syntax import Node, Script, Statement, Sym
from symbackprop.check.reading.vocabulary import FUNCTIONS
from symbackprop.notation.patterns import latex_letter

_LAYER = re.compile(r"(?P<open>[(\[]?)(?:[lkmLM]|\d(?=[)\]]))(?:[+-]1)?(?P<close>[)\]]?)")
_LAYER_BELOW = re.compile(r"(?:\d|[lkmLMin])(?:[+-]1)?")
_INDEX = re.compile(r"[a-z]|\d")
_WEIGHTS = ("w", "W", "theta", "Theta", "u", "U", "v", "V")
_ORDER = ("input", "target", "weight", "bias", "net_input", "output", "delta", "cost", "activation")
MAX_LINES = 200


@dataclass
class _Found:
    """What the lines told so far: kind to the ways it is spelt, the sign of delta, whether symbols name their layer."""

    spelt: dict[str, dict[str, None]] = field(default_factory=dict)
    delta_sign: int = 1
    layered: bool = False
    below: bool = False  # the layer stands below: z_1 = W_1 x + b_1

    def add(self, kind: str, node: Node, unit: str = "") -> None:
        """One more symbol of a kind, as a declaration spells it; `unit` is the letter of the unit's index below a weight."""
        text = self.spell(node, unit, kind == "weight")
        if text and not any(text in others for other, others in self.spelt.items() if other != kind):
            self.spelt.setdefault(kind, {})[text] = None
            self.layered = self.layered or self.below or "^{" in text or kind[-1:].isdigit()

    def spell(self, node: Node, unit: str = "", weight: bool = False) -> str:
        """A symbol as a declaration spells it; empty where its scripts are of no kind that a declaration has."""
        if self.below and isinstance(node, Sym) and not node.sup and not node.primes:
            return _name(node) + ("_{l}" if node.sub else "") if not node.sub or _LAYER_BELOW.fullmatch(node.sub.text) else ""
        return _spelt(node, unit, weight)

    def kinds(self, kind: str) -> list[str]:
        """A kind and its kinds of one layer: net_input, net_input_1, net_input_2."""
        return sorted(each for each in self.spelt if each == kind or (each.startswith(kind + "_") and each[-1].isdigit()))

    def layer_of(self, kind: str, node: Node) -> str:
        """`_2` where the symbol is known as the one of layer 2 alone, else nothing."""
        text = self.spell(node)
        return next((each[len(kind) :] for each in self.kinds(kind) if text in self.spelt[each]), "")


def letters(texts: Iterable[str]) -> str:
    r"""The `symbols` that a page's own equations come down to; empty where no weighted sum and no output is among them.

    >>> letters([r"s_j = \sum_i v_{ji} y_i", "y_j = f(s_j)"])
    'base=slides_net delta_sign=1 weight=v_{jk} net_input=s_{j} output=y_{j} activation=f'
    """
    found = _Found()
    links = [link for text in list(texts)[:MAX_LINES] for link in _links(text)]
    found.below = any(_layer_stands_below(left, right) for left, right in links)
    for rule in (_summed, _activated, _differentiated, _measured):  # outputs are known before targets are looked for
        for left, right in links:
            rule(left, right, found)
    if not (found.kinds("net_input") and found.kinds("output")):
        return ""
    base = "nielsen" if found.layered else "slides_net"
    named = (f"{each}={', '.join(found.spelt[each])}" for kind in _ORDER for each in found.kinds(kind))
    return " ".join([f"base={base} delta_sign={found.delta_sign}", *named])


def _links(text: str) -> Iterator[tuple[Sym, Node]]:
    """A symbol and what it equals."""
    for item in parse_formula(text):
        if isinstance(item, Statement):
            sides, ops = item.relation.sides, item.relation.ops
            for left, right, sign in zip(sides, sides[1:], ops):
                if isinstance(left, Sym) and not left.primes and right is not None and sign in ("=", ":=", "equiv", "defeq"):
                    yield left, right


def _activated(left: Sym, right: Node, found: _Found) -> None:
    """a = f(z)."""
    items = right.items if isinstance(right, ast.Juxt) else ()
    if len(items) == 2 and isinstance(items[0], Sym) and not items[0].primes and isinstance(items[1], ast.Group) and isinstance(items[1].inner, Sym):
        function, inside = items[0], items[1].inner
        if function.name in FUNCTIONS and function.name not in ("sigma", "tanh", "relu", "softmax"):
            return
        layer = found.layer_of("net_input", inside)
        found.add("output" + layer, left)
        found.add("net_input" + layer, inside)
        if function.name not in FUNCTIONS and function.name not in ("sigma", "tanh", "relu", "softmax"):
            found.add("activation", replace(function, sub=None, sup=None))


def _summed(left: Sym, right: Node, found: _Found) -> None:
    """z_j = sum_i w_{ji} a_i + b_j, and z = W a + b."""
    weight, source, terms = _weighted(right)
    if weight is None or source is None:
        return
    layer = _number(weight) if not (left.sub or left.sup) else 0  # z = W_1 x: a letter of layer 1 alone
    found.below = found.below or bool(layer and weight.sub)
    found.add(f"net_input_{layer}" if layer else "net_input", left)
    found.add("weight", weight, left.sub.text if left.sub else "")
    if source.name in ("x", "X"):
        found.add("input", source)
    elif not found.layer_of("output", source):
        found.add(f"output_{layer - 1}" if layer > 1 and not (source.sub or source.sup) else "output", source)
    for term in terms:
        if isinstance(term, Sym):
            found.add("bias", term)


def _weighted(right: Node) -> tuple[Sym | None, Sym | None, list[Node]]:
    """The weight and the source of a weighted sum, and its terms."""
    terms = list(right.terms) if isinstance(right, ast.Add) and set(right.signs) == {1} else [right]
    products = [pair for term in terms if (pair := _pair(term.body if isinstance(term, ast.Big) and term.op == "sum" else term))]
    if len(products) != 1 or len(terms) > 2:
        return None, None, []
    weight, source = sorted(products[0], key=lambda each: not (_indices(each) > 1 or each.name in _WEIGHTS))
    return (weight, source, terms) if _indices(weight) > 1 or weight.name in _WEIGHTS else (None, None, [])


def _layer_stands_below(left: Sym, right: Node) -> bool:
    """z_1 = W_1 x, z_l = W_l a_{l-1} + b_l: one and the same script below the sum and the weight."""
    weight, _, terms = _weighted(right)
    summed = any(isinstance(term, ast.Big) for term in terms)
    return weight is not None and not summed and left.sub is not None and weight.sub is not None and left.sub.text == weight.sub.text and not weight.sup


def _number(symbol: Sym) -> int:
    """The layer that a number in a script names: 2 for W^{(2)} and W_2."""
    text = (symbol.sup or symbol.sub).text if symbol.sup or symbol.sub else ""  # type: ignore[union-attr]
    return int(text.strip("()[]")) if re.fullmatch(r"[(\[]\d[)\]]" if symbol.sup else r"\d", text) else 0


def _differentiated(left: Sym, right: Node, found: _Found) -> None:
    """delta = dE/dz, or minus that."""
    minus = isinstance(right, ast.Add) and right.signs == (-1,)
    inner = right.terms[0] if isinstance(right, ast.Add) and minus else right
    if isinstance(inner, ast.Derivative) and isinstance(inner.what, Sym) and any(found.spell(inner.by) in found.spelt[each] for each in found.kinds("net_input")):
        found.add("delta" + found.layer_of("net_input", inner.by), left)
        found.add("cost", inner.what)
        found.delta_sign = -1 if minus else 1


def _measured(left: Sym, right: Node, found: _Found) -> None:
    """E = 1/2 sum_k (t_k - y_k)^2, or with a norm: what is no output there is a target."""
    for node in right.walk():
        inner = node.inner if isinstance(node, ast.Group | ast.Norm) and node.sup is not None and node.sup.text == "2" else None
        if isinstance(inner, ast.Add) and len(inner.terms) == 2 and inner.signs in ((1, -1), (-1, 1)):
            known = [any(found.spell(term) in found.spelt[each] for each in found.kinds("output")) for term in inner.terms]
            if any(known) and not all(known):
                found.add("cost", left)
                found.add("target", inner.terms[known.index(False)])


def _pair(node: Node) -> tuple[Sym, Sym] | None:
    parts = node.items if isinstance(node, ast.Juxt) else node.factors if isinstance(node, ast.Product) and set(node.ops) <= {"times", "cdot"} else ()
    if len(parts) == 2 and isinstance(parts[0], Sym) and isinstance(parts[1], Sym):
        return parts[0], parts[1]
    return None


def _indices(symbol: Sym) -> int:
    """How many letters of indices stand below a symbol: 2 for w_{ji} and w_{j,i}, 0 for no script or a word."""
    text = symbol.sub.text.replace(",", "") if symbol.sub else ""
    return len(text) if len(text) <= 2 else 0


def _spelt(node: Node, unit: str, weight: bool) -> str:
    """A symbol as a declaration spells it; empty where its scripts are of no kind that a declaration has."""
    if not isinstance(node, Sym) or node.primes:
        return ""
    name = _name(node)
    below, above = _below(node.sub, unit, weight), _above(node.sup)
    if below is None or above is None:
        return ""
    return name + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


def _name(symbol: Sym) -> str:
    return latex_letter(" ".join([*reversed(symbol.accents), symbol.name]))


def _below(script: Script | None, unit: str, weight: bool) -> str | None:
    text = script.text.replace(",", "") if script else ""
    if not text or _INDEX.fullmatch(text):
        return "j" if text else ""
    if weight and len(text) == 2 and all(map(_INDEX.fullmatch, text)):
        return "kj" if unit and text[1] == unit != text[0] else "jk"
    return None


def _above(script: Script | None) -> str | None:
    text = script.text if script else ""
    if not text:
        return ""
    match = _LAYER.fullmatch(text)
    return f"{match['open']}l{match['close']}" if match else None
