"""Conditions inside formulas as numbers: 1 where they hold, 0 where they do not; and the points a bar evaluates at."""

from __future__ import annotations

from collections.abc import Iterator

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, ZERO, Scalar
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.indices import holds
from symbackprop.check.meaning.quantities import quantity_of
from symbackprop.check.meaning.scope import Env, Unresolved
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import Parser, parse_script
from symbackprop.check.reading.syntax import Node, Relation, Script, Sym

INDICATORS = frozenset(["indicator", "I", "chi"])  # what may stand before a condition: 1[z > 0], I(z > 0)


def indicators(sides: tuple[Node, ...], ops: tuple[str, ...], env: Env) -> Value:
    """The indicator of a condition; of a vector or a matrix compared with a number, entry by entry."""
    if len(ops) == 1 and holds(Relation(sides, ops, ((0, 0),)), env.indices) is None:
        left, right = (V.simple(env.value(side)) for side in sides)
        if isinstance(left, Mat) and isinstance(right, Scalar):
            return left.map(lambda each: _compared(each, ops[0], right, env))
        if isinstance(right, Mat) and isinstance(left, Scalar):
            return right.map(lambda each: _compared(left, ops[0], each, env))
    return indicator(sides, ops, env)


def indicator(sides: tuple[Node, ...], ops: tuple[str, ...], env: Env) -> Scalar:
    """The product of the links of a condition: `0 < z < 1`, `i = j`.

    A condition on real numbers is a step function, so what is proved with it holds off the boundary.
    """
    algebra, total = env.view.algebra, ONE
    for left, op, right in zip(sides, ops, sides[1:]):
        known = holds(Relation((left, right), (op,), ((0, 0),)), env.indices)
        if known is None:
            total = algebra.mul(total, _real(left, op, right, env))
        elif not known:
            return ZERO
    return total


def _real(left: Node, op: str, right: Node, env: Env) -> Scalar:
    one, other = (V.scalar(env.value(each), "a condition") for each in (left, right))
    return _compared(one, op, other, env)


def _compared(left: Scalar, op: str, right: Scalar, env: Env) -> Scalar:
    algebra = env.view.algebra
    difference = algebra.sub(left, right)
    known = algebra.constant(difference)
    if known is not None and op in _HOLDS:
        return ONE if _HOLDS[op](known) else ZERO
    if op not in ("<", "<=", ">", ">="):
        raise Unsupported("a condition on real numbers that is no inequality")
    env.scope.assumptions["off the boundary of the cases"] = None
    for value, sign in ((difference, op), (algebra.neg(difference), _TURNED[op])):
        slope = _rectified(value, env)
        if slope is not None:  # an output that is never negative: above 0 where its unit is on
            return {">": slope, "<=": algebra.sub(ONE, slope), ">=": ONE, "<": ZERO}[sign]
    return algebra.step(difference if op in (">", ">=") else algebra.neg(difference))


def _rectified(value: Scalar, env: Env) -> Scalar | None:
    """Whether a ReLU is on, where a value is its output: never negative, and positive where its weighted input is."""
    key = env.view.algebra.keys[next(iter(value.num))[0]] if len(value.num) == 1 and () not in value.num else ()
    unit = env.view.net.by_name.get(key[1]) if key[:1] == ("out",) else None
    if unit is None or unit.activation.name != "relu" or value.den != {(): 1} or value.num != env.view.out(unit.name).num:
        return None
    return env.view.algebra.step(env.view.z(unit.name))


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_HOLDS = {
    "<": lambda d: d < 0, "<=": lambda d: d <= 0, ">": lambda d: d > 0, ">=": lambda d: d >= 0, "=": lambda d: d == 0,
    "!=": lambda d: d != 0,
}  # fmt: skip


def condition_of(script: Script) -> Node:
    """A script that holds a condition, with brackets or without: `z > 0`, `\\{i = j\\}`."""
    tokens = script.tokens
    if tokens and tokens[0].kind == "open" and tokens[-1].kind == "close":
        tokens = tokens[1:-1]
    parser = Parser(list(tokens), "")
    node = parser.condition(parser.expression())
    if parser.at < len(parser.tokens):
        raise Unsupported(f"the condition {script.text[:40]}")
    return node


def points(node: ast.At) -> Iterator[tuple[str, Node]]:
    """The letters and the values behind an evaluation bar."""
    found, start = list[tuple[str, Node]](), 0
    tokens = node.point.tokens
    for stop in [i for i, token in enumerate(tokens) if token.kind == "op" and token.text == ","] + [len(tokens)]:
        part, start = tokens[start:stop], stop + 1
        if len(part) < 3 or part[0].kind != "name" or part[1].kind != "rel" or part[1].text != "=":
            raise Unsupported(f"evaluated at {node.point.text[:40]}: say which letter has which value")
        found.append((part[0].text, parse_script(Script(tuple(part[2:]), node.point.span), "")))
    return iter(found)


def kronecker(node: Sym, env: Env) -> Scalar | None:
    """delta_{ij}: 1 where the indices agree, else 0; None where a symbol is no such thing."""
    pieces = kronecker_indices(node, env)
    if pieces is None or (env.scope.net is not None and _names_something(node, env)):
        return None
    values = [env.indices.get(each) if not each.isdigit() else int(each) for each in pieces]
    if None in values:
        return None
    env.scope.notes[f"read {node.name}_{{{''.join(pieces)}}} as the Kronecker delta"] = None
    return ONE if values[0] == values[1] else ZERO


def _names_something(node: Sym, env: Env) -> bool:
    """Whether delta_{o1} is the delta of a neuron called o1."""
    try:
        return quantity_of(node, env) is not None
    except (NotThere, Unresolved):
        return False


def kronecker_indices(node: Sym, env: Env) -> tuple[str, str] | None:
    """The two indices of a Kronecker delta, unless the notation has a delta with two indices of its own."""
    if node.name != "delta" or node.sub is None or node.sup or node.primes or node.accents:
        return None
    marks = [t for t in node.sub.tokens if not (t.kind == "op" and t.text == ",")]
    if len(marks) != 2 or not any(t.kind == "name" for t in marks) or any(t.kind not in ("name", "num") for t in marks):
        return None
    letters = env.scope.notation.index_letters
    if any(t.kind == "name" and t.text not in letters for t in marks):
        return None
    if any(len(reading.fields) > 1 for reading in env.scope.notation.read(node.name, node.sub.tokens, ())):
        return None
    return marks[0].text, marks[1].text
