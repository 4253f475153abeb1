"""Written next to one another, the two derivatives of the simplest net share all but their last factors.

Notation  as in the 6.034 note
Needs     simplest_net
Source    P. H. Winston, 6.034 note, "The simplest neural net" (system S68)
"""

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import NetContext
from symbackprop.derive.shown import Partial, Quantity, chain
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (1, 6)


def derivation() -> Derivation:
    """The shared factors, and the step from one derivative to the other."""
    net = Network.chain(2, bias=False)
    line = Prover(NetContext(net))
    P, d = Quantity("cost"), Quantity("target", "y1")
    w_l, w_r = Quantity("weight", "w1_1_1"), Quantity("weight", "w2_1_1")
    o_l, o_r = Quantity("output", "u1_1"), Quantity("output", "u2_1")
    i_l, i_r = Quantity("incoming", "x1", "u1_1"), Quantity("incoming", "u1_1", "u2_1")
    shared = (d - o_r, o_r * (1 - o_r))

    return Derivation(
        "Side by side",
        (
            Section("", (
                words("The structure shows when the two results stand next to one another:"),
                Display((
                    line.claim(Partial(P, w_r), chain(*shared, i_r), "three factors", key="right"),
                    line.claim(Partial(P, w_l), chain(*shared, w_r, o_l * (1 - o_l), i_l), "five factors", key="left"),
                )),
                words("The first two factors are the same and need to be computed once. What is new for the left weight lies in its "
                      "neighbourhood: the weight ", w_r, " to its right, its neuron's own slope, and its own input. Multiplying "
                      "crosswise says the same as one equation:"),
                Display((
                    line.claim(chain(Partial(P, w_l), i_r), chain(Partial(P, w_r), w_r, o_l * (1 - o_l), i_l),
                               "the shared factors cancel", key="crosswise"),
                )),
            )),
        ),
        net,
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The simplest neural net",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
