"""A sigmoid output for yes or no: with cross-entropy the error signal is o - y, and the two-class softmax is the same.

Notation  h, w, b, y as on the slides; o the output, C the cross-entropy
Needs     single_sigmoid_unit
Source    CS 540 slides, "Output layers: binary classification" (systems S28, S66)
"""

from symbackprop.derive.book import Lines, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Exponential, Partial, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 12)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def log(form: Shown) -> Shown:
    """The logarithm."""
    return Applied("log", form)


def derivation() -> Derivation:
    """dC/dz = o - y, so dC/dw = (o - y) h: the sigmoid's slope cancels."""
    C, o, y, z, b, u, v = (Symbol(name) for name in ("C", "o", "y", "z", "b", "u", "v"))
    w, h = [Symbol("w", str(k)) for k in (1, 2)], [Symbol("h", str(k)) for k in (1, 2)]
    line = Lines(Values(functions={"sigma": ("v", ("^", ("+", 1, ("exp", ("*", -1, "v"))), -1))}))
    start = (
        line.let(z, w[0] * h[0] + w[1] * h[1] + b), line.let(o, Applied("sigma", z)),
        line.let(C, -(y * log(o)) - box(1 - y) * log(1 - o), key="cost"),
    )  # fmt: skip
    steps = line.chain(
        Partial(C, z),
        (Partial(C, o) * Partial(o, z), "chain rule"),
        (box(-(y / o) + (1 - y) / (1 - o)) * box(o * (1 - o)), "both are known"),
        (-(y * box(1 - o)) + box(1 - y) * o, "the slope cancels both denominators"),
        (o - y, "collect", "signal"),
    )
    proof = by_theorem("heads", "binary head, by w")
    partials = tuple(line.by(proof, Partial(C, w[k]), box(o - y) * h[k], "what comes in times the error", key=f"w{k + 1}") for k in range(2))
    bias = line.by(by_theorem("heads", "binary head, by b"), Partial(C, b), o - y, "the error", key="b")
    square = line.claim(Partial(box(y - o) ** 2 / 2, z), box(o - y) * o * (1 - o), "half a square, for comparison", key="square")
    odds = (
        line.claim(log(Exponential(z)), z, "the logarithm undoes the exponential"),
        line.claim(o / (1 - o), Exponential(z), "the odds", key="odds"),
        line.claim(Exponential(u) / (Exponential(u) + Exponential(v)), Applied("sigma", u - v), "a softmax of two is a sigmoid", key="softmax"),
    )
    return Derivation(
        "Logistic regression on the last layer",
        (
            Section("", (
                words("A sigmoid output is read as the probability of yes, and the slides call it logistic regression on the hidden vector. The cost that "
                      "goes with it, which they do not write, is the cross-entropy:"),
                Display(start),
                words("The sigmoid's slope, which slows down a unit that is wrong and sure of itself, cancels:"),
                Display(steps),
                words("So the partial derivatives are (for any number of hidden units, and any number ", y, "):"),
                Display((*partials, bias)),
                words("With half a square in place of the cross-entropy the slope stays:"),
                Display((square,)),
                words("What is linear in the hidden vector is the logarithm of the odds, and with two classes a softmax is this head again:"),
                Display(odds),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Output layers: binary classification",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
