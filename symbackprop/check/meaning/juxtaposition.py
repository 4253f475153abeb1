"""Items side by side: something callable takes the next item, anything else is multiplied; the one rule for juxtaposition."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.exact import values as V
from symbackprop.check.exact.values import Fn, Operator, Unsupported, Value, is_callable
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.applied import refuse_differential, run_of_factors
from symbackprop.check.meaning.calculus import derivative
from symbackprop.check.meaning.conditions import INDICATORS
from symbackprop.check.meaning.forms import differential, is_d
from symbackprop.check.meaning.powers import is_transpose, power_of, to_power
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env, spelling, spellings
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Sym
from symbackprop.check.reading.vocabulary import FUNCTIONS


def juxtaposition(node: ast.Juxt, env: Env) -> Value:
    """Items side by side: something callable takes the next item, anything else is multiplied."""
    algebra = env.view.algebra
    factors, at = list[Value](), 0
    items = node.items
    while at < len(items):
        item = items[at]
        if isinstance(item, ast.Derivative) and item.what is None and at + 1 < len(items):
            rest = items[at + 1] if at + 2 == len(items) else ast.Juxt((items[at + 1].span[0], node.span[1]), items[at + 1 :])
            factors.append(derivative(item, rest, env))
            break
        value, at = _item(items, at, env)
        factors.append(value)
    value = factors[0]
    for other in factors[1:]:
        value = V.multiply(algebra, value, other)
    return value


def _item(items: tuple[Node, ...], at: int, env: Env) -> tuple[Value, int]:
    """The value that begins at item `at`, with the arguments it takes, and the next item."""
    item = items[at]
    if isinstance(item, Sym) and item.name in INDICATORS and at + 1 < len(items) and isinstance(items[at + 1], ast.Iverson):
        return env.value(items[at + 1]), at + 2
    if env.scope.varying and is_d(item, env.scope) and at + 1 < len(items) and isinstance(items[at + 1], Sym | ast.Group):
        return differential(items[at + 1], env), at + 2
    refuse_differential(item, items[at + 1] if at + 1 < len(items) else None, env)
    value = env.value(item)
    at += 1
    if _is_target_function(item, items, at, env) or _shows_dependence(item, items, at, env):
        return value, at + 1  # g x and g(x): the desired output for the input
    while is_callable(value) and at < len(items):
        argument = items[at]
        if isinstance(value, Operator):
            inner, at = (env.value(argument), at + 1)
            if isinstance(argument, Sym) and at < len(items) and _is_cost(argument, env) and _only_names(items[at]):
                at += 1  # nabla J(W, b)
            value = value.act(inner)
            continue
        raised: Script | None = None
        if isinstance(argument, ast.Group) and argument.sup and not argument.sub and not is_transpose(argument.sup):
            raised, argument = argument.sup, replace(argument, sup=None)
        power: Node | None = None
        if isinstance(argument, ast.Power) and isinstance(argument.base, ast.Group):
            power, argument = argument.exponent, argument.base  # f(x)**2 is the square of f(x), as in Python
        several = run_of_factors(items, at, env) if isinstance(item, Sym) and item.name in FUNCTIONS and not (raised or power) else 1
        given = env.value(argument if several == 1 else ast.Juxt((argument.span[0], items[at + several - 1].span[1]), items[at : at + several]))
        at += several
        _refuse_linear_output(item, argument, env)
        if _is_plain(value) and isinstance(given, Fn) and _is_plain(given) and at < len(items):
            given, at = _item(items, at - 1, env)  # log sigma(x): the inner function takes its argument first
        if isinstance(given, Fn) and isinstance(value, Fn) and value.elementwise:
            return V.multiply(env.view.algebra, value, given), at  # sigma (1 - sigma): a product of functions
        # a function of one number applied to a function is composition by juxtaposition, which nobody writes: left as it is
        value = value.apply(given)
        if raised is not None and not is_callable(value):
            value = to_power(value, raised, env)
        if power is not None and not is_callable(value):
            value = power_of(value, power, env)
    return value, at


def _refuse_linear_output(item: Node, argument: Node, env: Env) -> None:
    """sigma'(a_j) where neuron j is linear and others are not: a_j = z_j by chance, and no author means its own sigma' = 1."""
    inner, net = argument.inner if isinstance(argument, ast.Group) else argument, env.scope.net
    plain = isinstance(item, Sym) and not (item.sub or item.sup)  # sigma_j is the own function of neuron j
    if net is None or not (plain and isinstance(item, Sym) and isinstance(inner, Sym)) or item.name not in env.scope.notation.activation_letters:
        return
    kinds = {unit.activation.name for unit in net.units if not unit.activation.vector}
    if "identity" not in kinds or len(kinds) == 1 or inner.primes or spelling(inner) in env.bound:
        return
    found = quantity_of(inner, env)
    places = env.scope.places
    if found is not None and found[0].kind == "output" and places is not None:
        names = [found[0].unit] if found[0].unit is not None else places.layers[found[0].layer or 0]
        if any(name in net.by_name and net.by_name[name].activation.name == "identity" for name in names):
            raise Unsupported(f"{spelling(item)} of {spelling(inner)}, the output of a linear neuron in a net with other activations")


def _is_plain(value: Value) -> bool:
    """Whether a value is a function of one number that waits for it."""
    return isinstance(value, Fn) and value.elementwise and value.arity == 1 and not value.given


def _shows_dependence(item: Node, items: tuple[Node, ...], at: int, env: Env) -> bool:
    """y(x) for a defined y that depends on x only says so."""
    if isinstance(item, ast.Derivative) and at < len(items):  # dy/dx (x)
        following = items[at]
        return isinstance(following, ast.Group) and isinstance(item.by, Sym) and following.inner == replace(
            item.by, span=following.inner.span
        )
    if not isinstance(item, Sym) or at >= len(items):
        return False
    if _only_names(items[at]) and _is_cost(item, env):
        return True  # J(theta), C(w, b)
    definition = env.scope.definitions.get(spelling(item))
    following = items[at]
    inner = following.inner if isinstance(following, ast.Group) and following.bracket == "(" and not following.sup else None
    if definition is None or definition.params or not isinstance(inner, Sym):
        return False
    return any(isinstance(each, Sym) and spelling(inner) in spellings(each) for each in definition.body.walk())


def _is_cost(item: Sym, env: Env) -> bool:
    if item.name in env.bound or item.primes:
        return False
    try:
        found = quantity_of(item, env, loosely=True)
    except NotThere:  # one of the net's own names, perhaps: x_1 for x1
        return False
    return found is not None and found[0].kind == "cost"


def _only_names(node: Node) -> bool:
    """Whether a bracket holds only names: what the cost depends on."""
    inner = node.inner if isinstance(node, ast.Group) and node.bracket == "(" and not (node.sub or node.sup or node.primes) else None
    return all(isinstance(each, Sym) for each in (inner.items if isinstance(inner, ast.Several) else (inner,)))


def _is_target_function(item: Node, items: tuple[Node, ...], at: int, env: Env) -> bool:
    """Gordon's g x: g is the desired output, and x (or the inputs) only says for which input."""
    if not (isinstance(item, Sym) and item.name == "g" and at < len(items)) or env.scope.net is None:
        return False
    if "g" in env.scope.functions or "g" in env.bound or not any(p.letter == "g" for p in env.scope.notation.patterns.get("target", ())):
        return False
    following = items[at]
    names = [n.name for n in following.walk() if isinstance(n, Sym)]
    return bool(names) and all(name == "x" for name in names)
