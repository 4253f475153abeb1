"""The statements of an unrolled program, as (name, formula) pairs that any infix language can print."""

from __future__ import annotations

from dataclasses import dataclass

from symbackprop.activations import activation as find
from symbackprop.activations.activation import Activation
from symbackprop.codegen.formulas import Cases, formula, head, loss_value
from symbackprop.codegen.program import UnitCode, Unrolled, product, total
from symbackprop.kernel.terms import Term, replace


@dataclass(frozen=True)
class Statement:
    """name = formula, or, for a call, name(s) = function(arguments); `z` is what decides between two cases."""

    names: tuple[str, ...]
    value: Cases | None
    z: str = ""
    call: Activation | None = None
    arguments: tuple[str, ...] = ()
    extra: tuple[Term, ...] = ()  # the activation's parameters


def forward(program: Unrolled) -> list[Statement]:
    """z and a of every unit; a softmax group is computed once its last member has its z."""
    made: list[Statement] = []
    waiting = {name: len(members) for name, members in program.groups.items()}
    for unit in program.units:
        net_input = total([product(weight, source) for source, weight in unit.inputs] + [unit.bias or 0])
        if unit.activation.name == "identity":
            made.append(Statement((unit.a,), Cases(net_input)))
            continue
        made.append(Statement((unit.z,), Cases(net_input)))
        if unit.group is None:
            value = _of(unit, formula(unit.activation).value)
            extra = tuple(unit.parameters.values())
            made.append(Statement((unit.a,), value, unit.z, unit.activation, (unit.z,), extra))
            continue
        waiting[unit.group] -= 1
        if waiting[unit.group] == 0:
            members = program.groups[unit.group]
            made.append(Statement(tuple(m.a for m in members), None, "", unit.activation, tuple(m.z for m in members)))
    return made


def deltas(program: Unrolled, scale: Term = 1) -> list[Statement]:
    """The delta of every unit, the last unit first: the recursion that was proved.

    Every delta is linear in those of the outputs: `scale` joins these once, and so is in all of them.
    """
    made: list[Statement] = []
    done: set[str] = set()
    for unit in reversed(program.units):
        if unit.group is None:
            made += _delta(program, unit, scale)
        elif unit.group not in done:
            done.add(unit.group)
            made += _group_deltas(program, program.groups[unit.group], scale)
    return made


def _upstream(unit: UnitCode) -> list[Term]:
    return [product(weight, delta) for delta, weight in unit.successors]


def _of(unit: UnitCode, cases: Cases, *factors: Term) -> Cases:
    """The cases in this unit's own names, times more factors."""
    here: dict[str, Term] = {"z": unit.z, "a": unit.a, **unit.parameters}
    if unit.target is not None:
        here["y"] = unit.target
    above = product(replace(cases.above, here), *factors)
    below = None if cases.below is None else product(replace(cases.below, here), *factors)
    return Cases(above, below, cases.strict)


def _delta(program: Unrolled, unit: UnitCode, scale: Term) -> list[Statement]:
    facts, fed = formula(unit.activation), _upstream(unit)
    made: list[Statement] = []
    if unit.target is not None:
        start, inside = head(unit.activation, program.loss)
        if inside:
            rest = _of(unit, facts.slope, total(fed)) if fed else Cases(0)
            value = Cases(total([_of(unit, start, scale).above, rest.above]), None)
            return [Statement((unit.d,), value, unit.z)]
        fed = [_of(unit, start, scale).above, *fed]
    above: Term = total(fed)
    if learnt(unit) or (facts.slope.below is not None and isinstance(above, tuple)):
        made.append(Statement((upstream_name(unit),), Cases(above)))
        above = upstream_name(unit)
    if facts.slope_of is not None:
        slope = f"{unit.d}p"
        made.append(Statement((slope,), _of(unit, twin(unit)), unit.z, find(facts.slope_of), (unit.z,)))
        made.append(Statement((unit.d,), Cases(product(slope, above)), unit.z))
    else:
        made.append(Statement((unit.d,), _of(unit, facts.slope, above), unit.z))
    for role, _ in learnt(unit):
        made.append(Statement((partial_name(unit, role),), _of(unit, facts.partials[role], above), unit.z))
    return made


def twin(unit: UnitCode) -> Cases:
    """The cases of the activation whose value is this unit's slope."""
    return formula(find(str(formula(unit.activation).slope_of))).value


def learnt(unit: UnitCode) -> list[tuple[str, str]]:
    """The activation parameters of the unit that are learnt: role and identifier."""
    return [(role, value) for role, value in unit.parameters.items() if isinstance(value, str)]


def upstream_name(unit: UnitCode) -> str:
    """The derivative by the unit's output."""
    return f"{unit.d}u"


def partial_name(unit: UnitCode, role: str) -> str:
    """The derivative by a learnt activation parameter, at one unit."""
    return f"{unit.d}q{role}"


def _group_deltas(program: Unrolled, members: tuple[UnitCode, ...], scale: Term) -> list[Statement]:
    """q_i = a_i * upstream_i, delta_i = q_i - a_i * (sum of all q)."""
    parts: list[Term] = []
    constant: Term | None = None
    for unit in members:
        own = _of(unit, head(unit.activation, program.loss)[0], scale).above if unit.target is not None else 0
        parts.append(total([own, product(unit.a, total(_upstream(unit)))]))
    if program.loss.targets_sum_to_one and all(
        unit.target is not None and part == product(("*", -1, unit.target), scale)
        for unit, part in zip(members, parts, strict=True)
    ):
        constant = -1  # the sum of -y_i, under the condition that the trainer checks
    names = [f"{unit.d}q" for unit in members]
    if constant is not None:
        parts = [product(scale, ("+", ("*", -1, str(unit.target)), unit.a)) for unit in members]
        return [Statement((unit.d,), Cases(part)) for unit, part in zip(members, parts, strict=True)]
    whole = f"{members[0].d}t"
    made = [Statement((name,), Cases(part)) for name, part in zip(names, parts, strict=True)]
    made.append(Statement((whole,), Cases(total(list(names)))))
    made += [
        Statement((unit.d,), Cases(("+", name, ("*", -1, unit.a, whole))))
        for unit, name in zip(members, names, strict=True)
    ]
    return made


def gradients(program: Unrolled) -> dict[str, Term]:
    """For every parameter's identifier, its derivative: the sum over its uses of source * delta."""
    uses: dict[str, list[Term]] = {name: [] for name in program.parameters.values()}
    for unit in program.units:
        for source, weight in unit.inputs:
            if isinstance(weight, str):
                uses[weight].append(product(source, unit.d))
        if isinstance(unit.bias, str):
            uses[unit.bias].append(unit.d)
        for role, name in learnt(unit):
            uses[name].append(partial_name(unit, role))
    return {name: total(terms) for name, terms in uses.items()}


def loss_term(program: Unrolled) -> Term:
    """The loss of one example."""
    value = loss_value(program.loss)
    named = {unit.target: unit.a for unit in program.units if unit.target is not None}
    return total([replace(value, {"a": named[target], "y": target}) for target in program.targets])


def slope_names(program: Unrolled) -> list[str]:
    """Everything a rate multiplies once instead of once a weight: the deltas and the partials of learnt parameters."""
    return [
        name for unit in program.units for name in (unit.d, *(partial_name(unit, role) for role, _ in learnt(unit)))
    ]
