"""Symbols to values: bound variables, the author's definitions, the notation's table, the net's own names, functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symbackprop import symbols as S
from symbackprop.activations import activation as find_activation
from symbackprop.activations.activation import Activation
from symbackprop.check import values as V
from symbackprop.check.algebra import ONE, Algebra, Key, Scalar, number
from symbackprop.check.scope import Env, Unresolved, spelling
from symbackprop.check.syntax import Sym
from symbackprop.check.values import Fn, Mat, Unsupported, Value
from symbackprop.check.world import NotThere, View
from symbackprop.errors import nearest
from symbackprop.notation import Quantity, scripts

ELEMENTARY = {"logistic": "sigmoid", "sigmoid": "sigmoid", "relu": "relu", "softplus": "softplus",
              "identity": "identity", "tanh": "tanh"}


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


def unprimed(node: Sym) -> Sym:
    """A symbol without its primes."""
    return replace(node, primes=0) if node.primes else node


def shown(symbol: Sym) -> str:
    """A symbol for a message."""
    return spelling(symbol).replace(">", " -> ")


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
    found = quantity_of(unprimed(node), env)
    if found is not None:
        return primed(value_of(*found, env, node), node, env)
    named = own_name(node, env)
    if named is not None:
        return named
    function = function_of(node, env)
    if function is not None:
        return function
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


def own_name(node: Sym, env: Env) -> Value | None:
    """The net's own names: w1_1_2, b1_1, x1, y1, u2_1, w_3_6."""
    net = env.scope.net
    if net is None or node.accents or node.sup:
        return None
    name = node.name + ("" if node.sub is None else "".join(t.text for t in node.sub.tokens).replace(",", "_"))
    names = [name, node.name + "_" + name[len(node.name):]]
    for each in names:
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
        from symbackprop.check.calculus import derivative_of

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


# -- functions --------------------------------------------------------------------------------------------------------


def activation_function(env: Env) -> Fn:
    """sigma of the net: a unit's own function where the argument is its weighted input, else the one all units share."""
    net, view = env.scope.net, env.view
    if net is None:
        env.scope.notes["read sigma as the logistic sigmoid"] = None
        return elementary(find_activation("sigmoid"), env)
    hidden = {unit.activation.name: unit.activation for unit in net.units}
    for unit in net.units:
        view.out(unit.name)  # makes every unit known by its weighted input
    usual = [kind for kind in hidden.values() if not kind.vector]

    def call(args: tuple[Value, ...], order: int = 0) -> Value:
        argument = V.scalar(args[0], "the argument of sigma")
        for kind in usual:
            unit = view.world.known.get((kind.name, view.algebra.frozen(argument)))
            if unit is not None:
                return of_unit(unit.name, order, env)
        if len(usual) != 1:
            raise Unsupported("sigma of something that is no unit's weighted input, in a net with several activations")
        return apply_activation(usual[0], argument, order, env)

    return _with_orders("sigma", call)


def _with_orders(name: str, call: Callable[[tuple[Value, ...], int], Value], order: int = 0) -> Fn:
    return Fn(name + "'" * order, 1, lambda args: call(args, order), elementwise=True, orders=call, order=order)


def next_order(function: Fn) -> Fn | None:
    """The derivative of a function that knows it."""
    if function.orders is None or function.given:
        return None
    return _with_orders(function.name.rstrip("'"), function.orders, function.order + 1)


def of_unit(unit: str, order: int, env: Env) -> Scalar:
    """The `order`-th derivative of a unit's activation at its weighted input."""
    view = env.view
    if order == 0:
        return view.out(unit)
    if order == 1:
        return view.slope(unit)
    return view.derivative(lambda inner: of_unit(unit, order - 1, replace(env, view=inner)), ("z", unit), lambda v: v.z(unit))


def elementary(kind: Activation, env: Env) -> Fn:
    """An activation as a function of any argument."""

    def call(args: tuple[Value, ...], order: int) -> Value:
        argument = V.scalar(args[0], f"the argument of {kind.name}")
        unit = env.view.world.known.get((kind.name, env.view.algebra.frozen(argument)))
        if unit is not None and not unit.parameters:
            return of_unit(unit.name, order, env)
        return apply_activation(kind, argument, order, env)

    return _with_orders(kind.name, call)


def apply_activation(kind: Activation, argument: Scalar, order: int, env: Env) -> Scalar:
    """phi or one of its derivatives at any argument, by its definition."""
    algebra, ring = env.view.algebra, env.view.world.ring
    if kind.value is None:
        return algebra.atom(("fn", "sigma", (order,)), argument)

    def build(at: Scalar) -> Scalar:
        if kind.slope_is_polynomial and kind.name != "identity" and not kind.parameters:
            slope = kind.slope
            return algebra.activation(kind.name, lambda value: ring.build(slope, {S.a: value}), at)
        return ring.build(kind.value, {S.z: at, **_leak(kind, env)})

    if order == 0:
        return build(argument)
    if not kind.differentiable:
        raise Unsupported(f"the derivative of {kind.name}, which has no useful one")
    variable = algebra.name("fresh", "z")
    if kind.kinks:
        env.scope.assumptions[f"off the kink of {kind.name}"] = None
    value = build(variable)
    for _ in range(order):
        value = algebra.differentiate(value, lambda key: ONE if key == ("fresh", "z") else None)
    return algebra.substitute(value, algebra.index(("fresh", "z")), argument)


def _leak(kind: Activation, env: Env) -> dict[object, Scalar]:
    if not kind.parameters:
        return {}
    net = env.scope.net
    values = {value for unit in net.units for _, value in unit.parameters} if net else set()
    if len(values) == 1:
        return {S.alpha: env.view.weight(values.pop())}
    return {S.alpha: env.view.algebra.name("free", "alpha")}


def cost_function(env: Env) -> Fn:
    """C desired actual, curried, one output."""
    net, view = env.scope.net, env.view
    assert net is not None
    loss, algebra = net.loss, view.algebra

    def call(args: tuple[Value, ...]) -> Value:
        desired, actual = (V.as_matrix(each) for each in args)
        if desired.shape != actual.shape:
            raise V.ShapeClash(f"a cost of {V.shape_name(desired)} and {V.shape_name(actual)}")
        pairs = [(a[0], b[0]) for a, b in zip(desired.rows, actual.rows)]
        if loss.value is None:
            return algebra.atom(("fn", "C", (0,) * 2 * len(pairs)), *(a for a, _ in pairs), *(b for _, b in pairs))
        return algebra.add(*(view.world.ring.build(loss.value, {S.y: a, S.a: b}) for a, b in pairs))

    return Fn("C", 2, call)


NEWTON = {"dot": 1, "ddot": 2}


def function_of(node: Sym, env: Env) -> Value | None:
    """Functions that every formula may use, and those the scope declares. Newton's dots are primes; another accent is
    part of the name, so that f with a hat is never taken for f.
    """
    if node.accents and all(accent in NEWTON for accent in node.accents):
        node = replace(node, accents=(), primes=node.primes + sum(NEWTON[accent] for accent in node.accents))
    if node.sub or node.sup or node.accents:
        arity = env.scope.functions.get(spelling(unprimed(node)))
        return primed(undefined(spelling(unprimed(node)), arity, env), node, env) if arity else None
    name = node.name
    algebra = env.view.algebra
    if name in env.scope.functions:
        return primed(undefined(name, env.scope.functions[name], env), node, env)
    if name in ("sigma",) and env.scope.net is None:
        return primed(activation_function(env), node, env)
    known = ELEMENTARY.get(name) or (ELEMENTARY.get(name.lower()) if len(name) > 2 else None)
    if known:
        return primed(elementary(find_activation(known), env), node, env)
    if name == "softmax":
        return softmax(env)
    table: dict[str, Callable[[Scalar], Scalar]] = {
        "exp": algebra.exp, "log": algebra.log, "ln": algebra.log, "step": algebra.step,
        "sinh": lambda v: algebra.mul(number(Fraction(1, 2)), algebra.sub(algebra.exp(v), algebra.exp(algebra.neg(v)))),
        "cosh": lambda v: algebra.mul(number(Fraction(1, 2)), algebra.add(algebra.exp(v), algebra.exp(algebra.neg(v)))),
        "sin": lambda v: algebra.atom(("sin",), v), "cos": lambda v: algebra.atom(("cos",), v),
    }  # fmt: skip
    if name in table:
        function = table[name]
        made = Fn(name, 1, lambda args: function(V.scalar(args[0], f"the argument of {name}")), elementwise=True)
        return primed(made, node, env)
    if name in ("max", "min"):
        return Fn(name, 2, lambda args: _extreme(name, args, algebra))
    if name == "diag":
        return Fn(name, 1, _diagonal)
    return None


def _diagonal(args: tuple[Value, ...]) -> Value:
    """A vector as a diagonal matrix."""
    entries = [row[0] for row in V.as_matrix(args[0]).rows]
    return Mat(tuple(tuple(each if i == j else number(0) for j in range(len(entries))) for i, each in enumerate(entries)))


def _extreme(name: str, args: tuple[Value, ...], algebra: Algebra) -> Value:
    args = tuple(V.simple(each) for each in args)
    wide = next((each for each in args if isinstance(each, Mat)), None)
    if wide is not None:  # entry by entry, a number against every entry
        grids = [each if isinstance(each, Mat) else wide.map(lambda _, each=each: V.scalar(each, name)) for each in args]  # type: ignore[misc]
        if grids[0].shape != grids[1].shape:
            raise V.ShapeClash(f"{name} of {V.shape_name(args[0])} and {V.shape_name(args[1])}")
        return Mat(tuple(tuple(V.scalar(_extreme(name, pair, algebra), name) for pair in zip(*rows))
                         for rows in zip(grids[0].rows, grids[1].rows)))  # fmt: skip
    one, other = (V.scalar(each, name) for each in args)
    difference = algebra.sub(one, other)
    which = algebra.step(difference if name == "max" else algebra.neg(difference))
    return algebra.add(other, algebra.mul(which, difference))


def softmax(env: Env) -> Fn:
    """softmax of a vector, by its definition or as the outputs of the group it belongs to."""
    algebra, net = env.view.algebra, env.scope.net

    def call(args: tuple[Value, ...]) -> Value:
        values = [row[0] for row in V.as_matrix(args[0]).rows]
        for members in net.groups.values() if net else ():
            zs = [env.view.z(unit.name) for unit in members]
            if len(zs) == len(values) and all(algebra.equal(a, b) for a, b in zip(zs, values)):
                return V.column([env.view.out(unit.name) for unit in members])
        exps = [algebra.exp(each) for each in values]
        total = algebra.inverse(algebra.add(*exps))
        return V.column([algebra.mul(each, total) for each in exps])

    return Fn("softmax", 1, call)


def undefined(name: str, arity: int, env: Env) -> Fn:
    """Any differentiable function of `arity` arguments."""
    algebra = env.view.algebra

    def call(args: tuple[Value, ...]) -> Value:
        return algebra.atom(("fn", name, (0,) * arity), *(V.scalar(each, f"an argument of {name}") for each in args))

    return Fn(name, arity, call)


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

