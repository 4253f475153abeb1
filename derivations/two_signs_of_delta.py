"""One deck, two deltas: minus the derivative of a half square, and plus the derivative of a whole one; the same gradient.

Notation  delta with the slides' first sign is written D here, with the second delta; E half, S whole square
Needs     backpropagation_net_and_o, backpropagation_layers_in_brackets
Source    CS 540 slides, both parts (systems S89, S162, S163)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Number, Partial, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 8)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """delta = -2 D, dS/dw = 2 dE/dw, and both rules move a weight the same way."""
    x, w, z, o, y, E, S, eta = (Symbol(name) for name in ("x", "w", "z", "o", "y", "E", "S", "eta"))
    first, second = Symbol("D"), Symbol("delta")
    line = Lines(Values(arities={"g": 1}))
    start = (
        line.let(z, w * x), line.let(o, Applied("g", z)),
        line.let(E, Number(Fraction(1, 2)) * box(y - o) ** 2), line.let(S, box(y - o) ** 2),
        line.let(first, -Partial(E, z), "the first part of the slides"), line.let(second, Partial(S, z), "the second part"),
    )  # fmt: skip
    relations = (
        line.claim(first, box(y - o) * Applied("g", z, 1), "first part"),
        line.claim(second, 2 * box(o - y) * Applied("g", z, 1), "second part"),
        line.claim(second, -(2 * first), "opposite sign, twice the size", key="relation"),
        line.claim(Partial(E, w), -(first * x), "first part: a minus"),
        line.claim(Partial(S, w), second * x, "second part: none"),
        line.claim(Partial(S, w), 2 * Partial(E, w), "one gradient is twice the other", key="gradients"),
    )
    steps = (
        line.claim(w + eta * first * x, w - eta * Partial(E, w), "first part: add"),
        line.claim(w - eta * second * x, w - eta * Partial(S, w), "second part: subtract"),
        line.claim(w - eta * second * x, w + 2 * eta * first * x, "the same direction, twice as far", key="steps"),
    )
    return Derivation(
        "Two signs of delta",
        (
            Section("", (
                words("The two parts of the slides differ in the sign of delta and in the factor 1/2, and both are right. One unit is enough to see "
                      "it; the activation is any differentiable function. ", first, " is the first part's delta, ", second, " the second's:"),
                Display(start),
                words("They are related by"),
                Display(relations),
                words("A weight moves in the same direction under both rules, and twice as far under the second for the same rate:"),
                Display(steps),
                words("Mixing them is the mistake to look for: the first delta with the second rule climbs."),
            )),
        ),
        notation="gordon",
        sources=("CS 540 slides, Backpropagation; More Illustration of Backpropagation",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
