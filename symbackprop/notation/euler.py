"""Euler's operator notation on Gordon's chain: D of a function, lambda, composition, curried f p a and C u v."""

from symbackprop.notation.gordon import CHAIN
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

euler = Notation(
    name="euler",
    title="Euler, D and lambda",
    source="M. Gordon, 'Euler-style backpropagation calculation of deltas'",
    patterns={**CHAIN, "weight": (Pattern("p", "{l}"), Pattern("w", "{l}")), "target": (Pattern("g"), Pattern("y"))},
    one_per_layer=True,
    cost_letters=("c",),
    layer_letters=("i", "l", "j"),
    examples=(
        r"d_4 = D(C(g x))a_4",
        r"d_3 = d_4 D(\lambda v. \sigma(p_4 v))a_3",
        r"\Delta p_4 = -\eta d_4 D(\lambda v. \sigma(v a_3))p_4",
    ),
)
