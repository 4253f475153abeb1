"""The two passes for a whole net, written for layers, with the changes that a step of descent makes.

Notation  a^l, z^l, delta^l, w^l, b^l, eta as in Gordon's article
Needs     four_equations
Source    M. Gordon, "Vectorised pseudocode algorithms"; "Generalising" (systems S97, S101, S102, S103)
"""

from symbackprop.derive.book import Lines, Q, by_theorem, update
from symbackprop.derive.derivation import Derivation, Display, Listing, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Change, Generic, Partial, Product, Transposed
from symbackprop.render.text import show

PLACE = (2, 26)


def derivation() -> Derivation:
    """Forward to the outputs, backward to the deltas, then all changes from the old weights."""
    line, eta, G = Lines(), Q("rate"), Generic
    a, d, w, b, z = ((lambda at, kind=kind: G(kind, at)) for kind in ("output", "delta", "weight", "bias", "net_input"))
    sigma = lambda form, primes=0: Applied("activation", form, primes)  # noqa: E731
    odot = lambda one, two: Product((Bracketed(one, "("), two), "odot")  # noqa: E731
    back = odot(Product((Transposed(w("l+1")), d("l+1"))), sigma(z("l"), 1))
    rows = (
        (0, ("forward, for each layer from the first to the last:",)),
        (1, (z("l"), " is ", w("l") * a("l-1") + b("l"))),
        (1, (a("l"), " is ", sigma(z("l")))),
        (0, ("backward, for the last layer:",)),
        (1, (d("L"), " is ", odot(a("L") - G("target", "L"), sigma(z("L"), 1)))),
        (0, ("backward, for each layer from the last but one to the first:",)),
        (1, (d("l"), " is ", back)),
        (0, ("only then, for every layer:",)),
        (1, (Change(w("l")), " is ", -(eta * d("l") * Transposed(a("l-1"))))),
        (1, (Change(b("l")), " is ", -(eta * d("l")))),
    )
    why = (
        line.by(by_theorem("backprop", "BP2, recursion"), d("l"), back, "BP2"),
        line.by(by_theorem("backprop", "BP4, weight"), Partial(Q("cost"), w("l")), Product((d("l"), Transposed(a("l-1")))), "BP4"),
        line.by(by_theorem("backprop", "BP3, bias"), Partial(Q("cost"), b("l")), d("l"), "BP3"),
    )
    steps = (update(w("l"), w("l") + Change(w("l"))), update(b("l"), b("l") + Change(b("l"))))
    return Derivation(
        "The two passes",
        (
            Section("", (
                words("Everything together, for a net of any depth and half the squared difference as its cost:"),
                Listing(rows),
                words("What makes it right:"),
                Display(why),
                words("All changes are computed from the old weights; the recursion uses the weights of the layer after, so they must not be "
                      "changed before it has run:"),
                Display(steps),
            )),
        ),
        notation="leibniz",
        sources=("M. Gordon, Vectorised pseudocode algorithms; Generalising to many neurons per layer",),
        scope="every width and depth",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
