"""The direct route: differentiate the fully composed cost, knowing nothing of deltas.

    literal         sympy.diff of the nested expression, one parameter at a time: what is displayed for small nets
    differentials   forward derivation on the shared graph of the same expression: sum rule, product rule, one-variable
                    chain rule, each node once; d(argument of every activation head) and d(cost), for nets of any size

Not: the delta recursion. This file and `delta` never import each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, lru_cache

import sympy

from symbackprop import symbols
from symbackprop.errors import InternalError
from symbackprop.forward import ForwardPass
from symbackprop.gradients.algebra import Polynomials
from symbackprop.heads import CostHead, CostSlope, Head, Slope
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Unit
from symbackprop.symbols import Expr, real

Differential = dict[P.Generator, Poly]  # generator -> coefficient of its differential


class Direct:
    """What differentiating the composed cost gives, read over an algebra's generators."""

    def __init__(self, forward: ForwardPass, algebra: Polynomials) -> None:
        self.forward, self.algebra = forward, algebra

    @cached_property
    def _units(self) -> dict[Expr, str]:
        """The unit behind every activation head of the composed cost: the first, where tied units are one expression."""
        composed = self.forward.outputs_composed
        found: dict[Expr, str] = {}
        groups = self.forward.network.groups
        for unit in self.forward.network.units:
            for each in groups.get(str(unit.group), (unit,)):  # of two groups that are one function, one stands for both
                found.setdefault(composed[each.name], each.name)
        return found

    @cached_property
    def representative(self) -> Mapping[str, str]:
        """For every unit, the unit whose head stands for it (itself, unless tied weights make two units one function)."""
        composed = self.forward.outputs_composed
        return {unit.name: self._units[composed[unit.name]] for unit in self.forward.network.units}

    def literal(self, parameter: str) -> Expr:
        """d cost / d parameter by sympy.diff, as it comes."""
        return sympy.diff(self.forward.composed, real(parameter))

    # -- forward derivation -------------------------------------------------------------------------------------------

    def differential(self, unit: Unit) -> Differential:
        """The total differential of one unit's pre-activation as it is defined: what an edge starts from is a leaf."""
        return self._differential(self.forward.pre_activation(unit, self.forward.source))

    def differentials(self) -> dict[str, Differential]:
        """For every unit, the total differential of its head's argument in the composed cost."""
        composed = self.forward.outputs_composed
        result = {}
        for unit in self.forward.network.units:
            head = composed[unit.name]
            if unit.group is None:
                argument = head.args[0]
            else:
                members = self.forward.network.groups[unit.group]
                argument = head.args[1 + members.index(unit)]
            result[unit.name] = self._differential(argument)
        return result

    def _differential(self, expression: Expr) -> Differential:
        """Sum and product rule over an Add of Muls of symbols, numbers and heads; a head is a leaf, d head its differential."""
        total: Differential = {}
        for summand in expression.args if expression.is_Add else (expression,):
            factors = summand.args if summand.is_Mul else (summand,)
            coefficient: P.Coefficient = 1
            generators = []
            for factor in factors:
                if factor.is_Rational:
                    coefficient = coefficient * (int(factor) if factor.is_Integer else _fraction(factor))
                elif factor.is_Pow and factor.exp.is_Integer and 0 < factor.exp < 64:
                    generators += [self._leaf(factor.base)] * int(factor.exp)
                else:
                    generators.append(self._leaf(factor))
            for k, generator in enumerate(generators):
                rest = tuple(sorted(generators[:k] + generators[k + 1 :]))
                P.add_into(total.setdefault(generator, {}), {rest: coefficient})
        return total

    def _leaf(self, expression: Expr) -> P.Generator:
        if expression.is_Symbol:
            return self.algebra.id(expression.name)
        unit = self._units.get(expression)
        if unit is None:
            raise InternalError("the composed cost holds a node that is no unit's output", got=str(expression)[:100])
        return self.algebra.id(symbols.output(unit))

    def cost_slopes(self) -> dict[str, tuple[Poly, Poly]]:
        """dC/da of every output, by sympy.diff of the cost in its outputs, as numerator and denominator.

        Outputs whose parts of the cost are alike but for their names share one call of sympy.diff: a thousand take 20 s.
        """
        net, result = self.forward.network, {}
        cost = self.forward.cost
        if isinstance(cost, CostHead):  # an undefined C: its slopes stay closed
            return {name: (self.algebra.name(symbols.loss_slope(name)), P.ONE) for name in net.outputs}
        summands: dict[Expr, list[Expr]] = {}  # by the output they hold: the rest of the sum has derivative 0
        for summand in cost.args if cost.is_Add else (cost,):
            for symbol in summand.free_symbols:
                summands.setdefault(symbol, []).append(summand)
        for name in net.outputs:
            symbol = self.forward.source(name)
            part = sympy.Add(*summands.get(symbol, ()))
            others = sorted(part.free_symbols - {symbol}, key=str)
            alike = {symbol: symbols.a} | {each: real(f"y{k}") for k, each in enumerate(others)}
            names = {alike[each].name: each.name for each in alike}
            result[name] = self.algebra.quotient(_slope(part.xreplace(alike)), names)
        return result

    # -- literal derivatives as polynomials ---------------------------------------------------------------------------

    def read(self, expression: Expr) -> tuple[Poly, Poly]:
        """A literal derivative as numerator and denominator over the generators: heads become outputs and slopes."""
        leaves: dict[Expr, Expr] = {}
        waiting = [expression]
        while waiting:
            node = waiting.pop()
            if node in leaves:
                continue
            if node in self._units:
                leaves[node] = real(symbols.output(self._units[node]))
            elif isinstance(node, Slope | CostSlope):
                leaves[node] = real(self._slope_name(node))
            else:
                waiting.extend(node.args)
        flat = expression.xreplace(leaves)
        return self.algebra.quotient(flat, {each.name: each.name for each in flat.free_symbols})

    @cached_property
    def _arguments(self) -> dict[tuple[object, Expr], str]:
        return {(head.func.activation, head.args): unit for head, unit in self._units.items() if isinstance(head, Head)}

    def _slope_name(self, node: Expr) -> str:
        if isinstance(node, CostSlope):
            return symbols.loss_slope(self.forward.network.outputs[node.argindex - 1])
        unit = self._arguments[node.activation, node.args]
        if node.argindex == 1:
            return symbols.slope(unit)
        return symbols.parameter_slope(unit, list(node.activation.parameters)[node.argindex - 2])


@lru_cache(maxsize=64)
def _slope(part: Expr) -> Expr:
    """d part / d a."""
    return sympy.diff(part, symbols.a)


def _fraction(value: Expr) -> P.Coefficient:
    return Fraction(int(value.p), int(value.q))
