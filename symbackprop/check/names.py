"""Symbols to values: bound variables, the author's definitions, the notation's table, the net's own names, functions."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check import values as V
from symbackprop.check.algebra import ONE, Key, Scalar, number
from symbackprop.check.functions import activation_function, cost_function, function_of, undotted
from symbackprop.check.scope import Env, Unresolved, shown, spelling, unprimed
from symbackprop.check.syntax import Sym
from symbackprop.check.values import Fn, Mat, Unsupported, Value
from symbackprop.check.vocabulary import word_set
from symbackprop.check.world import NotThere, View
from symbackprop.errors import nearest
from symbackprop.networks import Network
from symbackprop.notation import Quantity, scripts

RATES = word_set(
    "eta alpha epsilon varepsilon gamma mu rho"
)


def quantity_of(symbol: Sym, env: Env) -> tuple[Quantity, bool] | None:
    """The net's quantity a symbol names under the notation, and whether it is transposed; None where it names none.

    Raises NotThere where the symbol has the right form but the net has no such thing.
    """
    scope = env.scope
    if scope.places is None or symbol.accents or spelling(symbol) in scope.definitions:
        return None
    missing: NotThere | None = None
    letter = ""
    sub = symbol.sub.tokens if symbol.sub else ()
    for sup in (symbol.sup.tokens if symbol.sup else (), ()) if symbol.sup else ((),):
        for reading in scope.notation.read(symbol.name, sub, sup):
            try:
                found = scope.notation.resolve(reading, env.indices, scope.places)
            except KeyError as error:
                letter = str(error.args[0]).strip("@")
                continue
            except ValueError as error:
                if sup:
                    continue  # not a layer after all: a power, perhaps
                raise Unresolved(str(error), symbol.span, why=f"the index {error} is no whole number") from None
            if found is not None:
                if symbol.sup and sup and reading.pattern.sup and len(sup) == 1 and sup[0].kind == "num":
                    scope.notes[f"read {shown(symbol)} as layer {sup[0].text}"] = None
                return found, reading.transposed
            crossed = scope.notation.crossed(reading, env.indices, scope.places)
            missing = NotThere(f"{shown(symbol)} does not exist in this net", crossed=crossed)
        if missing is not None:
            raise missing
    if letter:
        raise Unresolved(letter, symbol.span, why=f"the index {letter} of {shown(symbol)} has no value")
    return None


def symbol(node: Sym, env: Env) -> Value:
    """The value of a symbol; Unresolved with the nearest declared names where nothing declares it."""
    name = spelling(unprimed(node))
    if name in env.bound:
        return primed(env.bound[name], node, env)
    power = leftover(node, env)
    if power is not None:
        return power
    local = local_value(node, env)
    if local is not None:
        return local
    try:
        found = quantity_of(unprimed(node), env)
    except NotThere:
        own = own_name(node, env)  # w34 may be a name the net's author gave, and no weight from 4 to 3
        if own is None:
            raise
        return own
    if found is not None:
        return primed(value_of(*found, env, node), node, env)
    named = own_name(node, env)
    if named is not None:
        return named
    dotless = undotted(node)
    function = function_of(dotless, env)
    if function is not None:
        return primed(function, dotless, env)
    if node.name == "e" and not node.sub and not node.primes:
        return env.view.algebra.exp(ONE)
    return unknown(node, env)


def leftover(node: Sym, env: Env) -> Value | None:
    """A superscript that no pattern takes is a power, a transpose mark, or `new`: the symbol without it comes first."""
    if node.sup is None:
        return None
    bare = replace(node, sup=None)
    text = node.sup.text
    known = spelling(unprimed(bare))
    if known not in env.bound and (spelling(unprimed(node)) in env.scope.definitions or _has_reading(node, env)):
        return None
    from symbackprop.check.evaluate import raise_to

    if text in ("T", "intercal"):
        return transpose(symbol(bare, env))
    if text in ("new", "old", "(new)", "(old)"):
        value = symbol(bare, env)
        return value if "old" in text else updated(bare, env)
    return raise_to(bare, node.sup, env)


def _has_reading(node: Sym, env: Env) -> bool:
    if env.scope.places is None:
        return False
    sub, sup = (s.tokens if s else () for s in (node.sub, node.sup))
    for reading in env.scope.notation.read(node.name, sub, sup):
        if reading.pattern.sup or reading.transposed:
            try:
                env.scope.notation.resolve(reading, env.indices, env.scope.places)
                return True
            except ValueError:
                continue
            except KeyError:
                return True
    return False


def transpose(value: Value) -> Value:
    """The transpose of a vector or matrix."""
    if isinstance(value, Mat):
        return value.transposed()
    if isinstance(value, Scalar):
        return value
    raise Unsupported("the transpose of something that is no matrix")


def local_value(node: Sym, env: Env) -> Value | None:
    """A name the author defined."""
    bare = unprimed(node)
    name = spelling(bare)
    definition = env.scope.definitions.get(name)
    if definition is None:
        return indexed_value(bare, node, env)
    from symbackprop.check.evaluate import evaluate

    if definition.params:
        params, body = definition.params, definition.body

        def call(args: tuple[Value, ...]) -> Value:
            return evaluate(body, env.bind(dict(zip(params, args))))

        return primed(Fn(name, len(params), call), node, env)
    key: Key = ("local", name)
    if key in env.view.cuts:
        return primed(env.view.variable(key), node, env)
    place = (*key, tuple(sorted(env.indices.items())))  # the right side may speak of the index
    if place not in env.view.locals:
        env.view.locals[place] = None  # a definition that leads back to itself
        env.view.locals[place] = evaluate(definition.body, replace(env, bound={}))
    value = env.view.locals[place]
    if value is None:
        raise Unresolved(name, node.span, why=f"{name} is defined by itself")
    return primed(value, node, env)


def indexed_value(bare: Sym, node: Sym, env: Env) -> Value | None:
    """A name the author defined for every value of its indices: e_k, at e_1."""
    from symbackprop.check.evaluate import evaluate

    for (name, below, above), made in env.scope.indexed.items():
        if name != bare.name or bare.accents:
            continue
        values = dict[str, int]()
        for letters, script, count in ((made.sub, bare.sub, below), (made.sup, bare.sup, above)):
            pieces = scripts.split(scripts.stripped(script.tokens), count) if script and count else []
            if pieces is None or len(pieces) != count or (script is None) != (count == 0):
                break
            for letter, piece in zip(letters, pieces):
                try:
                    found = scripts.value(piece, env.indices)
                except KeyError as error:
                    raise Unresolved(shown(bare), node.span, why=f"the index {error.args[0]} of {shown(bare)} has no value") from None
                if found is None:
                    break
                values[letter] = found
        if len(values) == below + above:
            return primed(evaluate(made.body, replace(env, indices={**env.scope.fixed_indices(), **values}, bound={})), node, env)
    return None


def _own_spellings(node: Sym) -> tuple[str, ...]:
    if node.accents or node.sup:
        return ()
    name = node.name + ("" if node.sub is None else "".join(t.text for t in node.sub.tokens).replace(",", "_"))
    return name, node.name + "_" + name[len(node.name):]


def own_parameter(node: Sym, net: Network) -> str | None:
    """The parameter that a symbol calls by the net's own name for it."""
    return next((each for each in _own_spellings(node) if each in net.parameters), None)


def own_name(node: Sym, env: Env) -> Value | None:
    """The net's own names: w1_1_2, b1_1, x1, y1, u2_1, w_3_6."""
    net = env.scope.net
    if net is None:
        return None
    for each in _own_spellings(node):
        if each in net.parameters:
            return env.view.algebra.name("param", each)
        if each in net.targets:
            return env.view.target(each)
        if each in net.by_name or each in net.inputs or each in net.ones:
            return env.view.out(each)
    return None


def value_of(quantity: Quantity, transposed: bool, env: Env, node: Sym) -> Value:
    """The exact value of a quantity of the net; vectors and matrices entry by entry."""
    kind, view, scope = quantity.kind, env.view, env.scope
    if kind in ("activation", "cost_function"):
        return activation_function(env) if kind == "activation" else cost_function(env)
    if quantity.unit is None and kind in ENTRY:
        if quantity.layer is None and kind == "bias":
            key = view.key_of(quantity)
            if key is None:
                raise Unresolved(shown(node), node.span, why="the net has no single bias that all units share")
            return view.algebra.name(*key)
        grid = entries(quantity, env)
        value: Value = V.simple(Mat(tuple(tuple(entry(each, view, scope.notation.delta_sign) for each in row) for row in grid)))
        return transpose(value) if transposed else value
    value = entry(quantity, view, scope.notation.delta_sign)
    return value


ENTRY = frozenset(["input", "output", "net_input", "delta", "output_delta", "bias", "weight", "target"])


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
    if kind == "weight":
        sources = places.layers[layer - 1]
        missing = [(s, u) for u in names for s in sources if (s, u) not in places.edges]
        if missing:
            raise NotThere(f"layer {layer} is not fully connected")
        return [[Quantity(kind, unit, source) for source in sources] for unit in names]
    return [[Quantity(kind, unit)] for unit in names]


def entry(quantity: Quantity, view: View, delta_sign: int = 1) -> Scalar:
    """The exact value of one quantity."""
    kind, unit = quantity.kind, quantity.unit
    if kind == "cost":
        return view.cost()
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
        value = view.delta(unit)
        return value if delta_sign > 0 else view.algebra.neg(value)
    if kind == "output_delta":
        return view.partial(("input", unit) if unit in net.inputs else ("out", unit))
    if kind == "bias":
        bias = net.by_name[unit].bias if unit in net.by_name else None
        if bias is None:
            raise NotThere(f"{unit} has no bias")
        return view.weight(bias)
    for edge in net.by_name[unit].edges:
        if edge.source == quantity.source:
            return view.weight(edge.weight)
    raise NotThere(f"there is no weight from {quantity.source} to {unit}")


def primed(value: Value, node: Sym, env: Env) -> Value:
    """A prime on a function is its derivative; on a parameter, its value after one step of the update rule."""
    if not node.primes:
        return value
    if isinstance(value, Fn):
        from symbackprop.check.calculus import MAX_ORDER, derivative_of

        if node.primes > MAX_ORDER:
            raise Unsupported(f"a derivative of order {node.primes} (at most {MAX_ORDER} is computed)")
        for _ in range(node.primes):
            value = derivative_of(value, env)
        return value
    if node.primes == 1:
        return updated(unprimed(node), env)
    raise Unsupported("a prime on something that is no function")


def change(key: Key, env: Env) -> Scalar:
    """What one step of gradient descent (ascent for a performance) adds to a parameter."""
    algebra = env.view.algebra
    gradient = env.view.partial(key)
    step = algebra.mul(algebra.name("rate"), gradient)
    maximise = env.view.net.loss.sense == "maximise"
    env.scope.notes["read the change as " + ("ascent: the rate times the derivative" if maximise
                                             else "descent: minus the rate times the derivative")] = None  # fmt: skip
    return step if maximise else algebra.neg(step)


def updated(node: Sym, env: Env) -> Value:
    """A parameter after one update."""
    found = quantity_of(node, env)
    key = env.view.key_of(found[0]) if found else None
    if key is None or key[0] != "param":
        raise Unresolved(shown(node), node.span, why=f"{shown(node)} with a prime is neither a function nor a parameter")
    return env.view.algebra.add(env.view.algebra.name(*key), change(key, env))


# -- what nothing declares --------------------------------------------------------------------------------------------


def unknown(node: Sym, env: Env) -> Value:
    """A bare letter is read as any real number, which proves but never refutes; anything else is unresolved."""
    scope = env.scope
    name = spelling(node)
    if name in scope.free:
        return env.view.algebra.name("free", name)
    if scope.net is None and name in scope.notation.rate_letters:
        return env.view.algebra.name("rate")
    if scope.net is None and not node.primes and not (node.sup and not node.sup.text.isdigit()):
        scope.undeclared.setdefault(name, node.span)
        return env.view.algebra.name("free", name)
    if name in env.indices and not node.sub:
        return number(env.indices[name])
    if scope.steps and name in RATES:
        scope.notes[f"read {name} as the learning rate"] = None
        return env.view.algebra.name("rate")
    if not (node.sub or node.sup or node.primes or node.accents) and len(node.name) == 1:
        scope.undeclared.setdefault(name, node.span)
        return env.view.algebra.name("free", name)
    raise Unresolved(shown(node), node.span, known_names(node, env))


def known_names(node: Sym, env: Env) -> tuple[str, ...]:
    """The declared names nearest to an unknown one."""
    scope = env.scope
    names = set(scope.free) | set(scope.definitions) | set(scope.functions)
    for patterns in scope.notation.patterns.values():
        for pattern in patterns:
            sub, sup = (each.replace("{", "").replace("}", "") for each in (pattern.sub, pattern.sup))
            names.add(pattern.letter + (f"_{sub}" if sub else "") + (f"^{sup}" if sup else ""))
    if scope.net is not None and len(scope.net.parameters) < 500:
        names |= {*scope.net.parameters, *scope.net.inputs, *scope.net.targets}
    return tuple(nearest(shown(node), names) or sorted(n for n in names if n[:1] == node.name[:1])[:3] or sorted(names)[:4])

