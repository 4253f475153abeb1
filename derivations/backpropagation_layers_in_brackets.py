"""Backpropagation on the second set of slides: inputs are layer 1, E_x is a squared length without 1/2, delta = +dE_x/dz.

Notation  superscript layers in brackets, g, z, a, delta, E_x, as on the slides
Needs     backpropagation_net_and_o
Source    CS 540 slides, "More Illustration of Backpropagation" (systems S20, S24, S25, S63, S158)
"""

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import BigSum, Bracketed, Generic, Partial, chain, shown
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (3, 7)


def derivation() -> Derivation:
    """dE_x/dw_11^(4) = 2 (a_1 - y_1) g'(z_1^(4)) a_1^(3), then every layer from the deltas of the next."""
    net = Network.layered([2, 2, 2, 2], loss="squared", bias=False)
    line, E = Lines(NetValues(net)), Q("cost")
    a, z, slope, delta = ((lambda layer, j, kind=kind: Q(kind, f"u{layer - 1}_{j}")) for kind in ("output", "net_input", "slope", "delta"))
    w = lambda layer, j, k: Q("weight", f"w{layer - 1}_{j}_{k}")  # noqa: E731
    y = [Q("target", "y1"), Q("target", "y2")]
    start = (
        line.define(E, (y[0] - a(4, 1)) ** 2 + (y[1] - a(4, 2)) ** 2, key="cost"),
        line.define(z(4, 1), w(4, 1, 1) * a(3, 1) + w(4, 1, 2) * a(3, 2), key="z"),
    )
    error = shown(2) * Bracketed(a(4, 1) - y[0], "(")
    pieces = (line.claim(Partial(E, a(4, 1)), error, "power rule"), line.claim(Partial(a(4, 1), z(4, 1)), slope(4, 1), "the activation"))
    steps = line.chain(
        Partial(E, w(4, 1, 1)),
        (chain(Partial(E, a(4, 1)), Partial(a(4, 1), z(4, 1)), Partial(z(4, 1), w(4, 1, 1))), "chain rule"),
        (error * slope(4, 1) * Partial(z(4, 1), w(4, 1, 1)), "the first two are known"),
        (error * slope(4, 1) * a(3, 1), "a sum of products"),
        (error * a(4, 1) * (1 - a(4, 1)) * a(3, 1), "the sigmoid's slope", "w11"),
    )
    deltas, weights = [], []
    for j in (1, 2):
        deltas += [line.define(delta(4, j), Partial(E, z(4, j))), line.claim(None, shown(2) * Bracketed(a(4, j) - y[j - 1], "(") * slope(4, j), "the same for both", key=f"delta4{j}")]
        weights += [line.claim(Partial(E, w(4, j, k)), chain(delta(4, j), a(3, k)), "the delta times what comes in", key=f"w{j}{k}") for k in (1, 2)]
    writer = Writer(net)
    back = tuple(line.claim(Q("delta", unit.name), writer.delta(unit), "the deltas after it", key=unit.name) for unit in writer.backwards()[2:])
    G, options = Generic, {"loss": "squared", "activation": "sigmoid"}
    D, A = (lambda at, j: G("delta", at, (j,))), (lambda at, j: G("output", at, (j,)))
    weight = lambda at, j, k: G("weight", at, (j, k))  # noqa: E731
    general = (
        line.by(by_theorem("backprop", "BP4, weight"), Partial(E, weight("l", "j", "k")), chain(D("l", "j"), A("l-1", "k")), "BP4", key="BP4", **options),
        line.by(by_theorem("backprop", "BP2, recursion"), D("l", "j"), chain(Bracketed(BigSum("k", "l+1", chain(D("l+1", "k"), weight("l+1", "k", "j"))), "("), A("l", "j"), 1 - A("l", "j")), "BP2", key="BP2", **options),
        line.by(by_theorem("backprop", "BP1, output delta"), D("L", "j"), chain(shown(2), A("L", "j") - G("target", "L", ("j",)), A("L", "j"), 1 - A("L", "j")), "BP1", key="BP1", **options),
    )  # fmt: skip
    return Derivation(
        "Backpropagation with layers in brackets",
        (
            Section("", (
                words("The second set of slides counts the inputs as layer 1, calls the activation g, and measures the error on one example by a "
                      "squared length, without a half:"),
                Figure("net", ("Four layers of two, the first of them the inputs.",), net),
                Display(start),
                words("One weight into the last layer, factor by factor:"),
                Display((*pieces, *steps)),
                words("The first two factors belong to the neuron, not to the weight. They are its delta, here the derivative itself, with no minus:"),
                Display(tuple(deltas)),
                Display(tuple(weights)),
                words("Going back:"),
                Display(back),
                words("And in any layer of any net of sigmoid neurons:"),
                Display(general),
                words("In the steps at the end of the slides the output delta has the difference the other way round; with this delta and a "
                      "minus in the update, that would climb."),
            )),
        ),
        net,
        notation="slides_layer",
        sources=("CS 540 slides, More Illustration of Backpropagation",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
