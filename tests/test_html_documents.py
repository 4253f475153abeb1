"""HTML pages: well formed, alone (no script, nothing from elsewhere), escaped, small; measured in a real browser when asked."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typeset import measured

from symbackprop.derive.backpropagation import derive
from symbackprop.derive.beside import beside
from symbackprop.networks import Network
from symbackprop.proofs.prove import prove
from symbackprop.render import render
from symbackprop.render.formats import save

NETS = [
    (Network.chain(2, bias=False), "winston"),
    (Network.layered([2, 3, 1]), "winston"),
    (Network.layered([2, 2, 2, 2, 2], loss="half_squared"), "nielsen"),
    (Network.layered([3, 4, 2], loss="squared"), "slides_layer"),
    (Network.layered([2, 2, 1], loss="half_squared"), "slides_net"),
]
LARGE = Network.layered([784, 30, 10], loss="half_squared")
HOSTILE = "<script>alert(1)</script>\"'& $x$ ${y}"


@pytest.mark.parametrize(
    ("net", "notation"),
    [*(pytest.param(net, n, id=f"{net.name}-{n}") for net, n in NETS), pytest.param(LARGE, "nielsen", id="784-30-10", marks=pytest.mark.slow)],
)
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
        f"{net.name} {notation}": render(derive(net, notation=notation), "html", notation) for net, notation in [*NETS, (LARGE, "nielsen")]
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


def test_the_printing_room_is_loaded_by_the_first_look() -> None:
    script = (
        "import sys; from symbackprop import Network; net = Network.layered([1, 1])\n"
        "assert 'symbackprop.render.notebooks' not in sys.modules\n"
        "print(sorted(net._repr_mimebundle_()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['text/html', 'text/latex', 'text/plain']", done.stderr


def test_pictures_of_markdown_and_of_a_notebook_are_where_a_reader_finds_them(tmp_path: Path) -> None:
    """GitHub shows files and Jupyter attachments; neither shows a picture written into its address."""
    made = derive(Network.layered([2, 2, 1]))
    save(made, str(tmp_path / "a net.md"), "md")
    text = (tmp_path / "a net.md").read_text(encoding="utf-8")
    assert "](a%20net-1.svg)" in text and "data:" not in text
    ElementTree.fromstring((tmp_path / "a net-1.svg").read_text(encoding="utf-8"))
    cells = json.loads(str(render(made, "ipynb")))["cells"]
    named = [name for cell in cells for name in re.findall(r"\(attachment:([^)]+)\)", "".join(cell["source"]))]
    kept = {name: data for cell in cells for name, data in cell.get("attachments", {}).items()}
    assert named == list(kept) == ["figure1.svg"]
    ElementTree.fromstring(base64.b64decode(kept["figure1.svg"]["image/svg+xml"]))


def test_every_printed_line_is_told_to_the_progress_bar(tmp_path: Path) -> None:
    made, heard = derive(Network.layered([2, 2, 1])), list[tuple[str, int, int]]()
    for form in ("html", "tex", "md", "txt"):
        heard.clear()
        save(made, str(tmp_path / f"d.{form}"), form, progress=lambda *said: heard.append(said))
        assert [done for _, done, _ in heard] == list(range(1, len(made.steps) + 1)) and heard[-1][2] == len(made.steps)


@pytest.mark.parametrize("net", [Network.layered([2, 3, 1]), Network.layered([2, 2, 1], bias="shared"), Network.layered([2, 2, 2], bias="neuron")],
                         ids=lambda net: net.name)  # fmt: skip
def test_every_symbol_of_a_small_net_is_linked_to_the_picture(net: Network) -> None:
    """Inputs, outputs, deltas, weights, biases and targets: each has a rule, and the rule has something to show."""
    page = str(render(derive(net), "html"))
    symbols = set(re.findall(r'data-s="([^"]*)"', page.split("<main>")[1]))
    rules = dict(re.findall(r'main:has\(\[data-s="([^"]*)"\]:hover\) \[data-k="([^"]*)"\]', page))
    drawn = set(re.findall(r'data-k="([^"]*)"', page.split("<main>")[1]))
    shown = {each.replace(r"\28 ", "(").replace(r"\29 ", ")") for each in rules.values()}
    assert len(symbols) > 8 and symbols == rules.keys() and shown <= drawn


def test_the_badge_of_a_row_opens_its_evidence_too() -> None:
    made = beside(derive(Network.layered([2, 2, 1], loss="half_squared"), notation="nielsen"), ["nielsen", "matrix"])
    page = str(render(made, "html", "nielsen"))
    proved = [step.evidence.digest for step in made.steps if step.evidence.certificate is not None]
    assert page.count("<details") == len(proved) > 10 and all(digest[:32] in page for digest in proved)
