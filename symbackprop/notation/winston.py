"""Winston's notation, 6.034 note: i, w, p, o, d, P, alpha; l is a left neuron, r one to its right, f_k the final ones."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

winston = Notation(
    name="winston",
    title="Winston, left and right",
    source="P. H. Winston, MIT 6.034 note on neural nets, 2006",
    labels="position",
    loss="performance",
    maximise=True,
    patterns={
        "input": (Pattern("i", "{u}"), Pattern("i", "{j}"), Pattern("i")),
        "target": (Pattern("d"), Pattern("d", "{j}"), Pattern("d", "{u}")),
        "weight": (Pattern("w", "{u}"), Pattern("w", "{s}>{u}")),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("p", "{u}"),),
        "output": (Pattern("o", "{u}"), Pattern("o")),
        "delta": (Pattern("delta", "{u}"), Pattern("delta", "o")),
        "cost": (Pattern("P"),),
        "rate": (Pattern("alpha"),),
        "activation": (Pattern("sigma"), Pattern("s")),
    },
    cost_letters=("P",),
    rate_letters=("alpha",),
    layer_letters=("l", "r"),
    last_layer="f",
    qualifiers=("sample",),
    examples=(
        r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r",
        r"\delta_{l_i} = o_{l_i}(1-o_{l_i}) \times \sum_j w_{l_i \to r_j} \times \delta_{r_j}",
        r"\Delta w_r = \alpha \times i_r \times \delta_r",
    ),
)
