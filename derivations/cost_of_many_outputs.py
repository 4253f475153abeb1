"""Half the squared length of the difference of two vectors, its derivatives by the outputs, and the same split into steps.

Notation  u_k, v_k, y_k, a_k^L, c as in Gordon's article
Needs     derivative_of_the_cost
Source    M. Gordon, "Two neuron per layer example: Cost function", "Partial derivatives" (systems S61, S80)
"""

from fractions import Fraction

from symbackprop.derive.book import Lines, Q
from symbackprop.derive.curried import Dot, Tuple
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.shown import Bracketed, Number, Partial, Power, Product, Symbol, shown
from symbackprop.derive.values import NetValues, Values
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 18)


def derivation() -> Derivation:
    """1/2 |y - a|^2 = 1/2 sum (y_k - a_k)^2, and its derivative by a_k is a_k - y_k."""
    half = Number(Fraction(1, 2))
    u, v = [Symbol("u", str(k)) for k in (1, 2, 3)], [Symbol("v", str(k)) for k in (1, 2, 3)]
    C, s = Symbol("C"), Symbol("s")
    plain = Lines(Values())
    difference = Tuple(tuple(Bracketed(a - b, "(") for a, b in zip(u, v)))
    squares = plain.claim(Dot(difference, difference), (u[0] - v[0]) ** 2 + (u[1] - v[1]) ** 2 + (u[2] - v[2]) ** 2, "squares of the entries")
    root = Power(Bracketed(Power(s, half), "("), shown(2))
    square = plain.claim(root, s, "the square of a root", under="s > 0", given=[("s", ("exp", "t"))])
    total = plain.let(C, half * Bracketed((u[0] - v[0]) ** 2 + (u[1] - v[1]) ** 2 + (u[2] - v[2]) ** 2, "("))
    turned = plain.claim(C, half * Bracketed((v[0] - u[0]) ** 2 + (v[1] - u[1]) ** 2 + (v[2] - u[2]) ** 2, "("), "a square has no sign")
    partials = tuple(plain.claim(Partial(C, each), each - other, "chain rule") for each, other in zip(v, u))

    net = Network.layered([2, 2, 2, 2, 2], activation="undefined", loss="half_squared")
    line = Lines(NetValues(net))
    c, a1, a2, y1, y2 = Q("cost"), Q("output", "u4_1"), Q("output", "u4_2"), Q("target", "y1"), Q("target", "y2")
    uu, vv = Symbol("u"), Symbol("v")
    split = (
        line.let(vv, y1 - a1), line.let(uu, vv**2),
        line.claim(c, half * Bracketed(uu + (y2 - a2) ** 2, "("), "the cost of this net", key="cost"),
    )  # fmt: skip
    # by u and by v the quotients are those of the split equations
    own = Lines(Values())
    cost, second, first = Symbol("c"), Symbol("q"), Symbol("a", "1")
    target = Symbol("y", "1")
    own.let(vv, target - first)
    own.let(uu, vv**2)
    own.let(cost, half * Bracketed(uu + second, "("))
    times = lambda *factors: Product(factors, "times")  # noqa: E731
    steps = own.chain(
        Partial(cost, first),
        (times(Partial(cost, uu), Partial(uu, vv), Partial(vv, first)), "chain rule"),
        (times(half, 2 * vv, shown(0) - 1), "the three derivatives"),
        (-vv, "collect"),
        (first - target, "v is the difference"),
    )
    result = (line.claim(Partial(c, a1), a1 - y1, "as computed", key="slope1"), line.claim(Partial(c, a2), a2 - y2, "in the same way", key="slope2"))
    return Derivation(
        "The cost of several outputs",
        (
            Section("", (
                words("With several outputs the difference between what is desired and what is put out is a vector; its length squared is the "
                      "sum of the squares of its entries (the root in the length and the square undo each other):"),
                Display((squares, square)),
                words("Half of that is the cost, here of three outputs:"),
                Display((total, turned, *partials)),
                words("In the net with two outputs, name the first difference and its square:"),
                Display(split),
                words("With ", second, " for the other square, which does not depend on the first output ", first, ":"),
                Display(steps),
                words("So in the net, where the last layer is the fourth:"),
                Display(result),
            )),
        ),
        net,
        notation="leibniz",
        sources=("M. Gordon, Two neuron per layer example, Cost function; Partial derivatives",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
