"""Ng's notation: layers in square brackets, examples in round ones, matrices whose columns are examples, dZ and dW for derivatives."""

from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern


def _per_example(letter: str, layer: str = "[{l}]") -> tuple[Pattern, ...]:
    """A quantity of a unit, a layer and an example, with the example or without."""
    return (
        Pattern(letter, "{j}", layer + "({e})"),
        Pattern(letter, "", layer + "({e})"),
        Pattern(letter, "{j}", layer),
        Pattern(letter, "", layer),
    )


ng = Notation(
    name="ng",
    title="Ng, batches as matrices",
    source="A. Ng, Neural Networks and Deep Learning (course notation); Z, A, dZ hold one example in each column",
    loss="binary_cross_entropy",
    patterns={
        "input": (Pattern("x", "{j}", "({e})"), Pattern("x", "", "({e})"), Pattern("x", "{j}"), Pattern("x")),
        "input_matrix": (Pattern("X"),),
        "target": (Pattern("y", "{j}", "({e})"), Pattern("y", "", "({e})"), Pattern("y", "{j}"), Pattern("y")),
        "target_matrix": (Pattern("Y"),),
        "weight": (Pattern("w", "{j}{k}", "[{l}]"), Pattern("W", "", "[{l}]"), Pattern("W", "{j}{k}", "[{l}]"), Pattern("w", "", "[{l}]")),
        "bias": (Pattern("b", "{j}", "[{l}]"), Pattern("b", "", "[{l}]")),
        "net_input": _per_example("z"),
        "net_input_matrix": (Pattern("Z", "", "[{l}]"),),
        "output": (*_per_example("a"), Pattern("hat y", "{j}", "({e})"), Pattern("hat y", "", "({e})"), Pattern("hat y", "{j}"), Pattern("hat y"), Pattern("a")),
        "output_matrix": (Pattern("A", "", "[{l}]"), Pattern("hat Y")),
        "delta": _per_example("dz"),
        "delta_matrix": (Pattern("dZ", "", "[{l}]"),),
        "output_delta": _per_example("da"),
        "output_delta_matrix": (Pattern("dA", "", "[{l}]"),),
        "weight_derivative": (Pattern("dw", "{j}{k}", "[{l}]"), Pattern("dW", "", "[{l}]"), Pattern("dW", "{j}{k}", "[{l}]")),
        "bias_derivative": (Pattern("db", "{j}", "[{l}]"), Pattern("db", "", "[{l}]")),
        "cost": (Pattern("J"), Pattern("L", "", "({e})"), Pattern("L")),
        "rate": (Pattern("alpha"),),
        "activation": (Pattern("g"), Pattern("sigma")),
    },
    cost_letters=("J", "L"),
    rate_letters=("alpha",),
    activation_letters=("g", "sigma"),
    examples=(
        r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}",
        r"dz^{[l]} = (W^{[l+1]})^T dz^{[l+1]} \odot g'(z^{[l]})",
        r"dW^{[l]} = dz^{[l]} (a^{[l-1]})^T",
    ),
)
