r"""Hagan's dots and his numbered steps: \dot F^m(n^m) is the diagonal matrix of slopes, W^m(k+1) the matrix after a step."""

from __future__ import annotations

import pytest

from symbackprop import check

HAGAN = {"net": "2-3-2", "notation": "hagan"}
NIELSEN = {"net": "2-3-2", "notation": "nielsen"}
RIGHT = [
    (HAGAN, r"\mathbf{s}^M = -2\dot{\mathbf{F}}^M(\mathbf{n}^M)(\mathbf{t}-\mathbf{a})"),
    (HAGAN, r"\mathbf{s}^m = \dot{\mathbf{F}}^m(\mathbf{n}^m)(\mathbf{W}^{m+1})^T \mathbf{s}^{m+1}"),
    (HAGAN, r"s^m_i = \dot f^m(n^m_i) \sum_j w^{m+1}_{j,i} s^{m+1}_j"), (HAGAN, r"s^M_i = -2(t_i - a_i)\dot f^M(n^M_i)"),
    (HAGAN, r"\frac{\partial n^{m+1}}{\partial n^m} = W^{m+1} \dot F^m(n^m)"), (HAGAN, r"\dot f^1(n) = f^1(n)(1 - f^1(n))"),
    (HAGAN, r"\mathbf{W}^m(k+1) = \mathbf{W}^m(k) - \alpha \mathbf{s}^m (\mathbf{a}^{m-1})^T"), (HAGAN, r"b^m(k+1) = b^m(k) - \alpha s^m"),
    (NIELSEN, r"\delta^L = \Sigma'(z^L) \nabla_a C"), (NIELSEN, r"\delta^l = \Sigma'(z^l) (w^{l+1})^T \delta^{l+1}"),
]  # fmt: skip
WRONG = [
    (HAGAN, r"s^M = 2 \dot F^M(n^M)(t - a)"), (HAGAN, r"s^M = -\dot F^M(n^M)(t - a)"), (HAGAN, r"s^m = \dot F^m(n^m) W^{m+1} s^{m+1}"),
    (HAGAN, r"s^1 = \dot F^1(a^1) (W^2)^T s^2"), (HAGAN, r"s^1 = \dot F^2(n^2) (W^2)^T s^2"), (HAGAN, r"s^m_i = \dot f^m(n^m_i) \sum_j w^{m+1}_{i,j} s^{m+1}_j"),
    (HAGAN, r"\frac{\partial n^{m+1}}{\partial n^m} = \dot F^m(n^m) W^{m+1}"), (HAGAN, r"\dot f^1(n) = f^1(n)(1 + f^1(n))"),
    (HAGAN, r"\mathbf{W}^m(k+1) = \mathbf{W}^m(k) + \alpha \mathbf{s}^m (\mathbf{a}^{m-1})^T"), (HAGAN, r"b^m(k+1) = b^m(k) - 2 \alpha s^m"),
    (NIELSEN, r"\delta^L = \Sigma'(a^L) \nabla_a C"), (NIELSEN, r"\delta^l = \Sigma'(z^l) w^{l+1} \delta^{l+1}"),
]  # fmt: skip
OPEN = [
    (NIELSEN, r"\delta^L = \Sigma(z^L) \nabla_a C"), (HAGAN, r"s^M = \dot G^M(n^M)(t - a)"), (HAGAN, r"F = \dot{F}"),
    (HAGAN, r"W^m(k+1) + 1 = W^m(k)"), (HAGAN, r"W^m(k+2) = W^m(k) - \alpha s^m (a^{m-1})^T"), (HAGAN, r"a^m(k+1) = a^m(k) - \alpha s^m"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "formula"), RIGHT)
def test_right_formulas_are_proved(where: dict[str, str], formula: str) -> None:
    assert check(formula, **where)[0].verdict.holds


@pytest.mark.parametrize(("where", "formula"), WRONG)
def test_wrong_formulas_are_refuted(where: dict[str, str], formula: str) -> None:
    assert check(formula, **where)[0].verdict.name in ("REFUTED", "UNDEFINED")


@pytest.mark.parametrize(("where", "formula"), OPEN)
def test_what_has_no_such_meaning_is_neither(where: dict[str, str], formula: str) -> None:
    assert all(each.verdict.name not in ("PROVED", "REFUTED") for each in check(formula, **where))
