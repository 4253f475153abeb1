"""Four layers of two neurons: the deltas and all partial derivatives of the layer before the last, in full.

Notation  w^l_jk, b^l_j, z^l_j, a^l_j, delta^l_j, c as in Gordon's article (after Nielsen)
Needs     two_neurons_per_layer
Source    M. Gordon, "Two neuron per layer example: Partial derivatives" (systems S11, S83, S84)
"""

from derivations.two_neurons_per_layer import a, b, c, delta, net, slope, w, z
from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Block, Derivation, Display, Section, Step, words
from symbackprop.derive.shown import Bracketed, Partial, Shown, chain
from symbackprop.derive.values import NetValues
from symbackprop.render.text import show

PLACE = (2, 20)


def hidden_delta(line: Lines, j: int) -> tuple[Step, ...]:
    """delta^3_j from the two deltas of layer 4."""
    path = lambda k: chain(Partial(c, z(4, k)), Partial(z(4, k), a(3, j)), Partial(a(3, j), z(3, j)))  # noqa: E731
    back = [chain(delta(4, k), w(4, k, j)) for k in (1, 2)]
    return (
        line.define(delta(3, j), Partial(c, z(3, j))),
        line.claim(None, path(1) + path(2), "both neurons after it"),
        line.claim(None, chain(*back[0].children(), slope(3, j)) + chain(*back[1].children(), slope(3, j)), "all factors are known"),
        line.claim(None, chain(Bracketed(back[0] + back[1], "("), slope(3, j)), "the slope is common", key=f"delta3:{j}"),
    )


def hidden_parameter(line: Lines, left: Shown, j: int, k: int) -> tuple[Step, ...]:
    """The derivative by w^3_jk (k > 0) or b^3_j (k = 0): through both outputs, through both neurons of layer 3, into delta^3_j."""
    inner = lambda i: chain(w(4, i, 1), slope(3, 1), Partial(z(3, 1), left)) + chain(w(4, i, 2), slope(3, 2), Partial(z(3, 2), left))  # noqa: E731
    middle = lambda i: (chain(Partial(z(4, i), a(3, 1)), Partial(a(3, 1), z(3, 1)), Partial(z(3, 1), left))  # noqa: E731
                        + chain(Partial(z(4, i), a(3, 2)), Partial(a(3, 2), z(3, 2)), Partial(z(3, 2), left)))  # fmt: skip
    end = [a(2, k)] if k else []
    first = line.chain(Partial(c, left), (chain(Partial(c, a(4, 1)), Partial(a(4, 1), left)) + chain(Partial(c, a(4, 2)), Partial(a(4, 2), left)), "over both outputs"),
                       (chain(delta(4, 1), Partial(z(4, 1), left)) + chain(delta(4, 2), Partial(z(4, 2), left)), "the deltas"))  # fmt: skip
    parts = []
    for i in (1, 2):
        parts += line.chain(Partial(z(4, i), left), (middle(i), "through layer 3"), (inner(i), "weights and slopes"),
                            (chain(w(4, i, j), slope(3, j), *end), "only its own neuron"))  # fmt: skip
    terms = [chain(delta(4, i), w(4, i, j), slope(3, j), *end) for i in (1, 2)]
    last = line.chain(Partial(c, left), (terms[0] + terms[1], "put in"),
                      (chain(Bracketed(chain(delta(4, 1), w(4, 1, j)) + chain(delta(4, 2), w(4, 2, j)), "("), slope(3, j), *end), "common factors"),
                      (chain(delta(3, j), *end), "the delta of layer 3", f"3:{j}{k}"))  # fmt: skip
    return (*first, *parts, *last)


def derivation() -> Derivation:
    """delta^3_1 = (delta^4_1 w^4_11 + delta^4_2 w^4_21) sigma'(z^3_1), and every partial derivative of layer 3."""
    line = Lines(NetValues(net))
    hidden: list[Block] = []
    for j in (1, 2):
        hidden += [Display(hidden_parameter(line, w(3, j, k), j, k)) for k in (1, 2)]
        hidden.append(Display(hidden_parameter(line, b(3, j), j, 0)))
    return Derivation(
        "Two neurons in every layer: the layer before the last",
        (
            Section("", (
                words("A neuron of layer 3 feeds both neurons of layer 4, so its delta has two terms:"),
                Display((*hidden_delta(line, 1), *hidden_delta(line, 2))),
                words("Its parameters, in full, one after the other:"),
                *hidden,
                words("Layers 2 and 1 go the same way with smaller superscripts; the next theorem has them all in a table."),
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Two neuron per layer example, Partial derivatives",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
