r"""A condition beside a formula, with words or without: the formula is judged where it holds, and never refuted from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop.check import check, check_file
from symbackprop.check.deciding.finding import Finding

RIGHT = [
    r"\sigma(z) = 0, \quad z < 0", r"\sigma(z) = z, \quad z \ge 0", r"\sigma(z) = 0 \quad (z < 0)", r"\sigma(z) = z \text{ for all } z > 0",
    r"\sigma(z) = 0 \; \text{for} \; z \le 0", r"\text{if } z > 0 \text{ then } \sigma(z) = z", r"\text{for } z > 0, \quad \sigma(z) = z",
    r"\sigma'(z) = 1 \text{ if } z > 0", r"a^1_j = z^1_j \text{ where } z^1_j > 0", r"\text{when } z^1_j < 0 \text{, } \delta^1_j = 0",
    r"\delta^1_j = a^1_j - y_j, \quad z^1_j > 0", r"\sigma(z) \le 0 \text{ if } z < 0", r"|z| = -z \text{ for } z < 0", r"\sigma(z) = z \text{ unless } z < 0",
]  # fmt: skip
WRONG = [
    r"\sigma(z) = z, \quad z < 0", r"\sigma(z) = 0 \text{ for } z > 0", r"\sigma'(z) = 0 \text{ if } z > 0", r"\delta^1_j = a^1_j - y_j, \quad z^1_j < 0",
    r"\text{if } z < 0 \text{ then } \sigma(z) = z", r"|z| = z \text{ for } z < 0", r"\delta^1_j = 0 \text{ where } z^1_j > 0",
    r"\sigma(z) = 1 \text{ unless } z < 0", r"\sigma(z) = z \text{ unless } z > 0",
]  # fmt: skip
OPEN = [
    r"\sigma(z) = z \text{ if } z \ne 3",
]  # fmt: skip


def first(formula: str) -> str:
    return check(formula, "1-1", activation="relu", loss="half_squared")[0].verdict.name


@pytest.mark.parametrize("formula", RIGHT)
def test_what_holds_under_its_condition_is_proved(formula: str) -> None:
    """`relu(z) = 0, z < 0` was REFUTED at a positive z."""
    assert first(formula) in ("PROVED_AE", "PROVED_UNDER", "PROVED")


@pytest.mark.parametrize("formula", WRONG)
def test_what_fails_under_its_condition_is_refuted(formula: str) -> None:
    assert first(formula) == "REFUTED"


@pytest.mark.parametrize("formula", OPEN)
def test_a_condition_that_is_not_used_is_no_refutation(formula: str) -> None:
    """`if w = 0 then z = b` was REFUTED at a w that is not 0."""
    assert first(formula) in ("UNDECIDED", "UNRESOLVED")


def test_a_second_claim_is_no_condition() -> None:
    """What is proved by itself is a claim, and the formula before it stands alone."""
    found = check(r"\sum_j a^1_j = 2, \quad a^1_j > 0", "2-3")
    assert [each.verdict.name for each in found] == ["REFUTED", "PROVED"]
    found = check(r"a^1_1 = z^1_1, \quad a^1_1 > 7", "1-1")
    assert [each.verdict.name for each in found] == ["UNDECIDED", "REFUTED"] or found[0].verdict.name == "REFUTED"


@pytest.mark.parametrize("formula", [r"\sqrt{-1-x^2} = \sqrt{-1-x^2}", r"\log(-x^2) = \log(-x^2)", r"\log(-e^x) = \log(-e^x)"])
def test_what_exists_nowhere_is_no_equation(formula: str) -> None:
    """Both sides alike: PROVED, of two sides that are real numbers nowhere."""
    assert check(formula)[0].verdict.name == "UNDEFINED"


def test_a_negative_power_divides() -> None:
    """x / x = 1 was proved where x is not 0, x^{-1} x = 1 everywhere."""
    assert type(check("x^{-1} x = 1")[0].verdict).__name__ == "ProvedUnder"
    assert check("x^{-1} = 1/x")[0].verdict.name == "PROVED"
    assert check("0^x = 0")[0].verdict.name == "UNDECIDED"


def test_an_argument_without_brackets_may_be_a_product() -> None:
    r"""\sigma 2x was sigma(2) x, and REFUTED to be sigma(2x)."""
    assert check(r"\sigma 2x = \sigma(2x)")[0].verdict.name == "PROVED"
    assert check(r"\sigma 2x = 2\sigma(x)")[0].verdict.name == "REFUTED"


@pytest.mark.parametrize(
    "formula", [r"\mathbf{A}\mathbf{B} = \mathbf{B}\mathbf{A}", "WX = XW", r"x \otimes y = y \otimes x", r"\|x\| = |x|", r"\operatorname{tr}(AB) = \operatorname{tr}(BA)"]
)
def test_letters_that_look_like_matrices_are_numbers_by_condition(formula: str) -> None:
    """PROVED as it stood, of letters read as numbers: a product of matrices does not commute."""
    found = check(formula)[0].verdict
    assert type(found).__name__ == "ProvedUnder" and "not vectors or matrices" in found.conditions[-1]
    assert type(check("x y = y x")[0].verdict).__name__ == "Proved"


@pytest.mark.parametrize("formula", ["w^T = w", r"{w^2}^T = w^2", r"(w^2)^T = w^2", "a^T = a", "q^T = q"])
def test_no_letter_is_its_own_transpose(formula: str) -> None:
    """A letter of the net's matrices, without its layer, was any real number: PROVED."""
    assert not check(formula, "2-3-2")[0].verdict.holds


@pytest.mark.parametrize(
    "formula",
    [
        r"a^1_j = \sigma(z^1_j) \text{ plus one}", r"a^1_j = z^1_j \text{ approximately}", r"\cancel{a^1_j} = \sigma(z^1_j)", r"a^1_j = \sigma(z^1_j) \cancel{+ 1}",
        r"\langle x, y \rangle = \langle y, x \rangle", r"\langle x, y \rangle = x y",
    ],
)  # fmt: skip
def test_what_may_say_something_else_is_left_open(formula: str) -> None:
    assert check(formula, "2-3-2" if "a^1" in formula else None)[0].verdict.name in ("UNDECIDED", "MALFORMED", "UNRESOLVED")


def test_angles_round_two_vectors_are_their_product() -> None:
    assert check(r"\langle a^1, \delta^1 \rangle = (a^1)^T \delta^1", "2-3-2")[0].verdict.name == "PROVED"
    assert check(r"\langle a^1, \delta^1 \rangle = \sum_j a^1_j", "2-3-2")[0].verdict.name == "REFUTED"


def test_signs_from_the_source_of_a_page() -> None:
    """`&lt;` was an alignment mark and two letters: the first half of `a = b &lt; 0` was PROVED alone."""
    assert [each.verdict.name for each in check(r"a^1_j = \sigma(z^1_j) &lt; 0", "2-3-2")] == ["PROVED", "REFUTED"]
    assert check(r"a^1_j &gt; 0", "2-3-2")[0].verdict.name == "PROVED"


def findings(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "page.md"
    path.write_text(text)
    return check_file(path)


def test_a_condition_reaches_into_the_sentence_that_says_then(tmp_path: Path) -> None:
    """`Suppose a = 0. Then ...` was REFUTED where a is not 0."""
    page = "<!-- sbp: net=2-3-1 -->\nSuppose $a^1_1 = 0$. Then $$z^2_1 = w^2_{12}a^1_2 + w^2_{13} a^1_3 + b^2_1$$\n\nA new thought: $$z^2_1 = w^2_{12}a^1_2 + b^2_1$$\n"
    assert [each.verdict.name for each in findings(tmp_path, page)] == ["NO CLAIM", "UNDECIDED", "REFUTED"]


def test_what_a_page_defines_anew_is_said(tmp_path: Path) -> None:
    """A directive that defines delta to be 0 made `delta = 0` PROVED without a word."""
    (found,) = findings(tmp_path, "<!-- sbp: net=2-3-1 -->\n<!-- sbp: define \\delta^2_1 = 0 -->\n$$\\delta^2_1 = 0$$\n")
    assert any("as this page defines it" in note for note in found.verdict.notes)
    (found,) = findings(tmp_path, "<!-- sbp: net=2-3-1 -->\n<!-- sbp: define e_j = y_j - a^2_j -->\n$$e_1 = y_1 - a^2_1$$\n")
    assert not any("as this page defines it" in note for note in found.verdict.notes)


def test_an_authors_function_of_one_letter(tmp_path: Path) -> None:
    """The x of g(x) was the vector of the inputs: UNDEFINED, for g' = g (1 - g)."""
    page = "<!-- sbp: net=2-3-1 -->\n<!-- sbp: define g(x) = \\sigma(x) -->\n$$g'(x) = g(x)(1-g(x))$$\n\n$$g'(x) = g(x)$$\n"
    assert [each.verdict.name for each in findings(tmp_path, page)] == ["PROVED", "REFUTED"]


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (r"a^1_j \overset{(a)}{=} \sigma(z^1_j)", "PROVED"), (r"a^1_j \stackrel{\text{def}}{=} \sigma(z^1_j)", "PROVED"), (r"a^1_j \overset{!}{=} z^1_j", "UNRESOLVED"),
        (r"a^1_j \stackrel{(1)}{\ge} 0", "PROVED"), (r"a^1_j \underset{j}{=} z^1_j", "REFUTED"),
    ],
)  # fmt: skip
def test_a_reason_over_the_sign(formula: str, verdict: str) -> None:
    """It was a set or a type, and no claim."""
    assert check(formula, "2-3-2")[0].verdict.name == verdict
