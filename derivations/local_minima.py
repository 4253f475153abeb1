"""Descent may end in a minimum that is not the lowest; for a linear unit it cannot.

Notation  E a height over one weight w; o = w x a linear unit with target y
Needs     single_linear_unit, descent_step
Source    A Simple Introduction to Neural Networks, ch. III (systems S117, S119)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, apply, at, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Number, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 14)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """E = w^4/4 - w^3/3 - w^2 has minima of different heights at -1 and 2; a square over a linear unit has one valley."""
    w, u, v, x, y, E, F = (Symbol(name) for name in ("w", "u", "v", "x", "y", "E", "F"))
    line, half = Lines(Values()), Number(Fraction(1, 2))
    slope = apply(D, E)
    valleys = (
        line.let(E, function("w", w**4 / 4 - w**3 / 3 - w**2)),
        line.claim(at(slope, w), w * box(w + 1) * box(w - 2), "power rule, and factors", key="slope"),
        line.claim(at(apply(D, slope), -1), shown(3), "at -1: curved upwards, a minimum"),
        line.claim(at(apply(D, slope), 0), shown(-2), "at 0: curved downwards, a ridge"),
        line.claim(at(apply(D, slope), 2), shown(6), "at 2: a minimum"),
        line.claim(at(E, -1), Number(Fraction(-5, 12)), "the height of the first"),
        line.claim(at(E, 2), Number(Fraction(-8, 3)), "the height of the second"),
        line.compare(at(E, 2), "<", at(E, -1), "the second is lower"),
    )
    stuck = (
        line.claim(shown(-1) - Number(Fraction(1, 10)) * at(slope, -1), shown(-1), "at -1 descent stands still"),
        line.compare(at(slope, -half), ">", shown(0), "left of the ridge it goes left"),
        line.compare(at(slope, half), "<", shown(0), "right of it, right"),
    )
    convex = Lines(Values())
    middle = (box(at(F, u) + at(F, v)) / 2) - at(F, box(u + v) / 2)
    linear = (
        convex.let(F, function("w", half * box(y - w * x) ** 2)),
        convex.claim(at(apply(D, apply(D, F)), w), x**2, "curved upwards everywhere, or flat"),
        convex.claim(middle, box(x * box(u - v)) ** 2 / 8, "the chord is never below the curve", key="convex"),
    )
    return Derivation(
        "Valleys",
        (
            Section("", (
                words("A height over one weight with two valleys:"),
                Display(valleys),
                words("Descent from the left of the ridge ends in the higher valley and stays there:"),
                Display(stuck),
                words("So one starts many times from different weights and keeps the best: two starts, one on each side, find the lower valley here. Is "
                      "every large net bound to be caught? That is said, but is no theorem. At least one case is safe: the squared error of a linear "
                      "unit, and with it any sum over examples, has one valley only,"),
                Display(linear),
                words("since a curve that is nowhere above its chords has no second minimum at another height."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. III",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
