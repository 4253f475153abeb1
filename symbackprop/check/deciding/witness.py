"""A point where two sides differ: small rational numbers for the net, both sides as intervals that exclude each other."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from symbackprop.activations import activation as find_activation
from symbackprop.check.deciding import stand_ins
from symbackprop.check.exact import sparse
from symbackprop.check.exact.algebra import Key, Scalar
from symbackprop.check.exact.world import World
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.terms import Term

Interval = Any
Maybe = Any  # an interval, or None where the value may not exist
DIGITS = 40
TRIES = 6
_VALUES = [Fraction(n, d) for d in (1, 2, 3, 5) for n in range(-3, 4) if n % d or d == 1]
_CHOICES = [value for value in _VALUES if value]


@dataclass(frozen=True)
class Witness:
    """Where two sides differ, and their values there."""

    point: Mapping[str, str]
    left: str
    right: str
    note: str = ""


class Point:
    """One choice of numbers for everything a net and a formula leave open, and the intervals that follow."""

    def __init__(self, world: World, seed: int, named: frozenset[str] = frozenset()) -> None:
        from mpmath.ctx_iv import MPIntervalContext  # only a formula that is not proved needs numbers

        self.world, self.named = world, named
        self.iv = MPIntervalContext()
        self.iv.dps = DIGITS
        self.seed = seed
        self.chosen = dict[Key, Fraction]()
        self.memo = dict[int, Interval]()
        self.outputs = dict[str, Interval]()
        self.stands_for = dict[str, None]()  # what was put in for undefined functions
        self.zero = self.iv.mpf(0)
        self.sparse = sparse.is_large(world)

    def lift(self, value: Fraction | int) -> Interval:
        """A rational number as an interval."""
        value = Fraction(value)
        return self.iv.mpf(value.numerator) / value.denominator

    def choose(self, key: Key) -> Interval:
        """The number chosen for a free quantity."""
        if key not in self.chosen:
            if self.sparse and key[0] == "param" and key[1] not in self.named and not sparse.is_kept(self.world, self.seed, key[1]):
                return self.zero
            # by its own name, so that the point does not depend on what was computed before
            pick = random.Random(f"{self.seed} {key}").choice(_CHOICES)
            if key[0] == "rate" or (key[0] == "free" and self.seed % 2):
                pick = abs(pick)
            if key[0] == "target" and self.world.net is not None and self.world.net.loss.target_range == (0, 1):
                pick = abs(pick) / 4
            self.chosen[key] = pick
        return self.lift(self.chosen[key])

    def value(self, scalar: Scalar) -> Maybe:
        """A value as an interval, None where its denominator may vanish here."""
        bottom = self.poly(scalar.den)
        top = self.poly(scalar.num)
        if top is None or bottom is None or 0 in bottom:
            return None
        return top / bottom

    def poly(self, poly: Poly) -> Maybe:
        """A polynomial as an interval."""
        total, keys = self.iv.mpf(0), self.world.algebra.keys
        for monomial, coefficient in poly.items():
            term = self.lift(Fraction(coefficient))
            if self.sparse and any(self.generator(g) is self.zero for g in monomial if keys[g][0] == "param"):
                continue
            for g in monomial:
                factor = self.generator(g)
                if factor is None:
                    return None
                term = term * factor
            total = total + term
        return total

    def generator(self, g: int) -> Maybe:
        """The interval of a generator."""
        if g not in self.memo:
            self.memo[g] = self._make(self.world.algebra.keys[g], g)
        return self.memo[g]

    def _make(self, key: Key, g: int) -> Maybe:
        kind = key[0]
        if kind == "out":
            return self.output(key[1])
        if kind == "slope":
            return self.slope(key[1], key[2])
        if kind == "partition":
            parts = [self.z(unit.name) for unit in self.world.net.groups[key[1]]] if self.world.net else []
            bad = any(each is None or not abs(each) < 200 for each in parts)
            return None if bad else sum((self.iv.exp(each) for each in parts), self.iv.mpf(0))
        arguments = [self.value(each) for each in self.world.algebra.arguments.get(g, ())]
        if any(each is None for each in arguments):
            return None
        if kind == "act":
            return self.build(find_activation(key[1]).value_term, arguments[0], {})
        if kind == "exp":
            return self.iv.exp(arguments[0]) if abs(arguments[0]) < 200 else None
        if kind == "log":
            return self.iv.log(arguments[0]) if arguments[0] > 0 else None
        if kind == "root":
            return self.iv.sqrt(arguments[0]) if arguments[0] >= 0 else None
        if kind in ("sin", "cos"):
            return getattr(self.iv, kind)(arguments[0])
        if kind == "step":
            return self.iv.mpf(1) if arguments[0] > 0 else self.iv.mpf(0) if arguments[0] < 0 else None
        if kind == "kink":
            return None
        if kind == "fn":
            return self.example(key[1], key[2], arguments)
        return self.choose(key)

    def example(self, name: str, orders: tuple[int, ...], arguments: list[Interval]) -> Interval:
        """A function that stands for an undefined one, and its partial derivatives: of one argument a bounded one, so that the
        numbers of deep nets stay small; of several, and at every third point, a polynomial, which has both signs.
        """
        n = len(arguments)
        if n == 1 and self.seed % 3 != 0:
            scale = stand_ins.scale(name)
            self.stands_for[f"{name}(z) = {scale if scale.denominator == 1 else f'({scale})'}/(1 + exp(-z - z^2/9 - 1/5))"] = None
            share = self.build(stand_ins.bounded(orders[0]), arguments[0], {})
            return None if share is None else share * self.lift(scale)
        self.stands_for["a polynomial"] = None
        total = self.iv.mpf(0)
        for powers in stand_ins.powers(n, 3):
            if any(p < o for p, o in zip(powers, orders)):
                continue
            term = self.lift(stand_ins.coefficient(powers) + (len(name) % 3) * Fraction(1, 4))
            for x, p, o in zip(arguments, powers, orders):
                term = term * (factorial(p) // factorial(p - o))
                for _ in range(p - o):
                    term = term * x
            total = total + term
        return total

    # -- the net ------------------------------------------------------------------------------------------------------

    def weight(self, value: str | Fraction) -> Interval:
        """A parameter's or a fixed weight's number."""
        return self.choose(("param", value)) if isinstance(value, str) else self.lift(value)

    def output(self, name: str) -> Maybe:
        """A neuron's output."""
        if name not in self.outputs:
            self.outputs[name] = self._output(name)
        return self.outputs[name]

    def _output(self, name: str) -> Maybe:
        net = self.world.net
        assert net is not None
        if name in net.inputs:
            return self.choose(("input", name))
        if name in net.ones:
            return self.iv.mpf(1)
        unit = net.by_name[name]
        z = self.z(name)
        if z is None:
            return None
        if unit.activation.vector:
            parts = [self.z(each.name) for each in net.groups[unit.group or ""]]
            if any(each is None or abs(each) > 200 for each in parts):
                return None
            exps = [self.iv.exp(each) for each in parts]
            return self.iv.exp(z) / sum(exps, self.iv.mpf(0))
        if unit.activation.value_term is None:
            return self.example("sigma", (0,), [z])
        return self.build(unit.activation.value_term, z, dict(unit.parameters))

    def z(self, name: str) -> Maybe:
        """A unit's weighted input."""
        net = self.world.net
        assert net is not None
        unit = net.by_name[name]
        total = self.iv.mpf(0)
        for edge in unit.edges:
            weight = self.weight(edge.weight)
            if weight is self.zero:  # of a large net: what comes from there does not count
                continue
            source = self.output(edge.source)
            if source is None:
                return None
            total = total + weight * source
        return total + self.weight(unit.bias) if unit.bias is not None else total

    def slope(self, name: str, order: int) -> Maybe:
        """A derivative of a unit's activation at its weighted input."""
        net = self.world.net
        assert net is not None
        unit = net.by_name[name]
        z = self.z(name)
        if z is None:
            return None
        if unit.activation.value_term is None:
            return self.example("sigma", (order,), [z])
        return self.build(stand_ins.slope(unit.activation.value_term, order), z, dict(unit.parameters))

    def build(self, term: Term, z: Interval, parameters: Mapping[str, Any]) -> Maybe:
        """A term in z and an activation's parameters as an interval."""
        if isinstance(term, int):
            return self.lift(term)
        if isinstance(term, str):
            return z if term == "z" else self.weight(parameters[term])
        head = term[0]
        parts = [self.build(each, z, parameters) for each in (term[1:2] if head == "^" else term[1:])]
        if any(each is None for each in parts):
            return None
        if head == "+":
            return sum(parts, self.iv.mpf(0))
        if head == "*":
            total = self.iv.mpf(1)
            for each in parts:
                total = total * each
            return total
        if head == "/":
            return None if 0 in parts[1] else parts[0] / parts[1]
        if head == "^":
            return None if term[2] < 0 and 0 in parts[0] else parts[0] ** term[2]
        if head == "exp":
            return self.iv.exp(parts[0]) if abs(parts[0]) < 200 else None
        if head == "log":
            return self.iv.log(parts[0]) if parts[0] > 0 else None
        return self.iv.mpf(1) if parts[0] > 0 else self.iv.mpf(0) if parts[0] < 0 else None  # step

    def shown(self, *values: Scalar) -> dict[str, str]:
        """The chosen numbers by name: those the values use, and the whole net where they use an output of it."""
        algebra = self.world.algebra
        used = {algebra.keys[g] for g in sparse.generators(algebra, values)}
        whole = any(key[0] in ("out", "slope", "partition") for key in used)
        net = ("param", "input")
        return {str(key[-1]): str(value) for key, value in sorted(self.chosen.items(), key=str)
                if key in used or (whole and key[0] in net)}  # fmt: skip


def point_of(world: World, seed: int, *values: Scalar) -> Point:
    """The point of a seed, kept with the world so that the net is evaluated there once; for a large net, made for these values."""
    if sparse.is_large(world):
        return Point(world, seed, sparse.named(world.algebra, values))
    found: Point | None = world.points.get(seed)
    if found is None:
        found = world.points[seed] = Point(world, seed)
    return found


def refute(world: World, left: Scalar, right: Scalar) -> Witness | None:
    """A point where left and right certainly differ, or None where none of a few points shows it."""
    kinked = world.net is None or world.net.kinks  # where rectifiers rest, many wrong formulas hold
    for seed in range(8 * TRIES if kinked else TRIES):
        point = point_of(world, 7 * seed + 1, left, right)
        try:
            one, other = point.value(left), point.value(right)
        except (OverflowError, ValueError, ZeroDivisionError, NotImplementedError):
            continue
        if one is None or other is None:
            continue
        difference = one - other
        if 0 not in difference:
            note = "an undefined function stands for any: here for " + ", ".join(point.stands_for) if point.stands_for else ""
            note = "; ".join(each for each in (note, "the weights not named are 0" if point.sparse else "") if each)
            return Witness(point.shown(left, right), *both(one, other), note)
    return None


def compare(world: World, left: Scalar, right: Scalar, tries: int = 24) -> tuple[Witness | None, Witness | None]:
    """A point where left > right for certain, and one where left < right for certain."""
    above: Witness | None = None
    below: Witness | None = None
    for seed in range(tries):
        point = point_of(world, seed, left, right)
        try:
            one, other = point.value(left), point.value(right)
        except (OverflowError, ValueError, ZeroDivisionError, NotImplementedError):
            continue
        if one is None or other is None:
            continue
        found = Witness(point.shown(left, right), *both(one, other))
        if one - other > 0:
            above = above or found
        elif one - other < 0:
            below = below or found
    return above, below


def both(one: Interval, other: Interval) -> tuple[str, str]:
    """The middles of two intervals, with as many digits as it takes to tell them apart."""
    import mpmath

    for count in (8, 14, 20, 30):
        shown = mpmath.nstr(mpmath.mpf(one.mid.a), count), mpmath.nstr(mpmath.mpf(other.mid.a), count)
        if shown[0] != shown[1]:
            break
    return shown
