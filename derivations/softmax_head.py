"""Softmax: its full Jacobian, the sum of its outputs, and with cross-entropy a - y where the targets sum to 1.

Notation  z, a, y as on the slides; s the sum of the exponentials, C the cross-entropy
Needs     logistic_head
Source    CS 540 slides, "Output layers: multi-class classification" (systems S29, S55, S66)
"""

from symbackprop.derive.book import Lines, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, BigSum, Bracketed, Exponential, Grid, Partial, Shown, Symbol, plus, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 13)
CLASSES = (1, 2, 3)


def derivation() -> Derivation:
    """da_i/dz_j = a_i ([i = j] - a_j); dC/dz_j = a_j - y_j only under sum y = 1."""
    C, s = Symbol("C"), Symbol("s")
    z, a, y = ({i: Symbol(name, str(i)) for i in CLASSES} for name in "zay")
    line = Lines(Values())
    start = (
        line.let(s, plus(*(Exponential(z[i]) for i in CLASSES))),
        *(line.let(a[i], Exponential(z[i]) / s) for i in CLASSES),
        line.claim(plus(*(a[i] for i in CLASSES)), shown(1), "the numerators add up to the denominator", key="sum"),
    )
    own = line.chain(Partial(a[1], z[1]), ((Exponential(z[1]) * s - Exponential(z[1]) * Exponential(z[1])) / s**2, "quotient rule"),
                     (a[1] * (1 - a[1]), "split", "own"))  # fmt: skip
    other = line.chain(Partial(a[1], z[2]), (-((Exponential(z[1]) * Exponential(z[2])) / s**2), "quotient rule"), (-(a[1] * a[2]), "split", "other"))
    jacobian = line.claim(
        Grid(tuple(tuple(Partial(a[i], z[j]) for j in CLASSES) for i in CLASSES)),
        Grid(tuple(tuple(a[i] * (1 - a[i]) if i == j else -(a[i] * a[j]) for j in CLASSES) for i in CLASSES)),
        "all nine", key="jacobian")  # fmt: skip
    columns = tuple(line.claim(plus(*(Partial(a[i], z[j]) for i in CLASSES)), shown(0), "the outputs always sum to 1", key=f"column{j}") for j in CLASSES)
    cost = line.let(C, -plus(*(y[i] * Applied("log", a[i]) for i in CLASSES)))
    total = Bracketed(plus(*(y[i] for i in CLASSES)), "(")
    free = line.claim(Partial(C, z[1]), a[1] * total - y[1], "for any targets", key="any targets")
    rest = ("+", 1, ("*", -1, "y_1"), ("*", -1, "y_2"))
    under = line.claim(Partial(C, z[1]), a[1] - y[1], "the targets sum to 1", given=[("y_3", rest)], under="y_1 + y_2 + y_3 = 1", key="signal")
    aj, yj, zj = Symbol("a", "j"), Symbol("y", "j"), Symbol("z", "j")
    index: Shown = BigSum("i", "", Symbol("y", "i"), over="I")
    every = line.over_examples(by_theorem("softmax-ce", "cross-entropy, any targets"), Partial(C, zj), aj * index - yj, "every number of classes",
                               key="every", letters=("j",), inputs=3)  # fmt: skip
    return Derivation(
        "Softmax",
        (
            Section("", (
                words("For more than two classes the outputs are exponentials, divided by their sum so that they add up to 1. With three classes:"),
                Display(start),
                words("Every output depends on every net input, through the sum. By its own:"),
                Display(own),
                words("and by another's:"),
                Display(other),
                words("The whole table; a minus everywhere but on the diagonal:"),
                Display((jacobian,)),
                words("Each column adds up to 0:"),
                Display(columns),
                words("With the cross-entropy as the cost (the slides name multi-class logistic regression, which implies it):"),
                Display((cost, free)),
                words("The formula one usually sees leaves out the sum of the targets. It needs that the sum is 1, as it is for a target that marks one "
                      "class:"),
                Display((under,)),
                words("For any number of classes I, with no condition:"),
                Display((every,)),
            )),
        ),
        notation="slides_layer",
        sources=("CS 540 slides, Output layers: multi-class classification",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
