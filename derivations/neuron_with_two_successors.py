"""A neuron that feeds two others: its derivative is a sum over both, and in general over all it feeds.

Notation  z_4, y_4, z_6, z_7, w_(4 -> 6), w_(4 -> 7), C as in nine_neurons
Needs     nine_neurons, partial_derivatives
Source    A Simple Introduction to Neural Networks, ch. III, "advanced chain rule" (systems S92, S147, S160)
"""

from derivations.nine_neurons import nine
from symbackprop.derive.book import Lines, Q
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Partial, chain, shown
from symbackprop.derive.values import NetValues
from symbackprop.render.text import show

PLACE = (4, 3)


def derivation() -> Derivation:
    """dC/dy_4 = dC/dz_6 w_(4 -> 6) + dC/dz_7 w_(4 -> 7)."""
    net = nine()
    line, C = Lines(NetValues(net)), Q("cost")
    z, y = ({j: Q(kind, j) for j in "34679"} for kind in ("net_input", "output"))
    w46, w47, slope = Q("weight", "w_4_6"), Q("weight", "w_4_7"), Q("slope", "4")
    D = Partial
    into = (
        line.define(z["6"], Q("weight", "w_3_6") * y["3"] + w46 * y["4"] + Q("weight", "w_5_6")),
        line.define(z["7"], w47 * y["4"] + Q("weight", "w_5_7")),
        line.claim(D(z["6"], y["4"]), w46, "a sum of products"),
        line.claim(D(z["7"], y["4"]), w47, "a sum of products"),
        line.claim(D(z["7"], y["3"]), shown(0), "there is no arrow from 3 to 7"),
    )
    own = line.claim(D(C, z["4"]), chain(D(C, y["4"]), D(y["4"], z["4"])), "through the neuron's own output")
    both = line.chain(
        D(C, y["4"]),
        (chain(D(C, z["6"]), D(z["6"], y["4"])) + chain(D(C, z["7"]), D(z["7"], y["4"])), "over both successors"),
        (chain(D(C, z["6"]), w46) + chain(D(C, z["7"]), w47), "both are weights", "two"),
    )
    whole = line.claim(D(C, z["4"]), chain(Bracketed(chain(D(C, z["6"]), w46) + chain(D(C, z["7"]), w47), "("), slope), "put together", key="delta4")
    one = line.claim(D(C, y["3"]), chain(D(C, z["6"]), Q("weight", "w_3_6")), "neuron 3 has one successor", key="one")
    paths = line.claim(
        D(y["9"], y["4"]),
        chain(D(y["9"], y["6"]), D(y["6"], y["4"])) + chain(D(y["9"], y["7"]), D(y["7"], y["4"])),
        "every path from 4 to 9", key="paths")  # fmt: skip
    return Derivation(
        "A neuron with two successors",
        (
            Section("", (
                words("Suppose the derivatives by ", z["6"], " and ", z["7"], " are known, and the one by ", z["4"], " is wanted. What comes out of neuron "
                      "4 goes into both:"),
                Display(into),
                words("The first part is as ever:"),
                Display((own,)),
                words("But the output acts on the cost along two ways, and neither alone is its derivative. What goes along them adds up:"),
                Display(both),
                Display((whole,)),
                words("With one successor the sum has one term:"),
                Display((one,)),
                words("The same rule, followed all the way, sums over the paths of the graph:"),
                Display((paths,)),
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. III",),
        scope="any differentiable functions in the neurons",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
