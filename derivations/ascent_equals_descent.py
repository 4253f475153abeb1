"""Gradient ascent on a performance and gradient descent on its negative change every weight in the same way.

Notation  P, w, alpha as in the 6.034 note; E = -P
Needs     performance_function
Source    P. H. Winston, 6.034 note, "Gradient ascent" and "Gradient descent" (systems S59, S96, S97)
"""

from fractions import Fraction

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Section, words
from symbackprop.derive.meaning import Context, Fact
from symbackprop.derive.shown import Change, Line, Number, Partial, Primed, Product, Symbol
from symbackprop.render.text import show

PLACE = (1, 4)


def derivation() -> Derivation:
    """w + alpha dP/dw = w - alpha dE/dw where E = -P."""
    w, P, E, alpha, d, o = (Symbol(name) for name in ("w", "P", "E", "alpha", "d", "o"))
    # P is some function of w, known only by its derivative; E is its negative
    line = Prover(Context({"P": Fact(slopes={"w": "P_w"}), "E": Fact(("*", -1, "P"))}))
    squares = Prover(Context({}))
    half = Number(Fraction(1, 2))
    performance = -(half * (d - o) ** 2)

    def step(of: Symbol) -> Product:
        return Product((alpha, Partial(of, w)), "times")

    return Derivation(
        "Ascent equals descent",
        (
            Section("", (
                words("To improve the performance, change each weight in proportion to how much it helps:"),
                Display((line.stated(Line(Change(w), Partial(P, w), "propto"), "steepest ascent", DEFINITION),)),
                words("How far to go is set by a rate constant ", alpha, ". The new weight is"),
                Display((line.define(Primed(w), w + step(P), key="ascent"),)),
                words("Others minimise an error instead, the same square with the other sign,"),
                Display((squares.claim(-performance, half * (d - o) ** 2, "two signs cancel"),
                         line.define(E, -P, key="error"))),
                words("and go down: they subtract. The sign of the function and the sign of the step cancel:"),
                Display((
                    line.claim(Partial(E, w), -Partial(P, w), "the derivative of a negative"),
                    line.claim(w - step(E), w + step(P), "two signs cancel", key="same"),
                )),
                words("Ascent on ", P, " and descent on ", E, " are one procedure with two names."),
            )),
        ),
        notation="winston",
        sources=("P. H. Winston, 6.034 note, Gradient ascent; Gradient descent",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
