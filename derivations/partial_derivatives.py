"""Partial derivatives of sin(x) + z^2, and the total derivative when everything varies at once.

Notation  y, x, z; u, v_1, v_2, t, as in Gordon's article
Needs     chain_rule_in_two_notations
Source    M. Gordon, "Functions of several variables"; "Partial derivatives" (systems S81, S82, S148)
"""

from symbackprop.derive.book import Lines
from symbackprop.derive.curried import D, Lambda, Tuple, apply, function
from symbackprop.derive.derivation import Derivation, Display, Section, words
from symbackprop.derive.meaning import Fact
from symbackprop.derive.shown import Applied, Partial, Product, Symbol, shown
from symbackprop.derive.values import Values
from symbackprop.render.text import show

PLACE = (2, 8)


def derivation() -> Derivation:
    """dy/dx = cos x, dy/dz = 2 z; du/dt = du/dv_1 dv_1/dt + du/dv_2 dv_2/dt for any u, v_1, v_2."""
    x, y, z, phi = Symbol("x"), Symbol("y"), Symbol("z"), Symbol("phi")
    line = Lines(Values(arities={"sin": 1, "cos": 1}, slopes={"sin": ("cos", 1), "cos": ("sin", -1)}))
    sin, cos = Applied("sin", x), Applied("cos", x)
    both = (
        line.let(y, sin + z**2),
        *line.chain(Partial(y, x), (Partial(sin, x) + Partial(z**2, x), "sum rule"), (cos + 0, "the square of z does not depend on x")),
        *line.chain(Partial(y, z), (Partial(sin, z) + Partial(z**2, z), "sum rule"), (shown(0) + Product((shown(2), z), "times"), "power rule")),
    )  # fmt: skip
    euler = (
        line.let(phi, Lambda(("x", "z"), sin + z**2, pair=True)),
        line.claim(apply(D, function("x", apply(phi, Tuple((x, z)))), x), Partial(y, x), "z is held fixed"),
        line.claim(apply(D, function("z", apply(phi, Tuple((x, z)))), z), Partial(y, z), "x is held fixed"),
    )
    u, v1, v2, t = Symbol("u"), Symbol("v", "1"), Symbol("v", "2"), Symbol("t")
    # v_1 and v_2 depend on t and u on both, in any differentiable way: only the slopes have names
    facts = {"v_1": Fact(slopes={"t": "v1_t"}), "v_2": Fact(slopes={"t": "v2_t"}), "u": Fact(slopes={"v_1": "u_v1", "v_2": "u_v2"})}
    total, d = Lines(Values(facts)), lambda what, by: Partial(what, by, total=True)
    rule = total.claim(d(u, t), Partial(u, v1) * d(v1, t) + Partial(u, v2) * d(v2, t), "chain rule, every path", key="total")
    return Derivation(
        "Partial and total derivatives",
        (
            Section("", (
                words("With two variables, the derivative by one treats the other as a constant:"),
                Display(both),
                words("Euler's notation says by a lambda which argument varies:"),
                Display(euler),
                words("When ", u, " depends on ", v1, " and ", v2, ", and both depend on ", t, ", a change of ", t, " reaches ", u,
                      " along two paths, and what comes along them adds up:"),
                Display((rule,)),
                words("Backpropagation in a net with more than one neuron in a layer is this rule, used layer by layer."),
            )),
        ),
        notation="euler",
        sources=("M. Gordon, Functions of several variables; Partial derivatives",),
    )  # fmt: skip


if __name__ == "__main__":
    show(derivation())
