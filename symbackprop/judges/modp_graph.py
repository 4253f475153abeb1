"""The finite difference modulo a prime, for every graph of units: no rule of differentiation, one direction for all parameters.

Each activation is replaced by its 1-jet at the point, o + p (z - z0) + q (alpha - alpha0), with free o, p, q, so that one
check covers every differentiable activation. Along theta + t v the cost is then a polynomial in t; its derivative at 0 comes
from interpolation, and is compared with the sum of the recursion's partial derivatives times v.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from symbackprop import symbols
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.judges.field import entry, lift, polynomial, slope_at_zero
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network, Unit, Weight


@dataclass
class Formulas:
    """The recursion under test, as polynomials: the product's own, or with some equations replaced."""

    network: Network
    deltas: Mapping[str, Poly] = field(default_factory=dict)
    partials: Mapping[str, Poly] = field(default_factory=dict)
    algebra: Polynomials = field(default_factory=Polynomials)

    def __post_init__(self) -> None:
        own = recursion.polynomials(self.network, self.algebra)
        self.deltas = dict(own.deltas()) | dict(self.deltas)
        self.partials = dict(own.partials()) | dict(self.partials)


def degree(network: Network) -> int:
    """A bound for the degree, in everything drawn at random, of both sides of the comparison.

    A weight, a direction, an output o, a slope p, an input, a target count 1; sigmoid's and tanh's slope, a polynomial in o, 2.
    """
    back: dict[str, int] = {}
    for unit in reversed(network.units):
        partners = [unit] if unit.group is None else network.groups[unit.group]
        after = [1 + back.get(each.name, 0) for u in partners for each, _ in network.successors.get(u.name, ())]
        if any(each.name in network.outputs for each in partners):
            after.append(3)  # the slope of a loss, numerator and denominator
        back[unit.name] = 3 + max(after, default=0)  # at most 2 for the slope, 1 for the output beside it
    cleared = 0 if network.loss.slope is None or network.loss.slope.is_polynomial() else 2 * len(network.outputs)
    return 2 + max(back.values()) + cleared


class Point:
    """One random point and direction of the field, and the two sides there."""

    def __init__(self, formulas: Formulas, p: int, source: random.Random) -> None:
        self.formulas, self.network, self.p, self.source = formulas, formulas.network, p, source
        net = self.network
        self.base = {name: self.draw() for name in (*net.parameters, *net.inputs, *net.targets)}
        if net.loss.targets_sum_to_one:
            others = sum(self.base[name] for name in net.targets[1:])
            self.base[net.targets[0]] = (1 - others) % p
        self.direction = {name: self.draw() for name in net.parameters}
        self.o = {unit.name: self.draw() for unit in net.units}
        self.slopes: dict[str, int] = {}
        self.z0: dict[str, int] = {}
        for unit in net.units:
            kind = unit.activation
            if unit.group is None:
                closed = kind.slope_is_polynomial
                self.slopes[unit.name] = entry(kind.slope, {symbols.a: self.o[unit.name]}, p) if closed else self.draw()
            for role, _ in unit.parameters:
                self.slopes[symbols.parameter_slope(unit.name, role)] = self.draw()
        self.losses = self._loss_slopes()
        self.z0 = self._run(0, {})[0]
        self.values = self._generators()

    def draw(self) -> int:
        """A random element other than 0."""
        return self.source.randrange(1, self.p)

    def _loss_slopes(self) -> dict[str, int]:
        slope = self.network.loss.slope
        if slope is None:
            return {name: self.draw() for name in self.network.outputs}
        pairs = zip(self.network.outputs, self.network.targets)
        return {o: entry(slope, {symbols.a: self.o[o], symbols.y: self.base[y]}, self.p) for o, y in pairs}

    def _run(self, t: int, direction: Mapping[str, int]) -> tuple[dict[str, int], int]:
        """Every z, and the cost, at theta + t v; with t = 0 the z are those of the point itself."""
        p, net, base, jets = self.p, self.network, self.base, bool(self.z0)
        moved = base if not t else base | {n: (base[n] + t * v) % p for n, v in direction.items()}

        def weight(each: Weight) -> int:
            return moved[each] if isinstance(each, str) else lift(each, p)

        a = {name: base[name] for name in net.inputs} | dict.fromkeys(net.ones, 1)
        z: dict[str, int] = {}
        for unit in net.units:
            total = 0 if unit.bias is None else weight(unit.bias)
            for edge in unit.edges:
                total += weight(edge.weight) * a[edge.source]
            z[unit.name] = total % p
            if unit.group is None:
                a[unit.name] = self._jet(unit, z[unit.name], moved) if jets else self.o[unit.name]
            elif unit is net.groups[unit.group][-1]:
                members = net.groups[unit.group]
                for each in members:
                    a[each.name] = self._softmax(each, members, z) if jets else self.o[each.name]
        return z, self._cost(a) if jets else 0

    def _jet(self, unit: Unit, z: int, moved: Mapping[str, int]) -> int:
        total = self.o[unit.name] + self.slopes[unit.name] * (z - self.z0[unit.name])
        for role, value in unit.parameters:
            if isinstance(value, str):
                q = self.slopes[symbols.parameter_slope(unit.name, role)]
                total += q * (moved[value] - self.base[value])
        return total % self.p

    def _softmax(self, unit: Unit, members: tuple[Unit, ...], z: Mapping[str, int]) -> int:
        change = {each.name: z[each.name] - self.z0[each.name] for each in members}
        mean = sum(self.o[name] * each for name, each in change.items())
        return (self.o[unit.name] + self.o[unit.name] * (change[unit.name] - mean)) % self.p

    def _cost(self, a: Mapping[str, int]) -> int:
        net, loss = self.network, self.network.loss
        if loss.value is not None and loss.value.is_polynomial(symbols.a, symbols.y):
            pairs = zip(net.outputs, net.targets)
            return sum(entry(loss.value, {symbols.a: a[o], symbols.y: self.base[y]}, self.p) for o, y in pairs) % self.p
        return sum(self.losses[o] * (a[o] - self.o[o]) for o in net.outputs) % self.p

    @property
    def _interpolation(self) -> int:
        """The degree of the cost in t: one more for every layer of moving weights, twice at a quadratic loss."""
        deep: dict[str, int] = {}
        for unit in self.network.units:
            deep[unit.name] = 1 + max((deep.get(edge.source, 0) for edge in unit.edges), default=0)
            if unit.group is not None:
                for each in self.network.groups[unit.group]:
                    deep[each.name] = max(deep[unit.name], deep.get(each.name, 0))
        return 2 * max(deep.values())

    def _generators(self) -> list[int]:
        algebra, known = self.formulas.algebra, dict(self.base)
        for unit in self.network.units:
            known[symbols.output(unit.name)] = self.o[unit.name]
            known[symbols.slope(unit.name)] = self.slopes.get(unit.name, 0)
            for role, _ in unit.parameters:
                key = symbols.parameter_slope(unit.name, role)
                known[key] = self.slopes[key]
        known |= {symbols.loss_slope(name): value for name, value in self.losses.items()}
        values = [known.get(name, 0) for name in algebra.ids]
        for unit in reversed(self.network.units):
            index = algebra.id(symbols.delta(unit.name))
            values += [0] * (index + 1 - len(values))
            values[index] = polynomial(self.formulas.deltas[unit.name], values, self.p)
        return values

    def partial(self, name: str) -> int:
        """The recursion's partial derivative at the point."""
        return polynomial(self.formulas.partials[name], self.values, self.p)

    def sides(self, names: list[str]) -> tuple[int, int]:
        """The derivative of the cost along the direction restricted to these parameters: by interpolation, by the recursion."""
        direction = {name: self.direction[name] for name in names}
        costs = [self._run(t, direction)[1] for t in range(self._interpolation + 1)]
        claimed = sum(self.partial(name) * v for name, v in direction.items()) % self.p
        return slope_at_zero(costs, self.p), claimed
