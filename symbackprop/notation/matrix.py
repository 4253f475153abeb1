"""Matrix form: whole layers at once, with transpose, Hadamard and outer products; single entries carry subscripts."""

from symbackprop.notation.nielsen import LAYERED
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern

matrix = Notation(
    name="matrix",
    title="Matrix form",
    source="M. Nielsen, ch. 2, BP1 to BP4; Gordon, 'Summary and vectorisation'",
    patterns={
        **LAYERED,
        "weight": (
            Pattern("W", "{j}{k}", "{l}"),
            Pattern("W", "", "{l}"),
            Pattern("w", "{j}{k}", "{l}"),
            Pattern("w", "", "{l}"),
        ),
    },
    examples=(
        r"\delta^l = ((W^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)",
        r"\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^\top",
        r"\frac{\partial C}{\partial b^l} = \delta^l",
    ),
)
