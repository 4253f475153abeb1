"""A net that cannot be layered, because an arrow skips a layer; and one with a cycle, which is refused.

Notation  z, y, w_(i -> j) as in nine_neurons
Needs     neuron_with_two_successors
Source    A Simple Introduction to Neural Networks, ch. I (systems S31, S32)
"""

from symbackprop.activations import activation
from symbackprop.derive.book import Lines, Q
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Section, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import Partial, chain
from symbackprop.derive.values import NetValues
from symbackprop.errors import NetworkError
from symbackprop.networks import Edge, Network, Unit
from symbackprop.render.text import show

PLACE = (4, 6)


def skipping() -> Network:
    """1 -> 2 -> 3 -> 4 with the arrows 1 -> 3 and 2 -> 4 besides."""
    into = {"2": ("1",), "3": ("1", "2"), "4": ("2", "3")}
    units = [Unit(name, activation("undefined"), tuple(Edge(source, f"w_{source}_{name}") for source in sources)) for name, sources in into.items()]
    return Network(["1"], units, ["4"], "squared", targets=["t"], name="skipping")


def refusal() -> str:
    """What the toolkit says about 1 -> 2 -> 3 -> 2."""
    kind = activation("sigmoid")
    units = [Unit("2", kind, (Edge("1", "w_1_2"), Edge("3", "w_3_2"))), Unit("3", kind, (Edge("2", "w_2_3"),))]
    try:
        Network(["1"], units, ["3"], "squared", targets=["t"])
    except NetworkError as problem:
        return problem.what
    raise AssertionError("a net with a cycle was accepted")


def derivation() -> Derivation:
    """The rule that sums over all successors needs no layers."""
    net = skipping()
    assert net.depths is None  # it cannot be layered
    writer, line, C = Writer(net), Lines(NetValues(net)), Q("cost")
    deltas: list[Block] = [Display(tuple(steps)) for _, steps in writer.deltas()]
    weights = Display(tuple(writer.gradient(name, rules=False)[-1] for name in net.parameters))
    y, z = ({j: Q(kind, j) for j in "234"} for kind in ("output", "net_input"))
    w = {name: Q("weight", f"w_{name}") for name in ("2_3", "2_4", "3_4")}
    paths = (
        line.claim(Partial(C, y["2"]), chain(Partial(C, z["3"]), w["2_3"]) + chain(Partial(C, z["4"]), w["2_4"]), "every arrow once", key="paths"),
        line.claim(Partial(z["4"], y["2"]), w["2_4"] + chain(w["3_4"], Partial(y["3"], y["2"])), "straight, and through 3", key="total"),
    )
    return Derivation(
        "Arrows that skip a layer",
        (
            Section("", (
                words("With arrows from 1 to 2, from 2 to 3 and from 1 to 3 there is no way to put the neurons into layers such that arrows lead from each "
                      "layer to the next. There is still an order in which everything is computed before it is used, and no more is needed:"),
                Figure("net", ("A net that cannot be layered.",), net),
                Display(tuple(writer.forward())),
                words("Backwards in that order; each delta sums over whatever the neuron feeds, near or far:"),
                *deltas,
                words("The factors in the sum are the weights of the arrows. Written as derivatives of one sum by one output they would count too much "
                      "here, since the output of 2 enters the sum of 4 in two ways:"),
                Display(paths),
                words("The weights:"),
                weights,
                words("What cannot be done is a cycle. Asked for a net in which neuron 2 feeds 3 and 3 feeds 2, the toolkit answers: " + refusal()
                      + ". In such a graph no output comes before all its inputs."),
            )),
        ),
        net,
        notation="graph",
        sources=("A Simple Introduction to Neural Networks, ch. I",),
        scope="any differentiable functions in the neurons",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
