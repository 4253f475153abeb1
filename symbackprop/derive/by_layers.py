"""The derivation of a large layered net: generic lines for all of its layers, an abridged picture, the matrix form, the two passes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Section, words
from symbackprop.derive.layers import LayerWriter
from symbackprop.derive.lemmas import is_rectifier, lemma, rectifier
from symbackprop.derive.lines import COST, Writer
from symbackprop.notation import notation as find_notation
from symbackprop.units import default_parameters


def by_layers(writer: Writer, notation: str) -> Derivation:
    """The derivation of a large layered net: generic lines, an abridged picture, the matrix form, the two passes."""
    net, made = writer.net, LayerWriter(writer, notation)
    sizes, kinds = made.layers.sizes, [each.name.replace("_", " ") for each in made.layers.activations]
    sense = "maximised by gradient ascent" if net.loss.sense == "maximise" else "minimised by gradient descent"
    one = len(set(kinds)) == 1
    blocks: list[Block] = [
        words("The net ", net.name, f" has {sizes[0]:,} inputs and {len(sizes) - 1} {'layers' if len(sizes) > 2 else 'layer'} of {_and(sizes[1:])} "
              f"neurons, {made.layers.count():,} parameters in all; activation: {kinds[0] if one else ', '.join(kinds)}. ", COST,
              f" is {forms.loss_words(net.loss)} of one example, {sense}. Its equations are the same for every neuron "
              "of a layer, so they are written once, for all of them."),
        Figure("net", (f"The net {net.name}; dots stand for neurons that are not drawn.",), net),
    ]  # fmt: skip
    numbered = [] if one or find_notation(notation).labels != "layered" else [
        LayerWriter(writer, notation, layer) for layer in range(1, len(sizes))
    ]  # fmt: skip
    sections = [
        Section("The net", tuple(blocks)),
        Section("The forward pass", tuple(_forward(made, numbered))),
        Section("The deltas", tuple(_by_number(numbered) if numbered else _deltas(made))),
        Section("The partial derivatives", (Display(tuple(made.gradients())),)),
    ]
    if notation in MATRIX and writer.sign > 0 and not numbered:
        sections.append(
            Section(
                "A layer at once",
                (words("Without indices, a whole layer is one equation:"), Display(tuple(made.matrix()))),
            )
        )
    sections += [Section("The two passes", (made.listing(numbered),)), _evidence(writer)]
    return Derivation(f"Backpropagation in the net {net.name}", tuple(sections), net, notation,
                      scope="every width and depth; cost and activations of this net", delta_sign=writer.sign)  # fmt: skip


def _forward(made: LayerWriter, numbered: list[LayerWriter]) -> list[Block]:
    """The forward pass; `numbered` holds a writer for each layer where their activations differ."""
    kinds, bias = dict.fromkeys(made.layers.activations), made.layers.bias
    style = {"neuron": "The sum takes in the bias neuron of the layer before, number 0, which always puts out 1.",
             "w0": "The sum takes in the constant input number 0, which is always 1."}.get(bias)  # fmt: skip
    z, a = made.forward()
    lines = [z, *(each.output() for each in numbered)] if numbered else [z, a]
    blocks: list[Block] = [
        words("Each neuron adds up what comes in and applies its activation:"),
        Display(tuple(lines)),
    ]
    if style is not None:
        blocks.append(words(style))
    if len(kinds) > 1 and not numbered:
        here = S.Applied("activation", S.Symbol("z"))
        blocks.append(words("Here ", here, " stands for the activation of the neuron's own layer."))
        if made.mixed or made.layers.activations[-1].vector:
            blocks += [words("In a softmax layer every output depends on all net inputs of the layer:"),
                       Display((made.softmax("l" if made.mixed else "L"),))]  # fmt: skip
    for kind in kinds:
        function, leak = "activation" if len(kinds) == 1 else kind.name, dict(default_parameters(kind, "")).get("alpha", Fraction(0))
        if is_rectifier(kind) and isinstance(leak, Fraction):
            steps = rectifier(kind, leak, S.Symbol("z"), function)
        else:
            steps = lemma(kind, S.Symbol("z"), function)
        if steps:
            blocks += [
                words(f"The activation {kind.name.replace('_', ' ')} and its derivative are"),
                Display(tuple(steps)),
            ]
        if kind.kinks:
            blocks.append(words(f"The activation {kind.name.replace('_', ' ')} has a kink at 0: {kind.convention}."))
    return blocks


def _deltas(made: LayerWriter) -> list[Block]:
    """The deltas of the output layer and of any layer before it."""
    blocks: list[Block] = [words("For the output layer:"), Display(tuple(made.output_delta()))]
    if made.mixed:
        blocks += [words("For a softmax layer before it, what comes back to a neuron counts against what comes back to all:"),
                   Display(tuple(made.softmax_delta()))]  # fmt: skip
    if not all(each.vector for each in made.inside):
        which = "other layer before it" if made.mixed else "layer before it"
        blocks += [words(f"For any {which}, the sum runs over the neurons of the next layer:"),
                   Display(tuple(made.hidden_delta()))]  # fmt: skip
    return blocks


def _by_number(numbered: list[LayerWriter]) -> list[Block]:
    """The deltas of each layer, whose activations differ, from the last to the first."""
    blocks: list[Block] = [words("For the output layer:"), Display(tuple(numbered[-1].output_delta()))]
    for made in reversed(numbered[:-1]):
        assert made.own is not None
        kind = made.own.name.replace("_", " ")
        why = "what comes back to a neuron counts against what comes back to all" if made.own.vector else (
            "the sum runs over the neurons of the next layer")  # fmt: skip
        layer = S.Generic("net_input", made.frame.here, ())
        blocks += [
            words("For the layer of ", layer, f", whose activation is {kind}, {why}:"),
            Display(tuple(made.delta())),
        ]
    return blocks


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


def _and(sizes: Sequence[int]) -> str:
    """30 and 10; 100, 30 and 10."""
    first, last = [f"{each:,}" for each in sizes[:-1]], f"{sizes[-1]:,}"
    return f"{', '.join(first)} and {last}" if first else last
