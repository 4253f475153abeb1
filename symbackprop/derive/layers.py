"""The lines of a layered net written for every width: the formulas with sums, the matrix form, the two passes.

The four equations rest on a certificate of the kernel's index calculus, which holds for all widths and depths; what is special to
this net (its cost, its activations) rests on the certificate of the net.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.activations.activation import Activation
from symbackprop.derive import derivation as D
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Evidence, Listing, Step
from symbackprop.derive.every_size import evidence
from symbackprop.derive.instances import check
from symbackprop.derive.lines import COST, RATE, Writer
from symbackprop.derive.shown import Line, Shown
from symbackprop.networks import Layers

G = S.Generic


@dataclass(frozen=True)
class Frame:
    """The layers and indices a notation uses: unit `upper` of layer `here`, fed by unit `lower` of layer `before`."""

    here: str = "l"
    after: str = "l+1"
    before: str = "l-1"
    unit: str = "j"
    next: str = "i"
    source: str = "k"


# Winston's left neuron l feeds the right neuron r: his weights are seen from the left
FRAMES = {"winston": (Frame(unit="i", next="j"), Frame("l+1", "l+2", "l", unit="j", source="i"))}


class LayerWriter:
    """The generic lines of a layered net in one frame of indices."""

    def __init__(self, writer: Writer, notation: str, layer: int | None = None) -> None:
        self.writer, self.net = writer, writer.net
        self.frame, self.edge = FRAMES.get(notation, (Frame(), Frame()))
        if layer is not None:
            self.frame = Frame(str(layer), str(layer + 1), str(layer - 1))
        assert self.net.architecture is not None
        self.layers: Layers = self.net.architecture
        self._first: Shown | None = None
        self._loss = "half_squared" if self.net.loss.needs_softmax else self.net.loss.name
        self.inside = self.layers.activations[:-1]
        self.mixed = any(each.vector for each in self.inside)  # softmax layers inside
        self._inner = next((each for each in self.inside if not each.vector), self.layers.activations[0])
        self.own = self.layers.activations[layer - 1] if layer is not None else None

    def step(
        self, left: Shown | None, right: Shown, rule: str, proof: Evidence, key: str = "", uses: tuple[str, ...] = (),
        kind: Activation | None = None,
    ) -> Step:  # fmt: skip
        """One line; what a certificate for all sizes proves is decided at an instance too, so that no other line can pass for it."""
        self._first = left if left is not None else self._first
        if proof.verdict != D.DEFINED and kind is not None and self._first is not None and not kind.vector:
            proof = check(self._first, right, self._loss, self.writer.sign, kind.name) or proof
        return Step(Line(left, right), rule, proof, (), key, uses)

    def forward(self) -> list[Step]:
        """z and a of a unit of any layer."""
        f, edge = self.frame, self.edge
        weighted = S.BigSum(
            edge.source,
            edge.before,
            G("weight", edge.here, (edge.unit, edge.source)) * G("output", edge.before, (edge.source,)),
        )
        parts: list[Shown] = [weighted]
        if self.layers.bias == "parameter":
            parts.append(G("bias", edge.here, (edge.unit,)))
        elif self.layers.bias == "shared":
            parts.append(S.Quantity("bias", "b"))
        z = G("net_input", edge.here, (edge.unit,))
        sigma = S.Applied("activation", G("net_input", f.here, (f.unit,)))
        return [
            self.step(z, S.plus(*parts), "definition", D.DEFINITION, "z"),
            self.step(G("output", f.here, (f.unit,)), sigma, "definition", D.DEFINITION, "a"),
        ]

    def slope(self, kind: Any, layer: str, unit: str) -> Shown:
        """phi' of a unit of a layer, as a factor."""
        a = G("output", layer, (unit,))
        if kind.name in forms.SLOPES and kind.name != "identity":
            found = forms.SLOPES[kind.name](a)
            assert found is not None
            return found
        return S.Applied(self._name(kind), G("net_input", layer, (unit,)), 1)

    def _name(self, kind: Activation) -> str:
        """How an activation is written: one letter for all, or its own word where a line speaks of one layer of several kinds."""
        return kind.name if self.own is not None else "activation"

    def _factor(self, kind: Activation, layer: str, unit: str) -> list[Shown]:
        """phi' as a factor; a layer known to be linear has none."""
        if self.own is not None and kind.name == "identity":
            return []
        return [S.Applied(self._name(kind), G("net_input", layer, (unit,)), 1)]

    def output(self) -> Step:
        """What the neurons of this one layer put out."""
        assert self.own is not None
        f = self.frame
        z = G("net_input", f.here, (f.unit,))
        if self.own.vector:
            return self.softmax(f.here)
        value = z if self.own.name == "identity" else S.Applied(self.own.name, z)
        return self.step(G("output", f.here, (f.unit,)), value, "definition", D.DEFINITION)

    def sign(self, form: Shown) -> Shown:
        """The form with delta's sign."""
        return form if self.writer.sign > 0 else -form

    def output_delta(self) -> list[Step]:
        """delta of the output layer: BP1, then this net's cost and activation."""
        f = self.frame
        index = "k" if f.unit == "i" else f.unit
        left = G("delta", "L", (index,))
        a, y = G("output", "L", (index,)), G("target", "L", (index,))
        last = self.layers.activations[-1]
        slope = self._factor(last, "L", index)
        steps = [self.step(left, self.sign(S.Partial(COST, G("net_input", "L", (index,)))), "definition", D.DEFINITION)]
        judged = last if self.own is None else None  # a numbered layer rests on the net's certificate
        if not last.vector:
            steps.append(
                self.step(
                    None,
                    self.sign(S.chain(S.Partial(COST, a), *slope)),
                    "BP1, output delta",
                    evidence("BP1") if self.own is None else self.writer.certified(),
                    kind=judged,
                )
            )
        found = forms.loss_slope(self.net.loss, a, y)
        if last.vector and self.net.loss.needs_softmax:
            steps.append(
                self.step(None, self.sign(a - y), "softmax and cross-entropy", self.writer.certified(), "delta:L")
            )
        elif last.vector:
            g = S.Partial(COST, a)
            others = S.BigSum("m", "L", G("output", "L", ("m",)) * S.Partial(COST, G("output", "L", ("m",))))
            form = S.chain(a, S.Bracketed(S.Sum((g, others), (1, -1)), "["))
            steps.append(
                self.step(
                    None,
                    self.sign(form),
                    "softmax under any cost",
                    evidence("softmax under any cost", theorem="softmax-ce"),
                    "delta:L",
                )
            )
        elif found is not None:
            own = S.chain(found, *([] if last.name == "identity" else [self.slope(last, "L", index)]))
            steps.append(
                self.step(
                    None,
                    self.sign(own),
                    "this net's cost and activation",
                    self.writer.certified(),
                    "delta:L",
                    kind=judged,
                )
            )
        return steps

    def hidden_delta(self) -> list[Step]:
        """delta of a hidden layer: BP2, then this net's activation."""
        f = self.frame
        back = S.BigSum(f.next, f.after, G("weight", f.after, (f.next, f.unit)) * G("delta", f.after, (f.next,)))
        left = G("delta", f.here, (f.unit,))
        kinds = (
            [self.own] if self.own is not None else [*dict.fromkeys(each for each in self.inside if not each.vector)]
        )
        kind = kinds[0] if len(kinds) == 1 else None
        slope = self._factor(kinds[0], f.here, f.unit)
        judged = self._inner if self.own is None else None  # a numbered layer rests on the net's certificate
        general = evidence("BP2") if self.own is None else self.writer.certified()
        steps = [
            self.step(left, self.sign(S.Partial(COST, G("net_input", f.here, (f.unit,)))), "definition", D.DEFINITION),
            self.step(None, S.chain(*slope, back), "BP2, recursion", general, "delta:l", ("delta:l",), kind=judged),
        ]
        if kind is not None and kind.name in forms.SLOPES and slope:
            own = S.chain(*([] if kind.name == "identity" else [self.slope(kind, f.here, f.unit)]), back)
            proof = self.writer.certified()
            steps.append(self.step(None, own, "this layer's activation" if self.own else "this net's activation", proof, "delta:l",
                                   kind=judged and kind))  # fmt: skip
        return steps

    def delta(self) -> list[Step]:
        """delta of this one layer inside."""
        return self.softmax_delta() if self.own is not None and self.own.vector else self.hidden_delta()

    def softmax_delta(self) -> list[Step]:
        """delta of a softmax layer inside: every neuron of the layer depends on every net input of it."""
        f, other = self.frame, "m"
        a, left = G("output", f.here, (f.unit,)), G("delta", f.here, (f.unit,))

        def back(unit: str) -> Shown:
            return S.BigSum(f.next, f.after, G("weight", f.after, (f.next, unit)) * G("delta", f.after, (f.next,)))

        def through(value: Callable[[str], Shown]) -> Shown:
            others = S.BigSum(other, f.here, G("output", f.here, (other,)) * value(other))
            return S.chain(a, S.Bracketed(S.Sum((value(f.unit), others), (1, -1)), "["))

        cost = through(lambda unit: S.Partial(COST, G("output", f.here, (unit,))))
        general = evidence("softmax under any cost", theorem="softmax-ce")
        return [
            self.step(left, self.sign(S.Partial(COST, G("net_input", f.here, (f.unit,)))), "definition", D.DEFINITION),
            self.step(None, self.sign(cost), "softmax under any cost", general),
            self.step(None, through(back), "the next layer's deltas", self.writer.certified(), "delta:l"),
        ]

    def softmax(self, layer: str) -> Step:
        """What a softmax layer puts out."""
        unit = self.frame.unit if layer != "L" or self.frame.unit != "i" else "k"

        def power(index: str) -> Shown:
            return S.Exponential(G("net_input", layer, (index,)))

        value = S.Quotient(power(unit), S.BigSum("m", layer, power("m")))
        return self.step(G("output", layer, (unit,)), value, "definition", D.DEFINITION)

    def gradients(self) -> list[Step]:
        """BP4 and BP3."""
        e = self.edge
        delta = G("delta", e.here, (e.unit,))
        weight = S.Partial(COST, G("weight", e.here, (e.unit, e.source)))
        source = G("output", e.before, (e.source,))
        steps = [
            self.step(
                weight,
                self.sign(S.chain(source, delta)),
                "BP4, weight",
                evidence("BP4"),
                "w",
                ("delta:l", "delta:L"),
                kind=self._inner,
            )
        ]
        if self.layers.bias == "parameter":
            steps.append(
                self.step(
                    S.Partial(COST, G("bias", e.here, (e.unit,))),
                    self.sign(delta),
                    "BP3, bias",
                    evidence("BP3"),
                    "b",
                    kind=self._inner,
                )
            )
        if self.layers.bias == "shared":
            total = S.BigSum("l", "", S.BigSum(e.unit, "l", G("delta", "l", (e.unit,))))
            steps.append(
                self.step(
                    S.Partial(COST, S.Quantity("bias", "b")),
                    self.sign(total),
                    "one bias for all",
                    self.writer.certified(),
                    "b",
                )
            )
        return steps

    def matrix(self) -> list[Step]:
        """The same equations for whole layers."""
        w, d = G("weight", "l+1"), G("delta", "l+1")
        slope = S.Applied("activation", G("net_input", "l"), 1)
        back = S.Product((S.Bracketed(S.Product((S.Transposed(w), d)), "("), slope), "odot")
        steps = [self.step(G("delta", "l"), back, "BP2", evidence("BP2"), kind=self._inner)]
        steps.append(self.step(S.Partial(COST, G("weight", "l")), self.sign(S.Product((G("delta", "l"), S.Transposed(G("output", "l-1"))))),
                               "BP4", evidence("BP4"), kind=self._inner))  # fmt: skip
        if self.layers.bias == "parameter":
            steps.append(
                self.step(
                    S.Partial(COST, G("bias", "l")),
                    self.sign(G("delta", "l")),
                    "BP3",
                    evidence("BP3"),
                    kind=self._inner,
                )
            )
        return steps

    def listing(self, layers: Sequence[LayerWriter] = ()) -> Listing:
        """The two passes in words and symbols, for one example; `layers` writes each layer with an activation of its own."""
        f = self.frame
        z, a = (step.line for step in self.forward())
        ends = layers[-1] if layers else self
        last, grads = ends.output_delta()[-1].line, [step.line for step in self.gradients()]
        up = self.net.loss.sense == "maximise"

        def change(line: Line) -> tuple[str | Shown, ...]:
            assert isinstance(line.left, S.Partial)
            right = line.right.terms[0] if isinstance(line.right, S.Sum) and len(line.right.terms) == 1 else line.right
            plus = up == (self.writer.sign > 0)
            rated = S.chain(RATE, *(right.factors if isinstance(right, S.Product) else (right,)))
            return ("add ", rated if plus else -rated, " to ", line.left.by)

        def back(made: LayerWriter, steps: list[Step], prefix: str = "") -> tuple[int, tuple[str | Shown, ...]]:
            return 1, (prefix, G("delta", made.frame.here, (f.unit,)), " is ", steps[-1].line.right)

        assert z.left is not None and a.left is not None
        outputs: list[tuple[int, tuple[str | Shown, ...]]] = [(1, (a.left, " is ", a.right))]
        if layers:
            lines = [made.output().line for made in layers]
            outputs = [(1, (line.left, " is ", line.right)) for line in lines if line.left is not None]
            backward = [back(made, made.delta()) for made in reversed(layers[:-1])]
        else:
            backward = [back(self, self.softmax_delta(), "in a softmax layer, ")] if self.mixed else []
            if not all(each.vector for each in self.inside):
                backward.append(back(self, self.hidden_delta(), "in any other layer, " if self.mixed else ""))
        index = "k" if f.unit == "i" else f.unit
        return Listing((
            (0, ("forward, for each layer from the first to the last:",)),
            (1, (z.left, " is ", z.right)),
            *outputs,
            (0, ("backward, for the last layer: ", G("delta", "L", (index,)), " is ", last.right)),
            *([(0, ("backward, for each layer from the last but one to the first:",)), *backward] if backward else []),
            (0, ("then, for each weight" + (" and bias:" if len(grads) > 1 else ":"),)),
            *((1, change(line)) for line in grads),
        ))  # fmt: skip
