"""Hagan's letters: n^m the net input of layer m, a^m its output, t the targets, s^m the sensitivities, W^m and b^m, alpha the rate."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

hagan = Notation(
    name="hagan",
    title="Hagan, sensitivities",
    source="M. T. Hagan, H. B. Demuth, M. H. Beale, O. De Jesús, Neural Network Design, 2nd edition, ch. 11",
    loss="squared",
    patterns={
        "input": (Pattern("p", "{j}"), Pattern("p")),
        "target": (Pattern("t", "{j}"), Pattern("t")),
        "weight": (Pattern("w", "{j}{k}", "{l}"), Pattern("W", "", "{l}"), Pattern("W", "{j}{k}", "{l}")),
        "bias": (Pattern("b", "{j}", "{l}"), Pattern("b", "", "{l}")),
        "net_input": (Pattern("n", "{j}", "{l}"), Pattern("n", "", "{l}")),
        "output": (Pattern("a", "{j}", "{l}"), Pattern("a", "", "{l}"), Pattern("a", "{j}"), Pattern("a")),  # a alone is a^M
        "delta": (Pattern("s", "{j}", "{l}"), Pattern("s", "", "{l}")),
        "cost": (Pattern("F"), Pattern("hat F")),
        "rate": (Pattern("alpha"),),
        "activation": (Pattern("f"), Pattern("sigma")),
    },
    cost_letters=("F",),
    rate_letters=("alpha",),
    activation_letters=("f", "sigma"),
    layer_letters=("l", "m"),
    last_layer="M",
    index_letters=("i", "j", "k", "r", "q"),
    examples=(
        r"n^{m+1} = W^{m+1} a^m + b^{m+1}",
        r"s^M = -2 \dot F^M(n^M) (t - a)",
        r"s_i^m = f'(n_i^m) \sum_j w_{ji}^{m+1} s_j^{m+1}",
        r"\frac{\partial F}{\partial w_{ij}^m} = s_i^m a_j^{m-1}",
    ),
)
