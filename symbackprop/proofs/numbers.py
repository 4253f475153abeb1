"""A net evaluated at one point, in any field: the outside witness of every proof, and the judge of every refutation.

The same few lines run on 50-digit numbers (mpmath.mp) and on intervals (mpmath.iv), whose result encloses the truth.
"""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import sympy

from symbackprop import symbols
from symbackprop.activations.activation import Activation
from symbackprop.gradients.algebra import Names
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network, Weight
from symbackprop.symbols import Expr

Number = Any  # mpf, iv.mpf or Fraction
Point = Mapping[str, Any]  # a rational, or a number of the field, for every parameter, input and target

DIGITS = 50


def fifty_digits() -> Any:
    """A private mpmath context with 50 digits (the global one is left alone)."""
    context = mpmath.MPContext()
    context.dps = DIGITS
    return context


def intervals(digits: int = 40) -> Any:
    """A private interval context: every operation encloses the exact result."""
    context = mpmath.MPIntervalContext()
    context.dps = digits
    return context


class _Plain:
    """Python's own floats or complex numbers, with the few names a field needs."""

    def __init__(self, kind: Callable[[Any], Number], module: Any) -> None:
        self.mpf, self.exp, self.log = kind, module.exp, module.log


DOUBLE = _Plain(float, math)
COMPLEX = _Plain(complex, cmath)


def lift(value: Fraction | int | Number, context: Any) -> Number:
    """A rational number in a field; a number of the field is taken as it is."""
    if not isinstance(value, int | Fraction):
        return value
    exact = Fraction(value)
    return context.mpf(exact.numerator) / context.mpf(exact.denominator)


def _step(value: Number) -> int:
    if isinstance(value, complex):  # the complex step moves off the real line by less than any kink is wide
        value = value.real
    if value > 0:
        return 1
    if value <= 0:
        return 0
    raise ArithmeticError("a step function at an interval that holds its kink")


def function(expression: Expr, arguments: tuple[Expr, ...], context: Any) -> Callable[..., Number]:
    """A table entry as a function over a field; walks the expression, so intervals stay intervals."""

    def evaluate(node: Expr, values: Mapping[Expr, Number]) -> Number:
        if node in values:
            return values[node]
        if node.is_Rational:
            return lift(Fraction(int(node.p), int(node.q)), context)
        parts = [evaluate(each, values) for each in node.args] if not node.is_Pow else []
        if node.is_Add:
            return sum(parts[1:], parts[0])
        if node.is_Mul:
            return _product(parts)
        if node.is_Pow:
            base, exponent = evaluate(node.base, values), int(node.exp)
            return base**exponent if exponent >= 0 else 1 / base**-exponent
        return {sympy.exp: context.exp, sympy.log: context.log, symbols.step: _step}[node.func](*parts)

    return lambda *numbers: evaluate(expression, dict(zip(arguments, numbers, strict=True)))


def _product(parts: list[Number]) -> Number:
    result = parts[0]
    for each in parts[1:]:
        result = result * each
    return result


# An undefined sigma or C is every differentiable function, so any one serves as witness: this one has no symmetry to
# hide in, and its values lie in (0, 1), where every loss is defined.
SAMPLE_VALUE = 1 / (1 + sympy.exp(-symbols.z - symbols.z**2 / 9 - sympy.Rational(1, 5)))
SAMPLE_SLOPE = sympy.diff(SAMPLE_VALUE, symbols.z)


class Tables:
    """The table entries of one net as functions over a field."""

    def __init__(self, network: Network, context: Any) -> None:
        self.context = context
        self._known: dict[tuple[str, str], Callable[..., Number]] = {}

    def value(self, kind: Activation) -> Callable[..., Number]:
        """phi(z, parameters...)."""
        expression = SAMPLE_VALUE if kind.value is None else kind.value
        return self._entry(kind, "value", expression, (symbols.z, *(symbols.real(role) for role in kind.parameters)))

    def slope(self, kind: Activation) -> Callable[..., Number]:
        """phi'(z, a, parameters...)."""
        expression = SAMPLE_SLOPE if kind.slope is None else kind.slope
        arguments = (symbols.z, symbols.a, *(symbols.real(role) for role in kind.parameters))
        return self._entry(kind, "slope", expression, arguments)

    def by(self, kind: Activation, role: str) -> Callable[..., Number]:
        """dphi/d parameter (z, parameters...)."""
        arguments = (symbols.z, *(symbols.real(each) for each in kind.parameters))
        return self._entry(kind, role, kind.parameters[role], arguments)

    def _entry(
        self, kind: Activation, what: str, expression: Expr, arguments: tuple[Expr, ...]
    ) -> Callable[..., Number]:
        key = (kind.name, what)
        if key not in self._known:
            self._known[key] = function(expression, arguments, self.context)
        return self._known[key]


class _Values(dict[str, Number]):
    """The values of a net's generators: what is computed is kept, what the point says is read there when it is needed."""

    def __init__(self, point: Point, context: Any) -> None:
        super().__init__()
        self.point, self.context = point, context

    def __missing__(self, name: str) -> Number:
        return lift(self.point[name], self.context)

    def copy(self) -> _Values:
        """The same values, to be changed by themselves."""
        made = _Values(self.point, self.context)
        made.update(self)
        return made


class Moved(Mapping[str, Number]):
    """A point a step away along a direction, each coordinate computed when it is asked for."""

    def __init__(self, point: Point, direction: Mapping[str, int], step: Number, context: Any) -> None:
        self.point, self.direction, self.step, self.context = point, direction, step, context

    def __getitem__(self, name: str) -> Number:
        value = lift(self.point[name], self.context)
        return value + self.step * self.direction[name] if name in self.direction else value

    def __iter__(self) -> Iterator[str]:
        return iter(self.point)

    def __len__(self) -> int:
        return len(self.point)


class Evaluation:
    """Values of z, a and the cost of a net at a point; `generators()` adds every slope and delta.

    Shapes
        point: one rational per parameter, input and target name
    Raises
        ArithmeticError where an interval holds a kink or a division by zero.
    """

    def __init__(
        self,
        network: Network,
        point: Point,
        context: Any,
        tables: Tables | None = None,
    ) -> None:
        self.network, self.context = network, context
        self.tables = tables or Tables(network, context)
        self.values = _Values(point, context)
        self.a: dict[str, Number] = {name: self.values[name] for name in network.inputs}
        self.a |= {name: context.mpf(1) for name in network.ones}
        self.z: dict[str, Number] = {}
        for unit in network.units:
            total = self.weight(unit.bias) if unit.bias is not None else context.mpf(0)
            for edge in unit.edges:
                total = total + self.weight(edge.weight) * self.a[edge.source]
            self.z[unit.name] = total
            members = (unit,) if unit.group is None else network.groups[unit.group]
            if unit is not members[-1]:
                continue
            if unit.group is None:
                extra = [self.weight(value) for _, value in unit.parameters]
                self.a[unit.name] = self.tables.value(unit.activation)(total, *extra)
            else:
                powers = [context.exp(self.z[each.name]) for each in members]
                whole = sum(powers[1:], powers[0])
                for each, power in zip(members, powers):
                    self.a[each.name] = power / whole

    def weight(self, weight: Weight) -> Number:
        """The number on an edge."""
        return self.values[weight] if isinstance(weight, str) else lift(weight, self.context)

    @property
    def cost(self) -> Number:
        """The cost at the point; the sample cost where C is undefined."""
        net = self.network
        pairs = [(self.a[output], self.values[target]) for output, target in zip(net.outputs, net.targets)]
        if net.loss.value is None:  # sum of a^2/5 and a chain of products: no output's slope is another's
            squares = [a * a / 5 + a for a, _ in pairs]
            products = [one[0] * two[0] for one, two in pairwise(pairs)]
            return sum(squares + products, self.context.mpf(0))
        value = function(net.loss.value, (symbols.a, symbols.y), self.context)
        return sum((value(a, y) for a, y in pairs), self.context.mpf(0))

    def loss_slopes(self) -> dict[str, Number]:
        """dC/da of every output."""
        net = self.network
        outputs = [self.a[name] for name in net.outputs]
        if net.loss.slope is None:
            result = {}
            for k, name in enumerate(net.outputs):
                near = [outputs[j] for j in (k - 1, k + 1) if 0 <= j < len(outputs)]
                result[name] = sum(near, outputs[k] * 2 / 5 + 1)
            return result
        slope = function(net.loss.slope, (symbols.a, symbols.y), self.context)
        return {name: slope(a, self.values[target]) for name, a, target in zip(net.outputs, outputs, net.targets)}

    def generators(self, deltas: Iterable[tuple[str, Poly]] = (), names: Names = ()) -> dict[str, Number]:
        """Values of every generator: a, p, g, q, and delta from the given recursion (last unit first)."""
        values = self.values.copy()
        slopes = self.loss_slopes()
        for unit in self.network.units:
            name, extra = unit.name, [self.weight(value) for _, value in unit.parameters]
            values[symbols.output(name)] = self.a[name]
            if unit.group is None:
                values[symbols.slope(name)] = self.tables.slope(unit.activation)(self.z[name], self.a[name], *extra)
                for role, _ in unit.parameters:
                    q = self.tables.by(unit.activation, role)(self.z[name], *extra)
                    values[symbols.parameter_slope(name, role)] = q
            if name in slopes:
                values[symbols.loss_slope(name)] = slopes[name]
        for name, poly in deltas:
            values[symbols.delta(name)] = evaluate(poly, names, values, self.context)
        return values


def evaluate(poly: Poly, names: Names, values: Mapping[str, Number], context: Any) -> Number:
    """A polynomial at values of its generators."""
    total = context.mpf(0)
    for monomial, coefficient in poly.items():
        product = values[names[monomial[0]]] if monomial else context.mpf(1)
        for index in monomial[1:]:
            product = product * values[names[index]]
        total = total + (product if coefficient == 1 else lift(coefficient, context) * product)
    return total


def random_point(network: Network, seed: int, size: int = 12) -> dict[str, Fraction]:
    """Small rationals for every parameter, input and target; targets lie in the loss's domain and sum to 1 where it says so."""
    source = random.Random(seed)

    def draw() -> Fraction:
        return Fraction(source.choice([-1, 1]) * source.randint(1, size), source.randint(3, 11))

    point = {name: draw() for name in (*network.inputs, *network.parameters)}
    raw = [Fraction(source.randint(1, 9)) for _ in network.targets]
    if network.loss.targets_sum_to_one:
        raw = [each / sum(raw) for each in raw]
    elif network.loss.target_range is not None:
        raw = [each / 10 for each in raw]
    return point | dict(zip(network.targets, raw, strict=True))


def tame_point(network: Network, seed: int, most: float = 3.0) -> dict[str, Fraction] | None:
    """A random point where numbers can tell: no pre-activation past `most` (saturated units show no digits), none on a kink.

    None where every point tried has a unit on its kink, as a rectifier whose weights are all fixed at 0 always has, or
    pre-activations that no float holds.
    """
    for attempt in range(12):
        point = random_point(network, seed + 1009 * attempt)
        for _ in range(60):
            try:
                z = Evaluation(network, point, DOUBLE).z
            except OverflowError:
                z = {"": math.inf}
            if max(abs(each) for each in z.values()) <= most:
                break
            point = {name: value / 2 if name in network.parameter_set else value for name, value in point.items()}
        if max(map(abs, z.values())) < 1e100 and all(abs(z[unit.name]) > 1e-9 for unit in network.units if unit.activation.kinks):
            return point
    return None
