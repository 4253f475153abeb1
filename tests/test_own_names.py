"""A graph net whose author named the weights: the derivation prints those names, and the checker reads them back."""

from pathlib import Path

import pytest

from symbackprop import Edge, Network, Unit, check, check_file, derive, render
from symbackprop.activations import activation
from symbackprop.check.documents.report import exit_status, text

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


FAMILIES = """
name = "families"
inputs = ["i1", "i2"]
outputs = ["o1", "o2"]
activation = "sigmoid"
loss = "half_squared"
[units.h1]
from = ["i1", "i2"]
[units.h2]
from = ["i1", "i2"]
[units.o1]
from = ["h1", "h2"]
[units.o2]
from = ["h1", "h2"]
"""


@pytest.mark.parametrize(
    ("formula", "verdict", "reading"),
    [
        (r"\delta_h = y_h (1 - y_h) \sum_o w_{h \to o} \delta_o", "PROVED", "h over h1, h2; 2 instances"),
        (r"\delta_h = y_h \sum_o w_{h \to o} \delta_o", "REFUTED", ""),
        (r"\delta_o = y_o (1 - y_o) (y_o - t_o)", "PROVED", "o over o1, o2; 2 instances"),
        (r"\frac{\partial C}{\partial w_{i \to j}} = x_i \delta_j", "PROVED", "4 instances"),
        (r"\frac{\partial C}{\partial w_{i \to h}} = y_h \delta_h", "REFUTED", ""),
        (r"\frac{\partial C}{\partial y_{h1}} = \sum_o \frac{\partial C}{\partial z_o} \frac{\partial z_o}{\partial y_{h1}}", "PROVED", "feeds"),
        (r"\delta_{h1} = y_{h1} (1 - y_{h1}) \sum_h w_{h1 \to h} \delta_h", "UNRESOLVED", ""),
    ],
)
def test_a_letter_runs_over_the_neurons_named_by_it_and_a_number(tmp_path: Path, formula: str, verdict: str, reading: str) -> None:
    (tmp_path / "net.toml").write_text(FAMILIES)
    (found,) = check(formula, Network.from_toml(tmp_path / "net.toml"), notation="graph")
    assert found.verdict.name == verdict, found.verdict.reason
    assert reading in "; ".join(found.verdict.notes)


LONG = """
inputs = ["x1", "größe"]
outputs = ["out"]
loss = "half_squared"
[units.h]
from = ["x1", "größe"]
weights = ["w16", "wab"]
bias = "b6"
[units.out]
from = ["h"]
weights = ["v"]
activation = "identity"
"""


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial C}{\partial w_{16}} = x_1 \delta_h",
        r"\frac{\partial C}{\partial wab} = x_{größe} \delta_h",
        r"\frac{\partial C}{\partial \mathrm{wab}} = größe \delta_{h}",
        r"z_h = w16 x_1 + wab x_{größe} + b6",
        "z_h = w16*x1 + wab*größe + b6",
        "dC/dwab = x_größe * delta_h",
        "delta_out = y_out - t_out",
        "delta_h = y_h (1-y_h) v delta_out",
    ],
)
def test_names_that_are_words_are_not_taken_apart(tmp_path: Path, formula: str) -> None:
    spec = tmp_path / "net.toml"
    spec.write_text(LONG, encoding="utf-8")
    net = Network.from_toml(str(spec))
    assert [found.verdict.name for found in check(formula, net, notation="graph")] == ["PROVED"]
    assert [found.verdict.name for found in check("dC/dwab = x_1 * delta_h", net, notation="graph")] == ["REFUTED"]


def test_a_name_made_of_names_is_a_product() -> None:
    """w and a are weights here, so that wa is their product though a third is called so."""
    kind = activation("identity")
    net = Network(["x", "i", "n"], [Unit("o", kind, (Edge("x", "w"), Edge("i", "a"), Edge("n", "wa")))], ["o"], loss="half_squared")
    assert check("w a = wa", net, notation="graph")[0].verdict.name == "PROVED"


@pytest.mark.parametrize("name", ["unit10", "unit1", "Größe", "h2o", "n_12", "β", "beta", "λ2"])
@pytest.mark.parametrize("form", ["md", "txt", "html"])
def test_a_name_that_ends_in_digits_is_one_name(name: str, form: str, tmp_path: Path) -> None:
    """z_unit10 in plain text was ten times the z of unit."""
    net = Network(["x1"], [Unit(name, activation("sigmoid"), (Edge("x1", "w1"),), "b1")], [name], loss="half_squared", name="one")
    page = tmp_path / f"page.{form}"
    page.write_text(render(derive(net), form))
    findings = check_file(page)
    assert exit_status(findings) == 0 and len(findings) > 8, text(findings)


@pytest.mark.parametrize("letter", ["z", "u"])
def test_an_identity_holds_where_the_letter_is_a_unit_of_the_same_activation(letter: str) -> None:
    """exp v and exp(-v) of a written-out output are one generator."""
    units = [Unit(letter, activation("sigmoid"), (Edge("x1", "w1"),), "b1"), Unit("o", activation("tanh"), (Edge(letter, "w2"),), "b2")]
    net = Network(["x1"], units, ["o"], loss="half_squared", name="two")
    assert check(f"sigmoid({letter})(1 + e^{{-{letter}}}) = 1", net, notation="graph")[0].verdict.name == "PROVED"
    assert check(f"sigmoid({letter})(1 + e^{{{letter}}}) = 1", net, notation="graph")[0].verdict.name == "REFUTED"


@pytest.mark.parametrize("name", ["o_1", "β", "λ_2"])
def test_the_number_of_a_leak_is_given_by_its_name(name: str, tmp_path: Path) -> None:
    kind = activation("parametric_relu")
    net = Network(["x1"], [Unit(name, kind, (Edge("x1", "w1"),), parameters=(("alpha", f"alpha_{name}"),))], [name], loss="half_squared")
    page = tmp_path / "page.md"
    page.write_text(render(derive(net, example=True), "md"))
    findings = check_file(page)
    assert exit_status(findings) == 0, text(findings)


@pytest.mark.parametrize("fixed", ["1.23", "-0.333", "2.5", "100"])
@pytest.mark.parametrize("kind", ["softplus", "tanh", "sigmoid"])
def test_a_fixed_weight_of_many_digits_leaves_no_gap(fixed: str, kind: str, tmp_path: Path) -> None:
    """exp(1.23 x) was the 123rd power of exp(x/100), past the kernel's limit."""
    spec = tmp_path / "net.toml"
    spec.write_text(f'inputs = ["x"]\noutputs = ["o"]\n[units.h]\nfrom = ["x"]\nweights = ["w1"]\n[units.o]\nfrom = ["x", "h"]\n'
                    f'weights = [{fixed}, "w2"]\nactivation = "{kind}"\n')  # fmt: skip
    made = derive(Network.from_toml(spec))
    assert not made.gaps
    (tmp_path / "page.md").write_text(render(made, "md"))
    findings = check_file(tmp_path / "page.md")
    assert exit_status(findings) == 0, text(findings)
