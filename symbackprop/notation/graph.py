"""Any feed-forward graph by the names of its neurons: z_6, y_6, w_{3 -> 6}; bias neurons are sources like any other."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

graph = Notation(
    name="graph",
    title="Graph, neurons by name",
    source="A Simple Introduction to Neural Networks (weights belong to edges, functions to neurons)",
    labels="name",
    loss="squared",
    patterns={
        "input": (Pattern("x", "{u}"),),
        "target": (Pattern("t", "{u}"),),
        "weight": (Pattern("w", "{s}>{u}"),),
        "bias": (Pattern("b", "{u}"),),
        "net_input": (Pattern("z", "{u}"),),
        "output": (Pattern("y", "{u}"),),
        "delta": (Pattern("delta", "{u}"),),
        "cost": (Pattern("C"),),
        "rate": (Pattern("eta"),),
        "activation": (Pattern("sigma"), Pattern("f")),
    },
    examples=(r"\delta_5 = \sigma'(z_5)(y_5 - t_5)", r"\frac{\partial C}{\partial w_{3 \to 5}} = y_3 \delta_5"),
)
