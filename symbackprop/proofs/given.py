"""Somebody's own formulas for prove(): read over the generators of the recursion, or refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import sympy

from symbackprop import symbols
from symbackprop.errors import NetworkError, quote, unknown_name
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.delta import expressions
from symbackprop.kernel.polynomials import Poly
from symbackprop.kernel.rejected import Rejected
from symbackprop.networks import Network
from symbackprop.symbols import Expr, real


class Given:
    """The reader of formulas for one net: symbols go by their names, and the slope p of a unit is what its table says."""

    def __init__(self, network: Network, algebra: Polynomials) -> None:
        self.algebra = algebra
        names = {*network.inputs, *network.targets, *network.parameters}
        names |= {symbols.loss_slope(each) for each in network.outputs}
        self.slopes: dict[Expr, Expr] = {}
        recursion = expressions(network)
        for unit in network.units:
            names |= {symbols.output(unit.name), symbols.delta(unit.name)}
            names |= {symbols.parameter_slope(unit.name, role) for role, _ in unit.parameters}
            if unit.group is None:
                names.add(symbols.slope(unit.name))
                self.slopes[real(symbols.slope(unit.name))] = recursion.slope(unit)
        self.names = names

    def read(self, formulas: Mapping[str, Expr], kind: str, known: Iterable[str]) -> dict[str, Poly]:
        """The formulas, each for one of the `known` units or parameters, as polynomials.

        Raises: NameUnknown for a name or symbol the net does not have, NetworkError for what is no polynomial.
        """
        chosen = set(known)
        for name in formulas:
            if name not in chosen:
                raise unknown_name(kind, name, chosen, where="the formulas given to prove()")
        return {name: self._polynomial(formula, f"{kind} {name}") for name, formula in formulas.items()}

    def _polynomial(self, given: object, where: str) -> Poly:
        if isinstance(given, int | Fraction) and not isinstance(given, bool):
            return self.algebra.number(given)
        if not isinstance(given, sympy.Expr):
            raise NetworkError("this is not a formula", where=where, expected="a SymPy expression", got=quote(given))
        for each in given.free_symbols:
            if each.name not in self.names:
                raise unknown_name("quantity of the net", each.name, self.names, where=where)
        formula = given.xreplace({each: real(each.name) for each in given.free_symbols}).xreplace(self.slopes)
        try:
            value = self.algebra.table(formula, {each.name: each.name for each in formula.free_symbols})
        except Rejected as refusal:
            raise NetworkError(f"this formula has no value: {refusal}", where=where, got=quote(str(given))) from None
        if value is None:
            raise NetworkError(
                "this formula is not a polynomial in the quantities of the net",
                where=where,
                got=quote(str(given)),
                try_="a(unit) for an output, p(unit) for its slope, g(unit) for the slope of the loss",
            )
        return value
