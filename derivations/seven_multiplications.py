"""A deeper linear net for the same product that multiplies seven times instead of eight.

Notation  X, B as in matrix_product_as_a_net; m_1 ... m_7 the hidden neurons
Needs     matrix_product_as_a_net
Source    A Simple Introduction to Neural Networks, ch. II; V. Strassen 1969 (system S40)
"""

from derivations.linear_collapse import grid
from symbackprop.derive.book import Lines, by_claim
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Grid, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 10)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def derivation() -> Derivation:
    """X B from seven products of a sum of entries of X and a sum of entries of B."""
    line = Lines(Values())
    X, B = grid("X", 2, 2), grid("B", 2, 2)
    (a, b), (c, d) = X.rows
    (e, f), (g, h) = B.rows
    m = {k: Symbol("m", str(k)) for k in range(1, 8)}
    products = (
        line.let(m[1], box(a + d) * box(e + h)), line.let(m[2], box(c + d) * e), line.let(m[3], a * box(f - h)), line.let(m[4], d * box(g - e)),
        line.let(m[5], box(a + b) * h), line.let(m[6], box(c - a) * box(e + f)), line.let(m[7], box(b - d) * box(g + h)),
    )  # fmt: skip
    entries = (
        line.claim(a * e + b * g, m[1] + m[4] - m[5] + m[7], "first row, first column", key="11"),
        line.claim(a * f + b * h, m[3] + m[5], "first row, second column", key="12"),
        line.claim(c * e + d * g, m[2] + m[4], "second row, first column", key="21"),
        line.claim(c * f + d * h, m[1] - m[2] + m[3] + m[6], "second row, second column", key="22"),
    )
    whole = line.by(by_claim("strassen-net"), X * B, Grid(((m[1] + m[4] - m[5] + m[7], m[3] + m[5]), (m[2] + m[4], m[1] - m[2] + m[3] + m[6]))),
                    "the whole product", key="product")  # fmt: skip
    saved = line.by(by_claim("strassen-count"), shown(8) - 7, shown(1), "counted on the two nets")
    fewer = line.compare(shown(7) ** 10, "<", shown(8) ** 10 / 3, "ten times over, on matrices of 1024 rows")
    return Derivation(
        "Seven multiplications",
        (
            Section("", (
                words("Let the first layer of the net form sums of entries of X, the second multiply each by a number made from B, and the third add up:"),
                Display(products),
                words("In a net B is fixed, so the brackets with its entries are weights, and all other weights are 1, -1 or 0. The outputs are"),
                Display((*entries, whole)),
                words("which is one multiplication fewer than the flat net needs,"),
                Display((saved,)),
                words("and used on blocks of blocks the saving grows:"),
                Display((fewer,)),
                words("So here is a function for which a deep net is cheaper than a flat one. That no flat net does as well is a theorem of the paper the post "
                      "quotes, not proved here."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II", "V. Strassen, Gaussian elimination is not optimal, 1969"),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
