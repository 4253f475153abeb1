"""What a descent step promises: the tangent always falls, the function falls at first, and a large step may climb.

Notation  phi, p, eta as in Gordon's article; g(eta) is phi along the step
Needs     tangent_line, tangent_plane
Source    M. Gordon, "One-dimensional case", "Two-dimensional case" (systems S98, S99, S116)
"""

from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.curried import D, Tuple, apply, at, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 4)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """d/d eta of phi(p - eta phi'(p)) at 0 is -phi'(p)^2; phi = p^2 from 1 with eta = 2 goes to 9."""
    p, eta, r, v = (Symbol(name) for name in ("p", "eta", "r", "v"))
    r1, r2, p1, p2 = Symbol("r", "1"), Symbol("r", "2"), Symbol("p", "1"), Symbol("p", "2")
    phi, psi, g, h, square = (Symbol(name) for name in ("phi", "psi", "g", "h", "q"))
    line = Lines(Values(arities={"phi": 1, "psi": -2}))
    slope = at(apply(D, phi), p)

    along = (
        line.let(r, slope),
        line.let(g, function("eta", at(phi, p - eta * r)), key="along"),
        line.claim(at(g, 0), at(phi, p), "no step yet"),
        line.claim(at(apply(D, g), eta), -(at(apply(D, phi), p - eta * r) * r), "chain rule"),
        line.claim(at(apply(D, g), 0), -(r**2), "at the start of the step", key="first order"),
    )
    gradient = [line.let(r1, apply(D, function("v", apply(psi, Tuple((v, p2)))), p1)),
                line.let(r2, apply(D, function("v", apply(psi, Tuple((p1, v)))), p2))]  # fmt: skip
    again = line.let(h, function("eta", apply(psi, Tuple((p1 - eta * r1, p2 - eta * r2)))), key="along:2")
    two = (*gradient, again, line.claim(at(apply(D, h), 0), -box(r1**2 + r2**2), "chain rule in both arguments", key="first order:2"))
    large = (
        line.let(square, function("v", v**2)),
        line.claim(at(apply(D, square), 1), shown(2), "power rule"),
        line.claim(at(square, shown(1) - shown(2) * at(apply(D, square), 1)), shown(9), "eta = 2"),
        line.claim(at(square, shown(1) - (shown(1) / 2) * at(apply(D, square), 1)), shown(0), "eta = 1/2"),
        line.by(by_claim("large-step"), at(square, shown(1) - shown(2) * at(apply(D, square), 1)), at(square, 1), "higher than before", ">"),
    )
    both = Symbol("E")
    together = (
        line.let(both, function("w", function("u", box(Symbol("w") + Symbol("u")) ** 2))),
        line.claim(apply(both, 1, 1), shown(4), "at the start"),
        line.claim(apply(both, -2, 1), shown(1), "the first weight alone: better"),
        line.claim(apply(both, 1, -2), shown(1), "the second weight alone: better"),
        line.by(by_claim("weights-together"), apply(both, -2, -2), shown(16), "both at once: worse"),
    )
    return Derivation(
        "What a step of descent promises",
        (
            Section("", (
                words("On the tangent a step against the slope always goes down (the two theorems before). On the function itself it goes down "
                      "at first. Look at the height along the step, as a function of its length ", eta, ":"),
                Display(along),
                words("The height starts at the value it had, with a slope below 0 wherever ", slope, " is not 0; so for all small enough ", eta,
                      " it is lower than at the start. With two parameters the same holds along the gradient:"),
                Display(two),
                words("How small is small enough depends on the function. For the square, from 1, a step with ", eta,
                      " = 1/2 lands in the minimum, and one with ", eta, " = 2 goes up to 9:"),
                Display(large),
                words("And the promise is for the step as a whole. Weights that are each improved with the others held fixed may, all "
                      "together, make things worse:"),
                Display(together),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, One-dimensional case; Two-dimensional case",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
