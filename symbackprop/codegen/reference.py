"""The proven gradient at exact numbers: the kernel's own coefficients, evaluated modulo the prime.

`kernel.networks.Net` holds, as polynomials, what the recursion of every unit and the gradient of every parameter
must be; those are what a certificate proves. Here they are only evaluated: nothing of the code under test is reused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from symbackprop.activations.activation import Activation
from symbackprop.codegen.emit_python import inlined
from symbackprop.codegen.exact import PRIME, Draw, Mod, exact
from symbackprop.codegen.formulas import Cases, formula, loss_slope, loss_value
from symbackprop.kernel.networks import Net, blocks
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.terms import Term, read
from symbackprop.networks import Network, Weight

Evaluation = Callable[[Mapping[str, Any], Any], Any]


def evaluate(expression: Term, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """A term at exact numbers; exp and log are drawn."""
    made: Mod = _evaluation(expression)(values, draw)
    return made


@cache
def _evaluation(expression: Term) -> Evaluation:
    """The term as a function of values and draw: it is walked once, and evaluated at every unit of every sample."""
    if isinstance(expression, int | Fraction):
        return lambda values, draw: draw.constant(expression)
    if isinstance(expression, str):
        return lambda values, draw: values[expression]
    head, *parts = expression
    one = _evaluation(parts[0])
    if head == "^":
        power = int(parts[1])
        return lambda values, draw: one(values, draw) ** power
    if head == "exp":
        return lambda values, draw: one(values, draw).exp()
    if head == "log":
        return lambda values, draw: one(values, draw).log()
    join, rest = _JOINS[head], [_evaluation(each) for each in parts[1:]]

    def joined(values: Mapping[str, Any], draw: Any) -> Any:
        made = one(values, draw)
        for each in rest:
            made = join(made, each(values, draw))
        return made

    return joined


_JOINS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "*": operator.mul, "/": operator.truediv}


def chosen(cases: Cases, z: Mod, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """Cases at z, by the order that the exact numbers have."""
    below = cases.below
    if below is None:
        return evaluate(cases.above, values, draw)
    return draw.choose(z, lambda: evaluate(cases.above, values, draw), lambda: evaluate(below, values, draw))


def value_at(kind: Activation, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """phi(z): evaluated where code writes the formula out, drawn where code calls a function."""
    if _written_out(kind):
        return chosen(formula(kind).value, values["z"], values, draw)
    return draw.activation(kind.name, values["z"])


@cache
def _written_out(kind: Activation) -> bool:
    facts = formula(kind)
    return inlined(facts) and not facts.library


@dataclass
class Sample:
    """One evaluated example: every unit's output, the outputs of the net, and the gradient by name."""

    outputs: list[Mod]
    gradient: dict[str, Mod]
    loss: Mod


def _read(facts: dict[str, object]) -> dict[str, object]:
    return {key: read(value) if key == "slope" else value for key, value in facts.items()}


class Reference:
    """The proven gradient of one net, ready to be evaluated at many points."""

    def __init__(self, net: Network) -> None:
        self.net = net
        description = net.description()
        names = [*net.inputs, *net.targets, *net.parameters]
        for unit in net.units:
            roles = [f"q({unit.name}.{role})" for role, _ in unit.parameters]
            names += [f"{mark}({unit.name})" for mark in ("a", "p", "delta", "g")] + roles
        fixed = {edge.weight for unit in net.units for edge in unit.edges} | {unit.bias for unit in net.units}
        self.constants: list[Fraction | int] = [0, 1, *(each for each in fixed if isinstance(each, Fraction) and each not in (0, 1))]
        self.ids: dict[Any, int] = {name: index for index, name in enumerate([*names, *self.constants])}
        places = self.ids | dict.fromkeys(net.ones, self.ids[1]) | {None: self.ids[0]}
        places |= {unit.name: self.ids[f"a({unit.name})"] for unit in net.units}
        self.feeds = [(places[unit.bias], [(places[e.weight], places[e.source]) for e in unit.edges]) for unit in net.units]
        kinds = {unit.activation.name: _read(unit.activation.facts) for unit in net.units}
        proven = Net(description, kinds, _read(net.loss.facts))
        self.loss_value, self.loss_slope = loss_value(net.loss), loss_slope(net.loss)
        self.recursion = {
            name: self._numbered(poly)
            for block in blocks(description["units"])
            for name, poly in proven.take(block)
        }
        self.partials = {name: self._numbered(poly) for name, poly in proven.partials.items()}

    def _numbered(self, poly: Poly) -> Poly:
        return {tuple(self.ids[name] for name in monomial): self._coefficient(value) for monomial, value in poly.items()}

    @staticmethod
    def _coefficient(value: Any) -> Any:
        return exact(value)

    @staticmethod
    def _kept(number: Any) -> Any:
        """What a polynomial is evaluated at: the representative, which is faster than the number."""
        return number.value

    @staticmethod
    def _given(value: Any, draw: Draw) -> Any:
        return Mod(value, draw)

    @staticmethod
    def _fed(start: Any, pairs: list[tuple[int, int]], values: list[Any], draw: Draw) -> Any:
        """start + the sum of weight times source, reduced once."""
        return Mod(start + sum([values[weight] * values[source] for weight, source in pairs]), draw)

    def _polynomial(self, poly: Poly, values: list[Any]) -> Any:
        total: Any = 0
        for monomial, product in poly.items():
            for index in monomial:
                product = product * values[index]
            total += product
        return total % PRIME

    def at(self, theta: Mapping[str, Mod], x: Sequence[Mod], y: Sequence[Mod], draw: Draw) -> Sample:
        """Forward by the description, then the proven recursion and gradients."""
        net, ids = self.net, self.ids
        values: list[Any] = [0] * len(ids)
        known: dict[str, Mod] = {}
        zs: dict[str, Mod] = {}

        def weight(item: Weight) -> Mod:
            return theta[item] if isinstance(item, str) else draw.constant(item)

        def put(name: Any, number: Mod) -> None:
            values[ids[name]] = self._kept(number)

        for name, number in [*theta.items(), *zip(net.inputs, x), *zip(net.targets, y)]:
            put(name, number)
        for number_ in self.constants:
            put(number_, draw.constant(number_))
        waiting: dict[str, int] = {name: len(members) for name, members in net.groups.items()}
        for unit, (bias, pairs) in zip(net.units, self.feeds, strict=True):
            z = zs[unit.name] = self._fed(values[bias], pairs, values, draw)
            if unit.group is None:
                here = {"z": z, **{role: weight(item) for role, item in unit.parameters}}
                known[unit.name] = here["a"] = value_at(unit.activation, here, draw)
                put(f"a({unit.name})", here["a"])
                if unit.activation.differentiable:
                    self._put_slopes(unit.name, unit.activation, here, draw, put)
                continue
            waiting[unit.group] -= 1
            if waiting[unit.group] == 0:
                members = net.groups[unit.group]
                made = draw.softmax(*(zs[each.name] for each in members))
                known.update((each.name, output) for each, output in zip(members, made, strict=True))
                for each in members:
                    put(f"a({each.name})", known[each.name])
        loss = draw.constant(0)
        for name, target in zip(net.outputs, y, strict=True):
            here = {"a": known[name], "y": target}
            put(f"g({name})", evaluate(self.loss_slope, here, draw))
            loss = loss + evaluate(self.loss_value, here, draw)
        for unit in reversed(net.units):
            values[self.ids[f"delta({unit.name})"]] = self._polynomial(self.recursion[unit.name], values)
        found = {name: self._given(self._polynomial(self.partials[name], values), draw) for name in net.parameters}
        return Sample([known[name] for name in net.outputs], found, loss)

    def _put_slopes(self, name: str, kind: Activation, here: dict[str, Mod], draw: Draw, put: object) -> None:
        assert callable(put)
        facts = formula(kind)
        if facts.slope_of is not None:
            from symbackprop.activations import activation

            put(f"p({name})", value_at(activation(facts.slope_of), here, draw))
        else:
            put(f"p({name})", chosen(facts.slope, here["z"], here, draw))
        for role, partial in facts.partials.items():
            put(f"q({name}.{role})", chosen(partial, here["z"], here, draw))


class SymbolReference(Reference):
    """The same at symbols: quotients of polynomials in the place of numbers."""

    @staticmethod
    def _kept(number: Any) -> Any:
        return number

    @staticmethod
    def _given(value: Any, draw: Draw) -> Any:
        return value

    @staticmethod
    def _coefficient(value: Any) -> Any:
        return value

    @staticmethod
    def _fed(start: Any, pairs: list[tuple[int, int]], values: list[Any], draw: Any) -> Any:
        for weight, source in pairs:
            start = start + values[weight] * values[source]
        return start

    def _polynomial(self, poly: Poly, values: list[Any]) -> Any:
        total: Any = 0
        for monomial, coefficient in poly.items():
            product: Any = coefficient
            for index in monomial:
                product = values[index] * product
            total = product + total
        return total
