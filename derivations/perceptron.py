"""The perceptron: what it computes, why it has no useful gradient, and what one step of its training rule does.

Notation  w_0, w_i, x_i, o, y, eta as on the slides; x_0 = 1
Needs     nothing
Source    CS 540 slides, "Perceptron"; "The perceptron training rule" (systems S16, S34, S49, S112)
"""

from symbackprop.activations import activation
from symbackprop.derive.book import Lines, update
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Figure, Section, Step, words
from symbackprop.derive.shown import Applied, Bracketed, Cases, Change, Line, Primed, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (3, 1)


def derivation() -> Derivation:
    """o = 1 where w.x > 0; a step of the rule moves w.x by eta (y - o) |x|^2."""
    w, x = [Symbol("w", str(k)) for k in (0, 1, 2)], [Symbol("x", str(k)) for k in (0, 1, 2)]
    o, y, eta, net = Symbol("o"), Symbol("y"), Symbol("eta"), Symbol("net")
    line = Lines(Values(functions={"t": ("z", ("step", "z"))}))
    total = w[0] * x[0] + w[1] * x[1] + w[2] * x[2]
    cases = Cases(((shown(1), "if the sum is greater than 0"), (shown(0), "otherwise")))
    definition = (line.let(x[0], shown(1)), line.let(net, total, key="net"),
                  line.claim(net, w[0] + w[1] * x[1] + w[2] * x[2], "the weight of the constant input is a bias", key="bias"),
                  Step(Line(o, cases), "definition", DEFINITION, key="output"))  # fmt: skip
    flat = line.claim(Applied("t", Symbol("z"), 1), shown(0), "constant on both sides of 0", under="z != 0", key="flat")
    rule = tuple(update(Change(each), eta * Bracketed(y - o, "(") * at) for each, at in zip(w, x))
    new = {k: each + eta * Bracketed(y - o, "(") * at for k, (each, at) in enumerate(zip(w, x))}
    moved = Primed(net)
    before = w[0] * x[0] + w[1] * x[1] + w[2] * x[2]
    after = Bracketed(new[0], "(") * x[0] + Bracketed(new[1], "(") * x[1] + Bracketed(new[2], "(") * x[2]
    effect = (
        line.let(moved, after),
        *line.chain(moved - net, (after - Bracketed(before, "("), "new weights, same inputs"),
                    (eta * Bracketed(y - o, "(") * Bracketed(x[0]**2 + x[1]**2 + x[2]**2, "("), "collect", "effect")),
        line.claim(eta * Bracketed(shown(1) - 1, "("), shown(0), "a right answer changes nothing"),
    )  # fmt: skip
    edges = (Edge("x0", "w0"), Edge("x1", "w1"), Edge("x2", "w2"))
    picture = Network(["x1", "x2"], [Unit("o", activation("threshold"), edges)], ["o"], "half_squared", ones=["x0"])
    return Derivation(
        "The perceptron",
        (
            Section("", (
                words("A perceptron weighs its inputs and answers yes or no. The input ", x[0], " is always 1, so that its weight shifts the sum:"),
                Figure("net", ("A perceptron with two inputs.",), picture),
                Display(definition),
                words("With more inputs there are more terms. The answer jumps from 0 to 1, and on either side of the jump it is flat, so there is "
                      "no gradient to follow; as a function of the sum its slope is 0 everywhere except at the jump, where it has none:"),
                Display((flat,)),
                words("It is trained by a rule of its own (Rosenblatt's), one example after the other, with a small ", eta, ":"),
                Display(rule),
                words("Show it the same example again after such a step. The sum has moved by"),
                Display(effect),
                words("The sum of squares is at least 1, so a perceptron that should have said yes and said no moves up, and one that should have "
                      "said no moves down. If weights exist that are right on all examples, the rule finds some after finitely many steps "
                      "(Novikoff 1962); if none exist, it never comes to rest."),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Perceptron; The perceptron training rule",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
