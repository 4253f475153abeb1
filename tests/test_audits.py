"""Audits: scopes with their conventions in every report, damaged and missing formulas refused, no sentence in what is committed."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from symbackprop import check_file
from symbackprop.__main__ import main
from symbackprop.check.documents.audit import parts, read_scopes
from symbackprop.check.reading.damage import lost_formulas

AUDITS = Path(__file__).parent.parent / "examples" / "audits"
NAMED = {"cost", "half", "1/n", "sign of delta", "update", "layer numbering", "index order", "notation"}
SCOPES = """
title = "two decks"
suffix = ".md"
[[scope]]
lines = [1, 2]
net = "2-2-1"
notation = "slides_net"
loss = "half_squared"
[[scope]]
lines = [3, 9]
net = "2-2-2-2"
notation = "slides_layer"
note = "E_x has no half"
"""
DOCUMENT = r"""$$\frac{\partial E}{\partial w_{ji}} = -\delta_j o_i$$

$$\frac{\partial E_x}{\partial b_j^{(l)}} = \delta_j^{(l)}$$

$$\delta_j^{(4)} = 2(y_j - a_j) a_j (1 - a_j)$$
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    scopes, document = tmp_path / "scopes.toml", tmp_path / "deck.md"
    scopes.write_text(SCOPES, encoding="utf-8")
    document.write_text(DOCUMENT, encoding="utf-8")
    return str(scopes), str(document)


def test_the_conventions_of_each_scope_stand_in_every_report(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["audit", *files, "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    first, second = (scope["conventions"] for scope in data["scopes"])
    assert first.keys() >= NAMED and second["note"] == "E_x has no half"
    assert "minus the derivative" in first["sign of delta"] and "minus" not in second["sign of delta"]
    assert first["half"] != second["half"] and "layer 1" in second["layer numbering"]
    assert [scope["counts"] for scope in data["scopes"]] == [{"PROVED": 1}, {"PROVED": 1, "REFUTED": 1}]
    for kind in ("text", "html", "table"):
        main(["audit", *files, "--format", kind, "--out", str(tmp_path / kind)])
        assert "delta is minus the derivative of E by net" in (tmp_path / kind).read_text(encoding="utf-8")


def test_formulas_that_an_extraction_dropped_are_refused_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "a net computes some function , where is the number of inputs . It takes any of form . Call it . So , and then , too.\n"
    document, scopes = tmp_path / "blog.txt", tmp_path / "scopes.toml"
    document.write_text(words, encoding="utf-8")
    scopes.write_text('title = "x"\n[[scope]]\nlines = [1, 9]\nnet = "none"\n', encoding="utf-8")
    assert main(["audit", str(scopes), str(document)]) == 2
    printed = capsys.readouterr().out
    assert "6 formulas: 6 unreadable" in printed and "missing from the file" in printed
    assert main(["audit", str(scopes), str(document), "--no-prose"]) == 2
    assert "function" not in capsys.readouterr().out.partition("missing")[0].split("UNREADABLE")[1]


def test_a_slip_of_the_typist_is_no_lost_formula() -> None:
    assert lost_formulas("Two slips , only . The rest is fine, and so on.") == []
    assert lost_formulas("$a = b$ , and i_l , w_l , p_l , o_l , x_1 , y_2 .") == []


@pytest.mark.parametrize("file", sorted(AUDITS.glob("*.toml")), ids=lambda file: file.stem)
def test_each_committed_scope_names_its_conventions(file: Path) -> None:
    for part in parts(file, []):
        assert part.conventions.keys() >= NAMED or part.conventions["net"].startswith("none"), part
    ends = [scope["lines"] for scope in read_scopes(file)["scope"]]
    assert all(one[1] + 1 == two[0] for one, two in pairwise(ends)), "a line between two scopes"


@pytest.mark.parametrize("name", ["winston", "winston_raw", "blog", "gordon", "slides"])
def test_each_document_has_its_report_as_page_and_as_data(name: str) -> None:
    data = json.loads((AUDITS / f"{name}.report.json").read_text(encoding="utf-8"))
    assert data["total"] == len(data["findings"]) > 40 and data["scopes"]
    if name in ("winston_raw", "blog", "slides"):
        assert set(data["counts"]) == {"UNREADABLE"} and not any(each["formula"] for each in data["findings"])
    page = (AUDITS / f"{name}.report.html").read_text(encoding="utf-8")
    assert data["title"] in page.replace("&#x27;", "'") and "<script" not in page


def test_what_a_directive_defines_is_what_it_says(tmp_path: Path) -> None:
    """A wrong derivative by a defined letter is refuted where a directive defines it; where the page alone does, it is left open."""
    wrong = r"$$\frac{\partial v}{\partial u} = 2 u^2$$"
    page = tmp_path / "page.md"
    page.write_text("<!-- sbp: define u = x^2 -->\n<!-- sbp: define v = u^3 -->\n" + wrong)
    assert [each.verdict.name for each in check_file(page)] == ["REFUTED"]
    page.write_text("Let $u = x^2$ and $v = u^3$. Then\n\n" + wrong)
    assert check_file(page)[-1].verdict.name == "UNDECIDED"
