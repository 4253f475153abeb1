"""The rules that the tables of the article name, each as a line for any functions.

Notation  f, g any functions of one number, D, alpha, beta, u, v as in Gordon's article
Needs     chain_rule_for_functions
Source    M. Gordon, "Derivative of the cost function", "Derivative of the activation function" (systems S80, S148)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Exponential, Partial, Shown, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 27)


def derivation() -> Derivation:
    """d alpha/d alpha = 1, d u/d v = 0, sums, factors, products, quotients, powers, sin, exp, log."""
    f, g, x, k, alpha, u, v, b, w = (Symbol(name) for name in ("f", "g", "x", "k", "alpha", "u", "v", "b", "w"))
    line = Lines(Values(arities={"f": 1, "g": 1, "sin": 1, "cos": 1}, slopes={"sin": ("cos", 1), "cos": ("sin", -1)}))
    d = lambda what, by: Partial(what, by, total=True)  # noqa: E731
    D_ = lambda body: apply(D, function("x", body), x)  # noqa: E731
    fx, gx, df, dg = apply(f, x), apply(g, x), apply(D, f, x), apply(D, g, x)
    simple = (
        line.claim(d(alpha, alpha), shown(1), "a variable by itself"),
        line.claim(d(u, v), shown(0), "one that does not depend on it"),
        line.claim(Partial(w * v + b, v), w, "addition and a constant factor"),
        line.claim(Partial(w * v + b, b), shown(1), "addition"),
    )
    general = (
        line.claim(D_(fx + gx), df + dg, "sum", key="sum"),
        line.claim(D_(fx - gx), df - dg, "difference", key="difference"),
        line.claim(D_(k * fx), k * df, "constant factor", key="factor"),
        line.claim(D_(fx * gx), df * gx + fx * dg, "product", key="product"),
        line.claim(D_(fx / gx), (df * gx - fx * dg) / gx**2, "quotient", key="quotient", under="g x != 0"),
        line.claim(D_(apply(f, apply(g, x))), apply(D, f, apply(g, x)) * dg, "chain", key="chain"),
    )
    table: tuple[tuple[Shown, Shown, str, str], ...] = (
        (x**2, 2 * x, "power", ""), (x**3, 3 * x**2, "power", ""), (1 / x, -(1 / x**2), "power", "x != 0"), (Exponential(x), Exponential(x), "exponential", ""),
        (Applied("log", x), 1 / x, "logarithm", "x > 0"), (Applied("sin", x), Applied("cos", x), "sine", ""), (Applied("cos", x), -Applied("sin", x), "cosine", ""),
        (Exponential(-x), -Exponential(-x), "exponential and chain", ""),
    )  # fmt: skip
    entries = tuple(line.claim(Partial(of, x, operator=True, total=True), is_, rule, under=under) for of, is_, rule, under in table)
    return Derivation(
        "The rules of differentiation",
        (
            Section("", (
                words("All that the derivations of this book use, in one place. Variables and constants:"),
                Display(simple),
                words("For any two differentiable functions ", f, " and ", g, " and a number ", k, ":"),
                Display(general),
                words("And a few functions:"),
                Display(entries),
                words("Lines with a star hold where no denominator is 0 and every logarithm has something to be the logarithm of."),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Derivative of the cost function; Derivative of the activation function",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
