"""The chain rule as an equation between functions, for two functions and for three, and on powers.

Notation  theta_1, theta_2, D, o, and the dot of pointwise products, as in Gordon's article
Needs     curried_functions
Source    M. Gordon, "The chain rule using Euler notation" (systems S73, S79, S148)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, Pointwise, apply, compose, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Power, Product, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 5)


def box(form: Shown) -> Shown:
    """The form in round brackets."""
    return Bracketed(form, "(")


def times(*factors: Shown) -> Shown:
    """Factors with a cross between them."""
    return Product(factors, "times")


def derivation() -> Derivation:
    """D(f o g) = (D f o g) . D g; x^m after x^n for every real m and n, where x > 0."""
    f, g, h, x = Symbol("theta", "1"), Symbol("theta", "2"), Symbol("theta", "3"), Symbol("x")
    m, n, t = Symbol("m"), Symbol("n"), Symbol("t")
    line = Lines(Values(arities={"theta_1": 1, "theta_2": 1, "theta_3": 1}))
    rule = (
        line.claim(apply(D, compose(f, g)), Pointwise((box(compose(apply(D, f), g)), apply(D, g))), "the chain rule", key="chain"),
        *line.chain(apply(D, compose(f, g), x), (apply(box(Pointwise((box(compose(apply(D, f), g)), apply(D, g)))), x), "at x"),
                    (times(apply(compose(apply(D, f), g), x), apply(D, g, x)), "pointwise product"),
                    (times(apply(D, f, apply(g, x)), apply(D, g, x)), "composition", "chain:at")),
    )  # fmt: skip
    three = line.chain(
        apply(D, compose(f, g, h), x),
        (apply(D, compose(box(compose(f, g)), h), x), "group to the left"),
        (times(apply(D, compose(f, g), apply(h, x)), apply(D, h, x)), "chain rule"),
        (times(apply(D, f, apply(g, apply(h, x))), apply(D, g, apply(h, x)), apply(D, h, x)), "chain rule", "chain:3"),
    )
    power = Lines()
    positive: dict = {"under": "x > 0", "given": [("x", ("exp", "t"))]}  # x = e^t is what every x > 0 can be written as
    p, q = Symbol("p"), Symbol("q")
    ask = lambda left, right, why: power.claim(left, right, why, **positive)  # noqa: E731
    powers = (
        power.let(p, function("x", Power(x, m))), power.let(q, function("x", Power(x, n))),
        ask(apply(D, p, x), m * Power(x, m - 1), "power rule"),
        ask(apply(D, q, x), n * Power(x, n - 1), "power rule"),
        *power.chain(apply(compose(p, q), x), (Power(box(Power(x, n)), m), "composition"), (Power(x, m * n), "power of a power"), **positive),
        ask(apply(D, compose(p, q), x), m * n * Power(x, m * n - 1), "power rule"),
    )  # fmt: skip
    product = power.chain(
        times(apply(D, p, apply(q, x)), apply(D, q, x)),
        (times(m * Power(box(Power(x, n)), m - 1), n * Power(x, n - 1)), "the two derivatives"),
        (times(m * Power(x, n * box(m - 1)), n * Power(x, n - 1)), "power of a power"),
        (m * n * Power(x, n * box(m - 1) + box(n - 1)), "add the exponents"),
        (m * n * Power(x, n * m - 1), "collect"),
        (apply(D, compose(p, q), x), "the same", "chain:powers"),
        **positive,
    )
    del t
    return Derivation(
        "The chain rule as an equation between functions",
        (
            Section("", (
                words("Euler's D maps a function to its derivative, which is a function too. In that language the chain rule has no variables: "
                      "the derivative of a composition is a pointwise product of functions."),
                Display(rule),
                words("For three functions it is used twice, after grouping two of them:"),
                Display(three),
                words("A check on powers. For exponents that are not whole numbers ", x, " must be greater than 0, which the lines below say "
                      "with a star:"),
                Display(powers),
                words("The other side of the chain rule gives the same:"),
                Display(product),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, The chain rule using Euler notation",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
