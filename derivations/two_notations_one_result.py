"""Euler's and Leibniz's calculations of the deltas of four neurons give the same, for any f and C.

Notation  both, as in Gordon's article
Needs     chain_in_euler_notation, chain_in_leibniz_notation
Source    M. Gordon, "Pseudocode algorithm" (systems S75, S101)
"""

from derivations.chain_in_euler_notation import COST, a, after, c, d, eta, f, forward, known, lines, p, varied
from symbackprop.derive.book import update
from symbackprop.derive.curried import D, apply, compose
from symbackprop.derive.derivation import Derivation, Display, Listing, Section, words
from symbackprop.derive.shown import Change, Partial, Product
from symbackprop.render.text import show

PLACE = (2, 11)


def derivation() -> Derivation:
    """dc/da_i = D(... o f p_(i+1)) a_i and dc/dp_i = D(... o lambda v. f v a_(i-1)) p_i."""
    line = lines()
    forward(line)
    line.let(c, apply(COST, a[4]))
    deltas = tuple(line.claim(Partial(c, a[i]), apply(D, compose(*after(i)), a[i]), "the same number", key=f"same:a{i}") for i in (4, 3, 2, 1))
    partials = tuple(
        line.claim(Partial(c, p[i]), apply(D, compose(*after(i), varied(i)), p[i]), "the same number", key=f"same:p{i}") for i in (4, 3, 2, 1)
    )
    for i in (4, 3, 2, 1):
        line.let(d[i], Partial(c, a[i]))
    products = tuple(line.claim(d[i], Product(known(i), "times") if i < 4 else known(i)[0], "multiplied out") for i in (4, 3, 2, 1))
    rows = [(0, ("forward pass:",))]
    rows += [(1, (a[i], " is ", apply(f, p[i], a[i - 1]))) for i in (1, 2, 3, 4)]
    rows.append((0, ("backward pass:",)))
    for i in (4, 3, 2, 1):
        slope = known(4)[0] if i == 4 else d[i + 1] * apply(D, apply(f, p[i + 1]), a[i])
        rows += [(1, (d[i], " is ", slope)), (1, (Change(p[i]), " is ", -(eta * d[i] * apply(D, varied(i), p[i]))))]
    last = update(p[1], p[1] + Change(p[1]), "after all four changes are known")
    return Derivation(
        "Both notations give one result",
        (
            Section("", (
                words("Were the two calculations the same? Line by line they look different, so the question is decided here: Leibniz's "
                      "quotient on the left, Euler's function at its argument on the right."),
                Display(deltas),
                words("And so for the parameters:"),
                Display(partials),
                words("Both are the product of the same derivatives:"),
                Display(products),
                words("Either way the procedure is two passes:"),
                Listing(tuple(rows)),
                words("Nothing is changed until all changes are known, since every line uses the old parameters:"),
                Display((last,)),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Pseudocode algorithm",),
        scope="any differentiable f and C",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
