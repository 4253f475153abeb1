"""`symbackprop notations`: symbols, shapes, examples that hold, and a declaration that gives the same notation again."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symbackprop import Network, check
from symbackprop.__main__ import main
from symbackprop.notation import notation, table
from symbackprop.notation.declare import declaration, from_table

NETS = {
    "graph": Network.from_toml(Path(__file__).parent.parent / "examples" / "not_layered.toml"),
    "gordon": Network.chain(4, loss="half_squared"),
    "euler": Network.chain(4, activation="undefined", loss="undefined", bias=False),
    "slides_layer": Network.layered([2, 2, 2, 2], loss="squared"),
    "winston": Network.chain(2, bias=False),
}


@pytest.mark.parametrize("name", sorted(table()))
def test_a_declaration_gives_the_same_notation_again(name: str) -> None:
    given = notation(name)
    again = from_table(tomllib.loads(declaration(given)))
    assert dict(again.patterns) == dict(given.patterns)
    same = ("labels", "input_layer", "weight_shift", "delta_sign", "loss", "maximise")
    assert [getattr(again, each) for each in same] == [getattr(given, each) for each in same]


@pytest.mark.parametrize("name", sorted(table()))
def test_every_notation_has_examples_and_they_hold(name: str) -> None:
    assert notation(name).examples
    net = NETS.get(name, Network.layered([2, 2, 2, 2, 2], loss=notation(name).loss))
    for formula in notation(name).examples:
        for found in check(formula, net, notation=name):
            assert found.verdict.holds, (found, found.verdict.reason)


def test_words_and_fields_in_scripts_are_told_apart() -> None:
    mine = from_table({"base": "nielsen", "cost": "E_{total}", "output": "out_{jl}", "net_input": "n_{lj}"})
    assert mine.patterns["cost"][0].sub == "total"
    assert mine.patterns["output"][0].sub == "{j}{l}"


def test_the_command_shows_shapes_and_says_how_to_declare(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "symbackprop", "notations"]
    shown = subprocess.run([*run, "nielsen"], capture_output=True, text=True, check=True).stdout
    assert "matrix n_l x n_(l-1)" in shown
    assert "w_{jk}^{l}, w^{l}" in shown
    mine = tmp_path / "mine.toml"
    mine.write_text(subprocess.run([*run, "nielsen", "--toml"], capture_output=True, text=True, check=True).stdout.replace("delta", "gamma"))
    assert subprocess.run([*run, str(mine)], check=False, capture_output=True).returncode == 2  # gamma is no kind of quantity
    refused = subprocess.run([*run, "--toml"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "its name" in refused.stderr


def test_an_undefined_function_put_together_by_substitution_is_the_units_own() -> None:
    net = NETS["euler"]
    wrong = r"d_3 = d_4 D(\lambda v. \sigma(p_3 v))a_3"
    assert [each.verdict.name for each in check(wrong, net, notation="euler")] == ["REFUTED"]


def test_the_matrices_of_a_batch_have_a_column_for_each_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notations", "ng"]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.split()}
    assert "matrix n_0 x m" in rows["input_matrix"] and "matrix n_l x m" in rows["delta_matrix"]
    assert "matrix n_l x n_(l-1)" in rows["weight_derivative"] and "column n_l" in rows["bias_derivative"]
