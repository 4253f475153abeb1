"""Three ways to write a bias: a neuron that puts out 1, a weight on the input x_0 = 1, a number of its own.

Notation  z, w, y as in nine_neurons; b a bias parameter, w_0 and x_0 as on the slides
Needs     nine_neurons
Source    A Simple Introduction to Neural Networks, ch. I; CS 540 slides, "Perceptrons" (systems S33, S34)
"""

from symbackprop.activations import activation
from symbackprop.derive.book import Lines, Q, by_claim
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import Partial, Symbol, shown
from symbackprop.derive.values import NetValues, Values
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (4, 5)


def small() -> Network:
    """One input, two hidden neurons, one output, and two bias neurons."""
    into = {"3": ("1", "2"), "4": ("1", "2"), "6": ("3", "4", "5")}
    units = [Unit(name, activation("undefined"), tuple(Edge(source, f"w_{source}_{name}") for source in sources)) for name, sources in into.items()]
    return Network(["1"], units, ["6"], "squared", ones=["2", "5"], targets=["t"])


def derivation() -> Derivation:
    """w a + v 1 = w a + b where v = b, and dC/dv = dC/db = dC/dz."""
    net = small()
    line, writer, C = Lines(NetValues(net)), Writer(net), Q("cost")
    sums = [step for step in writer.forward() if step.key.startswith("z")]
    partials = [line.claim(Partial(C, Q("weight", f"w_{one}_{unit}")), Q("delta", unit), "what comes in is 1", key=f"{one}:{unit}")
                for one, unit in (("2", "3"), ("2", "4"), ("5", "6"))]  # fmt: skip
    plain = Lines(Values({"C": Fact(slopes={"z": "C_z"})}))  # any cost that depends on z
    w, a, v, b, w0, z, C2 = (Symbol(name) for name in ("w", "a", "v", "b", "u", "z", "C"))
    x0 = Symbol("x", "0")
    forms = (
        plain.let(x0, shown(1)),
        plain.claim(w * a + shown(1) * v, w * a + b, "where v = b", given=[("v", "b")], under="v = b", key="neuron"),
        plain.claim(w * a + w0 * x0, w * a + b, "where u = b", given=[("u", "b")], under="u = b", key="x0"),
    )
    plain.let(z, w * a + b)
    one = plain.claim(Partial(C2, b), Partial(C2, z), "the bias as a parameter")
    again = Lines(Values({"C": Fact(slopes={"z": "C_z"})}))
    again.let(z, w * a + shown(1) * v)
    two = again.claim(Partial(C2, v), Partial(C2, z), "the bias as a weight from 1")
    every = plain.by(by_claim("bias-styles"), Partial(C2, b), Partial(C2, z), "in every layer of every width, all three alike")
    return Derivation(
        "Bias neurons",
        (
            Section("", (
                words("A neuron that always puts out 1 adds its weight to the sums it goes into. Nothing goes into it, so nothing is to be computed for it:"),
                Figure("net", ("Neurons 2 and 5 are bias neurons.",), net),
                Display((*sums, *partials)),
                words("The article of chapter 2 gives each neuron a number of its own instead, and the slides a weight on an input that is always 1. With ", v,
                      " for the weight from the bias neuron, ", w0, " for the weight on ", x0, " and ", b, " for the number, the sums are the same:"),
                Display(forms),
                words("and so are the derivatives, for any cost:"),
                Display((one, two, every)),
                words("One difference remains: a parameter is counted with its neuron, a bias neuron with its layer. The nine-neuron net has one in every "
                      "layer but the last."),
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. I",),
        scope="any differentiable functions",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
