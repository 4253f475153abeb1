"""The exercise of the slides: the derivative by any bias is the delta of its neuron.

Notation  z, b, delta with layers in brackets, E_x, as on the slides
Needs     backpropagation_layers_in_brackets
Source    CS 540 slides, "Exercise" (systems S90, S34)
"""

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Section, words
from symbackprop.derive.shown import BigSum, Generic, Line, Partial, chain, shown
from symbackprop.render.text import show

PLACE = (3, 9)


def derivation() -> Derivation:
    """dE_x/db_j^(l) = dE_x/dz_j^(l) dz_j^(l)/db_j^(l) = delta_j^(l)."""
    line, E, G = Lines(), Q("cost"), Generic
    z, b, delta = G("net_input", "l", ("j",)), G("bias", "l", ("j",)), G("delta", "l", ("j",))
    proof, options = by_theorem("backprop", "BP3, bias"), {"loss": "squared"}
    start = (
        line.stated(Line(z, BigSum("k", "l-1", G("weight", "l", ("j", "k")) * G("output", "l-1", ("k",))) + b), "definition", DEFINITION),
        line.stated(Line(delta, Partial(E, z)), "definition", DEFINITION),
    )
    steps = (
        line.by(proof, Partial(E, b), chain(Partial(E, z), Partial(z, b)), "the bias acts through its own sum alone", **options),
        line.by(proof, Partial(z, b), shown(1), "a summand of its own", **options),
        line.by(proof, Partial(E, b), delta, "so", key="bias", **options),
    )
    return Derivation(
        "The derivative by a bias",
        (
            Section("", (
                words("The slides leave this as an exercise. A neuron's bias stands in its weighted sum and nowhere else:"),
                Display(start),
                words("So a change of it changes the error exactly as a change of the sum does:"),
                Display(steps),
                words("This is the formula for a weight whose input is always 1. It holds for every neuron of every layer, for any activation and "
                      "any error."),
            )),
        ),
        notation="slides_layer",
        sources=("CS 540 slides, Exercise",),
        scope="every width and depth",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
