"""The tangent of a function at p, and how much it falls when p is changed.

Notation  phi, p, r, s, Delta p, eta and D as in Gordon's article; t stands for the tangent (his phi with a hat)
Needs     nothing
Source    M. Gordon, "One-dimensional case", Figure 1 (systems S76, S95, S146, S151)
"""

from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.curried import D, apply, at, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Change, Product, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 2)


def derivation() -> Derivation:
    """t(v) = phi(p) + D phi(p)(v - p), and t(p) - t(p + Delta p) = -D phi(p) Delta p."""
    p, v, r, s, eta = (Symbol(name) for name in ("p", "v", "r", "s", "eta"))
    phi, t, dp = Symbol("phi"), Symbol("t"), Change(p)
    line = Lines(Values(arities={"phi": 1}))
    slope = at(apply(D, phi), p)
    where = (
        line.let(r, slope),
        line.let(s, at(phi, p) - p * slope),
        line.let(t, function("v", r * v + s), key="tangent"),
        *line.chain(at(t, v), (slope * v + at(phi, p) - p * slope, "put in r and s"),
                    (at(phi, p) + slope * Bracketed(v - p, "("), "collect", "tangent:form")),
        line.claim(at(t, p), at(phi, p), "it touches the curve"),
        line.claim(at(apply(D, t), v), slope, "it has one slope everywhere, that of the curve at p"),
    )  # fmt: skip
    step = Symbol("h")
    change = line.chain(
        at(t, p) - at(t, p + step),
        (Bracketed(r * p + s, "(") - Bracketed(r * Bracketed(p + step, "(") + s, "("), "the definition"),
        (r * p + s - r * p - r * step - s, "multiply out"),
        (-(r * step), "what is left"),
        (-(slope * step), "the slope", "fall"),
    )
    descent = (
        line.let(step, -(eta * slope), "a step against the slope"),
        *line.chain(at(t, p) - at(t, p + step),
                    (-(slope * Bracketed(-(eta * slope), "(")), "the line above"),
                    (eta * Bracketed(slope, "(") ** 2, "two signs cancel", "descent:line")),
    )  # fmt: skip
    two, four = shown(2), shown(4)
    left = (shown(1) - 0) / Bracketed(-3 - Bracketed(shown(-1), "("), "(")
    return Derivation(
        "The tangent line",
        (
            Section("", (
                words("Near ", p, " a differentiable function ", phi, " is close to its tangent, the straight line through the same point "
                      "with the same slope ", r, ":"),
                Display(where),
                words("Move the argument by ", step, " (the article writes ", dp, "). The tangent falls by"),
                Display(change),
                words("Against the slope, with some ", eta, " greater than 0, it always falls, unless the slope is 0:"),
                Display(descent),
                words("Two lines in numbers: one through (2, 0) and (4, 2), one through (-3, 1) and (-1, 0). The first rises, so one goes "
                      "left; the second falls, so one goes right."),
                Display((
                    line.claim((two - 0) / (four - 2), shown(1), "change upwards by change sidewards"),
                    line.claim(left, Product((-(shown(1) / 2),)), "the same, from right to left"),
                    line.by(by_claim("red-tangents"), Product((shown(1),)), shown(-2) * Bracketed(-(shown(1) / 2), "("), "the two gradients"),
                )),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, One-dimensional case",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
