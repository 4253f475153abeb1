"""If no neuron applies a function, the whole net is one matrix; with biases, one matrix and one bias.

Notation  A_2, A_3 the matrices of the layers, x the input, b_2, b_3 biases, as in the post
Needs     composition_form
Source    A Simple Introduction to Neural Networks, ch. II (systems S38, S54)
"""

from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Grid, Partial, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 8)


def grid(name: str, rows: int, columns: int) -> Grid:
    """A matrix of symbols; one column is a vector."""
    return Grid(tuple(tuple(Symbol(name, f"{i}{j}" if columns > 1 else str(i)) for j in range(1, columns + 1)) for i in range(1, rows + 1)))


def derivation() -> Derivation:
    """C (A x + a) + c = (C A) x + (C a + c)."""
    line = Lines(Values())
    x, A, B, a, b, y, h = (grid("x", 2, 1), grid("A", 3, 2), grid("B", 2, 3), grid("a", 3, 1), grid("b", 2, 1), grid("y", 2, 1), grid("h", 3, 1))
    hidden = tuple(line.let(h.rows[i][0], A.rows[i][0] * x.rows[0][0] + A.rows[i][1] * x.rows[1][0] + a.rows[i][0]) for i in range(3))
    outputs = tuple(line.let(y.rows[i][0], B.rows[i][0] * h.rows[0][0] + B.rows[i][1] * h.rows[1][0] + B.rows[i][2] * h.rows[2][0] + b.rows[i][0])
                    for i in range(2))  # fmt: skip
    two = line.chain(
        y,
        (B * Bracketed(A * x + a, "(") + b, "layer after layer"),
        (Bracketed(B * A, "(") * x + Bracketed(B * a + b, "("), "one matrix, one bias", "collapse"),
    )
    jacobian = line.claim(Grid(tuple(tuple(Partial(out[0], each[0]) for each in x.rows) for out in y.rows)), B * A, "its derivative is that matrix", key="jacobian")
    rank = (line.by(by_claim("linear-collapse"), Bracketed(B * A, "(") * x, B * Bracketed(A * x, "("), "for every width, and so for every depth"),)
    return Derivation(
        "Nets of identity neurons collapse",
        (
            Section("", (
                words("Suppose the neurons pass on their sums unchanged. Two inputs, three hidden neurons, two outputs:"),
                Display((*hidden, *outputs)),
                words("As matrices:"),
                Display(two),
                words("Two layers do nothing that one could not do. The matrix of the one is the product, and it is also the derivative of the outputs by "
                      "the inputs:"),
                Display((jacobian,)),
                words("The same step joins any layer to the next, at every width:"),
                Display(rank),
                words("What the functions in the neurons are good for is to prevent this. Depth does not add functions to a linear net, though it may "
                      "save multiplications, as a later theorem shows."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
