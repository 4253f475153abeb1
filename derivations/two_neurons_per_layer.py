"""Four layers of two neurons: the chain rule over both outputs, through z, into deltas, for the last layer.

Notation  w^l_jk, b^l_j, z^l_j, a^l_j, delta^l_j, c as in Gordon's article (after Nielsen)
Needs     partial_derivatives, cost_of_many_outputs
Source    M. Gordon, "Two neuron per layer example: Partial derivatives", Figure 10 (systems S11, S83, S84)
"""

from symbackprop.derive.book import Lines, Q
from symbackprop.derive.derivation import Block, Derivation, Display, Figure, Section, Step, words
from symbackprop.derive.lines import Writer
from symbackprop.derive.shown import Bracketed, Partial, Shown, chain, shown
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 19)

net = Network.layered([2, 2, 2, 2, 2], activation="undefined", loss="half_squared", name="2-2-2-2-2")
c = Q("cost")


def z(layer: int, j: int) -> Shown:
    """Net input j of a layer."""
    return Q("net_input", f"u{layer}_{j}")


def a(layer: int, j: int) -> Shown:
    """Output j of a layer; layer 0 holds the inputs."""
    return Q("output", f"u{layer}_{j}") if layer else Q("input", f"x{j}")


def slope(layer: int, j: int) -> Shown:
    """sigma' at net input j of a layer."""
    return Q("slope", f"u{layer}_{j}")


def delta(layer: int, j: int) -> Shown:
    """Delta j of a layer."""
    return Q("delta", f"u{layer}_{j}")


def w(layer: int, j: int, k: int) -> Shown:
    """The weight of a layer to neuron j from neuron k."""
    return Q("weight", f"w{layer}_{j}_{k}")


def b(layer: int, j: int) -> Shown:
    """The bias of neuron j of a layer."""
    return Q("bias", f"b{layer}_{j}")


def own_and_foreign(line: Lines) -> tuple[Step, ...]:
    """What a net input of layer 4 answers to: its own weights and bias, not those of the other neuron."""
    steps = []
    for j, other in ((1, 2), (2, 1)):
        steps += [line.claim(Partial(z(4, j), w(4, j, k)), a(3, k), "own weight") for k in (1, 2)]
        steps.append(line.claim(Partial(z(4, j), b(4, j)), shown(1), "own bias"))
        steps += [line.claim(Partial(z(4, other), w(4, j, k)), shown(0), "foreign weight") for k in (1, 2)]
        steps.append(line.claim(Partial(z(4, other), b(4, j)), shown(0), "foreign bias"))
    return tuple(steps)


def output_weight(line: Lines, left: Shown, by_own: Shown, j: int) -> tuple[Step, ...]:
    """The derivative by a weight or bias of the last layer, over both outputs."""
    through = lambda k: chain(Partial(c, a(4, k)), Partial(a(4, k), left))  # noqa: E731
    deep = lambda k: chain(Partial(c, a(4, k)), Partial(a(4, k), z(4, k)), Partial(z(4, k), left))  # noqa: E731
    last = delta(4, j) if by_own == shown(1) else chain(delta(4, j), by_own)
    return line.chain(
        Partial(c, left),
        (through(1) + through(2), "over both outputs"),
        (deep(1) + deep(2), "through the net inputs"),
        (chain(delta(4, 1), Partial(z(4, 1), left)) + chain(delta(4, 2), Partial(z(4, 2), left)), "the deltas"),
        (last, "only its own neuron", f"4:{j}:{by_own}"[:40]),
    )


def derivation() -> Derivation:
    """delta^4_j = (a^4_j - y_j) sigma'(z^4_j), and every partial derivative of layer 4 over both outputs."""
    line = Lines(NetValues(net))
    outputs = []
    for j in (1, 2):
        outputs += [line.define(delta(4, j), Partial(c, z(4, j))), line.claim(None, chain(Partial(c, a(4, j)), Partial(a(4, j), z(4, j))), "chain rule"),
                    line.claim(None, chain(Bracketed(a(4, j) - Q("target", f"y{j}"), "("), slope(4, j)), "both are known", key=f"delta4:{j}")]  # fmt: skip
    lasts: list[Block] = []
    for j in (1, 2):
        lasts += [Display(output_weight(line, w(4, j, k), a(3, k), j)) for k in (1, 2)]
        lasts.append(Display(output_weight(line, b(4, j), shown(1), j)))
    return Derivation(
        "Two neurons in every layer",
        (
            Section("", (
                words("Four layers of two neurons; the superscript is the layer, 0 for the inputs, and the subscripts say which neuron, the "
                      "one an arrow leads to before the one it comes from."),
                Figure("net", ("The net of four layers of two neurons.",), net),
                Display(tuple(Writer(net).forward())),
            )),
            Section("The last layer", (
                words("Each delta belongs to one output:"),
                Display(tuple(outputs)),
                words("A net input answers to its own weights and bias, and to no one else's:"),
                Display(own_and_foreign(line)),
                words("A weight may reach the cost through either output. Of the two paths one is dead:"),
                *lasts,
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Two neuron per layer example, Partial derivatives",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
