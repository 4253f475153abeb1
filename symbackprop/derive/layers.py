"""The derivation of a layered net layer by layer, for every width: the formulas with sums, the matrix form, the two passes.

The four equations rest on a certificate of the kernel's index calculus, which holds for all widths and depths; what is special to
this net (its cost, its activations) rests on the certificate of the net.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symbackprop.activations.activation import Activation
from symbackprop.derive import derivation as D
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Block, Derivation, Display, Evidence, Figure, Listing, Section, Step, words
from symbackprop.derive.every_size import evidence
from symbackprop.derive.instances import check
from symbackprop.derive.lemmas import lemma
from symbackprop.derive.lines import COST, RATE, Writer
from symbackprop.derive.shown import Line, Shown
from symbackprop.errors import ShapeError
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

    def __init__(self, writer: Writer, notation: str) -> None:
        self.writer, self.net = writer, writer.net
        self.frame, self.edge = FRAMES.get(notation, (Frame(), Frame()))
        assert self.net.architecture is not None
        self.layers: Layers = self.net.architecture
        self._first: Shown | None = None
        self._loss = "half_squared" if self.net.loss.needs_softmax else self.net.loss.name
        self._inner = self.layers.activations[0]

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
        return S.Applied("activation", G("net_input", layer, (unit,)), 1)

    def sign(self, form: Shown) -> Shown:
        """The form with delta's sign."""
        return form if self.writer.sign > 0 else -form

    def output_delta(self) -> list[Step]:
        """delta of the output layer: BP1, then this net's cost and activation."""
        f = self.frame
        index = "k" if f.unit == "i" else f.unit
        left = G("delta", "L", (index,))
        a, y = G("output", "L", (index,)), G("target", "L", (index,))
        slope = S.Applied("activation", G("net_input", "L", (index,)), 1)
        steps = [self.step(left, self.sign(S.Partial(COST, G("net_input", "L", (index,)))), "definition", D.DEFINITION)]
        last = self.layers.activations[-1]
        if not last.vector:
            steps.append(
                self.step(
                    None, self.sign(S.chain(S.Partial(COST, a), slope)), "BP1, output delta", evidence("BP1"), kind=last
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
                    kind=last,
                )
            )
        return steps

    def hidden_delta(self) -> list[Step]:
        """delta of a hidden layer: BP2, then this net's activation."""
        f = self.frame
        back = S.BigSum(f.next, f.after, G("weight", f.after, (f.next, f.unit)) * G("delta", f.after, (f.next,)))
        left = G("delta", f.here, (f.unit,))
        slope = S.Applied("activation", G("net_input", f.here, (f.unit,)), 1)
        steps = [
            self.step(left, self.sign(S.Partial(COST, G("net_input", f.here, (f.unit,)))), "definition", D.DEFINITION),
            self.step(
                None, S.chain(slope, back), "BP2, recursion", evidence("BP2"), "delta:l", ("delta:l",), kind=self._inner
            ),
        ]
        kinds = dict.fromkeys(self.layers.activations[:-1])
        if len(kinds) == 1 and (kind := next(iter(kinds))).name in forms.SLOPES:
            own = S.chain(*([] if kind.name == "identity" else [self.slope(kind, f.here, f.unit)]), back)
            steps.append(self.step(None, own, "this net's activation", self.writer.certified(), "delta:l", kind=kind))
        return steps

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

    def listing(self) -> Listing:
        """The two passes in words and symbols, for one example."""
        f = self.frame
        steps = [*self.forward(), self.output_delta()[-1], self.hidden_delta()[-1], *self.gradients()]
        z, a, last, back, *grads = [step.line for step in steps]
        up = self.net.loss.sense == "maximise"

        def change(line: Line) -> tuple[str | Shown, ...]:
            assert isinstance(line.left, S.Partial)
            right = line.right.terms[0] if isinstance(line.right, S.Sum) and len(line.right.terms) == 1 else line.right
            plus = up == (self.writer.sign > 0)
            rated = S.chain(RATE, *(right.factors if isinstance(right, S.Product) else (right,)))
            return ("add ", rated if plus else -rated, " to ", line.left.by)

        assert z.left is not None and a.left is not None and last.left is None and back.left is None
        index = "k" if f.unit == "i" else f.unit
        return Listing((
            (0, ("forward, for each layer from the first to the last:",)),
            (1, (z.left, " is ", z.right)),
            (1, (a.left, " is ", a.right)),
            (0, ("backward, for the last layer: ", G("delta", "L", (index,)), " is ", last.right)),
            (0, ("backward, for each layer from the last but one to the first:",)),
            (1, (G("delta", f.here, (f.unit,)), " is ", back.right)),
            (0, ("then, for each weight" + (" and bias:" if len(grads) > 1 else ":"),)),
            *((1, change(line)) for line in grads),
        ))  # fmt: skip


def by_layers(writer: Writer, notation: str) -> Derivation:
    """The derivation of a large layered net: generic lines, an abridged picture, the matrix form, the two passes."""
    net, made = writer.net, LayerWriter(writer, notation)
    sizes, kinds = made.layers.sizes, [each.name.replace("_", " ") for each in made.layers.activations]
    sense = "maximised by gradient ascent" if net.loss.sense == "maximise" else "minimised by gradient descent"
    one = len(set(kinds)) == 1
    blocks: list[Block] = [
        words("The net ", net.name, f" has {sizes[0]:,} inputs and {len(sizes) - 1} layers of {', '.join(f'{n:,}' for n in sizes[1:])} "
              f"neurons, {made.layers.count():,} parameters in all; activation: {kinds[0] if one else ', '.join(kinds)}. ", COST,
              f" is {forms.loss_words(net.loss)} of one example, {sense}. Its equations are the same for every neuron "
              "of a layer, so they are written once, for all of them."),
        Figure("net", (f"The net {net.name}; dots stand for neurons that are not drawn.",), net),
    ]  # fmt: skip
    if any(each.vector for each in made.layers.activations[:-1]):
        raise ShapeError("a large net with a softmax layer inside is not derived layer by layer", where=f"net {net.name}",
                         try_="--all, which writes every neuron out")  # fmt: skip
    style = {"neuron": "The sum takes in the bias neuron of the layer before, number 0, which always puts out 1.",
             "w0": "The sum takes in the constant input number 0, which is always 1."}.get(made.layers.bias)  # fmt: skip
    forward: list[Block] = [
        words("Each neuron adds up what comes in and applies its activation:"),
        Display(tuple(made.forward())),
    ]
    if style is not None:
        forward.append(words(style))
    for kind in dict.fromkeys(made.layers.activations):
        steps = lemma(kind, S.Symbol("z"), "activation" if one else kind.name)
        if steps:
            forward += [
                words(f"The activation {kind.name.replace('_', ' ')} and its derivative are"),
                Display(tuple(steps)),
            ]
        if kind.kinks:
            forward.append(words(f"The activation {kind.name.replace('_', ' ')} has a kink at 0: {kind.convention}."))
    deltas: list[Block] = [
        words("For the output layer:"), Display(tuple(made.output_delta())),
        words("For any layer before it, the sum runs over the neurons of the next layer:"), Display(tuple(made.hidden_delta())),
    ]  # fmt: skip
    sections = [
        Section("The net", tuple(blocks)),
        Section("The forward pass", tuple(forward)),
        Section("The deltas", tuple(deltas)),
        Section("The partial derivatives", (Display(tuple(made.gradients())),)),
    ]
    if notation in MATRIX and writer.sign > 0:
        sections.append(
            Section(
                "A layer at once",
                (words("Without indices, a whole layer is one equation:"), Display(tuple(made.matrix()))),
            )
        )
    sections += [Section("The two passes", (made.listing(),)), _evidence(writer)]
    return Derivation(f"Backpropagation in the net {net.name}", tuple(sections), net, notation,
                      scope="every width and depth; cost and activations of this net", delta_sign=writer.sign)  # fmt: skip


MATRIX = frozenset(["nielsen", "matrix", "leibniz", "slides_layer"])


def _evidence(writer: Writer) -> Section:
    proof = writer.proof
    assert proof is not None
    sha = (
        f" Its certificate has the SHA-256 digest {str(proof.certificate['sha256'])[:16]}." if proof.certificate else ""
    )
    return Section("How this was proved", (
        words("The four equations BP1 to BP4 are proved for every width and every depth, with the activation and the cost "
              "undefined, by the kernel's index calculus (symbackprop theorem backprop); the induction over the layers is said in "
              "words. What is special to this net is proved for the net itself: " + proof.summary() + "." + sha
              + (f" Numerical confirmation: {proof.numbers}." if proof.numbers else "")),
    ))  # fmt: skip
