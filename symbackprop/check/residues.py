"""Random residues modulo a prime for every generator: a fast test of equality, and the value a node of a formula would need."""

from __future__ import annotations

import random
from fractions import Fraction

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import Impossible, Rejected, Scalar, TooLarge
from symbackprop.check.edits import put
from symbackprop.check.evaluate import evaluate
from symbackprop.check.expand import Writer
from symbackprop.check.pool import PRIME, Term
from symbackprop.check.scope import Env, Unresolved
from symbackprop.check.syntax import Node
from symbackprop.check.values import ShapeClash, Tup, Unsupported
from symbackprop.check.world import NotThere
from symbackprop.kernel.polynomials import Poly

TROUBLE = (Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge, Rejected, KeyError, ValueError, ZeroDivisionError)


class Residues:
    """Random residues for every generator: a fast test of equality that exact arithmetic confirms."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.random = random.Random(20061110)
        self.of = dict[int, int]()
        # without a net nothing is named by its output: sigma(x) and 1/(1 + e^{-x}) must get one residue
        self.writer = Writer(env.scope.world) if env.scope.net is None else None

    def generator(self, g: int) -> int:
        """The residue of a generator."""
        if g not in self.of:
            self.of[g] = self._draw(g)
        return self.of[g]

    def _draw(self, g: int) -> int:
        net, algebra = self.env.scope.net, self.env.view.algebra
        if net is not None and net.loss.targets_sum_to_one and algebra.keys[g] == ("target", net.targets[-1]):
            others = [algebra.index(("target", name)) for name in net.targets[:-1]]
            return (1 - sum(self.generator(each) for each in others)) % PRIME
        return self.random.randrange(2, PRIME)

    def poly(self, poly: Poly) -> int:
        """The residue of a polynomial."""
        total = 0
        for monomial, coefficient in poly.items():
            term = coefficient.numerator * pow(coefficient.denominator, -1, PRIME)
            for g in monomial:
                term = term * self.generator(g) % PRIME
            total += term
        return total % PRIME

    def scalar(self, value: Scalar) -> int:
        """The residue of a value."""
        if self.writer is not None:
            value = self.writer.value(value)
        return self.poly(value.num) * pow(self.poly(value.den), -1, PRIME) % PRIME

    def value(self, node: Node) -> tuple[int, ...] | None:
        """The residues of an expression's entries, None where it has no value here."""
        self.env.view.algebra.work = 0
        try:
            found = V.simple(evaluate(node, self.env))
            if isinstance(found, Scalar):
                return (self.scalar(found),)
            if isinstance(found, (V.Mat, Tup)):
                mat = V.as_matrix(found)
                return (-mat.shape[0], -mat.shape[1], *(self.scalar(each) for row in mat.rows for each in row))
        except TROUBLE:
            return None
        return None

    def needed(self, tree: Node, node: Node, target: Scalar) -> int | None:
        """The residue `node` would need for the whole to be `target`; None where the whole is not affine in it."""
        algebra = self.env.view.algebra
        algebra.work = 0
        slot = algebra.name("slot")
        index = algebra.index(("slot",))
        marked = put(tree, node, ast.Sym(node.span, "slot value"))
        try:
            found = V.simple(evaluate(marked, self.env.bind({"slot value": slot})))
            if not isinstance(found, Scalar):
                return None
            difference = algebra.sub(found, target)
        except TROUBLE:
            return None
        low: Poly = {}
        high: Poly = {}
        for monomial, coefficient in difference.num.items():
            count = monomial.count(index)
            if count > 1:
                return None
            rest = tuple(g for g in monomial if g != index)
            (high if count else low)[rest] = coefficient
        if any(algebra.uses(Scalar({(g,): 1}, {(): 1}), {index: None}) for m in difference.num for g in m if g != index):
            return None
        below = self.poly(high)
        return -self.poly(low) * pow(below, -1, PRIME) % PRIME if below else None


def entries_of(value: V.Value, residues: Residues) -> tuple[int, ...]:
    if isinstance(value, Scalar):
        return (residues.scalar(value),)
    mat = V.as_matrix(value)
    return (-mat.shape[0], -mat.shape[1], *(residues.scalar(each) for row in mat.rows for each in row))


Table = dict[int, list[Term]]


def residue_table(terms: list[Term], residues: Residues) -> Table:
    table: Table = {}
    for term in terms:
        if isinstance(term.value, Scalar) and term.value.num:
            try:
                table.setdefault(residues.scalar(term.value), []).append(term)
            except ValueError:
                continue
    return table


def small_fraction(residue: int) -> Fraction | None:
    """A residue that is a small rational number."""
    for below in (1, 2, 3, 4, 5, 6, 8, 10):
        top = residue * below % PRIME
        if top > PRIME // 2:
            top -= PRIME
        if abs(top) <= 20:
            return Fraction(top, below)
    return None
