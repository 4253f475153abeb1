"""The judge that decides in the product: the certificate of the net, replayed by our kernel on the standard library alone."""

from __future__ import annotations

from symbackprop.gradients import delta as recursion
from symbackprop.judges.formulas import Formulas
from symbackprop.judges.judge import Judge
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import digest, verify
from symbackprop.networks import Network
from symbackprop.proofs import certificate as certificates
from symbackprop.proofs.prove import prove


def _decide(network: Network) -> tuple[str, str]:
    proof = prove(network, numbers=False, literal=False)
    verdict = next(iter(proof.verdicts.values()))
    wrong = [name for name, each in proof.verdicts.items() if not each.holds]
    if wrong:
        return proof.verdicts[wrong[0]].name, f"wrong: {', '.join(wrong[:5])}"
    return verdict.name, f"{len(proof.verdicts)} partial derivatives; {verdict}"


def _about(network: Network, formulas: Formulas) -> tuple[str, str]:
    """The formulas as they stand in a certificate, which the kernel accepts or refuses; then what `prove` says of them."""
    algebra, deltas, partials = formulas.polynomials(network)
    own = recursion.polynomials(network, algebra)
    proof = prove(network, deltas=formulas.deltas, partials=formulas.partials, numbers=False, literal=False)
    wrong = [each for each in proof.verdicts.values() if not each.holds]
    conditions = () if proof.certificate is None else proof.certificate["conditions"]
    stated = certificates.gradient(
        network, algebra.generators, {**dict(own.deltas()), **deltas}, {**dict(own.partials()), **partials}
    )
    stated["conditions"] = list(conditions)
    stated["sha256"] = digest(stated)
    try:
        said = verify(stated)[-1]
    except Rejected as refusal:
        said = str(refusal) if wrong else "equal to the recursion once every delta is written out"
    if not wrong:
        return next(iter(proof.verdicts.values())).name, said
    return next((each.name for each in wrong if each.name == "REFUTED"), wrong[0].name), said


JUDGE = Judge(
    "kernel",
    10,
    "one polynomial identity a unit, replayed from the net's plain description",
    "our kernel (under 1,000 lines of standard-library Python), the chain rule it is built on",
    _decide,
    about=_about,
)
