"""Random residues for every generator: a fast test of equality, and the value a node of a formula would need."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import gcd

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Impossible, Rejected, Scalar, TooLarge
from symbackprop.check.exact.batch import targets_that_sum_to_one
from symbackprop.check.exact.values import ShapeClash, Tup, Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.expand import Writer
from symbackprop.check.meaning.quick import SLOT, Quick
from symbackprop.check.meaning.scope import Env, Unresolved
from symbackprop.check.mending.edit import put
from symbackprop.check.mending.pool import Term
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node
from symbackprop.kernel.polynomials import Poly

_P, _Q = (1 << 61) - 1, (1 << 31) - 1
MODULUS = _P * _Q  # two primes, so that there is a residue with s^2 = s that is neither 0 nor 1: for a step function
_STEPS = (1, _P * pow(_P, -1, _Q))

MAX_SPENT = 400_000

TROUBLE = (Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge, Rejected, KeyError, ValueError, ZeroDivisionError)


class Residues:
    """Random residues for every generator: a fast test of equality that exact arithmetic confirms."""

    def __init__(self, env: Env, seed: int = 0) -> None:
        self.env = env
        self.random = random.Random(20061110 + seed)
        self.of = dict[int, int]()
        # without a net nothing is named by its output: sigma(x) and 1/(1 + e^{-x}) must get one residue
        self.writer = Writer(env.scope.world) if env.scope.net is None else None
        self.quick = Quick(env, self.scalar, MODULUS)
        self.tried = 0  # evaluations of changed trees
        self.spent = 0  # products of terms in them

    def generator(self, g: int) -> int:
        """The residue of a generator."""
        if g not in self.of:
            self.of[g] = self._draw(g)
        return self.of[g]

    def _draw(self, g: int) -> int:
        net, algebra = self.env.scope.net, self.env.view.algebra
        for *before, last in targets_that_sum_to_one(net):
            if algebra.keys[g] == ("target", last):
                others = [algebra.index(("target", name)) for name in before]
                return (1 - sum(self.generator(each) for each in others)) % MODULUS
        if algebra.keys[g][0] == "step":
            return self.random.choice(_STEPS)
        return self.random.randrange(2, MODULUS)

    def poly(self, poly: Poly) -> int:
        """The residue of a polynomial."""
        total = 0
        for monomial, coefficient in poly.items():
            term = self.number(coefficient)
            for g in monomial:
                term = term * self.generator(g) % MODULUS
            total += term
        return total % MODULUS

    def scalar(self, value: Scalar) -> int:
        """The residue of a value."""
        known = self.quick.algebra.residue(value)
        if known is not None:
            return known % MODULUS
        if self.writer is not None:
            value = self.writer.value(value)
        return self.poly(value.num) * pow(self.poly(value.den), -1, MODULUS) % MODULUS

    def _start(self) -> None:
        """One more changed tree; TooLarge where the trees of this search have cost too much together."""
        self.tried += 1
        algebras = [self.env.view.algebra, self.quick.algebra, *([self.writer.new] if self.writer is not None else [])]
        self.spent += sum(each.total for each in algebras)
        for each in algebras:
            each.start()
        if self.spent > MAX_SPENT:
            raise TooLarge("a search for corrections that costs too much")

    def value(self, node: Node) -> tuple[int, ...] | None:
        """The residues of an expression's entries, None where it has no value here."""
        self._start()
        try:
            found = self.quick.value(node)
            if isinstance(found, (Scalar, V.Mat, Tup)):
                return entries_of(found, self)
        except TROUBLE:
            return None
        return None

    def needed(self, tree: Node, node: Node, target: int) -> int | None:
        """The residue `node` would need for the whole to be `target`; None where the whole is no quotient of two that are affine in it."""
        self._start()
        algebra = self.env.view.algebra
        slot = algebra.name("slot")
        index = algebra.index(("slot",))
        try:
            found = self.quick.value(put(tree, node, ast.Sym(node.span, SLOT)), slot)
        except TROUBLE:
            return None
        if not isinstance(found, Scalar) or any(len(monomial) > 1 for poly in (found.num, found.den) for monomial in poly):
            return None
        # (high s + low) / (top s + below) = target
        low, high, below, top = (self.number(poly.get(at, 0)) for poly in (found.num, found.den) for at in ((), (index,)))
        by = (high - target * top) % MODULUS
        return (target * below - low) * pow(by, -1, MODULUS) % MODULUS if has_inverse(by) else None

    def number(self, value: int | Fraction) -> int:
        """The residue of a rational number."""
        return value.numerator * pow(value.denominator, -1, MODULUS) % MODULUS


def has_inverse(residue: int) -> bool:
    """Whether something can be divided by a residue."""
    return gcd(residue, MODULUS) == 1


def entries_of(value: V.Value, residues: Residues) -> tuple[int, ...]:
    if isinstance(value, Scalar):
        return (residues.scalar(value),)
    mat = V.as_matrix(value)
    return (-mat.shape[0], -mat.shape[1], *(residues.scalar(each) for row in mat.rows for each in row))


class Tables:
    """The candidates of a formula by their residues: single numbers, products of two, and whole vectors entry by entry."""

    def __init__(self, terms: list[Term], residues: Residues) -> None:
        self.one = dict[int, list[Term]]()
        self.whole = dict[tuple[int, ...], list[Term]]()
        for term in terms:
            try:
                if isinstance(term.value, Scalar) and term.value.num:
                    self.one.setdefault(residues.scalar(term.value), []).append(term)
                elif isinstance(term.value, V.Mat):
                    self.whole.setdefault(entries_of(term.value, residues), []).append(term)
            except ValueError:
                continue

    def found(self, shape: tuple[int, ...], entries: tuple[int, ...]) -> list[Term]:
        """The candidates with these residues, single numbers or whole vectors."""
        return self.whole.get((*shape, *entries), []) if shape else self.one.get(entries[0], [])

    @cached_property
    def two(self) -> Pairs:
        """Products of two quantities."""
        found = dict[int, list[tuple[list[Term], list[Term]]]]()
        single = [(residue, each) for residue, each in self.one.items() if each[0].kind in FACTORS][:200]
        for at, (first, one) in enumerate(single):
            for second, other in single[at:]:
                found.setdefault(first * second % MODULUS, []).append((one, other))
        return Pairs(found)


class Pairs:
    """Products by their residue; where indices happen to be equal, every spelling is a pair of its own."""

    def __init__(self, found: dict[int, list[tuple[list[Term], list[Term]]]]) -> None:
        self.found = found

    def get(self, residue: int) -> Iterator[tuple[Term, Term]]:
        """The products with this residue."""
        for one, other in self.found.get(residue, ()):
            yield from product(one[:4], other[:4])


FACTORS = frozenset(["weight", "output", "delta", "net_input", "input", "slope", "rate", "error", "output_delta"])


def small_fraction(residue: int) -> Fraction | None:
    """A residue that is a small rational number."""
    for below in (1, 2, 3, 4, 5, 6, 8, 10):
        top = residue * below % MODULUS
        if top > MODULUS // 2:
            top -= MODULUS
        if abs(top) <= 20:
            return Fraction(top, below)
    return None
