"""What a derivation says about a net before it goes backward: its quantities, the forward pass, the cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from symbackprop.derive import derivation as D
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Evidence, Step
from symbackprop.derive.meaning import NetContext
from symbackprop.derive.shown import Shown
from symbackprop.networks import Network, Unit, Weight
from symbackprop.proofs.literal import paths

if TYPE_CHECKING:
    from symbackprop.proofs.prove import Proof

Q = S.Quantity
COST, RATE = Q("cost"), Q("rate")
PATHS = 3000  # past so many paths the deltas are not written out, and the net's certificate decides
EXPLICIT = 120  # parameters up to which every line is decided by writing it out


@dataclass(frozen=True)
class Speaker:
    """What every part of the derivation needs: the net, its claims, and the sign of delta in the notation."""

    net: Network
    proof: Proof | None = None
    sign: int = 1

    @cached_property
    def context(self) -> NetContext:
        """The meaning of the net's quantities."""
        return NetContext(self.net, self.sign)

    @cached_property
    def prover(self) -> Prover:
        """Makes the steps."""
        return Prover(self.context)

    @cached_property
    def explicit(self) -> bool:
        """Whether each line is decided by writing it out."""
        return len(self.net.parameters) <= EXPLICIT and paths(self.net) <= PATHS

    @cached_property
    def _inputs(self) -> frozenset[str]:
        return frozenset(self.net.inputs)

    @cached_property
    def _ones(self) -> frozenset[str]:
        return frozenset(self.net.ones)

    @cached_property
    def _targets(self) -> dict[str, str]:
        return dict(zip(self.net.outputs, self.net.targets, strict=True))

    # -- quantities -----------------------------------------------------------------------------------------------------

    def source(self, name: str) -> Shown:
        """What a source puts out."""
        if name in self._ones:
            return Q("one", name)
        return Q("input" if name in self._inputs else "output", name)

    def weight(self, weight: Weight) -> Shown:
        """A weight or bias, or its fixed number."""
        return Q("weight", weight) if isinstance(weight, str) else S.Number(weight)

    def slope(self, unit: Unit) -> Shown | None:
        """phi' as a factor; None where it is 1."""
        return forms.slope(unit.activation, unit.name, Q("output", unit.name))

    def target(self, output: str) -> Shown:
        """The target of an output."""
        return Q("target", self._targets[output])

    # -- forward ----------------------------------------------------------------------------------------------------------

    def net_input(self, unit: Unit) -> Shown:
        """The weighted sum that enters a unit."""
        parts: list[Shown] = [
            self.weight(edge.weight)
            if edge.source in self.net.ones
            else self.weight(edge.weight) * self.source(edge.source)
            for edge in unit.edges
        ]
        if unit.bias is not None:
            parts.append(self.weight(unit.bias))
        return S.plus(*parts)

    def forward(self) -> Iterator[Step]:
        """z and a of every unit, then the cost."""
        for unit in self.net.units:
            z, a = Q("net_input", unit.name), Q("output", unit.name)
            yield self.prover.define(z, self.net_input(unit), key=f"z:{unit.name}")
            if unit.activation.name == "identity":
                yield self.prover.define(a, z, key=f"a:{unit.name}")
            elif unit.group is None:
                yield self.prover.define(a, S.Applied("activation", z, unit=unit.name), key=f"a:{unit.name}")
            else:
                others = [S.Exponential(Q("net_input", each.name)) for each in self.net.groups[unit.group]]
                yield self.prover.define(a, S.Exponential(z) / S.plus(*others), key=f"a:{unit.name}")

    def rectifier(self, unit: Unit) -> list[Step]:
        """What a rectifier with a leak of its own does, and its slope, proved off the kink."""
        z, leak = Q("net_input", unit.name), self.weight(dict(unit.parameters)["alpha"])
        return [
            self.prover.define(Q("output", unit.name), forms.rectified(z, leak), key=f"phi:{unit.name}"),
            self.prover.claim(S.Applied("activation", z, 1, unit.name), forms.rectified_slope(z, leak),
                              "derivative of the activation", key=f"slope:{unit.name}"),
        ]  # fmt: skip

    def cost(self) -> Step | None:
        """The cost of one example; None where it is undefined."""
        pairs = [(Q("output", name), self.target(name)) for name in self.net.outputs]
        if self.net.loss.name in ("performance", "half_squared") and len(pairs) > 1:
            total: Shown = forms.HALF * S.Bracketed(S.plus(*((y - a) ** 2 for a, y in pairs)), "[")
            return self.prover.define(COST, -total if self.net.loss.name == "performance" else total, key="cost")
        values = [forms.loss_value(self.net.loss, a, y) for a, y in pairs]
        if any(each is None for each in values):
            return None
        terms = [each for each in values if each is not None]
        signed = [
            (each.terms[0], -1) if isinstance(each, S.Sum) and len(each.terms) == 1 else (each, 1) for each in terms
        ]
        total = terms[0] if len(terms) == 1 else S.Sum(tuple(t for t, _ in signed), tuple(s for _, s in signed))
        return self.prover.define(COST, total, key="cost")

    def certified(self) -> Evidence:
        """The evidence that the whole net's certificate gives."""
        return self._certified

    @cached_property
    def _certified(self) -> Evidence:
        if self.proof is None or not self.proof.proved or self.proof.certificate is None:
            return Evidence(D.GAP, "the net has not been proved here")
        verdict = next(iter(self.proof.verdicts.values()))
        word = {"PROVED": D.PROVED, "PROVED_UNDER": D.UNDER, "PROVED_AE": D.ALMOST}[verdict.name]
        return Evidence(word, f"the certificate of the whole net: {verdict}", certificate=dict(self.proof.certificate))
