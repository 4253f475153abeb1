"""A net with no hidden layer that multiplies its input, read as a matrix, by a fixed matrix.

Notation  X the input matrix, B the fixed one, as in the post
Needs     linear_collapse
Source    A Simple Introduction to Neural Networks, ch. II (system S39)
"""

from derivations.linear_collapse import grid
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Grid, Shown, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 9)


def derivation() -> Derivation:
    """The entries of X B in a row are (I x B^T) times the entries of X in a row."""
    line = Lines(Values())
    X, B = grid("X", 2, 2), grid("B", 2, 2)
    entries = Grid(tuple((each,) for row in X.rows for each in row))
    zero: Shown = shown(0)
    block = [[B.rows[k][j] for k in range(2)] for j in range(2)]  # B transposed
    weights = Grid((
        (block[0][0], block[0][1], zero, zero), (block[1][0], block[1][1], zero, zero),
        (zero, zero, block[0][0], block[0][1]), (zero, zero, block[1][0], block[1][1]),
    ))  # fmt: skip
    result = Grid(tuple((X.rows[r][0] * B.rows[0][j] + X.rows[r][1] * B.rows[1][j],) for r in range(2) for j in range(2)))
    product = line.claim(X * B, Grid(tuple(tuple(result.rows[2 * r + j][0] for j in range(2)) for r in range(2))), "row by column", key="product")
    net = line.by(by_claim("matrix-product-net"), weights * entries, result, "and so for matrices of every size", key="net")
    multiplications = line.claim(shown(2) * 2 * 2, shown(8), "a product of 2 by 2 matrices in the usual way")
    return Derivation(
        "Multiplying by a matrix is a net",
        (
            Section("", (
                words("The product of two 2 by 2 matrices has the entries"),
                Display((product,)),
                words("Each is a weighted sum of entries of X, with entries of B as weights. So write the entries of X in one column as the inputs of a net, "
                      "and give it the weights"),
                Display((net,)),
                words("The weights are two copies of the transpose of B, one for each row of X, and zeros; for larger matrices there are more copies. Each of "
                      "the outputs needs two multiplications, so the net needs"),
                Display((multiplications,)),
                words("of them, as the usual way of multiplying does."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
