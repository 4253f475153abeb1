"""Dropout: a unit that is left out gets no change, and its mask multiplies whatever passes through it.

Notation  m_j the mask of hidden unit j (1 kept, 0 left out), q the share that is kept; h_j, o, delta = dE/dnet
Needs     own_biases
Source    CS 540 slides, "Learning in multilayer networks" (dropout); Srivastava et al. 2014 (system S122)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import Applied, Bracketed, Partial, Product, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (3, 17)


def derivation() -> Derivation:
    """dE/dw_j = delta m_j h_j and delta_j = delta w_j m_j sigma'(z_j)."""
    x, z, o, E, delta, q = (Symbol(name) for name in ("x", "z", "o", "E", "delta", "q"))
    w, u, h, k, m, d = ({j: Symbol(name, str(j)) for j in (1, 2)} for name in ("w", "u", "h", "z", "m", "delta"))
    line = Lines(Values(arities={"sigma": 1}))
    start = []
    for j in (1, 2):
        start += [line.let(k[j], u[j] * x), line.let(h[j], Applied("sigma", k[j]))]
    start += [line.let(z, w[1] * m[1] * h[1] + w[2] * m[2] * h[2], key="masked"), line.let(o, Applied("sigma", z))]
    line.context.facts["E"] = Fact(slopes={"o": "E_o"})  # any differentiable error of the output
    deltas = [line.let(delta, Partial(E, z)), *(line.let(d[j], Partial(E, k[j])) for j in (1, 2))]
    general = (
        line.claim(Partial(E, w[1]), delta * m[1] * h[1], "what comes in is masked", key="w"),
        line.claim(d[1], delta * w[1] * m[1] * Applied("sigma", k[1], 1), "what goes back is masked too", key="delta"),
        line.claim(Partial(E, u[1]), d[1] * x, "as always", key="u"),
    )
    out = Lines(Values({"m_1": Fact(0)}, arities={"sigma": 1}))
    kept = Lines(Values({"m_1": Fact(1)}, arities={"sigma": 1}))
    results = []
    for each, number, why in ((out, 0, "left out"), (kept, 1, "kept")):
        for j in (1, 2):
            each.let(k[j], u[j] * x)
            each.let(h[j], Applied("sigma", k[j]))
        each.let(z, w[1] * m[1] * h[1] + w[2] * m[2] * h[2])
        each.let(o, Applied("sigma", z))
        each.context.facts["E"] = Fact(slopes={"o": "E_o"})
        each.let(delta, Partial(E, z))
        right = shown(0) if number == 0 else delta * w[1] * Applied("sigma", k[1], 1) * x
        results.append(Display((each.claim(m[1], shown(number), why), each.claim(Partial(E, u[1]), right, why, key=f"u:{number}"),
                                each.claim(Partial(E, w[1]), shown(0) if number == 0 else delta * h[1], why, key=f"w:{number}"))))  # fmt: skip
    mean = (
        line.claim(q * h[1] + Product((Bracketed(1 - q, "("), shown(0)), "times"), q * h[1], "the mean over both masks", key="mean"),
        line.claim(q * Bracketed(h[1] / q, "(") + Product((Bracketed(1 - q, "("), shown(0)), "times"), h[1], "divided by q when kept", under="q != 0", key="inverted"),
    )
    return Derivation(
        "Dropout",
        (
            Section("", (
                words("In every step of training each hidden unit is left out with some probability. Write a mask in front of what it puts out, 1 where it "
                      "is kept and 0 where it is left out. Two hidden units, any activation, any error ", E, ":"),
                Display(tuple(start)),
                words("The mask is a number like any other, drawn before the step and fixed during it:"),
                Display(tuple(deltas)),
                Display(general),
                words("So a unit that is left out is not changed in this step, neither the weight into it nor the weight out of it:"),
                results[0],
                words("and one that is kept is trained as if nothing had happened:"),
                results[1],
                words("When the net is used, all units are there. If each is kept with probability ", q, ", the mean of what it sends on is ", q,
                      " times as large in training, which is why one scales, at the end or during training:"),
                Display(mean),
            )),
        ),
        notation="gordon",
        sources=("CS 540 slides, Learning in multilayer networks", "N. Srivastava et al., Dropout, 2014",),
        scope="any differentiable activation and error",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
