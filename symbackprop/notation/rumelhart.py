"""Rumelhart, Hinton and Williams' letters: x_j the total input of a unit, y_j its output, d_j the desired one, w_{ji} from i to j; no delta."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

rumelhart = Notation(
    name="rumelhart",
    title="Rumelhart, x and y",
    source="D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors, Nature 323, 1986",
    labels="number",
    patterns={
        "input": (Pattern("y", "{u}"),),
        "target": (Pattern("d", "{u}"), Pattern("d")),
        "weight": (Pattern("w", "{u}{s}"),),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("x", "{u}"),),
        "output": (Pattern("y", "{u}"),),
        "delta": (Pattern("delta", "{u}"),),
        "cost": (Pattern("E"),),
        "rate": (Pattern("epsilon"), Pattern("eta")),
        "activation": (Pattern("f"), Pattern("sigma")),
    },
    cost_letters=("E",),
    rate_letters=("epsilon", "eta"),
    activation_letters=("f", "sigma"),
    examples=(
        r"\frac{\partial E}{\partial x_j} = \frac{\partial E}{\partial y_j} y_j (1 - y_j)",
        r"\frac{\partial E}{\partial w_{ji}} = \frac{\partial E}{\partial x_j} y_i",
        r"\frac{\partial E}{\partial y_i} = \sum_j \frac{\partial E}{\partial x_j} w_{ji}",
    ),
)
