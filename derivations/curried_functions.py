"""Functions of several numbers are functions that return functions: application, partial application, composition.

Notation  lambda, f x y, o, types, as in Gordon's article
Needs     nothing
Source    M. Gordon, "Notation for functions"; "Machine learning as function approximation" (systems S15, S77)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, Lambda, Tuple, apply, compose, function
from symbackprop.derive.derivation import Derivation, Display, Section, Table, words
from symbackprop.derive.shown import Bracketed, Symbol, shown
from symbackprop.derive.types import type_of
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 1)


def derivation() -> Derivation:
    """(lambda x. lambda y. x + y) 2 3 = 5, and composition is a function of functions."""
    x, y, p, f, g, h = (Symbol(name) for name in ("x", "y", "p", "f", "g", "h"))
    phi, psi, net = Symbol("phi"), Symbol("psi"), Symbol("f", "N")
    line = Lines(Values(arities={"f": 1, "g": 1, "h": 1}))
    plus = function("x", function("y", x + y))
    pair = Lambda(("x", "y"), x + y, pair=True)

    double = apply(pair, 2, 3)
    forms = (shown(2), function("x", x**2), apply(function("x", x**2), 2), Lambda(("x", "y"), x + y), apply(Lambda(("x", "y"), x + y), 2),
             Tuple((shown(2), shown(3))), pair, apply(pair, Tuple((shown(2), shown(3)))), D, apply(D, function("x", x**2)), double, apply(D, shown(2)))  # fmt: skip
    types = Table(("expression", "type"), tuple((each, type_of(line.context, each)) for each in forms))
    return Derivation(
        "Functions that return functions",
        (
            Section("", (
                words("A function of two numbers can take them one at a time: given the first, it returns a function that waits for "
                      "the second. Applying it to fewer arguments than it could take is partial application."),
                Display((
                    *line.chain(apply(plus, 2), (function("y", 2 + y), "put 2 in the place of x", "partial")),
                    *line.chain(apply(plus, 2, 3), (apply(Bracketed(function("y", 2 + y), "("), 3), "application is read to the left"),
                                (shown(2) + 3, "put 3 in the place of y"), (shown(5), "arithmetic", "five")),
                    line.claim(Lambda(("x", "y"), x + y), plus, "one lambda for both"),
                )),
                words("The function that takes a pair instead is another one; on (2, 3) it has the same value:"),
                Display((line.claim(apply(pair, Tuple((shown(2), shown(3)))), apply(plus, 2, 3), "both are 5"),)),
                words("Two functions one after the other are a function again, and it does not matter how three of them are grouped:"),
                Display((
                    line.claim(apply(compose(f, g), x), apply(f, apply(g, x)), "composition", key="compose"),
                    line.claim(compose(Bracketed(compose(f, g), "("), h), compose(f, Bracketed(compose(g, h), "(")), "associativity"),
                )),
                words("A net is such a function: with its parameter ", p, " fixed it maps inputs to outputs, and with its input ", x,
                      " fixed it maps parameters to outputs. For one linear neuron, for example, the two are"),
                Display((
                    line.let(net, Lambda(("p", "x"), p * x)),
                    line.claim(apply(net, 3), function("x", 3 * x), "the parameter is fixed"),
                    line.claim(function("p", apply(net, p, 2)), function("p", p * 2), "the input is fixed"),
                    line.let(phi, function("p", apply(net, p, 2) - 1)),
                    line.let(psi, function("x", x ** 2)),
                    line.claim(apply(compose(psi, phi), 4), shown(49), "(4 times 2, minus 1) squared"),
                )),
                words("Every expression that fits together has a type, and the types say what may be applied to what. These were found by the program "
                      "that proves the lines; the last two expressions have none:"),
                types,
                words("Learning changes ", p, " while ", x, " is held fixed; running the net does the opposite."),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Notation for functions; Machine learning as function approximation",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
