"""One hidden layer approximates a function of one number: a net of rectifiers through given points, and what the theorem asks.

Notation  R the rectifier, T the tent between three neighbouring points, g the function to approximate
Needs     rectifiers
Source    A Simple Introduction to Neural Networks, ch. II; Cybenko 1989, Hornik 1991 (system S42)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import at, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Number, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (4, 12)


def derivation() -> Derivation:
    """T(x) = R(x + 1) - 2 R(x) + R(x - 1) is 1 at 0 and 0 at -1, 1; sums of shifted tents pass through any points."""
    x, R, T, p = Symbol("x"), Symbol("R"), Symbol("T"), Symbol("p")
    line = Lines(Values(functions={"t": ("v", ("step", "v"))}))
    made = (
        line.let(R, function("x", x * Applied("t", x)), "max of the number and 0"),
        line.let(T, function("x", at(R, x + 1) - 2 * at(R, x) + at(R, x - 1)), key="tent"),
    )
    half = Number(Fraction(1, 2))
    # at 1/2, 3/2, ... no rectifier is at its kink
    values = (
        line.claim(at(T, half), half, "half way down"), line.claim(at(T, -half), half, "half way up"),
        line.claim(at(T, shown(3) / 2), shown(0), "beyond the next point"), line.claim(at(T, -(shown(3) / 2)), shown(0), "before the last"),
    )  # fmt: skip
    g = {k: Symbol("g", str(k)) for k in (0, 1, 2)}
    net = (
        line.let(p, function("x", g[0] * at(T, x) + g[1] * at(T, x - 1) + g[2] * at(T, x - 2)), key="net"),
        line.claim(at(p, half), (g[0] + g[1]) / 2, "the middle of the first two", key="between"),
        line.claim(at(p, shown(3) / 2), (g[1] + g[2]) / 2, "the middle of the next two"),
        line.claim(at(p, shown(1) / 4), (3 * g[0] + g[1]) / 4, "a straight line between them"),
    )
    return Derivation(
        "Approximation with one hidden layer",
        (
            Section("", (
                words("Three rectifiers make a tent, which rises from one point to the next and falls to the one after:"),
                Display(made),
                Display(values),
                words("A sum of shifted tents is a net with one hidden layer. Give each the height that a function has at its point, and between the points the "
                      "net is a straight line:"),
                Display(net),
                words("If the function is continuous on a closed interval, points close enough together bring the net as near to it as one likes, everywhere on "
                      "the interval. That is the universal approximation theorem for one input. In general it says: a continuous function on a closed and "
                      "bounded set of inputs can be approximated, uniformly, by one hidden layer with enough neurons, for any activation that is continuous "
                      "and not a polynomial. It says nothing of how many neurons are enough, nor that gradient descent finds the weights; and "
                      "a function that is only bounded, or a set of inputs that is not, is not covered."),
                words("There is a second theorem in which the layers are narrow and their number grows instead. Neither is proved here beyond the construction "
                      "above."),
            )),
        ),
        notation="gordon",
        sources=("A Simple Introduction to Neural Networks, ch. II",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
