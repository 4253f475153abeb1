"""Of all directions, the one against the gradient descends most steeply.

Notation  g the gradient at a point of weight space, u a direction of length 1, w_1, w_2 two weights, as on the slides
Needs     tangent_plane
Source    CS 540 slides, "Gradient descent in weight space" (systems S64, S129, S156)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, Dot, Tuple, apply, at, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 18)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """|g|^2 |u|^2 - (g . u)^2 is a square, 0 only along g."""
    E, s, t, v = Symbol("E"), Symbol("s"), Symbol("t"), Symbol("v")
    w1, w2, u1, u2 = Symbol("w", "1"), Symbol("w", "2"), Symbol("u", "1"), Symbol("u", "2")
    g1, g2 = Symbol("g", "1"), Symbol("g", "2")
    line = Lines(Values(arities={"E": -2}))
    gradient, direction = Tuple((g1, g2)), Tuple((u1, u2))
    start = (
        line.let(g1, apply(D, function("v", apply(E, Tuple((v, w2)))), w1)), line.let(g2, apply(D, function("v", apply(E, Tuple((w1, v)))), w2)),
        line.let(s, function("t", apply(E, Tuple((w1 + t * u1, w2 + t * u2)))), "the error along a line"),
        line.claim(at(apply(D, s), 0), Dot(gradient, direction), "chain rule in both weights", key="slope"),
    )  # fmt: skip
    free = Lines(Values())
    a1, a2 = Symbol("g", "1"), Symbol("g", "2")
    squares = free.claim(box(a1**2 + a2**2) * box(u1**2 + u2**2) - box(a1 * u1 + a2 * u2) ** 2, box(a1 * u2 - a2 * u1) ** 2, "multiply out", key="square")
    # (1 - q^2, 2 q)/(1 + q^2) is every point of the unit circle but (-1, 0), where the line holds by continuity
    unit = free.claim(box(a1**2 + a2**2) - box(a1 * u1 + a2 * u2) ** 2, box(a1 * u2 - a2 * u1) ** 2, "a direction of length 1",
                      under="u_1^2 + u_2^2 = 1", key="unit",
                      given=[("u_1", ("/", ("+", 1, ("*", -1, ("^", "q", 2))), ("+", 1, ("^", "q", 2)))), ("u_2", ("/", ("*", 2, "q"), ("+", 1, ("^", "q", 2))))])  # fmt: skip
    best = free.claim(a1 * box(-a1) + a2 * box(-a2), -box(a1**2 + a2**2), "against the gradient", key="best")
    across = free.claim(a1 * box(-a2) + a2 * a1, shown(0), "across the gradient: level at first", key="across")
    return Derivation(
        "The steepest way down",
        (
            Section("", (
                words("The error is a surface over the weights. Stand at a point, choose a direction ", direction, " of length 1, and walk:"),
                Display(start),
                words("So the slope under one's feet is the dot product of the gradient with the direction. How large can it be?"),
                Display((squares, unit)),
                words("The right side is a square, so the slope squared is at most the sum of the squares of the gradient, with equality only "
                      "where the direction is along the gradient or against it. Against it one goes down,"),
                Display((best, across)),
                words("and across it the surface is level at first: the gradient stands at right angles to the lines of equal error."),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Gradient descent in weight space",),
        scope="any differentiable error of two weights",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
