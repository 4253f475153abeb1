"""Bishop's letters: a_j the weighted input of any unit, z_j its output, y_k an output of the net, h the activation, w_{ji} from i to j."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

bishop = Notation(
    name="bishop",
    title="Bishop, a and z",
    source="C. M. Bishop, Pattern Recognition and Machine Learning, 2006, sec. 5.3, equations 5.48 to 5.56",
    labels="number",
    patterns={
        "input": (Pattern("x", "{j}"),),
        "target": (Pattern("t", "{u}"), Pattern("t")),
        "weight": (Pattern("w", "{u}{s}"),),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("a", "{u}"),),
        "output": (Pattern("z", "{u}"), Pattern("y", "{u}"), Pattern("y")),
        "delta": (Pattern("delta", "{u}"),),
        "cost": (Pattern("E", "n"), Pattern("E")),
        "rate": (Pattern("eta"),),
        "activation": (Pattern("h"), Pattern("sigma")),
    },
    cost_letters=("E",),
    activation_letters=("h", "sigma"),
    examples=(
        r"\delta_j = h'(a_j) \sum_k w_{kj} \delta_k",
        r"\frac{\partial E_n}{\partial w_{ji}} = \delta_j z_i",
        r"\delta_j = \frac{\partial E_n}{\partial a_j}",
    ),
)
