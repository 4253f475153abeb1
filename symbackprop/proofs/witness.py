"""Numbers beside the proof: 50-digit differences of the cost confirm it, intervals refute what is wrong.

confirm   central differences of the cost in 50 digits, and complex-step derivatives in double precision of the
          lambdified gradient; the largest relative deviation is reported, and too large a one is an InternalError
refute    the claimed derivative and the true one as intervals at a rational point: REFUTED where they exclude each other
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from symbackprop import symbols
from symbackprop.errors import InternalError
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.delta import expressions
from symbackprop.gradients.delta import polynomials as true_recursion
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs import numbers
from symbackprop.proofs.verdict import Refuted

EACH = 60  # up to so many parameters each is differenced on its own, beyond along random directions
TOLERANCE = 1e-20  # 50 digits, step 1e-16: truncation is about 1e-32 of the third derivative, a wrong formula about 1
DOUBLE_TOLERANCE = 1e-6  # double precision, relative to the largest partial derivative


@dataclass(frozen=True)
class Numbers:
    """How closely numbers confirm a proof: the largest deviations, relative to the size of the gradient."""

    points: int
    directions: int
    deviation: float
    reference: str
    lambdified: float | None = None

    def __str__(self) -> str:
        what = f"{self.directions} derivative{'s' * (self.directions != 1)} at {self.points} point{'s' * (self.points != 1)}"
        text = f"{what}, {self.reference}: "
        text += f"largest relative deviation {self.deviation:.1e}"
        if self.lambdified is not None:
            text += f"; lambdified, in double precision, against the complex step: {self.lambdified:.1e}"
        return text


def confirm(
    network: Network,
    deltas: Iterable[tuple[str, Poly]],
    partials: Iterable[tuple[str, Poly]],
    algebra: Polynomials,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> Numbers | None:
    """Compare every partial derivative with central differences of the cost, in 50 digits; InternalError where they part.

    `deltas` come last unit first. Of a large net both are read once and nothing of them is kept.
    None where every point tried lies on a kink, so that there is no derivative to compare with.
    """
    context = numbers.fifty_digits()
    tables = numbers.Tables(network, context)
    small = len(network.parameters) <= EACH
    short = len(network.units) <= EACH  # a chain of a thousand tied units has two parameters: lambdifying it took 25 s
    points = 2 if small else 1
    step = context.mpf(10) ** -16
    worst, count, point = 0.0, 0, None
    if points > 1:
        deltas, partials = list(deltas), list(partials)
    for index in range(points):
        point = numbers.tame_point(network, seed + index)
        if point is None:
            return None
        values = numbers.Evaluation(network, point, context, tables).generators(deltas, algebra.generators)
        directions = _directions(network, small, seed + index)
        along, scale = _along(partials, algebra, values, context, directions)
        for done, (direction, exact) in enumerate(zip(directions, along)):
            tell("numbers", index * len(directions) + done, points * len(directions))
            high, low = (
                numbers.Evaluation(network, numbers.Moved(point, direction, each, context), context, tables).cost
                for each in (step, -step)
            )
            difference = (high - low) / (2 * step)
            size = max(abs(exact), scale * context.mpf("1e-12"), abs(high) * context.mpf("1e-12"))
            worst = max(worst, float(abs(difference - exact) / size))
            count += 1
            if worst > TOLERANCE:
                raise InternalError(
                    "the numbers and the proof disagree",
                    where=f"net {network.name}, along {', '.join(list(direction)[:3])}",
                    expected=context.nstr(difference, 30),
                    got=context.nstr(exact, 30),
                )
    kind = "each parameter" if small else "a random direction over all parameters"
    reference = f"{kind} against central differences in {numbers.DIGITS} digits"
    return Numbers(points, count, worst, reference, _lambdified(network, point) if small and point and short else None)


def _along(
    partials: Iterable[tuple[str, Poly]],
    algebra: Polynomials,
    values: Mapping[str, Any],
    context: Any,
    directions: list[dict[str, int]],
) -> tuple[list[Any], Any]:
    """The claimed derivative along each direction, and the largest partial derivative (1 where all are 0)."""
    names, sums, largest = algebra.generators, [context.mpf(0) for _ in directions], context.mpf(0)
    for name, poly in partials:
        value = numbers.evaluate(poly, names, values, context)
        largest = max(largest, abs(value))
        for k, direction in enumerate(directions):
            if name in direction:
                sums[k] += value * direction[name]
    return sums, largest or context.mpf(1)


def _lambdified(network: Network, point: Mapping[str, Fraction]) -> float:
    """The largest deviation of the lambdified gradient from the complex step Im C(theta + ih) / h, over the largest partial.

    Source: Squire and Trapp 1998; h = 1e-30, since no difference is taken and nothing cancels.
    """
    found = lambdified(network)({name: float(value) for name, value in point.items()})
    complex_point = numbers.COMPLEX
    step, worst = 1e-30, 0.0
    cost = abs(numbers.Evaluation(network, point, numbers.DOUBLE).cost)
    scale = max(*(abs(each) for each in found.values()), 1e-6 * cost, 1e-300)
    for name, value in found.items():
        moved = {each: complex(share) + (step * 1j if each == name else 0) for each, share in point.items()}
        evaluation = numbers.Evaluation(network, moved, complex_point)
        worst = max(worst, abs(evaluation.cost.imag / step - value) / scale)
    if not worst < DOUBLE_TOLERANCE:
        raise InternalError(
            "the lambdified gradient and the complex step disagree", where=f"net {network.name}", got=f"{worst:.1e}"
        )
    return worst


def lambdified(network: Network) -> Callable[[Mapping[str, float]], dict[str, float]]:
    """The gradient of the delta recursion as Python functions, lambdified equation by equation.

    Shapes: a float per input, parameter and target name, to a float per parameter name.
    Not: the trainer, which compiles the whole pass to array code.
    """
    recursion = expressions(network)
    deltas = [(symbols.delta(name), *_function(each)) for name, each in recursion.deltas()]
    partials = [(name, *_function(each)) for name, each in recursion.partials()]
    context = numbers.DOUBLE

    def gradient(point: Mapping[str, float]) -> dict[str, float]:
        exact = {name: Fraction(value) for name, value in point.items()}
        values = numbers.Evaluation(network, exact, context).generators()
        for name, names, call in deltas:
            values[name] = call(*(values[each] for each in names))
        return {name: float(call(*(values[each] for each in names))) for name, names, call in partials}

    return gradient


def _function(expression: Any) -> tuple[list[str], Callable[..., float]]:
    arguments = sorted(expression.free_symbols, key=lambda each: str(each.name))
    return [each.name for each in arguments], sympy.lambdify(arguments, expression, modules="math", cse=True)


def _directions(network: Network, small: bool, seed: int) -> list[dict[str, int]]:
    if small:
        return [{name: 1} for name in network.parameters]
    source = random.Random(seed)
    return [{name: source.randint(-9, 9) for name in network.parameters}]  # one covers every parameter


def refute(
    network: Network, deltas: Mapping[str, Poly], partials: Mapping[str, Poly], algebra: Polynomials, tries: int = 6
) -> dict[str, Refuted]:
    """For each parameter whose claimed derivative differs from the true one somewhere, a certified rational witness."""
    true = true_recursion(network, algebra)
    true_deltas, true_partials = dict(true.deltas()), dict(true.partials())
    context, found = numbers.intervals(), dict[str, Refuted]()
    names = algebra.generators
    for seed in range(tries):
        point = numbers.random_point(network, seed, size=3)
        try:
            evaluation = numbers.Evaluation(network, point, context)
            claimed = evaluation.generators(_last_first(network, deltas), names)
            right = evaluation.generators(true_deltas.items(), names)
        except (ArithmeticError, KeyError):  # a kink inside an interval; a delta used before it is defined
            continue
        for name in network.parameters:
            if name in found:
                continue
            one = numbers.evaluate(partials[name], names, claimed, context)
            other = numbers.evaluate(true_partials[name], names, right, context)
            difference = one - other
            if difference.a > 0 or difference.b < 0:
                found[name] = Refuted(
                    engine="interval arithmetic",
                    witness={key: str(value) for key, value in point.items()},
                    left=_ball(one),
                    right=_ball(other),
                )
        if len(found) == len(network.parameters):
            break
    return found


def _last_first(network: Network, deltas: Mapping[str, Poly]) -> Iterator[tuple[str, Poly]]:
    return ((unit.name, deltas[unit.name]) for unit in reversed(network.units))


def _ball(value: Any) -> str:
    return f"{float(value.mid):.12g}"
