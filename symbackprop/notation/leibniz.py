"""Leibniz' quotients of dependent variables, with Nielsen's letters for a net of any width."""

from symbackprop.notation.nielsen import LAYERED
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

leibniz = Notation(
    name="leibniz",
    title="Leibniz, quotients",
    source="M. Gordon, 'Leibniz-style backpropagation calculation of deltas', on Nielsen's letters",
    patterns={**LAYERED, "cost": (Pattern("c"), Pattern("C"))},
    examples=(
        r"\frac{\partial c}{\partial b_j^l} = \frac{\partial c}{\partial a_j^l} \frac{\partial a_j^l}{\partial b_j^l}",
        r"\frac{\partial c}{\partial a_j^l} = \sum_i \frac{\partial c}{\partial z_i^{l+1}} \frac{\partial z_i^{l+1}}{\partial a_j^l}",
    ),
)
