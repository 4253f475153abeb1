"""Layers of different widths need nothing new: a net 3-4-2, wide-narrow-wide nets, and which shapes have to fit.

Notation  w^l, delta^l, z^l, a^l as in Gordon's article
Needs     four_equations
Source    M. Gordon, "Generalising to many neurons per layer", which leaves this open (systems S12, S13, S14)
"""

from itertools import pairwise

from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, Table, words
from symbackprop.derive.shown import Applied, Bracketed, Generic, Grid, Partial, Product, Transposed
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 24)


def derivation() -> Derivation:
    """delta^1 = ((w^2)^T delta^2) o sigma'(z^1) with a 2 x 4 matrix w^2."""
    net = Network.layered([3, 4, 2], activation="undefined", loss="half_squared")
    line = Lines(NetValues(net))
    sizes, c = (3, 4, 2), Q("cost")

    def column(kind: str, layer: int) -> Grid:
        names = [f"x{j}" if layer == 0 else f"u{layer}_{j}" for j in range(1, sizes[layer] + 1)]
        return Grid(tuple((Q("input" if layer == 0 else kind, name),) for name in names))

    def matrix(layer: int) -> Grid:
        return Grid(tuple(tuple(Q("weight", f"w{layer}_{j}_{k}") for k in range(1, sizes[layer - 1] + 1)) for j in range(1, sizes[layer] + 1)))

    delta1, delta2 = column("delta", 1), column("delta", 2)
    back = Bracketed(Transposed(matrix(2)) * delta2, "(")
    recursion = line.claim(delta1, Product((back, Applied("activation", column("net_input", 1), 1)), "odot"), "entry by entry", key="delta1")
    outer = line.claim(Grid(tuple(tuple(Partial(c, each) for each in row) for row in matrix(2).rows)), delta2 * Transposed(column("output", 1)),
                       "column times row", key="w2")  # fmt: skip
    d, W = (lambda at: Generic("delta", at)), (lambda at: Generic("weight", at))
    general = line.by(by_theorem("backprop", "BP2, recursion"), d("l"),
                      Product((Bracketed(Product((Transposed(W("l+1")), d("l+1"))), "("), Applied("activation", Generic("net_input", "l"), 1)), "odot"),
                      "BP2, every width")  # fmt: skip
    rows = []
    for name, shape in (("3-4-2", (3, 4, 2)), ("8-3-8", (8, 3, 8)), ("4-2-4-2-4", (4, 2, 4, 2, 4))):
        shapes = ", ".join(f"{n} x {m}" for m, n in pairwise(shape))
        turned = ", ".join(f"{m} x {n}" for m, n in pairwise(shape[1:]))
        rows.append((name, shapes, turned, str(sum((m + 1) * n for m, n in pairwise(shape)))))
    return Derivation(
        "Layers of different widths",
        (
            Section("", (
                words("When the layers differ in width the matrices are not square, and the transpose in the recursion is what makes the shapes "
                      "fit. A net with 3 inputs, 4 hidden neurons and 2 outputs:"),
                Figure("net", ("The net 3-4-2.",), net),
                Display((recursion,)),
                words("The matrix of the second layer has 2 rows and 4 columns, its transpose 4 rows and 2 columns, so two deltas become four. "
                      "The partial derivatives have the shape of the matrix they belong to:"),
                Display((outer,)),
                words("The theorem is the same for all widths, and was proved with the widths left open:"),
                Display((general,)),
                words("The shapes for this net, for one that squeezes eight numbers through three neurons to learn a code for them, and for a net "
                      "that does so twice:"),
                Table(("net", "weights, layer by layer", "transposes in the recursion", "parameters"), tuple(rows)),
                words("Without the transpose the product does not exist, unless two neighbouring layers happen to be equally wide, where it exists "
                      "and is wrong."),
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Generalising to many neurons per layer",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
