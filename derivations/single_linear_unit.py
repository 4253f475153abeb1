"""One linear output and no hidden units: the gradient of the squared error, for one example and for a training set.

Notation  E, y, o, net, w_i, x_i, superscript (d) for the example, as on the slides
Needs     partial_derivatives
Source    CS 540 slides, "Gradient descent: simple case"; "Taking derivatives for one neuron" (systems S21, S54, S64)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines, by_draft
from symbackprop.derive.curried import Example
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Section, words
from symbackprop.derive.examples import of_example
from symbackprop.derive.shown import BigSum, Bracketed, Line, Number, Partial, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.render.text import show

PLACE = (3, 4)

E, y, o, net, eta = (Symbol(name) for name in ("E", "y", "o", "net", "eta"))
w, x = [Symbol("w", str(k)) for k in (0, 1, 2)], [Symbol("x", str(k)) for k in (0, 1, 2)]
HALF = Number(Fraction(1, 2))


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def every_size() -> Draft:
    """dE/dw_i = -sum_d (y - o) x_i, for any number of inputs and examples."""
    draft = Draft("one linear unit, a training set", {"I": "inputs", "N": "examples"})
    draft.declare("w[i:I]", "variable", "weights")
    draft.declare("x[i:I,n:N]", "constant", "inputs of the examples")
    draft.declare("y[n:N]", "constant", "targets")
    draft.declare("o[n:N]", "definition", "outputs", **{"as": "w[i] x[i,n]"})
    draft.declare("E", "definition", "half the sum of squares", **{"as": "1/2 y[n] y[n] - y[n] o[n] + 1/2 o[n] o[n]"})
    draft.declare("gw[i:I]", "derivative", of="E", by="w")
    draft.theorem("total", "d E", "o[n] x[i,n] d w[i] - y[n] x[i,n] d w[i]", by=["d E", "d o"])
    draft.theorem("E by w", "gw[i]", "o[n] x[i,n] - y[n] x[i,n]", free="i:I", source="total")
    return draft


def derivation() -> Derivation:
    """dE/dw_i = -(y - o) x_i, and the sum of that over the examples."""
    line = Lines(Values())
    start = (line.let(net, w[0] + w[1] * x[1] + w[2] * x[2]), line.let(o, net), line.let(E, HALF * box(y - o) ** 2))
    error = box(y - o)
    steps = line.chain(
        Partial(E, w[1]),
        (Partial(HALF * error**2, w[1], operator=True), "the definition"),
        (error * Partial(y - o, w[1], operator=True), "power and chain rule"),
        (error * box(-Partial(o, w[1])), "the target does not depend on the weight"),
        (-error * Partial(o, net) * Partial(net, w[1]), "chain rule"),
        (-error * Partial(net, w[1]), "a linear unit has slope 1"),
        (-error * x[1], "the input on that weight", "online"),
    )
    bias = line.claim(Partial(E, w[0]), -error, "the input of the bias weight is 1", key="online:0")

    batch, over_all = Lines(Values()), Symbol("E", "D")
    for d in (1, 2, 3):
        batch.let(of_example(o, d), w[1] * of_example(x[1], d) + w[2] * of_example(x[2], d))
    batch.let(over_all, HALF * box((of_example(y, 1) - of_example(o, 1)) ** 2 + (of_example(y, 2) - of_example(o, 2)) ** 2 + (of_example(y, 3) - of_example(o, 3)) ** 2))
    yd, od, xi = Example(y, "d"), Example(o, "d"), Example(Symbol("x", "i"), "d")
    whole = batch.stated(Line(over_all, HALF * BigSum("d", "", (yd - od) ** 2, over="D")), "definition", DEFINITION, key="batch:E")
    every = by_draft(every_size(), "for every number of inputs and examples, by the index calculus")
    gradient = batch.over_examples(every, Partial(over_all, Symbol("w", "i")), -BigSum("d", "", box(yd - od) * xi, over="D"), "sum of the examples", key="batch")
    return Derivation(
        "One linear unit",
        (
            Section("", (
                words("The simplest case of gradient descent: one linear output, no hidden units. For one example:"),
                Display(start),
                words("Factor by factor, for the weight ", w[1], " (the others go the same way):"),
                Display((*steps, bias)),
                words("A step of online learning is therefore"),
                Display((line.change(eta, E, w[1], eta * error * x[1]),)),
                words("Over a training set D the error is a sum, with the example marked in brackets, and so is its gradient:"),
                Display((whole, gradient)),
                words("Batch learning adds up over all examples before it changes a weight; online learning changes the weights after each of them."),
            )),
        ),
        notation="slides_net",
        sources=("CS 540 slides, Gradient descent: simple case",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
