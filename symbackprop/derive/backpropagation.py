"""derive(net): the whole derivation of one net as a document, from its picture to every partial derivative.

Small nets are written out neuron by neuron, large layered ones layer by layer (derive/by_layers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from symbackprop.activations.activation import Activation
from symbackprop.derive import derivation as D
from symbackprop.derive import forms
from symbackprop.derive import shown as S
from symbackprop.derive.derivation import (
    Block,
    Derivation,
    Display,
    Figure,
    Paragraph,
    Section,
    Step,
    Stream,
    Table,
    words,
)
from symbackprop.derive.lemmas import is_rectifier, leaks, lemma, rectifier
from symbackprop.derive.lines import COST, LEVELS, LINE_BY_LINE, RATE, Writer
from symbackprop.errors import unknown_name
from symbackprop.networks import Network
from symbackprop.notation.positions import MOST_LETTERED

if TYPE_CHECKING:
    from symbackprop.notation import Notation
    from symbackprop.proofs.prove import Proof

Q = S.Quantity
BATCH = 60  # lines of a stream that stand together
INTO = (
    "A parameter acts through the net input it enters, so that its partial derivative is what it is multiplied with, "
    "times the delta:"
)
Progress = Callable[[str, int, int], None]


def derive(
    net: Network,
    *,
    proof: Proof | None = None,
    detail: str = "textbook",
    notation: str | Notation | None = None,
    everything: bool = False,
    example: Mapping[str, Fraction] | bool = False,
    rate: Fraction = Fraction(1, 2),
    progress: Progress | None = None,
) -> Derivation:
    """The derivation of every partial derivative of `net`.

    `detail` is "rules" (every rule), "textbook" or "summary"; `proof` is what prove(net) gave, made here when missing.
    `example` adds a worked example: True for numbers made up here, or a number for every input, target and parameter.
    The notation matters only for the sign of delta; the letters are chosen when the derivation is rendered.

    Raises: GradientRefused for a net that has no gradient; DataError, before any work, for an example that no page can hold.

    >>> made = derive(Network.chain(2, bias=False))
    >>> len(made.gaps), made.net.name
    (0, '1-1-1')
    """
    from symbackprop.notation import notation as find_notation
    from symbackprop.proofs.prove import prove

    if detail not in LEVELS:
        raise unknown_name("level of detail", detail, LEVELS)
    net.require_gradient()
    if example is not False:
        from symbackprop.derive.worked import require_example

        require_example(net)
    chosen = find_notation(notation or default_notation(net))
    writer = Writer(net, proof or prove(net), chosen.delta_sign)
    large = net.architecture is not None and net.architecture.count() > LINE_BY_LINE
    if large and not everything:
        from symbackprop.derive.by_layers import by_layers

        return by_layers(writer, chosen.name)
    streamed = large and not writer.explicit  # lines that need no proof of their own are made when they are printed
    sections = [
        _the_net(writer),
        _forward(writer, streamed),
        _deltas(writer, detail, streamed),
        _partials(writer, detail, progress, streamed),
        _changes(writer),
        evidence(writer),
    ]
    made = Derivation(
        f"Backpropagation in the net {net.name}",
        tuple(each for each in sections if each.blocks),
        net,
        chosen.name,
        scope=f"the net {net.name}, for all real inputs, targets and parameters",
        delta_sign=chosen.delta_sign,
    )
    if example is False:
        return made
    from symbackprop.derive.worked import with_example

    return with_example(made, writer, None if example is True else example, rate)


def default_notation(net: Network) -> str:
    """The notation a net reads best in: Winston's for small nets with a performance, Nielsen's for layered, names for graphs."""
    if net.architecture is None and not (net.is_layered and net.depths):
        return "graph"
    if (
        net.loss.sense == "maximise"
        and len(net.units) <= 12
        and not net.ones
        and max((net.depths or {"": 1}).values()) <= MOST_LETTERED
        and len(set(net.parameters)) == _edges(net)
    ):
        return "winston"
    return "nielsen" if not net.ones else "graph"


def _edges(net: Network) -> int:
    return sum(len(unit.edges) + (unit.bias is not None) for unit in net.units)


def _the_net(writer: Writer) -> Section:
    net = writer.net
    kinds = ", ".join(dict.fromkeys(unit.activation.name.replace("_", " ") for unit in net.units))
    biases = sum(unit.bias is not None for unit in net.units)
    sense = "maximised by gradient ascent" if net.loss.sense == "maximise" else "minimised by gradient descent"
    facts = (
        f"{count(len(net.inputs), 'input')}, {count(len(net.units), 'neuron')} and "
        f"{count(len(net.parameters), 'parameter')}; activation: {kinds}. "
    )
    blocks: list[Block] = [
        words(
            "The net ",
            net.name,
            " has ",
            facts,
            COST,
            f" is {forms.loss_words(net.loss)} of one example, {sense}.",
        )
    ]
    caption: tuple[str | S.Shown, ...] = ("The net ", net.name, ": weights on the arrows")
    blocks.append(Figure("net", (*caption, ", biases beside the neurons." if biases else "."), net))
    return Section("The net", tuple(blocks))


def count(number: int, word: str) -> str:
    """`1 input`, `3 inputs`.

    >>> count(1, "input"), count(3, "input")
    ('1 input', '3 inputs')
    """
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _forward(writer: Writer, streamed: bool) -> Section:
    made = stream(2 * len(writer.net.units), writer.forward, Table) if streamed else _table("forward pass", "", writer.forward())
    blocks: list[Block] = [
        words("Going forward, each neuron adds up what comes in, times the weights, and applies its activation:"),
        made,
    ]
    for kind in dict.fromkeys(unit.activation for unit in writer.net.units):
        function = kind.name if _mixed(writer.net) else "activation"
        steps = _rectifiers(writer, kind, function) if is_rectifier(kind) else lemma(kind, S.Symbol("z"), function)
        if steps:
            blocks += [
                words(f"The activation {kind.name.replace('_', ' ')} and its derivative are"),
                Display(tuple(steps)),
            ]
        if kind.kinks:
            blocks.append(words(f"The activation {kind.name.replace('_', ' ')} has a kink at 0: {kind.convention}."))
    cost = writer.cost()
    if cost is not None:
        blocks += [words("What the output is worth is measured by"), Display((cost,))]
    else:
        blocks.append(words(COST, " is any differentiable function of the outputs; its derivatives stay symbolic."))
    return Section("The forward pass", tuple(blocks))


def _rectifiers(writer: Writer, kind: Activation, function: str) -> list[Step]:
    """A rectifier's value and slope, once where all its units share one fixed leak, else unit by unit."""
    units = [unit for unit in writer.net.units if unit.activation == kind]
    first, *others = leaks(units)
    if isinstance(first, Fraction) and not others:
        return rectifier(kind, first, S.Symbol("z"), function)
    return [step for unit in units for step in writer.rectifier(unit)]


def _mixed(net: Network) -> bool:
    return len({unit.activation.name for unit in net.units}) > 1


def _table(left: str, right: str, steps: Iterable[Step]) -> Table:
    return Table((left, right), (), tuple(steps))


def stream(count: int, make: Callable[[], Iterator[Step]], kind: type[Table] | type[Display]) -> Stream:
    """Steps in blocks of about BATCH lines; a block begins with a line that has a left side."""

    def blocks() -> Iterator[Block]:
        batch, size = list[Step](), 0
        for step in make():
            if batch and size >= BATCH and step.line.left is not None:
                yield _table("", "", batch) if kind is Table else Display(tuple(batch))
                batch, size = [], 0
            batch.append(step)
            size += 1 + len(getattr(step.line.right, "terms", ())) // 8  # a sum over hundreds of inputs is as long as many lines
        if batch:
            yield _table("", "", batch) if kind is Table else Display(tuple(batch))

    return Stream(count, blocks)


def _deltas(writer: Writer, detail: str, streamed: bool) -> Section:
    sign = "" if writer.sign > 0 else "minus "
    some = writer.net.units[-1].name
    blocks: list[Block] = [
        words("The delta of a neuron is ", sign, "the derivative of ", COST, " by the neuron's net input, as in ",
              Q("delta", some), " and ", Q("net_input", some), ". Going backward, every delta follows from the ones after it."),
    ]  # fmt: skip

    def found() -> Iterator[list[Step]]:
        each = (steps for _, steps in writer.deltas(rules=detail != "summary"))
        return map(_folded, each) if detail == "summary" else each

    if streamed:
        blocks.append(stream(sum(map(len, found())), lambda: chain.from_iterable(found()), Display))
    elif detail == "summary":
        blocks.append(Display(tuple(chain.from_iterable(found()))))
    else:
        blocks += [Display(tuple(steps)) for steps in found()]
    return Section("The deltas", tuple(blocks))


def _folded(steps: list[Step]) -> list[Step]:
    first, last = steps[0], steps[-1]
    return [
        D.Step(S.Line(first.line.left, last.line.right), last.rule, last.evidence, last.reason, last.key, last.uses)
    ]


def _partials(writer: Writer, detail: str, progress: Progress | None, streamed: bool) -> Section:
    net = writer.net
    blocks: list[Block] = []
    single = all(len(after) == 1 for after in net.successors.values()) and len(net.units) > 1 and len(net.outputs) == 1
    if single and writer.explicit and detail != "summary" and len(net.units) <= 6:
        name = next((n for n in net.parameters if len(writer.uses(n)) == 1), None)
        if name is not None:
            blocks += [words("Factor by factor, each line expands one more derivative by the chain rule:"),
                       Display(tuple(writer.unwound(name)))]  # fmt: skip
    if streamed:
        first = _first(writer)  # the line that the change of a weight goes on from

        def lines() -> Iterator[Step]:
            for name in net.parameters:
                step = writer.gradient(name, rules=False)[-1]
                yield step if name == first else replace(step, key="")

        blocks += [words(INTO), stream(len(net.parameters), lines, Table)]
        return Section("The partial derivatives", tuple(blocks))
    if detail == "rules":
        blocks.append(words("A parameter acts through the net input it enters:"))
        blocks += [Display(tuple(writer.gradient(name))) for name in net.parameters]
        return Section("The partial derivatives", tuple(blocks))
    examples = _examples(writer) if detail == "textbook" else []
    if examples:
        blocks.append(words(INTO))
        blocks += [Display(tuple(writer.gradient(name))) for name in examples]
        blocks.append(words("In the same way for all of them:"))
    found: list[Step] = []
    for name in net.parameters:
        found.append(writer.gradient(name, rules=False)[-1])
        if progress is not None:
            progress("lines", len(found), len(net.parameters))
    blocks.append(_table("partial derivative", "in deltas", found))
    return Section("The partial derivatives", tuple(blocks))


def _first(writer: Writer) -> str | None:
    """The first parameter with a partial derivative in deltas."""
    return next((name for name in writer.net.parameters if writer.partial(name) is not None), None)


def _examples(writer: Writer) -> list[str]:
    """One weight and one bias to show in two lines."""
    last = writer.net.units[-1]
    names = [next((e.weight for e in last.edges if isinstance(e.weight, str)), None), last.bias]
    return [name for name in names if isinstance(name, str)]


def _changes(writer: Writer) -> Section:
    net = writer.net
    up = net.loss.sense == "maximise"
    name = _first(writer)
    if name is None:
        return Section("The change of a weight", ())
    w = Q("weight", name)
    step = S.chain(RATE, S.Partial(COST, w))
    blocks: list[Block] = [
        words("Every parameter takes a step of the rate ", RATE, " in the direction in which ", COST,
              " grows fastest:" if up else " falls fastest:"),
        Display((writer.prover.define(S.Change(w), step if up else -step, key="change"),
                 writer.prover.claim(None, _rated(writer, name, up), "the partial derivative is known", uses=[f"w:{name}"]))),
        words("All changes are computed from the old parameters before any of them is made."),
    ]  # fmt: skip
    return Section("The change of a weight", tuple(blocks))


def _rated(writer: Writer, name: str, up: bool) -> S.Shown:
    total = writer.partial(name)
    assert total is not None
    if isinstance(total, S.Sum):
        minus = len(total.terms) == 1 and total.signs == (-1,)
        inner = total.terms[0] if minus else S.Bracketed(total, "(")
        form = _chained(inner)
        return form if up != minus else -form
    return _chained(total) if up else -_chained(total)


def _chained(form: S.Shown) -> S.Shown:
    return S.chain(RATE, *(form.factors if isinstance(form, S.Product) and form.by == "factors" else (form,)))


def evidence(writer: Writer) -> Section:
    """How the lines were proved, in words that say no more than the certificates."""
    proof = writer.proof
    if proof is None or proof.certificate is None:
        return Section("How this was proved", ())
    alone = ("was decided on its own: both sides are written out by the sum, product and chain rules and compared as exact "
             "normal forms" if writer.explicit else "is an equation of the certificate of the whole net, which is replayed")  # fmt: skip
    parts = [
        Paragraph((f"Every line with a mark {alone} by a small kernel that uses nothing but the standard library. "
                   "Definitions carry no mark.",)),
        Paragraph((f"Besides, {proof.summary()}: {' and '.join(proof.routes)}, against the delta recursion. "
                   f"The certificate of the whole net has the SHA-256 digest {str(proof.certificate['sha256'])[:16]}; "
                   "symbackprop verify replays it."
                   + (f" Numerical confirmation: {proof.numbers}." if proof.numbers else ""),)),
    ]  # fmt: skip
    return Section("How this was proved", tuple(parts))
