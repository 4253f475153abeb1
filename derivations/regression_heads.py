"""Linear output layers: one output y = w^T h + b, several y = W^T h + b with W stored inputs by outputs, and the other layout.

Notation  h hidden vector, w, W, b, y, t target, E, as on the slides; V the matrix stored outputs by inputs
Needs     vectorisation
Source    CS 540 slides, "Output layers" (systems S26, S27, S88)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines, by_theorem
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import Bracketed, Grid, Number, Partial, Shown, Symbol, Transposed
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 11)

E, C, b, y, t = Symbol("E"), Symbol("C"), Symbol("b"), Symbol("y"), Symbol("t")
HALF = Number(Fraction(1, 2))


def cell(name: str, *at: int) -> Symbol:
    """An entry of a vector or matrix."""
    return Symbol(name, "".join(map(str, at)))


def matrix(name: str, rows: int, columns: int) -> Grid:
    """A matrix of symbols; one column is a vector."""
    return Grid(tuple(tuple(cell(name, i, j) if columns > 1 else cell(name, i) for j in range(1, columns + 1)) for i in range(1, rows + 1)))


def by(cost: Shown, grid: Grid) -> Grid:
    """The partial derivatives by every entry, in the same shape."""
    return Grid(tuple(tuple(Partial(cost, each) for each in row) for row in grid.rows))


def derivation() -> Derivation:
    """dE/dw = (y - t) h; dC/dW = h g^T in the slides' layout and dC/dV = g h^T in the other, where V = W^T."""
    line = Lines(Values())
    h, w = matrix("h", 2, 1), matrix("w", 2, 1)
    single = (
        line.let(y, cell("w", 1) * cell("h", 1) + cell("w", 2) * cell("h", 2) + b),
        line.claim(Grid(((y,),)), Transposed(w) * h + Grid(((b,),)), "as a product", key="head"),
        line.let(E, HALF * Bracketed(t - y, "(") ** 2),
        line.claim(by(E, w), Bracketed(y - t, "(") * h, "chain rule", key="w"),
        line.claim(Partial(E, b), y - t, "chain rule", key="b"),
        line.claim(by(E, h), Bracketed(y - t, "(") * w, "chain rule", key="h"),
    )
    many, outputs = Lines(Values({})), (1, 2, 3)
    W, V, out, bias = matrix("W", 2, 3), matrix("V", 3, 2), matrix("y", 3, 1), matrix("b", 3, 1)
    for i in outputs:  # any cost of the three outputs, its slopes called g
        many.let(cell("y", i), cell("W", 1, i) * cell("h", 1) + cell("W", 2, i) * cell("h", 2) + cell("b", i))
    many.context.facts["C"] = Fact(slopes={f"y_{i}": f"g_{i}" for i in outputs})
    g = matrix("g", 3, 1)
    transposed = (
        many.claim(out, Transposed(W) * h + bias, "one column for each output", key="W:head"),
        many.claim(by(C, out), g, "the cost's gradient, by its name"),
        many.claim(by(C, W), h * Transposed(g), "input times error", key="W"),
        many.claim(by(C, bias), g, "the error", key="W:b"),
        many.claim(by(C, h), W * g, "back through the weights", key="W:h"),
    )
    rows = Lines(Values({}))
    for i in outputs:
        rows.let(cell("y", i), cell("V", i, 1) * cell("h", 1) + cell("V", i, 2) * cell("h", 2) + cell("b", i))
    rows.context.facts["C"] = Fact(slopes={f"y_{i}": f"g_{i}" for i in outputs})
    proof = by_theorem("heads", "head y = W h + b, by W")
    plain = (
        rows.claim(out, V * h + bias, "one row for each output", key="V:head"),
        rows.by(proof, by(C, V), g * Transposed(h), "error times input", key="V"),
        rows.by(by_theorem("heads", "head y = W h + b, by h"), by(C, h), Transposed(V) * g, "back through the transpose", key="V:h"),
    )
    return Derivation(
        "Linear output layers",
        (
            Section("", (
                words("For regression the output is a weighted sum and nothing more. With one output and half the squared difference from a target ", t, ":"),
                Display(single),
                words("With several outputs the slides store the weights inputs by outputs, so the layer is a product with the transpose. For any "
                      "cost ", C, " with gradient g:"),
                Display(transposed),
                words("Nielsen's layout stores the transpose, outputs by inputs. Then the transpose is needed on the way back:"),
                Display(plain),
                words("The two are one layer with V the transpose of W, and so are their gradients; shapes must be compared before formulas are. The "
                      "last two lines are proved for every number of inputs and outputs."),
            )),
        ),
        notation="slides_layer",
        sources=("CS 540 slides, Output layers",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
