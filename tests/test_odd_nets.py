"""Nets nobody draws twice: single units, long chains, wide layers, skips with shared biases, names that mean something elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typeset import compiled, faults, measured, together

from symbackprop.check import check_file
from symbackprop.derive import shown as S
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import GAP, PROVED
from symbackprop.derive.speaker import Speaker
from symbackprop.networks import Network
from symbackprop.render import render
from symbackprop.render.naming import Unnameable
from symbackprop.specs import read_data

SPECIAL = r"50% of {x}_1 & $y$ #2 \input{z} <b>β→日本</b> ~^"
SKIPS = {
    "name": SPECIAL, "inputs": ["x1", "größe"], "loss": "half_squared", "outputs": ["out_1", "y_2"], "bias": True,
    "units": {
        "α1": {"from": ["x1", "größe"], "activation": "tanh", "bias": "b_shared"},
        "h2": {"from": ["x1", "α1"], "activation": "sigmoid", "bias": "b_shared"},
        "h3": {"from": ["größe", "h2"], "activation": "softplus"},
        "out_1": {"from": ["α1", "h3", "x1"], "activation": "identity", "bias": "b_shared"},
        "y_2": {"from": ["h2", "h3"], "activation": "relu"},
    },
}  # fmt: skip
NETS = {
    "single": Network.layered([1, 1]),
    "long chain": Network.chain(5, bias=False),
    "longer chain": Network.chain(9),
    "5-4-3-2": Network.layered([5, 4, 3, 2], loss="half_squared", name=SPECIAL),
    "softmax head": Network.layered([3, 4, 3], "relu", "softmax_cross_entropy"),
    "softmax inside": Network.layered([2, 3, 2], ["softmax", "sigmoid"], "half_squared"),
    "many outputs": Network.layered([1, 1, 12], loss="half_squared"),
    "skips": read_data(SKIPS),
    "many inputs": Network.layered([30, 1], "tanh"),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name == "5-4-3-2")) for name in NETS])
def test_every_format_prints_it(name: str) -> None:
    made = derive(NETS[name])
    assert not made.gaps
    assert "<b>" not in str(render(made, "html")) + str(render(made, "svg")) + str(render(made, "md"))
    assert not [line for line in str(render(made, "tex")).splitlines() if r"\input{z}" in line and line[0] != "%"]
    assert all(str(render(made, form)) for form in ("txt", "ipynb"))


@pytest.mark.slow
def test_all_of_them_compile_and_fit(tmp_path: Path) -> None:
    made = {name: derive(net) for name, net in NETS.items()}
    assert (
        faults(compiled(together((name, render(each, "tex", fragment=True)) for name, each in made.items()), tmp_path))
        == []
    )
    pages = {name: render(each, "html") for name, each in made.items()}
    assert measured(pages, (1040, 390), tmp_path) == {}


@pytest.mark.parametrize("form", ["md", "html", "tex", "ipynb", "svg"])
def test_a_name_ends_no_comment(form: str) -> None:
    """The comment at the head of a document holds the whole net, its name included."""
    made = derive(read_data(SKIPS | {"name": "--> <script>alert(1)</script> <!--\n\\end{document}"}))
    text = str(render(made, form))
    assert "<script>" not in text and "\n\\end{document}\n" not in text.removesuffix("\n\\end{document}\n")


RECTIFIERS = {
    "relu": Network.layered([2, 2, 1], "relu"),
    "leaky": Network.layered([2, 2, 2], "leaky_relu", "half_squared"),
    "learnt": Network.layered([2, 2, 1], "parametric_relu", "half_squared"),
    "mixed": Network.layered([2, 2, 2, 1], ["tanh", "leaky_relu", "relu"], "squared"),
    "one leak for units that feed each other": read_data({
        "inputs": ["x", "v"], "outputs": ["o", "r"], "loss": "half_squared", "activation": "parametric_relu", "bias": True,
        "units": {"h": {"from": ["x", "v"], "alpha": "k"}, "g": {"from": ["x", "h"], "alpha": "k"},
                  "o": {"from": ["h", "g"], "alpha": "m"}, "r": {"from": ["g", "x"], "activation": "leaky_relu", "alpha": "k"}},
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", RECTIFIERS)
def test_a_rectifier_is_written_out_and_its_document_reads_back(name: str, tmp_path: Path) -> None:
    """max, min and two cases; the derivative by a leak is min(z, 0), also where the leak acts along several ways."""
    made = derive(RECTIFIERS[name])
    assert not made.gaps
    text = str(render(made, "tex"))
    assert r"\max (" in text and r"\begin{cases}" in text
    page = tmp_path / "page.tex"
    page.write_text(text)
    assert {found.verdict.name for found in check_file(page)} <= {"PROVED_AE", "PROVED", "NO CLAIM", "DEFINED"}
    if name.startswith("one leak"):
        assert r"\min (z_{h},\, 0)" in text and r"\partial y_{g}}{\partial k}" not in text


def test_a_number_never_runs_into_a_number_put_in() -> None:
    """2 a(1 - a) with 0.8 put in for a is 2 x 0.8(1 - 0.8), not 20.8(1 - 0.8)."""
    text = str(render(derive(Network.layered([1, 1], loss="squared"), example=True), "tex"))
    assert re.search(r"\\approx 2 \\times 0\.\d+\(1 - 0\.\d+\)", text)
    assert not re.search(r"\\approx 20\.\d+\(", text)


def test_a_deep_net_of_softplus_units_leaves_no_gap() -> None:
    """Its slopes hold exponentials, whose products grow past every limit when they are written out."""
    made = derive(Network.layered([2, 2, 2, 1, 3], "softplus", "performance"), detail="rules")
    assert not made.gaps and len(made.steps) > 80
    prover = Speaker(Network.layered([1, 1, 1], "softplus")).prover
    for slope, verdict in (("u1_1", PROVED), ("u2_1", GAP)):  # sigma' of the wrong unit is still a gap
        form = S.Product((S.Quantity("slope", slope), S.Quantity("weight", "w2_1_1"), S.Quantity("delta", "u2_1")))
        assert prover.evidence(S.Quantity("delta", "u1_1"), form).verdict == verdict


def _two_layers(inputs: list[str], hidden: list[str], output: str) -> Network:
    units = {name: {"from": inputs} for name in hidden} | {output: {"from": [*hidden, inputs[0]]}}
    return read_data({"inputs": inputs, "outputs": [output], "activation": "tanh", "loss": "half_squared", "bias": True, "units": units})


NAMES = {
    "Greek": _two_layers(["α", "β"], ["γ", "δ2"], "ω"),
    "Greek in words": _two_layers(["alpha", "beta"], ["gamma", "delta_2"], "omega"),
    "Cyrillic": _two_layers(["вход", "х2"], ["скрытый", "ш"], "выход"),
    "Chinese": _two_layers(["输入", "x2"], ["隐藏", "h"], "输出"),
    "signs in words": _two_layers(["in_1", "in_2"], ["sum", "max_1"], "out"),
    "more signs": _two_layers(["to", "times"], ["dots", "circ2"], "top"),
    "long": _two_layers(["the_speed_of_the_car_in_kilometres", "temperature_at_noon_in_degrees"],
                        ["a_feature_that_nobody_understands", "another_feature_of_the_same_kind"], "the_probability_that_it_will_rain"),
    "letters of the trade": _two_layers(["x", "y"], ["z", "e"], "C"),
    "numbers": _two_layers(["10", "20"], ["11", "12"], "300"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["md", "html", "tex", "ipynb", "txt"])
@pytest.mark.parametrize("name", NAMES)
def test_neurons_of_any_name_are_read_back_by_that_name(name: str, form: str, tmp_path: Path) -> None:
    made = derive(NAMES[name], notation="graph")
    page = tmp_path / f"page.{form}"
    page.write_text(str(render(made, form, "graph")), encoding="utf-8")
    found = [each for each in check_file(page) if each.verdict.name != "NO CLAIM"]
    assert [(each.text, each.verdict.name) for each in found if not each.verdict.name.startswith(("PROVED", "DEFINED"))] == []
    assert len(found) == made.count


def test_a_chain_with_more_layers_than_letters_gets_a_notation_that_can_name_them() -> None:
    """Winston's letters end after nine computing layers."""
    for depth in (9, 10):
        made = derive(Network.chain(depth))
        assert str(render(made, "txt", made.notation))


@pytest.mark.parametrize("names", [["in_1", "in1"], ["α", "alpha"], ["a.b", "ab"]])
def test_two_neurons_that_would_look_the_same_are_told(names: list[str]) -> None:
    net = _two_layers(names, ["h"], "o")
    with pytest.raises(Unnameable, match="look the same"):
        render(derive(net, notation="graph"), "txt", "graph")
    assert str(render(derive(net, notation="slides_net"), "txt", "slides_net"))
