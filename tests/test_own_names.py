"""A graph net whose author named the weights: the derivation prints those names, and the checker reads them back."""

from pathlib import Path

import pytest

from symbackprop import Edge, Network, Unit, check, check_file, derive, render
from symbackprop.activations import activation
from symbackprop.check.report import exit_status, text

NET = """
name = "named"
inputs = ["x", "k"]
loss = "half_squared"
outputs = ["o"]
[units.h]
activation = "tanh"
from = ["x", "k"]
weights = ["w1", "w2"]
[units.o]
activation = "identity"
from = ["x", "h"]
weights = ["s", {weight}]
"""


def written(folder: Path, weight: str) -> tuple[Path, str]:
    spec = folder / "net.toml"
    spec.write_text(NET.replace("{weight}", f'"{weight}"'))
    return spec, render(derive(Network.from_toml(spec)), "md")


def test_the_authors_names_are_printed_and_read_back(tmp_path: Path) -> None:
    spec, shown = written(tmp_path, "w3")
    assert r"\frac{\partial C}{\partial w_{1}} &= x_{x}\delta_{h}" in shown
    page = tmp_path / "net.md"
    page.write_text(shown)
    findings = check_file(page, net=Network.from_toml(spec), notation="graph")
    assert exit_status(findings) == 0, text(findings)
    assert "over 1.." not in text(findings, verbose=True)  # k and h are neurons here, no indices


@pytest.mark.parametrize("name", ["y_h", "w_h_o", "b_o"])
def test_a_name_that_looks_like_a_symbol_of_the_notation_is_not_printed_for_a_weight(tmp_path: Path, name: str) -> None:
    _, page = written(tmp_path, name)
    assert r"w_{h \to o}" in page


def test_two_leaks_at_one_weighted_input_are_not_guessed() -> None:
    kind = activation("parametric_relu")
    units = [Unit(name, kind, (Edge("x", "w"),), parameters=(("alpha", leak),)) for name, leak in (("a", "p"), ("b", "q"))]
    units.append(Unit("o", activation("identity"), (Edge("a", "u"), Edge("b", "v"))))
    net = Network(["x"], units, ["o"], loss="half_squared")
    for formula in (r"y_a = \operatorname{prelu}(z_a)", r"y_b = \operatorname{prelu}(z_b)", r"y_a = \sigma(z_a)"):
        (found,) = check(formula, net, notation="graph")
        assert found.verdict.name == "UNDECIDED"
        assert "leaks" in found.verdict.reason


@pytest.mark.parametrize(
    ("wrong", "corrected"),
    [
        (r"\frac{\partial C}{\partial w_1} = \delta_h x_k", r"\frac{\partial C}{\partial w_1} = \delta_h x_{x}"),
        (r"\delta_h = (1 - y_h^2) s \delta_o", r"\delta_h = (1 - y_h^2) w_{3} \delta_o"),
        (r"\frac{\partial C}{\partial w_3} = \delta_h y_h", r"\frac{\partial C}{\partial w_3} = \delta_{o} y_h"),
    ],
)
def test_slips_are_corrected_in_the_authors_names(tmp_path: Path, wrong: str, corrected: str) -> None:
    spec, _ = written(tmp_path, "w3")
    (found,) = check(wrong, Network.from_toml(spec), notation="graph")
    assert found.verdict.name == "REFUTED"
    assert found.corrected == corrected
