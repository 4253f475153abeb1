r"""Letters that an author declares for one layer, with accents and in any font; functions spoken of without their arguments."""

from __future__ import annotations

import pytest

from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text

OF_LAYERS = r"<!-- sbp: symbols output_1=h_j output_2=\hat{y}_j weight_1=W_{jk} weight_2=V_{jk} -->"
ANY_INDEX = r"<!-- sbp: symbols input=x_i target=t_k output_1=h_n output_2=\hat{y}_m weight_1=W_{jk} weight_2=V_{jk} -->"


def verdicts(*formulas: str, declared: str = OF_LAYERS, net: str = "2-3-2 loss=half_squared") -> list[str]:
    text = f"<!-- sbp: net={net} notation=nielsen -->\n{declared}\n" + "\n\n".join(f"$${each}$$" for each in formulas)
    return [each.verdict.name for each in check_text(text, ".md", Settings()).findings]


RIGHT = (
    r"\frac{\partial C}{\partial V_{jk}} = (\hat{y}_j - y_j)\hat{y}_j(1-\hat{y}_j) h_k",
    r"\frac{\partial C}{\partial W_{jk}} = \sum_m (\hat{y}_m - y_m)\hat{y}_m(1-\hat{y}_m) V_{mj} h_j(1-h_j) x_k",
)


@pytest.mark.parametrize("formula", RIGHT)
@pytest.mark.parametrize("letter", [r"\hat{y}", r"\widehat{y}"])
def test_letters_of_one_layer(formula: str, letter: str) -> None:
    assert verdicts(formula.replace(r"\hat{y}", letter)) == ["PROVED"]


def test_an_index_of_one_unit_may_have_any_letter() -> None:
    assert verdicts(*(each.replace("- y", "- t") for each in RIGHT), declared=ANY_INDEX) == ["PROVED", "PROVED"]


@pytest.mark.parametrize("declared", ["weight=w_{ij}", "weight_2=v_{ik}"])
def test_which_index_of_a_weight_is_the_units_is_asked(declared: str) -> None:
    text = f"<!-- sbp: net=2-3-2 notation=nielsen -->\n<!-- sbp: symbols {declared} -->\n$$a = b$$"
    assert "which index is the unit's" in check_text(text, ".md", Settings()).findings[0].verdict.reason


@pytest.mark.parametrize(("right", "wrong"), [("h_k", "h_j"), ("y_j)", "y_k)"), ("V_{mj}", "V_{jm}"), ("- y", "+ y"), ("(1-h_j)", "h_j"), ("x_k", "h_k")])
def test_a_slip_among_them_is_no_more_right(right: str, wrong: str) -> None:
    for formula in RIGHT:
        if right in formula:
            assert verdicts(formula.replace(right, wrong))[0] in ("REFUTED", "UNDEFINED", "UNRESOLVED"), formula


@pytest.mark.parametrize("declared", ["output_0=h_j", "output_1=h^{(l)}_j", r"output_1=\hat{"])
def test_a_letter_of_no_layer_is_complained_about(declared: str) -> None:
    assert verdicts("a = b", declared=f"<!-- sbp: symbols {declared} -->") == ["MALFORMED", "UNRESOLVED"]


def test_a_function_without_its_arguments() -> None:
    one = "1-1-1 loss=half_squared bias=none"
    cost = r"E(w) = \frac12 (t - \sigma(w))^2"
    assert verdicts(cost, r"\frac{dE}{dw} = (\sigma(w)-t)\sigma'(w)", declared="", net=one) == ["DEFINED", "PROVED"]
    assert verdicts(cost, r"\frac{dE}{dw} = (t-\sigma(w))\sigma'(w)", declared="", net=one)[1] != "PROVED"
    two = r"f(u, v) = u^2 v"
    assert verdicts(two, r"\frac{\partial f}{\partial u} = 2 u v", declared="", net=one)[1] == "PROVED"
    assert verdicts(two, r"\frac{\partial f}{\partial u} = 2 u", declared="", net=one)[1] != "PROVED"
