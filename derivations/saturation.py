"""The sigmoid's slope is at most 1/4 and dies off exponentially: why a saturated unit stops learning.

Notation  sigma, z as on the slides
Needs     sigmoid_function, sigmoid_derivative
Source    CS 540 slides, "Hidden layers", "Problem: saturation" (systems S46, S48, S57)
"""

from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Exponential, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 14)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """1/4 - sigma' is a square; e^-z - sigma' is a quotient of positive things; a product of L slopes is at most 4^-L."""
    z = Symbol("z")
    logistic = ("^", ("+", 1, ("exp", ("*", -1, "v"))), -1)
    up, down = ("exp", "v"), ("exp", ("*", -1, "v"))
    tanh = ("/", ("+", up, ("*", -1, down)), ("+", up, down))
    line = Lines(Values(functions={"sigma": ("v", logistic), "tanh": ("v", tanh)}))
    sigma, slope = Applied("sigma", z), Applied("sigma", z, 1)
    e = Exponential(-z)
    bound = (
        line.claim(slope, sigma * (1 - sigma), "the logistic function"),
        line.by(by_claim("slope-bound"), shown(1) / 4 - slope, box(shown(1) / 2 - sigma) ** 2, "a square", key="bound"),
        line.claim(Applied("sigma", shown(0), 1), shown(1) / 4, "at 0", key="top"),
    )
    decay = (
        line.claim(slope, e / box(1 + e) ** 2, "in exponentials: positive"),
        line.by(by_claim("saturation"), e - slope, e**2 * box(2 + e) / box(1 + e) ** 2, "positive as well", key="decay"),
        line.claim(Applied("sigma", -z, 1), slope, "and the same on the left", key="even"),
    )
    hyperbolic = (
        line.claim(Applied("tanh", z), 2 * Applied("sigma", 2 * z) - 1, "a stretched sigmoid", key="tanh"),
        line.claim(Applied("tanh", z, 1), 4 * Applied("sigma", 2 * z, 1), "so its slope is four times as large", key="slope:tanh"),
        line.claim(1 - Applied("tanh", z, 1), Applied("tanh", z) ** 2, "at most 1, reached at 0", key="bound:tanh"),
    )
    powers = (line.compare((shown(1) / 4) ** 5, "<", shown(1) / 1000, "five sigmoid layers"),
              line.compare((shown(1) / 4) ** 10, "<", shown(1) / 1000000, "ten"))  # fmt: skip
    return Derivation(
        "Saturation",
        (
            Section("", (
                words("Every hidden layer multiplies the error that comes back by the slopes of its units, so it matters how large they can be. The "
                      "sigmoid's is never more than a quarter, because what is missing to a quarter is a square:"),
                Figure("plot", ("The sigmoid function and its derivative.",), options=(("name", "sigmoid"),)),
                Display(bound),
                words("Away from 0 it falls below an exponential:"),
                Display(decay),
                words("The hyperbolic tangent is a sigmoid stretched to run from -1 to 1, with a slope of up to 1:"),
                Display(hyperbolic),
                words("Through several layers of sigmoids the bounds multiply:"),
                Display(powers),
                words("and that is with every unit at its best. This is the problem that rectifiers avoid."),
            )),
        ),
        notation="slides_layer",
        sources=("CS 540 slides, Hidden layers",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
