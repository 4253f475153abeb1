"""The nine neurons with five different functions: the same equations, each with the slope of its own neuron.

Notation  as in nine_neurons
Needs     nine_neurons
Source    A Simple Introduction to Neural Networks, ch. I and the end of ch. III (systems S35, S46, S50)
"""

from derivations.nine_neurons import nine
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Section, Table, words
from symbackprop.derive.lemmas import lemma
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import Symbol
from symbackprop.render.text import show

PLACE = (4, 2)

KINDS = {"3": "sigmoid", "4": "tanh", "6": "softplus", "7": "relu", "9": "identity"}


def derivation() -> Derivation:
    """Deltas with o(1 - o), 1 - o^2, a logistic slope, a step and 1."""
    net = nine(KINDS)
    writer = Writer(net)
    lemmas: list[Block] = []
    for kind in dict.fromkeys(unit.activation for unit in net.units):
        steps = lemma(kind, Symbol("z"), kind.name)
        if steps:
            lemmas.append(Display(tuple(steps)))
    deltas: list[Block] = [Display(tuple(steps)) for _, steps in writer.deltas()]
    table = Table(("", ""), (), tuple(writer.gradient(name, rules=False)[-1] for name in net.parameters))
    rows = tuple((name, KINDS[name].replace("_", " ")) for name in KINDS)
    return Derivation(
        "A function of its own in every neuron",
        (
            Section("", (
                words("Nothing in the last theorem asks the neurons to compute the same function. Give each of the five that compute a different one:"),
                Table(("neuron", "function"), rows),
                Figure("net", ("The nine neurons with their functions.",), net),
                words("Those that have a closed form, with their slopes:"),
                *lemmas,
                words("The rectifier in neuron 7 has no slope at 0, so whatever depends on it holds off that point, which the circle says."),
                *deltas,
                words("The weights:"),
                table,
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. I",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
