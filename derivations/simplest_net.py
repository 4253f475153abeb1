"""The two derivatives of the simplest net, each line expanding one more factor by the chain rule.

Notation  i, w, p, o of the left and right neuron; d desired; P performance (6.034 note)
Needs     sigmoid_derivative, performance_function
Source    P. H. Winston, 6.034 note, "The simplest neural net" (systems S1, S67, S149)
"""

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.meaning import NetContext
from symbackprop.derive.shown import Applied, Bracketed, Partial, Quantity, chain
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (1, 5)


def derivation() -> Derivation:
    """dP/dw_r in three factors, dP/dw_l in five."""
    net = Network.chain(2, bias=False)
    line = Prover(NetContext(net))
    P, d = Quantity("cost"), Quantity("target", "y1")
    w_l, p_l, o_l = Quantity("weight", "w1_1_1"), Quantity("net_input", "u1_1"), Quantity("output", "u1_1")
    w_r, p_r, o_r = Quantity("weight", "w2_1_1"), Quantity("net_input", "u2_1"), Quantity("output", "u2_1")
    i_l, i_r = Quantity("incoming", "x1", "u1_1"), Quantity("incoming", "u1_1", "u2_1")
    D, box = Partial, Bracketed

    forward = (
        line.define(p_l, w_l * i_l), line.define(o_l, Applied("activation", p_l, unit="u1_1")),
        line.claim(i_r, o_l, "the left neuron feeds the right one"),
        line.define(p_r, w_r * i_r), line.define(o_r, Applied("activation", p_r, unit="u2_1")),
    )  # fmt: skip
    right = (
        line.claim(D(P, w_r), chain(D(P, o_r), D(o_r, w_r)), "chain rule"),
        line.claim(None, chain(D(P, o_r), D(o_r, p_r), D(p_r, w_r)), "chain rule"),
        line.claim(None, chain(box(d - o_r), box(o_r * (1 - o_r)), box(i_r)), "all three are known", key="right"),
    )
    left = (
        line.claim(D(P, w_l), chain(D(P, o_r), D(o_r, w_l)), "chain rule"),
        line.claim(None, chain(D(P, o_r), D(o_r, p_r), D(p_r, w_l)), "chain rule"),
        line.claim(None, chain(D(P, o_r), D(o_r, p_r), D(p_r, o_l), D(o_l, w_l)), "chain rule"),
        line.claim(None, chain(D(P, o_r), D(o_r, p_r), D(p_r, o_l), D(o_l, p_l), D(p_l, w_l)), "chain rule"),
        line.claim(None, chain(box(d - o_r), box(o_r * (1 - o_r)), box(w_r), box(o_l * (1 - o_l)), box(i_l)),
                   "all five are known", key="left"),
    )  # fmt: skip
    return Derivation(
        "The simplest net",
        (
            Section("", (
                words("Two neurons in a row are the smallest net in which derivatives have to be computed layer by layer. The "
                      "subscripts say where a neuron stands, left or right; there is no bias."),
                Figure("net", ("The simplest net.",), net),
                words("The left neuron multiplies its input by its weight, giving the product ", p_l, ", and passes it through "
                      "the sigmoid; the right neuron does the same with what it gets:"),
                Display(forward),
                words("How does the weight of the right neuron act on the performance? Through the output ", o_r,
                      ", and on that through the product ", p_r, ":"),
                Display(right),
                words("The last factor is plain, since the derivative of ", w_r * o_l, " by ", w_r, " is what the weight "
                      "is multiplied with:"),
                Display((line.claim(D(w_r * o_l, w_r), o_l, "the derivative of a product by one factor"),)),
                words("The weight of the left neuron is farther away. Each line expands one more derivative:"),
                Display(left),
            )),
        ),
        net,
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The simplest neural net",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
