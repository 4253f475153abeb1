"""As a teacher marks: a wrong line once, and what was rightly concluded from it as following."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop import check_file

HEAD = "% sbp: net={net} notation=nielsen\n"


@pytest.mark.parametrize("net", ["2-3-1", "1-2-2 activation=tanh"])
@pytest.mark.parametrize(
    "lines",
    [
        (r"\frac{\partial C}{\partial w^l_{jk}} = a^{l}_k \delta^l_j", r"\Delta w^l_{jk} = -\eta a^l_k \delta^l_j"),
        (r"\frac{\partial C}{\partial b^l_j} = 2 \delta^l_j", r"b^l_j \leftarrow b^l_j - \eta (2 \delta^l_j)"),
        (r"\frac{\partial C}{\partial b^l_j} = 2 \delta^l_j", r"\Delta b^l_j = -\eta 2 \delta^l_j"),
    ],
)
def test_a_conclusion_from_a_slip_follows(net: str, lines: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "page.tex"
    path.write_text(HEAD.format(net=net) + "".join(f"${line}$\n\n" for line in lines))
    first, second = check_file(path)
    assert first.verdict.name == "REFUTED" and not first.follows
    assert second.verdict.name == "REFUTED" and second.follows == first.place
    assert [finding.follows for finding in check_file(path, strict=True)] == ["", ""]


def test_a_new_slip_does_not_follow(tmp_path: Path) -> None:
    path = tmp_path / "page.tex"
    path.write_text(HEAD.format(net="2-3-1") + "$\\frac{\\partial C}{\\partial b^l_j} = 2 \\delta^l_j$\n\n$\\Delta b^l_j = \\eta 2 \\delta^l_j$\n")
    first, second = check_file(path)
    assert first.verdict.name == second.verdict.name == "REFUTED" and not second.follows
