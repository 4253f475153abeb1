"""Inequalities are decided exactly: in one variable, in one exponential, in squares of many; false ones with a point."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.check.api import check
from symbackprop.proofs.signs import dense, never_negative, squares, times

SMALL = st.integers(-4, 4)


def verdict(formula: str) -> str:
    return check(formula, net="none", free=["z", "u", "v", "x"])[0].verdict.name


@pytest.mark.parametrize("formula", [
    r"\sigma(z)(1-\sigma(z)) \le \frac{1}{4}", r"\sigma(z)(1-\sigma(z)) < e^{-z}", r"\sigma(z)(1-\sigma(z)) \le 0.3",
    r"\sigma(z)^2(1-\sigma(z)) \le \frac{4}{27}", r"\tanh(z) < e^z", r"\tanh(z)^2 < 1", r"\sigma(2z) < 1 + \sigma(z)",
    r"e^z + e^{-z} \ge 2", r"u^4 - u^2 + 1 > 0", r"u^2 + v^2 + x^2 \ge uv + vx + ux", r"-\frac{1}{2}(u-v)^2 \le 0",
    r"(u+v)^2 \le 2(u^2+v^2)", r"\tanh(z) \le 2\sigma(2z)-1",
])  # fmt: skip
def test_true_inequalities_are_proved(formula: str) -> None:
    assert verdict(formula) == "PROVED"


@pytest.mark.parametrize("formula", [
    r"\sigma(z)(1-\sigma(z)) \le \frac{1}{5}", r"\sigma(z)(1-\sigma(z)) < \frac{1}{4}", r"1-\tanh(z)^2 \le \frac{1}{2}",
    r"\sigma(z)^2(1-\sigma(z)) \le \frac{1}{7}", r"u^2+v^2+x^2 > uv+vx+ux", r"(u+v)^2 \ge 2(u^2+v^2)", r"e^z + e^{-z} > 2",
    r"\tanh(z) < 2\sigma(2z)-1", r"\sigma(z) > \frac{1}{2}", r"u^2 > 0", r"(u-v)^2 > 0",
])  # fmt: skip
def test_false_inequalities_are_refuted(formula: str) -> None:
    assert verdict(formula) == "REFUTED"


def test_what_is_not_decided_says_so() -> None:
    assert verdict(r"e^z \ge 1 + z") == "UNDECIDED"


@settings(max_examples=40, deadline=None)
@given(st.lists(SMALL, min_size=1, max_size=5), st.integers(-3, 3), st.integers(1, 6))
def test_a_proof_in_one_variable_holds_at_every_point_tried(coefficients: list[int], low: int, width: int) -> None:
    p, high = dense(coefficients), low + width
    values = [sum(c * (low + Fraction(width * k, 60)) ** n for n, c in enumerate(p)) for k in range(1, 60)]
    if never_negative(p, Fraction(low), Fraction(high), strict=True):
        assert min(values) > 0
    elif never_negative(p, Fraction(low), Fraction(high)):
        assert min(values) >= 0
    else:
        finer = [sum(c * (low + Fraction(width * k, 4000)) ** n for n, c in enumerate(p)) for k in range(1, 4000)]
        assert min(finer) < Fraction(1, 10)


@settings(deadline=None)
@given(st.lists(SMALL, min_size=1, max_size=3), st.lists(SMALL, min_size=2, max_size=3))
def test_squares_are_never_negative_and_a_factor_that_changes_sign_is(square: list[int], other: list[int]) -> None:
    p = times(dense(square), dense(square))
    assert never_negative(p, None, None)
    x = dense([other[0], 1])  # changes sign at -other[0]
    if p and sum(c * (-other[0]) ** n for n, c in enumerate(dense(square))) != 0:
        assert not never_negative(times(p, x), None, None)


@settings(deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL, SMALL, SMALL), min_size=1, max_size=3), st.tuples(SMALL, SMALL, SMALL))
def test_sums_of_squares_are_proved_and_a_negative_point_is_not(forms: list[tuple[int, ...]], at: tuple[int, ...]) -> None:
    poly: dict[tuple[int, ...], int] = {}
    for form in forms:
        terms = [((), form[0]), *(((k,), form[k]) for k in (1, 2, 3))]
        for m, a in terms:
            for n, b in terms:
                key = tuple(sorted((*m, *n)))
                poly[key] = poly.get(key, 0) + a * b
    assert squares({m: c for m, c in poly.items() if c})
    poly[()] = poly.get((), 0) - sum((f[0] + sum(f[k] * at[k - 1] for k in (1, 2, 3))) ** 2 for f in forms) - 1
    assert not squares({m: c for m, c in poly.items() if c})
