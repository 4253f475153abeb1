"""The performance function -1/2 (d - o)^2 is largest at o = d, and its derivative by the output is d - o.

Notation  P, d, o as in the 6.034 note
Needs     nothing
Source    P. H. Winston, 6.034 note, "The performance function" (system S58)
"""

from fractions import Fraction

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import Context, Fact
from symbackprop.derive.shown import Applied, Bracketed, Number, Partial, Product, Symbol, shown
from symbackprop.render.text import show

PLACE = (1, 3)


def derivation() -> Derivation:
    """dP/do = d - o, and why P was chosen."""
    d, o, P = Symbol("d"), Symbol("o"), Symbol("P")
    value = ("*", ("/", -1, 2), ("^", ("+", "d", ("*", -1, "o")), 2))
    line = Prover(Context({"P": Fact(value)}, {"P": ("o", value)}))
    half = Number(Fraction(1, 2))
    performance = -(half * (d - o) ** 2)

    slope = (
        line.claim(
            Partial(P, o, total=True), Partial(Bracketed(performance), o, operator=True, total=True), "the definition"
        ),
        line.claim(None, Product((-(shown(2) / 2), (d - o) ** 1, shown(-1)), "times"), "power and chain rule"),
        line.claim(None, d - o, "collect the numbers", key="slope:performance"),
    )
    return Derivation(
        "The performance function",
        (
            Section("", (
                words("How well does a net do on one sample? Let ", d, " be the desired and ", o, " the observed output, and measure"),
                Display((line.define(P, performance, key="performance"),)),
                words("A square is never negative, so ", P, " is never positive; it is 0 exactly where ", o, " equals ", d,
                      ", and falls off to both sides, equally far at equal distances:"),
                Display((
                    line.claim(Applied("P", d), shown(0), "put in d", key="top"),
                    line.claim(Applied("P", d + Symbol("h")), Applied("P", d - Symbol("h")), "symmetry", key="even"),
                )),
                words("The factor 1/2 is there to make the derivative plain:"),
                Display(slope),
                words("The derivative is the error itself: positive, and calling for more, where the output is too small."),
            )),
        ),
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The performance function",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
