"""A bare w for any weight, b for any bias, theta for any parameter: dC/dw, w <- w - eta dC/dw, and sums over all of them.

Such a letter is an index of its own: a formula holds where it holds for every parameter that the letter may stand for. It is
read so only where nothing else gives it a meaning, and where the formula speaks of no neuron.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from symbackprop.check.exact.algebra import Scalar, number
from symbackprop.check.exact.values import Value
from symbackprop.check.meaning.functions import activation_word
from symbackprop.check.meaning.quantities import of_mean, own_parameter
from symbackprop.check.meaning.scope import Env, Scope, lettered, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.networks import Network
from symbackprop.notation import scripts

MAX_PARAMETERS = 400  # of each letter, gone through one by one
_OF_NEURONS = ("input", "output", "net_input", "target", "delta", "output_delta")
_OF_WEIGHTS = frozenset(["sgn", "sign", "abs", "step"])
_SLOPES = {"dw": "w", "dW": "W", "db": "b"}  # the derivative of the cost, under a name of its own


def stands_for(letter: str, scope: Scope) -> str:
    """What a bare letter may stand for: weight, bias or any parameter; empty where it is no such letter."""
    if scope.net is None or letter in scope.definitions or letter in scope.free or letter in scope.functions or letter in scope.sizes:
        return ""
    if own_parameter(Sym((0, 0), letter), scope.net) or letter in scope.net.by_name or letter in scope.net.inputs:
        return ""
    patterns = scope.notation.patterns
    if any(each.letter == letter and not (each.sub or each.sup) for one in patterns.values() for each in one):
        return ""
    if letter == "W":
        return "weight"
    found = next((kind for kind in ("weight", "bias") if any(each.letter == letter for each in patterns.get(kind, ()))), "")
    return found or ("parameter" if letter == "theta" and not any(each.letter == letter for one in patterns.values() for each in one) else "")


def is_generic(node: Node, scope: Scope) -> bool:
    """Whether a node is such a letter."""
    return isinstance(node, Sym) and not (node.sub or node.sup or node.primes or node.accents) and bool(stands_for(node.name, scope))


def parameters(kind: str, net: Network) -> tuple[str, ...]:
    """The parameters of a net that are weights, biases, or either."""
    biases = dict.fromkeys(unit.bias for unit in net.units if isinstance(unit.bias, str))
    weights = dict.fromkeys(edge.weight for unit in net.units for edge in unit.edges if isinstance(edge.weight, str))
    if kind == "weight":
        return tuple(weights)
    return tuple(biases) if kind == "bias" else tuple(weights | biases)


def generic_letters(sides: Iterable[Node], scope: Scope) -> dict[str, tuple[str, ...]]:
    """The bare letters that two sides are about, each with the parameters it may stand for."""
    sides = list(sides)
    if scope.net is None or any(isinstance(each, ast.Num) for each in sides):
        return {}  # dC/dw = 0 says where a minimum is, and not that it is so everywhere
    found = dict[str, None]()
    for side in sides:
        _collect(side, scope, frozenset(), found)
    for each in (each for side in sides for each in side.walk()):
        for letter in _arguments(each, scope):
            found.pop(letter, None)
    if not found or not any(_moves(each, found) for side in sides for each in side.walk()):
        return {}  # nothing is said of how anything changes with it
    if any(_speaks_of_neurons(each, scope) for side in sides for each in side.walk()):
        return {}
    if any(isinstance(each, Sym) and each.name in found and each.sup is not None for side in sides for each in side.walk()):
        return {}  # a transpose, a power: a matrix, perhaps, and not its entries
    out = {letter: parameters(stands_for(letter, scope), scope.net) for letter in found}
    return out if all(0 < len(each) <= MAX_PARAMETERS for each in out.values()) else {}


def _collect(node: Node, scope: Scope, bound: frozenset[str], found: dict[str, None]) -> None:
    stack = [(node, bound)]
    while stack:
        each, inside = stack.pop()
        bare = isinstance(each, Sym) and not (each.sub or each.sup or each.accents)
        if isinstance(each, Sym) and bare and each.name not in inside and stands_for(each.name, scope):
            found[each.name] = None
        if isinstance(each, Sym) and each.name == "nabla" and each.sub is not None:
            found |= {letter: None for letter in scripts.letters(each.sub.tokens) if len(each.sub.tokens) == 1 and stands_for(letter, scope)}
        if isinstance(each, Sym) and each.name in _SLOPES and not (each.sub or each.sup) and stands_for(_SLOPES[each.name], scope):
            found[_SLOPES[each.name]] = None
        if isinstance(each, ast.Norm) and is_generic(each.inner, scope):
            continue
        if isinstance(each, ast.Big) and each.sub is not None:
            inside = inside | frozenset(scripts.letters(each.sub.tokens))
        stack.extend((child, inside) for child in each.children())


def _moves(node: Node, letters: Collection[str]) -> bool:
    """A derivative, a change, a gradient, a value after a step."""
    if not isinstance(node, Sym):
        return isinstance(node, ast.Derivative | ast.Change)
    return node.name == "nabla" or node.name in _SLOPES or (bool(node.primes) and node.name in letters)


def _arguments(node: Node, scope: Scope) -> Iterator[str]:
    """The letters that a function is given, sigma(w): variables of the author's own. C(w) and sgn(w) say nothing of the kind."""
    if isinstance(node, Sym) and (made := scope.definitions.get(spelling(node))) is not None:
        yield from made.params
    for head, argument in zip(node.items, node.items[1:]) if isinstance(node, ast.Juxt) else ():
        if isinstance(head, Sym) and isinstance(argument, ast.Group) and isinstance(argument.inner, Sym) and head.name not in _OF_WEIGHTS:
            function = head.name in scope.notation.activation_letters or activation_word(head.name) or head.name in scope.functions
            if function or spelling(head) in scope.definitions:
                yield argument.inner.name


def _speaks_of_neurons(node: Node, scope: Scope) -> bool:
    if not isinstance(node, Sym) or spelling(node) in scope.definitions:
        return False
    patterns = scope.notation.patterns
    return any(each.letter == lettered(node) for kind in _OF_NEURONS for each in patterns.get(kind, ())) or node.name in scope.net.by_name  # type: ignore[union-attr]


def bound_to(chosen: Mapping[str, int], scope: Scope, env: Env) -> dict[str, Value]:
    """The values of the generic letters at one instance, and of their derivatives under names of their own."""
    algebra, out = env.view.algebra, dict[str, Value]()
    for letter, names in scope.generic.items():
        key = ("param", names[chosen["@" + letter] - 1])
        out[letter] = algebra.name(*key)
        for slope, of in _SLOPES.items():
            if of == letter and not any(p.letter == slope and not (p.sub or p.sup) for p in scope.notation.patterns.get("weight_derivative", ())):
                gradient = algebra.mul(number(of_mean(scope)), env.view.partial(key))
                out[slope] = algebra.add(gradient, scope.penalty.slope(key, env)) if scope.penalty_named else gradient
    return out


def ranges(scope: Scope) -> dict[str, range]:
    """The letters as indices over their parameters."""
    return {"@" + letter: range(1, len(names) + 1) for letter, names in scope.generic.items()}


def over_all(node: ast.Big, scope: Scope) -> tuple[str, tuple[str, ...]]:
    """The letter of a sum over all weights, sum_w w^2, and what it runs over; empty where it is no such sum."""
    if scope.net is None or node.sub is None or node.sup is not None or node.op != "sum" or len(node.sub.tokens) != 1:
        return "", ()
    letter = node.sub.tokens[0].text
    kind = stands_for(letter, scope)
    return (letter, parameters(kind, scope.net)) if kind and len(letter) else ("", ())


def with_sums_over_all(node: Node, scope: Scope) -> Node:
    """The tree with other ways to write a sum over all weights in this one: ||w||^2, w^T w, sum_i w_i^2."""

    def change(each: Node) -> Node | None:
        if isinstance(each, ast.Norm) and isinstance(each.inner, Sym) and is_generic(each.inner, scope):
            kind = (each.sub.text if each.sub else "", each.sup.text if each.sup else "")
            squared = kind in (("", "2"), ("2", "2"), ("F", "2"))
            return _sum(each, each.inner, squared) if squared or kind == ("1", "") else None
        if isinstance(each, ast.Juxt):
            for at, (one, other) in enumerate(zip(each.items, each.items[1:])):
                turned = isinstance(one, Sym) and one.sup is not None and one.sup.text in ("T", "top", "intercal")
                if turned and isinstance(one, Sym) and isinstance(other, Sym) and is_generic(other, scope) and replace(one, sup=None, span=other.span) == other:
                    items = (*each.items[:at], _sum(each, other, True), *each.items[at + 2 :])
                    return replace(each, items=items) if len(items) > 1 else items[0]
        if isinstance(each, ast.Big) and each.op == "sum" and each.sub is not None:
            return _of_indices(each, scope)
        return None

    return ast.rewrite(node, change)


def _of_indices(node: ast.Big, scope: Scope) -> Node | None:
    """sum_i w_i^2, where the notation knows no w_i, as the sum over every weight."""
    if not isinstance(node.body, Sym | ast.Norm | ast.Group):
        return None
    inner = node.body if isinstance(node.body, Sym) else node.body.inner
    if not isinstance(inner, Sym) or inner.sub is None or node.sub is None or not stands_for(inner.name, scope) or inner.accents or inner.primes:
        return None
    letters = scripts.letters(inner.sub.tokens)
    if not letters or not set(letters) <= set(scripts.letters(node.sub.tokens)) or len(letters) != len(inner.sub.tokens):
        return None
    if any(True for sup in ((inner.sup.tokens if inner.sup else ()), ()) for _ in scope.notation.read(lettered(inner), inner.sub.tokens, sup)):
        return None
    bare = replace(inner, sub=None, sup=None)
    script = ast.Script((ast.Token("name", inner.name, inner.span),), inner.span)
    body = ast.rewrite(node.body, lambda each: replace(inner, sub=None) if each is inner else None)
    return replace(node, sub=script, sup=None, body=body) if is_generic(bare, scope) else None


def _sum(node: Node, letter: Sym, squared: bool) -> Node:
    script = ast.Script((ast.Token("name", letter.name, letter.span),), letter.span)
    two = ast.Script((ast.Token("num", "2", letter.span),), letter.span)
    body: Node = replace(letter, sup=two) if squared else ast.Norm(letter.span, letter, bars=1)
    return ast.Big(node.span, "sum", body=body, sub=script, sup=None)


def whole_sum(node: ast.Big, env: Env) -> list[Scalar] | None:
    """The values that a sum over all weights binds its letter to, one after the other; None where it is another sum."""
    letter, names = over_all(node, env.scope)
    return [env.view.algebra.name("param", name) for name in names] if letter else None
