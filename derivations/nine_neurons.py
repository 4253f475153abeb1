"""The running example of the post: nine neurons, three of them bias neurons, twelve weights, a function of its own in each.

Notation  z_j what goes into neuron j, y_j what comes out, w_(i -> j), t the target, C the squared difference
Needs     nothing
Source    A Simple Introduction to Neural Networks, ch. I and III (systems S30, S33, S35, S36, S44, S159)
"""

from symbackprop.activations import activation
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Section, Table, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import shown
from symbackprop.derive.values import Values
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (4, 1)

INTO = {"3": ("1", "2"), "4": ("1", "2"), "6": ("3", "4", "5"), "7": ("4", "5"), "9": ("6", "7", "8")}


def nine(kinds: dict[str, str] | None = None) -> Network:
    """The net of the post; `kinds` gives neurons a function, all others have one that is left open."""
    chosen = kinds or {}
    units = [Unit(name, activation(chosen.get(name, "undefined")), tuple(Edge(source, f"w_{source}_{name}") for source in sources))
             for name, sources in INTO.items()]  # fmt: skip
    return Network(["1"], units, ["9"], "squared", ones=["2", "5", "8"], targets=["t"], name="nine neurons")


def derivation() -> Derivation:
    """All deltas and all twelve partial derivatives, with the functions left open."""
    net = nine()
    writer = Writer(net)
    cost = writer.cost()
    assert cost is not None
    forward = tuple(writer.forward())
    deltas: list[Block] = [Display(tuple(steps)) for _, steps in writer.deltas()]
    table = Table(("", ""), (), tuple(writer.gradient(name, rules=False)[-1] for name in net.parameters))
    count = Lines(Values()).by(by_claim("nine-neuron-weights"), shown(2) + 2 + 3 + 2 + 3, shown(len(net.parameters)), "counted neuron by neuron", key="count")
    return Derivation(
        "Nine neurons",
        (
            Section("", (
                words("Neurons are the nodes of a graph, weights belong to its arrows, and each neuron but the first and the blue ones applies a "
                      "function of its own. Neuron 1 only passes the input on; 2, 5 and 8 are bias neurons, which nothing goes into and which "
                      "always put out 1. The net is not fully connected: neuron 3 feeds neuron 6 alone."),
                Figure("net", ("The nine neurons; green the input, red the output, blue the bias neurons.",), net),
                words("Layer by layer, what goes in and what comes out:"),
                Display(forward),
                words("It is a function from one number to one number, with a weight for each arrow:"),
                Display((count,)),
                words("The prediction is compared with the target by the square of the difference, without a half:"),
                Display((cost,)),
            )),
            Section("The derivatives by what goes in", (
                words("From the last layer to the first; the functions may be any that can be differentiated:"),
                *deltas,
            )),
            Section("The derivatives by the weights", (
                words("Each is the derivative by what goes into the neuron at the arrow's head, times what comes along the arrow:"),
                table,
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. I and III",),
        scope="any differentiable functions in the neurons",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
