"""LaTeX documents: compiled for real, nothing overfull by more than 5 pt, nothing undefined; hostile names are only printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typeset import compiled, faults

from symbackprop.derive.backpropagation import derive
from symbackprop.networks import Network
from symbackprop.render import render
from symbackprop.render.latex_math import escape

CASES = [
    ("2-3-1", Network.layered([2, 3, 1]), "winston"),
    ("2-3-1", Network.layered([2, 3, 1], loss="half_squared"), "nielsen"),
    ("2-2-2-2-2", Network.layered([2, 2, 2, 2, 2], loss="half_squared"), "nielsen"),
    ("4-8-8-3", Network.layered([4, 8, 8, 3], loss="squared"), "slides_layer"),
    ("1-1-1-1-1", Network.chain(4, loss="half_squared"), "gordon"),
    ("3-4-2", Network.layered([3, 4, 2], loss="half_squared"), "slides_net"),
    ("784-30-10", Network.layered([784, 30, 10], loss="half_squared"), "nielsen"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "net", "notation"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_every_document_compiles_cleanly(name: str, net: Network, notation: str, tmp_path: Path) -> None:
    """Each by itself, with its own preamble; test_examples_documents sets many in one run."""
    source = render(derive(net, notation=notation), "tex", notation)
    assert faults(compiled(source, tmp_path)) == []


def test_the_faults_are_seen() -> None:
    assert faults("Overfull \\hbox (7.3pt too wide) in paragraph") and not faults("Overfull \\hbox (1.0pt too wide)")
    assert faults("SBPDOC xor winston rules\nLaTeX Warning: Reference `a' undefined") == [
        "xor winston rules: LaTeX Warning: Reference `a' undefined"
    ]


def test_a_hostile_name_is_only_printed() -> None:
    net = Network.layered([1, 1], bias=False, name=r"\input{/etc/passwd} $x_1$ & 100% #1 ~^")
    source = render(derive(net), "tex")
    assert r"\input{/etc" not in source and r"\textbackslash{}input\{" in source


@pytest.mark.parametrize("text", ["a_b", "50%", "x^2", r"\\", "{", "\u0000", "日本", "→"])
def test_escaped_text_has_no_active_sign(text: str) -> None:
    assert not re.search(r"(?<!\\)[%#&_^~]", escape(text).replace(r"\to", ""))
