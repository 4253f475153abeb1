"""A layered net as a composition of its layers, each a function of its parameters and its input; how many parameters.

Notation  f_1 ... f_4, p_1 ... p_4, x, and Fig. 2's net 6-6-4-3-1, as in Gordon's article
Needs     curried_functions
Source    M. Gordon, "The Backpropagation algorithm", Figure 2 (systems S5, S15, S142)
"""

from symbackprop.claims.counting import fully_connected
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.curried import apply, compose
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, Table, words
from symbackprop.derive.shown import Bracketed, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 25)

SIZES = (6, 6, 4, 3, 1)


def derivation() -> Derivation:
    """f_N p x = f_4 p_4 (f_3 p_3 (f_2 p_2 (f_1 p_1 x))); 2 x 14 parameters or 89."""
    f, p = {i: Symbol("f", str(i)) for i in (1, 2, 3, 4)}, {i: Symbol("p", str(i)) for i in (1, 2, 3, 4)}
    layer = {i: Symbol("f", f"L{i}") for i in (1, 2, 3, 4)}
    x = Symbol("x")
    line = Lines(Values(arities={f"f_{i}": 2 for i in (1, 2, 3, 4)}))
    layers = tuple(line.let(layer[i], apply(f[i], p[i])) for i in (1, 2, 3, 4))
    whole = line.chain(
        apply(compose(layer[4], layer[3], layer[2], layer[1]), x),
        (apply(layer[4], apply(layer[3], apply(layer[2], apply(layer[1], x)))), "composition"),
        (apply(f[4], p[4], apply(f[3], p[3], apply(f[2], p[2], apply(f[1], p[1], x)))), "each layer with its parameters", "net"),
    )
    rows = []
    for i in (1, 2, 3, 4):
        m, n = SIZES[i - 1], SIZES[i]
        rows.append((f"{i}", f"{m} numbers", f"{n} numbers", f"2 x {n} = {2 * n}", f"({m} + 1) x {n} = {(m + 1) * n}"))
    counts = (
        line.by(by_claim("gordon-28"), shown(2) * Bracketed(shown(6) + 4 + 3 + 1, "("), shown(28), "one weight and one bias for each neuron"),
        line.by(by_claim("gordon-89"), shown(7) * 6 + shown(7) * 4 + shown(5) * 3 + shown(4) * 1, shown(fully_connected(list(SIZES))), "one weight for each arrow, one bias for each neuron"),
    )
    net = Network.layered(list(SIZES), loss="half_squared")
    return Derivation(
        "Layers as functions",
        (
            Section("", (
                words("Each layer of a net is a function of its parameters and of what the layer before puts out. With its parameters given it is "
                      "a function from numbers to numbers:"),
                Display(layers),
                words("and the net is the composition of its layers:"),
                Display(whole),
                Figure("net", ("A net of four layers: 6, 4, 3 and 1 neurons after a first layer of 6.",), net),
                words("How many parameters does each layer have? The article counts one weight and one bias for each neuron; drawn as a fully "
                      "connected net, there is one weight for each arrow:"),
                Table(("layer", "takes", "returns", "one weight, one bias each", "fully connected"), tuple(rows)),
                Display(counts),
            )),
        ),
        net,
        notation="euler",
        sources=("M. Gordon, The Backpropagation algorithm",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
