"""Derivatives as formulas write them: dA/dB in the net, d/dx, D of a function, nabla, primes."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, Key, Scalar, number
from symbackprop.check.exact.tangents import differentiate
from symbackprop.check.exact.values import Fn, Mat, Operator, Tup, Unsupported, Value
from symbackprop.check.exact.world import NotThere, View
from symbackprop.check.meaning.functions import next_order
from symbackprop.check.meaning.indexed import inside, key_of_indexed, mentions
from symbackprop.check.meaning.marks import is_after
from symbackprop.check.meaning.quantities import entries, key_of, of_mean, own_name, quantity_of
from symbackprop.check.meaning.scope import Env, Unresolved, shown, spelling, spellings
from symbackprop.check.reading.grammar import parse_script
from symbackprop.check.reading.syntax import Derivative, Group, Node, Sym, bare
from symbackprop.notation import Quantity

MAX_ORDER = 6
_OF_UNITS = ("output", "input", "net_input")
_OF_THE_NET = ("param", "out", "z", "input")
OWN = "own"  # the layout in which the derivative of a neuron by a parameter is that of its own function


def derivative(node: Derivative, what: Node, env: Env) -> Value:
    """d what / d by; by a vector or a matrix entry by entry."""
    if node.order > MAX_ORDER:
        raise Unsupported(f"a derivative of order {node.order} (at most {MAX_ORDER} is computed)")
    if node.order > 1:
        return derivative(replace(node, order=node.order - 1), Derivative(node.span, what, node.by), env)
    by = bare(node.by)
    if not isinstance(by, Sym):
        raise Unsupported("a derivative by something that is no symbol")
    what, env = _of_its_parameters(what, by, env)
    keys = variables(by, env)
    if keys[0][0][0] == "param" and is_after(by, env.scope.notation.layer_letters):
        raise Unsupported(f"a derivative by {shown(by)}, the value after a step")
    grid = [[derivative_by(what, key, env) for key in row] for row in keys]
    if len(grid) == 1 and len(grid[0]) == 1:
        return grid[0][0]
    env.scope.layouts = True
    if all(isinstance(each, Scalar) for row in grid for each in row):
        made = Mat(tuple(tuple(V.scalar(each, "a derivative") for each in row) for row in grid))
        # a matrix of weights has a gradient of its own shape in every layout of this subject
        return made.transposed() if env.scope.layout == "rows" and made.shape[1] == 1 else made
    if all(len(row) == 1 for row in grid):  # a vector by a vector: the Jacobian
        columns = [V.as_matrix(row[0]) for row in grid]
        if all(each.shape[1] == 1 for each in columns):
            down = Mat(tuple(tuple(r[0] for r in each.rows) for each in columns))
            return down if env.scope.layout == "denominator" else down.transposed()
    raise Unsupported("a derivative of a matrix by a matrix")


def _of_its_parameters(what: Node, by: Sym, env: Env) -> tuple[Node, Env]:
    """The author's function without its arguments: df/dx of f(x, y) = ..., and E for E(w) = ... that hangs on the w of the net."""
    name = spelling(what) if isinstance(what, Sym) and not what.primes else ""
    made = env.scope.definitions.get(name)
    if made is None or not made.params or name in env.bound:
        return what, env
    body = Group(what.span, made.body, "(")
    if not any(isinstance(each, Sym) and spellings(each) & set(made.params) for each in made.body.walk()):
        return body, env
    own = {name: env.view.algebra.name("free", name) for name in made.params}
    if env.scope.net is None and spelling(by) not in own and any(isinstance(each, Sym) and spelling(each) == spelling(by) for each in made.body.walk()):
        return body, env.bind(own)  # dz/dw of z(x) = w x + b, at any x
    if len(own) < 2 or spelling(by) not in own or any(quantity_of_or_none(Sym(what.span, name), env) is not None for name in own):
        return what, env
    return body, env.bind(own)


def derivative_by(what: Node, key: Key, env: Env) -> Value:
    """The derivative by one variable, entry by entry."""
    place: tuple[Quantity, Key] | None = None  # of a derivative that has been found in this net for good
    if key[0] == "local":
        what = _through_local(what, key, env)
    held = _own_inputs(what, key, env) if env.scope.layout == OWN and key[0] == "param" else ()
    if held:
        return _with_held(what, key, held, env)
    if key[0] != "local" and isinstance(what, Sym) and spelling(what) not in env.bound:
        found = quantity_of(what, env)
        whole = found is not None and found[0].kind == "cost" and found[0].unit is None and found[0].example is None
        if whole and not what.primes and not env.scope.batch and key != ("cost",):
            _refuse_strange(key, env)
            return env.view.partial(key)
        if found is not None and found[0].unit is not None and found[0].kind in _OF_UNITS and key[0] in _OF_THE_NET and not what.primes:
            place = (found[0], key)
            if place in env.view.moved_by:
                return env.view.moved_by[place]
    env.view.refuse_held(key)
    inner = env.view.cut(key)
    value = V.simple(replace(env, view=inner).value(what))
    _refuse_undeclared(what, value, key, env)
    if key[0] == "free" and isinstance(value, Scalar) and value.num and not env.view.algebra.uses(value, {env.view.algebra.index(key): None}):
        _refuse_strange(key, env)
    if isinstance(value, (Mat, Tup)):
        return V.as_matrix(value).map(lambda each: _moved(each, key, env, inner))
    if isinstance(value, V.Fn) and key[0] in ("free", "fresh"):  # d sigma/dx: sigma of x is meant
        value = value.apply(env.view.algebra.name(*key))
    if isinstance(value, V.Fn) and value.orders is not None and env.scope.net is not None and len(env.scope.net.units) == 1:
        env.scope.notes[f"read {value.name} as its value at the weighted input of the one unit"] = None
        value = value.apply(inner.z(env.scope.net.units[0].name))
    moved = _moved(V.scalar(value, "what is differentiated"), key, env, inner)
    if place is not None:
        env.view.moved_by[place] = moved
    return moved


def _with_held(what: Node, key: Key, held: tuple[str, ...], env: Env) -> Value:
    """The derivative by a parameter where the outputs of some neurons are held; they are put back into it."""
    view = env.view
    for name in held:
        view = view.cut(("out", name))
    there = replace(env, view=view)
    value = _moved(V.scalar(there.value(what), "what is differentiated"), key, there, view)
    for name in held:
        value = env.view.algebra.substitute(value, env.view.algebra.index(("cut", "out", name)), env.view.out(name))
    return value


def _own_inputs(what: Node, key: Key, env: Env) -> tuple[str, ...]:
    """The inputs of a neuron that a shared parameter moves: in dy_j/dk of a sum over all that share k they are held."""
    found = quantity_of(what, env) if isinstance(what, Sym) and spelling(what) not in env.bound else None
    quantity = found[0] if found is not None else None
    if quantity is None or quantity.unit is None or quantity.kind not in ("output", "net_input"):
        return ()
    net = env.view.net
    if quantity.unit not in env.view.world.below.users.get(key[1], ()):
        raise NotThere(f"{quantity.unit} has no {key[1]} of its own")
    moved = env.view.world.below.units(key)
    return tuple(dict.fromkeys(edge.source for edge in net.by_name[quantity.unit].edges if edge.source in net.by_name and edge.source in moved))


def _refuse_strange(key: Key, env: Env) -> None:
    """dC/dq of a q that nothing declares: what hangs on it is not known, so it is not 0."""
    if key[0] == "free" and env.scope.net is not None and key[1] in env.scope.undeclared:
        raise Unresolved(str(key[1]), env.scope.undeclared[str(key[1])], why=f"nothing says what {key[1]} is, or what hangs on it")


def _refuse_undeclared(what: Node, value: Value, key: Key, env: Env) -> None:
    """df/dx of a letter that nothing declares: how it hangs on x is not known, so it is not 0."""
    if isinstance(what, Sym) and isinstance(value, Scalar) and spelling(what) in env.scope.undeclared:
        own = env.view.algebra.name("free", spelling(what))
        if key != ("free", spelling(what)) and env.view.algebra.equal(value, own):
            raise Unresolved(spelling(what), what.span, why=f"nothing says how {spelling(what)} hangs on what it is differentiated by")


def _through_local(what: Node, key: Key, env: Env) -> Node:
    """An expression that mentions the author's variable: `what` itself, or what the author said it is equal to."""
    name = key[1]

    def mention(node: Node) -> bool:
        return mentions(node, name, env, with_indices=len(key) == 3)

    if mention(what):
        return what
    inner = bare(what)
    for other in env.scope.equations.get(spelling(inner), ()) if isinstance(inner, Sym) else ():
        if mention(other):
            return other
    raise Unsupported(f"a derivative by {name}, which does not occur in what is differentiated")


def _moved(value: Scalar, key: Key, env: Env, inner: View) -> Scalar:
    return env.view.derivative(lambda view: value, key, lambda view: _value(key, view, env))


def _value(key: Key, view: View, env: Env) -> Scalar:
    """What a cut-out quantity is in a view where it is not cut."""
    if key[0] == "out":
        return view.out(key[1])
    if key[0] == "z":
        return view.z(key[1])
    if key[0] == "cost":
        return view.cost()
    if key[0] == "local":
        if len(key) == 3:
            made = next(each for (name, *_), each in env.scope.indexed.items() if name == key[1] and sorted((*each.sub, *each.sup)) == [letter for letter, _ in key[2]])
            return V.scalar(inside(key[2], replace(env, view=view)).value(made.body), key[1])
        return V.scalar(replace(env, view=view, bound={}).value(env.scope.definitions[key[1]].body), key[1])
    return view.algebra.name(*key)


def variables(by: Sym, env: Env) -> list[list[Key]]:
    """The variables a symbol stands for below a derivative: one, or those of a whole layer."""
    scope = env.scope
    name = spelling(by)
    bound = env.bound.get(name)
    if isinstance(bound, Scalar):
        return [[_generator(bound, by, env)]]
    definition = scope.definitions.get(name)
    if definition is not None and not definition.params:
        return [[("local", name)]]
    instance = key_of_indexed(by, env)
    if instance is not None:
        return [[instance]]
    try:
        found = quantity_of(by, env)
    except NotThere:
        if own_name(by, env) is None:
            raise
        found = None  # one of the net's own names
    if found is None:
        value = env.value(by)
        if not isinstance(value, Scalar):
            raise Unsupported(f"a derivative by {shown(by)}, which is no variable")
        return [[_generator(value, by, env)]]
    quantity, transposed = found
    one_for_all = (quantity.kind, quantity.layer) == ("bias", None)
    if quantity.unit is None and quantity.kind not in ("rate", "cost") and not one_for_all:
        grid = entries(quantity, env)
        if quantity.kind == "bias" and any(key_of(each, env.view.net) is None for row in grid for each in row):
            raise NotThere(f"{shown(by)} does not exist in this net")
        keys = [[_key(each, by, env) for each in row] for row in grid]
        return [list(row) for row in zip(*keys)] if transposed else keys
    return [[_key(quantity, by, env)]]


def _key(quantity: Quantity, by: Sym, env: Env) -> Key:
    if quantity.kind == "cost":
        return ("cost",)
    key = key_of(quantity, env.view.net)
    if key is None:
        raise Unresolved(shown(by), by.span, why=f"{shown(by)} is nothing a derivative can be taken by")
    return key


def _generator(value: Scalar, by: Sym, env: Env) -> Key:
    """The key behind a bound or free variable."""
    algebra = env.view.algebra
    only = algebra.generators(value)
    if len(only) == 1 and value.num == {(next(iter(only)),): 1} and value.den == ONE.den:
        key = algebra.keys[next(iter(only))]
        if not algebra.arguments.get(next(iter(only))):
            return key
    raise Unsupported(f"a derivative by {shown(by)}, which stands for an expression here")


def derivative_of(function: Value, env: Env) -> Fn:
    """D of a function of one variable."""
    if not isinstance(function, Fn):
        raise Unsupported("D of something that is no function")
    known = next_order(function)
    if known is not None:
        return known
    missing = function.arity - len(function.given)
    if missing != 1:
        raise Unsupported(f"D of {function.name}, which still takes {missing} arguments")
    algebra = env.view.algebra

    def call(args: tuple[Value, ...]) -> Value:
        at = V.scalar(args[0], f"the argument of D {function.name}")
        key = ("fresh", f"{len(algebra.keys)}")
        variable = algebra.name(*key)
        value = V.scalar(function.apply(variable), f"D {function.name}")
        moved = differentiate(algebra, value, lambda generator: ONE if generator == key else None)
        return algebra.substitute(moved, algebra.index(key), at)

    return Fn(f"D {function.name}", 1, call, elementwise=True)


def operator_d(env: Env) -> Operator:
    """Euler's D."""
    return Operator("D", lambda value: derivative_of(value, env))


def gradient_operator(symbol: Sym, env: Env) -> Operator:
    """nabla with the layer or the outputs it is taken by: nabla_a C, nabla_{a^L} C, nabla_{w} C."""
    if symbol.sub is None:
        return Operator("nabla", lambda value: _all_partials(value, env))
    by = parse_script(symbol.sub, "")
    if not isinstance(by, Sym):
        raise Unsupported("nabla by something that is no symbol")
    places = env.scope.places
    if places is not None and by.sub is None and by.sup is None and quantity_of_or_none(by, env) is None:
        outputs = [key for name in places.net.outputs for key in [("out", name)]]
        plain = [p.letter for p in env.scope.notation.patterns.get("output", ())]
        if by.name in plain:
            return Operator("nabla", lambda value: _gradient(value, [[each] for each in outputs], env))
    return Operator("nabla", lambda value: _gradient(value, variables(by, env), env))


def _all_partials(value: Value, env: Env) -> Fn:
    """nabla f for a function of several variables: the tuple of its partial derivatives at the same arguments."""
    if not isinstance(value, Fn) or value.given:
        raise Unsupported("nabla without what it is taken by")
    function = value

    def call(args: tuple[Value, ...]) -> Value:
        parts = []
        for at in range(function.arity):

            def one(inner: tuple[Value, ...], at: int = at) -> Value:
                return function.call((*args[:at], inner[0], *args[at + 1 :]))

            parts.append(derivative_of(Fn(function.name, 1, one), env).apply(args[at]))
        return parts[0] if len(parts) == 1 else Tup(tuple(parts))

    return Fn("nabla " + function.name, function.arity, call)


def quantity_of_or_none(symbol: Sym, env: Env) -> Quantity | None:
    """The quantity a symbol names, or None."""
    found = quantity_of(symbol, env)
    return found[0] if found else None


def _gradient(value: Value, keys: list[list[Key]], env: Env) -> Value:
    # only the cost has a gradient by cut-out quantities that need no second reading of the formula
    cost = env.view.cost()
    given = V.scalar(value, "nabla")
    if all(key[0] == "param" for row in keys for key in row) and not env.view.algebra.equal(given, cost):
        moved = tuple(tuple(differentiate(env.view.algebra, given, env.view.tangent(key)) for key in row) for row in keys)
        return V.simple(Mat(moved))
    share = number(of_mean(env.scope))
    if not env.view.algebra.equal(given, env.view.algebra.mul(share, cost)):
        raise Unsupported("nabla of something other than the cost")
    for row in keys:
        for key in row:
            _refuse_strange(key, env)
    rows = tuple(tuple(env.view.algebra.mul(share, env.view.partial(key)) for key in row) for row in keys)
    return V.simple(Mat(rows))
