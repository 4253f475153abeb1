"""Generated code on symbols: PROVED where it is right, never where a fault is planted, and arithmetic that is arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_codegen import FAULTS, GRAPH, NETS, arrays, python

from symbackprop import Network
from symbackprop.codegen import certify, certify_numpy, certify_python
from symbackprop.codegen.backends import table
from symbackprop.codegen.certify import CodeRefused, CodeVerdict
from symbackprop.codegen.exact_symbols import Ratio, Sign, SymbolDraw, either
from symbackprop.codegen.program import Unrolled

F64 = np.dtype(np.float64)
SMALL = ["xor", "softplus", "chain"]


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch", "source"])
@pytest.mark.parametrize("name", ["xor", "softplus"])
def test_small_nets_are_proved_and_the_scope_is_said(backend: str, name: str) -> None:
    verdict = table()[backend].build(NETS[name], F64).certify()
    assert verdict.kind == "PROVED" and verdict.bound == 0
    assert "all weights, samples and rates" in verdict.words() and "two updates a pass" in verdict.words()


def test_what_grows_too_large_is_proved_for_one_update_and_says_so() -> None:
    verdict = certify_python.certify(*python(GRAPH), GRAPH)
    assert verdict.kind == "PROVED" and "off the kinks" in verdict.words()
    assert "one update a pass; more updates a pass CHECKED" in verdict.words()
    large = Network.layered([20, 30, 10])
    assert certify_numpy.certify(*arrays(large), large).kind == "CHECKED"


@pytest.mark.parametrize(
    "number", [pytest.param(k, marks=[pytest.mark.slow] * (k % 4 != 0)) for k in range(len(FAULTS))]
)
def test_no_planted_fault_is_proved(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run on numbers is switched off, so that the symbols stand alone."""
    net, form, text, wrong = FAULTS[number]
    source, program = python(net) if form == "python" else arrays(net)
    faulty = source.replace(text, wrong)
    module = certify_python if isinstance(program, Unrolled) else certify_numpy
    monkeypatch.setattr(module, "judge", lambda subject: CodeVerdict("CHECKED", 1e-30, ("switched off",)))
    try:
        verdict = module.certify(faulty, program, net)  # type: ignore[arg-type]
    except CodeRefused:
        return  # a wrong helper is refused by the kernel
    assert verdict.kind == "CHECKED"


def test_without_the_fault_the_same_way_leads_to_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certify_python, "judge", lambda subject: CodeVerdict("CHECKED", 1e-30, ("switched off",)))
    for name in SMALL:
        assert certify_python.certify(*python(NETS[name]), NETS[name]).kind == "PROVED"
    monkeypatch.setattr(certify_python, "judge", lambda subject: CodeVerdict("UNDECIDED", 1.0, ()))
    assert certify_python.certify(*python(NETS["xor"]), NETS["xor"]).kind == "UNDECIDED"


def at(made: Ratio, point: dict[int, Fraction]) -> Fraction:
    def value(poly: object) -> Fraction:
        assert isinstance(poly, dict)
        total = Fraction(0)
        for monomial, coefficient in poly.items():
            product = Fraction(coefficient)
            for index in monomial:
                product *= point[index]
            total += product
        return total

    return value(made.up) / value(made.down)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+-*/^s"), st.integers(0, 2)), min_size=1, max_size=7), st.randoms())
def test_ratios_compute_what_fractions_do(steps: list[tuple[str, int]], random: object) -> None:
    draw = SymbolDraw()
    xs = [draw.number("x", k) for k in range(3)]
    point = {k: Fraction(random.randint(1, 50), random.randint(1, 9)) for k in range(3)}  # type: ignore[attr-defined]
    made, good = xs[0], point[0]
    for operation, k in steps:
        if operation == "/" and at(xs[k] + 1, point) == 0:
            continue
        made = {
            "+": lambda m, x: m + x * 2, "-": lambda m, x: 1 - m - x, "*": lambda m, x: m * (x + m),
            "/": lambda m, x: m / (x + 1), "^": lambda m, x: m**2, "s": lambda m, x: 3 - m / 2,
        }[operation](made, xs[k])  # fmt: skip
        good = {
            "+": lambda m, x: m + x * 2, "-": lambda m, x: 1 - m - x, "*": lambda m, x: m * (x + m),
            "/": lambda m, x: m / (x + 1), "^": lambda m, x: m**2, "s": lambda m, x: 3 - m / 2,
        }[operation](good, point[k])  # fmt: skip
        if len(made.up) > 60:
            return
    assert at(made, point) == good


def test_signs_and_activations_keep_their_laws_and_no_more() -> None:
    draw = SymbolDraw()
    x, y = draw.number("x"), draw.number("y")
    s = draw.sign(x)
    assert s * s == s and draw.sign(-x) == 1 - s and s != draw.sign(y) and s != draw.constant(1)
    assert draw.sigmoid(-x) == 1 - draw.sigmoid(x) and draw.exp(x) * draw.exp(-x) == 1
    assert 1 / (1 + draw.exp(-x)) == draw.sigmoid(x) and draw.exp(x) != draw.exp(y)
    assert draw.function("tanh", x) != draw.function("tanh", y) and draw.exp(x - x) == 1
    assert sum(draw.softmax(x, y, x + y)[1:], draw.softmax(x, y, x + y)[0]) == 1
    relu = either(x > 0, lambda: x, lambda: draw.constant(0))
    assert relu == s * x and relu != x and either(True, lambda: 1, lambda: 2) == 1
    with pytest.raises(ArithmeticError):
        bool(Sign(s))
    assert certify._PROVED >= 9
