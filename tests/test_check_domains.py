"""Logarithms and roots exist only somewhere: what is proved by losing one says where."""

from __future__ import annotations

import pytest

from symbackprop import Network, check

NET = Network.layered([2, 2, 1], "sigmoid", "binary_cross_entropy")
UNDER = [
    (r"(\sqrt{x})^2 = x", {"x >= 0"}),
    (r"\sqrt{x} / \sqrt{x} = 1", {"x >= 0", "x is not 0"}),
    (r"e^{\ln x} = x", {"x > 0"}),
    (r"0 \cdot \log x = 0", {"x > 0"}),
    (r"\frac{d}{dx} \ln x = \frac{1}{x}", {"x > 0"}),
    (r"\log(x y) = \log x + \log y", {"x > 0", "y > 0"}),
    (r"\sqrt{x - 1} \sqrt{x - 1} + 1 = x", {"-1 + x >= 0"}),
    (r"\exp(\log(1 - p)) = 1 - p", {"1 - p > 0"}),
]
EVERYWHERE = [
    r"\sqrt{1 + x^2}^2 = 1 + x^2",
    r"\sqrt{x^2} = |x|",
    r"\ln(e^x) = x",
    r"\ln(1 + e^x) - \ln(1 + e^{-x}) = x",
    r"\sqrt{x} + 1 = 1 + \sqrt{x}",
    r"-p \log p - (1 - p) \log(1 - p) = -(p \log p + (1 - p) \log(1 - p))",
    r"\frac{d}{dx} \sqrt{x} = \frac{1}{2 \sqrt{x}}",
    r"\sqrt{4} = 2",
]


def conditions(formula: str) -> tuple[str, set[str]]:
    (finding,) = check(formula)
    return finding.verdict.name, set(getattr(finding.verdict, "conditions", ()))


@pytest.mark.parametrize(("formula", "where"), UNDER)
def test_what_is_lost_is_a_condition(formula: str, where: set[str]) -> None:
    assert conditions(formula) == ("PROVED_UNDER", where)


@pytest.mark.parametrize("formula", EVERYWHERE)
def test_what_both_sides_hold_or_exists_everywhere_is_none(formula: str) -> None:
    assert conditions(formula)[0] == "PROVED"


def test_the_outputs_of_sigmoid_units_need_no_condition() -> None:
    for formula in (r"C = -(y_1 \ln a^2_1 + (1 - y_1) \ln(1 - a^2_1))", r"\delta^2_1 = a^2_1 - y_1"):
        (finding,) = check(formula, NET, notation="nielsen")
        assert finding.verdict.name == "PROVED", finding.verdict


def test_a_formula_that_ends_in_a_root_is_quoted_whole() -> None:
    (finding,) = check(r"\sqrt{x} \sqrt{y} = \sqrt{x y z}")
    assert finding.text.endswith(r"\sqrt{x y z}")


def test_a_refuted_logarithm_says_its_base() -> None:
    (finding,) = check(r"\log 10 = 1")
    assert finding.verdict.name == "REFUTED" and "read log as the natural logarithm" in finding.verdict.notes  # type: ignore[attr-defined]
