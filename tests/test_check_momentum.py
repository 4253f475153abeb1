"""Momentum: a velocity collects gradients of one parameter, and the step along it leads downhill."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbackprop import check_file

NETS = ("net=2-3-1 notation=nielsen", "net=1-2-2 notation=nielsen activation=tanh", "net=3-2-2 notation=matrix activation=relu")
RIGHT = [
    (r"v^l_{jk} \leftarrow \mu v^l_{jk} - \eta \frac{\partial C}{\partial w^l_{jk}}", r"w^l_{jk} \leftarrow w^l_{jk} + v^l_{jk}"),
    (r"v^l_{jk} := \mu v^l_{jk} - \eta a^{l-1}_k \delta^l_j", r"w^l_{jk} := w^l_{jk} + v^l_{jk}"),
    (r"v^l \leftarrow \beta v^l + (1-\beta) \nabla_{w^l} C", r"w^l \leftarrow w^l - \alpha v^l"),
    (r"v^l \leftarrow \gamma v^l + \eta \nabla_{w^l} C", r"w^l \leftarrow w^l - v^l"),
]
WRONG = [
    (r"v^l_{jk} \leftarrow \mu v^l_{jk} - \eta \frac{\partial C}{\partial w^l_{jk}}", r"w^l_{jk} \leftarrow w^l_{jk} - v^l_{jk}"),
    (r"v^l \leftarrow \beta v^l + (1-\beta) \nabla_{w^l} C", r"w^l \leftarrow w^l + \alpha v^l"),
    (r"v^l \leftarrow \beta v^l + (1-\beta) \nabla_{w^l} C", r"w^l \leftarrow w^l - v^l"),
]


def verdicts(net: str, lines: tuple[str, ...], path: Path) -> list[str]:
    path.write_text(f"% sbp: {net}\n" + "\n".join(f"${line}$\n" for line in lines))
    return [finding.verdict.name for finding in check_file(path)]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("lines", RIGHT)
def test_right(net: str, lines: tuple[str, ...], tmp_path: Path) -> None:
    assert set(verdicts(net, lines, tmp_path / "m.tex")) <= {"PROVED", "PROVED_AE"}


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("lines", WRONG)
def test_a_wrong_step_is_refuted(net: str, lines: tuple[str, ...], tmp_path: Path) -> None:
    first, second = verdicts(net, lines, tmp_path / "m.tex")
    assert first.startswith("PROVED") and second == "REFUTED"


def test_uphill_is_called_uphill(tmp_path: Path) -> None:
    path = tmp_path / "m.tex"
    verdicts(NETS[0], WRONG[0], path)
    assert "uphill" in check_file(path)[1].diagnosis[0]


def test_a_velocity_of_the_wrong_gradient_is_refuted(tmp_path: Path) -> None:
    lines = (r"v^l_{jk} := \mu v^l_{jk} - \eta a^{l-1}_j \delta^l_k",)
    assert verdicts(NETS[0], lines, tmp_path / "m.tex") == ["REFUTED"]


def test_a_letter_that_collects_no_gradient_is_no_velocity(tmp_path: Path) -> None:
    assert verdicts(NETS[0], (r"u \leftarrow u + 1",), tmp_path / "m.tex") == ["UNRESOLVED"]
