"""Exact arithmetic over residues: where every number is one, sums and products are single whole numbers modulo M.

Values that still hold a generator (a place that is solved for) are computed as ever; numbers never grow on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symbackprop.check.exact.algebra import ONE, ZERO, Algebra, Impossible, Scalar
from symbackprop.kernel import polynomials as P


class Modular(Algebra):
    """An algebra beside another one, with its generators, for numbers modulo `modulus`.

    >>> made = Modular(Algebra(), 7); three = Scalar({(): 3}, P.ONE)
    >>> made.mul(three, three).num, made.inverse(three).num, made.add(three, three, ONE).num
    ({(): 2}, {(): 5}, {})
    """

    def __init__(self, beside: Algebra, modulus: int) -> None:
        self.__dict__.update(beside.__dict__)  # the same tables of generators, a budget of its own
        self.modulus = modulus
        self.start()

    def residue(self, value: Scalar) -> int | None:
        """The residue of a number; None for what holds a generator."""
        if value.den is not P.ONE or len(value.num) > 1:
            return None
        found = value.num.get(()) if value.num else 0
        if type(found) is Fraction:
            return found.numerator * self._inverse(found.denominator) % self.modulus
        return found  # type: ignore[return-value]

    def mul(self, *values: Scalar) -> Scalar:
        """The product."""
        total = 1
        for each in values:
            known = self.residue(each)
            if known is None:
                return super().mul(*values)
            total = total * known % self.modulus
        self.total += len(values) - 1
        return _made(total)

    def add(self, *values: Scalar) -> Scalar:
        """The sum."""
        total = 0
        for each in values:
            known = self.residue(each)
            if known is None:
                return super().add(*values)
            total += known
        return _made(total % self.modulus)

    def dot(self, pairs: Iterable[tuple[Scalar, Scalar]]) -> Scalar:
        """The sum of products of two."""
        total, residue, given = 0, self.residue, list(pairs)
        for one, other in given:
            first, second = residue(one), residue(other)
            if first is None or second is None:
                return self.add(*(self.mul(*each) for each in given))
            total += first * second
        self.total += len(given)
        return _made(total % self.modulus)

    def inverse(self, value: Scalar) -> Scalar:
        """1 / value; Impossible where the residue has no inverse."""
        known = self.residue(value)
        return super().inverse(value) if known is None else _made(self._inverse(known))

    def _inverse(self, residue: int) -> int:
        try:
            return pow(residue, -1, self.modulus)
        except ValueError:
            raise Impossible("a division by a residue that has no inverse") from None


def _made(residue: int) -> Scalar:
    return ONE if residue == 1 else Scalar({(): residue}, P.ONE) if residue else ZERO
