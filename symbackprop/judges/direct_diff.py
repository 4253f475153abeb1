"""The direct judge: sympy.diff of the composed cost, one parameter at a time, compared with the recursion."""

from __future__ import annotations

from symbackprop.judges.judge import Judge
from symbackprop.networks import Network
from symbackprop.proofs.prove import affordable, prove


def _decide(network: Network) -> tuple[str, str]:
    if not affordable(network):
        return "SILENT", "the composed cost has too many paths to be differentiated literally"
    proof = prove(network, numbers=False, literal=True)
    return next(iter(proof.verdicts.values())).name, proof.routes[0]


JUDGE = Judge(
    "direct-diff",
    20,
    "sympy.diff of the composed cost, read over the outputs",
    "SymPy's diff and its reading of the tables",
    _decide,
)
