"""Nets for tests: every function and loss on small layered nets, and random feed-forward graphs."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symbackprop.activations import table as activations
from symbackprop.losses import table as losses
from symbackprop.networks import Edge, Network, Unit, default_parameters

SMOOTH = ["identity", "sigmoid", "tanh", "softplus", "undefined"]
SCALAR = [*SMOOTH, "relu", "leaky_relu", "parametric_relu"]
SIMPLE_LOSSES = ["performance", "half_squared", "squared", "undefined"]


def combinations() -> list[Network]:
    """One small net of pairwise different widths for every activation and loss that fit together."""
    found = []
    for kind in SCALAR:
        for loss in SIMPLE_LOSSES:
            found.append(Network.layered([2, 3, 1], kind, loss, name=f"{kind}-{loss}"))
    for kind in SCALAR:
        for loss, last in (("binary_cross_entropy", "sigmoid"), ("softmax_cross_entropy", "softmax")):
            sizes = [2, 1, 3] if last == "softmax" else [2, 3, 2]
            found.append(Network.layered(sizes, kind, loss, output_activation=last, name=f"{kind}-{loss}"))
    for loss in (*SIMPLE_LOSSES, "binary_cross_entropy"):
        found.append(Network.layered([2, 3, 2], "tanh", loss, output_activation="softmax", name=f"softmax-{loss}"))
    found.append(Network.layered([2, 3, 2], "softmax", "squared", name="softmax-hidden"))
    found.append(Network.layered([2, 2, 1], "undefined", "binary_cross_entropy", output_activation="undefined"))
    return found


@st.composite
def graphs(draw: st.DrawFn, tied: bool = True) -> Network:
    """A random feed-forward graph: skip edges, several outputs, mixed activations, tied, fixed and shared parameters."""
    inputs = [f"x{k}" for k in range(1, draw(st.integers(1, 3)) + 1)]
    ones = ["one"] if draw(st.booleans()) else []
    table = activations()
    count = draw(st.integers(1, 6))
    units: list[Unit] = []
    for number in range(1, count + 1):
        name = f"n{number}"
        known = [*inputs, *ones, *(unit.name for unit in units)]
        sources = draw(st.lists(st.sampled_from(known), min_size=1, max_size=min(4, len(known)), unique=True))
        edges = []
        for source in sources:
            weight: str | Fraction = f"w_{source}_{name}"
            choice = draw(st.integers(0, 9)) if tied else 9
            if choice == 0:
                weight = "shared"
            elif choice == 1:
                weight = Fraction(draw(st.integers(-3, 3)), 2)
            edges.append(Edge(source, weight))
        kind = table[draw(st.sampled_from(SCALAR))]
        bias = draw(st.sampled_from([None, f"b_{name}", "b"] if tied else [None, f"b_{name}"]))
        units.append(Unit(name, kind, tuple(edges), bias, default_parameters(kind, f"_{name}")))
    fed = {edge.source for unit in units for edge in unit.edges}
    ends = [unit.name for unit in units if unit.name not in fed]
    inner = [unit.name for unit in units if unit.name in fed]
    extra = draw(st.lists(st.sampled_from(inner), max_size=1, unique=True)) if inner else []
    loss = draw(st.sampled_from(SIMPLE_LOSSES))
    used = set(fed)
    return Network([x for x in inputs if x in used] or inputs[:1], units, [*ends, *extra], losses()[loss], ones=[o for o in ones if o in used])


NINE = {
    "inputs": ["1", "3"],
    "bias_neurons": ["2b", "5b", "8b"],
    "outputs": ["9"],
    "activation": "sigmoid",
    "units": {
        "4": {"from": ["1", "2b"]},
        "6": {"from": ["3", "4"]},
        "7": {"from": ["4", "5b"]},
        "9": {"from": ["6", "7", "8b", "1"]},
    },
}
