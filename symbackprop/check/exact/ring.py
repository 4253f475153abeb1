"""An activation or a loss, given as a term of the kernel, built in the exact values of a formula."""

from __future__ import annotations

from collections.abc import Mapping

from symbackprop.check.exact.algebra import Algebra, Scalar, number
from symbackprop.kernel.terms import Term


class Ring:
    """What a formula in one variable needs: sums, products, powers and functions, exact or in intervals."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    def build(self, term: Term, known: Mapping[str, Scalar]) -> Scalar:
        """A term in z, a, y and the parameters' names as an exact value, operator by operator.

        >>> made = Ring(Algebra()); z = made.algebra.name("free", "z")
        >>> made.build(("+", "z", ("*", -2, "z"), 3), {"z": z}).num
        {(0,): -1, (): 3}
        """
        algebra = self.algebra
        if isinstance(term, int):
            return number(term)
        if isinstance(term, str):
            return known[term]
        head = term[0]
        if head == "^":
            return algebra.power(self.build(term[1], known), term[2])
        parts = [self.build(each, known) for each in term[1:]]
        if head == "+":
            return algebra.add(*parts)
        if head == "*":
            return algebra.mul(*parts)
        if head == "/":
            return algebra.mul(parts[0], algebra.inverse(parts[1]))
        function = {"exp": algebra.exp, "log": algebra.log, "step": algebra.step}[head]
        return function(parts[0])
