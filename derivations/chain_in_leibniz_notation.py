"""Backpropagation through four neurons in a row, with any f and any cost C, in Leibniz's notation.

Notation  c, a_i, p_i, d_i, f p a, as in Gordon's article
Needs     chain_in_euler_notation (the same net)
Source    M. Gordon, "Leibniz-style backpropagation calculation of deltas" (systems S6, S67, S71, S74)
"""

from derivations.chain_in_euler_notation import COST, C, a, c, d, eta, f, forward, lines, p, varied
from symbackprop.derive.curried import D, apply
from symbackprop.derive.derivation import Block, Derivation, Display, Section, words
from symbackprop.derive.shown import Partial, Product, Shown
from symbackprop.render.text import show

PLACE = (2, 10)


def path(i: int, last: Shown | None = None) -> Product:
    """dc/da_4 da_4/da_3 ... down to da_(i+1)/da_i, then da_i/d last."""
    factors = [Partial(c, a[4]), *(Partial(a[k], a[k - 1]) for k in range(4, i, -1))]
    return Product(tuple(factors + ([Partial(a[i], last)] if last is not None else [])), "factors")


def derivation() -> Derivation:
    """Each partial derivative is a product of quotients along the path from its parameter to the cost."""
    line = lines()
    start = (*forward(line), line.let(c, apply(COST, a[4]), key="cost"))
    products = tuple(line.claim(Partial(c, p[i]), path(i, p[i]), "chain rule", key=f"path{i}") for i in (1, 2, 3, 4))
    blocks: list[Block] = []
    for i in (4, 3, 2, 1):
        first = line.let(d[i], Partial(c, a[i]), key=f"d{i}")
        slope = apply(D, COST, a[4]) if i == 4 else Product((d[i + 1], apply(D, apply(f, p[i + 1]), a[i])), "factors")
        then = [line.claim(None, path(i), "chain rule")] if i < 4 else []
        blocks.append(Display((
            first, *then, line.claim(None, slope, "the delta after it" if i < 4 else "the cost's derivative", key=f"d{i}:step"),
            line.claim(Partial(c, p[i]), path(i, p[i]), "chain rule"),
            line.claim(None, Product((d[i], apply(D, varied(i), p[i])), "factors"), "the delta, and the neuron's own derivative", key=f"p{i}"),
        )))  # fmt: skip
    changes = tuple(line.change(eta, c, p[i], -(eta * d[i] * apply(D, varied(i), p[i]))) for i in (4, 3, 2, 1))
    return Derivation(
        "Four neurons in a row, in Leibniz's notation",
        (
            Section("", (
                words("The same net, with ", f, " and ", C, " any differentiable functions. Here the activations and the cost are variables that "
                      "depend on one another:"),
                Display(start),
                words("A parameter acts on the cost along one path, and the chain rule writes one quotient for each step of it:"),
                Display(products),
                words("All but the last factor are shared with the parameter one neuron to the back, so they are computed once, from the cost "
                      "forwards:"),
                *blocks,
                words("The steps of descent are"),
                Display(changes),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Leibniz-style backpropagation calculation of deltas",),
        scope="any differentiable f and C",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
