"""HTML pages: well formed, alone (no script, nothing from elsewhere), escaped, small; measured in a real browser when asked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest

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


MEASURE = """<script>addEventListener('load',()=>{const bad=[];
for(const m of document.querySelectorAll('math')){const r=m.getBoundingClientRect();if(!(r.width>2&&r.height>4))bad.push('no size: '+m.textContent.slice(0,40))}
if(document.querySelector('merror'))bad.push('merror');
if(document.documentElement.scrollWidth>innerWidth+1)bad.push('page is wider than the window: '+document.documentElement.scrollWidth);
for(const e of document.querySelectorAll('p,figure,dl,h1')){const r=e.getBoundingClientRect();if(r.width&&r.right>innerWidth+1)bad.push('overflow: '+e.textContent.slice(0,40))}
if(performance.getEntriesByType('resource').length)bad.push('a resource was asked for');
parent.document.title='MEASURED '+innerWidth+' '+JSON.stringify(bad)})</script>"""


def measured(page: str, width: int, folder: Path) -> list[str]:
    """What a headless browser finds wrong with a page at a window width; the measuring script is only in the copy."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium is installed")
    copy = folder / f"page{width}.html"
    inner = escape(page.replace("</head>", MEASURE + "</head>"))
    frame = f'<iframe srcdoc="{inner}" style="width:{width}px;height:900px;border:0"></iframe>'  # a browser window is never narrower than 500
    copy.write_text(
        f"<!doctype html><html><head><title></title></head><body style='margin:0'>{frame}</body></html>",
        encoding="utf-8",
    )
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1200,900",
        "--dump-dom",
        copy.as_uri(),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout
    found = re.search(r"MEASURED (\d+) (\[.*?\])</title>", dom)
    assert found is not None, dom[:300]
    assert int(found[1]) == width
    return list(json.loads(found[2]))


@pytest.mark.slow
@pytest.mark.parametrize("width", [1040, 390])
@pytest.mark.parametrize(("net", "notation"), NETS, ids=[f"{net.name}-{n}" for net, n in NETS])
def test_a_browser_shows_every_formula(net: Network, notation: str, width: int, tmp_path: Path) -> None:
    page = str(render(derive(net, notation=notation), "html", notation))
    assert measured(page, width, tmp_path) == []


@pytest.mark.slow
def test_the_measuring_sees_a_page_that_is_too_wide(tmp_path: Path) -> None:
    page = "<!doctype html><html><head><title></title></head><body><p style='width:3000px'>wide</p></body></html>"
    assert measured(page, 1040, tmp_path)
