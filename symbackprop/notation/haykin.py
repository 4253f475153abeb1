"""Haykin's letters: v_j the induced local field, y_j the output, d_j the desired one; the local gradient delta_j is MINUS the derivative."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

haykin = Notation(
    name="haykin",
    title="Haykin, local fields and gradients",
    source="S. Haykin, Neural Networks and Learning Machines, 3rd edition, 2009, sec. 4.4",
    labels="number",
    delta_sign=-1,
    patterns={
        "input": (Pattern("x", "{j}"),),
        "target": (Pattern("d", "{u}"), Pattern("d")),
        "weight": (Pattern("w", "{u}{s}"),),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("v", "{u}"),),
        "output": (Pattern("y", "{u}"), Pattern("o", "{u}")),
        "delta": (Pattern("delta", "{u}"),),
        "cost": (Pattern("E"),),
        "rate": (Pattern("eta"),),
        "activation": (Pattern("varphi"), Pattern("phi")),
    },
    cost_letters=("E",),
    activation_letters=("varphi", "phi"),
    examples=(
        r"\delta_j = \varphi'(v_j) \sum_k \delta_k w_{kj}",
        r"\Delta w_{ji} = \eta \delta_j y_i",
        r"\frac{\partial E}{\partial w_{ji}} = -\delta_j y_i",
    ),
)
