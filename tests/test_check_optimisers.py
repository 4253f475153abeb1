r"""Adam, RMSProp, AdaGrad, Nesterov in bare letters: definitions claim nothing, and a step uphill is refuted by the page's own letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.check import check, check_file

HEAD = "%% sbp: net=2-2-1 notation=nielsen loss=%s\nA rule for neurons.\n"
ADAM = [
    r"g_t = \nabla_\theta C(\theta_{t-1})", r"m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t", r"v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2",
    r"\hat m_t = m_t/(1-\beta_1^t)", r"\hat v_t = \frac{v_t}{1-\beta_2^t}", r"\theta_t = \theta_{t-1} - \alpha \hat m_t/(\sqrt{\hat v_t}+\epsilon)",
]  # fmt: skip
RMSPROP = [r"s \leftarrow \rho s + (1-\rho) \left(\frac{\partial C}{\partial w}\right)^2", r"w \leftarrow w - \frac{\eta}{\sqrt{s}+\epsilon} \frac{\partial C}{\partial w}"]
ADAGRAD = [r"g_t = \nabla_w C", r"G_t = G_{t-1} + g_t^2", r"w_{t+1} = w_t - \frac{\eta}{\sqrt{G_t + \epsilon}} g_t"]
NESTEROV = [r"v_{t+1} = \mu v_t - \eta \nabla C(\theta_t + \mu v_t)", r"\theta_{t+1} = \theta_t + v_{t+1}"]
SLIPS = [
    (ADAM, r"\theta_t = \theta_{t-1} + \alpha \hat m_t/(\sqrt{\hat v_t}+\epsilon)"), (ADAM, r"\theta_t \leftarrow \theta_{t-1} + \alpha m_t"),
    (RMSPROP, r"w \leftarrow w + \frac{\eta}{\sqrt{s}+\epsilon} \frac{\partial C}{\partial w}"),
    (ADAGRAD, r"w_{t+1} = w_t + \frac{\eta}{\sqrt{G_t + \epsilon}} g_t"), (NESTEROV, r"\theta_{t+1} = \theta_t - v_{t+1}"),
]  # fmt: skip


def names(folder: Path, formulas: list[str], loss: str = "half_squared") -> list[str]:
    page = folder / "page.tex"
    page.write_text(HEAD % loss + "\n\n".join(rf"\[ {each} \]" for each in formulas))
    return [each.verdict.name for each in check_file(page)]


@pytest.mark.parametrize("rule", [ADAM, RMSPROP, ADAGRAD, NESTEROV])
def test_a_right_rule_is_definitions_from_end_to_end(tmp_path: Path, rule: list[str]) -> None:
    """RMSProp's mean of squares was taken for a velocity, and REFUTED as one."""
    assert names(tmp_path, rule) == ["DEFINED"] * len(rule)


@pytest.mark.parametrize(("rule", "slip"), SLIPS)
def test_a_step_uphill_is_refuted_by_what_the_page_defines(tmp_path: Path, rule: list[str], slip: str) -> None:
    assert names(tmp_path, [*rule[:-1], slip])[-1] == "REFUTED"


@pytest.mark.parametrize(("rule", "slip"), SLIPS)
def test_for_a_performance_that_is_maximised_it_is_the_other_way_round(tmp_path: Path, rule: list[str], slip: str) -> None:
    assert names(tmp_path, [*rule[:-1], slip], "performance")[-1] == "DEFINED"
    assert names(tmp_path, rule, "performance")[-1] == "REFUTED"


@pytest.mark.parametrize("formula", [
    *ADAM, *RMSPROP, *ADAGRAD, *NESTEROV, *(slip for _, slip in SLIPS), r"\theta_t = \theta_{t-1} + \alpha m_t", r"m_t = m_t",
    r"\theta_t = \theta_{t-1}", r"v_t = v_{t-1}^{v_{t-1}}", r"\mathbb{E}[v_t] = \mathbb{E}[g_t^2] (1-\beta_2^t)", r"\theta_t = \theta_{t-1} - \frac{0}{0} g_t",
])  # fmt: skip
def test_alone_nothing_is_refuted_and_nothing_proved(formula: str) -> None:
    found = check(formula, "2-2-1", notation="nielsen", loss="half_squared")[0]
    assert found.verdict.name in ("DEFINED", "UNRESOLVED", "UNDECIDED", "NO CLAIM"), found.verdict


def test_letters_that_nothing_defines_decide_nothing(tmp_path: Path) -> None:
    """With g = -nabla C the plus sign is right; where g is not told, neither is."""
    minus = r"g_t = - \nabla_\theta C(\theta_{t-1})"
    assert names(tmp_path, [minus, *ADAM[1:5], SLIPS[0][1]])[-1] == "DEFINED"
    assert names(tmp_path, [minus, *ADAM[1:]])[-1] == "REFUTED"
    assert names(tmp_path, [*ADAM[1:5], SLIPS[0][1]])[-1] == "DEFINED"


def test_definitions_in_a_circle_end(tmp_path: Path) -> None:
    assert names(tmp_path, [r"p_t = q_t", r"q_t = p_t", r"\theta_t = \theta_{t-1} - p_t"])[-1] in ("DEFINED", "UNRESOLVED", "UNDECIDED")


def test_a_running_average_with_brackets_is_a_letter(tmp_path: Path) -> None:
    """E[g^2]_t of RMSProp and Adadelta; without a subscript the brackets mean an expectation, of which nothing is known."""
    rule = [r"g_t = \nabla_\theta C(\theta_t)", r"E[g^2]_t = \rho E[g^2]_{t-1} + (1-\rho) g_t^2", r"RMS[g]_t = \sqrt{E[g^2]_t + \epsilon}"]
    for step, verdict in ((r"- \frac{\eta}{RMS[g]_t} g_t", "DEFINED"), (r"+ \frac{\eta}{RMS[g]_t} g_t", "REFUTED"),
                          (r"+ \frac{\eta}{\sqrt{E[g^2]_t + \epsilon}} g_t", "REFUTED")):  # fmt: skip
        assert names(tmp_path, [*rule, rf"\theta_{{t+1}} = \theta_t {step}"])[-1] == verdict
    for alone in (rule[1], r"\mathbb{E}\left[g^{2}\right]_{t} = 0.9 \mathbb{E}\left[g^{2}\right]_{t-1} + 0.1 g_t^2"):
        assert check(alone, "2-2-1", notation="nielsen")[0].verdict.name == "DEFINED"
    for other in (r"E[g]_t = E[g]_t", r"E[x] = 3", r"E[g^2]_t = 2 E[h]_t", r"E[g^2 = 3]_t"):
        assert check(other, "2-2-1", notation="nielsen")[0].verdict.name not in ("PROVED", "REFUTED")
