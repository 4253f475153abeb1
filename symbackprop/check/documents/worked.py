"""Worked examples: numbers given to weights and inputs, and decimals claimed for what follows from them.

    $w_l = 0.5$, $i_l = 2$, $d = 1$       gives numbers
    $p_l = 1.0$, $o_l = 0.7311$           claims: right when the value rounds to the digits shown
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symbackprop.check.deciding.witness import Point, both
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Algebra, Key, Scalar
from symbackprop.check.exact.values import ShapeClash, Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.define import kinds
from symbackprop.check.meaning.evaluate import environment, evaluate
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.quantities import key_of, quantity_of
from symbackprop.check.meaning.scope import Env, Scope, Unresolved, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node
from symbackprop.proofs.verdict import Proved, Refuted, Undecided, Verdict

Given = dict[Key, Fraction]
_DECIMAL = re.compile(r"\d*\.(\d+)")
MAX_DECIMALS = 40  # numbers put in whose rounding is followed
_ABOUT = ("~", "sim")
_BASE = frozenset(["param", "input", "target", "rate"])
_NUMERIC = (ast.Num, ast.Add, ast.Product, ast.Juxt, ast.Group, ast.Frac, ast.Power)


def is_numeric(node: Node) -> bool:
    """Whether an expression is made of numbers alone."""
    parts = list(node.walk())
    plain = all(isinstance(each, _NUMERIC) and (not isinstance(each, ast.Group) or each.sub is None) for each in parts)
    return plain and any(isinstance(each, ast.Num) for each in parts)


def gives(link: Link, scope: Scope) -> tuple[Key, Fraction] | None:
    """The weight, input, target or rate that a statement gives a number, and the number."""
    if link.op not in ("=", ":=", "<-") or not isinstance(link.left, ast.Sym) or not is_numeric(link.right) or scope.net is None:
        return None
    env = environment(scope, scope.fixed_indices())
    try:
        found = quantity_of(link.left, env)
        key = key_of(found[0], env.view.net) if found is not None else _named(link.left, env)
        value = V.scalar(evaluate(link.right, env), "a number")
    except (Unresolved, NotThere, Unsupported, ShapeClash, KeyError):
        return None
    number = env.view.algebra.constant(value)
    return (key, number) if key is not None and key[0] in _BASE and number is not None and not link.left.primes else None


def _named(symbol: Node, env: Env) -> Key | None:
    """What an author's own name stands for: the letter of one weight or bias."""
    value = V.scalar(evaluate(symbol, env), "a number")
    algebra = env.view.algebra
    keys = [algebra.keys[g] for g in algebra.generators(value)]
    return keys[0] if len(keys) == 1 and algebra.equal(value, algebra.name(*keys[0])) else None


def places(text: str) -> int | None:
    """How many decimals the last decimal number of a text shows, None where there is none."""
    found = _DECIMAL.findall(text)
    return len(found[-1]) if found else None


def judge(link: Link, text: str, scope: Scope, given: Given, head: Node | None = None) -> Verdict | None:
    """The verdict on a claim of a decimal number in a text, or None where the statement is no such claim.

    `head` is what a chain `head ~ numbers put in ~ number` is about: a number that the rounding on the way leaves open is judged by it.
    """
    verdict = _judged(link, text, scope, given)
    if head is None or verdict is None or verdict.name != "UNDECIDED" or link.op not in _ABOUT or not is_numeric(link.left):
        return verdict
    whole = _judged(replace(link, left=head), text, scope, given)
    return whole if whole is not None and whole.name == "PROVED" else verdict


def _judged(link: Link, text: str, scope: Scope, given: Given) -> Verdict | None:
    said = text[slice(*link.right.span)]
    shown = places(said)
    if shown is None or link.op not in ("=", *_ABOUT) or not is_numeric(link.right):
        return None
    env = environment(scope, scope.fixed_indices())
    try:
        left, right = (V.scalar(evaluate(side, env), "a number") for side in (link.left, link.right))
    except (Unresolved, NotThere, Unsupported, ShapeClash):
        return None
    algebra = env.view.algebra
    missing = _missing(left, algebra, scope, given)
    if missing:
        return Undecided(reason=f"a number is claimed, and none is given for {', '.join(missing[:4])}")
    point = Point(scope.world, 0)
    point.chosen.update(given)
    one, other = point.value(left), point.value(right)
    if one is None or other is None:
        return None
    off = abs(one - other)
    if link.op in _ABOUT and sum(isinstance(each, ast.Num) for each in link.right.walk()) > 1:
        shown = max(map(len, _DECIMAL.findall(said)))
        bound = _put_in(link.right, shown, scope, point, {abs(each) for each in given.values()})
        if off <= bound:
            return Proved(engine="interval arithmetic", notes=(f"the sides differ by less than {float(bound.b):.2g}, "
                                                               "the rounding of the numbers put in, with the numbers given",))  # fmt: skip
    unit = point.lift(Fraction(1, 10**shown))
    if off <= unit / 2 + unit / 10**6:
        return Proved(engine="interval arithmetic", notes=(f"right to the {shown} decimals shown, with the numbers given",))
    if off <= max(unit * 2, unit / 2 + _rounding(link.left, 10**shown, scope, point, text)):
        return Undecided(reason=f"the value is {both(one, other)[0]}: the last digit may come from rounding on the way")
    first, second = both(one, other)
    names = {str(key[-1]): str(value) for key, value in given.items()}
    return Refuted(engine="interval arithmetic", witness=names, left=first, right=second,
                   reason=f"with the numbers given the value is {first}, not {second}")  # fmt: skip


def _put_in(right: Node, shown: int, scope: Scope, point: Point, exact: set[Fraction]) -> Any:
    """How far numbers put into a formula may be off: each that was not given is rounded to the digits shown."""
    env, half = environment(scope, scope.fixed_indices()), Fraction(1, 2 * 10**shown)
    here, total = point.value(V.scalar(evaluate(right, env), "a number")), point.lift(half / 10**6)
    for each in [one for one in right.walk() if isinstance(one, ast.Num)][:MAX_DECIMALS]:
        if each.value.denominator == 1 or each.value in exact:
            continue
        moved = ast.rewrite(right, _instead(each, replace(each, value=each.value + half)))
        total += abs(point.value(V.scalar(evaluate(moved, env), "a number")) - here) * point.lift(Fraction(101, 100))
    return total


def _rounding(left: Node, unit: int, scope: Scope, point: Point, text: str) -> Any:
    """How far the value may be off because decimals put in were rounded to as many digits as the claim shows; shorter ones are exact."""
    decimals = [each for each in left.walk() if isinstance(each, ast.Num) and unit <= _unit(each, text) < 10**12]
    env, here, total = environment(scope, scope.fixed_indices()), None, point.lift(Fraction(0))
    for each in decimals[:MAX_DECIMALS]:
        moved = replace(each, value=each.value + Fraction(1, 2 * _unit(each, text)))
        there = point.value(V.scalar(evaluate(ast.rewrite(left, _instead(each, moved)), env), "a number"))
        here = point.value(V.scalar(evaluate(left, env), "a number")) if here is None else here
        if there is not None and here is not None:
            total += abs(there - here)
    return total


def _instead(old: Node, new: Node) -> Callable[[Node], Node | None]:
    return lambda each: new if each is old else None


def _unit(decimal: ast.Num, text: str) -> int:
    """10 to the number of decimals that a decimal shows in its text, 0.3780 four of them; that it needs, where it stands elsewhere."""
    shown = _DECIMAL.fullmatch(written := text[slice(*decimal.span)])
    if shown is not None and Fraction(written) == decimal.value:
        return int(10 ** len(shown[1]))
    return next((10**digits for digits in range(1, 13) if 10**digits % decimal.value.denominator == 0), 10**12)


def _missing(value: Scalar, algebra: Algebra, scope: Scope, given: Given) -> list[str]:
    """What a value depends on and no number is given for."""
    needed, stack, seen = set[Key](), [value], set[int]()
    while stack:
        for g in algebra.generators(stack.pop()) - seen:
            seen.add(g)
            key = algebra.keys[g]
            if key[0] in ("out", "slope", "partition"):
                needed |= _upstream(key, scope)
            elif key[0] == "fn":
                needed.add(("value", f"the undefined function {key[1]}"))
            elif not algebra.arguments.get(g):
                needed.add(key)
            stack.extend(algebra.arguments.get(g, ()))
    return sorted(str(key[-1]) for key in needed - given.keys())


def _upstream(key: Key, scope: Scope) -> set[Key]:
    net = scope.net
    assert net is not None
    names = [unit.name for unit in net.groups[key[1]]] if key[0] == "partition" else [key[1]]
    needed, done = set[Key](), set[str]()
    while names:
        name = names.pop()
        if name in done:
            continue
        done.add(name)
        if name in net.inputs:
            needed.add(("input", name))
        for edge in net.by_name[name].edges if name in net.by_name else ():
            names.append(edge.source)
            if isinstance(edge.weight, str):
                needed.add(("param", edge.weight))
        unit = net.by_name.get(name)
        own = (unit.bias, *(value for _, value in unit.parameters)) if unit is not None else ()
        needed |= {("param", each) for each in own if isinstance(each, str)}
        if unit is not None and unit.activation.undefined:
            needed.add(("value", f"the undefined activation of {name}"))
    return needed


def only_given(link: Link, scope: Scope) -> bool:
    """Whether a relation speaks of inputs, targets and parameters alone: an assumption of the author's, nothing to prove."""
    env = environment(scope, scope.fixed_indices())
    stepped = link.op == "<-" and any(isinstance(each, ast.Sym) and spelling(each) == spelling(link.left)
                                      for each in link.right.walk() if isinstance(link.left, ast.Sym))  # fmt: skip
    if scope.net is None or stepped:  # b <- b - eta is a step, and a wrong one
        return False
    seen = False
    if any(isinstance(each, ast.Big) and each.op == "sum" for side in (link.left, link.right) for each in side.walk()):
        return _of_data(link, scope)
    for side in (link.left, link.right):
        for each in side.walk():
            if isinstance(each, ast.Sym):
                if not _is_given(each, env):
                    return False
                seen = True
            elif not isinstance(each, (*_NUMERIC, ast.Several, ast.Matrix, *((ast.Norm,) if link.op != "=" else ()))):
                return False
    return seen


_GIVEN = frozenset(["weight", "bias", "input", "target", "rate"])


def _is_given(symbol: ast.Sym, env: Env) -> bool:
    """Whether a symbol is a parameter, an input or a target."""
    try:
        found = quantity_of(symbol, env)
    except (Unresolved, NotThere):
        return False
    return found is not None and env.scope.net is not None and (found[0].kind in _GIVEN or found[0].unit in env.scope.net.inputs)


def _of_data(link: Link, scope: Scope) -> bool:
    """Whether a relation with a sum speaks of targets and inputs alone: the targets sum to 1."""
    parts = [each for side in (link.left, link.right) for each in side.walk()]
    named = [kinds(each, scope) for each in parts if isinstance(each, ast.Sym)]
    plain = all(isinstance(each, (ast.Sym, ast.Big, *_NUMERIC)) for each in parts)
    return plain and bool(named) and all(each and each <= {"input", "target"} for each in named)
