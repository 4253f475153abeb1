"""Sums, products and limits over a letter: what it runs over, as written or as far as the net has neurons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import number
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.extremes import OPS, extreme
from symbackprop.check.meaning.integrals import integral
from symbackprop.check.meaning.limits import limit
from symbackprop.check.meaning.over_examples import is_over_examples
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env, Unresolved, lettered, shown
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Sym
from symbackprop.notation import scripts

MAX_RANGE = 2_000
MAX_TERMS = 50_000  # of all sums of one formula, over all its instances


def over_a_range(node: ast.Big, env: Env) -> Value:
    if node.op == "lim":
        return limit(node, env)
    if node.op in OPS:
        return extreme(node, env)
    if node.op == "int":
        return integral(node, env)
    if node.op not in ("sum", "prod"):
        raise Unsupported(f"{node.op} over a range")
    algebra = env.view.algebra
    if is_over_examples(node, env):
        env.scope.notes[f"read the sum over {node.sub.text if node.sub else ''} as one over the examples"] = None
        return V.add(algebra, [env.at(**{"@example": each}).value(node.body) for each in range(1, env.scope.batch + 1)])
    names, span, stated = summation(node, env)
    env.scope.summed += len(span)
    if env.scope.summed > MAX_TERMS:
        raise Unsupported(f"sums of more than {MAX_TERMS:,} terms")
    parts = list[Value]()
    missing: NotThere | None = None
    bare = _bare_letters(node.body)
    outside = {k: v for k, v in env.bound.items() if k not in names}
    for values in span:
        chosen = dict(zip(names, values))
        bound = outside | {name: number(value) for name, value in chosen.items() if name in bare}
        inner = replace(env, indices={**env.indices, **chosen}, bound=bound)
        try:
            parts.append(inner.value(node.body))
        except NotThere as error:
            _fits(node, names, error, inner)
            missing = error
            if error.unless or (stated and values in (span[0], span[-1])):
                raise
    if not parts and missing is not None and len(names) == 1 and (apart := _disjoint(node, names[0], span, env)):
        raise NotThere(apart, apart=True)
    if not parts:
        raise NotThere(str(missing), crossed=missing.crossed - set(names)) if missing else NotThere("a sum over nothing")
    if node.op == "sum":
        return V.add(algebra, parts)
    value = parts[0]
    for each in parts[1:]:
        value = V.multiply(algebra, value, each)
    return value


def _disjoint(node: ast.Big, name: str, span: list[tuple[int, ...]], env: Env) -> str:
    """Why a sum over neurons is empty although each of its factors is there for some of them: no neuron has both."""
    if env.scope.notation.labels != "number":
        return ""
    there = dict[str, set[int]]()
    for each in node.body.walk():
        if not isinstance(each, Sym) or name not in _letters_of(each):
            continue
        for (value,) in span:
            try:
                if quantity_of(replace(each, primes=0), env.at(**{name: value})) is not None:
                    there.setdefault(shown(each), set()).add(value)
            except (NotThere, Unresolved):
                there.setdefault(shown(each), set())
    if len(there) < 2 or not all(there.values()) or set.intersection(*there.values()):
        return ""
    one, other = list(there)[:2]
    return f"where {one} is there, {other} is not: the sum over {name} is over nothing"


def _fits(node: ast.Big, names: list[str], error: NotThere, env: Env) -> None:
    """Remember where a summed index is past the end of its layer in one factor and not in another."""
    for each in node.body.walk() if error.crossed & set(names) else ():
        if isinstance(each, Sym) and error.crossed & set(names) & {*_letters_of(each)}:
            try:
                found = quantity_of(replace(each, primes=0), env)
            except (NotThere, Unresolved):
                continue
            if found is not None:
                index = min(error.crossed & set(names))
                env.scope.clashes[f"the sum over {index} runs past the end of a layer: {error}, but {shown(each)} does"] = None


def _letters_of(symbol: Sym) -> list[str]:
    found = [letter for script in (symbol.sub, symbol.sup) if script for letter in scripts.letters(script.tokens)]
    return [part for letter in found for part in (letter, letter.rpartition("_")[2])]  # r_j: the index is j


def _bare_letters(node: ast.Node) -> set[str]:
    """The letters that stand by themselves in the body of a sum, as numbers."""
    return {each.name for each in node.walk() if isinstance(each, Sym) and not each.sub and not each.sup}


def summation(node: ast.Big, env: Env) -> tuple[list[str], list[tuple[int, ...]], bool]:
    """The bound letters of a sum, the values they take (as written, else whatever the net has), and whether all must exist."""
    if node.sub is None:
        raise Unsupported("a sum that does not say what it runs over")
    tokens = node.sub.tokens
    at = next((i for i, token in enumerate(tokens) if token.kind == "rel"), None)
    head = tokens[:at] if at is not None else tokens
    names = list(dict.fromkeys(scripts.letters(tuple(t for t in head if not (t.kind == "op" and t.text == ",")))))
    if not names or len(names) > 3 or any(t.kind == "op" and t.text != "," for t in head):
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    low: int | None = 0
    high: int | None = None if at is not None and tokens[at].text == "=" else _widest(env)
    stated = unlimited = False
    places = env.scope.places
    if at is None and places is not None and all(_counts_units(name, node.body, env) for name in names):
        low, high = 1, places.width  # what is past the end of its layer is left out below
    if at is not None and tokens[at].text == "=":
        first, last = tokens[at + 1 :], node.sup.tokens if node.sup else None
        if last is None:
            raise Unsupported("a sum with a beginning and no end")
        if any(t.kind == "rel" for t in last):
            last = last[next(i for i, t in enumerate(last) if t.kind == "rel") + 1 :]
        low, high = _bound(first, env), _bound(last, env)
        stated = high is not None and env.scope.notation.labels not in ("number", "name")
        if high is None and not all(token.kind == "num" for token in last):
            high, unlimited = _widest(env), True
            env.scope.notes[f"read the sum over {names[0]} as running to the end of the layer"] = None
    if low is None or high is None or (high - low + 1) ** len(names) > MAX_RANGE * 5 or high - low > MAX_RANGE:
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    values: list[tuple[int, ...]] = [()]
    for _ in names:
        values = [(*each, v) for each in values for v in range(low, high + 1)]
    if at is not None and tokens[at].text == "in" and any(t.text == "lbrace" for t in tokens):
        listed = _listed(tokens[at + 1 :])
        values = [each for each in values if set(each) <= listed]
    open_ended = at is None or (tokens[at].text == "in" and not any(t.kind == "num" or t.text == "lbrace" for t in tokens[at + 1 :]))
    fed = _fed(node, names, env) if (open_ended or unlimited) and len(names) == 1 else None
    if fed is not None:
        values = [each for each in values if each[0] in fed]
    return names, values, stated


def _counts_units(name: str, body: ast.Node, env: Env) -> bool:
    """Whether a summed letter is an index inside a layer wherever it stands, and nothing else."""
    found, notation = False, env.scope.notation
    if notation.labels != "layered":
        return False
    for each in body.walk():
        if not isinstance(each, Sym):
            continue
        if each.name == name or (isinstance(each, Sym) and each.name == "nabla"):
            return False
        sub, sup = (script.tokens if script else () for script in (each.sub, each.sup))
        if name not in scripts.letters(sub) + scripts.letters(sup):
            continue
        readings = notation.read(lettered(each), sub, sup) or notation.read(lettered(each), sub, ())
        if not readings or any(name in scripts.letters(marks) for reading in readings for field, marks in reading.fields if field not in "jk"):
            return False
        found = True
    return found


def _fed(node: ast.Big, names: list[str], env: Env) -> set[int] | None:
    """Where neurons are numbered, a chain rule over k by a quantity of neuron j sums over the neurons that j feeds."""
    places = env.scope.places
    if places is None or env.scope.notation.labels not in ("number", "name"):
        return None
    for each in node.body.walk():
        if not (isinstance(each, ast.Derivative) and isinstance(each.by, Sym) and each.what is not None):
            continue
        over = any(isinstance(part, Sym) and names[0] in _letters_of(part) for part in each.what.walk())
        if over and names[0] not in _letters_of(each.by):
            found = quantity_of(each.by, env)
            if found is not None and found[0].unit is not None and found[0].kind in ("output", "net_input", "input"):
                env.scope.notes[f"read the sum over {names[0]} as one over the neurons that the neuron of {shown(each.by)} feeds"] = None
                return {places.number[unit.name] for unit, _ in places.net.successors.get(found[0].unit, ())}
    return None


def _listed(tokens: tuple[Any, ...]) -> set[int]:
    """The numbers of a set that is written out: {5, 6}."""
    inside = [t for t in tokens if not (t.kind in ("open", "close") or (t.kind == "op" and t.text == ","))]
    if not inside or any(t.kind != "num" or not t.text.isdigit() for t in inside):
        raise Unsupported("a sum over a set that is not a list of numbers")
    return {int(t.text) for t in inside}


def _bound(tokens: tuple[Any, ...], env: Env) -> int | None:
    try:
        return scripts.value(tokens, {**env.scope.fixed_indices(), **env.indices})
    except KeyError:
        return None


def _widest(env: Env) -> int:
    places = env.scope.places
    if places is None:
        raise Unsupported("a sum without limits, and no net to take them from")
    if env.scope.notation.labels in ("number", "name"):
        return len(places.number)
    return max(places.width, env.scope.batch, places.depth + env.scope.notation.input_layer)  # the letter may run over layers
