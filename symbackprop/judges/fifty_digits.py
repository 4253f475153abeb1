"""The numeric judge: central differences of the cost in 50 digits at random points."""

from __future__ import annotations

from symbackprop.errors import InternalError
from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.networks import Network
from symbackprop.proofs.witness import confirm


def _decide(network: Network) -> tuple[str, str]:
    algebra = Polynomials()
    own = recursion.polynomials(network, algebra)
    deltas, partials = dict(own.deltas()), dict(own.partials())
    Direct(forward(network), algebra).differentials()  # names every generator
    found = confirm(network, deltas.items(), partials.items(), algebra, 0, lambda stage, done, total: None)
    if found is None:
        return "SILENT", "every point tried lies on a kink"
    return "CHECKED", f"{found.directions} derivatives, largest relative deviation {found.deviation:.1e}"


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    algebra, deltas, partials = formulas.polynomials(network)
    own = recursion.polynomials(network, algebra)
    every = dict(own.deltas()) | deltas, dict(own.partials()) | partials
    Direct(forward(network), algebra).differentials()
    try:
        found = confirm(network, every[0].items(), every[1].items(), algebra, 0, lambda stage, done, total: None)
    except InternalError as difference:  # for our own formulas a fault, for somebody else's the answer
        return (
            "REFUTED",
            f"{difference.where}: {str(difference.expected)[:14]}, the formula says {str(difference.got)[:14]}",
        )
    return (
        ("SILENT", "every point tried lies on a kink")
        if found is None
        else ("CHECKED", f"deviation {found.deviation:.1e}")
    )


JUDGE = Judge(
    "numeric-50-digits",
    50,
    "central differences of the cost",
    "mpmath's arithmetic; a deviation below 1e-20 at a few points",
    _decide,
    about=_about,
)
