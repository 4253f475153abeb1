"""Sums, products and limits over a letter: what it runs over, as written or as far as the net has neurons."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO, number
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.clauses import letters_of
from symbackprop.check.meaning.extremes import OPS, extreme
from symbackprop.check.meaning.generic import stands_for, whole_sum
from symbackprop.check.meaning.integrals import integral
from symbackprop.check.meaning.limits import limit
from symbackprop.check.meaning.over_examples import is_over_examples
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.ranges import summation
from symbackprop.check.meaning.scope import Env, Unresolved, shown
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Sym

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
    over = whole_sum(node, env)
    if over is not None:
        letter = node.sub.text if node.sub is not None else ""
        env.scope.notes[f"read the sum over {letter} as one over every {stands_for(letter, env.scope)} of the net"] = None
        return V.add(algebra, [env.bind({letter: each}).value(node.body) for each in over])
    found = summation(node, env)
    names, span, stated = found.names, found.values, found.stated
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
    if not parts and missing is not None and len(names) == 1 and (apart := _disjoint(node, names[0], found.every or span, env)):
        raise NotThere(apart, apart=True)
    if not parts and any(_is_there(node, names, values, env) for values in found.excluded):
        return ZERO if node.op == "sum" else ONE  # its conditions leave nothing
    if not parts:
        raise NotThere(str(missing), crossed=missing.crossed - set(names)) if missing else NotThere("a sum over nothing")
    if node.op == "sum":
        return V.add(algebra, parts)
    value = parts[0]
    for each in parts[1:]:
        value = V.multiply(algebra, value, each)
    return value


def _is_there(node: ast.Big, names: list[str], values: tuple[int, ...], env: Env) -> bool:
    """Whether the body of a sum exists at values that its conditions leave out."""
    if not values:
        return True
    try:
        replace(env, indices={**env.indices, **dict(zip(names, values))}).value(node.body)
    except NotThere:
        return False
    return True


def _disjoint(node: ast.Big, name: str, span: list[tuple[int, ...]], env: Env) -> str:
    """Why a sum over neurons is empty although each of its factors is there for some of them: no neuron has both."""
    if env.scope.notation.labels != "number":
        return ""
    there = dict[str, set[int]]()
    for each in node.body.walk():
        if not isinstance(each, Sym) or name not in letters_of(each):
            continue
        for (value,) in span:
            try:
                if quantity_of(replace(each, primes=0), env.at(**{name: value}), loosely=True) is not None:
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
        if isinstance(each, Sym) and error.crossed & set(names) & {*letters_of(each)}:
            try:
                found = quantity_of(replace(each, primes=0), env, loosely=True)
            except (NotThere, Unresolved):
                continue
            if found is not None:
                index = min(error.crossed & set(names))
                env.scope.clashes[f"the sum over {index} runs past the end of a layer: {error}, but {shown(each)} does"] = None


def _bare_letters(node: ast.Node) -> set[str]:
    """The letters that stand by themselves in the body of a sum, as numbers."""
    return {each.name for each in node.walk() if isinstance(each, Sym) and not each.sub and not each.sup}
