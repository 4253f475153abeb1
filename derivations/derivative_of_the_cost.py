"""The cost 1/2 (u - v)^2 and its derivative by v, split into three equations, as a table of rules.

Notation  C u v, c, alpha, beta, as in Gordon's article
Needs     chain_rule_in_two_notations, curried_functions
Source    M. Gordon, "Derivative of the cost function" (systems S60, S80)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines, rules_table
from symbackprop.derive.curried import D, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Number, Partial, Product, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 13)


def derivation() -> Derivation:
    """D(C u) = lambda v. v - u; C u v = C v u, yet C 2 and C 3 are two functions."""
    u, v, c, alpha, beta, C = (Symbol(name) for name in ("u", "v", "c", "alpha", "beta", "C"))
    line = Lines(Values())
    half = Number(Fraction(1, 2))
    d = lambda what, by: Partial(what, by, total=True)  # noqa: E731
    times = lambda *factors: Product(factors, "times")  # noqa: E731
    definition = (
        line.let(C, function("u v", half * Bracketed(u - v, "(") ** 2), key="cost"),
        line.claim(apply(C, u, v), apply(C, v, u), "the square does not see the sign", key="symmetric"),
        line.claim(apply(C, 2, 3), apply(C, 3, 2), "both are 1/2"),
        line.claim(apply(C, 2), function("v", half * Bracketed(2 - v, "(") ** 2), "partial application"),
        line.claim(apply(C, 3), function("v", half * Bracketed(3 - v, "(") ** 2), "partial application"),
        line.claim(apply(C, 2, 2) - apply(C, 3, 2), -half, "so C 2 and C 3 differ, for example at 2"),
    )
    split = (line.let(beta, u - v), line.let(alpha, beta**2), line.let(c, half * alpha), line.claim(c, apply(C, u, v), "put together"))
    rows = (
        line.claim(d(c, alpha), half, "a constant factor"),
        line.claim(d(alpha, beta), 2 * beta, "power rule"),
        line.claim(d(beta, v), shown(-1), "difference; u does not depend on v"),
    )
    whole = line.chain(
        d(c, v),
        (times(d(c, alpha), d(alpha, beta), d(beta, v)), "chain rule"),
        (times(half, 2 * beta, shown(-1)), "the three derivatives"),
        (times(half, shown(2) * Bracketed(u - v, "("), shown(-1)), "beta is u - v"),
        (v - u, "collect", "slope"),
    )
    return Derivation(
        "The cost and its derivative",
        (
            Section("", (
                words("The cost of a desired output ", u, " and an actual one ", v, ":"),
                Display(definition),
                words("To differentiate it by ", v, ", split it, one operation to a line:"),
                Display(split),
                words("Each equation has a derivative by one rule:"),
                rules_table("gordon", (split[2], rows[0]), (split[1], rows[1]), (split[0], rows[2])),
                words("The chain rule puts them together:"),
                Display((*whole, line.claim(apply(D, apply(C, u)), function("v", v - u), "as functions", key="slope:function"))),
            )),
        ),
        notation="gordon",
        sources=("M. Gordon, Derivative of the cost function",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
