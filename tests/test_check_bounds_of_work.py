"""Formulas and documents made to take forever are refused or read in bounded work; stated limits of a sum are kept."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check
from symbackprop.check.documents.extract import extract


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("a^L_1 = ((((2)^{64})^{64})^{64})^{64}", "bits"),
        (r"\sum_{k=1}^{1999}\sum_{j=1}^{1999}\sum_{i=1}^{1999} 1 = 1", "terms"),
        (r"\sum_{k=1}^{1000000000} x_k = 1", "a sum over"),
        (r"\sigma" + "'" * 500 + "(z^L_1) = 0", "order"),
        (r"x = 2^{1000000000}", "power"),
    ],
)
def test_endless_formulas_are_refused(formula: str, why: str) -> None:
    (finding,) = check(formula, "2-3-1", notation="nielsen")
    assert finding.verdict.name == "UNDECIDED" and why in finding.verdict.reason


@pytest.mark.parametrize(("unit", "suffix"), [(r"\[", ".tex"), (r"\begin{align}", ".tex"), ("<!--", ".md"), ("%", ".tex"), (r"\(", ".md")])
def test_openers_that_nothing_closes_are_no_formulas(unit: str, suffix: str) -> None:
    assert extract(unit * 50_000, suffix) == []  # each opener alone would make a search to the end of the file


def test_a_long_line_of_text_is_not_passed_over() -> None:
    assert [found.kind for found in extract("a = x" + " + x" * 2_000, ".txt")] == ["display"]
