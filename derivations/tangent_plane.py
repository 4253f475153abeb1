"""The tangent plane of a function of two numbers, and how much it falls when both are changed.

Notation  phi, v_1, v_2, r_1, r_2, s, eta, nabla phi as in Gordon's article; t is the tangent plane, h_i the change of v_i
Needs     tangent_line
Source    M. Gordon, "Two-dimensional case", "General case" (system S95)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import NABLA, D, Dot, Lambda, Tuple, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 3)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """t(p) - t(p + h) = -nabla phi(p) . h, and the step -eta nabla phi makes that a sum of squares."""
    v1, v2, h1, h2 = Symbol("v", "1"), Symbol("v", "2"), Symbol("h", "1"), Symbol("h", "2")
    r1, r2, s, eta, v = Symbol("r", "1"), Symbol("r", "2"), Symbol("s"), Symbol("eta"), Symbol("v")
    phi, t, x, y = Symbol("phi"), Symbol("t"), Symbol("x"), Symbol("y")
    line = Lines(Values(arities={"phi": -2}))
    p, moved = Tuple((v1, v2)), Tuple((v1 + h1, v2 + h2))
    gradient, h = apply(apply(NABLA, phi), p), Tuple((h1, h2))

    plane = (
        line.let(r1, apply(D, function("v", apply(phi, Tuple((v, v2)))), v1), "the other argument is held fixed"),
        line.let(r2, apply(D, function("v", apply(phi, Tuple((v1, v)))), v2), "the other argument is held fixed"),
        line.claim(gradient, Tuple((r1, r2)), "the gradient at the point", key="gradient"),
        line.let(s, apply(phi, p) - r1 * v1 - r2 * v2),
        line.let(t, Lambda(("x", "y"), r1 * x + r2 * y + s, pair=True), key="plane"),
        line.claim(apply(t, p), apply(phi, p), "it touches the surface"),
        line.claim(apply(apply(NABLA, t), p), gradient, "it has the surface's gradient"),
    )  # fmt: skip
    fall = line.chain(
        apply(t, p) - apply(t, moved),
        (box(r1 * v1 + r2 * v2 + s) - box(r1 * box(v1 + h1) + r2 * box(v2 + h2) + s), "the definition"),
        (r1 * v1 + r2 * v2 + s - r1 * box(v1 + h1) - r2 * box(v2 + h2) - s, "open the brackets"),
        (r1 * v1 + r2 * v2 + s - r1 * v1 - r1 * h1 - r2 * v2 - r2 * h2 - s, "multiply out"),
        (-(r1 * h1) - r2 * h2, "what is left"),
        (-box(r1 * h1 + r2 * h2), "the sign in front"),
        (-Dot(Tuple((r1, r2)), h), "a dot product"),
        (-Dot(gradient, h), "the gradient", "fall:plane"),
    )
    step = (
        line.let(h1, -(eta * r1)), line.let(h2, -(eta * r2)),
        *line.chain(apply(t, p) - apply(t, moved), (-Dot(gradient, h), "the line above"),
                    (eta * Dot(gradient, gradient), "two signs cancel"),
                    (eta * box(r1**2 + r2**2), "a sum of squares", "descent:plane")),
    )  # fmt: skip
    return Derivation(
        "The tangent plane",
        (
            Section("", (
                words("A net has more than one parameter. With two, ", phi, " is a surface over the plane, and near a point it is close "
                      "to its tangent plane. Its two slopes are the partial derivatives, each found with the other argument fixed:"),
                Display(plane),
                words("Change both arguments. The tangent plane falls by"),
                Display(fall),
                words("A step of length ", eta, " times the gradient, against it, makes the plane fall by a sum of squares:"),
                Display(step),
                words("That is greater than 0 for every ", eta, " greater than 0, unless both slopes are 0. With more parameters there are more "
                      "terms in each sum and nothing else changes."),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Two-dimensional case; General case",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
