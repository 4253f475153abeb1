"""prove(net): every partial derivative by two routes, proved equal, certified, and confirmed by numbers.

1  compose the cost, derive it directly               gradients/direct
2  run the delta recursion                            gradients/delta
3  one residual per unit and parameter, all zero      proofs/agreement
4  small nets: each literal sympy.diff derivative equals the unfolded recursion, as polynomials
5  a certificate, replayed by the kernel from the net's plain description
6  50-digit numbers and an outside witness            proofs/witness
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symbackprop.display import Showable
from symbackprop.errors import CertificateError, InternalError, NetworkError
from symbackprop.forward import forward
from symbackprop.gradients import delta as delta_route
from symbackprop.gradients.algebra import Polynomials
from symbackprop.gradients.direct import Direct
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs import certificate as certificates
from symbackprop.proofs.agreement import Agreement, Condition, Residuals
from symbackprop.proofs.given import Given
from symbackprop.proofs.literal import Progress, affordable, literal_agreement, show, twin_by_twin, written_out
from symbackprop.proofs.streamed import Streamed, prove_in_lines
from symbackprop.proofs.verdict import Proved, ProvedAlmostEverywhere, ProvedUnder, Refuted, Undecided, Verdict
from symbackprop.proofs.witness import Numbers, confirm, refute
from symbackprop.symbols import Expr

FORWARD = "forward derivation of the composed cost"


@dataclass(frozen=True, eq=False, repr=False)
class Proof(Showable):
    """What prove(net) found: one verdict per parameter, the certificate, the numbers, the time.

    `verdicts` maps each parameter to its Verdict; `wrong_units` names the units whose recursion is not what it should be.
    """

    network: Network
    verdicts: Mapping[str, Verdict]
    certificate: Mapping[str, Any] | None
    accepted: tuple[str, ...]
    numbers: Numbers | None
    routes: tuple[str, ...]
    seconds: float
    wrong_units: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether every partial derivative is proved (perhaps under stated conditions)."""
        return bool(self.verdicts) and all(each.holds for each in self.verdicts.values())

    def __repr__(self) -> str:
        return f"<Proof of {self.network.name}: {self.summary()}>"

    @cached_property
    def recursion(self) -> delta_route.Recursion[Expr]:
        """The delta recursion as SymPy expressions, to show."""
        return delta_route.expressions(self.network)

    @cached_property
    def lines(self) -> delta_route.Recursion[str]:
        """The delta recursion as lines of text."""
        return delta_route.texts(self.network)

    def formulas(self) -> Iterator[tuple[str, Expr, Verdict]]:
        """Every parameter with its partial derivative and its verdict."""
        for name, verdict in self.verdicts.items():
            yield name, self.recursion.partial(name), verdict

    def save(self, path: str) -> None:
        """Write the certificate as JSON; one that went to a file in lines is there already."""
        if self.certificate is None:
            raise InternalError("there is no certificate to save: the net was not proved")
        if self.certificate["kind"] == certificates.LINES:
            raise CertificateError(
                "this certificate was written in lines and is not held in memory", where=str(self.certificate["file"])
            )
        certificates.save(self.certificate, path)

    def summary(self) -> str:
        """One line: how many are proved, how, and when."""
        count = sum(each.holds for each in self.verdicts.values())
        line = f"{count} of {len(self.verdicts)} partial derivatives proved in {self.seconds:.2f} s"
        conditions = next((c for v in self.verdicts.values() if (c := getattr(v, "conditions", ()))), ())
        kinks = next((k for v in self.verdicts.values() if (k := getattr(v, "kinks", ()))), ())
        line += f", under {' and '.join(conditions)}" if conditions else ""
        line += f", off the kinks of {', '.join(kinks)}" if kinks else ""
        return line


def prove(
    network: Network,
    *,
    deltas: Mapping[str, Expr] | None = None,
    partials: Mapping[str, Expr] | None = None,
    literal: bool | None = None,
    numbers: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
    lines: str | None = None,
) -> Proof:
    """Prove that the delta recursion gives dP/dw for every weight and bias of the net.

    `deltas` and `partials` replace equations of the recursion by somebody's own (SymPy expressions in the symbols of the
    recursion): the proof then names the units and parameters that are wrong, with a witness.
    `lines` is a file to which the certificate goes line by line, and from which the kernel replays it: for large nets.

    Raises: GradientRefused for threshold units; NetworkError for a net without parameters or a given formula that is no
    polynomial; NameUnknown for one of nothing in the net; InternalError where two of our judges disagree.

    >>> proof = prove(Network.layered([2, 3, 1]))
    >>> proof.proved, len(proof.verdicts)
    (True, 13)
    """
    network.require_gradient()
    if not network.parameters:
        raise NetworkError(
            "the net has nothing to derive by: every weight is a fixed number", try_="name one of its weights"
        )
    if lines is not None and not (deltas or partials):
        return _in_lines(network, lines, numbers, seed, progress or _silent, time.perf_counter())
    with _no_collection():
        return _prove(network, deltas, partials, literal, numbers, seed, progress, lines)


@contextmanager
def _no_collection() -> Iterator[None]:
    """The cycle collector off: a proof makes millions of small acyclic objects, and walking them again costs a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _prove(
    network: Network,
    deltas: Mapping[str, Expr] | None,
    partials: Mapping[str, Expr] | None,
    literal: bool | None,
    numbers: bool,
    seed: int,
    progress: Progress | None,
    lines: str | None,
) -> Proof:
    start = time.perf_counter()
    tell = progress or _silent
    given = bool(deltas or partials)
    algebra = Polynomials()
    recursion = delta_route.polynomials(network, algebra)
    recursions = dict(_counted(recursion.deltas(), tell, "deltas", len(network.units)))
    formulas = dict(_counted(recursion.partials(), tell, "partial derivatives", len(network.parameters)))
    if given:
        reader = Given(network, algebra)
        recursions |= reader.read(deltas or {}, "unit", network.by_name)
        formulas |= reader.read(partials or {}, "parameter", network.parameters)
    tell("compose and differentiate", 0, 1)
    pass_ = forward(network)
    direct = Direct(pass_, algebra)
    residuals = Residuals(direct, recursions, formulas)
    tell("compare", 0, 1)
    agreement = residuals.agreement()
    if given and not agreement.holds:
        agreement = written_out(direct, recursions, agreement)
    if given and agreement.holds:  # right, though perhaps in other words: the certificate states it in ours
        ours = dict(recursion.deltas()), dict(recursion.partials())
        agreement = twin_by_twin(residuals, ours[0], Residuals(direct, *ours).agreement())
        recursions, formulas = ours if agreement.holds else (recursions, formulas)
    if not agreement.holds:
        return _wrong(network, agreement, recursions, formulas, algebra, time.perf_counter() - start)
    routes = [FORWARD]
    if literal or (literal is None and affordable(network)):
        literal_agreement(direct, recursions, formulas, agreement, tell)
        routes.insert(0, "sympy.diff of the composed cost, parameter by parameter")
    if lines is not None:
        return replace(_in_lines(network, lines, numbers, seed, tell, start), routes=tuple(routes))
    tell("certificate", 0, 1)
    conditions = tuple(each.poly for each in agreement.conditions)
    made = certificates.gradient(network, algebra.generators, recursions, formulas, conditions)
    accepted = certificates.accepted(made)
    found = confirm(network, recursions.items(), formulas.items(), algebra, seed, tell) if numbers else None
    return _proof(network, agreement.conditions, made, accepted, numbers, found, routes, start)


def _in_lines(network: Network, path: str, numbers: bool, seed: int, tell: Progress, start: float) -> Proof:
    conditions, made, accepted = prove_in_lines(network, path, tell)
    streamed, found = Streamed(network), None
    if numbers:
        partials = (pair for _, ended in streamed.partials() for pair in ended.items())
        found = confirm(network, streamed.deltas(), partials, streamed.algebra, seed, tell)
    return _proof(network, conditions, made, accepted, numbers, found, [FORWARD], start)


def _proof(
    network: Network,
    conditions: tuple[Condition, ...],
    made: Mapping[str, Any],
    accepted: Sequence[str],
    numbers: bool,
    found: Numbers | None,
    routes: Sequence[str],
    start: float,
) -> Proof:
    verdict = _verdict(network, conditions, made["sha256"])
    if numbers and found is None:
        silent = "no number confirms it: every point tried lies on a kink or past all floats"
        verdict = replace(verdict, notes=(*verdict.notes, silent))
    return Proof(
        network,
        dict.fromkeys(network.parameters, verdict),
        made,
        tuple(accepted),
        found,
        tuple(routes),
        time.perf_counter() - start,
    )


def _silent(stage: str, done: int, total: int) -> None:
    return None


def _counted(items: Iterable[Any], tell: Progress, stage: str, total: int) -> Iterator[Any]:
    every = max(1, total // 100)
    for done, item in enumerate(items):
        if done % every == 0:
            tell(stage, done, total)
        yield item


def _verdict(network: Network, found: tuple[Condition, ...], sha256: str) -> Verdict:
    conditions = tuple(each.text for each in found)
    assumptions = ["sigma is differentiable"] if any(u.activation.undefined for u in network.units) else []
    if network.loss.undefined:
        assumptions.append("C is differentiable")
    kinked = {u.activation.name: u.activation for u in network.units if u.activation.kinks}
    common: dict[str, Any] = {
        "notes": tuple(f"{name}: {kind.convention}" for name, kind in kinked.items()),
        "engine": "polynomial identity, replayed by the kernel",
        "scope": f"the net {network.name}",
        "certificate": sha256,
        "assumptions": tuple(assumptions),
    }
    if network.kinks:
        return ProvedAlmostEverywhere(kinks=network.kinks, conditions=conditions, **common)
    return ProvedUnder(conditions=conditions, **common) if conditions else Proved(**common)


# -- somebody's wrong recursion -----------------------------------------------------------------------------------------


def _wrong(
    network: Network,
    agreement: Agreement,
    deltas: Mapping[str, Poly],
    partials: Mapping[str, Poly],
    algebra: Polynomials,
    seconds: float,
) -> Proof:
    reasons = [
        f"unit {name}: its delta misses {show(poly, algebra.generators)}" for name, poly in agreement.units.items()
    ] + [f"parameter {name}: it misses {show(poly, algebra.generators)}" for name, poly in agreement.parameters.items()]
    refuted = refute(network, deltas, partials, algebra)
    verdicts: dict[str, Verdict] = {}
    for name in network.parameters:
        verdict = refuted.get(name)
        if verdict is None:
            verdicts[name] = Undecided(
                reason="the recursion is not the net's, but this derivative showed no difference at the points tried",
                notes=tuple(reasons[:4]),
            )
        else:
            verdicts[name] = replace(verdict, reason=reasons[0], diagnosis=tuple(reasons[:4]))
    if not any(isinstance(each, Refuted) for each in verdicts.values()):
        verdicts = {name: replace(each, notes=tuple(reasons[:4])) for name, each in verdicts.items()}
    return Proof(network, verdicts, None, (), None, (), seconds, tuple(agreement.units), tuple(reasons))
