"""Goodfellow's letters: a^{(k)} the weighted inputs of layer k, h^{(k)} its outputs, \\hat y the net's, W^{(k)} and b^{(k)}, f and J."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

_K = "({l})"

goodfellow = Notation(
    name="goodfellow",
    title="Goodfellow, a and h",
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, 2016, algorithms 6.3 and 6.4",
    patterns={
        "input": (Pattern("x", "{j}"), Pattern("x")),
        "target": (Pattern("y", "{j}"), Pattern("y")),
        "weight": (Pattern("W", "{j}{k}", _K), Pattern("W", "", _K), Pattern("w", "{j}{k}", _K)),
        "bias": (Pattern("b", "{j}", _K), Pattern("b", "", _K)),
        "net_input": (Pattern("a", "{j}", _K), Pattern("a", "", _K)),
        "output": (Pattern("h", "{j}", _K), Pattern("h", "", _K), Pattern("hat y", "{j}"), Pattern("hat y")),
        "delta": (Pattern("delta", "{j}", _K), Pattern("delta", "", _K)),
        "cost": (Pattern("J"), Pattern("L")),
        "rate": (Pattern("epsilon"), Pattern("eta")),
        "activation": (Pattern("f"), Pattern("g"), Pattern("sigma")),
    },
    cost_letters=("J", "L"),
    rate_letters=("epsilon", "eta"),
    activation_letters=("f", "g", "sigma"),
    layer_letters=("l", "k"),
    index_letters=("i", "j", "m", "n", "r", "s", "q", "k"),
    examples=(
        r"a^{(l)} = b^{(l)} + W^{(l)} h^{(l-1)}",
        r"\nabla_{b^{(l)}} J = \delta^{(l)}",
        r"\nabla_{W^{(l)}} J = \delta^{(l)} h^{(l-1) \top}",
    ),
)
