r"""What a page's own equations say of its letters: z = W a + b names three of them, a = f(z) two more, \partial E / \partial w a fourth.

Only ever a suggestion: what is inferred here is tried on the page's formulas and shown to the reader, who declares it or does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symbackprop.check.meaning.steps import without_steps
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.statements import Remark, parse_formula
from symbackprop.check.reading.syntax import Node, Relation, Script, Sym, Token
from symbackprop.notation.patterns import ACCENTS, latex_letter

_WHOLE = re.compile(r"[\w+\-]{1,9}")
_LAYER = re.compile(r"(?:(?P<letter>[a-zA-Z]|ell|n_l)(?P<step>[+-]\d)?|(?P<number>\d{1,2}))")
_TARGETS = ("t", "y", "d", "target", "g", "T", "Y")
_RATES = ("eta", "alpha", "epsilon", "varepsilon", "gamma", "mu", "rho", "lambda")
_WEIGHTS = ("w", "W", "theta", "Theta", "omega", "V", "U")
_FUNCTIONS = frozenset(["sigma", "f", "g", "phi", "varphi", "h", "softmax", "relu", "tanh"])


@dataclass
class Inferred:
    """The letters of one page by what they stand for; the first one counts most."""

    layered: bool = True
    brackets: str = ""  # how a layer is written above: "", "()" or "[]"
    below: bool = False  # or below: W_1, z_2
    shift: bool = False  # W^(l) leads from layer l to the next
    weight: str = ""
    bias: str = ""
    net_input: str = ""
    outputs: dict[str, None] = field(default_factory=dict)
    activations: dict[str, None] = field(default_factory=dict)
    costs: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    delta: str = ""
    sign: int = 1
    signed: bool = False
    source_first: bool = False  # w_{ij} leads from i to j
    rates: Counter[str] = field(default_factory=Counter)
    input_layer: int | None = None
    rows: bool = False  # z = a W + b: examples lie
    written: frozenset[str] = frozenset()  # every letter of the page, where that is known


def infer(texts: Iterable[str]) -> Inferred:
    """What a page's formulas say of its letters, each told by the equation that introduces it."""
    found, relations = Inferred(), list[Relation]()
    nodes = list[Node]()
    texts = list(texts)
    names = [name for name in _NAMED if any(re.search(rf"(?<![A-Za-z\\]){name}(?=\s*[_^(])", text) for text in texts)]
    for text in texts:
        for item in parse_formula(text, names=names, change=_steps_dropped):
            if isinstance(item, Remark):
                nodes += item.nodes
            relation = getattr(item, "relation", None)
            if relation is not None:
                relations.append(relation)
                nodes += [side for side in relation.sides if side is not None]
    for left, right in _links(relations):
        _forward(left, right, found)
    for left, right in _links(relations):
        _activated(left, right, found)
        _inputs(left, right, found)
    below = {_letter(_bare(each.by)) for node in nodes for each in node.walk() if isinstance(each, ast.Derivative)}
    for node in nodes:
        _derivatives(node, found, below)
    for left, right in _links(relations):
        _slopes(left, right, found, below)
    for left, right in _links(relations):
        _error(left, right, found)
    for left, right in _links(relations):
        _told_by_delta(left, right, found)
    for node in nodes:
        _differences(node, found)
    return found


_NAMED = ("net", "out", "target")


def _steps_dropped(tokens: list[Token]) -> list[Token]:
    """w_{ji}(n) as w_{ji}, where every quantity of the formula carries the number of the step."""
    heads = {token.text for token in tokens if token.kind == "name"} - {"n", "t", "tau"}
    return without_steps(tokens, heads, ["n", "t"])


def _links(relations: Sequence[Relation]) -> Iterator[tuple[Node, Node]]:
    for relation in relations:
        sides = [side for side in relation.sides if side is not None]
        yield from pairwise(sides)
        if len(sides) > 2:
            yield sides[0], sides[-1]


def _forward(left: Node, right: Node, found: Inferred) -> None:
    """z = W a + b, with a sum or without, entry by entry or as vectors, examples in rows or in columns."""
    left = _bare(left)
    if found.weight or not isinstance(left, Sym) or left.primes:
        return
    terms = right.terms if isinstance(right, ast.Add) else (right,)
    product = next((each for each in map(_factors, terms) if len(each) == 2), None)
    bias = next((each for each in map(_bare, terms) if isinstance(each, Sym)), None)
    summed = any(isinstance(_bare(each), ast.Big) for each in terms)
    if product is None or (bias is None and not summed):
        return
    own, one, other = _scripts(left), *map(_scripts, product)
    lying = product[1].name in _WEIGHTS and product[0].name not in _WEIGHTS
    weight = 1 if (len(other.index) == 2 and len(one.index) < 2 if summed else lying) else 0
    w, a, ws = product[weight], product[1 - weight], (one, other)[weight]
    if left.name in (w.name, a.name) or (not summed and w.name not in _WEIGHTS) or left.name in ("delta", "Delta"):
        return
    if summed and (len(ws.index) != 2 or not own.index or own.index not in ws.index):
        return
    found.source_first = summed and ws.index[1] == own.index
    found.rows = lying and not summed
    found.weight, found.net_input, found.bias = _letter(w), _letter(left), _letter(bias) if bias is not None else ""
    found.layered = bool(own.layer or ws.layer)
    found.brackets, found.below = own.brackets or ws.brackets, own.below or ws.below
    if own.layer and ws.layer:
        found.shift = _offset(ws.layer, own.layer) == -1
    if a.name not in ("x", "X"):
        found.outputs[_letter(a)] = None
    elif own.layer.isdigit():
        found.input_layer = int(own.layer) - 1


@dataclass(frozen=True)
class _Scripts:
    layer: str = ""
    index: str = ""
    brackets: str = ""
    below: bool = False


def _scripts(symbol: Sym) -> _Scripts:
    above, under = _text(symbol.sup), _text(symbol.sub)
    brackets = above[0] + above[-1] if above[:1] in ("(", "[") else ""
    layer = above[1:-1] if brackets else above
    if layer in ("T", "intercal") or not _LAYER.fullmatch(layer or "-"):
        layer, brackets = "", ""
    if not layer and re.fullmatch(r"\d|[lL](?:[+-]1)?", under):
        return _Scripts(under, "", "", True)
    return _Scripts(layer, under if len(under) <= 2 else "", brackets)


def _text(script: Script | None) -> str:
    return script.text.replace(",", "").replace("{", "").replace("}", "") if script is not None else ""


def _offset(one: str, other: str) -> int:
    """How many layers one is above the other; 0 where it cannot be told."""
    a, b = _LAYER.fullmatch(one), _LAYER.fullmatch(other)
    if a is None or b is None or (a["letter"] or "") != (b["letter"] or ""):
        return 0
    return int(a["number"] or a["step"] or 0) - int(b["number"] or b["step"] or 0)


def _factors(term: Node) -> list[Sym]:
    """The two symbols of a product, below a sum or not, a transpose mark or none."""
    term = _bare(term)
    if isinstance(term, ast.Big):
        return _factors(term.body) if term.op == "sum" else []
    items = term.items if isinstance(term, ast.Juxt) else term.factors if isinstance(term, ast.Product) else ()
    symbols = [each for each in map(_bare, items) if isinstance(each, Sym)]
    return symbols if len(symbols) == len(items) == 2 else []


def _activated(left: Node, right: Node, found: Inferred) -> None:
    """a = f(z)."""
    left = _bare(left)
    if not isinstance(left, Sym) or not isinstance(right, ast.Juxt) or len(right.items) != 2:
        return
    head, argument = right.items[0], right.items[1]
    inside = argument.inner if isinstance(argument, ast.Group) else argument
    if isinstance(head, Sym) and isinstance(inside, Sym) and found.net_input and _letter(inside) == found.net_input and not head.primes:
        found.outputs[_letter(left)] = None
        if len(head.name) == 1 or head.name in ("sigma", "phi", "varphi", "theta", "psi"):
            found.activations[_letter(head)] = None


def _inputs(left: Node, right: Node, found: Inferred) -> None:
    """x = a^{(1)}: what the layer of the inputs is called."""
    for one, other in ((_bare(left), _bare(right)), (_bare(right), _bare(left))):
        if isinstance(one, Sym) and isinstance(other, Sym) and one.name in ("x", "X") and _letter(other) in found.outputs and _scripts(other).layer in ("0", "1"):
            found.input_layer = int(_scripts(other).layer)


def _derivatives(node: Node, found: Inferred, below: set[str]) -> None:
    """What is differentiated by weights and is itself below no derivative; how weights are written, and functions with a prime."""
    for each in node.walk():
        if isinstance(each, ast.Derivative):
            what, by = _bare(each.what) if each.what is not None else None, _bare(each.by)
            if isinstance(by, Sym) and by.name in _WEIGHTS and not found.weight:
                _weight(by, found)
            if isinstance(what, Sym) and isinstance(by, Sym) and what.name not in ("partial", "d"):
                if by.name in _WEIGHTS and _letter(what) in below and not found.net_input:
                    found.net_input = _letter(what)
                if _letter(what) not in below and what.name not in _FUNCTIONS and each.by != what:
                    found.costs[_whole(what)] += 1
        if isinstance(each, ast.Juxt):
            for one, after in pairwise(each.items):
                if isinstance(one, ast.Derivative) and one.what is None and isinstance(after, Sym) and after.name in "CEJLQR":
                    found.costs[_whole(after)] += 1  # d/dw J(w)
                if isinstance(one, Sym) and one.primes and isinstance(after, ast.Group) and isinstance(after.inner, Sym) and not found.net_input:
                    found.net_input = _letter(after.inner)
        if isinstance(each, Sym) and each.primes and (len(each.name) == 1 or each.name in ("sigma", "phi", "varphi")) and each.sup is None and each.sub is None:
            found.activations[_letter(each)] = None


def _slopes(left: Node, right: Node, found: Inferred, below: set[str]) -> None:
    """dz_i/dw_{ji} = y_j names an output; so does dy/dz, whatever it is said to be."""
    for each in (*left.walk(), *right.walk()):
        if isinstance(each, ast.Derivative) and found.net_input and isinstance(each.what, Sym) and _letter(_bare(each.by)) == found.net_input:
            letter = _letter(each.what)
            if letter in below and letter not in (found.net_input, found.weight) and each.what.name not in _FUNCTIONS:
                found.outputs[letter] = None
    if isinstance(left, ast.Derivative) and isinstance(left.what, Sym) and isinstance(_bare(left.by), Sym) and isinstance(right, Sym):
        weight, by = _bare(left.by), _scripts(_bare(left.by))  # type: ignore[arg-type]
        index = _scripts(right).index
        if _letter(left.what) == found.net_input and _letter(weight) == found.weight and len(by.index) == 2 and index in by.index:
            found.source_first = by.index[0] == index
            if right.name not in ("x", "X"):
                found.outputs[_letter(right)] = None


def _weight(symbol: Sym, found: Inferred) -> None:
    scripts = _scripts(symbol)
    found.weight, found.brackets, found.below = _letter(symbol), scripts.brackets, scripts.below
    found.layered = bool(scripts.layer) or not scripts.index


def _told_by_delta(left: Node, right: Node, found: Inferred) -> None:
    """dE/dw_{ji} = delta_j z_i tells outputs, indices and layers; delta^l = (W^{l+1})^T delta^{l+1} the layers of weights."""
    symbols = [each for each in right.walk() if isinstance(each, Sym)]
    deltas = [each for each in symbols if _letter(each) == (found.delta or r"\delta")]
    by = _bare(left.by) if isinstance(left, ast.Derivative) else _bare(left.target) if isinstance(left, ast.Change) else None
    weight = by if isinstance(by, Sym) and by.name in _WEIGHTS else next((each for each in symbols if each.name in _WEIGHTS), None)
    if len(deltas) != 1 or weight is None:
        return
    if not found.weight:
        _weight(weight, found)
    error, own = _scripts(deltas[0]), _scripts(weight)
    found.delta = found.delta or r"\delta"
    if error.layer and own.layer:
        found.shift = _offset(own.layer, error.layer) == -1
    if weight is by:
        sources = [each for each in symbols if each is not deltas[0] and each.name not in _RATES]
        if len(own.index) == 2 and error.index in own.index:
            found.source_first = own.index[1] == error.index
            sources = [each for each in sources if _scripts(each).index in own.index]
        if len(sources) == 1 and sources[0].name not in ("x", "X"):
            found.outputs = {_letter(sources[0]): None, **found.outputs}


def _whole(symbol: Sym) -> str:
    """A cost with the script that tells its example or its net: E_n, L_{total}."""
    below = _text(symbol.sub)
    return _letter(symbol) + (f"_{{{below}}}" if below and _WHOLE.fullmatch(below) else "")


def _error(left: Node, right: Node, found: Inferred) -> None:
    """delta = dE/dz, or minus that."""
    left = _bare(left)
    if not isinstance(left, Sym) or found.signed or left.name not in ("delta", "Delta", "e", "varepsilon", "epsilon", "d"):
        return
    sign = 1
    if isinstance(right, ast.Add) and len(right.terms) == 1:
        sign, right = right.signs[0], right.terms[0]
    right = _bare(right)
    if isinstance(right, ast.Derivative) and isinstance(_bare(right.by), Sym) and isinstance(right.what, Sym):
        if found.net_input and _letter(_bare(right.by)) != found.net_input:
            return
        found.net_input = found.net_input or _letter(_bare(right.by))
        found.delta, found.sign, found.signed = _letter(left), sign, True


def _differences(node: Node, found: Inferred) -> None:
    """y - t beside an output, and the rate before a derivative."""
    for each in node.walk():
        if isinstance(each, ast.Add) and len(each.terms) == 2 and each.signs in ((1, -1), (-1, 1)):
            pair = [_bare(term) for term in each.terms]
            if all(isinstance(one, Sym) for one in pair):
                first, second = (_letter(side) for side in pair)
                for target, output in ((first, second), (second, first)):
                    bare = target in _TARGETS
                    if bare and target not in found.outputs and (output in found.outputs or "hat" in output or output in ("o", "a", "y", "p", "z", "h")):
                        found.targets[target] += 1
                        if "hat" in output or output not in found.outputs:
                            found.outputs[output] = None
        if isinstance(each, ast.Juxt):
            for one, after in zip(each.items, each.items[1:]):
                if isinstance(one, Sym) and one.name in _RATES and isinstance(after, (ast.Derivative, Sym)):
                    found.rates[_letter(one)] += 1


def _bare(node: Node) -> Node:
    while isinstance(node, ast.Group) and not (node.sub or node.primes) and (node.sup is None or node.sup.text in ("T", "intercal")):
        node = node.inner
    return node


def _letter(symbol: Sym | Node | None) -> str:
    """A symbol's letter as an author declares it: \\hat{y}, \\delta."""
    if not isinstance(symbol, Sym):
        return ""
    accents = [each for each in symbol.accents if each in ACCENTS]
    return latex_letter(" ".join([*accents[:1], symbol.name]))
