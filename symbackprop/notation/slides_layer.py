"""The lecture slides' second notation: layers in round brackets, the inputs are layer 1, g the activation, E_x squared."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

slides_layer = Notation(
    name="slides_layer",
    title="Slides, layers in brackets",
    source="CS 540 slides, 'More Illustration of backpropagation'",
    input_layer=1,
    loss="squared",
    patterns={
        "input": (Pattern("x", "{j}"), Pattern("x")),
        "target": (Pattern("y", "{j}"), Pattern("y")),
        "weight": (Pattern("w", "{j}{k}", "({l})"), Pattern("w", "", "({l})"), Pattern("W", "", "({l})")),
        "bias": (Pattern("b", "{j}", "({l})"), Pattern("b", "", "({l})")),
        "net_input": (Pattern("z", "{j}", "({l})"), Pattern("z", "", "({l})")),
        "output": (Pattern("a", "{j}", "({l})"), Pattern("a", "", "({l})"), Pattern("a", "{j}"), Pattern("a")),
        "delta": (Pattern("delta", "{j}", "({l})"), Pattern("delta", "", "({l})")),
        "cost": (Pattern("E", "x"), Pattern("E")),
        "rate": (Pattern("eta"),),
        "activation": (Pattern("g"), Pattern("sigma")),
    },
    cost_letters=("E",),
    activation_letters=("g", "sigma"),
    examples=(
        r"\delta_1^{(4)} = 2(a_1 - y_1) g'(z_1^{(4)})",
        r"\frac{\partial E_x}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}",
        r"\frac{\partial E_x}{\partial b_j^{(l)}} = \delta_j^{(l)}",
    ),
)
