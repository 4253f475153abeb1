"""Symbols to values: bound variables, the author's definitions, the notation's table, the net's own names, functions."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.exact.algebra import ONE, Key, number
from symbackprop.check.exact.values import Fn, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.calculus import MAX_ORDER, derivative_of
from symbackprop.check.meaning.conditions import kronecker
from symbackprop.check.meaning.functions import function_of, scripted_activation, undefined, undotted
from symbackprop.check.meaning.indexed import indexed, inside
from symbackprop.check.meaning.marks import AFTER, BEFORE, STEPS, STEPS_AFTER
from symbackprop.check.meaning.newton import slopes
from symbackprop.check.meaning.penalties import UNPENALISED
from symbackprop.check.meaning.powers import raise_to
from symbackprop.check.meaning.quantities import entry, label, own_name, own_parameter, quantity_of, transpose, value_of
from symbackprop.check.meaning.scope import Env, Unresolved, lettered, shown, spelling, unprimed
from symbackprop.check.meaning.updates import updated
from symbackprop.check.reading.syntax import Sym
from symbackprop.check.reading.vocabulary import FUNCTIONS, word_set
from symbackprop.errors import nearest
from symbackprop.notation import Quantity

NO_NUMBERS = frozenset(["partial", *FUNCTIONS])
RATES = word_set(
    "eta alpha epsilon varepsilon gamma mu rho"
)


def symbol(node: Sym, env: Env) -> Value:
    """The value of a symbol; Unresolved with the nearest declared names where nothing declares it."""
    name = spelling(unprimed(node))
    if name in env.bound:
        return primed(env.bound[name], node, env)
    if node.name == UNPENALISED:
        return entry(Quantity("cost"), env.view, env.scope)
    if node.name == "infinity":
        raise Unsupported("infinity in a calculation, which is no number")
    by_dots = slopes(node, env) if node.accents or (node.primes and node.name[0].isupper()) else None
    if by_dots is not None:
        return by_dots
    power = leftover(node, env)
    if power is not None:
        return power
    same = kronecker(node, env) if spelling(node) not in env.scope.definitions else None
    if same is not None:
        return same
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
    if function is None:
        function = scripted_activation(unprimed(dotless), env)
    if function is not None:
        return primed(function, dotless, env)
    if node.name == "e" and not node.sub and not node.primes:
        if env.scope.net is not None:
            env.scope.undeclared.setdefault("e", node.span)  # an error by that letter, perhaps: nothing is refuted by Euler's number
        return env.view.algebra.exp(ONE)
    return unknown(node, env)


def leftover(node: Sym, env: Env) -> Value | None:
    """A superscript that no pattern takes is a power, a transpose mark, or `new`: the symbol without it comes first."""
    if node.sup is None:
        return None
    text = node.sup.text
    step = text in STEPS and text.strip("()+1") not in env.scope.notation.layer_letters
    if step and own_or_named(replace(node, sup=None), env):
        return updated(replace(node, sup=None), env) if text in STEPS_AFTER else symbol(replace(node, sup=None), env)
    is_bound = bool(env.bound) and spelling(replace(node, sup=None, primes=0)) in env.bound
    if not is_bound and (spelling(unprimed(node)) in env.scope.definitions or _has_reading(node, env) or _is_indexed(node, env)):
        return None
    bare = replace(node, sup=None)
    if text in ("T", "intercal"):
        return transpose(symbol(bare, env), env)
    if not text.isdigit() and (own := scripted_activation(unprimed(node), env)) is not None:
        return primed(own, node, env)
    if text in AFTER or text in BEFORE:
        return symbol(bare, env) if text in BEFORE else updated(bare, env)
    product = env.scope.net is None and len(node.sup.tokens) == 4 and all(each.kind == "name" for each in node.sup.tokens[1:3])
    if label(node.sup) and node.name != "e" and not product:  # x^{(mn)} in a text about numbers: the power (x^m)^n
        return None  # of a layer, an example, a step: no power
    return raise_to(bare, node.sup, env)


def own_or_named(bare: Sym, env: Env) -> bool:
    """Whether a symbol without its superscript is a weight or a bias of the net."""
    try:
        found = quantity_of(bare, env)
    except (NotThere, Unresolved):
        return False
    if found is None:
        return env.scope.net is not None and own_parameter(bare, env.scope.net) is not None
    return found[0].kind in ("weight", "bias")


def _is_indexed(node: Sym, env: Env) -> bool:
    """Whether the author defined the letter for every value of a raised index: u^l_j, met as u^1_2."""
    written = lettered(node), node.sub is not None
    return any((letter, below > 0) == written and above > 0 for letter, below, above in env.scope.indexed)


def _has_reading(node: Sym, env: Env) -> bool:
    if env.scope.places is None:
        return False
    sub, sup = (s.tokens if s else () for s in (node.sub, node.sup))
    for reading in env.scope.notation.read(lettered(node), sub, sup):
        if reading.pattern.sup or reading.transposed:
            try:
                env.scope.notation.resolve(reading, env.indices, env.scope.places)
                return True
            except ValueError:
                continue
            except KeyError:
                return True
    return False


def local_value(node: Sym, env: Env) -> Value | None:
    """A name the author defined."""
    bare = unprimed(node)
    name = spelling(bare)
    definition = env.scope.definitions.get(name)
    if definition is None:
        return indexed_value(bare, node, env)
    if definition.params:
        params, body = definition.params, definition.body

        def call(args: tuple[Value, ...]) -> Value:
            return env.bind(dict(zip(params, args))).value(body)

        return primed(Fn(name, len(params), call, curried=definition.curried), node, env)
    key: Key = ("local", name)
    if key in env.view.cuts:
        return primed(env.view.variable(key), node, env)
    place = (*key, tuple(sorted(env.indices.items())))  # the right side may speak of the index
    if place not in env.view.locals:
        env.view.locals[place] = None  # a definition that leads back to itself
        try:
            env.view.locals[place] = replace(env, bound={}).value(definition.body)
        finally:
            if env.view.locals[place] is None:  # it has no value here: asked again, it says why again
                del env.view.locals[place]
    value = env.view.locals[place]
    if value is None:
        raise Unresolved(name, node.span, why=f"{name} is defined by itself")
    return primed(value, node, env)


def indexed_value(bare: Sym, node: Sym, env: Env) -> Value | None:
    """A name the author defined for every value of its indices: e_k, at e_1."""
    found = indexed(bare, env)
    if found is None:
        return None
    made, values = found
    key: Key = ("local", made.name, values)
    if key in env.view.cuts:
        return primed(env.view.variable(key), node, env)
    return primed(inside(values, env).value(made.body), node, env)


def primed(value: Value, node: Sym, env: Env) -> Value:
    """A prime on a function is its derivative; on a parameter, its value after one step of the update rule."""
    if not node.primes:
        return value
    if isinstance(value, Fn):
        if node.primes > MAX_ORDER:
            raise Unsupported(f"a derivative of order {node.primes} (at most {MAX_ORDER} is computed)")
        for _ in range(node.primes):
            value = derivative_of(value, env)
        return value
    if node.primes == 1:
        return updated(unprimed(node), env)
    raise Unsupported("a prime on something that is no function")


# -- what nothing declares --------------------------------------------------------------------------------------------


def unknown(node: Sym, env: Env) -> Value:
    """A bare letter is read as any real number and an applied name as any function, which proves but never refutes;
    anything else is unresolved.
    """
    scope = env.scope
    name, bare = spelling(node), spelling(unprimed(node))
    if name in scope.free:
        return env.view.algebra.name("free", name)
    if node.name == "cdot":
        raise Unsupported("a dot that holds the place of an argument")
    if node.name in NO_NUMBERS:
        raise Unsupported(f"{node.name} by itself, which is no number" if node.name == "partial" else f"the function {node.name}")
    if scope.net is None and name in scope.notation.rate_letters:
        return env.view.algebra.name("rate")
    if bare in scope.applied and bare not in scope.free:  # any function: what holds for it is proved, and nothing is refuted
        scope.undeclared.setdefault(bare, node.span)
        return primed(undefined(bare, scope.applied[bare], env), node, env)
    if name in env.indices and not node.sub:
        return number(env.indices[name])
    if scope.net is None and not node.primes and not (node.sup and not node.sup.text.isdigit() and not label(node.sup)):
        scope.undeclared.setdefault(name, node.span)
        return env.view.algebra.name("free", name)
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
    for patterns in scope.notation.patterns.values() if scope.net is not None else ():
        for pattern in patterns:
            sub, sup = (each.replace("{", "").replace("}", "") for each in (pattern.sub, pattern.sup))
            names.add(pattern.letter + (f"_{sub}" if sub else "") + (f"^{sup}" if sup else ""))
    if scope.net is not None and len(scope.net.parameters) < 500:
        names |= {*scope.net.parameters, *scope.net.inputs, *scope.net.targets}
    names.discard(shown(node))
    return tuple(nearest(shown(node), names) or sorted(n for n in names if n[:1] == node.name[:1])[:3] or sorted(names)[:4])

