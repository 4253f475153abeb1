"""How layers are counted: inputs as layer 0 or layer 1, told to the reader, read off a document, never guessed against it."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check
from symbackprop.check.documents.settings import Settings
from symbackprop.check.documents.whole import check_text
from symbackprop.errors import FileError

LAST = r"$$\delta^3 = (a^3-y)\odot\sigma'(z^3)$$"
BEFORE = r"$$\delta^2 = ((w^3)^T \delta^3)\odot\sigma'(z^2)$$"
FIRST = r"$z^2_j = \sum_k w^2_{jk} x_k + b^2_j$"
GENERIC = r"$$\delta^l = ((w^{l+1})^T \delta^{l+1})\odot\sigma'(z^l)$$"
FROM_NOUGHT = r"$$\delta^2 = (a^2-y)\odot\sigma'(z^2)$$"


def verdicts(*formulas: str, declared: str = "") -> list[str]:
    text = f"<!-- sbp: net=2-3-2 notation=nielsen -->\n{declared}\n" + "\n\n".join(formulas)
    return [each.verdict.name for each in check_text(text, ".md", Settings()).findings]


def test_a_document_that_counts_from_one_is_read_so_and_says_so() -> None:
    text = "<!-- sbp: net=2-3-2 notation=nielsen -->\n" + "\n\n".join((FIRST, LAST, BEFORE, GENERIC))
    findings = check_text(text, ".md", Settings()).findings
    assert [each.verdict.name for each in findings] == ["PROVED"] * 4
    assert all(any("the inputs are layer 1" in note for note in each.verdict.notes) for each in findings[:3])


@pytest.mark.parametrize(("right", "wrong"), [("(w^3)^T", "w^3"), ("(a^3-y)", "(a^3+y)"), ("z^2", "z^3")])
def test_a_slip_in_it_is_still_a_slip(right: str, wrong: str) -> None:
    document = [each.replace(right, wrong) for each in (LAST, BEFORE)]
    found = verdicts(LAST, BEFORE, *document)
    assert found[:2] == ["PROVED", "PROVED"] and set(found[2:]) & {"REFUTED", "UNDEFINED"}


def test_a_document_that_is_right_as_it_stands_is_never_counted_otherwise() -> None:
    assert verdicts(FROM_NOUGHT, LAST) == ["PROVED", "UNRESOLVED"]
    assert verdicts(FROM_NOUGHT, FIRST) == ["PROVED", "REFUTED"]


def test_what_the_author_says_counts() -> None:
    assert verdicts(LAST, BEFORE, declared="<!-- sbp: symbols input_layer=0 -->") == ["UNRESOLVED", "UNRESOLVED"]
    assert verdicts(FIRST, declared="<!-- sbp: symbols input_layer=1 -->") == ["PROVED"]


def test_one_formula_keeps_its_verdict_and_is_told_where_it_is_right() -> None:
    plain = LAST.strip("$")
    finding = check(plain, "2-3-2", notation="nielsen")[0]
    assert finding.verdict.name == "UNRESOLVED" and any("right where the inputs are layer 1" in each for each in finding.verdict.notes)
    finding = check(FIRST.strip("$"), "2-3-2", notation="nielsen")[0]
    assert finding.verdict.name == "REFUTED" and any("right where the inputs are layer 1" in each for each in finding.verdict.notes)
    finding = check(plain.replace("-y", "+y"), "2-3-2", notation="nielsen")[0]
    assert any("the outputs layer 2" in each for each in finding.verdict.notes)
    assert not any("right where" in each for each in check(plain.replace("-y", "+y"), "2-3-2", notation="nielsen")[0].verdict.notes)
    assert check(plain, "2-3-2", notation="nielsen", symbols="input_layer=1")[0].verdict.name == "PROVED"


def test_symbols_that_cannot_be_are_complained_about() -> None:
    with pytest.raises(FileError):
        check("a = b", "2-3-2", notation="nielsen", symbols="input_layer")
