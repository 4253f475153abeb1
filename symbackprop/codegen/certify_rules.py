"""Certifies update rules inside generated C: steps over exact integers against each rule's recursion on the proven gradient.

The recursions are written here a second time, one parameter after the other, in the order of their papers. A square root is
drawn: both sides must ask for the root of the same number. Clipping and the norm constraint are judged on both sides of their
comparisons, the constraint also where it cuts some units and leaves others beside them; masks against the proven gradient of the net with masked units, every row under a mask of its own.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

POINTS, ROWS = 2, 7
NEVER, ALWAYS = PRIME // 2, -(PRIME // 2)  # the largest and the smallest number there is to be longer than
SOME = 5  # about half of all numbers are larger
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
    for point in range(POINTS):
        draw = calls.draw = Draw(f"rules|{net.name}|{point}")
        for name in RULES:  # what comes before and after a rule is the same text for all
            more = ((DECAYS, NEVER), (CLIPS, NEVER), (SHORT, NEVER), (SHORT, SOME), (SHORT, ALWAYS)) if name == "sgd" else ()
            for flags, bound in ((0, NEVER), *more, (CLIPS | DECAYS | SHORT * (name == "momentum"), ALWAYS)):
                _compare(calls, program, plain, draw, name, flags, bound)
        if masked is not None:
            for name, flags in (("sgd", 0), ("sgd", EACH), ("momentum", EACH | SHORT | CLIPS)):
                _compare(calls, program, masked, draw, name, flags, ALWAYS)
    bound = min(1.0, float(40 * (6 * depth + 3) ** 2) / PRIME) ** POINTS
    more_said = ", dropout by step and by sample" if masked else ""
    said = f"{', '.join(RULES)}, weight decay, clipping, the norm constraint{more_said} equal their recursions at {POINTS} exact points"
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


@dataclass
class Drawn:
    """Two passes over a few rows in orders of their own: what they begin with, and where the recursion ends."""

    judged: Judged
    draw: Draw
    name: str
    flags: int
    bound: int  # what is longer than this is clipped and cut

    def __post_init__(self) -> None:
        net, draw, flags = self.judged.net, self.draw, self.flags
        self.theta, self.v, self.s = ({each: draw.number(kind, each) for each in net.parameters} for kind in ("theta", "v", "s"))
        self.h: dict[str, Any] = {each: draw.number(each) for each in NUMBERS}
        self.h |= {"clip": Mod(self.bound, draw), "max_norm": Mod(self.bound, draw)}
        self.h["root"] = lambda value: draw.activation("sqrt", value)
        self.rows = [row(net, draw, k) for k in range(ROWS)]
        self.rates = [draw.number("rate", k) for k in range(2)]
        self.orders = [[2, 0, 4, 1, 6, 3, 5], [6, 5, 4, 3, 2, 1, 0]]
        self.size = 6 if flags in (0, EACH) else 4  # more than a C file has room for at once, or fewer
        self.masks = self.judged.masks(draw, 2 * ROWS) if self.judged.hidden else [[]] * (2 * ROWS)
        self.losses: list[Mod] = []
        self.good = dict(self.theta), dict(self.v), dict(self.s)
        self._recursion()

    def _recursion(self) -> None:
        """The steps, one parameter after the other, on the proven gradient."""
        t, place, good, judged = _STEP, 0, self.good, self.judged
        for order, rate in zip(self.orders, self.rates, strict=True):
            loss = self.draw.constant(0)
            for start in range(0, ROWS, self.size):
                batch = [self.rows[k] for k in order[start : start + self.size]]
                t += 1
                each = self.flags & EACH
                own = self.masks[place : place + len(batch)] if each else [self.masks[place]] * len(batch)
                place += len(batch) if each else 1
                seen = [judged.sample(good[0], x, y, self.draw, mask) for (x, y), mask in zip(batch, own, strict=True)]
                loss = sum((one.loss for one in seen), loss)
                _step(good, [one.gradient for one in seen], judged.net, self.name, self.h, rate, self.flags, t)
                if self.flags & SHORT:
                    judged.shorten(good[0], self.h)
            self.losses.append(loss / ROWS)

    @property
    def where(self) -> str:
        """For people."""
        return f"flags {self.flags}" + ", under masks" * bool(self.judged.hidden)

    def check(self, what: str, name: str, value: Mod, right: Mod) -> None:
        """CodeRefused where the code has another number."""
        if value != right:
            raise CodeRefused("an update rule is not its recursion", where=f"{self.name}: {what} of {name}", got=self.where)

    def check_losses(self, found: list[Mod]) -> None:
        """CodeRefused where the passes report other losses."""
        if found != self.losses:
            raise CodeRefused("a pass by an update rule reports another loss", where=self.name, got=self.where)


def _compare(calls: Any, program: Program, judged: Judged, draw: Draw, name: str, flags: int, bound: int) -> None:
    """The passes of the library against the recursion."""
    names = sorted(judged.net.parameters, key=program.position) if isinstance(program, Dense) else list(program.parameters)
    at, rule = Drawn(judged, draw, name, flags, bound), RULES[name]
    moved = at.theta, at.v, at.s
    rows = at.rows
    arrays = [np.array([part[each].value for each in names], np.uint64) for part in moved]
    X, Y = (np.array([each.value for row in rows for each in row[k]], np.uint64) for k in (0, 1))
    visits, steps = np.array(at.orders, np.int32), np.array([each.value for each in at.rates], np.uint64)
    numbers, losses = np.array([at.h[each].value for each in NUMBERS], np.uint64), np.zeros(2, np.uint64)
    masks = np.array([each.value for mask in at.masks for each in mask], np.uint64)
    given = [None if kept is None and isinstance(program, Dense) else _at(arrays[k]) for k, kept in ((1, rule.v), (2, rule.s))]
    calls.library.run_rule(
        _at(arrays[0]), *given, _at(X), _at(Y), _at(visits), ctypes.c_long(ROWS), ctypes.c_long(2), ctypes.c_long(at.size),
        _at(steps), _at(losses), _at(numbers), ctypes.c_long(_STEP), rule.number, flags, _at(masks) if len(masks) else None,
    )  # fmt: skip
    calls.check()
    for what, array, values in zip(("theta", "v", "s"), arrays, at.good, strict=True):
        for each, value in zip(names, array.tolist(), strict=True):
            at.check(what, each, Mod(int(value)), values[each])
    at.check_losses([Mod(int(value)) for value in losses])


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
