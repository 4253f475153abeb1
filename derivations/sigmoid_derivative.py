"""The derivative of the sigmoid function is y (1 - y), in seven lines.

Notation  x, y as in the 6.034 note
Needs     sigmoid_function (the definition)
Source    P. H. Winston, 6.034 note, "The sigmoid function" (system S47)
"""

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import Context, Fact
from symbackprop.derive.shown import Bracketed, Exponential, Partial, Product, Symbol, shown
from symbackprop.render.text import show

PLACE = (1, 2)


def derivation() -> Derivation:
    """dy/dx = y(1 - y), line by line."""
    x, y = Symbol("x"), Symbol("y")
    line = Prover(Context({"y": Fact(("^", ("+", 1, ("exp", ("*", -1, "x"))), -1))}))
    e, one = Exponential(-x), shown(1)
    below = 1 + e

    def slope(what):  # type: ignore[no-untyped-def]
        return Partial(what, x, operator=True, total=True)

    def times(*factors):  # type: ignore[no-untyped-def]
        return Product(tuple(map(shown, factors)), "times")

    steps = (
        line.claim(Partial(y, x, total=True), slope(one / below), "the definition"),
        line.claim(None, slope(below**-1), "a quotient is a power"),
        line.claim(None, times(-1, below**-2, e, -1), "chain rule, twice"),
        line.claim(None, times(one / below, e / below), "share the square out"),
        line.claim(None, times(one / below, (1 + e - 1) / below), "add and subtract 1"),
        line.claim(None, times(one / below, Bracketed(below / below - one / below, "(")), "split the fraction"),
        line.claim(None, y * (1 - y), "both factors are known", key="slope:sigmoid"),
    )
    return Derivation(
        "The derivative of the sigmoid function",
        (
            Section("", (
                words("The sigmoid has a derivative so simple that one would choose it for that alone: it can be computed from the "
                      "output ", y, " without looking at the input ", x, " again."),
                Display(steps),
                words("A neuron that has computed its output has therefore computed its slope already. The slope is never more "
                      "than 1/4, which it reaches where the output is 1/2, since a square is what it lacks:"),
                Display((line.claim(shown(1) / 4 - y * (1 - y), Bracketed(y - shown(1) / 2, "(") ** 2, "complete the square",
                                    key="bound"),)),
                words("Where the output saturates at 0 or 1 the slope vanishes."),
            )),
        ),
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The sigmoid function",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
