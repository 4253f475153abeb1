"""Golden files: what is printed changes only on purpose. SYMBACKPROP_RENEW=1 writes them anew; read the difference before you commit."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from symbackprop.derive.backpropagation import derive
from symbackprop.networks import Network
from symbackprop.render import render

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parent.parent / "examples"
CASES = [
    ("simplest", "winston", "txt"), ("simplest", "winston", "tex"), ("xor", "winston", "md"), ("nine_neurons", "graph", "txt"),
    ("gordon_own_biases", "gordon", "txt"), ("four_layers", "slides_layer", "txt"), ("softmax_head", "nielsen", "txt"),
    ("nine_neurons", "graph", "svg"),
]  # fmt: skip


@pytest.mark.parametrize(("example", "notation", "form"), CASES, ids=["-".join(case) for case in CASES])
def test_a_document_is_what_it_was(example: str, notation: str, form: str) -> None:
    made = derive(Network.from_toml(str(EXAMPLES / f"{example}.toml")), notation=notation)
    lasting = replace(made, sections=made.sections[:-1])  # the last section tells times
    text = str(render(lasting, form, notation))
    path = GOLDEN / f"{example}-{notation}.{form}"
    if os.environ.get("SYMBACKPROP_RENEW"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} changed: SYMBACKPROP_RENEW=1 renews it"
