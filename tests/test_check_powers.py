"""A power of a quantity is not that quantity: not where it is differentiated, nor below a derivative, nor in an update or a given value."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check


def _name(formula: str, net: str = "1-1-1", notation: str = "winston") -> str:
    return check(formula, net, notation=notation)[0].verdict.name


@pytest.mark.parametrize(
    ("formula", "net", "notation"),
    [
        (r"\frac{\partial C^2}{\partial w_{11}^2} = \frac{\partial C}{\partial w_{11}^2}", "2-2-1", "nielsen"),
        (r"\frac{\partial E^2}{\partial w_{ji}} = \frac{\partial E}{\partial w_{ji}}", "2-2-1", "slides_net"),
        (r"\frac{\partial P^2}{\partial w_r} = \frac{\partial P}{\partial w_r}", "1-1-1", "winston"),
        (r"\frac{\partial o_r^2}{\partial p_r} = o_r(1-o_r)", "1-1-1", "winston"),
    ],
)
def test_the_derivative_of_a_power_is_not_that_of_the_quantity(formula: str, net: str, notation: str) -> None:
    assert _name(formula, net, notation) == "REFUTED"


@pytest.mark.parametrize(
    ("formula", "net", "notation"),
    [
        (r"\frac{\partial C^2}{\partial w_{11}^2} = 2 C \frac{\partial C}{\partial w_{11}^2}", "2-2-1", "nielsen"),
        (r"\frac{\partial E^2}{\partial w_{ji}} = 2E\frac{\partial E}{\partial w_{ji}}", "2-2-1", "slides_net"),
        (r"\frac{dP^2}{dw_r} = 2P\frac{dP}{dw_r}", "1-1-1", "winston"),
        (r"\frac{\partial o_r^3}{\partial p_r} = 3 o_r^3 (1-o_r)", "1-1-1", "winston"),
        (r"w_r^{new} = w_r + \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"w_r^{(t+1)} = w_r^{(t)} + \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"\frac{\partial P}{\partial w_r^{(t)}} = o_l \delta_r", "1-1-1", "winston"),
        (r"\frac{\partial C}{\partial (w^2_{11})} = a^1_1\delta^2_1", "2-2-1", "nielsen"),
    ],
)
def test_right_formulas_about_powers_and_marked_values_are_proved(formula: str, net: str, notation: str) -> None:
    assert _name(formula, net, notation) == "PROVED"


@pytest.mark.parametrize(
    ("formula", "net", "notation"),
    [
        (r"\frac{\partial P}{\partial w_r^2} = \frac{\partial P}{\partial w_r}", "1-1-1", "winston"),
        (r"\frac{\partial P}{\partial w_r^{2}} = o_l \delta_r", "1-1-1", "winston"),
        (r"\frac{\partial o_r}{\partial p_r^2} = o_r(1-o_r)", "1-1-1", "winston"),
        (r"\frac{\partial E}{\partial w_{ji}^2} = -\delta_j o_i", "2-2-1", "slides_net"),
        (r"\frac{\partial C}{\partial (w^2_{11})^2} = a^1_1\delta^2_1", "2-2-1", "nielsen"),
        (r"\frac{\partial P}{\partial w_r'} = \frac{\partial P}{\partial w_r}", "1-1-1", "winston"),
        (r"\frac{\partial P}{\partial w_r^{new}} = \frac{\partial P}{\partial w_r}", "1-1-1", "winston"),
        (r"\frac{\partial P'}{\partial w_r} = \frac{\partial P}{\partial w_r}", "1-1-1", "winston"),
        (r"w_r^2 \leftarrow w_r + \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"(w_r)^2 \leftarrow w_r + \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"\Delta w_r^2 = \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"\Delta (w_r)^2 = \alpha o_l \delta_r", "1-1-1", "winston"),
        (r"w_{ji}^2 := w_{ji} + \eta\delta_j o_i", "2-2-1", "slides_net"),
    ],
)
def test_what_speaks_of_a_power_where_a_variable_belongs_is_not_proved(formula: str, net: str, notation: str) -> None:
    assert _name(formula, net, notation) in ("UNDECIDED", "UNRESOLVED", "REFUTED")


def test_an_update_of_a_power_says_so() -> None:
    assert "a power of" in check(r"w_r^2 \leftarrow w_r + \alpha o_l \delta_r", "1-1-1", notation="winston")[0].verdict.reason


def test_two_letters_in_brackets_are_an_exponent_where_there_is_no_net() -> None:
    assert check(r"(x^n)^m = x^{(mn)}")[0].verdict.holds
    assert not check(r"(x^n)^m = x^{(m)}")[0].verdict.holds
    assert not check(r"a^{(lm)} = a^{lm}", "2-2-1", notation="winston")[0].verdict.holds
