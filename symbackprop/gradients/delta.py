"""The delta recursion (backpropagation), written once and read by any algebra.

    output unit     delta_k = phi_k'(z_k) (dC/da_k + sum_r w_kr delta_r)
    hidden unit     delta_k = phi_k'(z_k) sum_r w_kr delta_r                         (r: the units that k feeds)
    softmax unit    delta_k = a_k (G_k - sum_j a_j G_j),  G_j = dC/da_j + sum_r w_jr delta_r
    fused output    delta_k = a_k - y_k + ...  where loss and activation say so (cross-entropies)
    weight          dC/dw = sum over the edges that bear w of a_source delta_unit;   bias: sum of delta_unit
    alpha           dC/dalpha = sum over its units of dphi/dalpha G

Source: Rumelhart, Hinton, Williams 1986; Nielsen ch. 2, BP1-BP4; Winston, 6.034 note (delta there is dP/dz, P maximised).
Not: the direct route. This file and `direct` never import each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from symbackprop import symbols
from symbackprop.gradients.algebra import Algebra, Expressions, Polynomials, Texts
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network, Unit, Weight
from symbackprop.symbols import Expr
from symbackprop.units import Place, Role, places

V = TypeVar("V")


class Recursion(Generic[V]):
    """The equations of backpropagation for one net, in one algebra."""

    def __init__(self, network: Network, algebra: Algebra[V]) -> None:
        network.require_gradient()
        self.network, self.algebra = network, algebra
        self.target = dict(zip(network.outputs, network.targets, strict=True))
        self._last: tuple[str | None, list[V]] = None, []

    def weight(self, weight: Weight) -> V:
        """A weight as a generator or a number."""
        return self.algebra.name(weight) if isinstance(weight, str) else self.algebra.number(weight)

    def source(self, name: str) -> V:
        """The output of whatever an edge starts from."""
        if name in self.network.by_name:
            return self.algebra.name(symbols.output(name))
        return self.algebra.number(1) if name in self.network.ones else self.algebra.name(name)

    def slope(self, unit: Unit) -> V:
        """phi'(z): from the table where it is a polynomial in the output, else the closed slope symbol."""
        kind = unit.activation
        if kind.slope_is_polynomial:
            value = self.algebra.table(kind.slope, {"a": symbols.output(unit.name)})
            assert value is not None
            return value
        return self.algebra.name(symbols.slope(unit.name))

    def loss_slope(self, unit: Unit) -> V:
        """dC/da of an output: from the table where it is a polynomial, else the closed symbol g."""
        entry = self.network.loss.slope
        if entry is not None and entry.is_polynomial(symbols.a, symbols.y):
            value = self.algebra.table(entry, {"a": symbols.output(unit.name), "y": self.target[unit.name]})
            if value is not None:
                return value
        return self.algebra.name(symbols.loss_slope(unit.name))

    def fused(self, unit: Unit) -> V | None:
        """The textbook delta of an output unit whose slope cancels against the loss's, or None."""
        entry = self.network.loss.fused.get(unit.activation.name) if unit.name in self.target else None
        if entry is None:
            return None
        return self.algebra.table(entry, {"a": symbols.output(unit.name), "y": self.target[unit.name]})

    def downstream(self, unit: Unit) -> list[V]:
        """w_kr delta_r for every unit r that k feeds."""
        return [
            self.algebra.product([self.weight(weight), self.algebra.name(symbols.delta(after.name))])
            for after, weight in self.network.successors.get(unit.name, ())
        ]

    def upstream(self, unit: Unit, fused: bool = False) -> V | None:
        """G_k, the derivative of the cost by the unit's output; without the loss where that is fused; None for zero."""
        parts = self.downstream(unit)
        if unit.name in self.target and not fused:
            parts.insert(0, self.loss_slope(unit))
        return self.algebra.sum(parts) if parts else None

    def delta(self, unit: Unit) -> V:
        """The right-hand side of the recursion for one unit's delta."""
        fused = self.fused(unit)
        upstream = self.upstream(unit, fused is not None)
        parts = [] if fused is None else [fused]
        if unit.group is None:
            if upstream is not None:
                parts.append(self.algebra.product([self.slope(unit), upstream]))
        else:
            parts += self._softmax(unit, fused is not None)
        return self.algebra.sum(parts)

    def _softmax(self, unit: Unit, fused: bool) -> list[V]:
        algebra, minus = self.algebra, self.algebra.number(-1)
        own, total = self.upstream(unit, fused), self._shared(str(unit.group))
        inside = ([own] if own is not None else []) + ([algebra.product([minus, algebra.sum(total)])] if total else [])
        return [algebra.product([algebra.name(symbols.output(unit.name)), algebra.sum(inside)])] if inside else []

    def _shared(self, group: str) -> list[V]:
        """a_j G_j for the units j of a softmax group; kept until another group is asked for."""
        if self._last[0] != group:
            total = []
            for each in self.network.groups[group]:
                value = self.upstream(each, self.fused(each) is not None)
                if value is not None:
                    total.append(self.algebra.product([self.algebra.name(symbols.output(each.name)), value]))
            self._last = group, total
        return self._last[1]

    def deltas(self) -> Iterator[tuple[str, V]]:
        """Every unit's recursion, the last unit first: the order in which the backward pass computes them."""
        for unit in reversed(self.network.units):
            yield unit.name, self.delta(unit)

    @cached_property
    def _uses(self) -> dict[str, list[tuple[Unit, Place]]]:
        """For every parameter the units and the places where it stands."""
        found: dict[str, list[tuple[Unit, Place]]] = {}
        for unit in self.network.units:
            for name, place in places(unit):
                found.setdefault(name, []).append((unit, place))
        return found

    def partial(self, parameter: str) -> V:
        """The derivative of the cost by one parameter, in outputs and deltas."""
        uses = sorted(self._uses[parameter], key=lambda use: isinstance(use[1], Role))
        return self.algebra.sum(each for unit, place in uses if (each := self.share(unit, place)) is not None)

    def share(self, unit: Unit, place: Place) -> V | None:
        """What one use of a parameter adds to its partial derivative; None for nothing."""
        if isinstance(place, Role):
            upstream, slope = self.upstream(unit), symbols.parameter_slope(unit.name, place.name)
            return None if upstream is None else self.algebra.product([self.algebra.name(slope), upstream])
        error = self.algebra.name(symbols.delta(unit.name))
        return error if place is None else self.algebra.product([self.source(place), error])

    def partials(self) -> Iterator[tuple[str, V]]:
        """Every parameter's partial derivative, in the order of the net's parameters."""
        for name in self.network.parameters:
            yield name, self.partial(name)


def expressions(network: Network) -> Recursion[Expr]:
    """The recursion as SymPy expressions.

    >>> from symbackprop.networks import Network
    >>> recursion = expressions(Network.chain(2, bias=False))
    >>> dict(recursion.deltas())["u1_1"]
    a(u1_1)*delta(u2_1)*w2_1_1*(1 - a(u1_1))
    >>> recursion.partial("w2_1_1")
    a(u1_1)*delta(u2_1)
    """
    return Recursion[Any](network, Expressions())


def texts(network: Network) -> Recursion[str]:
    """The recursion as lines of text.

    >>> from symbackprop.networks import Network
    >>> texts(Network.chain(1)).delta(Network.chain(1).units[0])
    'a(u1_1) (1 - a(u1_1)) (y1 - a(u1_1))'
    """
    return Recursion(network, Texts())


def polynomials(network: Network, algebra: Polynomials) -> Recursion[Poly]:
    """The recursion as polynomials over the algebra's generators."""
    return Recursion(network, algebra)
