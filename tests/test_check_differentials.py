r"""Differentials by themselves and the trace trick; and corrections without a factor 1 left over."""

from __future__ import annotations

import pytest

from symbackprop.check import check

NET = {"net": "2-3-2", "notation": "nielsen", "loss": "half_squared"}
RIGHT = [
    r"dC = \mathrm{tr}((\frac{\partial C}{\partial w^2})^T dw^2)", r"dC = \operatorname{tr}\left(a^1 (\delta^2)^T dw^2\right)", r"dC = (\delta^2)^T dz^2",
    r"dC = (\delta^1)^T dz^1", r"dC = \sum_j \delta^2_j dz^2_j", r"dz^2 = dw^2 a^1 + w^2 da^1 + db^2", r"da^2 = \sigma'(z^2) \odot dz^2",
    r"dz^l = w^l da^{l-1}", r"dz^l_j = \sum_k w^l_{jk} da^{l-1}_k", r"dz^l_j = \sum_k a^{l-1}_k dw^l_{jk} + db^l_j", r"dC = \sum_{j,k} a^1_k \delta^2_j dw^2_{jk}",
    r"\mathrm{tr}((\frac{\partial C}{\partial w^2})^T dw^2) = dC", r"\mathrm{d}C = (\delta^2)^T \mathrm{d}w^2 a^1", r"d(w^2 a^1) = dw^2 a^1",
    r"dC = (a^2 - y)^T da^2", "dC = Σ_j δ^2_j dz^2_j",
]  # fmt: skip
WRONG = [
    r"dC = -\mathrm{tr}((\frac{\partial C}{\partial w^2})^T dw^2)", r"dC = 2\sum_j \delta^2_j dz^2_j", r"da^2 = \sigma(z^2) \odot dz^2",
    r"dz^l_j = \sum_k w^l_{kj} da^{l-1}_k", r"dC = \sum_{j,k} a^1_j \delta^2_k dw^2_{jk}", r"dC = (y - a^2)^T da^2",
    r"dC = \mathrm{tr}(\frac{\partial C}{\partial w^2} dw^2)", r"dC = \delta^2_j dz^2_j",
]  # fmt: skip
OPEN = [  # nothing to decide, or nothing that says what varies
    "dC = 0", "dC = dC", "dx = 0", r"dC = (\delta^2)^T dz^2 + (\delta^1)^T dz^1", "d = 3", r"dC = \nabla_{w^2} C : dw^2", r"d d C = d d C", "d() = d()",
    r"dC = dd_{w}", r"d^2C = dw^2",
]  # fmt: skip


@pytest.mark.parametrize("formula", RIGHT)
def test_right_ones_are_proved(formula: str) -> None:
    assert check(formula, **NET)[0].verdict.name == "PROVED"  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", WRONG)
def test_wrong_ones_are_refuted(formula: str) -> None:
    assert check(formula, **NET)[0].verdict.name in ("REFUTED", "UNDEFINED")  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", OPEN)
def test_what_does_not_say_what_varies_is_left_open(formula: str) -> None:
    assert check(formula, **NET)[0].verdict.name in ("UNDECIDED", "UNRESOLVED", "MALFORMED", "NO CLAIM")  # type: ignore[arg-type]


@pytest.mark.parametrize(("wrong", "corrected"), [
    (r"\frac{\partial C}{\partial a_k^1} = \frac12\sum_j \delta^2_j w^2_{jk}", r"\frac{\partial C}{\partial a_k^1} = \sum_j \delta^2_j w^2_{jk}"),
    (r"\frac{\partial C}{\partial a_k^1} = 2\sum_j \delta^2_j w^2_{jk}", r"\frac{\partial C}{\partial a_k^1} = \sum_j \delta^2_j w^2_{jk}"),
    (r"dC = 2\sum_j \delta^2_j dz^2_j", r"dC = \sum_j \delta^2_j dz^2_j"), (r"da^2 = \sigma(z^2) \odot dz^2", r"da^2 = \sigma'(z^2) \odot dz^2"),
    (r"\delta^2_j = (a^2_j - 1) \sigma'(z^2_j)", r"\delta^2_j = (a^2_j - y_{j}) \sigma'(z^2_j)"),
])  # fmt: skip
def test_no_correction_keeps_a_factor_of_one(wrong: str, corrected: str) -> None:
    r"""`\frac12\sum` was corrected to `1\sum`."""
    assert check(wrong, **NET)[0].corrected == corrected  # type: ignore[arg-type]


RELU = {"net": "2-2-1", "activation": "relu", "output_activation": "sigmoid"}


@pytest.mark.parametrize(("notation", "right", "wrong"), [
    ("matrix", r"\delta^1 = (W^2)^T \delta^2 \odot (z^1 > 0)", r"\delta^1 = (W^2)^T \delta^2 \odot (z^1 < 0)"),
    ("code", r"dZ_1 = dA_1 \odot (Z_1 > 0)", r"dZ_1 = dA_1 \odot (Z_1 < 0)"), ("code", r"A_1 = \max(0, Z_1)", r"A_1 = \max(0, -Z_1)"),
    ("code", r"A_1 = Z_1 \odot (Z_1 > 0)", r"A_1 = (Z_1 > 0)"), ("code", r"g'(Z_1) = (Z_1 > 0)", r"g'(Z_1) = (Z_1 < 0)"),
])  # fmt: skip
def test_a_comparison_in_round_brackets_is_a_number(notation: str, right: str, wrong: str) -> None:
    r"""`\odot (Z > 0)` was a bracket left open."""
    batch = {"batch": "yes"} if notation == "code" else {}
    assert check(right, notation=notation, **RELU, **batch)[0].verdict.name == "PROVED_AE"  # type: ignore[arg-type]
    assert check(wrong, notation=notation, **RELU, **batch)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]
