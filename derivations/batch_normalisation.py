"""Batch normalisation: its full Jacobian over a batch, for three examples in a table and for every number of them.

Notation  x_i the values of one unit on the examples of a batch, m mean, v variance, s = 1/sqrt(v + epsilon), h_i, y_i, gamma, beta
Needs     partial_derivatives
Source    CS 540 slides, "Learning in multilayer networks" (batch normalization); Ioffe and Szegedy 2015 (system S123)
"""

from typing import Any

from symbackprop.derive.book import Lines, by_draft
from symbackprop.derive.curried import Example
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.examples import of_example
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import BigSum, Bracketed, Grid, Partial, Power, Product, Shown, Symbol, plus, shown
from symbackprop.derive.values import Values
from symbackprop.proofs.every_size.calculus import Draft
from symbackprop.render.text import show

PLACE = (3, 16)
BATCH = (1, 2, 3)
m, v, s, eps, gamma, beta, C, n = (Symbol(name) for name in ("m", "v", "s", "epsilon", "gamma", "beta", "C", "n"))


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def every_size() -> Draft:
    """dC/dx_j = s (g_j - mean g - h_j mean(g h)) for a batch of any size, g the gradient by h."""
    draft = Draft("batch normalisation", {"N": "examples"})
    draft.declare("x[i:N]", "variable", "the values on the batch")
    draft.declare("r", "reciprocal", "one over the number of examples", of="#N")
    draft.declare("m", "definition", "mean", **{"as": "r x[i]"})
    draft.declare("c[i:N]", "definition", "centred", **{"as": "x[i] - m"})
    draft.declare("v", "definition", "variance", **{"as": "r c[i] c[i]"})
    draft.declare("s", "function", "one over the root of the variance (plus epsilon)", of="v", slope="p")
    draft.assume("slope of s", "p", "- 1/2 s s s", words="ds/dv = -1/2 s^3, proved in the chapter from s = (v + epsilon)^(-1/2)")
    draft.leads["slope of s"] = [("p",)]
    draft.declare("h[i:N]", "definition", "normalised", **{"as": "s c[i]"})
    draft.declare("C", "function", "any cost of the normalised values", of="h[i]", slope="g[i:N]")
    draft.theorem("sum c", "c[i]", "0", by=["c", "m", "r"], lead=True)
    draft.theorem("the variance", "d v", "2 r c[j] d x[j]", by=["d v", "d r", "d c", "sum c"], lead=True)
    draft.theorem("s c", "s c[i]", "h[i]", free="i:N", steps=[{"premise": "h", "at": "i", "times": "- 1"}], lead=True)
    value = "s g[i] d x[i] - r s g[i] d x[j] - r s g[i] h[i] h[j] d x[j]"
    draft.theorem("total", "d C", value, by=["d C", "d h", "d s", "slope of s", "the variance", "d c", "d m", "d r", "s c"])
    draft.declare("C_x[j:N]", "derivative", of="C", by="x")
    draft.theorem("C by x", "C_x[j]", "s g[j] - r s g[i] - r s g[i] h[i] h[j]", free="j:N", source="total")
    return draft


def setting(line: Lines, name: str = "") -> dict[str, dict[int, Symbol]]:
    """Defines m, v, s, h_i for three examples; returns the symbols."""
    x, h = ({i: of_example(Symbol(letter), i) if name else Symbol(letter, str(i)) for i in BATCH} for letter in "xh")
    third = shown(1) / 3
    line.let(m, third * box(plus(*x.values())))
    line.let(v, third * box(plus(*((each - m) ** 2 for each in x.values()))))
    line.let(s, Power(box(v + eps), -(shown(1) / 2)))
    for i in BATCH:
        line.let(h[i], box(x[i] - m) * s)
    return {"x": x, "h": h}


def derivation() -> Derivation:
    """dh_i/dx_j = s ([i = j] - 1/n - h_i h_j / n)."""
    line = Lines(Values())
    names = setting(line)
    x, h, y = names["x"], names["h"], {i: Symbol("y", str(i)) for i in BATCH}
    third = shown(1) / 3
    again = Lines(Values())  # the same definitions, to show
    start = (again.let(m, third * box(plus(*x.values()))), again.let(v, third * box(plus(*((each - m) ** 2 for each in x.values())))),
             again.let(s, Power(box(v + eps), -(shown(1) / 2))), *(again.let(h[i], box(x[i] - m) * s) for i in BATCH),
             *(line.let(y[i], gamma * h[i] + beta) for i in BATCH))  # fmt: skip
    # v + epsilon = e^t is what every value above 0 can be written as
    positive: dict[str, Any] = {"under": "v + epsilon > 0", "given": [("epsilon", ("+", ("exp", "t"), ("*", -1, line.term(v))))]}
    parts = (
        *(line.claim(Partial(m, x[j]), third, "a mean") for j in BATCH[:1]),
        line.claim(plus(*(box(each - m) for each in x.values())), shown(0), "deviations from the mean add up to 0", key="centred"),
        line.claim(Partial(v, x[1]), (shown(2) / 3) * box(x[1] - m), "the mean's own change drops out", key="v"),
        line.claim(Partial(s, v), -((shown(1) / 2) * s**3), "power rule", key="s", **positive),
    )
    entry = lambda i, j: shown(2) - h[i] ** 2 if i == j else -shown(1) - h[i] * h[j]  # noqa: E731
    single = (
        line.claim(Partial(h[1], x[1]), s * box(1 - third - third * h[1] ** 2), "through m, v and itself", key="own", **positive),
        line.claim(Partial(h[1], x[2]), s * box(-third - third * h[1] * h[2]), "through m and v", key="other", **positive),
    )
    table = line.claim(Grid(tuple(tuple(Partial(h[i], x[j]) for j in BATCH) for i in BATCH)),
                       Product((s / 3, Grid(tuple(tuple(entry(i, j) for j in BATCH) for i in BATCH)))), "all nine", key="jacobian", **positive)  # fmt: skip
    sums = (line.claim(plus(*(Partial(h[i], x[1]) for i in BATCH)), shown(0), "the normalised values always add up to 0", **positive),)
    learnt = (line.claim(Partial(y[1], gamma), h[1], "scale"), line.claim(Partial(y[1], beta), shown(1), "shift"),
              line.claim(Partial(y[1], x[2]), gamma * Partial(h[1], x[2]), "scale", **positive))  # fmt: skip
    whole, g = Lines(Values()), Example(Symbol("g"), "i")
    found = setting(whole, "batch")
    whole.context.facts["C"] = Fact(slopes={whole.context.name(found["h"][i]): f"g_of{i}" for i in BATCH})
    ds = by_draft(every_size(), "for a batch of every size, by the index calculus, with ds/dv from this chapter")
    over = lambda body: BigSum("i", "", body, over="N")  # noqa: E731
    hi, hj, gj, xj = Example(Symbol("h"), "i"), Example(Symbol("h"), "j"), Example(Symbol("g"), "j"), Example(Symbol("x"), "j")
    given = [("epsilon", ("+", ("exp", "t"), ("*", -1, whole.term(v))))]
    backward = whole.over_examples(ds, Partial(C, xj), s * box(gj - (shown(1) / n) * over(g) - (shown(1) / n) * hj * over(g * hi)),
                                   "a batch of any size", key="every", letters=("j",), inputs=3, under="v + epsilon > 0", given=given)  # fmt: skip
    return Derivation(
        "Batch normalisation",
        (
            Section("", (
                words("A unit's values on the examples of a batch are shifted and scaled to mean 0 and variance 1, then scaled and shifted by two learnt "
                      "numbers. ", eps, " keeps the root away from 0. For a batch of three:"),
                Display(start),
                words("Each value acts on every normalised value, because it acts on the mean and on the variance:"),
                Display(parts),
                words("So the derivatives are, by a value's own input and by another's:"),
                Display(single),
                words("The full Jacobian:"),
                Display((table,)),
                words("Its columns add up to 0, since shifting the whole batch changes nothing:"),
                Display(sums),
                words("The learnt scale and shift:"),
                Display(learnt),
                words("For a batch of any size ", n, ", with ", Symbol("g"), " for the derivatives of a cost by the normalised values:"),
                Display((backward,)),
            )),
        ),
        notation="slides_layer",
        sources=("CS 540 slides, Learning in multilayer networks", "S. Ioffe and C. Szegedy, Batch normalization, 2015",),
        scope="every size of batch",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
