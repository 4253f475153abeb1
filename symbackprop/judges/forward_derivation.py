"""The forward judge: sum, product and one-variable chain rule on the shared graph of the composed cost, without the kernel."""

from __future__ import annotations

from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs.agreement import Residuals
from symbackprop.proofs.literal import written_out


def _decide(network: Network) -> tuple[str, str]:
    algebra = Polynomials()
    own = recursion.polynomials(network, algebra)
    deltas, partials = dict(own.deltas()), dict(own.partials())
    agreement = Residuals(Direct(forward(network), algebra), deltas, partials).agreement()
    if not agreement.holds:
        return "REFUTED", "a residual is not zero"
    if network.kinks:
        return "PROVED_AE", f"every residual is the zero polynomial; off the kinks of {', '.join(network.kinks)}"
    if agreement.conditions:
        return "PROVED_UNDER", " and ".join(each.text for each in agreement.conditions)
    return "PROVED", "every residual is the zero polynomial"


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    algebra, deltas, partials = formulas.polynomials(network)
    own = recursion.polynomials(network, algebra)
    every = dict(own.deltas()) | deltas, dict(own.partials()) | partials
    agreement = Residuals(Direct(forward(network), algebra), *every).agreement()
    left = [*agreement.units, *agreement.parameters]
    if left and _equal_written_out(network, algebra, *every):
        return "PROVED", "every residual is zero once every delta is written out"
    if left:
        return "REFUTED", f"the residual of {left[0]} is not zero"
    under = " and ".join(each.text for each in agreement.conditions)
    return ("PROVED_UNDER", under) if under else ("PROVED", "every residual is the zero polynomial")


def _equal_written_out(network: Network, algebra: Polynomials, *every: dict[str, Poly]) -> bool:
    direct = Direct(forward(network), algebra)
    return written_out(direct, every[0], Residuals(direct, *every).agreement()).holds


JUDGE = Judge(
    "forward-derivation",
    30,
    "total differentials of the composed cost, read node by node",
    "the sum and product rule in gradients/direct.py; exact polynomials",
    _decide,
    about=_about,
)
