"""Other people's formulas: right ones are proved, slips refuted, and what is not read is never guessed at."""

from __future__ import annotations

from collections import Counter

import pytest
from literature import Case, cases, status

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[f"{case.source}-{number}" for number, case in enumerate(CASES)])
def test_the_verdict_is_the_known_one(case: Case) -> None:
    findings = case.findings()
    said = [(finding.text, str(finding.verdict), finding.verdict.reason) for finding in findings]
    assert status(findings) == case.truth, said


def test_the_corpus_is_large_and_of_both_kinds() -> None:
    counts = Counter(case.truth for case in CASES)
    assert counts["right"] >= 150 and counts["wrong"] >= 100, counts
