"""The proven gradient at exact numbers: the kernel's own coefficients, evaluated modulo the prime.

`kernel.networks.Net` holds, as polynomials, what the recursion of every unit and the gradient of every parameter
must be; those are what a certificate proves. Here they are only evaluated: nothing of the code under test is reused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbackprop.activations.activation import Activation
from symbackprop.codegen.emit_python import inlined
from symbackprop.codegen.exact import PRIME, Draw, Mod, exact
from symbackprop.codegen.formulas import Cases, formula, loss_slope, loss_value
from symbackprop.kernel.networks import Net, blocks
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.terms import Term, read
from symbackprop.networks import Network, Weight


def evaluate(expression: Term, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """A term at exact numbers; exp and log are drawn."""
    if isinstance(expression, int | Fraction):
        return draw.constant(expression)
    if isinstance(expression, str):
        return values[expression]
    head, *parts = expression
    if head == "^":
        return evaluate(parts[0], values, draw) ** int(parts[1])
    first, *rest = [evaluate(each, values, draw) for each in parts]
    if head in ("exp", "log"):
        return first.exp() if head == "exp" else first.log()
    for each in rest:
        first = first + each if head == "+" else first * each if head == "*" else first / each
    return first


def chosen(cases: Cases, z: Mod, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """Cases at z, by the order that the exact numbers have."""
    below = cases.below
    if below is None:
        return evaluate(cases.above, values, draw)
    return draw.choose(z, lambda: evaluate(cases.above, values, draw), lambda: evaluate(below, values, draw))


def value_at(kind: Activation, values: Mapping[str, Mod], draw: Draw) -> Mod:
    """phi(z): evaluated where code writes the formula out, drawn where code calls a function."""
    facts = formula(kind)
    if inlined(facts) and not facts.library:
        return chosen(facts.value, values["z"], values, draw)
    return draw.activation(kind.name, values["z"])


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
        self.ids = {name: index for index, name in enumerate(names)}
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
        return {tuple(self.ids[name] for name in monomial): value for monomial, value in poly.items()}

    @staticmethod
    def _kept(number: Any) -> Any:
        """What a polynomial is evaluated at: the representative, which is faster than the number."""
        return number.value

    @staticmethod
    def _given(value: Any, draw: Draw) -> Any:
        return Mod(value, draw)

    @staticmethod
    def _fed(start: Any, pairs: list[tuple[Any, Any]]) -> Any:
        """start + the sum of weight times source, reduced once."""
        return Mod(start.value + sum(weight.value * source.value for weight, source in pairs), start.draw)

    def _polynomial(self, poly: Poly, values: list[Any]) -> Any:
        total = 0
        for monomial, coefficient in poly.items():
            product = exact(coefficient)
            for index in monomial:
                product = product * values[index] % PRIME
            total += product
        return total % PRIME

    def at(self, theta: Mapping[str, Mod], x: Sequence[Mod], y: Sequence[Mod], draw: Draw) -> Sample:
        """Forward by the description, then the proven recursion and gradients."""
        net, values = self.net, [0] * len(self.ids)
        known: dict[str, Mod] = dict(zip(net.inputs, x)) | dict.fromkeys(net.ones, draw.constant(1))
        zs: dict[str, Mod] = {}

        def weight(item: Weight) -> Mod:
            return theta[item] if isinstance(item, str) else draw.constant(item)

        def put(name: str, number: Mod) -> None:
            values[self.ids[name]] = self._kept(number)

        for name, number in [*theta.items(), *zip(net.inputs, x), *zip(net.targets, y)]:
            put(name, number)
        waiting: dict[str, int] = {name: len(members) for name, members in net.groups.items()}
        for unit in net.units:
            start = draw.constant(0) if unit.bias is None else weight(unit.bias)
            z = zs[unit.name] = self._fed(start, [(weight(edge.weight), known[edge.source]) for edge in unit.edges])
            if unit.group is None:
                here = {"z": z, **{role: weight(item) for role, item in unit.parameters}}
                known[unit.name] = here["a"] = value_at(unit.activation, here, draw)
                if unit.activation.differentiable:
                    self._put_slopes(unit.name, unit.activation, here, draw, put)
                continue
            waiting[unit.group] -= 1
            if waiting[unit.group] == 0:
                members = net.groups[unit.group]
                made = draw.softmax(*(zs[each.name] for each in members))
                known.update((each.name, output) for each, output in zip(members, made, strict=True))
        for unit in net.units:
            put(f"a({unit.name})", known[unit.name])
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
    def _fed(start: Any, pairs: list[tuple[Any, Any]]) -> Any:
        for weight, source in pairs:
            start = start + weight * source
        return start

    def _polynomial(self, poly: Poly, values: list[Any]) -> Any:
        total: Any = 0
        for monomial, coefficient in poly.items():
            product: Any = coefficient
            for index in monomial:
                product = values[index] * product
            total = product + total
        return total
