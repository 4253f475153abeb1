"""The whole of backpropagation in one formula with two cases.

Notation  as in the 6.034 note
Needs     many_neurons
Source    P. H. Winston, 6.034 note, "Summary" (system S70)
"""

from symbackprop.derive import shown as S
from symbackprop.derive.derivation import Derivation, Display, Section, Step, words
from symbackprop.derive.every_size import evidence
from symbackprop.render.text import show

PLACE = (1, 10)
G = S.Generic


def derivation() -> Derivation:
    """Change = rate times input times delta; delta by cases."""
    alpha, w, i, delta = S.Quantity("rate"), S.Symbol("w"), S.Symbol("i"), S.Symbol("delta")
    o, d = S.Symbol("o"), S.Symbol("d")
    o_l, delta_r = G("output", "l", ("i",)), G("delta", "l+1", ("j",))
    weight = G("weight", "l+1", ("j", "i"))
    cases = S.Cases((
        (S.chain(o * (1 - o), d - o), "for the final layer"),
        (S.chain(o_l * (1 - o_l), S.BigSum("j", "l+1", S.chain(weight, delta_r))), "otherwise"),
    ))  # fmt: skip

    return Derivation(
        "Summary",
        (
            Section("", (
                words("For every weight of every neuron in every layer, the change is the rate times the input times the delta of "
                      "the neuron,"),
                Display((Step(S.Line(S.Change(w), S.chain(alpha, i, delta)), "gradient ascent", evidence("BP4"), key="change"),)),
                words("where"),
                Display((Step(S.Line(delta, cases), "the two deltas", evidence("BP1 and BP2", "with the sigmoid's slope put in"),
                              key="cases"),)),
                words("The delta of a final neuron needs only its own output and what is desired of it. Any other delta needs the "
                      "neuron's output, the weights that carry it to the right, and the deltas found there; so the deltas are "
                      "computed from right to left, which is why the procedure is called backpropagation."),
            )),
        ),
        notation="winston",
        sources=("P. H. Winston, 6.034 note, Summary",),
        scope="every width and depth",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
