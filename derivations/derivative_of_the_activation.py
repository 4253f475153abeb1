"""The derivatives of a = sigma(w v + b) by the input v, the weight w and the bias b, split into two equations.

Notation  a, z, v, w, b, sigma', D, as in Gordon's article
Needs     sigmoid_derivative, derivative_of_the_cost
Source    M. Gordon, "Derivative of the activation function"; "Calculating bias deltas" (systems S47, S54, S80)
"""

from symbackprop.derive.book import Lines, rules_table
from symbackprop.derive.curried import D, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Partial, Product, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 14)


def derivation() -> Derivation:
    """da/dv = sigma'(z) w, da/dw = sigma'(z) v, da/db = sigma'(z)."""
    a, b, v, w, z = (Symbol(name) for name in ("a", "b", "v", "w", "z"))
    f = Symbol("f")
    logistic = ("^", ("+", 1, ("exp", ("*", -1, "y"))), -1)
    line = Lines(Values(functions={"sigma": ("y", logistic)}))
    sigma = lambda at, primes=0: Applied("sigma", at, primes)  # noqa: E731
    d = lambda what, by: Partial(what, by, total=True)  # noqa: E731
    times = lambda *factors: Product(factors, "times")  # noqa: E731
    at_z = sigma(z) * (1 - sigma(z))
    split = (line.let(z, w * v + b), line.let(a, sigma(z)))
    slope = line.claim(sigma(Symbol("y"), 1), sigma(Symbol("y")) * (1 - sigma(Symbol("y"))), "the logistic function", key="slope")
    outside = line.claim(d(a, z), at_z, "the slope of the logistic function, at z")
    inside = (
        line.claim(Partial(z, v), w, "sum and constant factor"), line.claim(Partial(z, w), v, "sum and constant factor"),
        line.claim(Partial(z, b), shown(1), "sum"),
    )
    results = []
    for by, factor in ((v, w), (w, v), (b, shown(1))):
        results.append(Display(line.chain(
            Partial(a, by), (times(d(a, z), Partial(z, by)), "chain rule"), (times(at_z, factor), "both are known"),
            (sigma(w * v + b, 1) * factor if by != b else sigma(w * v + b, 1), "Lagrange's prime", f"by {by.name}"),
        )))  # fmt: skip
    functions = (
        line.let(f, function("w b v", sigma(w * v + b))),
        line.claim(apply(D, apply(f, w, b)), function("v", sigma(w * v + b, 1) * w), "by the input"),
        line.claim(apply(D, function("w", apply(f, w, b, v))), function("w", sigma(w * v + b, 1) * v), "by the weight"),
        line.claim(apply(D, function("b", apply(f, w, b, v))), function("b", sigma(w * v + b, 1)), "by the bias"),
        line.claim(Bracketed(v * w, "("), w * v, "which is why the first two are alike"),
    )
    return Derivation(
        "The activation and its derivatives",
        (
            Section("", (
                words("A neuron with one input, one weight and one bias, split into two lines:"),
                Display(split),
                words("The function outside has the slope"),
                Display((slope,)),
                words("and inside there is only a sum of products. Equation by equation:"),
                rules_table("gordon", *((split[0], step) for step in inside), (split[1], outside)),
                words("So the three derivatives are"),
                *results,
                words("As functions, with ", f, " taking its three arguments one at a time:"),
                Display(functions),
            )),
        ),
        notation="gordon",
        sources=("M. Gordon, Derivative of the activation function; Calculating bias deltas",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
