"""Certifies update rules inside generated C: steps over exact integers against each rule's recursion on the proven gradient.

The recursions are written here a second time, one parameter after the other, in the order of their papers. A square root is
drawn: both sides must ask for the root of the same number. Clipping is judged on both sides of its comparison.
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
from symbackprop.codegen.program import Dense, Program
from symbackprop.codegen.rules import CLIPS, DECAYS, NUMBERS, RULES
from symbackprop.networks import Network

if TYPE_CHECKING:
    from symbackprop.codegen.reference import Reference

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
    from symbackprop.codegen.reference import Reference  # the proven formulas, for which SymPy is loaded

    try:
        library, program, net, _ = judged_library(source, program, net, vectors, ("-DRULES",))
    except CodeRefused:
        if compile_c.can_run_exactly():
            raise
        return WITHOUT
    calls = Calls(library, program)
    depth = len(net.units) if net.depths is None else max(net.depths.values())
    reference = Reference(net)
    for point in range(_POINTS):
        draw = calls.draw = Draw(f"rules|{net.name}|{point}")
        for name in RULES:  # what comes before a rule is the same text for all
            more = ((DECAYS, _NEVER), (CLIPS, _NEVER)) if name == "sgd" else ()
            for flags, clip in ((0, _NEVER), *more, (CLIPS | DECAYS, _ALWAYS)):
                _compare(calls, program, reference, draw, name, flags, clip)
    bound = min(1.0, float(40 * (3 * depth + 3) ** 2) / PRIME) ** _POINTS
    said = f"{', '.join(RULES)}, weight decay and clipping equal their recursions at {_POINTS} exact points"
    return CodeVerdict("CHECKED", bound, (said,))


def _compare(calls: Any, program: Program, reference: Reference, draw: Draw, name: str, flags: int, clip: int) -> None:
    """Two passes over a few rows, in an order and without, against the recursion on the proven gradient."""
    net = reference.net
    names = sorted(net.parameters, key=program.position) if isinstance(program, Dense) else list(program.parameters)
    theta = {each: draw.number("theta", each) for each in names}
    v, s = ({each: draw.number(kind, each) for each in names} for kind in "vs")
    h: dict[str, Any] = {each: draw.number(each) for each in NUMBERS} | {"clip": Mod(clip, draw)}
    h["root"] = lambda value: draw.activation("sqrt", value)
    rows = [row(net, draw, k) for k in range(_ROWS)]
    rates = [draw.number("rate", k) for k in range(2)]
    orders = [[2, 0, 4, 1, 6, 3, 5], [6, 5, 4, 3, 2, 1, 0]]
    rule, size = RULES[name], 4 if flags else 6
    good, moved, t = (dict(theta), dict(v), dict(s)), (theta, v, s), _STEP
    for order, rate in zip(orders, rates, strict=True):
        for start in range(0, _ROWS, size):
            batch = [rows[k] for k in order[start : start + size]]
            t += 1
            _step(good, [reference.at(good[0], x, y, draw).gradient for x, y in batch], net, name, h, rate, flags, t)
    arrays = [np.array([part[each].value for each in names], np.uint64) for part in moved]
    X, Y = (np.array([each.value for row in rows for each in row[k]], np.uint64) for k in (0, 1))
    visits, steps = np.array(orders, np.int32), np.array([each.value for each in rates], np.uint64)
    numbers, losses = np.array([h[each].value for each in NUMBERS], np.uint64), np.zeros(2, np.uint64)
    given = [None if kept is None and isinstance(program, Dense) else _at(arrays[k]) for k, kept in ((1, rule.v), (2, rule.s))]
    calls.library.run_rule(
        _at(arrays[0]), *given, _at(X), _at(Y), _at(visits), ctypes.c_long(_ROWS), ctypes.c_long(2), ctypes.c_long(size),
        _at(steps), _at(losses), _at(numbers), ctypes.c_long(_STEP), rule.number, flags,
    )  # fmt: skip
    calls.check()
    for what, array, right in zip(("theta", "v", "s"), arrays, good, strict=True):
        for each, value in zip(names, array.tolist(), strict=True):
            if Mod(int(value)) != right[each]:
                raise CodeRefused("an update rule is not its recursion", where=f"{name}: {what} of {each}", got=f"flags {flags}")


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
