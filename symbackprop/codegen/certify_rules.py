"""Certifies update rules inside generated C: steps over exact integers against each rule's recursion on the proven gradient.

The recursions are written here a second time, one parameter after the other, in the order of their papers. A square root is
drawn: both sides must ask for the root of the same number. Clipping and the norm constraint are judged on both sides of their
comparisons; masks against the proven gradient of the net with masked units, every row under a mask of its own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from symbackprop.codegen import compile_c
from symbackprop.codegen.certify import CodeRefused, CodeVerdict, row
from symbackprop.codegen.certify_c import WITHOUT, Calls, judged_library
from symbackprop.codegen.exact import PRIME, Draw, Mod
from symbackprop.codegen.masked import hidden_units, with_masks
from symbackprop.codegen.program import Dense, Program
from symbackprop.codegen.rules import CLIPS, DECAYS, EACH, NUMBERS, RULES, SHORT
from symbackprop.networks import Network

if TYPE_CHECKING:
    from symbackprop.codegen.reference import Sample

_POINTS, _ROWS = 2, 7
_NEVER, _ALWAYS = PRIME // 2, -(PRIME // 2)  # the largest and the smallest number there is to be longer than
_STEP = 62  # steps made before: the first judged steps cross the place where powers are computed anew
Values = dict[str, Mod]


def _momentum(g: Mod, v: Mod, s: Mod, h: Mapping[str, Any], t: int) -> tuple[Mod, Mod, Mod]:
    v = h["momentum"] * v + g
    return v, v, s


def _nesterov(g: Mod, v: Mod, s: Mod, h: Mapping[str, Any], t: int) -> tuple[Mod, Mod, Mod]:
    v = h["momentum"] * v + g
    return g + h["momentum"] * v, v, s


def _rmsprop(g: Mod, v: Mod, s: Mod, h: Mapping[str, Any], t: int) -> tuple[Mod, Mod, Mod]:
    s = h["decay"] * s + (1 - h["decay"]) * (g * g)
    return g / (h["root"](s) + h["epsilon"]), v, s


def _adam(g: Mod, v: Mod, s: Mod, h: Mapping[str, Any], t: int) -> tuple[Mod, Mod, Mod]:
    v = h["beta1"] * v + (1 - h["beta1"]) * g
    s = h["beta2"] * s + (1 - h["beta2"]) * (g * g)
    unbiased, second = v / (1 - h["beta1"] ** t), s / (1 - h["beta2"] ** t)
    return unbiased / (h["root"](second) + h["epsilon"]), v, s


_RECURSIONS: dict[str, Callable[[Mod, Mod, Mod, Mapping[str, Any], int], tuple[Mod, Mod, Mod]]] = {
    "sgd": lambda g, v, s, h, t: (g, v, s),
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adam": _adam,
}  # g, v, s -> what the rate multiplies, v, s


def certify(source: str, program: Program, net: Network, vectors: tuple[int, int, int] = (8, 4, 0)) -> CodeVerdict:
    """The verdict on `run_rule`; CodeRefused where a rule is not its recursion; UNDECIDED without a C++ compiler."""
    try:
        library, program, net, _ = judged_library(source, program, net, vectors, ("-DRULES",))
    except CodeRefused:
        if compile_c.can_run_exactly():
            raise
        return WITHOUT
    calls = Calls(library, program)
    depth = len(net.units) if net.depths is None else max(net.depths.values())
    plain = Judged(net)
    masked = Judged(net, True) if isinstance(program, Dense) and hidden_units(net) else None
    for point in range(_POINTS):
        draw = calls.draw = Draw(f"rules|{net.name}|{point}")
        for name in RULES:  # what comes before and after a rule is the same text for all
            more = ((DECAYS, _NEVER), (CLIPS, _NEVER), (SHORT, _NEVER), (SHORT, _ALWAYS)) if name == "sgd" else ()
            for flags, bound in ((0, _NEVER), *more, (CLIPS | DECAYS | SHORT * (name == "momentum"), _ALWAYS)):
                _compare(calls, program, plain, draw, name, flags, bound)
        if masked is not None:
            for name, flags in (("sgd", 0), ("sgd", EACH), ("momentum", EACH | SHORT | CLIPS)):
                _compare(calls, program, masked, draw, name, flags, _ALWAYS)
    bound = min(1.0, float(40 * (6 * depth + 3) ** 2) / PRIME) ** _POINTS
    more_said = ", dropout by step and by sample" if masked else ""
    said = f"{', '.join(RULES)}, weight decay, clipping, the norm constraint{more_said} equal their recursions at {_POINTS} exact points"
    return CodeVerdict("CHECKED", bound, (said,))


class Judged:
    """The proven gradient of a net, or of the net with masked units, as the recursions below need it."""

    def __init__(self, net: Network, masked: bool = False) -> None:
        from symbackprop.codegen.reference import Reference  # the proven formulas, for which SymPy is loaded

        self.net = net
        self.hidden = hidden_units(net) if masked else []
        other, marks = with_masks(net, self.hidden) if masked else (net, {})
        self.reference, self.marks = Reference(other), list(marks.values())
        enters: dict[str, set[str]] = {}
        for unit in net.units:
            for edge in unit.edges:
                if isinstance(edge.weight, str):
                    enters.setdefault(edge.weight, set()).add("" if edge.source in net.ones else unit.name)
        self.into = {  # the weights of its own that each unit has, without its bias
            unit.name: [name for name, units in enters.items() if units == {unit.name}] for unit in net.units
        }

    def masks(self, draw: Draw, count: int) -> list[list[Mod]]:
        """So many masks of free numbers."""
        return [[draw.number("mask", name, k) for name in self.hidden] for k in range(count)]

    def sample(self, theta: Values, x: list[Mod], y: list[Mod], draw: Draw, mask: list[Mod]) -> Sample:
        """One evaluated example under a mask."""
        return self.reference.at({**theta, **dict(zip(self.marks, mask, strict=True))}, x, y, draw)

    def shorten(self, theta: Values, h: Mapping[str, Any]) -> None:
        """Weights into a unit that are longer than max_norm, back to that length."""
        for names in self.into.values():
            first, *rest = [theta[name] * theta[name] for name in names] or [Mod(0)]
            length = h["root"](sum(rest, first)) if names else Mod(0)
            if names and length > h["max_norm"]:
                theta.update({name: theta[name] * h["max_norm"] / length for name in names})


def _compare(calls: Any, program: Program, judged: Judged, draw: Draw, name: str, flags: int, bound: int) -> None:
    """Two passes over a few rows, in an order and without, against the recursion on the proven gradient."""
    net = judged.net
    names = sorted(net.parameters, key=program.position) if isinstance(program, Dense) else list(program.parameters)
    theta = {each: draw.number("theta", each) for each in names}
    v, s = ({each: draw.number(kind, each) for each in names} for kind in "vs")
    h: dict[str, Any] = {each: draw.number(each) for each in NUMBERS}
    h |= {"clip": Mod(bound, draw), "max_norm": Mod(bound, draw)}
    h["root"] = lambda value: draw.activation("sqrt", value)
    rows = [row(net, draw, k) for k in range(_ROWS)]
    rates = [draw.number("rate", k) for k in range(2)]
    orders = [[2, 0, 4, 1, 6, 3, 5], [6, 5, 4, 3, 2, 1, 0]]
    rule, size = RULES[name], 6 if flags in (0, EACH) else 4  # more than ROWS of them, or fewer
    masks = judged.masks(draw, 2 * _ROWS) if judged.hidden else [[]] * (2 * _ROWS)
    good, moved, t, right, place = (dict(theta), dict(v), dict(s)), (theta, v, s), _STEP, [], 0
    for order, rate in zip(orders, rates, strict=True):
        loss = draw.constant(0)
        for start in range(0, _ROWS, size):
            batch = [rows[k] for k in order[start : start + size]]
            t += 1
            own = masks[place : place + len(batch)] if flags & EACH else [masks[place]] * len(batch)
            place += len(batch) if flags & EACH else 1
            seen = [judged.sample(good[0], x, y, draw, mask) for (x, y), mask in zip(batch, own, strict=True)]
            loss = sum((each.loss for each in seen), loss)
            _step(good, [each.gradient for each in seen], net, name, h, rate, flags, t)
            if flags & SHORT:
                judged.shorten(good[0], h)
        right.append(loss / _ROWS)
    arrays = [np.array([part[each].value for each in names], np.uint64) for part in moved]
    X, Y = (np.array([each.value for row in rows for each in row[k]], np.uint64) for k in (0, 1))
    visits, steps = np.array(orders, np.int32), np.array([each.value for each in rates], np.uint64)
    numbers, losses = np.array([h[each].value for each in NUMBERS], np.uint64), np.zeros(2, np.uint64)
    kept = np.array([each.value for mask in masks for each in mask], np.uint64)
    given = [None if kept_ is None and isinstance(program, Dense) else _at(arrays[k]) for k, kept_ in ((1, rule.v), (2, rule.s))]
    calls.library.run_rule(
        _at(arrays[0]), *given, _at(X), _at(Y), _at(visits), ctypes.c_long(_ROWS), ctypes.c_long(2), ctypes.c_long(size),
        _at(steps), _at(losses), _at(numbers), ctypes.c_long(_STEP), rule.number, flags, _at(kept) if len(kept) else None,
    )  # fmt: skip
    calls.check()
    where = f"flags {flags}" + ", under masks" * bool(judged.hidden)
    for what, array, values in zip(("theta", "v", "s"), arrays, good, strict=True):
        for each, value in zip(names, array.tolist(), strict=True):
            if Mod(int(value)) != values[each]:
                raise CodeRefused("an update rule is not its recursion", where=f"{name}: {what} of {each}", got=where)
    if [Mod(int(value)) for value in losses] != right:
        raise CodeRefused("a pass by an update rule reports another loss", where=name, got=where)


def _step(
    at: tuple[Values, Values, Values], grads: list[Values], net: Network, name: str, h: Mapping[str, Any], rate: Mod,
    flags: int, t: int,
) -> None:  # fmt: skip
    theta, v, s = at
    sign = -1 if net.loss.sense == "maximise" else 1
    g = {each: sum((more[each] for more in grads[1:]), grads[0][each]) * sign / len(grads) for each in theta}
    if flags & DECAYS:
        g = {each: value + h["weight_decay"] * theta[each] for each, value in g.items()}
    if flags & CLIPS:
        first, *rest = [value * value for value in g.values()]
        length = h["root"](sum(rest, first))
        if length > h["clip"]:
            g = {each: value * h["clip"] / length for each, value in g.items()}
    for each, value in g.items():
        change, v[each], s[each] = _RECURSIONS[name](value, v[each], s[each], h, t)
        theta[each] = theta[each] - rate * change


def _at(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
