"""Four sigmoid neurons in a row, each with its own bias: d_i by the activation, delta_i by what enters, and how they relate.

Notation  w_i, b_i, a_i, z_i, d_i = dc/da_i, delta_i = d_i sigma'(z_i), as in Gordon's article
Needs     chain_instantiated
Source    M. Gordon, "Calculating bias deltas", Figure 9 (systems S9, S71, S72, S56)
"""

from symbackprop.derive.book import Lines, Q
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import Partial, Product, Symbol, chain
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 17)


def derivation() -> Derivation:
    """delta_4 = (a_4 - y) sigma'(z_4), delta_i = delta_(i+1) w_(i+1) sigma'(z_i); dc/dw_i = delta_i a_(i-1), dc/db_i = delta_i."""
    net = Network.chain(4, activation="undefined", loss="half_squared")
    line = Lines(NetValues(net))
    c, eta, y = Q("cost"), Q("rate"), Q("target", "y1")
    a = {0: Q("input", "x1"), **{i: Q("output", f"u{i}_1") for i in (1, 2, 3, 4)}}
    delta, slope = ({i: Q(kind, f"u{i}_1") for i in (1, 2, 3, 4)} for kind in ("delta", "slope"))
    w, b = ({i: Q(kind, name.format(i)) for i in (1, 2, 3, 4)} for kind, name in (("weight", "w{}_1_1"), ("bias", "b{}_1")))
    d = {i: Symbol("d", str(i)) for i in (1, 2, 3, 4)}

    paths, by_output, summary = [], [], []
    for i in (1, 2, 3, 4):
        quotients = [Partial(c, a[4]), *(Partial(a[k], a[k - 1]) for k in range(4, i, -1))]
        paths.append(line.claim(Partial(c, b[i]), chain(*quotients, Partial(a[i], b[i])), "chain rule", key=f"path{i}"))
    for i in (4, 3, 2, 1):
        by_output.append(line.let(d[i], Partial(c, a[i]), key=f"d{i}"))
        right = a[4] - y if i == 4 else chain(d[i + 1], slope[i + 1], w[i + 1])
        by_output.append(line.claim(None, right, "the cost's derivative" if i == 4 else "chain rule", key=f"d{i}:step"))
        by_output.append(line.claim(Partial(c, b[i]), chain(d[i], slope[i]), "chain rule", key=f"b{i}"))
        by_output.append(line.claim(Partial(c, w[i]), chain(d[i], slope[i], a[i - 1]), "chain rule", key=f"w{i}"))
    for i in (4, 3, 2, 1):
        right = Product((a[4] - y, slope[4])) if i == 4 else chain(delta[i + 1], w[i + 1], slope[i])
        summary += [line.claim(delta[i], chain(d[i], slope[i]), "d_i times the slope", key=f"relation{i}"), line.claim(None, right, "recursion", key=f"delta{i}"),
                    line.claim(Partial(c, w[i]), chain(delta[i], a[i - 1]), "BP4", key=f"w{i}:delta"),
                    line.claim(Partial(c, b[i]), delta[i], "BP3", key=f"b{i}:delta")]  # fmt: skip
    changes = (line.change(eta, c, w[4], -chain(eta, delta[4], a[3])), line.change(eta, c, b[4], -chain(eta, delta[4])))
    return Derivation(
        "Own biases, and two kinds of delta",
        (
            Section("", (
                words("Each neuron now has a bias of its own, learnt like its weight. The activation is any differentiable function:"),
                Figure("net", ("A bias in every neuron.",), net),
                Display(tuple(Writer(net).forward())),
                words("A bias acts along the same path as the weight beside it:"),
                Display(tuple(paths)),
                words("With ", d[4], ", ", d[3], ", ", d[2], ", ", d[1], " for the derivatives by the activations:"),
                Display(tuple(by_output)),
                words("In every line ", d[1], " and its like come with the slope of their own neuron. Giving the two together a name, delta, "
                      "the derivative by what enters the neuron, makes all of it shorter:"),
                Display(tuple(summary)),
                words("The slope in the recursion is that of the neuron the delta belongs to, and the weight is that of the neuron after it. "
                      "The changes are, for the last neuron and likewise for the others:"),
                Display(changes),
            )),
        ),
        net,
        notation="gordon",
        sources=("M. Gordon, Calculating bias deltas",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
