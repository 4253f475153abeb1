"""What nets are refused: names that clash, unknown sources, cycles, dead ends, heads that do not fit the loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbackprop.activations.activation import Activation
from symbackprop.errors import NetworkError, ShapeError, nearest, quote
from symbackprop.units import Unit

if TYPE_CHECKING:
    from symbackprop.networks import Network

NAME = re.compile(r"\w[\w.']{0,99}")


def validate(net: Network) -> None:
    """Raise NetworkError or ShapeError for the first thing in a graph of units that cannot be."""
    _validate_names(net)
    if not net.outputs:
        raise NetworkError("the net has no output", expected="at least one unit named as output")
    for output in net.outputs:
        if output not in net.by_name:
            close = nearest(output, net.by_name)
            raise NetworkError(
                "an output is not a unit",
                where=f"outputs: {quote(output)}",
                expected="the name of a unit",
                try_=" or ".join(close) or None,
            )
    if len(set(net.outputs)) < len(net.outputs):
        twice = next(name for k, name in enumerate(net.outputs) if name in net.outputs[:k])
        raise NetworkError("an output is named twice", where=f"outputs: {quote(twice)}", got=twice)
    _validate_reach(net)
    for name, members in net.groups.items():
        refuse_single_softmax(members[0].activation, len(members), where=f"group {name}")
    last = {net.by_name[name].activation for name in net.outputs}
    for each in last:
        validate_heads(net, each)
    for example in net.examples if net.loss.needs_softmax else ():
        _validate_one_group(net, net.outputs[example])


def _validate_one_group(net: Network, outputs: tuple[str, ...]) -> None:
    """Raise NetworkError where the outputs for one example are not one whole softmax group."""
    if len({net.by_name[name].group for name in outputs}) != 1:
        raise NetworkError("softmax cross-entropy needs all outputs in one softmax group", where="outputs")
    if len(net.groups[str(net.by_name[outputs[0]].group)]) != len(outputs):
        raise NetworkError("softmax cross-entropy needs every unit of the softmax group as an output", where="outputs")


def validate_heads(net: Network, last: Activation) -> None:
    """Raise where the output units, the targets and the loss do not fit each other."""
    if len(net.targets) != len(net.outputs):
        raise ShapeError(
            "the targets do not fit the outputs", expected=f"{len(net.outputs)} names", got=str(len(net.targets))
        )
    if net.loss.needs_softmax and not last.vector:
        raise NetworkError(
            f"{net.loss.name} needs a softmax output layer", got=last.name, try_='output_activation="softmax"'
        )
    bounds = net.loss.output_range
    if bounds is not None and not last.undefined and (last.range[0] < bounds[0] or last.range[1] > bounds[1]):
        raise NetworkError(
            f"{net.loss.name} needs outputs between {bounds[0]} and {bounds[1]}",
            got=f"{last.name}, with outputs between {last.range[0]} and {last.range[1]}",
            try_="sigmoid outputs" if last.name != "sigmoid" else None,
        )


def _validate_names(net: Network) -> None:
    seen: dict[str, str] = {}
    roles = [("input", net.inputs), ("bias neuron", net.ones), ("target", net.targets)]
    for role, name in [
        *((role, name) for role, names in roles for name in names),
        *(("unit", u.name) for u in net.units),
    ]:
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise NetworkError(
                f"this is not a name for {'an' if role == 'input' else 'a'} {role}",
                expected="letters, digits, _ . and ' (at most 100)",
                got=quote(name),
            )
        if name in seen:
            raise NetworkError("two things in the net have one name", where=f"{seen[name]} and {role} {name}", got=name)
        seen[name] = role
    for name in net.parameters:
        if not NAME.fullmatch(name):
            raise NetworkError(
                "this is not a name for a parameter", expected="letters, digits, _ . and '", got=quote(name)
            )
        if name in seen:
            raise NetworkError(
                "a parameter has the name of another thing", where=f"{seen[name]} and parameter {name}", got=name
            )


def _validate_reach(net: Network) -> None:
    reached = set(net.outputs)
    for unit in reversed(net.units):
        partners = [each.name for each in net.groups.get(unit.group, ())] if unit.group is not None else []
        if unit.name in reached or any(name in reached for name in partners):
            reached.update(edge.source for edge in unit.edges)
            reached.update(partners)
    for unit in net.units:
        if unit.name not in reached:
            raise NetworkError(
                "a unit reaches no output, so nothing depends on its weights",
                where=f"unit {unit.name}",
                expected="a path from every unit to an output",
                try_="name it in outputs, let a later unit use it, or leave it out",
            )


def refuse_single_softmax(kind: Activation, width: int, where: str | None = None) -> None:
    """Raise ShapeError for a softmax group of one unit."""
    if kind.vector and width < 2:
        raise ShapeError(
            "softmax over one unit is the constant 1", where=where, expected="at least two units", got=str(width)
        )


def _validate_edges(units: tuple[Unit, ...], sources: set[str]) -> None:
    """Raise NetworkError for a name that stands for two things, or an edge from nowhere or met twice."""
    names = {unit.name for unit in units}
    if len(names) != len(units):
        twice = next(u.name for k, u in enumerate(units) if u.name in {v.name for v in units[:k]})
        raise NetworkError("two units have one name", where=f"unit {twice}", got=twice, try_="another name for one of them")
    for unit in units:
        if unit.name in sources:
            raise NetworkError(
                "two things in the net have one name", where=f"a source and unit {unit.name}", got=unit.name, try_="another name for one of them"
            )
        if not unit.edges:
            raise NetworkError("a unit has no source", where=f"unit {unit.name}", expected="at least one edge into it")
        seen: set[str] = set()
        for edge in unit.edges:
            if edge.source not in sources and edge.source not in names:
                close = nearest(edge.source, [*sources, *names])
                raise NetworkError(
                    "a unit has an unknown source",
                    where=f"unit {unit.name}",
                    expected="an input, a bias neuron or a unit",
                    got=quote(edge.source),
                    try_=" or ".join(close) or None,
                )
            if edge.source in seen:
                raise NetworkError(
                    "a unit has two edges from one source",
                    where=f"unit {unit.name}",
                    got=edge.source,
                    try_="one edge, or an identity unit on one of the two ways",
                )
            seen.add(edge.source)


def ordered(units: tuple[Unit, ...], sources: set[str]) -> tuple[Unit, ...]:
    """The units in topological order, as near to the given order as can be; raises NetworkError with the cycle shown."""
    _validate_edges(units, sources)
    names = {unit.name: unit for unit in units}
    groups: dict[str, list[str]] = {}
    for unit in units:
        if unit.group is not None:
            groups.setdefault(unit.group, []).append(unit.name)
    partners = {unit.name: groups[unit.group] for unit in units if unit.group is not None}
    done: set[str] = set(sources)
    result: list[Unit] = []
    for start in units:
        path: dict[str, None] = {}  # the units being visited, in order: a cycle shows as a name met again
        stack = [start.name]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            waiting = [
                each
                for edge in names[name].edges
                for each in partners.get(edge.source, (edge.source,))  # a softmax output needs its whole group
                if each not in done
            ]
            if not waiting:
                stack.pop()
                path.pop(name, None)
                done.add(name)
                result.append(names[name])
                continue
            path[name] = None
            if waiting[0] in path:
                order = list(path)
                circle = [*order[order.index(waiting[0]) :], waiting[0]]
                raise NetworkError(
                    "the net has a cycle, so it is not feed-forward",
                    where=" <- ".join(circle),
                    try_="leave out one of these edges",
                )
            stack.append(waiting[0])
    return tuple(result)
