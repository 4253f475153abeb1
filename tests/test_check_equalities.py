r"""An equation beside a formula, `where y = 1`: what it fixes is put into both sides, and no formula is refuted from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.check import check, check_file

TWO_CLASSES = {"net": "2-2-1", "loss": "binary_cross_entropy"}
ONE_OF_THREE = {"net": "3-3", "activation": "softmax", "loss": "softmax_cross_entropy"}

RIGHT = [
    r"C = -\ln a^L \text{ for } y = 1", r"C = -\ln(1-a^L) \text{ if } y = 0", r"\frac{\partial C}{\partial z^L} = a^L - 1 \quad \text{where } y = 1",
    r"\delta^L = a^L \text{ for } y = 0", r"\delta^L = a^L - 1 \quad (y = 1)", r"\delta^L = 0 \text{ where } a^L = y", r"\text{if } y = 1 \text{ then } \delta^L = a^L - 1",
    r"z^2 = b^2 \text{ if } w^2 = 0", r"\delta^1_j = 0 \text{ if } w^2 = 0", r"\sigma'(z^L) = \frac14 \text{ where } a^L = \frac12",
    r"\frac{\partial C}{\partial a^L} = -\frac{1}{a^L}, \quad y = 1", "δ^L = a^L - 1 for y = 1", r"w^2_{11} \leftarrow w^2_{11} - \eta (a^L - 1) a^1_1 \text{ for } y = 1",
]  # fmt: skip
WRONG = [
    r"C = -\ln a^L \text{ for } y = 0", r"\frac{\partial C}{\partial z^L} = a^L - 1 \quad \text{where } y = 0", r"\delta^L = -a^L \text{ for } y = 0",
    r"\delta^L = a^L + 1 \quad (y = 1)", r"z^2 = 2 b^2 \text{ if } w^2 = 0", r"\frac{\partial C}{\partial a^L} = \frac{1}{a^L}, \quad y = 1",
    r"\delta^L = a^L \text{ for } y = 1",
]  # fmt: skip
OPEN = [  # nothing that is not understood refutes
    r"\delta^L = a^L - 1 \text{ if } y = 7 k", r"\delta^L = 2 \text{ where } z^L = 3", r"\delta^L = a^L - 1 \text{ if } y = \text{cat}",
    r"\delta^L = a^L - 1 \text{ for } y = 1/0",
]  # fmt: skip


def first(formula: str, **about: str) -> str:
    return check(formula, **about)[0].verdict.name  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", RIGHT)
def test_what_holds_where_the_equation_does_is_proved(formula: str) -> None:
    """`where y = 1` was a claim of its own, and the formula before it REFUTED at y = 1/2."""
    found = check(formula, "2-2-1", loss="binary_cross_entropy")
    assert found[0].verdict.name.startswith("PROVED"), found[0].verdict
    assert not any(each.verdict.name in ("REFUTED", "UNDEFINED") for each in found)


@pytest.mark.parametrize("formula", WRONG)
def test_what_fails_where_the_equation_holds_is_refuted(formula: str) -> None:
    assert first(formula, **TWO_CLASSES) == "REFUTED"


@pytest.mark.parametrize("formula", OPEN)
def test_an_equation_that_is_not_understood_refutes_nothing(formula: str) -> None:
    assert first(formula, **TWO_CLASSES) in ("UNDECIDED", "UNRESOLVED", "MALFORMED", "UNDEFINED")


def test_one_of_k() -> None:
    """A softmax's targets are shares of 1: where one is 1 the others are 0, and the proof says so."""
    for formula in (r"\delta^L_k = a^L_k - 1 \text{ for } y_k = 1", r"C = -\ln a^L_k \text{ where } y_k = 1", r"\delta^L_k = a^L_k \text{ if } y_k = 0"):
        found = check(formula, **ONE_OF_THREE)  # type: ignore[arg-type]
        assert found[0].verdict.name == "PROVED_UNDER", formula
    for formula in (r"\delta^L_k = a^L_k \text{ for } y_k = 1", r"C = \ln a^L_k \text{ where } y_k = 1", r"\delta^L_k = a^L_k + 1 \text{ if } y_k = 0"):
        assert first(formula, **ONE_OF_THREE) == "REFUTED", formula


def test_without_a_net() -> None:
    assert first(r"\sigma(x) = \frac{1}{2} \text{ for } x = 0") == "PROVED"
    assert first(r"\tanh(x) = x \text{ at } x = 0") == "PROVED"
    assert first(r"\tanh(x) = 1 \text{ at } x = 0") == "REFUTED"
    assert first(r"\frac{1}{x} = 0 \text{ for } x = 0") != "PROVED"


def test_an_output_that_hangs_on_what_is_fixed_is_no_witness() -> None:
    """Where w = 0 the outputs are other numbers than at the point where both sides were compared: left open, not refuted."""
    assert first(r"a^1_1 = \frac{1}{2} \text{ if } w^1 = 0", net="1-1-1") == "UNDECIDED"
    assert first(r"a^2_1 = a^1_1 \text{ if } w^1 = 0", net="1-1-1") == "UNDECIDED"


def test_two_claims_stay_two_claims() -> None:
    found = check(r"\delta^L = a^L - y, \quad a^L = y", **TWO_CLASSES)  # type: ignore[arg-type]
    assert [each.verdict.name for each in found] == ["PROVED", "REFUTED"]
    for beside in ("n = 5", r"\eta = 0.5"):  # what has no part in the formula is no condition of it
        assert check(r"\delta^L = y - a^L, \quad " + beside, **TWO_CLASSES)[0].verdict.name == "REFUTED"  # type: ignore[arg-type]
    found = check(r"\delta^L = a^L + y, \quad a^1_1 = a^1_2", **TWO_CLASSES)  # type: ignore[arg-type]
    assert [each.verdict.name for each in found] == ["REFUTED", "REFUTED"]


def test_in_the_sentence_of_a_document(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- sbp: net=2-2-1 notation=nielsen loss=binary_cross_entropy -->\n\n"
                    r"For $y = 1$, the cost is $C = -\ln a^L$. If $y = 0$, it is $C = -\ln a^L$." "\n")  # fmt: skip
    names = [each.verdict.name for each in check_file(page)]
    assert names == ["NO CLAIM", "PROVED", "NO CLAIM", "UNDECIDED"]
