"""One neuron with three inputs and a bias: what it computes and its four partial derivatives.

Notation  w_k, x_k, b, sigma as in Gordon's article; z the weighted input, a the output
Needs     nothing
Source    M. Gordon, "Neuron models and cost functions", Figure 4 (systems S10, S48, S153)
"""

from symbackprop.activations import activation
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.shown import Applied, Exponential, Partial, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (2, 12)


def derivation() -> Derivation:
    """da/dw_k = a (1 - a) x_k, da/db = a (1 - a); tanh is a stretched and shifted logistic function."""
    w, x = [Symbol("w", str(k)) for k in (1, 2, 3)], [Symbol("x", str(k)) for k in (1, 2, 3)]
    a, b, z = Symbol("a"), Symbol("b"), Symbol("z")
    sigmoid = ("^", ("+", 1, ("exp", ("*", -1, "v"))), -1)
    double = ("+", ("exp", "v"), ("*", -1, ("exp", ("*", -1, "v")))), ("+", ("exp", "v"), ("exp", ("*", -1, "v")))
    line = Lines(Values(functions={"sigma": ("v", sigmoid), "tanh": ("v", ("/", *double))}))
    edges = tuple(Edge(f"x{k}", f"w{k}") for k in (1, 2, 3))
    net = Network(["x1", "x2", "x3"], [Unit("a", activation("sigmoid"), edges, "b")], ["a"], "half_squared")
    sigma = lambda at: Applied("sigma", at)  # noqa: E731
    total = w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + b
    output = (
        line.let(z, total), line.let(a, sigma(z)),
        *line.chain(a, (sigma(total), "the weighted input"), (1 / (1 + Exponential(-total)), "the logistic function", "neuron")),
    )  # fmt: skip
    slope = a * (1 - a)
    partials = tuple(line.claim(Partial(a, w[k]), slope * x[k], "chain rule", key=f"w{k + 1}") for k in range(3))
    return Derivation(
        "One neuron",
        (
            Section("", (
                words("A neuron adds up what comes in, each input times its weight, adds its bias, and passes the sum through a function "
                      "with the shape of an S:"),
                Figure("net", ("A neuron with three inputs.",), net),
                Display(output),
                words("Its parameters are the three weights and the bias, and it answers to them by"),
                Display((*partials, line.claim(Partial(a, b), slope, "chain rule", key="b"))),
                words("The hyperbolic tangent has the same shape, between -1 and 1 instead of 0 and 1:"),
                Display((
                    line.claim(Applied("tanh", Symbol("v")), 2 * sigma(2 * Symbol("v")) - 1, "common denominator", key="tanh"),
                    line.claim(Applied("tanh", Symbol("v"), 1), 1 - Applied("tanh", Symbol("v")) ** 2, "quotient rule", key="slope:tanh"),
                    line.by(by_claim("tanh"), Applied("tanh", shown(0)), 2 * sigma(shown(0)) - 1, "both are 0"),
                )),
            )),
        ),
        notation="gordon",
        sources=("M. Gordon, Neuron models and cost functions",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
