"""The derivative of sin(x^2), by Leibniz's variables and by Euler's functions: the same.

Notation  y, u, x and E_1, E_2 as functions phi_1, phi_2, as in Gordon's article
Needs     chain_rule_for_functions
Source    M. Gordon, "The chain rule using Leibniz notation" (systems S73, S74, S75, S148)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, Pointwise, apply, compose, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Applied, Bracketed, Partial, Product, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 6)


def derivation() -> Derivation:
    """dy/dx = dy/du du/dx = cos(x^2) 2 x, twice."""
    x, y, u = Symbol("x"), Symbol("y"), Symbol("u")
    first, second = Symbol("phi", "1"), Symbol("phi", "2")
    context = Values(arities={"sin": 1, "cos": 1}, slopes={"sin": ("cos", 1), "cos": ("sin", -1)})
    line = Lines(context)
    sin, cos = (lambda at: Applied("sin", at)), (lambda at: Applied("cos", at))
    d = lambda what, by: Partial(what, by, total=True)  # noqa: E731
    times = lambda *factors: Product(factors, "times")  # noqa: E731

    leibniz = (
        line.let(u, x**2), line.let(y, sin(u)),
        line.claim(d(y, u), cos(u), "derivative of the sine"), line.claim(d(u, x), 2 * x, "power rule"),
        *line.chain(d(y, x), (times(d(y, u), d(u, x)), "chain rule"), (times(cos(u), 2 * x), "both are known"),
                    (times(cos(x**2), 2 * x), "u is the square of x", "leibniz")),
    )  # fmt: skip
    named = (line.let(first, function("x", sin(x))), line.let(second, function("x", x**2)))
    product = Pointwise((Bracketed(compose(apply(D, first), second), "("), apply(D, second)))
    euler = line.chain(
        apply(D, compose(first, second), x),
        (apply(Bracketed(product, "("), x), "chain rule"),
        (times(apply(Bracketed(compose(apply(D, first), second), "("), x), apply(D, second, x)), "pointwise product"),
        (times(apply(D, first, apply(second, x)), apply(D, second, x)), "composition"),
        (times(cos(x**2), apply(Bracketed(function("x", 2 * x), "("), x)), "the two derivatives"),
        (times(cos(x**2), 2 * x), "put in x", "euler"),
    )
    return Derivation(
        "One derivative in two notations",
        (
            Section("", (
                words("Leibniz gives names to intermediate values. To differentiate sin of the square of ", x, ", name the square ", u, ":"),
                Display(leibniz),
                words("Euler gives names to functions instead:"),
                Display((*named, *euler)),
                words("Both end in the same line:"),
                Display((line.claim(d(y, x), apply(D, compose(first, second), x), "the two results", key="same"),)),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, The chain rule using Leibniz notation",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
