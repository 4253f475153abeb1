"""First the derivatives by what goes into the neurons, from the last to the first, then the weights: three steps for any graph.

Notation  z_j, y_j, w_(i -> j), C as in nine_neurons; p_j the slope of neuron j
Needs     nine_neurons, neuron_with_two_successors
Source    A Simple Introduction to Neural Networks, ch. III (systems S91, S160)
"""

from derivations.nine_neurons import nine
from symbackprop.derive.book import Lines, Q
from symbackprop.derive.derivation import Derivation, Display, Listing, Section, words
from symbackprop.derive.shown import Bracketed, Partial, chain, shown
from symbackprop.derive.values import NetValues
from symbackprop.render.text import show

PLACE = (4, 4)


def derivation() -> Derivation:
    """dC/dw_(6 -> 9) in three factors; without the third, dC/dz_9; with it again, any weight."""
    net = nine()
    line, C, t = Lines(NetValues(net)), Q("cost"), Q("target", "t")
    z, y, slope = ({j: Q(kind, j) for j in "34679"} for kind in ("net_input", "output", "slope"))
    w = lambda i, j: Q("weight", f"w_{i}_{j}")  # noqa: E731
    by = lambda what, at: Partial(what, at)  # noqa: E731
    zoom = (
        line.define(z["9"], w("6", "9") * y["6"] + w("7", "9") * y["7"] + w("8", "9")),
        line.claim(by(C, y["9"]), shown(2) * Bracketed(y["9"] - t, "("), "a square, without a half", key="cost"),
        line.claim(by(y["9"], z["9"]), slope["9"], "the neuron's function"),
        line.claim(by(z["9"], w("6", "9")), y["6"], "what the weight is multiplied with"),
    )
    last = line.chain(
        by(C, w("6", "9")),
        (chain(by(C, y["9"]), by(y["9"], z["9"]), by(z["9"], w("6", "9"))), "chain rule, three factors"),
        (chain(shown(2) * Bracketed(y["9"] - t, "("), slope["9"], y["6"]), "all three are known", "w69"),
    )
    first = line.claim(by(C, z["9"]), chain(by(C, y["9"]), by(y["9"], z["9"])), "without the third factor", key="step1")
    second = (
        line.claim(by(C, z["6"]), chain(by(C, z["9"]), w("6", "9"), slope["6"]), "from layer 4 to layer 3", key="step2:6"),
        line.claim(by(C, z["7"]), chain(by(C, z["9"]), w("7", "9"), slope["7"]), "from layer 4 to layer 3", key="step2:7"),
        line.claim(by(C, z["3"]), chain(by(C, z["6"]), w("3", "6"), slope["3"]), "neuron 3 feeds only neuron 6", key="step2:3"),
        line.claim(by(C, z["4"]), chain(Bracketed(chain(by(C, z["6"]), w("4", "6")) + chain(by(C, z["7"]), w("4", "7")), "("), slope["4"]),
                   "neuron 4 feeds two", key="step2:4"),
    )  # fmt: skip
    third = tuple(line.claim(by(C, w(i, j)), chain(by(C, z[j]), by(z[j], w(i, j))), "the third factor again", key=f"step3:{i}{j}")
                  for i, j in (("6", "9"), ("3", "6"), ("4", "7"), ("1", "3"), ("2", "4")))  # fmt: skip
    return Derivation(
        "Three steps over a graph",
        (
            Section("", (
                words("Look at the last neuron: a sum, a function, an output, and the cost. Each has one derivative:"),
                Display(zoom),
                words("so that the derivative by a weight into it is"),
                Display(last),
                words("All weights into a neuron share the first two factors. So leave out the third for now and work with the derivative by what goes "
                      "into the neuron:"),
                Display((first,)),
                words("Knowing those of a layer, one finds those of the layer before:"),
                Display(second),
                words("And at the end every weight has its third factor back:"),
                Display(third),
                words("As a procedure:"),
                Listing((
                    (0, ("1. find the derivatives by what goes into the neurons of the last layer",)),
                    (0, ("2. for each layer from the last but one to the first: find those of its neurons from those they feed",)),
                    (0, ("3. for each weight: multiply the derivative at its head by what comes out at its tail",)),
                )),
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. III",),
        scope="any differentiable functions in the neurons",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
