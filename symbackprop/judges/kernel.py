"""The judge that decides in the product: the certificate of the net, replayed by our kernel on the standard library alone."""

from __future__ import annotations

from symbackprop.judges.judge import Judge
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove


def _decide(network: Network) -> tuple[str, str]:
    proof = prove(network, numbers=False, literal=False)
    verdict = next(iter(proof.verdicts.values()))
    wrong = [name for name, each in proof.verdicts.items() if not each.holds]
    if wrong:
        return proof.verdicts[wrong[0]].name, f"wrong: {', '.join(wrong[:5])}"
    return verdict.name, f"{len(proof.verdicts)} partial derivatives; {verdict}"


JUDGE = Judge(
    "kernel",
    10,
    "one polynomial identity a unit, replayed from the net's plain description",
    "our kernel (under 1,000 lines of standard-library Python), the chain rule it is built on",
    _decide,
)
