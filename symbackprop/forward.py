"""From a network to its forward pass: every z and a in order of definition, and the cost, as SymPy expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy

from symbackprop import heads, symbols
from symbackprop.door import callable_module
from symbackprop.networks import Network, Unit, Weight
from symbackprop.symbols import Expr, real


def number(weight: Weight) -> Expr:
    """A weight as SymPy has it: a symbol, or an exact rational."""
    return real(weight) if isinstance(weight, str) else sympy.Rational(weight.numerator, weight.denominator)


@dataclass(frozen=True)
class Definition:
    """One equation of the forward pass: symbol = expression in symbols defined before it."""

    symbol: Expr
    expression: Expr
    unit: Unit


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """Every definition of a net, in order: each symbol is defined before it is used.

    Math
        z(k) = sum_j w_jk a(j) + b_k,   a(k) = phi_k(z(k)),   cost = loss(a of the outputs, targets)

    >>> from symbackprop.networks import Network
    >>> pass_ = forward(Network.chain(2, bias=False))
    >>> [str(each.expression) for each in pass_.definitions]
    ['w1_1_1*x1', 'sigmoid(z(u1_1))', 'a(u1_1)*w2_1_1', 'sigmoid(z(u2_1))']
    """

    network: Network

    def source(self, name: str) -> Expr:
        """The symbol of whatever an edge can start from; a bias neuron is the number 1."""
        if name in self.network.by_name:
            return real(symbols.output(name))
        return sympy.Integer(1) if name in self.network.ones else real(name)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """z then a of every unit (all z of a softmax group before its outputs)."""
        return tuple(self._definitions())

    def _definitions(self) -> Iterator[Definition]:
        z_of = {unit.name: real(f"z({unit.name})") for unit in self.network.units}
        for unit in self.network.units:
            yield Definition(z_of[unit.name], self.pre_activation(unit, self.source), unit)
            members = (unit,) if unit.group is None else self.network.groups[unit.group]
            if unit is members[-1]:
                arguments = tuple(z_of[each.name] for each in members)
                for index, each in enumerate(members, start=1):
                    yield Definition(real(symbols.output(each.name)), _output(each, arguments, index), each)

    def pre_activation(self, unit: Unit, value: Callable[[str], Expr]) -> Expr:
        """z of a unit, each source as `value` has it."""
        # evaluate=False: one Mul an edge and one Add a unit; sorting and merging 79,510 of them took 10 s instead of 0.6
        summands = [_product(number(edge.weight), value(edge.source)) for edge in unit.edges]
        if unit.bias is not None:
            summands.append(number(unit.bias))
        return sympy.Add(*summands, evaluate=False) if len(summands) > 1 else summands[0]

    @cached_property
    def cost(self) -> Expr:
        """The cost in the symbols of the outputs and targets."""
        net = self.network
        return heads.cost(net.loss, [self.source(name) for name in net.outputs], [real(name) for name in net.targets])

    @cached_property
    def outputs_composed(self) -> dict[str, Expr]:
        """Every unit's output as one nested expression in inputs and parameters: shared, never copied."""
        values: dict[str, Expr] = {name: real(name) for name in self.network.inputs}
        values |= dict.fromkeys(self.network.ones, sympy.Integer(1))
        arguments: dict[str, Expr] = {}
        for unit in self.network.units:
            arguments[unit.name] = self.pre_activation(unit, values.__getitem__)
            members = (unit,) if unit.group is None else self.network.groups[unit.group]
            if unit is members[-1]:  # the units of a softmax group have their outputs when all of it has its arguments
                inside = tuple(arguments[each.name] for each in members)
                for index, each in enumerate(members, start=1):
                    values[each.name] = _output(each, inside, index)
        return values

    @cached_property
    def composed(self) -> Expr:
        """The cost as one nested expression in inputs, targets and parameters: what is to be differentiated."""
        net = self.network
        outputs = [self.outputs_composed[name] for name in net.outputs]
        return heads.cost(net.loss, outputs, [real(name) for name in net.targets])


def _product(weight: Expr, source: Expr) -> Expr:
    if weight.is_Number or source.is_Number:
        return weight * source
    return sympy.Mul(weight, source, evaluate=False)


def _output(unit: Unit, arguments: tuple[Expr, ...], index: int = 1) -> Expr:
    kind = unit.activation
    if kind.vector:
        return heads.head(kind)(sympy.Integer(index), *arguments)
    return heads.head(kind)(arguments[0], *(number(value) for _, value in unit.parameters))


def forward(network: Network) -> ForwardPass:
    """The forward pass of a net."""
    return ForwardPass(network)


def exact(value: Fraction | int) -> Expr:
    """A rational number as SymPy has it."""
    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else sympy.Integer(value)


callable_module(__name__)
