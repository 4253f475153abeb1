r"""Penalties on the weights, weight decay, and bare letters for any weight: right ones proved, wrong ones refuted, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.check import check, check_file
from symbackprop.check.deciding.finding import Finding

NIELSEN = {"net": "2-2-1", "notation": "nielsen", "loss": "half_squared"}
NG = {"net": "2-2-1", "notation": "ng"}
BATCH = {**NG, "batch": "yes"}

RIGHT = [
    (NIELSEN, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{n} w"),
    (NIELSEN, r"\frac{\partial C}{\partial b} = \frac{\partial C_0}{\partial b}"),
    (NIELSEN, r"w \rightarrow \left(1-\frac{\eta \lambda}{n}\right) w -\eta \frac{\partial C_0}{\partial w}"),
    (NIELSEN, "∂C/∂w = ∂C_0/∂w + λ w"),
    (NIELSEN, r"b \rightarrow b -\eta \frac{\partial C_0}{\partial b}"),
    (NIELSEN, r"w \to w-\frac{\eta \lambda}{n} {\rm sgn}(w) - \eta \frac{\partial C_0}{\partial w}"),
    (NIELSEN, r"w^l_{jk} := w^l_{jk} - \eta (\frac{\partial C}{\partial w^l_{jk}} + \lambda w^l_{jk})"),
    (NIELSEN, r"C = \frac{1}{2}\sum_j (y_j-a_j^L)^2 + \frac{\lambda}{2n}\sum_w w^2"),
    (NG, r"W := W - \alpha(dW + \frac{\lambda}{m} W)"), (NG, r"W := (1 - \frac{\alpha\lambda}{m}) W - \alpha dW"),
    (NG, r"W^{[l]} := W^{[l]} - \alpha(dW^{[l]} + \frac{\lambda}{m} W^{[l]})"), (NG, "W := W - α(dW + λ/m W)"),
    (BATCH, r"dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T} + \frac{\lambda}{m} W^{[l]}"),
    (BATCH, r"J = \frac{1}{m} \sum_{i=1}^m L^{(i)} + \frac{\lambda}{2m} \sum_l \|W^{[l]}\|_F^2"),
]  # fmt: skip
WRONG = [
    (NIELSEN, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} - \frac{\lambda}{n} w", "sign"),
    (NIELSEN, r"w \rightarrow \left(1+\frac{\eta \lambda}{n}\right) w -\eta \frac{\partial C_0}{\partial w}", "sign"),
    (NIELSEN, r"w \rightarrow \left(1-\frac{\eta \lambda}{n}\right) w +\eta \frac{\partial C_0}{\partial w}", "sign"),
    (NIELSEN, r"\frac{\partial C}{\partial b} = 2\frac{\partial C_0}{\partial b}", "factor 2"),
    (NG, r"W := W - \alpha(dW - \frac{\lambda}{m} W)", "sign"),
    (BATCH, r"dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T} - \frac{\lambda}{m} W^{[l]}", "sign"),
]  # fmt: skip
OPEN = [  # nothing says what the penalty is: a decay without the rate, one of the biases, a constant
    (NIELSEN, r"w \rightarrow \left(1-\frac{\lambda}{n}\right) w -\eta \frac{\partial C_0}{\partial w}"),
    (NIELSEN, r"b \rightarrow (1-\frac{\eta \lambda}{n}) b -\eta \frac{\partial C_0}{\partial b}"),
    (NIELSEN, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{n}"),
    (NIELSEN, r"C = C_0 + \frac{\lambda}{2n} \sum_w w^2"), (NIELSEN, r"C = C_0"), (NIELSEN, r"\frac{\partial C_0}{\partial w} = \lambda"),
    (NIELSEN, r"\frac{\partial C}{\partial w} = 0"), (NIELSEN, "w = 2 w"), (NIELSEN, "w = 0.5"), (NIELSEN, r"w \leftarrow w + \eta (y - a) x"),
    (NIELSEN, r"w = w - \lambda \frac{\partial C}{\partial w}"), (NIELSEN, r"\frac{\partial^2 C}{\partial w^2} = \lambda"), (NIELSEN, r"\lambda = \lambda w"), (NIELSEN, r"\frac{\partial C}{\partial w} = x (a - y)"),
]  # fmt: skip


def first(about: dict[str, str], formula: str) -> Finding:
    return check(formula, **about)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("about", "formula"), RIGHT)
def test_right_ones_are_proved_under_the_penalty_they_suppose(about: dict[str, str], formula: str) -> None:
    found = first(about, formula)
    assert found.verdict.name in ("PROVED", "PROVED_UNDER", "PROVED_AE"), found.verdict


@pytest.mark.parametrize(("about", "formula", "word"), WRONG)
def test_wrong_ones_are_refuted_and_explained(about: dict[str, str], formula: str, word: str) -> None:
    found = first(about, formula)
    assert found.verdict.name == "REFUTED"
    assert word in found.diagnosis[0]
    assert first(about, found.corrected).verdict.name.startswith("PROVED")


@pytest.mark.parametrize(("about", "formula"), OPEN)
def test_what_hangs_on_an_unknown_penalty_is_left_open(about: dict[str, str], formula: str) -> None:
    assert first(about, formula).verdict.name in ("UNDECIDED", "UNRESOLVED")


PAGE = r"""%% sbp: net=2-2-1 notation=nielsen loss=half_squared
The cost of the neurons is
\[ C = C_0 + %s \]
\[ %s \]
"""
L2, L1 = r"\frac{\lambda}{2n} \sum_w w^2", r"\frac{\lambda}{n} \sum_w |w|"


@pytest.mark.parametrize(("penalty", "formula", "verdict"), [
    (L2, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{n} w", "PROVED"),
    (L2, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{2n} w", "REFUTED"),
    (L2, r"w \rightarrow w' = \left(1-\frac{\eta \lambda}{n}\right) w -\eta \frac{\partial C_0}{\partial w}", "PROVED"),
    (L2, r"w \rightarrow \left(1-\frac{\eta \lambda}{2n}\right) w -\eta \frac{\partial C_0}{\partial w}", "REFUTED"),
    (L2, r"b \rightarrow (1-\frac{\eta \lambda}{n}) b - \eta \frac{\partial C_0}{\partial b}", "REFUTED"),
    (L2, r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j", "PROVED"),  # as before the penalty came
    (L2, r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j + \frac{\lambda}{n} w^l_{jk}", "PROVED"),
    (L2, r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j - \frac{\lambda}{n} w^l_{jk}", "REFUTED"),
    (r"\frac{\lambda}{2} \|w\|^2", r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \lambda w", "PROVED"),
    (r"\frac{\lambda}{2} w^T w", r"\nabla_w C = \nabla_w C_0 + \lambda w", "PROVED"),
    (r"\frac{\lambda}{2} \sum_i w_i^2", r"\nabla_w C = \nabla_w C_0 + \lambda w", "PROVED"),
    (r"\frac{\lambda}{2} \sum_i w_i^2", r"\nabla_w C = \nabla_w C_0 + 2 \lambda w", "REFUTED"),
    (L1, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{n} \, {\rm sgn}(w)", "PROVED_AE"),
    (L1, r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + \frac{\lambda}{n} w", "REFUTED"),
    (L1, r"w \to w - \frac{\eta \lambda}{n} \mathrm{sgn}(w) - \eta \frac{\partial C_0}{\partial w}", "PROVED_AE"),
])  # fmt: skip
def test_what_the_page_says_of_its_cost_decides(tmp_path: Path, penalty: str, formula: str, verdict: str) -> None:
    page = tmp_path / "page.tex"
    page.write_text(PAGE % (penalty, formula))
    first_one, *found = check_file(page)
    assert first_one.verdict.name == "DEFINED"
    names = [each.verdict.name for each in found if each.verdict.name != "NO CLAIM"]
    assert names == [verdict] * max(len(names), 1)


@pytest.mark.parametrize(("about", "right", "wrong"), [
    (NIELSEN, r"w \rightarrow w -\eta \frac{\partial C}{\partial w}", r"w \rightarrow w +\eta \frac{\partial C}{\partial w}"),
    (NIELSEN, r"\theta \leftarrow \theta - \eta \nabla_\theta C", r"\theta \leftarrow \theta + \eta \nabla_\theta C"),
    (NIELSEN, r"\Delta w = -\eta \frac{\partial C}{\partial w}", r"\Delta w = \eta \frac{\partial C}{\partial w}"),
    (NG, r"W := W - \alpha dW", r"W := W + \alpha dW"), (NG, r"b := b - \alpha db", r"b := b + \alpha db"),
    ({"net": "1-1-1", "notation": "winston", "bias": "none"}, r"w \leftarrow w + \alpha \frac{\partial P}{\partial w}", r"w \leftarrow w - \alpha \frac{\partial P}{\partial w}"),
])  # fmt: skip
def test_a_bare_letter_is_any_weight(about: dict[str, str], right: str, wrong: str) -> None:
    """`w` without its layer was a type or a symbol that nothing declares."""
    assert first(about, right).verdict.name == "PROVED"
    assert first(about, wrong).verdict.name == "REFUTED"


def test_the_cost_of_one_example_is_no_penalised_cost() -> None:
    """dC_0/dw alone was UNDECIDED where it is wrong: nothing is added to C_0 where nobody speaks of a sum."""
    told = {"net": "1-1-1", "notation": "nielsen", "loss": "squared"}
    for factor, verdict in ((" 2", "PROVED"), ("", "REFUTED"), (" 3", "REFUTED")):
        (found,) = check(rf"\frac{{\partial C_0}}{{\partial w^{{(L)}}}} = a^{{(L-1)}} \sigma'(z^{{(L)}}){factor} (a^{{(L)}} - y)", **told)
        assert found.verdict.name == verdict
    (found,) = check(r"\frac{\partial C}{\partial w} = \frac{\partial C_0}{\partial w} + 3", **told)
    assert found.verdict.name not in ("PROVED", "REFUTED")
