"""A layered net as one composition of linear functions and of functions applied entry by entry.

Notation  f = sigma_3 o A_3 o sigma_2 o A_2, the index that of the layer it leads into, as in the post
Needs     curried_functions, nine_neurons
Source    A Simple Introduction to Neural Networks, ch. II (systems S37, S45)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import Lambda, Tuple, apply, compose
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 7)


def derivation() -> Derivation:
    """(sigma_3 o A_3 o sigma_2 o A_2)(x_1, x_2) is what the neurons compute one by one."""
    x, y = ({k: Symbol(name, str(k)) for k in (1, 2)} for name in "xy")
    w = {(j, k): Symbol("w", f"{j}{k}") for j in (1, 2, 3) for k in (1, 2)}
    A2, A3, s2, s3, f, o = Symbol("A", "2"), Symbol("A", "3"), Symbol("sigma", "2"), Symbol("sigma", "3"), Symbol("f"), Symbol("o")
    line = Lines(Values(arities={"g": 1, "h": 1}))
    g, h = (lambda at: Applied("g", at)), (lambda at: Applied("h", at))
    bound = [Symbol("u"), Symbol("v")]
    linear = Tuple((w[1, 1] * bound[0] + w[1, 2] * bound[1], w[2, 1] * bound[0] + w[2, 2] * bound[1]))
    layers = (
        line.let(A2, Lambda(("u", "v"), linear, pair=True), "linear"),
        line.let(s2, Lambda(("u", "v"), Tuple((g(bound[0]), g(bound[1]))), pair=True), "entry by entry"),
        line.let(A3, Lambda(("u", "v"), w[3, 1] * bound[0] + w[3, 2] * bound[1], pair=True), "linear"),
        line.let(s3, Lambda(("u",), h(bound[0])), "entry by entry"),
        line.let(f, compose(s3, A3, s2, A2), key="composition"),
    )
    point = Tuple((x[1], x[2]))
    stages = line.chain(
        apply(f, point),
        (apply(compose(s3, A3, s2), apply(A2, point)), "the first layer's sums"),
        (apply(compose(s3, A3), apply(s2, apply(A2, point))), "its functions"),
        (apply(s3, apply(A3, apply(s2, apply(A2, point)))), "the next layer's sum"),
        (h(w[3, 1] * g(w[1, 1] * x[1] + w[1, 2] * x[2]) + w[3, 2] * g(w[2, 1] * x[1] + w[2, 2] * x[2])), "written out", "composed"),
    )
    nodes = (
        line.let(y[1], g(w[1, 1] * x[1] + w[1, 2] * x[2])),
        line.let(y[2], g(w[2, 1] * x[1] + w[2, 2] * x[2])),
        line.let(o, h(w[3, 1] * y[1] + w[3, 2] * y[2])),
        line.claim(apply(f, point), o, "the same number", key="same"),
    )
    return Derivation(
        "One composition",
        (
            Section("", (
                words("Instead of neurons one can look at whole layers: each first mixes what comes in by a linear function and then applies the "
                      "neurons' functions entry by entry. Two inputs, two hidden neurons with the function g, one output neuron with h:"),
                Display(layers),
                words("Applied to an input, the composition unfolds from the inside:"),
                Display(stages),
                words("Neuron by neuron the net computes"),
                Display(nodes),
                words("Every layer adds one pair of functions to the composition, so a deep net is a long one. Whether it has one hidden layer or many, "
                      "two or more being called deep, the form is the same."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II",),
        scope="any functions g and h",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
