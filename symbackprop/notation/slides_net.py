"""The lecture slides' first notation: net_j, o_j, w_{ji} from i to j, E; delta_j is MINUS the derivative of E by net_j."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

slides_net = Notation(
    name="slides_net",
    title="Slides, net and o",
    source="CS 540 slides, 'Backpropagation', after Mitchell, Machine Learning, ch. 4",
    labels="number",
    delta_sign=-1,
    patterns={
        "input": (Pattern("x", "{j}"),),
        "target": (Pattern("y", "{u}"), Pattern("t", "{u}"), Pattern("y")),
        "weight": (Pattern("w", "{u}{s}"),),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("net", "{u}"),),
        "output": (Pattern("o", "{u}"),),
        "delta": (Pattern("delta", "{u}"),),
        "cost": (Pattern("E"),),
        "rate": (Pattern("eta"),),
        "activation": (Pattern("sigma"), Pattern("f")),
    },
    cost_letters=("E",),
    activation_letters=("sigma", "f"),
    examples=(
        r"\Delta w_{ji} = \eta \delta_j o_i",
        r"\frac{\partial E}{\partial \mathrm{net}_j} = -\delta_j",
        r"\frac{\partial E}{\partial w_{ji}} = -\delta_j o_i",
    ),
)
