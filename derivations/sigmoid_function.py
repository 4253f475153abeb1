"""The sigmoid function lies between 0 and 1, is 1/2 at 0, and approaches its bounds exponentially fast.

Notation  x, y as in the 6.034 note
Needs     nothing
Source    P. H. Winston, 6.034 note, "The sigmoid function" (system S46)
"""

from symbackprop.derive.claims import Prover
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, words
from symbackprop.derive.meaning import Context, Fact
from symbackprop.derive.shown import Applied, Exponential, Symbol, shown
from symbackprop.render.text import show

PLACE = (1, 1)


def derivation() -> Derivation:
    """y = 1/(1 + e^-x): its value at 0, its symmetry, and how far it is from its bounds."""
    x, y = Symbol("x"), Symbol("y")
    sigmoid = ("^", ("+", 1, ("exp", ("*", -1, "x"))), -1)
    line = Prover(Context({"y": Fact(sigmoid)}, {"y": ("x", sigmoid)}))
    at = lambda value: Applied("y", value)  # noqa: E731

    return Derivation(
        "The sigmoid function",
        (
            Section("", (
                words("A neuron of the brain fires or it does not, but gradient ascent needs a function with a derivative. "
                      "In place of the step stands the sigmoid:"),
                Display((line.define(y, 1 / (1 + Exponential(-x)), key="sigmoid"),)),
                Figure("plot", ("The sigmoid function and its derivative.",), options=(("name", "sigmoid"),)),
                words("It is 1/2 in the middle, and what it lacks to 1 on one side it has on the other:"),
                Display((
                    line.claim(at(shown(0)), shown(1) / 2, "put in 0", key="middle"),
                    line.claim(at(-x), 1 - at(x), "symmetry", key="symmetry"),
                )),
                words("How near is it to its bounds? Both gaps are positive, since an exponential is, and each is smaller than "
                      "an exponential, since ", y, " is smaller than 1:"),
                Display((
                    line.claim(1 - y, Exponential(-x) * y, "common denominator", key="above"),
                    line.claim(y, Exponential(x) * (1 - y), "common denominator", key="below"),
                )),
                words("So ", y, " approaches 1 as ", x, " grows, and 0 as ", x, " falls, and it reaches neither."),
            )),
        ),
        notation="winston",
        sources=("P. H. Winston, 6.034 note, The sigmoid function",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
