"""The judge modulo a prime: one random direction covers every parameter; CHECKED with an error bound, never PROVED.

Math
    Both sides are polynomials of degree at most d in what is drawn at random; where they differ as polynomials, they agree
    at a random point of the field with probability at most d / p (Schwartz and Zippel), and n independent points at (d/p)^n.
Not: a proof. It shares the recursion under test with the other judges, and no rule of differentiation with any.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from fractions import Fraction

from symbackprop.errors import InternalError
from symbackprop.gradients.algebra import Polynomials
from symbackprop.judges import modp_graph, modp_layers
from symbackprop.judges.field import prime
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.verdict import Checked, Refuted, Verdict

WHOLE = 150_000  # parameters up to which units are written out; layered nets beyond go by matrices
NAMED = 5  # wrong parameters named


def check_mod_p(
    network: Network,
    points: int = 2,
    seed: int = 0,
    *,
    deltas: Mapping[str, Poly] | None = None,
    partials: Mapping[str, Poly] | None = None,
    algebra: Polynomials | None = None,
) -> Verdict:
    """Check every partial derivative of the recursion at random points of a finite field.

    `deltas` and `partials` replace equations of the recursion, as in `prove`, over the generators
    of `algebra`; what is wrong is found by bisection and named.

    >>> check_mod_p(Network.layered([2, 3, 1])).name
    'CHECKED'
    """
    network.require_gradient()
    layers = network.architecture
    if layers is not None and layers.count() > WHOLE and not deltas and not partials:
        return modp_layers.check(network, points, seed)
    formulas = modp_graph.Formulas(network, deltas or {}, partials or {}, algebra or Polynomials())
    source = random.Random(_seed(network, seed))
    own = deltas is None and partials is None and not _has_numbers(network)
    error = 1.0
    for number in range(points):
        p = prime(source, own)
        point = modp_graph.Point(formulas, p, source)
        names = list(network.parameters)
        true, claimed = point.sides(names)
        if true != claimed:
            return _refuted(point, names, number, p)
        error *= modp_graph.degree(network) / p
    return Checked(
        engine="finite difference modulo a prime",
        error_bound=error,
        scope=f"the net {network.name}",
        reason=f"{points} random points, one direction over all {len(network.parameters):,} parameters each",
    )


def _seed(network: Network, seed: int) -> str:
    """The seed depends on the text that is checked, so that the text cannot be chosen for the seed."""
    text = json.dumps(network.description(), sort_keys=True)
    return hashlib.sha256(f"{seed} {text}".encode()).hexdigest()


def _has_numbers(network: Network) -> bool:
    values = [edge.weight for unit in network.units for edge in unit.edges]
    values += [value for unit in network.units for _, value in unit.parameters]
    values += [unit.bias for unit in network.units if unit.bias is not None]
    return any(isinstance(each, Fraction) for each in values)


def _refuted(point: modp_graph.Point, names: list[str], number: int, p: int) -> Refuted:
    """Halve the set of moving parameters until single wrong ones are left."""
    found: list[str] = []
    waiting = [names]
    while waiting and len(found) < NAMED:
        part = waiting.pop()
        true, claimed = point.sides(part)
        if true == claimed:
            continue
        if len(part) == 1:
            found.append(part[0])
        else:
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
    if not found:
        raise InternalError("a wrong sum of partial derivatives has no wrong summand", where=point.network.name)
    true, claimed = point.sides(found[:1])
    return Refuted(
        engine="finite difference modulo a prime",
        reason=f"wrong: {', '.join(found)}" + (" and perhaps others" if len(found) == NAMED else ""),
        witness={"modulus": str(p), "point": str(number + 1)},
        left=str(true),
        right=str(claimed),
        diagnosis=tuple(found),
    )


def _decide(network: Network) -> tuple[str, str]:
    verdict = check_mod_p(network)
    if isinstance(verdict, Checked):
        return verdict.name, f"error at most {verdict.error_bound:.1e}"
    return verdict.name, verdict.reason


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    algebra, deltas, partials = formulas.polynomials(network)
    verdict = check_mod_p(network, deltas=deltas, partials=partials, algebra=algebra)
    if isinstance(verdict, Checked):
        return verdict.name, f"error at most {verdict.error_bound:.1e}"
    return verdict.name, verdict.reason


JUDGE = Judge(
    "finite-difference-mod-p",
    40,
    "the cost along a random direction, as a polynomial modulo a prime; no rule of differentiation",
    "the slopes in the tables of activations and losses; chance (the bound is stated)",
    _decide,
    about=_about,
)
