"""The equations of a layer of two neurons as one equation with matrices, proved entry by entry.

Notation  w^l, its transpose, delta^l, the elementwise product, as in Gordon's article
Needs     table_of_deltas_and_derivatives
Source    M. Gordon, "Summary and vectorisation", "Vectorised pseudocode algorithms" (systems S86, S88, S102)
"""

from derivations.two_neurons_per_layer import a, b, c, delta, net, w, z
from symbackprop.derive.book import Lines, Q, by_theorem
from symbackprop.derive.derivation import Block, Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Generic, Grid, Partial, Product, Shown, Transposed
from symbackprop.derive.values import NetValues
from symbackprop.render.text import show

PLACE = (2, 22)


def column(make: object, layer: int) -> Grid:
    """The two quantities of a layer as a column."""
    return Grid(((make(layer, 1),), (make(layer, 2),)))  # type: ignore[operator]


def matrix(layer: int) -> Grid:
    """w^l: row j holds the weights that lead to neuron j."""
    return Grid(tuple(tuple(w(layer, j, k) for k in (1, 2)) for j in (1, 2)))


def derivation() -> Derivation:
    """a^l = sigma(w^l a^(l-1) + b^l), delta^l = ((w^(l+1))^T delta^(l+1)) o sigma'(z^l), dc/dw^l = delta^l (a^(l-1))^T."""
    line = Lines(NetValues(net))
    sigma = lambda form, primes=0: Applied("activation", form, primes)  # noqa: E731
    by = lambda quantities: Grid(tuple(tuple(Partial(c, each) for each in row) for row in quantities.rows))  # noqa: E731
    y = Grid(((Q("target", "y1"),), (Q("target", "y2"),)))
    forward = (
        line.claim(column(z, 3), matrix(3) * column(a, 2) + column(b, 3), "two sums are one product", key="z"),
        line.claim(column(a, 3), sigma(column(z, 3)), "entry by entry", key="a"),
    )
    flipped = line.claim(Transposed(matrix(4)), Grid(tuple(tuple(w(4, k, j) for k in (1, 2)) for j in (1, 2))), "rows become columns")
    blocks: list[Block] = []
    for layer in (3, 2, 1):
        back = Bracketed(Transposed(matrix(layer + 1)) * column(delta, layer + 1), "(")
        blocks.append(Display((line.claim(column(delta, layer), Product((back, sigma(column(z, layer), 1)), "odot"), "entry by entry", key=f"delta{layer}"),)))
    last = (
        line.claim(by(column(a, 4)), column(a, 4) - y, "the cost's gradient", key="gradient"),
        line.claim(column(delta, 4), Product((Bracketed(column(a, 4) - y, "("), sigma(column(z, 4), 1)), "odot"), "entry by entry", key="delta4"),
    )
    partials = []
    for layer in (4, 3):
        partials.append(line.claim(by(matrix(layer)), column(delta, layer) * Transposed(column(a, layer - 1)), "column times row", key=f"w{layer}"))
        partials.append(line.claim(by(column(b, layer)), column(delta, layer), "the deltas themselves", key=f"b{layer}"))
    d, W, A = (lambda at: Generic("delta", at)), (lambda at: Generic("weight", at)), (lambda at: Generic("output", at))
    short: list[tuple[Shown, Shown, str]] = [
        (d("l"), Product((Bracketed(Product((Transposed(W("l+1")), d("l+1"))), "("), sigma(Generic("net_input", "l"), 1)), "odot"), "BP2, recursion"),
        (Partial(c, W("l")), Product((d("l"), Transposed(A("l-1")))), "BP4, weight"),
        (Partial(c, Generic("bias", "l")), d("l"), "BP3, bias"),
    ]
    return Derivation(
        "A layer at once",
        (
            Section("", (
                words("The two weighted sums of a layer are one product of a matrix with a vector:"),
                Display(forward),
                words("Going back, the weights are needed the other way round: not those that lead to a neuron, but those that lead away from "
                      "it. They stand in a column of the matrix, that is in a row of its transpose:"),
                Display((flipped,)),
                words("So the two equations for the deltas of a layer are one; the circled dot multiplies entry by entry:"),
                *blocks,
                words("For the last layer:"),
                Display(last),
                words("And the partial derivatives by the four weights of a layer are the product of a column and a row:"),
                Display(tuple(partials)),
                words("Without the entries, for every layer and every width:"),
                Display(tuple(line.by(by_theorem("backprop", name), left, right, name) for left, right, name in short)),
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Summary and vectorisation; Vectorised pseudocode algorithms",),
        scope="any differentiable activation",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
