"""HTML pages: well formed, alone (no script, nothing from elsewhere), escaped, small; measured in a real browser when asked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typeset import measured

from symbackprop.derive.backpropagation import derive
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.render import render

NETS = [
    (Network.chain(2, bias=False), "winston"),
    (Network.layered([2, 3, 1]), "winston"),
    (Network.layered([2, 2, 2, 2, 2], loss="half_squared"), "nielsen"),
    (Network.layered([3, 4, 2], loss="squared"), "slides_layer"),
    (Network.layered([2, 2, 1], loss="half_squared"), "slides_net"),
    (Network.layered([784, 30, 10], loss="half_squared"), "nielsen"),
]
HOSTILE = "<script>alert(1)</script>\"'& $x$ ${y}"


@pytest.mark.parametrize(("net", "notation"), NETS, ids=[f"{net.name}-{n}" for net, n in NETS])
def test_a_page_stands_alone(net: Network, notation: str) -> None:
    page = str(render(derive(net, notation=notation), "html", notation))
    assert "<script" not in page and "javascript:" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page) and "@import" not in page and "url(http" not in page
    assert len(page.encode()) <= 150_000
    for part in re.findall(r"<math.*?</math>|<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(part)


def test_every_line_is_on_the_page() -> None:
    made = derive(Network.layered([2, 3, 1]))
    page = str(render(made, "html"))
    assert page.count('class="line"') == len(made.steps)
    assert page.count("<details") == sum(step.evidence.certificate is not None for step in made.steps)


@pytest.mark.parametrize("form", ["html", "svg", "md", "ipynb"])
def test_a_hostile_name_is_only_printed(form: str) -> None:
    text = str(render(derive(Network.layered([1, 1], name=HOSTILE)), form))
    assert "<script>" not in text


def test_a_notebook_is_plain_json_of_version_4() -> None:
    data = json.loads(str(render(derive(Network.layered([2, 2, 1])), "ipynb")))
    assert data["nbformat"] == 4 and {cell["cell_type"] for cell in data["cells"]} == {"markdown", "code"}


def test_things_show_themselves() -> None:
    net = Network.layered([2, 2, 1])
    proof = prove(net)
    for thing in (net, derive(net, proof=proof), proof, next(iter(proof.verdicts.values()))):
        shown = thing._repr_mimebundle_()
        assert {"text/html", "text/latex", "text/plain"} <= shown.keys() and "<script" not in shown["text/html"]


@pytest.mark.slow
def test_a_browser_shows_every_formula(tmp_path: Path) -> None:
    pages = {
        f"{net.name} {notation}": render(derive(net, notation=notation), "html", notation) for net, notation in NETS
    }
    assert measured(pages, (1040, 390), tmp_path) == {}


@pytest.mark.slow
def test_the_measuring_sees_what_is_wrong(tmp_path: Path) -> None:
    """The planted faults: a page too wide, a formula of no size, things from elsewhere."""
    head = "<!doctype html><html><head></head><body>"
    pages = {
        "wide": f"{head}<p style='width:3000px'>wide</p>",
        "asks": f"{head}<div style='background:url(http://example.org/x.png)'>x</div>",
        "image": f"{head}<img src='x.png'>",
        "empty": f"{head}<math></math>",
        "good": f"{head}<math><mi>xyz</mi></math>",
    }
    found = measured(pages, (1040,), tmp_path)
    assert {label.split()[0] for label in found} == {"wide", "asks", "image", "empty"}
