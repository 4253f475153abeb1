"""What of the net a symbol names under the notation in force, and its exact value, entry by entry for a whole layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Key, Scalar, number
from symbackprop.check.exact.batch import copy_name, example_of
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere, View
from symbackprop.check.meaning.functions import activation_function, cost_function
from symbackprop.check.meaning.marks import MARKS
from symbackprop.check.meaning.scope import Env, Scope, Unresolved, lettered, shown, spelling
from symbackprop.check.reading.syntax import Script, Sym
from symbackprop.networks import Network
from symbackprop.notation import Quantity
from symbackprop.notation.greek import READ


def quantity_of(symbol: Sym, env: Env, *, loosely: bool = False) -> tuple[Quantity, bool] | None:
    """The net's quantity a symbol names under the notation, and whether it is transposed; None where it names none.

    The mark of a step above a letter is passed over. A power of a quantity names none, unless `loosely` asks for the quantity.
    Raises NotThere where the symbol has the right form but the net has no such thing.
    """
    scope = env.scope
    if scope.places is None or (scope.definitions and spelling(symbol) in scope.definitions):
        return None
    known = scope.letters.get(id(symbol))
    if known is None:
        return _quantity_of(symbol, env, loosely)
    place = (id(symbol), loosely, *map(env.indices.get, known[1]))
    found = scope.named_at.get(place, scope)
    if found is scope:
        try:
            found = _quantity_of(symbol, env, loosely)
        except (NotThere, Unresolved) as error:
            found = error
        scope.named_at[place] = found
    if isinstance(found, Exception):
        raise found.with_traceback(None)
    return found  # type: ignore[no-any-return]


def _quantity_of(symbol: Sym, env: Env, loosely: bool) -> tuple[Quantity, bool] | None:
    scope, places = env.scope, env.scope.places
    assert places is not None
    missing: NotThere | None = None
    letter = odd = ""
    sub = symbol.sub.tokens if symbol.sub else ()
    marked = symbol.sup is not None and symbol.sup.text in MARKS
    labelled = bool(label(symbol.sup)) and not marked
    above = ((symbol.sup.tokens, ()) if loosely or marked or labelled else (symbol.sup.tokens,)) if symbol.sup else ((),)
    for sup in above:
        for reading in scope.notation.read(lettered(symbol), sub, sup):
            try:
                found = scope.notation.resolve(reading, env.indices, places)
            except KeyError as error:
                letter = str(error.args[0]).strip("@")
                continue
            except ValueError as error:
                odd = "" if sup else str(error)  # with a superscript: not a layer after all, a power, perhaps
                continue
            if found is not None:
                if labelled and not sup:
                    if found.kind in ("activation", "cost_function"):
                        continue  # g^{[2]}: `scripted_activation`
                    if not _of_layer(found, symbol, env):
                        missing = NotThere(f"{shown(symbol)} does not exist in this net")
                        continue
                found = of_example(found, symbol, scope, env.indices.get("@example"))
                if symbol.sup and sup and reading.pattern.sup and len(sup) == 1 and sup[0].kind == "num":
                    scope.notes[f"read {shown(symbol)} as layer {sup[0].text}"] = None
                whole = found.unit is None and found.kind in ENTRY
                return found, reading.transposed != (scope.notation.rows and whole)
            crossed = scope.notation.crossed(reading, env.indices, places)
            missing = NotThere(f"{shown(symbol)} does not exist in this net", crossed=crossed)
        if missing is not None:
            raise missing
    if odd:
        raise Unresolved(odd, symbol.span, why=f"the index {odd} is " + ("too large for a net" if odd.isdigit() else "no whole number"))
    if letter:
        raise Unresolved(letter, symbol.span, why=f"the index {letter} of {shown(symbol)} has no value")
    return None


def label(script: Script | None) -> str:
    """What a superscript in brackets names: (2), [l] and (i+1) number a layer, an example or a step, and are no powers."""
    found = _LABEL.fullmatch(script.text) if script is not None else None
    return found["inside"] if found else ""


_LABEL = re.compile(r"(?:\((?=.*\)$)|\[(?=.*\]$))(?P<inside>\d{1,3}|[^\W\d]\w{0,11}(?:[+-]\d{1,3})?)[)\]]")


def _of_layer(found: Quantity, symbol: Sym, env: Env) -> bool:
    """Whether a quantity stands in the layer that its label counts, in a notation whose own symbols have none: w_{kj}^{(2)}."""
    places, inside = env.scope.places, label(symbol.sup)
    number = int(inside) if inside.isdigit() else env.indices.get(inside)
    if number is None or places is None or found.unit not in places.position or env.scope.notation.labels == "layered":
        raise Unresolved(shown(symbol), symbol.span, why=f"{inside} above {shown(replace(symbol, sup=None))} stands in brackets, which is no power: "
                         f"the notation {env.scope.notation.name} has no such symbol")  # fmt: skip
    return places.position[found.unit][0] + env.scope.notation.first(found.kind) == number


def transpose(value: Value, env: Env) -> Value:
    """The transpose of a vector or matrix; a letter that nothing declares may be a matrix, whose transpose is not itself."""
    if isinstance(value, Mat):
        return value.transposed()
    if isinstance(value, Scalar) and (env.scope.net is None or env.scope.undeclared or env.scope.lone) and env.view.algebra.constant(value) is None:
        raise Unsupported("the transpose of a letter that nothing declares as a matrix: undeclared letters are real numbers")
    if isinstance(value, Scalar):
        return value
    raise Unsupported("the transpose of something that is no matrix")


def _own_names(node: Sym, net: Network) -> Iterator[str]:
    """What a symbol may be called by the net's author: alpha_o_1, w3, and b_β for b_{\\beta}."""
    if node.accents or node.sup:
        return
    name = node.name + ("" if node.sub is None else "".join(t.text for t in node.sub.tokens).replace(",", "_"))
    for each in (name, node.name + "_" + name[len(node.name):]):
        yield _typed_in_greek(net).get(each, each)


@lru_cache(maxsize=8)
def _typed_in_greek(net: Network) -> dict[str, str]:
    """The names that an author typed with Greek letters, by the letters' names, as a reader finds them."""
    names = {*net.parameters, *net.targets, *net.inputs, *net.by_name}
    return {"".join(READ.get(sign, sign) for sign in name): name for name in names if not name.isascii()}


def own_parameter(node: Sym, net: Network) -> str | None:
    """The parameter that a symbol calls by the net's own name for it."""
    return next((each for each in _own_names(node, net) if each in net.parameter_set), None)


def own_name(node: Sym, env: Env) -> Value | None:
    """The net's own names: w1_1_2, b1_1, x1, y1, u2_1, w_3_6."""
    net = env.scope.net
    if net is None:
        return None
    if spelling(node) in env.scope.free:  # the page says what the letter is, whatever the net's author calls by it
        if any(each in net.by_name or each in net.inputs or each in net.parameter_set for each in _own_names(node, net)):
            env.scope.notes[f"read {shown(node)} as any number, as it is declared, and not as what the net calls so"] = None
        return None
    for each in _own_names(node, net):
        if each in net.parameter_set:
            return env.view.algebra.name("param", each)
        if each in net.targets:
            return env.view.target(each)
        if each in net.by_name or each in net.inputs or each in net.ones:
            return env.view.out(each)
    return None


def of_example(found: Quantity, symbol: Sym, scope: Scope, summed: int | None = None) -> Quantity:
    """The quantity in the net that repeats a batch: of the example it names, else of the first, which stands for any."""
    if not scope.batch:
        if found.example is not None or found.wide:
            raise Unresolved(shown(symbol), symbol.span, why=f"{shown(symbol)} speaks of a batch, and none is declared: batch=yes")
        return found
    if found.example is not None and not 1 <= found.example <= scope.batch:
        raise NotThere(f"{shown(symbol)} does not exist: the batch has {scope.batch} examples")
    if found.kind == "cost" and found.example is None and found.unit is None and _of_examples(symbol.name, scope):
        scope.notes[f"read {shown(symbol)} as that of any one example"] = None
        return found._replace(example=summed or 1)
    shared = found.kind in ("cost", "rate", "activation", "cost_function", "weight", "bias", "weight_derivative", "bias_derivative")
    if not shared and found.example is None and not found.wide and summed is None:
        scope.notes[f"read {shown(symbol)} as that of any one example"] = None
    example = found.example or summed or 1
    if found.unit is None:
        return found if shared or found.wide else found._replace(example=example)
    return found._replace(unit=copy_name(found.unit, example), source=found.source and copy_name(found.source, example))


def _of_examples(letter: str, scope: Scope) -> bool:
    """Whether the notation gives a letter of the cost the number of an example: L^{(i)} is no J."""
    return any(each.letter == letter and "{e}" in each.sub + each.sup for each in scope.notation.patterns.get("cost", ()))


def value_of(quantity: Quantity, transposed: bool, env: Env, node: Sym) -> Value:
    """The exact value of a quantity of the net; vectors and matrices entry by entry."""
    kind, view = quantity.kind, env.view
    if kind in ("activation", "cost_function"):
        return activation_function(env) if kind == "activation" else cost_function(env)
    if quantity.unit is None and kind in ENTRY:
        if quantity.layer is None and kind == "bias":
            key = key_of(quantity, view.net)
            if key is None:
                raise Unresolved(shown(node), node.span, why="the net has no single bias that all units share")
            return view.algebra.name(*key)
        grid = entries(quantity, env)
        value: Value = V.simple(Mat(tuple(tuple(_entry_in(each, env) for each in row) for row in grid)))
        return transpose(value, env) if transposed else value
    return _entry_in(quantity, env)


def _entry_in(quantity: Quantity, env: Env) -> Scalar:
    """The exact value of one quantity; a derivative of the cost is one of the penalised cost where that is what the page calls it."""
    value = entry(quantity, env.view, env.scope)
    if not env.scope.penalty_named or not quantity.kind.endswith("_derivative"):
        return value
    key = key_of(quantity._replace(kind=quantity.kind.removesuffix("_derivative")), env.view.net)
    return env.view.algebra.add(value, env.scope.penalty.slope(key, env)) if key is not None else value


ENTRY = frozenset(["weight_derivative", "bias_derivative", "input", "output", "net_input", "delta", "output_delta", "bias", "weight", "target"])


def entries(quantity: Quantity, env: Env) -> list[list[Quantity]]:
    """The single quantities a whole-layer quantity is made of, row by row."""
    places, kind = env.scope.places, quantity.kind
    assert places is not None
    layer = quantity.layer
    if layer is None:
        layer = 0 if kind == "input" else places.depth
    if not 0 <= layer < len(places.layers):
        raise NotThere(f"there is no layer {layer}")
    names = places.layers[layer]
    weights = kind in ("weight", "weight_derivative")
    if env.scope.batch and not weights:
        examples = range(1, env.scope.batch + 1) if quantity.wide else (quantity.example or 1,)
        return [[Quantity(kind, copy_name(unit, example), wide=quantity.wide) for example in examples] for unit in names]
    if weights:
        sources = places.layers[layer - 1]
        missing = [(s, u) for u in names for s in sources if (s, u) not in places.edges]
        if missing:
            raise NotThere(f"layer {layer} is not fully connected")
        if env.scope.batch:
            return [[Quantity(kind, copy_name(unit, 1), copy_name(source, 1)) for source in sources] for unit in names]
        return [[Quantity(kind, unit, source) for source in sources] for unit in names]
    return [[Quantity(kind, unit)] for unit in names]


def entry(quantity: Quantity, view: View, scope: Scope) -> Scalar:
    """The exact value of one quantity; in a batch a delta is of its own example's loss."""
    kind, unit = quantity.kind, quantity.unit
    if kind == "cost" and unit is None and quantity.example is not None:
        shares = [view.share(name) for name in view.net.outputs if example_of(name) == quantity.example]
        return view.algebra.add(*shares)
    if kind == "cost" and unit is None:
        return view.algebra.mul(number(of_mean(scope)), view.cost())
    if kind == "cost":
        assert unit is not None
        return view.share(unit)
    if kind == "rate":
        return view.algebra.name("rate")
    assert unit is not None
    net = view.net
    if kind in ("output", "input"):
        return view.out(unit)
    if kind == "net_input":
        return view.z(unit)
    if kind == "target":
        return view.target(net.targets[net.outputs.index(unit)])
    if kind == "delta":
        value = _of_the_mean(view.delta(unit), quantity, view, scope)
        return value if scope.notation.delta_sign > 0 else view.algebra.neg(value)
    if kind == "output_delta":
        return _of_the_mean(view.partial(("input", unit) if unit in net.inputs else ("out", unit)), quantity, view, scope)
    if kind == "bias":
        bias = net.by_name[unit].bias if unit in net.by_name else None
        if bias is None:
            raise NotThere(f"{unit} has no bias")
        return view.weight(bias)
    if kind.endswith("_derivative"):
        key = key_of(quantity._replace(kind=kind.removesuffix("_derivative")), net)
        if key is None:
            raise NotThere(f"{unit} has no such parameter")
        return view.algebra.mul(number(of_mean(scope)), view.partial(key))
    for edge in net.by_name[unit].edges:
        if edge.source == quantity.source:
            return view.weight(edge.weight)
    raise NotThere(f"there is no weight from {quantity.source} to {unit}")


def _of_the_mean(value: Scalar, quantity: Quantity, view: View, scope: Scope) -> Scalar:
    """dZ as the derivative of the mean over the examples, where the author puts the 1/m there."""
    if not (scope.in_delta and quantity.wide):
        return value
    scope.notes["read dZ as the derivative of the mean: the 1/m stands in it"] = None
    return view.algebra.mul(number(of_mean(scope)), value)


def of_mean(scope: Scope) -> Fraction:
    """What the sum of all examples' losses is multiplied by."""
    return Fraction(1, scope.batch) if scope.batch and scope.mean else Fraction(1)


def key_of(quantity: Quantity, net: Network) -> Key | None:
    """The key by which a quantity can be cut out or moved; None where it is no variable."""
    if quantity.kind in ("output", "input") and quantity.unit is not None:
        return ("input", quantity.unit) if quantity.unit in net.inputs else ("out", quantity.unit)
    if quantity.kind == "net_input" and quantity.unit is not None:
        return ("z", quantity.unit)
    if quantity.kind == "target" and quantity.unit is not None:
        return ("target", net.targets[net.outputs.index(quantity.unit)])
    if quantity.kind == "weight" and quantity.unit is not None:
        for edge in net.by_name[quantity.unit].edges:
            if edge.source == quantity.source and isinstance(edge.weight, str):
                return ("param", edge.weight)
        return None
    if quantity.kind == "bias":
        if quantity.unit is None:
            shared = {unit.bias for unit in net.units}
            only = shared.pop() if len(shared) == 1 else None
            return ("param", only) if isinstance(only, str) else None
        bias = net.by_name[quantity.unit].bias
        return ("param", bias) if isinstance(bias, str) else None
    if quantity.kind == "rate":
        return ("rate",)
    return None
