"""Whether a recursion is what differentiating the composed cost gives: one residual per unit and per parameter.

The direct route gives, for every unit k, the total differential of its pre-activation z_k in the composed cost, and the
slopes g of the cost. Contracting these with delta_k stands for "the cost changes by delta_k per change of z_k":

    residual of unit j         p_j (g_j + sum_k delta_k dz_k/da_j) - r_j          softmax: a_j (G_j - sum_i a_i G_i) - r_j
    residual of parameter t    sum_k delta_k dz_k/dt (+ q_j G_j) - claimed partial

All residuals zero is the polynomial identity dC = sum of partials * dt, by induction from the last unit back. A residual
that is not zero names the unit or the parameter; a condition on the targets that makes it zero is found by substitution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from symbackprop import symbols
from symbackprop.errors import InternalError
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Differential, Direct
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.units import Unit


@dataclass(frozen=True)
class Condition:
    """A condition on the targets, poly = 0, and its words."""

    text: str
    poly: Poly
    eliminated: P.Generator
    value: Poly

    def reduce(self, poly: Poly) -> Poly:
        """poly where the condition holds."""
        return P.substitute(poly, self.eliminated, self.value)


def targets_sum_to_one(network: Network, algebra: Polynomials) -> Condition:
    """sum of targets - 1 = 0."""
    ids = [algebra.id(name) for name in network.targets]
    poly = P.add(*(P.generator(each) for each in ids), P.constant(-1))
    value = P.add(P.constant(1), *(P.scale(P.generator(each), -1) for each in ids[:-1]))
    shown = network.targets if len(network.targets) <= 6 else (*network.targets[:2], "...", network.targets[-1])
    return Condition(f"{' + '.join(shown)} = 1", poly, ids[-1], value)


@dataclass(frozen=True)
class Agreement:
    """What is left of the residuals: empty where the recursion is right."""

    units: dict[str, Poly]
    parameters: dict[str, Poly]
    conditions: tuple[Condition, ...]

    @property
    def holds(self) -> bool:
        """Whether every residual is zero, perhaps under the conditions."""
        return not self.units and not self.parameters


class Residuals:
    """The residuals of one recursion against the direct route of one net."""

    def __init__(self, direct: Direct, deltas: Mapping[str, Poly], partials: Mapping[str, Poly]) -> None:
        self.direct, self.deltas, self.partials = direct, deltas, partials
        self.network, self.algebra = direct.forward.network, direct.algebra
        self.representative = direct.representative
        self.tied = {name: to for name, to in self.representative.items() if name != to}
        self.cost_slopes = {name: (self.tie(top), self.tie(low)) for name, (top, low) in direct.cost_slopes().items()}
        self.fixed = {self.algebra.id(name) for name in self.network.inputs}
        self.contraction: dict[P.Generator, Poly] = {}  # sum_k delta_k dz_k over the units met so far

    def meet(self, unit: Unit, differential: Differential) -> None:
        """Count what one unit's pre-activation passes on."""
        error = self.algebra.id(symbols.delta(unit.name))
        for generator, coefficient in differential.items():
            if generator in self.fixed:
                continue
            shifted = {tuple(sorted((*monomial, error))): value for monomial, value in coefficient.items()}
            P.add_into(self.contraction.setdefault(generator, {}), shifted)

    def agreement(self) -> Agreement:
        """Every residual, reduced by a condition on the targets where one makes some of them zero."""
        for name, differential in self.direct.differentials().items():
            self.meet(self.network.by_name[name], differential)
        units, parameters = self._units(), self._parameters()
        conditions: tuple[Condition, ...] = ()
        if units or parameters:
            condition = targets_sum_to_one(self.network, self.algebra)
            reduced = [{name: condition.reduce(poly) for name, poly in each.items()} for each in (units, parameters)]
            left = [{name: poly for name, poly in each.items() if poly} for each in reduced]
            if len(left[0]) + len(left[1]) < len(units) + len(parameters):
                units, parameters, conditions = left[0], left[1], (condition,)
        return Agreement(units, parameters, conditions)

    def tie(self, poly: Poly) -> Poly:
        """poly with the generators of tied twins replaced by those of the unit that stands for them."""
        for name, to in self.tied.items():
            for family in (symbols.output, symbols.slope):
                if family(name) in self.algebra.ids:
                    poly = P.substitute(poly, self.algebra.id(family(name)), self.algebra.name(family(to)))
            for role, _ in self.network.by_name[name].parameters:
                old, new = symbols.parameter_slope(name, role), symbols.parameter_slope(to, role)
                poly = P.substitute(poly, self.algebra.id(old), self.algebra.name(new))
        return poly

    def _upstream(self, name: str) -> Poly:
        """G: what the cost gains per change of a unit's output (and of its tied twins), by the direct route."""
        total = dict(self.contraction.get(self.algebra.id(symbols.output(name)), {}))
        for twin in self.classes.get(name, (name,)):
            if twin in self.cost_slopes:
                P.add_into(total, self.algebra.name(symbols.loss_slope(twin)))
        return total

    @cached_property
    def classes(self) -> dict[str, list[str]]:
        """The units by the unit that stands for them: tied twins share one entry."""
        table: dict[str, list[str]] = {}
        for name, to in self.representative.items():
            table.setdefault(to, []).append(name)
        return table

    def _slope(self, name: str) -> Poly:
        kind = self.network.by_name[name].activation
        if kind.slope_is_polynomial:
            value = self.algebra.table(kind.slope, {"a": symbols.output(name)})
            assert value is not None
            return value
        return self.algebra.name(symbols.slope(name))

    @cached_property
    def _closed(self) -> dict[P.Generator, tuple[Poly, Poly]]:
        """The slopes of the loss that have a formula, by their generator g."""
        found = {self.algebra.id(symbols.loss_slope(name)): slope for name, slope in self.cost_slopes.items()}
        return {g: slope for g, slope in found.items() if slope[0] != {(g,): 1}}

    def clear(self, poly: Poly) -> Poly:
        """poly with every g written as the loss's slope, times whatever denominators do not cancel exactly."""
        total, fractions = self._cleared(poly)
        common = P.ONE
        for top, bottom in fractions:  # total/common + top/bottom, of which only the numerator matters
            total = P.add(P.multiply(total, bottom), P.multiply(top, common))
            common = P.multiply(common, bottom)
        return total

    def _cleared(self, poly: Poly) -> tuple[Poly, list[tuple[Poly, Poly]]]:
        """poly with every g written as the loss's slope: a polynomial, and what does not divide exactly as fractions."""
        closed = self._closed
        total: Poly = {}
        factors: dict[P.Generator, Poly] = {}
        fractions: list[tuple[Poly, Poly]] = []
        for monomial, value in poly.items():
            g = next((each for each in monomial if each in closed), None)
            if g is None:
                total[monomial] = value
            else:
                factors.setdefault(g, {})[_drop(monomial, g)] = value
        for g, factor in factors.items():
            top, bottom = closed[g]
            if any(each in closed for monomial in factor for each in monomial):
                raise InternalError("a residual is not linear in the slopes of the loss")
            product = P.multiply(factor, top)
            quotient = P.divide(product, bottom)
            if quotient is not None:
                P.add_into(total, quotient)
            else:
                fractions.append((product, bottom))
        return total, fractions

    def block(self, members: tuple[Unit, ...]) -> Iterator[tuple[str, Poly]]:
        """The residuals of one unit or one softmax group, of whose successors all have been met."""
        shared: Poly = {}
        if members[0].group is not None:
            outputs = (self.algebra.name(symbols.output(each.name)) for each in members)
            shared = P.add(*(P.multiply(a, self._upstream(each.name)) for a, each in zip(outputs, members)))
            whole, fractions = self._cleared(shared)  # once a group, where it can be done: it holds a term a member
            shared = shared if fractions else whole
        for unit in members:
            name = unit.name
            claimed = self.tie(P.add(*(self.deltas[twin] for twin in self.classes.get(name, (name,)))))
            if unit.group is None:
                residual = P.subtract(P.multiply(self._slope(name), self._upstream(name)), claimed)
            else:
                inner = P.subtract(self._upstream(name), shared)
                residual = P.subtract(P.multiply(self.algebra.name(symbols.output(name)), inner), claimed)
            yield name, self.clear(residual) if residual else residual
        for unit in members:
            for role, value in unit.parameters:
                if isinstance(value, str):
                    q = self.algebra.name(symbols.parameter_slope(unit.name, role))
                    passed = self.contraction.setdefault(self.algebra.id(value), {})
                    P.add_into(passed, P.multiply(q, self._upstream(unit.name)))

    def partial(self, name: str, claimed: Poly) -> Poly:
        """The residual of a parameter whose every use has been met."""
        derived = self.contraction.pop(self.algebra.id(name), {})
        claimed = self.tie(claimed)
        return self.clear(P.subtract(derived, claimed)) if derived != claimed else {}

    def forget(self, members: tuple[Unit, ...]) -> None:
        """Drop what no earlier unit asks for."""
        for unit in members:
            self.contraction.pop(self.algebra.id(symbols.output(unit.name)), None)

    def _units(self) -> dict[str, Poly]:
        blocks = {unit.group or unit: self.network.groups.get(str(unit.group), (unit,)) for unit in self.network.units}
        standing = (each for each in blocks.values() if each[0].name in self.classes)
        return {name: poly for each in standing for name, poly in self.block(each) if poly}

    def _parameters(self) -> dict[str, Poly]:
        found = {name: self.partial(name, self.partials[name]) for name in self.network.parameters}
        return {name: poly for name, poly in found.items() if poly}


def _drop(monomial: P.Monomial, generator: P.Generator) -> P.Monomial:
    rest = list(monomial)
    rest.remove(generator)
    return tuple(rest)
