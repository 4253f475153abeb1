"""Momentum is a fading sum of gradients; a norm constraint pulls the weights back along the line to 0.

Notation  v_k the velocity after step k, g_k the gradient of step k, mu the share kept, eta the rate, c the largest norm
Needs     steepest_descent
Source    CS 540 slides, "Learning in multilayer networks" (systems S120, S121)
"""

from symbackprop.derive.book import Lines, update
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Power, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 19)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """v_3 = -eta (g_3 + mu g_2 + mu^2 g_1); c w / |w| has norm c and is the nearest point of the ball on its ray."""
    mu, eta, g, c = (Symbol(name) for name in ("mu", "eta", "g", "c"))
    v, gs = {k: Symbol("v", str(k)) for k in range(4)}, {k: Symbol("g", str(k)) for k in range(1, 4)}
    line = Lines(Values())
    steps = (line.let(v[0], shown(0)), *(line.let(v[k], mu * v[k - 1] - eta * gs[k]) for k in (1, 2, 3)))
    unrolled = (
        line.claim(v[2], -(eta * box(gs[2] + mu * gs[1])), "put in", key="two"),
        line.claim(v[3], -(eta * box(gs[3] + mu * gs[2] + mu**2 * gs[1])), "put in", key="three"),
    )
    steady = Lines(Values())
    rest = (
        steady.claim(mu * box(-(eta * g / (1 - mu))) - eta * g, -(eta * g / (1 - mu)), "a velocity that stays the same", under="mu != 1", key="steady"),
        steady.claim(-(eta * g / (1 - shown(9) / 10)), -(10 * eta * g), "with nine tenths kept", key="tenfold"),
    )
    w1, w2 = Symbol("w", "1"), Symbol("w", "2")
    ball = Lines(Values())
    square, factor = w1**2 + w2**2, Symbol("n")
    norm = (
        ball.let(factor, Power(box(square), shown(1) / 2), "the norm", key="n"),
        *ball.chain((c * w1) ** 2 / square + (c * w2) ** 2 / square, (c**2 * box(square) / square, "a common factor"), (c**2, "the new weights have norm c", "norm"),
                    under="the weights are not both 0"),
        ball.claim(w1 * box(c * w2) - w2 * box(c * w1), shown(0), "and the old direction", key="direction"),
    )  # fmt: skip
    return Derivation(
        "Momentum, and a bound on the weights",
        (
            Section("", (
                words("With momentum a step keeps a share ", mu, " of the step before and adds a step of descent:"),
                Display(steps),
                words("Multiplied out, each step is a sum of all gradients so far, the older the fainter:"),
                Display(unrolled),
                words("Where the gradient hardly changes, the velocity settles; with ", mu, " = 9/10 it is ten times a plain step:"),
                Display(rest),
                words("A norm constraint keeps the weights into a unit from growing past a bound ", c, ". If their norm ", factor, " is larger, all are "
                      "multiplied by c/n, which gives"),
                Display((norm[0], update(w1, c * w1 / factor), update(w2, c * w2 / factor))),
                Display(norm[1:]),
                words("so the weights land on the sphere of radius ", c, ", where their old direction meets it."),
            )),
        ),
        notation="gordon",
        sources=("CS 540 slides, Learning in multilayer networks",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
