"""Half a sum over the training set, and an average over it: which factor stands between their gradients.

Notation  E, E_x as S of example d here, w, n examples, as on the slides
Needs     backpropagation_layers_in_brackets, single_linear_unit
Source    CS 540 slides, "Gradient descent with Backpropagation", step 3; Gordon on offline learning (systems S65, S105, S111)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines, by_draft, update
from symbackprop.derive.curried import Example
from symbackprop.derive.derivation import DEFINITION, Derivation, Display, Section, words
from symbackprop.derive.examples import of_example
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import BigSum, Line, Number, Partial, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.render.text import show

PLACE = (3, 10)


def every_size() -> Draft:
    """With E = 1/2 sum S_d and A = 1/n sum S_d: dA/dw = 2/n dE/dw, for every number of examples."""
    draft = Draft("half a sum and an average", {"N": "examples"})
    draft.declare("w", "variable", "any parameter")
    draft.declare("S[n:N]", "function", "the error on one example", of="w", slope="p[n:N]")
    draft.declare("r", "reciprocal", "one over the number of examples", of="#N")
    draft.declare("E", "definition", **{"as": "1/2 S[n]"})
    draft.declare("A", "definition", **{"as": "r S[n]"})
    draft.declare("Ew", "derivative", of="E", by="w")
    draft.declare("Aw", "derivative", of="A", by="w")
    draft.theorem("dE", "d E", "1/2 p[n] d w", by=["d E", "d S"])
    draft.theorem("dA", "d A", "r p[n] d w", by=["d A", "d r", "d S"])
    draft.theorem("E by w", "Ew", "1/2 p[n]", source="dE", lead=True)
    draft.theorem("A by w", "Aw", "r p[n]", source="dA", lead=True)
    draft.theorem("factor", "Aw", "2 r Ew", by=["A by w", "E by w"])
    return draft


def derivation() -> Derivation:
    """dE/dw = 1/2 sum dS/dw; the slides' average is 2/n of that."""
    E, A, S, w, eta, n = (Symbol(name) for name in ("E", "A", "S", "w", "eta", "n"))
    half, one = Number(Fraction(1, 2)), shown(1)
    facts = {f"S_of{d}": Fact(slopes={"w": f"slope{d}"}) for d in (1, 2, 3)}  # any differentiable functions of w
    line, Sd = Lines(Values(facts)), Example(S, "d")
    total = of_example(S, 1) + of_example(S, 2) + of_example(S, 3)
    line.let(E, half * total)
    line.let(A, (one / 3) * total)
    proof = by_draft(every_size(), "for every number of examples, by the index calculus")
    over = lambda body: BigSum("d", "", body, over="D")  # noqa: E731
    start = tuple(line.stated(Line(left, right), "definition", DEFINITION) for left, right in ((E, half * over(Sd)), (A, (one / n) * over(Sd))))
    each = lambda left, right, why, key: line.over_examples(proof, left, right, why, key, letters=())  # noqa: E731
    lines = (
        each(Partial(E, w), half * over(Partial(Sd, w)), "a sum, summand by summand", "half"),
        each(Partial(A, w), (one / n) * over(Partial(Sd, w)), "a sum, summand by summand", "average"),
        each(Partial(A, w), (shown(2) / n) * Partial(E, w), "compare", "factor"),
    )
    averaged = each((one / n) * over(-(eta * Partial(Sd, w))), -(eta * Partial(A, w)), "the average of the changes is the change for the average", "offline")
    return Derivation(
        "Half a sum, or an average",
        (
            Section("", (
                words("The slides define the error of a training set of ", n, " examples as half the sum of their squared errors ", Sd, ", and a few slides "
                      "on tell the reader to average. Call the average ", A, ":"),
                Display(start),
                words("Their gradients are"),
                Display(lines),
                words("So what step 3 of the procedure calls the gradient of ", E, " is the gradient of ", A, ", which is 2/n times as long. The direction is "
                      "the same, and a rate found good for one is to be scaled for the other."),
                words("Averaging the changes over the examples, as offline learning does, is the same as one change with the averaged error:"),
                Display((averaged,)),
                Display((update(w, w - eta * Partial(A, w), "step 4"),)),
            )),
        ),
        notation="gordon",
        sources=("CS 540 slides, Gradient descent with Backpropagation",),
        scope="every number of examples",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
