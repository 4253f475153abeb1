"""Small nets, the displayed derivative itself: every delta written out down to outputs and slopes, beside sympy.diff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from symbackprop import symbols
from symbackprop.errors import InternalError
from symbackprop.gradients.algebra import Names
from symbackprop.gradients.direct import Direct
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.gradient import show as words
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.agreement import Agreement, Residuals

Progress = Callable[[str, int, int], None]  # (stage, done, total)
LITERAL_PARAMETERS, LITERAL_TERMS = 40, 1_000
WRITTEN_TERMS = 20_000  # up to which formulas that somebody gave are compared with every delta written out
SLOPE_TERMS = 2  # a slope written in the output has two: a - a^2, 1 - a^2


def show(poly: Poly, generators: Names) -> str:
    """A polynomial over numbered generators in words."""
    return words({tuple(generators[each] for each in monomial): value for monomial, value in poly.items()})


def paths(network: Network, terms: int = 1) -> int:
    """The number of paths from any edge to an output; times `terms` for every unit on the way, the summands that all literal
    derivatives have when slopes of so many terms are multiplied out.

    >>> paths(Network.chain(3)), paths(Network.chain(3), 2)
    (3, 14)
    """
    count: dict[str, int] = {}
    for unit in reversed(network.units):
        own = 1 if unit.name in network.outputs else 0
        partners = len(network.groups[unit.group]) if unit.group is not None else 1
        count[unit.name] = terms * partners * (
            own + sum(count[after.name] for after, _ in network.successors.get(unit.name, ()))
        )
    return sum(count[unit.name] * len(unit.edges) for unit in network.units)


def affordable(network: Network) -> bool:
    """Whether sympy.diff of the composed cost, for every parameter, takes about a second."""
    small = len(network.parameters) <= LITERAL_PARAMETERS and len(network.units) <= LITERAL_PARAMETERS
    return small and paths(network, SLOPE_TERMS) <= LITERAL_TERMS


def literal_agreement(
    direct: Direct, deltas: Mapping[str, Poly], partials: Mapping[str, Poly], agreement: Agreement, tell: Progress
) -> None:
    """Each literal derivative equals the partial with every delta written out; InternalError where one does not."""
    unfold = Unfolded(direct, deltas)
    names = direct.forward.network.parameters
    for done, name in enumerate(names):
        tell("literal derivatives", done, len(names))
        top, bottom = direct.read(direct.literal(name))
        left = P.subtract(top, P.multiply(bottom, unfold(partials[name])))
        left = unfold.clear(left)
        for condition in agreement.conditions:
            left = condition.reduce(left)
        if left:
            raise InternalError(
                "two of our routes disagree: sympy.diff and forward derivation",
                where=f"parameter {name} of {direct.forward.network.name}",
                got=show(left, direct.algebra.generators),
            )


class Unfolded:
    """Polynomials with every delta replaced by its recursion, down to outputs, slopes and targets."""

    def __init__(self, direct: Direct, deltas: Mapping[str, Poly]) -> None:
        self.algebra = direct.algebra
        self.residuals = Residuals(direct, deltas, {})
        self.values: dict[P.Generator, Poly] = {}
        for unit in reversed(direct.forward.network.units):
            self.values[self.algebra.id(symbols.delta(unit.name))] = self(deltas[unit.name])

    def __call__(self, poly: Poly) -> Poly:
        for index in reversed(self.values):  # first units first: their deltas are written in later ones
            if any(index in monomial for monomial in poly):
                poly = P.substitute(poly, index, self.values[index])
        return self.residuals.tie(poly)

    def clear(self, poly: Poly) -> Poly:
        """poly with the closed loss slopes written out."""
        return self.residuals.clear(poly)


def written_out(direct: Direct, deltas: Mapping[str, Poly], agreement: Agreement) -> Agreement:
    """The residuals with every delta written out: a formula may spell out a delta that comes later and still be right."""
    if paths(direct.forward.network, SLOPE_TERMS) > WRITTEN_TERMS:
        return agreement
    try:
        unfold = Unfolded(direct, deltas)
    except KeyError:
        return agreement

    def left(residuals: Mapping[str, Poly]) -> dict[str, Poly]:
        return {name: poly for name, poly in residuals.items() if unfold.clear(unfold(poly))}

    return replace(agreement, units=left(agreement.units), parameters=left(agreement.parameters))


def twin_by_twin(residuals: Residuals, ours: Mapping[str, Poly], agreement: Agreement) -> Agreement:
    """The agreement, with the twins whose given deltas are right only in their sum: each is compared with our own."""
    direct, unfold, wrong = residuals.direct, None, dict[str, Poly]()
    for name in (each for twins in residuals.classes.values() if len(twins) > 1 for each in twins):
        poly = residuals.clear(residuals.tie(P.subtract(ours[name], residuals.deltas[name])))
        if poly and paths(direct.forward.network, SLOPE_TERMS) <= WRITTEN_TERMS:
            unfold = unfold or Unfolded(direct, ours)
            poly = unfold.clear(unfold(poly))
        for condition in agreement.conditions:
            poly = condition.reduce(poly)
        if poly:
            wrong[name] = poly
    return replace(agreement, units=wrong)
