"""Nets nobody draws twice: single units, long chains, wide layers, skips with shared biases, names that mean something elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from typeset import compiled, faults, measured, together

from symbackprop.derive.backpropagation import derive
from symbackprop.networks import Network
from symbackprop.render import render
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


@pytest.mark.parametrize("name", NETS)
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
