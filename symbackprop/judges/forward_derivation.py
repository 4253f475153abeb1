"""The forward judge: sum, product and one-variable chain rule on the shared graph of the composed cost, without the kernel."""

from __future__ import annotations

from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.judges.judge import Judge
from symbackprop.networks import Network
from symbackprop.proofs.agreement import Residuals


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


JUDGE = Judge(
    "forward-derivation",
    30,
    "total differentials of the composed cost, read node by node",
    "the sum and product rule in gradients/direct.py; exact polynomials",
    _decide,
)
