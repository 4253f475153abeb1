"""The net of four layers of two neurons: all 8 deltas and all 24 partial derivatives, in a table.

Notation  w^l_jk, b^l_j, delta^l_j, c as in Gordon's article
Needs     two_neurons_per_layer
Source    M. Gordon, "Summary and vectorisation" (systems S11, S85, S142)
"""

from derivations.two_neurons_per_layer import a, b, c, delta, net, slope, w
from symbackprop.claims.counting import fully_connected
from symbackprop.derive.book import Lines, Q, by_claim
from symbackprop.derive.derivation import Block, Derivation, Display, Section, Table, words
from symbackprop.derive.shown import Bracketed, Partial, chain, shown
from symbackprop.derive.values import NetValues
from symbackprop.render.text import show

PLACE = (2, 21)


def derivation() -> Derivation:
    """Layer by layer from the last: two deltas, four weights, two biases."""
    line = Lines(NetValues(net))
    blocks: list[Block] = []
    for layer in (4, 3, 2, 1):
        deltas, partials = [], []
        for j in (1, 2):
            back = (a(4, j) - Q("target", f"y{j}") if layer == 4
                    else chain(delta(layer + 1, 1), w(layer + 1, 1, j)) + chain(delta(layer + 1, 2), w(layer + 1, 2, j)))  # fmt: skip
            deltas.append(line.claim(delta(layer, j), chain(Bracketed(back, "("), slope(layer, j)), "recursion", key=f"delta{layer}:{j}"))
            partials += [line.claim(Partial(c, w(layer, j, k)), chain(delta(layer, j), a(layer - 1, k)), "BP4", key=f"w{layer}:{j}{k}") for k in (1, 2)]
            partials.append(line.claim(Partial(c, b(layer, j)), delta(layer, j), "BP3", key=f"b{layer}:{j}"))
        blocks += [words(f"Layer {layer}:"), Table(("", ""), (), tuple(deltas)), Table(("", ""), (), tuple(partials))]
    count = fully_connected([2, 2, 2, 2, 2])
    return Derivation(
        "All deltas and all partial derivatives",
        (
            Section("", (
                words("The whole net, from the last layer to the first; what is computed for one layer is used in the next. Each line is "
                      "proved from the net itself, by the chain rule from the cost, and not from the line before."),
                *blocks,
                words(f"That is {count} partial derivatives, one for every weight and bias:"),
                Display((line.by(by_claim("gordon-24"), shown(4) * Bracketed(shown(2) * shown(2) + 2, "("), shown(count), "counted"),)),
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Summary and vectorisation",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
