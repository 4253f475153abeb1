"""The deltas of the simplest net: what is shared gets a name, and each derivative is an input times a delta.

Notation  as in the 6.034 note; delta is the derivative of P by the product p
Needs     side_by_side
Source    P. H. Winston, 6.034 note, "The simplest neural net" (system S69)
"""

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.meaning import NetContext
from symbackprop.derive.shown import Change, Partial, Quantity, chain
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (1, 7)


def derivation() -> Derivation:
    """delta_r, delta_l, the derivatives in them, and the changes of the weights."""
    net = Network.chain(2, bias=False)
    line = Prover(NetContext(net))
    P, d, alpha = Quantity("cost"), Quantity("target", "y1"), Quantity("rate")
    w_l, w_r = Quantity("weight", "w1_1_1"), Quantity("weight", "w2_1_1")
    o_l, o_r = Quantity("output", "u1_1"), Quantity("output", "u2_1")
    p_l, p_r = Quantity("net_input", "u1_1"), Quantity("net_input", "u2_1")
    i_l, i_r = Quantity("incoming", "x1", "u1_1"), Quantity("incoming", "u1_1", "u2_1")
    delta_l, delta_r = Quantity("delta", "u1_1"), Quantity("delta", "u2_1")

    return Derivation(
        "The deltas",
        (
            Section("", (
                words("Give a name to the part that is passed on. The delta of a neuron is how much the performance gains per gain "
                      "in the neuron's product:"),
                Display((
                    line.define(delta_r, Partial(P, p_r)),
                    line.claim(None, chain(o_r * (1 - o_r), d - o_r), "the first two factors", key="delta_r"),
                )),
                Display((
                    line.define(delta_l, Partial(P, p_l)),
                    line.claim(None, chain(o_l * (1 - o_l), w_r, delta_r), "own slope, weight to the right, delta to the right",
                               key="delta_l"),
                )),
                Figure("net", ("The deltas travel from right to left.",), net, (("deltas", True),)),
                words("Each derivative is now an input times a delta,"),
                Display((
                    line.claim(Partial(P, w_r), chain(i_r, delta_r), "input times delta", key="w_r"),
                    line.claim(Partial(P, w_l), chain(i_l, delta_l), "input times delta", key="w_l"),
                )),
                words("and each change of a weight is the rate times that:"),
                Display((
                    line.claim(Change(w_r), chain(alpha, i_r, delta_r), "gradient ascent"),
                    line.claim(Change(w_l), chain(alpha, i_l, delta_l), "gradient ascent"),
                )),
            )),
        ),
        net,
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The simplest neural net",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
