"""Pages as other authors write them, each in its own notation: every right line proved, every slip refuted and explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop import check_file

FOLDER = Path(__file__).parent / "data" / "documents"
PAGES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".toml")

OPEN = {  # what a page leaves unsaid: a sum without an index, a class for a neuron, a letter that nothing declares
    "mazur.md": (r"\sum \frac{1}{2}(target - output)", r"\sum\limits_{o}"),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_of_another_author(path: Path) -> None:
    findings = check_file(path)
    said = OPEN.get(path.name, ())
    left = [finding for finding in findings if finding.status and not any(each in finding.text for each in said)]
    assert not left, [(finding.text, str(finding.verdict), finding.verdict.reason) for finding in left]
    assert sum(finding.verdict.holds for finding in findings) >= 4
    for finding in findings:
        if finding.verdict.name in ("REFUTED", "UNDEFINED"):
            assert finding.expected_false and finding.diagnosis and finding.corrected, finding.text
