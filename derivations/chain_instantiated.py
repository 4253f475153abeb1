"""Four sigmoid neurons in a row with one fixed bias: the two passes, and all deltas unwound.

Notation  w_i, a_i, b, d_i = dc/da_i, g for the desired output, eta, as in Gordon's article
Needs     chain_in_euler_notation, derivative_of_the_cost, derivative_of_the_activation
Source    M. Gordon, "One neuron per layer example continued"; "Instantiating the pseudocode" (systems S7, S93, S96)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Number, Partial, Product, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 15)

w = {i: Symbol("w", str(i)) for i in (1, 2, 3, 4)}
a: dict[int, Shown] = {0: Symbol("x"), **{i: Symbol("a", str(i)) for i in (1, 2, 3, 4)}}
d = {i: Symbol("d", str(i)) for i in (1, 2, 3, 4)}
b, c, g, eta = Symbol("b"), Symbol("c"), Symbol("g"), Symbol("eta")
LOGISTIC = {"sigma": ("y", ("^", ("+", 1, ("exp", ("*", -1, "y"))), -1))}


def slope(i: int) -> Shown:
    """sigma' at what enters neuron i."""
    return Applied("sigma", w[i] * a[i - 1] + b, 1)


def unwound(i: int) -> list[Shown]:
    """The factors of d_i, from the cost to neuron i."""
    factors: list[Shown] = [a[4] - g]
    for k in range(4, i, -1):
        factors += [slope(k), w[k]]
    return factors


def derivation() -> Derivation:
    """d_i = d_(i+1) sigma'(w_(i+1) a_i + b) w_(i+1), and dc/dw_i = d_i sigma'(w_i a_(i-1) + b) a_(i-1)."""
    line = Lines(Values(functions=LOGISTIC))
    forward = tuple(line.let(a[i], Applied("sigma", w[i] * a[i - 1] + b), key=f"a{i}") for i in (1, 2, 3, 4))
    cost = line.let(c, Number(Fraction(1, 2)) * (g - a[4]) ** 2, key="cost")
    backward, closed = [], []
    for i in (4, 3, 2, 1):
        right = a[4] - g if i == 4 else Product((d[i + 1], slope(i + 1), w[i + 1]))
        made = line.let(d[i], Partial(c, a[i]), key=f"d{i}")
        backward += [made, line.claim(None, right, "the cost's derivative" if i == 4 else "chain rule", key=f"d{i}:step"),
                     line.claim(Partial(c, w[i]), Product((d[i], slope(i), a[i - 1])), "chain rule", key=f"w{i}")]  # fmt: skip
    for i in (4, 3, 2, 1):
        whole = unwound(i)
        closed += [line.claim(d[i], whole[0] if i == 4 else Product(tuple(whole)), "put in the deltas", key=f"d{i}:unwound"),
                   line.claim(Partial(c, w[i]), Product((*whole, slope(i), a[i - 1])), "put in the deltas", key=f"w{i}:unwound")]  # fmt: skip
    changes = tuple(line.change(eta, c, w[i], -Product((eta, d[i], slope(i), a[i - 1]))) for i in (4, 3, 2, 1))
    return Derivation(
        "Four sigmoid neurons in a row",
        (
            Section("", (
                words("Now ", Symbol("f"), " and ", Symbol("C"), " are chosen: a logistic neuron whose bias ", b, " is the same fixed number "
                      "everywhere, and half the squared difference from the desired output ", g, ". Forward:"),
                Display((*forward, cost)),
                words("Backward, each delta from the one after it, and each weight's derivative from its delta:"),
                Display(tuple(backward)),
                words("A step of descent is"),
                Display(changes),
                words("With the deltas put in, each line shows its whole path; the lines share their first factors, which is what computing "
                      "the deltas once saves:"),
                Display(tuple(closed)),
            )),
        ),
        notation="gordon",
        sources=("M. Gordon, One neuron per layer example continued; Instantiating the pseudocode",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
