"""The gradient as a tuple of functions of one number each, applied to a tuple entry by entry, is the usual gradient.

Notation  nabla, phi, D, lambda and the star as in Gordon's article
Needs     curried_functions
Source    M. Gordon, "The chain rule" (system S78)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import NABLA, D, Tuple, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Change, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 7)


def derivation() -> Derivation:
    """nabla phi (p_1, p_2, p_3): each partial derivative, as a function of one number, at its own argument."""
    p1, p2, p3, v, eta = Symbol("p", "1"), Symbol("p", "2"), Symbol("p", "3"), Symbol("v"), Symbol("eta")
    phi, first, second, third = Symbol("phi"), Symbol("D", "1"), Symbol("D", "2"), Symbol("D", "3")
    line = Lines(Values(arities={"phi": -3}))
    p = Tuple((p1, p2, p3))
    parts = (
        line.let(first, apply(D, function("v", apply(phi, Tuple((v, p2, p3)))))),
        line.let(second, apply(D, function("v", apply(phi, Tuple((p1, v, p3)))))),
        line.let(third, apply(D, function("v", apply(phi, Tuple((p1, p2, v)))))),
    )
    gradient = apply(apply(NABLA, phi), p)
    pointwise = apply(Tuple((first, second, third)), p)
    steps = Tuple(tuple(-(eta * apply(each, at)) for each, at in ((first, p1), (second, p2), (third, p3))))
    return Derivation(
        "The gradient operator",
        (
            Section("", (
                words("Let ", phi, " be a function of three numbers (of any count, with more dots). Vary one argument and hold the others "
                      "fixed: that gives three functions of one number, with derivatives"),
                Display(parts),
                words("Each is a function from numbers to numbers, and the gradient is the tuple of the three. Read strictly, a tuple of "
                      "functions cannot be applied to a tuple of numbers. The convention, for this operator only, is to apply each "
                      "function to the number in its own place, and that is the usual gradient:"),
                Display((
                    line.claim(pointwise, Tuple((apply(first, p1), apply(second, p2), apply(third, p3))), "each at its own argument"),
                    line.claim(gradient, pointwise, "the convention gives the gradient", key="gradient"),
                )),
                words("A step of descent changes every parameter by its own partial derivative:"),
                Display((line.claim(-(eta * gradient), steps, "entry by entry", Change(Symbol("p"))),)),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, The chain rule",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
