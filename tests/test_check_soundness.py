"""Verdicts that were once false, each with the formula that showed it: right ones called wrong, wrong ones called right."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check


def names(formula: str, net: str | None, notation: str = "nielsen", **options: object) -> list[str]:
    """The verdicts on the links of a formula."""
    return [finding.verdict.name for finding in check(formula, net, notation=notation, **options)]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "parametric_relu"])
def test_an_update_rule_divides_by_no_step(activation: str) -> None:
    """Looking for a stated rate divided by the gradient, which is 0 on one side of the kink: UNDEFINED, for a right rule."""
    rule = r"w_{jk}^l \leftarrow w_{jk}^l - \eta a_k^{l-1} \delta_j^l"
    assert names(rule, "2-2-1", activation=activation, loss="half_squared") == ["PROVED_AE"]
    assert names(rule.replace("- ", "+ "), "2-2-1", activation=activation, loss="half_squared") == ["REFUTED"]
    assert names(rule.replace(r"\eta", r"\frac{1}{10}"), "2-2-1", activation=activation, loss="half_squared") == ["PROVED_AE"]


def test_a_label_is_no_index() -> None:
    """d_{f_j} beside o_{f_j} was read as the target of any index: REFUTED, for Winston's own output delta."""
    assert names(r"\delta_{f_j} = (d_{f_j} - o_{f_j}) o_{f_j} (1 - o_{f_j})", "2-3-2", "winston") == ["PROVED"]
    assert names(r"\delta_{f_j} = (o_{f_j} - d_{f_j}) o_{f_j} (1 - o_{f_j})", "2-3-2", "winston") == ["REFUTED"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial (w_{11}^1 a_1^0 + b_1^1)^2}{\partial z_1^1} = 2 z_1^1",
        r"\frac{\partial (2(w_{11}^1 a_1^0 + b_1^1))}{\partial z_1^1} = 2",
        r"\frac{\partial e^{w_{11}^1 a_1^0 + b_1^1}}{\partial z_1^1} = e^{z_1^1}",
    ],
)
def test_a_weighted_input_written_out_moves_with_its_z(formula: str) -> None:
    """Only the bare sum was known as z: its square had the derivative 0, and the right rule was REFUTED."""
    assert names(formula, "1-1-1") == ["PROVED"]
    assert names(formula.replace("= 2", "= 3").replace("= e", "= 2e"), "1-1-1") == ["REFUTED"]


def test_half_a_weighted_input_is_left_open() -> None:
    assert names(r"\frac{\partial (w_{11}^1 b_1^1)}{\partial z_1^1} = 0", "1-1-1") == ["UNDECIDED"]


@pytest.mark.parametrize("extra", [r"e^{y_1+y_2+y_3-1}", r"(y_1+y_2+y_3)", r"\frac{1}{y_1+y_2+y_3}", r"(1+\log(y_1+y_2+y_3))"])
def test_what_holds_where_the_targets_sum_to_one_is_not_refuted(extra: str) -> None:
    """Looked for by division of polynomials alone, the condition was not seen inside exp and log: REFUTED."""
    net = {"net": "2-3", "loss": "softmax_cross_entropy"}
    assert check(rf"\delta_j^L = (a_j^L - y_j) {extra}", **net)[0].verdict.name == "PROVED_UNDER"  # type: ignore[arg-type]
    assert check(rf"\delta_j^L = 2 (a_j^L - y_j) {extra}", **net)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]


def test_softmax_has_no_slope_of_one_unit() -> None:
    """sigma'(z^2) of a softmax layer was read as tanh' of it, the function of the other units: REFUTED."""
    formula = r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^{l+1})"
    options = {"activation": "tanh", "output_activation": "softmax", "loss": "squared"}
    assert names(formula, "2-2-2", **options) == ["UNRESOLVED"]
    assert names(r"a_j^L = \sigma(z_j^L)", "2-2-2", **options) == ["PROVED"]


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("x/x = 1", "PROVED_UNDER"),
        (r"\frac{x^2}{x} = x", "PROVED_UNDER"),
        (r"\frac{x^2 - 1}{x - 1} = x + 1", "PROVED_UNDER"),
        (r"\frac{1}{x} = \frac{2}{2 x}", "PROVED"),
        (r"\frac{1}{1 + e^{-x}} (1 + e^{-x}) = 1", "PROVED"),
    ],
)
def test_what_is_cancelled_is_not_0(formula: str, verdict: str) -> None:
    (found,) = check(formula)
    assert type(found.verdict).__name__ == {"PROVED": "Proved", "PROVED_UNDER": "ProvedUnder"}[verdict]
    if verdict == "PROVED_UNDER":
        assert "is not 0" in " ".join(found.verdict.conditions)


@pytest.mark.parametrize("formula", [r"\sin(\pi) = 0", r"\cos(\pi) = -1", r"\sigma(\pi) = \frac{1}{2}"])
def test_pi_is_no_variable(formula: str) -> None:
    """Read as the variable of a function, pi was given the value 2/5: REFUTED, for sin(pi) = 0."""
    assert names(formula, None) == ["UNRESOLVED"]


@pytest.mark.parametrize("formula", [r"\infty - \infty = 0", r"\infty = \infty", r"\frac{\infty}{\infty} = 1", r"\sigma(\infty) = \sigma(\infty)"])
def test_infinity_is_no_number(formula: str) -> None:
    """Infinity was a letter like any other: PROVED, for infinity - infinity = 0."""
    assert names(formula, None) == ["UNDECIDED"]


def test_a_power_that_is_a_convention() -> None:
    assert names("0^0 = 1", None) == names("0^0 = 0", None) == ["UNDECIDED"]
    assert names("x^0 = 1", None) == ["PROVED"]


def test_per_cent() -> None:
    r"""\% was passed over: 10 % = 0.1 was REFUTED."""
    assert names(r"10\% = 0.1", None) == ["PROVED"] and names(r"10\% = 10", None) == ["REFUTED"]


def test_a_slash_that_may_mean_two_things() -> None:
    """1/2x without a space is half of x for some, and 1/(2x) for others; it was REFUTED for those."""
    assert names("1/2x = x/2", None) == names("1/2x = 1/(2x)", None) == ["PROVED"]
    assert names("1/2 x = 1/(2x)", None) == names("1/2x = 2x", None) == ["REFUTED"]


def test_outputs_of_rectifiers_are_not_negative() -> None:
    """Left open for the outputs, the bound was REFUTED by the inputs, of which it is not meant."""
    assert names(r"a_j^l \geq 0", "2-2-1", activation="relu") == ["PROVED_AE"]
    assert names("a_j^l > 0", "2-2-1", activation="relu") == ["UNDECIDED"]
    assert names(r"a_j^l \geq 0", "2-2-1", activation="leaky_relu") == ["REFUTED"]


@pytest.mark.parametrize("value", ["0", "1", r"\frac{1}{2}", "-1"])
def test_the_slope_at_a_kink_is_a_convention(value: str) -> None:
    """It was 0: PROVED off the kinks, of a statement about the kink alone."""
    assert names(rf"\sigma'(0) = {value}", "2-2-1", activation="relu") == ["UNDECIDED"]
    assert names(rf"\mathrm{{relu}}'(0) = {value}", None) == ["UNDECIDED"]
    assert names(rf"\frac{{d|x|}}{{dx}}\Big|_{{x=0}} = {value}", None) == ["UNDECIDED"]
    assert names(r"\mathrm{relu}(0) = 0", None) == ["PROVED"]
