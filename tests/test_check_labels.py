"""Superscripts in brackets number a layer, an example or a step: they are no powers; and letters declared for neurons that are numbered throughout."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.check import check, check_file
from symbackprop.errors import SymbackpropError

BISHOP = (
    "<!-- sbp: net=3-4-2 activation=tanh,identity loss=half_squared notation=slides_net "
    "symbols net_input=a_j output=z_j,y_j input=x_j target=t_k activation=h cost=E_n delta_sign=1 -->\n"
)
RIGHT = [
    r"\delta_j \equiv \frac{\partial E_n}{\partial a_j}", r"\delta_k = y_k - t_k", r"\delta_j = h'(a_j)\sum_k w_{kj}\delta_k", r"z_j = h(a_j)",
    r"\frac{\partial E_n}{\partial w_{ji}} = \delta_j z_i", r"\delta_j = (1 - z_j^2)\sum_k w_{kj}\delta_k", r"w_{kj}^{(2)} = w_{kj}",
    r"\frac{\partial E_n}{\partial w_{ji}^{(1)}} = \delta_j x_i", r"\frac{\partial E_n}{\partial w_{kj}^{(2)}} = \delta_k z_j",
]  # fmt: skip
WRONG = [
    r"\frac{\partial E_n}{\partial w_{ji}} = \delta_i z_j", r"\delta_j = h'(a_j)\sum_k w_{jk}\delta_k", r"\delta_k = t_k - y_k", r"w_{kj}^2 = w_{kj}",
    r"\frac{\partial E_n}{\partial w_{kj}^{(3)}} = \delta_k z_j", r"\frac{\partial E_n}{\partial w_{kj}^{(2)}} = \delta_k z_k",
]  # fmt: skip


@pytest.mark.parametrize(("formulas", "holds"), [(RIGHT, True), (WRONG, False)])
def test_one_letter_for_every_neuron_as_in_bishop(formulas: list[str], holds: bool, tmp_path: Path) -> None:
    page = tmp_path / "bishop.md"
    page.write_text(BISHOP + "".join(f"\n$${each}$$\n" for each in formulas))
    found = [each for each in check_file(page) if each.verdict.name != "DEFINED"]
    assert len(found) == len(formulas)
    assert [each.text for each in found if each.verdict.holds is not holds] == []


@pytest.mark.parametrize("formula", ["x^{(2)} = x x", "x^{[2]} = x x", r"\theta^{(n+1)} = \theta \theta^n", "f^{(2)}(x) = f(x)^2"])
def test_a_label_is_no_power(formula: str) -> None:
    assert not check(formula, free="x,f,n,\\theta")[0].verdict.holds


@pytest.mark.parametrize("formula", ["x^{(2)} + x^{(1)} = x^{(1)} + x^{(2)}", "x^2 = x x", "e^{(x)} = e^x", "x^{(3-1)} = x x"])
def test_a_label_makes_a_letter_and_what_is_computed_is_a_power(formula: str) -> None:
    assert check(formula)[0].verdict.holds


@pytest.mark.parametrize("formula", [r"\sigma(\cdot)", r"\phi(\cdot, \cdot)", "f(.)", r"y = h(\cdot)", r"(\cdot)^2 = 1", r"\cdot", r"(\cdot", r"a \cdot (\cdot b) = 1"])
def test_a_dot_may_hold_the_place_of_an_argument(formula: str) -> None:
    (found,) = check(formula)
    assert not found.verdict.holds and found.verdict.name != "REFUTED"
    assert (found.verdict.name == "MALFORMED") is (formula in (r"(\cdot", r"a \cdot (\cdot b) = 1"))


def test_a_layer_that_is_declared_alone_has_entries() -> None:
    about = {"net": "3-4-2", "loss": "softmax_cross_entropy", "symbols": r"base=nielsen output=\hat{y} net_input=s^{(l)} cost=L"}
    for formula in (r"L = -\sum_k y_k \log \hat{y}_k", r"\hat{y}_k = \frac{e^{s_k^{(2)}}}{\sum_j e^{s_j^{(2)}}}", r"\hat{y} = \mathrm{softmax}(s^{(2)})"):
        assert check(formula, **about)[0].verdict.holds, formula  # type: ignore[arg-type]


def test_an_index_without_end_is_said_to_be_too_large() -> None:
    for index, why in (("9" * 20, "too large"), ("1.5", "no whole number")):
        assert why in check(f"a_{{{index}}} = 1", "2-2-1", notation="bishop")[0].verdict.reason  # type: ignore[attr-defined]


def test_activations_layer_by_layer_and_names_that_others_use() -> None:
    assert check(r"\delta^2_j = a^2_j - y_j", "3-4-2", notation="nielsen", activation="tanh,identity")[0].verdict.holds
    with pytest.raises(SymbackpropError, match="one for each computing layer"):
        check("x = x", "3-4-2", activation="tanh,tanh,tanh")
    with pytest.raises(SymbackpropError) as refused:
        check("x = x", "3-4-2", symbols="preactivation=s_j")
    assert refused.value.try_ == "net_input"
