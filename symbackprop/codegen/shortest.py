"""The online step of an unrolled program in few operations, for languages where every operation costs the same.

    the rate joins the outputs' deltas once, and through them every other
    weights into sigmoids are held negated: exp(-z) then needs no sign
    the step of a weight, a * delta, is used again in the delta of the unit it comes from, whose slope a (1 - a) has that a
    what is used once is written where it is used
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from symbackprop.codegen import statements as st
from symbackprop.codegen.formulas import formula, head
from symbackprop.codegen.program import Operand, UnitCode, Unrolled, product, total
from symbackprop.kernel.terms import Term, replace, symbols

_MINUS_Z = ("*", -1, "z")
_MOST_SHARED = 2  # units fed, up to which naming their steps costs less than the product it saves


@dataclass(frozen=True)
class Step:
    """held: parameter -> the name it is held under in the loop, and whether negated; then definitions, moves of the held."""

    held: dict[str, tuple[str, bool]]
    forward: list[tuple[str, Term]]
    deltas: list[tuple[str, Term]]
    moves: list[tuple[str, Term]]  # what is added to the name, negative where it is taken away


def fits(program: Unrolled) -> bool:
    """Whether every unit has one formula for its value and a slope in its output alone: sigmoid, tanh, identity and their like."""
    return all(_short(unit) and (unit.target is None or head(unit.activation, program.loss)[1]) for unit in program.units)


def _short(unit: UnitCode) -> bool:
    if unit.activation.vector or st.learnt(unit):
        return False
    facts = formula(unit.activation)
    known = facts.library or unit.activation.name == "identity" or (facts.plain is not None and facts.plain_is_safe)
    return known and facts.slope.below is None and facts.slope_of is None and "z" not in symbols(facts.slope.above)


def step(program: Unrolled) -> Step:
    """The step of a program that `fits`.

    >>> from symbackprop.codegen.program import lower; from symbackprop.networks import Network
    >>> chain = lower(Network.layered([1, 1], "identity", "half_squared", bias="none"))
    >>> step(chain).moves
    [('w1_1_1', ('*', -1, 'x1', ('*', ('+', 'a1_1', ('*', -1, 'y1')), 'rate')))]
    """
    turned = _turned(program)
    held = {name: (f"m_{name}", True) if name in turned else (name, False) for name in program.parameters.values()}

    def weight(item: Operand) -> Term:
        if not isinstance(item, str):
            return item
        name, less = held[item]
        return product(-1, name) if less else name

    forward: list[tuple[str, Term]] = []
    for unit in program.units:
        net_input = total([product(weight(w), source) for source, w in unit.inputs] + ([] if unit.bias is None else [weight(unit.bias)]))
        if unit.activation.name == "identity":
            forward.append((unit.a, net_input))
            continue
        value = _value(unit)
        if _negates(unit) and (other := negated(net_input)) is not None:
            value, net_input = _swap(value, _MINUS_Z, "z"), other
        forward += [(unit.z, net_input), (unit.a, replace(value, {"z": unit.z}))]
    deltas, ends = _deltas(program, weight)
    moves = []
    sense = 1 if program.loss.sense == "maximise" else -1
    for name, (place, less) in held.items():
        moves.append((place, total([_times(-sense if less else sense, each) for each in ends[name]])))
    lines, moves = _inlined([*forward, *deltas], moves, program)
    ahead = {name for name, _ in forward}
    return Step(held, [e for e in lines if e[0] in ahead], [e for e in lines if e[0] not in ahead], moves)


def _deltas(program: Unrolled, weight: Callable[[Operand], Term]) -> tuple[list[tuple[str, Term]], dict[str, list[Term]]]:
    """Definitions of deltas and of steps used twice, and for every parameter the sum of what moves it."""
    uses = [w for unit in program.units for w in [*(w for _, w in unit.inputs), unit.bias]]
    sharing = {
        unit.a
        for unit in program.units
        if unit.a in _factors(_slope(unit))
        and 0 < len(unit.successors) <= _MOST_SHARED
        and all(isinstance(w, str) and uses.count(w) == 1 for _, w in unit.successors)
    }
    signs: dict[str, int] = {}  # -1 where minus the delta is what is computed
    made: list[tuple[str, Term]] = []
    ends: dict[str, list[Term]] = {name: [] for name in program.parameters.values()}
    for unit in reversed(program.units):
        slope, shared = _slope(unit), unit.a in sharing
        fed = [_times(signs[d], weight(w), f"g_{w}" if shared else d) for d, w in unit.successors]
        if shared:
            rest = list(_factors(slope))
            rest.remove(unit.a)
            slope = product(*rest)
        signs[unit.d] = 1
        if unit.target is None and fed and (less := negated(total(fed))) is not None:
            signs[unit.d], fed = -1, [less]
        parts: list[Term] = [product(total(fed), slope)] if fed else []
        if unit.target is not None:
            start = head(unit.activation, program.loss)[0].above
            parts.append(product(replace(start, {"a": unit.a, "y": unit.target}), "rate"))
        made.append((unit.d, total(parts)))
        sign = signs[unit.d]
        for source, w in unit.inputs:
            if not isinstance(w, str):
                continue
            change = product(source, unit.d)
            if source in sharing:
                made.append((f"g_{w}", change))
                change = f"g_{w}"
            ends[w].append(_times(sign, change))
        if isinstance(unit.bias, str):
            ends[unit.bias].append(_times(sign, unit.d))
    return made, ends


def _slope(unit: UnitCode) -> Term:
    return replace(formula(unit.activation).slope.above, {"a": unit.a})


def _turned(program: Unrolled) -> set[str]:
    """Parameters that only lead into units whose value needs z as -z alone."""
    found = set(program.parameters.values())
    for unit in program.units:
        mine = [w for w in [*(w for _, w in unit.inputs), unit.bias] if isinstance(w, str)]
        fixed = any(not isinstance(w, str) for _, w in unit.inputs) or isinstance(unit.bias, Fraction)
        if not _negates(unit) or fixed:
            found -= set(mine)
    return found


def _value(unit: UnitCode) -> Term:
    facts = formula(unit.activation)
    if facts.library:
        return (facts.name, "z")
    assert facts.plain is not None
    return facts.plain


def _negates(unit: UnitCode) -> bool:
    value = _swap(_value(unit), _MINUS_Z, "minus z") if unit.activation.name != "identity" else "z"
    return "z" not in symbols(value)


def _swap(item: Term, old: Term, new: Term) -> Term:
    if item == old:
        return new
    return (item[0], *(_swap(each, old, new) for each in item[1:])) if isinstance(item, tuple) else item


def _factors(item: Term) -> tuple[Term, ...]:
    return item[1:] if isinstance(item, tuple) and item[0] == "*" else (item,)


def _summands(item: Term) -> tuple[Term, ...]:
    return item[1:] if isinstance(item, tuple) and item[0] == "+" else (item,)


def _sign(item: Term) -> int:
    """The sign in front of a product."""
    if isinstance(item, tuple) and item[0] == "*":
        return prod(_sign(each) for each in item[1:])
    return -1 if isinstance(item, int | Fraction) and item < 0 else 1


def _times(*factors: Term) -> Term:
    """A product without products in it, its signs joined."""
    flat: list[Term] = []

    def visit(item: Term) -> None:
        for part in _factors(item):
            if isinstance(part, tuple) and part[0] == "*":
                visit(part)
            else:
                flat.append(part)

    for each in factors:
        visit(each)
    return product((-1) ** flat.count(-1), *(each for each in flat if each != -1))


def negated(item: Term) -> Term | None:
    """Minus a sum whose every summand is negative; None where one is not."""
    parts = _summands(item)
    return total([_times(-1, each) for each in parts]) if all(_sign(each) < 0 for each in parts) else None


def _inlined(
    lines: list[tuple[str, Term]], moves: list[tuple[str, Term]], program: Unrolled
) -> tuple[list[tuple[str, Term]], list[tuple[str, Term]]]:
    """Definitions used once put where they are used; in a move only where nothing they read has moved before."""
    kept, moves = set(program.outputs), list(moves)
    for name in [name for name, _ in lines]:
        value = dict(lines)[name]
        readers = [k for k, (_, each) in enumerate([*lines, *moves]) for _ in range(_count(each, name))]
        if name in kept or len(readers) != 1:
            continue
        at = readers[0]
        if at >= len(lines) and symbols(value) & {moved for moved, _ in moves[: at - len(lines)]}:
            continue
        if at < len(lines):
            lines[at] = (lines[at][0], replace(lines[at][1], {name: value}))
        else:
            where = at - len(lines)
            moves[where] = (moves[where][0], replace(moves[where][1], {name: value}))
        lines = [each for each in lines if each[0] != name]
    return lines, moves


def _count(item: Term, name: str) -> int:
    """How often the printed term shows the name; a power is printed as a product."""
    if isinstance(item, tuple):
        return sum(_count(each, name) for each in item[1:]) * (2 if item[0] == "^" and item[2] not in (1, -1) else 1)
    return int(item == name)
