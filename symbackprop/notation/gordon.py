"""Gordon's chain: one neuron a layer, subscripts are layers; p_i or w_i, b_i, a_i, d_i = dc/da_i, delta_i, c, eta."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

CHAIN = {
    "input": (Pattern("x"),),
    "target": (Pattern("y"), Pattern("g")),
    "weight": (Pattern("w", "{l}"), Pattern("p", "{l}")),
    "bias": (Pattern("b", "{l}"), Pattern("b")),
    "net_input": (Pattern("z", "{l}"),),
    "output": (Pattern("a", "{l}"),),
    "delta": (Pattern("delta", "{l}"),),
    "output_delta": (Pattern("d", "{l}"),),
    "cost": (Pattern("c"),),
    "cost_function": (Pattern("C"),),
    "rate": (Pattern("eta"),),
    "activation": (Pattern("sigma"),),
}

gordon = Notation(
    name="gordon",
    title="Gordon, chain of neurons",
    source="M. Gordon, My attempt to understand the backpropagation algorithm, 'One neuron per layer example'",
    patterns=CHAIN,
    one_per_layer=True,
    cost_letters=("c",),
    layer_letters=("i", "l", "j"),
    examples=(
        r"d_3 = d_4 \sigma'(w_4 a_3 + b_4) w_4",
        r"\delta_i = d_i \sigma'(z_i)",
        r"\Delta w_4 = -\eta \delta_4 a_3",
    ),
)
