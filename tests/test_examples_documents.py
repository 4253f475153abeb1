"""Every example net as a document: no gap, LaTeX without a fault, a page without overflow, every formula proved again."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_html_documents import measured
from test_latex_documents import compiled, faults

from symbackprop.derive.backpropagation import default_notation, derive
from symbackprop.errors import SymbackpropError
from symbackprop.networks import Network
from symbackprop.notation import table
from symbackprop.render import render
from symbackprop.render.formats import FORMATS

EXAMPLES = sorted(Path(__file__).parent.parent.glob("examples/*.toml"))


def net(path: Path) -> Network:
    return Network.from_toml(str(path))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_no_gap_in_any_format(path: Path) -> None:
    made = derive(net(path))
    assert not made.gaps
    for form in FORMATS:
        if form != "pdf":
            assert render(made, form)


@pytest.mark.slow
@pytest.mark.parametrize("detail", ["rules", "textbook", "summary"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_compiles(path: Path, detail: str, tmp_path: Path) -> None:
    assert faults(compiled(str(render(derive(net(path), detail=detail), "tex")), tmp_path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_in_every_notation_that_can_name_it(path: Path, tmp_path: Path) -> None:
    found = net(path)
    for name in table():
        try:
            source = str(render(derive(found, notation=name), "tex", name))
        except SymbackpropError as refusal:
            assert name != default_notation(found), refusal
            continue
        folder = tmp_path / name
        folder.mkdir()
        assert faults(compiled(source, folder)) == [], name


@pytest.mark.slow
@pytest.mark.parametrize("width", [1040, 390])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_fits_the_window(path: Path, width: int, tmp_path: Path) -> None:
    assert measured(str(render(derive(net(path)), "html")), width, tmp_path) == []
