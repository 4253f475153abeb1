"""The checker reads activations and losses as the kernel's terms: what it says needs no SymPy, and the terms are the tables'."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop import activations, losses, shipped, symbols
from symbackprop.activations.activation import Activation
from symbackprop.check.api import check
from symbackprop.check.deciding import stand_ins
from symbackprop.check.deciding.witness import Point
from symbackprop.check.exact.algebra import Algebra, number
from symbackprop.check.exact.ring import Ring
from symbackprop.check.exact.world import World
from symbackprop.networks import Network

_COLD = """
import json, sys
from symbackprop import check
rows = json.loads(sys.argv[1])
said = [check(text, **told)[0].verdict.name for text, told in rows]
print(json.dumps([said, sorted({"sympy", "mpmath", "numpy"} & set(sys.modules))]))
"""
RIGHT = [
    (r"\\delta^L = (a^L - y) \\odot \\sigma'(z^L)", {"net": "2-3-2", "notation": "nielsen"}),
    (r"w_{jk}^l \\leftarrow w_{jk}^l - \\eta a_k^{l-1} \\delta_j^l", {"net": "2-2-2", "notation": "nielsen"}),
    (r"\\mathrm{ReLU}(x) = \\max(0, x)", {}),
    (r"\\tanh'(x) = 1 - \\tanh^2 x", {}),
    (r"\\delta_l = o_l(1-o_l) w_r \\delta_r", {"net": "1-1-1", "notation": "winston", "bias": "none"}),
]
WRONG = [(r"\\delta^L = (a^L - y) \\odot \\sigma(z^L)", {"net": "2-3-2", "notation": "nielsen"})]


def _cold(rows: list[tuple[str, dict[str, str]]]) -> tuple[list[str], list[str]]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([".", *sys.path])}
    text = json.dumps([[formula.replace("\\\\", "\\"), told] for formula, told in rows])
    done = subprocess.run([sys.executable, "-c", _COLD, text], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    said, loaded = json.loads(done.stdout)
    return said, loaded


@pytest.mark.skipif(shipped.tables() is None, reason="the tables that come with the package are of another release of SymPy")
def test_what_the_checker_says_needs_no_sympy_and_a_proof_no_intervals() -> None:
    said, loaded = _cold(RIGHT)
    assert all(each.startswith("PROVED") for each in said) and not loaded
    assert _cold(WRONG) == (["REFUTED"], ["mpmath"])


@pytest.mark.parametrize("kind", activations.entries().values(), ids=lambda kind: kind.name)
def test_the_terms_are_the_values_and_slopes_of_the_table(kind: Activation) -> None:
    if kind.value is None or kind.slope is None:
        assert kind.value_term is kind.slope_term is None and not kind.partial_terms and not kind.slope_is_polynomial
        return
    for term, expression in [(kind.value_term, kind.value), (kind.slope_term, kind.slope),
                             *((kind.partial_terms[role], each) for role, each in kind.parameters.items())]:  # fmt: skip
        assert _number(term) == pytest.approx(float(_at(expression)), rel=1e-12)
    free = kind.slope.free_symbols
    assert kind.slope_is_polynomial == (free <= {symbols.a} and kind.slope.is_polynomial(symbols.a))


@pytest.mark.parametrize("name", sorted(losses.entries()))
def test_the_terms_of_the_losses_are_the_tables(name: str) -> None:
    cost = losses.entries()[name]
    if cost.value is None:
        assert cost.value_term is None
    else:
        assert _number(cost.value_term) == pytest.approx(float(_at(cost.value)), rel=1e-12)


PLACE = {"z": Fraction(3, 7), "a": Fraction(2, 5), "y": Fraction(1, 3), "alpha": Fraction(1, 9)}


def _at(expression: sympy.Expr) -> sympy.Expr:
    return expression.subs({symbols.real(name): sympy.Rational(v.numerator, v.denominator) for name, v in PLACE.items()}).evalf(30)


def _number(term: object) -> float:
    """A term by exact values of the checker's algebra, its atoms by intervals."""
    world = World(None)
    made = world.ring.build(term, {name: number(value) for name, value in PLACE.items()})
    return float(Point(world, 1).value(made).mid)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([each for each in activations.entries().values() if each.value is not None]), st.integers(0, 3),
       st.fractions(-2, 2, max_denominator=9).filter(bool))  # fmt: skip
def test_slopes_of_every_order_are_sympys(kind: Activation, order: int, at: Fraction) -> None:
    point = Point(World(Network.layered([1, 1])), 1)
    found = point.build(stand_ins.slope(kind.value_term, order), point.lift(at), {"alpha": Fraction(1, 7)})
    right = sympy.diff(kind.value, symbols.z, order).subs(symbols.alpha, sympy.Rational(1, 7))
    right = right.subs(symbols.z, sympy.Rational(at.numerator, at.denominator)).evalf(40)
    assert abs(point.iv.mpf(str(right)) - found).b < 1e-25


def test_a_power_of_what_may_be_0_has_no_value() -> None:
    point = Point(World(None), 1)
    for term in (("^", "z", -1), ("/", 1, "z"), ("*", 0, ("^", "z", -1)), ("log", "z"), ("step", "z")):
        assert point.build(term, point.zero, {}) is None
    assert stand_ins.slope(("/", 0, "z"), 1) != 0 and stand_ins.slope(("^", "z", 0), 1) == 0


def test_an_activation_of_the_users_own_is_read_the_same_way() -> None:
    own = Activation("swish_like", value=symbols.z / (1 + sympy.exp(-symbols.z)), source="here",
                     slope=1 / (1 + sympy.exp(-symbols.z)) + symbols.z * sympy.exp(-symbols.z) / (1 + sympy.exp(-symbols.z)) ** 2)  # fmt: skip
    net = Network.layered([1, 1, 1], activation=own)
    assert check(r"\delta^1 = w^2 \delta^2 \sigma'(z^1)", net, notation="nielsen")[0].verdict.name == "PROVED"
    wrong = check(r"\delta^1 = w^2 \delta^2 \sigma(z^1)", net, notation="nielsen")[0].verdict
    assert wrong.name == "REFUTED" and Fraction(wrong.witness["x1"])


def test_an_exact_value_is_built_operator_by_operator() -> None:
    algebra = Algebra()
    z = algebra.name("free", "z")
    ring = Ring(algebra)
    assert algebra.equal(ring.build(("/", ("^", "z", 3), "z"), {"z": z}), algebra.power(z, 2))
    with pytest.raises(KeyError):
        ring.build("alpha", {"z": z})
