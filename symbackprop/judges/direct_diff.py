"""The direct judge: sympy.diff of the composed cost, one parameter at a time, compared with the recursion."""

from __future__ import annotations

from symbackprop.errors import InternalError
from symbackprop.forward import forward
from symbackprop.gradients import delta as recursion
from symbackprop.gradients.direct import Direct
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.networks import Network
from symbackprop.proofs.agreement import Residuals
from symbackprop.proofs.literal import affordable, literal_agreement
from symbackprop.proofs.prove import prove


def _decide(network: Network) -> tuple[str, str]:
    if not affordable(network):
        return "SILENT", "the composed cost has too many paths to be differentiated literally"
    proof = prove(network, numbers=False, literal=True)
    return next(iter(proof.verdicts.values())).name, proof.routes[0]


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    if not affordable(network):
        return "SILENT", "the composed cost has too many paths to be differentiated literally"
    algebra, deltas, partials = formulas.polynomials(network)
    own = recursion.polynomials(network, algebra)
    direct = Direct(forward(network), algebra)
    right = Residuals(direct, dict(own.deltas()), dict(own.partials())).agreement()
    every = dict(own.deltas()) | deltas, dict(own.partials()) | partials
    try:
        literal_agreement(direct, *every, right, lambda stage, done, total: None)
    except InternalError as difference:  # for our own formulas a fault, for somebody else's the answer
        return "REFUTED", f"{difference.where}: it misses {difference.got}"
    under = " and ".join(each.text for each in right.conditions)
    return ("PROVED_UNDER", under) if under else ("PROVED", "each literal derivative equals the formula written out")


JUDGE = Judge(
    "direct-diff",
    20,
    "sympy.diff of the composed cost, read over the outputs",
    "SymPy's diff and its reading of the tables",
    _decide,
    about=_about,
)
