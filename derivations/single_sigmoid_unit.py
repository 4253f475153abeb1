"""One sigmoid output and no hidden units: one more factor, o (1 - o).

Notation  E, y, o, net, w_i, x_i as on the slides
Needs     single_linear_unit, sigmoid_derivative
Source    CS 540 slides, "Gradient descent with a sigmoid" (system S22)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Exponential, Number, Partial, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 5)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """dE/dw_i = -(y - o) o (1 - o) x_i."""
    E, y, o, net, eta = (Symbol(name) for name in ("E", "y", "o", "net", "eta"))
    w, x, half = [Symbol("w", str(k)) for k in (0, 1, 2)], [Symbol("x", str(k)) for k in (0, 1, 2)], Number(Fraction(1, 2))
    line = Lines(Values(functions={"sigma": ("v", ("^", ("+", 1, ("exp", ("*", -1, "v"))), -1))}))
    error = box(y - o)
    start = (
        line.let(net, w[0] + w[1] * x[1] + w[2] * x[2]), line.let(o, Applied("sigma", net)),
        line.claim(o, 1 / (1 + Exponential(-net)), "the logistic function"),
        line.claim(Partial(o, net), o * (1 - o), "the useful property", key="slope"),
        line.let(E, half * error**2),
    )  # fmt: skip
    steps = line.chain(
        Partial(E, w[1]),
        (Partial(half * error**2, w[1], operator=True), "the definition"),
        (error * Partial(y - o, w[1], operator=True), "power and chain rule"),
        (error * box(-Partial(o, w[1])), "the target does not depend on the weight"),
        (-error * Partial(o, net) * Partial(net, w[1]), "chain rule"),
        (-error * o * (1 - o) * Partial(net, w[1]), "the useful property"),
        (-error * o * (1 - o) * x[1], "the input on that weight", "online"),
    )
    linear = line.claim(Partial(E, w[0]), -error * o * (1 - o), "the input of the bias weight is 1", key="online:0")
    return Derivation(
        "One sigmoid unit",
        (
            Section("", (
                words("Put a sigmoid behind the sum. Its slope can be read off its output:"),
                Display(start),
                words("The calculation has the same lines as for the linear unit, with that slope in place of 1:"),
                Display((*steps, linear)),
                words("and the step is"),
                Display((line.change(eta, E, w[1], eta * error * o * (1 - o) * x[1]),)),
                words("Where the output is close to 0 or 1 the new factor is close to 0, and the unit learns slowly, even if it is wrong."),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Gradient descent with a sigmoid",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
