"""BP1 to BP4 for every width and every depth, with any activation and any cost.

Notation  delta^l_j, z^l_j, a^l_j, w^l_jk, b^l_j, c as in Gordon's article (after Nielsen)
Needs     vectorisation
Source    M. Gordon, "Summary and vectorisation"; M. Nielsen, ch. 2 (system S87)
"""

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, BigSum, Generic, Line, Partial, chain
from symbackprop.render.text import show

PLACE = (2, 23)


def derivation() -> Derivation:
    """delta^L = dc/da^L sigma'(z^L), delta^l from delta^(l+1), dc/db = delta, dc/dw = a delta."""
    line, c, G = Lines(), Q("cost"), Generic
    delta, z = (lambda layer, j="j": G("delta", layer, (j,))), (lambda layer, j="j": G("net_input", layer, (j,)))
    slope = lambda layer: Applied("activation", z(layer), 1)  # noqa: E731
    weight = lambda layer, j, k: G("weight", layer, (j, k))  # noqa: E731
    meaning = line.stated(Line(delta("l"), Partial(c, z("l"))), "definition", DEFINITION)
    inputs = line.stated(Line(z("l"), BigSum("k", "l-1", weight("l", "j", "k") * G("output", "l-1", ("k",))) + G("bias", "l", ("j",))),
                         "definition", DEFINITION)  # fmt: skip
    outputs = line.stated(Line(G("output", "l", ("j",)), Applied("activation", z("l"))), "definition", DEFINITION)
    back = BigSum("i", "l+1", weight("l+1", "i", "j") * delta("l+1", "i"))
    equations = (
        line.by(by_theorem("backprop", "BP1, output delta"), delta("L"), chain(Partial(c, G("output", "L", ("j",))), slope("L")), "BP1", key="BP1"),
        line.by(by_theorem("backprop", "BP2, recursion"), delta("l"), chain(slope("l"), back), "BP2", key="BP2"),
        line.by(by_theorem("backprop", "BP3, bias"), Partial(c, G("bias", "l", ("j",))), delta("l"), "BP3", key="BP3"),
        line.by(by_theorem("backprop", "BP4, weight"), Partial(c, weight("l", "j", "k")), chain(G("output", "l-1", ("k",)), delta("l")), "BP4", key="BP4"),
    )
    backward = line.by(by_theorem("backprop", "by an output"), Partial(c, G("output", "l-1", ("k",))),
                       BigSum("j", "l", weight("l", "j", "k") * delta("l")), "by an output")  # fmt: skip
    return Derivation(
        "The four equations",
        (
            Section("", (
                words("A net with any number of layers and any number of neurons in each. Every neuron adds up and passes on:"),
                Display((inputs, outputs, meaning)),
                words("Then the last layer's deltas come from the cost, every other layer's from the layer after it, and the partial "
                      "derivatives from the deltas:"),
                Display(equations),
                words("These are proved with the numbers of neurons left open, so they need no example. The sum in the second equation runs over "
                      "the neurons that the neuron feeds; in the same way"),
                Display((backward,)),
                words("which for the first layer is the derivative by an input of the net. The activation and the cost may be any differentiable "
                      "functions, and each neuron may have its own."),
            )),
        ),
        notation="leibniz",
        sources=("M. Gordon, Summary and vectorisation",),
        scope="every width and depth",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
