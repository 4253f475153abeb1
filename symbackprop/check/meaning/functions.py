"""Functions a formula may use: the net's activation and cost, elementary ones, softmax, and any the scope declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

from symbackprop.activations import activation as find_activation
from symbackprop.activations import table as activations
from symbackprop.activations.activation import Activation
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, Algebra, Scalar, number
from symbackprop.check.exact.tangents import differentiate
from symbackprop.check.exact.values import Fn, Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning import denominators, domains
from symbackprop.check.meaning.scope import Env, shown, spelling, unprimed
from symbackprop.check.reading.syntax import Sym
from symbackprop.units import Unit

ELEMENTARY = {"logistic": "sigmoid", "sigmoid": "sigmoid", "relu": "relu", "softplus": "softplus",
              "identity": "identity", "tanh": "tanh", "leakyrelu": "leaky_relu"}


@cache
def _printed_words() -> dict[str, str]:
    """The words our own printers use, such as lrelu, and the table's names, to the name of the activation."""
    kinds = [kind for kind in activations().values() if kind.value_term is not None and kind.differentiable]
    printed = {kind.letter.removeprefix(r"\operatorname{").removesuffix("}"): kind.name for kind in kinds}
    return {word: name for word, name in printed.items() if word.isalpha()} | {kind.name: kind.name for kind in kinds}


def activation_word(name: str) -> str | None:
    """The activation that a word means in every formula: sigmoid, ReLU, lrelu, ...; None for any other word."""
    if name in ELEMENTARY or len(name) < 3:
        return ELEMENTARY.get(name)
    return ELEMENTARY.get(name.lower()) or _printed_words().get(name) or _printed_words().get(name.lower())


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
    curved = [kind for kind in usual if kind.name != "identity"]

    def call(args: tuple[Value, ...], order: int = 0) -> Value:
        argument = V.scalar(args[0], "the argument of sigma")
        for kind in usual:
            unit = view.world.known.get((kind.name, view.algebra.frozen(argument)))
            if unit is not None and (not unit.parameters or _only_one(unit, env)):
                return of_unit(unit.name, order, env)
        grouped = next((unit for unit in net.units if unit.activation.vector and view.algebra.equal(view.z(unit.name), argument)), None)
        if grouped is not None:  # a softmax unit's own function, which has no slope of one unit
            return of_unit(grouped.name, order, env)
        only = curved or usual  # beside linear outputs, sigma is the function of the others
        if len(only) != 1:
            raise Unsupported("sigma of something that is no unit's weighted input, in a net with several activations")
        return apply_activation(only[0], argument, order, env)

    return _with_orders("sigma", call)


def scripted_activation(node: Sym, env: Env) -> Fn | None:
    """sigma_j, f^l, g^{[2]}: the activation of a unit or a layer, its scripts read like those of an output."""
    net, notation, places = env.scope.net, env.scope.notation, env.scope.places
    plain = {pattern.letter for pattern in notation.patterns.get("activation", ()) if not (pattern.sub or pattern.sup)}
    if net is None or places is None or node.name not in plain or not (node.sub or node.sup) or node.accents:
        return None
    one = env.scope.single or net
    sub, sup = (script.tokens if script else () for script in (node.sub, node.sup))
    for letter in dict.fromkeys(pattern.letter for pattern in notation.patterns.get("output", ())):
        for reading in notation.read(letter, sub, sup):
            if reading.transposed:
                continue
            try:
                found = notation.resolve(reading, env.indices, places)
            except (KeyError, ValueError):
                continue
            if found is None:
                raise NotThere(f"{shown(node)} does not exist in this net")
            if found.kind not in ("output", "input") or (found.unit is None and found.layer is None):
                continue
            names = [found.unit] if found.unit is not None else list(places.layers[found.layer or 0])
            kinds = {one.by_name[name].activation for name in names if name in one.by_name}
            if not kinds:
                raise NotThere(f"{shown(node)}: inputs have no activation")
            whole = {unit.activation for unit in net.units}
            only = kinds.pop()
            if kinds or (only.vector and found.unit is not None):
                return None
            if only.vector:
                return softmax(env)
            return activation_function(env) if whole == {only} else elementary(only, env)
    return None


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

    for each in env.scope.net.units if env.scope.net is not None and kind.partial_terms else ():
        env.view.out(each.name)  # makes every unit known by its weighted input

    def call(args: tuple[Value, ...], order: int) -> Value:
        argument = V.scalar(args[0], f"the argument of {kind.name}")
        unit = env.view.world.known.get((kind.name, env.view.algebra.frozen(argument)))
        if unit is not None and (not unit.parameters or _only_one(unit, env)):
            return of_unit(unit.name, order, env)
        return apply_activation(kind, argument, order, env)

    return _with_orders(kind.name, call)


def apply_activation(kind: Activation, argument: Scalar, order: int, env: Env) -> Scalar:
    """phi or one of its derivatives at any argument, by its definition."""
    algebra, ring = env.view.algebra, env.view.world.ring
    if kind.value_term is None:
        return algebra.atom(("fn", "sigma", (order,)), argument)

    def build(at: Scalar) -> Scalar:
        if kind.slope_is_polynomial and kind.name != "identity" and not kind.partial_terms:
            slope = kind.slope_term
            return algebra.activation(kind.name, lambda value: ring.build(slope, {"a": value}), at)
        return ring.build(kind.value_term, {"z": at, **_leak(kind, env)})

    if order == 0:
        return build(argument)
    if not kind.differentiable:
        raise Unsupported(f"the derivative of {kind.name}, which has no useful one")
    variable = algebra.name("fresh", "z")
    if kind.kinks:
        env.scope.assumptions[f"off the kink of {kind.name}"] = None
    value = build(variable)
    for _ in range(order):
        value = differentiate(algebra, value, lambda key: ONE if key == ("fresh", "z") else None)
    return algebra.substitute(value, algebra.index(("fresh", "z")), argument)


def _only_one(unit: Unit, env: Env) -> bool:
    """Whether no other unit has the same weighted input, the same kind and another leak."""
    net, view = env.scope.net, env.view
    alike = [each for each in net.units if each.activation == unit.activation and each.parameters != unit.parameters] if net else []
    return not any(view.algebra.equal(view.z(each.name), view.z(unit.name)) for each in alike)


def _leak(kind: Activation, env: Env) -> dict[str, Scalar]:
    """The leak of a rectifier at an argument that is no unit's weighted input: the net's, where it has one such leak."""
    if not kind.partial_terms:
        return {}
    net = env.scope.net
    values = {value for unit in net.units if unit.activation == kind for _, value in unit.parameters} if net else set()
    if len(values) > 1:
        raise Unsupported(f"{kind.name} of something that does not say which of the net's {len(values)} different leaks is meant")
    if not values:
        env.scope.notes["read alpha as the leak"] = None
        env.scope.free.add("alpha")
        env.scope.undeclared.pop("alpha", None)
    return {"alpha": env.view.weight(values.pop()) if values else env.view.algebra.name("free", "alpha")}


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
        if loss.value_term is None:
            return algebra.atom(("fn", "C", (0,) * 2 * len(pairs)), *(a for a, _ in pairs), *(b for _, b in pairs))
        return algebra.add(*(view.world.ring.build(loss.value_term, {"y": a, "a": b}) for a, b in pairs))

    return Fn("C", 2, call)


MAX_CHOSEN = 40  # the lower entry of a binomial coefficient
NEWTON = {"dot": 1, "ddot": 2}


def undotted(node: Sym) -> Sym:
    """Newton's dots as primes; any other accent stays."""
    if not node.accents or any(accent not in NEWTON for accent in node.accents):
        return node
    return replace(node, accents=(), primes=node.primes + sum(NEWTON[accent] for accent in node.accents))


def function_of(node: Sym, env: Env) -> Value | None:
    """Functions that every formula may use, and those the scope declares; an accent is part of the name, so that f with a
    hat is never taken for f. Newton's dots have become primes before (`undotted`).
    """
    if node.sub or node.sup or node.accents:
        arity = env.scope.functions.get(spelling(unprimed(node)))
        return undefined(spelling(unprimed(node)), arity, env) if arity else None
    name = node.name
    algebra = env.view.algebra
    if name in env.scope.functions:
        return undefined(name, env.scope.functions[name], env)
    if name in ("sigma",) and env.scope.net is None:
        return activation_function(env)
    known = activation_word(name)
    if known is not None:
        return elementary(find_activation(known), env)
    if name == "softmax":
        return softmax(env)
    table: dict[str, Callable[[Scalar], Scalar]] = {
        "exp": algebra.exp, "log": lambda v: domains.log(v, env), "ln": lambda v: domains.log(v, env), "step": lambda v: _step(v, env),
        "sinh": lambda v: algebra.mul(number(Fraction(1, 2)), algebra.sub(algebra.exp(v), algebra.exp(algebra.neg(v)))),
        "cosh": lambda v: algebra.mul(number(Fraction(1, 2)), algebra.add(algebra.exp(v), algebra.exp(algebra.neg(v)))),
        "sech": lambda v: algebra.mul(number(2), algebra.inverse(algebra.add(algebra.exp(v), algebra.exp(algebra.neg(v))))),
        "abs": algebra.magnitude, "sqrt": lambda v: domains.square_root(v, env),
        "sin": algebra.sin, "cos": algebra.cos, "tan": lambda v: _tangent(v, env),
        "sgn": lambda v: _sign(v, env), "sign": lambda v: _sign(v, env),
    }  # fmt: skip
    if name in table:
        function = table[name]
        made = Fn(name, 1, lambda args: function(V.scalar(args[0], f"the argument of {name}")), elementwise=True)
        return made
    if name in ("max", "min"):
        return Fn(name, 2, lambda args: _extreme(name, args, algebra))
    if name == "binom":
        return Fn("binom", 2, lambda args: _binomial(args, algebra))
    if name in ("tr", "Tr", "trace"):
        return Fn(name, 1, lambda args: _trace(args[0], env.view.algebra))
    if name in ("diag", "Diag"):
        return Fn("diag", 1, _diagonal)
    return None


def _binomial(args: tuple[Value, ...], algebra: Algebra) -> Scalar:
    """n over k for a whole number k: n (n - 1) ... (n - k + 1) / k!, for every number n."""
    above, below = (V.scalar(each, "a binomial coefficient") for each in args)
    many = algebra.constant(below)
    if many is None or many.denominator != 1 or not 0 <= many <= MAX_CHOSEN:
        raise Unsupported(f"a binomial coefficient whose lower entry is no whole number from 0 to {MAX_CHOSEN}")
    factors = (algebra.mul(algebra.sub(above, number(each)), number(Fraction(1, each + 1))) for each in range(int(many)))
    return algebra.mul(ONE, *factors)


def _step(value: Scalar, env: Env) -> Scalar:
    env.scope.assumptions["off the kink of step"] = None  # whose value there is a convention
    return env.view.algebra.step(value)


def _sign(value: Scalar, env: Env) -> Scalar:
    algebra = env.view.algebra
    return algebra.sub(algebra.mul(number(2), _step(value, env)), ONE)


def _tangent(value: Scalar, env: Env) -> Scalar:
    below = env.view.algebra.cos(value)
    denominators.remember(below, env)
    return env.view.algebra.mul(env.view.algebra.sin(value), env.view.algebra.inverse(below))


def _trace(value: Value, algebra: Algebra) -> Scalar:
    rows = V.as_matrix(V.simple(value)).rows if not isinstance(value, Scalar) else ((value,),)
    if len(rows) != len(rows[0]):
        raise V.ShapeClash(f"the trace of a {len(rows)} x {len(rows[0])} matrix")
    return algebra.add(*(row[at] for at, row in enumerate(rows)))


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
    """softmax of a vector, or of every example of a batch, by its definition or as the outputs of the group it belongs to."""
    algebra, net = env.view.algebra, env.scope.net

    def one(values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        for members in net.groups.values() if net else ():
            zs = [env.view.z(unit.name) for unit in members]
            if len(zs) == len(values) and all(algebra.equal(a, b) for a, b in zip(zs, values)):
                return tuple(env.view.out(unit.name) for unit in members)
        exps = [algebra.exp(each) for each in values]
        total = algebra.inverse(algebra.add(*exps))
        return tuple(algebra.mul(each, total) for each in exps)

    def call(args: tuple[Value, ...]) -> Value:
        of, count, rows = V.as_matrix(args[0]), env.scope.batch, env.scope.notation.rows
        if 1 in of.shape and not (count and of.shape[not rows] == count):
            values = one(tuple(each for row in of.rows for each in row))
            return V.column(list(values)) if of.shape[1] == 1 else Mat((values,))
        if not count or count not in of.shape:
            raise Unsupported("softmax of a matrix that is no batch: which of its rows or columns are vectors is not said")
        lying = rows if of.shape[not rows] == count else not rows  # the side as long as the batch counts the examples
        env.scope.notes["read softmax of a matrix as that of every example"] = None
        found = Mat(tuple(one(row) for row in (of if lying else of.transposed()).rows))
        return found if lying else found.transposed()

    return Fn("softmax", 1, call)


def undefined(name: str, arity: int, env: Env) -> Fn:
    """Any differentiable function of `arity` arguments."""
    algebra = env.view.algebra

    def call(args: tuple[Value, ...]) -> Value:
        return algebra.atom(("fn", name, (0,) * arity), *(V.scalar(each, f"an argument of {name}") for each in args))

    return Fn(name, arity, call)
