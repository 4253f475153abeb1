"""The catalogue: 165 rows, each run; a broken check and a missing capability show as what they are."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typeset import compiled, faults

from symbackprop import catalogue
from symbackprop.__main__ import main
from symbackprop.catalogue.drawn import read_picture
from symbackprop.catalogue.execute import all_rows, command, execute, pages
from symbackprop.catalogue.figures import FIGURES
from symbackprop.catalogue.row import Fails, Probe, Row, need, row, run, shown_by
from symbackprop.commands.systems import call
from symbackprop.render import charts_tikz, tikz
from symbackprop.render.charts import Chart, Line, svg, ticks

ROWS = all_rows()
QUICK = ["S15", "S31", "S32", "S38", "S41", "S47", "S60", "S79", "S84", "S116", "S130", "S140", "S146", "S161", "S165"]


def test_there_are_165_rows_each_with_a_check() -> None:
    assert list(ROWS) == [f"S{n}" for n in range(1, 166)]
    assert all(each.checks or each.missing for each in ROWS.values())
    assert all(each.system and each.where and each.works for each in ROWS.values())


WORDS = {
    "derive",
    "prove",
    "document",
    "check",
    "train",
    "run",
    "plot",
    "count",
    "construct",
    "encode",
    "decode",
    "generate",
}


def unshown(each: Row) -> set[str]:
    """The words of "what works means" that no check of the row shows."""
    shown = {word for check in each.checks for word in shown_by(check)}
    shown |= {"derive", "document", "prove"} if each.id in pages() else set()
    return WORDS & set(re.findall(r"[a-z]+", each.works)) - shown


def test_each_word_of_what_works_means_has_a_check_that_shows_it() -> None:
    assert {name: unshown(each) for name, each in ROWS.items() if unshown(each)} == {}
    planted = row("S0", "", "", "derive, prove, train, plot", run("prove 2-1"), Probe(str, "plot"))
    assert unshown(planted) == {"train"}


def test_a_row_shows_what_its_commands_printed_and_keeps_their_files(tmp_path: Path) -> None:
    outcome = execute(ROWS["S140"], call, keep=tmp_path)
    assert any("0 > 0" in line for seen in outcome.seen for _, printed in seen.commands for line in printed)
    assert "0 > 0" in (tmp_path / "S140" / "transcript.txt").read_text(encoding="utf-8")
    assert main(["systems", "S154", "--out", str(tmp_path)]) == 0
    assert {"plot-relu.svg", "transcript.txt"} <= {file.name for file in (tmp_path / "S154").iterdir()}


@pytest.mark.parametrize("name", QUICK)
def test_a_sample_of_rows_works(name: str) -> None:
    outcome = execute(ROWS[name], call)
    assert outcome.status == "works", outcome.status
    assert len(outcome.seen) >= len(ROWS[name].checks)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(ROWS))
def test_every_row_works_or_says_what_is_missing(name: str) -> None:
    outcome = execute(ROWS[name], call)
    assert outcome.status == (f"missing: {ROWS[name].missing}" if ROWS[name].missing else "works"), outcome.status


def test_a_check_that_fails_is_a_row_that_fails() -> None:
    """Planted: a wrong status, a text that is not printed, a file that is not written, a probe that raises, a bug."""

    def bug() -> str:
        raise ZeroDivisionError

    planted = [
        run("claims xor", status=1),
        run("claims xor", "XOR is separable"),
        run("claims xor", writes="nothing.svg"),
        run("no-such-command"),
        Probe(lambda: need(False, "seen"), ""),
        Probe(bug, ""),
    ]
    for check in planted:
        assert execute(row("S0", "", "", "", check), call).status.startswith("fails: ")
    with pytest.raises(Fails, match="seen"):
        need(False, "seen")


def test_a_row_without_a_check_or_with_a_gap_does_not_work() -> None:
    assert execute(row("S0", "", "", ""), call).status == "missing: a check"
    gap = row("S0", "", "", "", run("claims xor"), missing="a plot")
    assert execute(gap, call).status == "missing: a plot"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["systems", "S140", "s32", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [(each["id"], each["status"]) for each in data] == [("S140", "works"), ("S32", "works")]
    assert data[0]["command"] == "symbackprop systems S140" and "symbackprop prove" in data[1]["command"]
    assert main(["systems", "--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 330
    assert main(["systems", "S166"]) == 2
    assert command(ROWS["S1"]) == "symbackprop systems S1"


@pytest.mark.parametrize("name", ["sigmoid", "tangents", "boundary", "xor", "surface", "schedules", "boxes"])
def test_figures_are_self_contained_svg(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.svg"
    assert main(["plot", name, "--out", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert "<script" not in text and "href" not in text and "nan" not in text.lower()


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FIGURES))
def test_every_figure_is_drawn(name: str) -> None:
    drawn = FIGURES[name]()
    ElementTree.fromstring(drawn if isinstance(drawn, str) else svg(drawn))


def test_the_tikz_of_a_figure_has_the_points_of_its_svg() -> None:
    """Every line and mark of the same chart, at the same share of the frame."""
    chart = FIGURES["tangents"]()
    assert not isinstance(chart, str)
    drawn, (x0, x1) = charts_tikz.tikz(chart), (chart.span or ((0.0, 1.0), (0.0, 1.0)))[0]
    rows = re.findall(r"line join=round\] (.*);", drawn)
    assert [row.count("--") + 1 for row in rows] == [len(line.points) for line in chart.lines]
    first = float(rows[1].split(",")[0].strip("(")) / charts_tikz.WIDE * (x1 - x0) + x0
    assert abs(first - chart.lines[1].points[0][0]) < 0.01
    hostile = charts_tikz.tikz(Chart(r"\input{/etc/passwd} 100%", (Line("a_b & c", ((0.0, 0.0), (1.0, 1.0))),)))
    assert r"\input{" not in hostile and r"a\_b \& c" in hostile


@pytest.mark.slow
def test_every_figure_compiles(tmp_path: Path) -> None:
    made = [figure for make in FIGURES.values() if not isinstance(figure := make(), str)]
    bodies = "}\n\\sbox{\\sbpbox}{".join(map(charts_tikz.tikz, made))
    assert faults(compiled(tikz.framed(bodies), tmp_path)) == []


def test_plot_writes_what_the_ending_says(tmp_path: Path) -> None:
    assert main(["plot", "sigmoid", "--out", str(tmp_path / "x.tex")]) == 0
    assert "documentclass" in (tmp_path / "x.tex").read_text(encoding="utf-8")
    assert main(["plot", "sigmoid", "--fragment", "--out", str(tmp_path / "x.tex")]) == 0
    assert "documentclass" not in (tmp_path / "x.tex").read_text(encoding="utf-8")
    assert main(["plot", "boxes", "--fragment", "--out", str(tmp_path / "x.tex")]) == 0
    text = (tmp_path / "x.tex").read_text(encoding="utf-8")
    assert text.count("rectangle") == 4 and "$o_{l} = i_{r}$" in text and "w_{r}" in text


def test_plot_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plot", "sigmoidd"]) == 2
    assert main(["plot", "sigmoid", "--out", str(tmp_path / "x.png")]) == 2
    assert "sigmoid" in capsys.readouterr().err
    assert main(["plot"]) == 0


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-6, 6), (0, 0.003), (-1e6, 2e6), (0.1, 0.13)])
def test_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 3 <= len(found) <= 10
    assert all(low - 1e-9 <= value <= high + 1e-9 * abs(high) for value in found)


@pytest.mark.parametrize("name", ["fixed_bias", "nine_neurons", "own_functions"])
def test_the_document_of_a_net_with_a_name_of_several_words_is_read_back_by_itself(name: str, tmp_path: Path) -> None:
    spec, document = Path(catalogue.__file__).parent / "nets" / f"{name}.toml", tmp_path / "net.tex"
    assert main(["derive", str(spec), "--out", str(document)]) == 0
    assert main(["check", str(document)]) == 0


def test_where_nothing_can_be_kept_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["systems", "S140", "--out", str(tmp_path / "file" / "below")]) == 2
    assert "the folder cannot be made" in capsys.readouterr().err


def test_a_marked_weight_is_marked_in_the_whole_picture_and_near_a_neuron(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "net.svg"
    for more in ([], ["--zoom", "u1_1"]):
        assert main(["draw", "2-2-1", "--mark", "w1_1_2", *more, "--out", str(file)]) == 0
        assert read_picture(file.read_text(encoding="utf-8")).marked == {"w1_1_2"}
    assert main(["draw", "2-2-1", "--mark", "w9", "--out", str(file)]) == 2 and "w9" in capsys.readouterr().err
    assert main(["draw", "2-2-1", "--mark", "w1_1_2", "--stages", "--out", str(file)]) == 2
