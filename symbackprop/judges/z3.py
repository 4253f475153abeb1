"""The z3 judge: from the total differentials and the recursion as premises, the negated goal is unsatisfiable.

z3 gets no cofactors and no certificate of ours: for every unit dz = sum (w da + a dw) + db, da = p dz, delta = the recursion, and
dP = sum g da; it is asked for real numbers with dP != sum (partial derivative) d(parameter), and answers that there are none.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from symbackprop import symbols
from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.literal import paths

TIMEOUT = 20_000  # milliseconds
MAX_TERMS = 100_000  # about how many summands the goal has when every delta is written out


def missing() -> str | None:
    """What is not installed, or None."""
    return None if importlib.util.find_spec("z3") else "z3-solver (pip install symbackprop[z3])"


class Question:
    """The premises and the goal of one net, in z3's language."""

    def __init__(
        self,
        network: Network,
        deltas: Mapping[str, Poly] | None = None,
        partials: Mapping[str, Poly] | None = None,
        algebra: Polynomials | None = None,
    ) -> None:
        import z3

        self.z3, self.network, self.algebra = z3, network, algebra or Polynomials()
        own = recursion.polynomials(network, self.algebra)
        self.own = own
        self.deltas = dict(own.deltas()) | dict(deltas or {})
        self.partials = dict(own.partials()) | dict(partials or {})
        self.direct = Direct(forward(network), self.algebra)
        self.known: dict[str, Any] = {}

    def real(self, name: str) -> Any:
        """The real variable with this name."""
        if name not in self.known:
            self.known[name] = self.z3.Real(name)
        return self.known[name]

    def poly(self, poly: Poly) -> Any:
        """A polynomial over the generators."""
        names, z3 = self.algebra.generators, self.z3
        terms = []
        for monomial, coefficient in poly.items():
            value = Fraction(coefficient)
            factors = [z3.Q(value.numerator, value.denominator), *(self.real(names[index]) for index in monomial)]
            terms.append(z3.Product(factors))
        return z3.Sum(terms) if terms else z3.RealVal(0)

    def change(self, name: str) -> Any:
        """The differential of a quantity; inputs do not move."""
        moving = name in self.network.parameter_set or name.startswith("a(")
        return self.real(f"d {name}") if moving else self.z3.RealVal(0)

    def premises(self) -> Iterator[Any]:
        """What z3 may use."""
        net, names = self.network, self.algebra.ids
        for head, differential in self.direct.differentials().items():
            dz = [self.change(self.algebra.generators[index]) * self.poly(each) for index, each in differential.items()]
            yield self.real(f"dz {head}") == self.z3.Sum(dz)
        for unit in net.units:
            name, a = unit.name, self.real(symbols.output(unit.name))
            twin = self.direct.representative[name]
            if twin != name:  # tied weights: two names for one function
                yield a == self.real(symbols.output(twin))
                yield self.real(symbols.slope(name)) == self.real(symbols.slope(twin))
            dz = self.real(f"dz {name}")
            if unit.group is None:
                move = self.poly(self.own.slope(unit)) * dz
                for role, value in unit.parameters:
                    if isinstance(value, str):
                        move = move + self.real(symbols.parameter_slope(name, role)) * self.real(f"d {value}")
            else:
                members = net.groups[unit.group]
                mean = [self.real(symbols.output(each.name)) * self.real(f"dz {each.name}") for each in members]
                move = a * (dz - self.z3.Sum(mean))
            yield self.change(symbols.output(name)) == move
            yield self.real(symbols.delta(name)) == self.poly(self.deltas[name])
        moves = []
        for output, (top, bottom) in self.direct.cost_slopes().items():
            g = self.real(f"cost by {output}")
            yield self.poly(bottom) * g == self.poly(top)
            yield self.poly(bottom) != 0
            if symbols.loss_slope(output) in names:
                yield self.real(symbols.loss_slope(output)) == g
            moves.append(g * self.change(symbols.output(output)))
        yield self.real("dP") == self.z3.Sum(moves)
        if net.loss.targets_sum_to_one:
            yield self.z3.Sum([self.real(name) for name in net.targets]) == 1

    def goal(self) -> Any:
        """dP as the partial derivatives say."""
        parts = [self.poly(each) * self.real(f"d {name}") for name, each in self.partials.items()]
        return self.real("dP") == self.z3.Sum(parts)


def ask(
    network: Network,
    deltas: Mapping[str, Poly] | None = None,
    partials: Mapping[str, Poly] | None = None,
    timeout: int = TIMEOUT,
    algebra: Polynomials | None = None,
) -> tuple[str, str]:
    """(PROVED, REFUTED or UNDECIDED, why): z3's answer to premises and negated goal."""
    import z3

    question = Question(network, deltas, partials, algebra)
    som = z3.With("simplify", som=True)
    solver = z3.Then(som, "solve-eqs", som, "qfnra-nlsat").solver()
    solver.set("timeout", timeout)
    for each in question.premises():
        solver.add(each)
    solver.add(z3.Not(question.goal()))
    answer = solver.check()
    if answer == z3.unsat:
        return "PROVED", "premises and negated goal have no solution"
    if answer == z3.sat:
        return "REFUTED", "z3 found real numbers where the two sides differ"
    return "UNDECIDED", f"no answer within {timeout / 1000:.0f} s"


def _decide(network: Network) -> tuple[str, str]:
    depth: dict[str, int] = {}
    for unit in network.units:
        depth[unit.name] = 1 + max((depth.get(edge.source, 0) for edge in unit.edges), default=0)
    if paths(network) * 2 ** min(64, max(depth.values())) > MAX_TERMS:
        return "SILENT", "for small nets: z3 writes every delta out"
    return _named(network, *ask(network))


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    algebra, deltas, partials = formulas.polynomials(network)
    return _named(network, *ask(network, deltas, partials, algebra=algebra))


def _named(network: Network, verdict: str, why: str) -> tuple[str, str]:
    """The verdict with what it holds under."""
    if verdict == "PROVED" and network.kinks:
        return "PROVED_AE", f"{why}; off the kinks of {', '.join(network.kinks)}"
    if verdict == "PROVED" and network.loss.targets_sum_to_one:
        return "PROVED_UNDER", f"{why}; the targets sum to 1"
    return verdict, why


JUDGE = Judge(
    "z3",
    60,
    "premises and negated goal, without our certificate",
    "z3; the total differentials as read from the composed cost",
    _decide,
    missing,
    _about,
)
