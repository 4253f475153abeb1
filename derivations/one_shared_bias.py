"""If the bias that all four neurons share were learnt, its derivative would be the sum of all deltas.

Notation  b, delta_i = dc/dz_i, as in Gordon's article
Needs     chain_instantiated
Source    M. Gordon, Figure 8, where the bias is fixed (systems S7, S8, S147)
"""

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.shown import Partial, plus
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 16)


def derivation() -> Derivation:
    """dc/db = delta_1 + delta_2 + delta_3 + delta_4; dc/dw_i = delta_i a_(i-1) as before."""
    net = Network.chain(4, loss="half_squared", bias="shared")
    line = Lines(NetValues(net))
    c, b = Q("cost"), Q("bias", "b")
    z = {i: Q("net_input", f"u{i}_1") for i in (1, 2, 3, 4)}
    a = {0: Q("input", "x1"), **{i: Q("output", f"u{i}_1") for i in (1, 2, 3, 4)}}
    w = {i: Q("weight", f"w{i}_1_1") for i in (1, 2, 3, 4)}
    delta = {i: Q("delta", f"u{i}_1") for i in (1, 2, 3, 4)}
    inputs = tuple(line.define(z[i], w[i] * a[i - 1] + b, key=f"z{i}") for i in (1, 2, 3, 4))
    paths = line.chain(
        Partial(c, b),
        (plus(*(Partial(c, z[i]) for i in (1, 2, 3, 4))), "one path for every place where b stands"),
        (plus(*(delta[i] for i in (1, 2, 3, 4))), "the deltas", "b"),
    )
    weights = tuple(line.claim(Partial(c, w[i]), delta[i] * a[i - 1], "as with a fixed bias", key=f"w{i}") for i in (1, 2, 3, 4))
    tied = line.by(by_theorem("tied", "shared parameter"), Partial(c, b), plus(*(delta[i] for i in (1, 2, 3, 4))),
                   "in any net, by the theorem on shared parameters")  # fmt: skip
    return Derivation(
        "One bias for all",
        (
            Section("", (
                words("The four neurons have one bias between them. As long as it is fixed it is only a number; to learn it, one needs the "
                      "derivative of the cost by a parameter that stands in four places:"),
                Figure("net", ("The same bias in all four neurons.",), net),
                Display(inputs),
                words("A change of it enters all four sums at once, and what each of them passes on to the cost adds up:"),
                Display(paths),
                words("For the weights nothing changes:"),
                Display(weights),
                words("The same is true of any parameter in any number of places, a shared weight as well, in every net without a cycle:"),
                Display((tied,)),
            )),
        ),
        net,
        notation="gordon",
        sources=("M. Gordon, One neuron per layer example continued, Figure 8",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
