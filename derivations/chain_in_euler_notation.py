"""Backpropagation through four neurons in a row, with any f and any cost C, in Euler's notation.

Notation  f p a, C (g x) a, D, o, lambda, a_i, p_i, d_i, Delta p_i, eta, as in Gordon's article
Needs     chain_rule_for_functions
Source    M. Gordon, "One neuron per layer example"; "Euler-style backpropagation calculation of deltas" (systems S6, S62, S71, S73, S152)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, apply, compose, function
from symbackprop.derive.derivation import Derivation, Display, Figure, Section, Step, words
from symbackprop.derive.shown import Product, Shown, Symbol
from symbackprop.derive.values import Values
from symbackprop.networks import Network
from symbackprop.render.text import show

PLACE = (2, 9)

f, C, g, x, eta, c, v = (Symbol(name) for name in ("f", "C", "g", "x", "eta", "c", "v"))
p = {i: Symbol("p", str(i)) for i in (1, 2, 3, 4)}
a: dict[int, Shown] = {0: x, **{i: Symbol("a", str(i)) for i in (1, 2, 3, 4)}}
d = {i: Symbol("d", str(i)) for i in (1, 2, 3, 4)}
COST = apply(C, apply(g, x))
TIMES = "times"


def lines() -> Lines:
    """A context in which f and C are any functions of two numbers and g of one."""
    return Lines(Values(arities={"f": 2, "C": 2, "g": 1}))


def forward(line: Lines) -> tuple[Step, ...]:
    """The activations of the four neurons."""
    return tuple(line.let(a[i], apply(f, p[i], a[i - 1]), key=f"a{i}") for i in (1, 2, 3, 4))


def varied(i: int) -> Shown:
    """Neuron i as a function of its parameter."""
    return function("v", apply(f, v, a[i - 1]))


def after(i: int, last: int = 4) -> list[Shown]:
    """The functions that follow neuron i, the cost first."""
    return [COST, *(apply(f, p[k]) for k in range(last, i, -1))]


def known(i: int) -> tuple[Shown, ...]:
    """The derivatives of the functions after neuron i, each at its own argument."""
    return (apply(D, COST, a[4]), *(apply(D, apply(f, p[k]), a[k - 1]) for k in range(4, i, -1)))


def calculation(line: Lines, i: int) -> tuple[Step, ...]:
    """d_i, then the partial derivative by p_i, one composition taken apart per pair of lines."""
    by = apply(D, varied(i), p[i])
    slopes: list[Shown] = []
    rights: list[tuple[Shown, str]] = []
    for k in range(i, 5):
        head = apply(D, compose(*after(k)))
        at = apply(f, p[k], a[k - 1])
        rights.append((Product((apply(head, at), *reversed(slopes), by), TIMES), "chain rule"))
        rights.append((Product((apply(head, a[k]), *reversed(slopes), by), TIMES), "the forward pass"))
        if k < 4:
            slopes.append(apply(D, apply(f, p[k + 1]), a[k]))
    value = Product(known(i), TIMES) if i < 4 else known(i)[0]
    steps = [line.let(d[i], value, key=f"d{i}")]
    if i < 4:
        steps.append(line.claim(None, Product((d[i + 1], apply(D, apply(f, p[i + 1]), a[i])), TIMES), "the delta after it", key=f"d{i}:step"))
    start = apply(D, compose(*after(i), varied(i)), p[i])
    return (*steps, *line.chain(start, *rights, (Product((d[i], by), TIMES), "its name", f"p{i}")))


def derivation() -> Derivation:
    """d_4, d_3, d_2, d_1 and the four partial derivatives, composition by composition."""
    line = lines()
    phi = Symbol("phi")
    start = forward(line)
    cost = line.let(c, apply(COST, a[4]), key="cost")
    whole = line.let(phi, function("v", apply(COST, apply(f, p[4], apply(f, p[3], apply(f, p[2], apply(f, v, x)))))))
    composed = line.claim(phi, compose(*after(1), function("v", apply(f, v, x))), "as a composition")
    blocks = []
    for i in (4, 3, 2, 1):
        blocks += [words("Neuron ", p[i], ":") if i == 4 else words("One neuron further to the front:"), Display(calculation(line, i))]
    summary = tuple(line.change(eta, c, p[i], -(eta * d[i] * apply(D, varied(i), p[i]))) for i in (4, 3, 2, 1))
    return Derivation(
        "Four neurons in a row, in Euler's notation",
        (
            Section("", (
                words("Four neurons in a row, each computing the same function ", f, " of its own parameter and of what comes in. Neither ", f,
                      " nor the cost ", C, " is chosen; all that is used is that they can be differentiated."),
                Figure("net", ("Four neurons in a row; the parameters on the arrows.",), Network.chain(4, "undefined", "undefined", bias=False)),
                words("The forward pass:"),
                Display((*start, cost)),
                words("As a function of the first parameter alone the cost is a composition:"),
                Display((whole, composed)),
                words("Now backwards. ", d[4], " is the derivative of the cost by the last activation; each step takes one function off the "
                      "composition and moves on to the activation before."),
                *blocks,
                words("A step of descent then changes the parameters by"),
                Display(summary),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Euler-style backpropagation calculation of deltas",),
        scope="any differentiable f and C",
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
