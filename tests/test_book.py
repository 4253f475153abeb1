"""The book of derivations: every displayed line proved or a definition, every file prints itself, and LaTeX sets it cleanly."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from typeset import compiled, faults

import derivations
from symbackprop.derive import derivation as D
from symbackprop.kernel.verify import verify
from symbackprop.render.book import entries, latex_book
from symbackprop.render.site import site

NAMES = sorted(info.name for info in pkgutil.iter_modules(derivations.__path__))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_proved_or_a_definition(name: str) -> None:
    module = importlib.import_module(f"derivations.{name}")
    made = module.derivation()
    assert [(step.rule, step.evidence.method) for step in made.gaps] == []
    assert module.PLACE[0] in derivations.CHAPTERS
    for step in made.steps:
        if step.evidence.certificate is None:
            assert step.evidence.verdict == D.DEFINED
        else:
            verify(step.evidence.certificate)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_reads_like_a_lecture(name: str) -> None:
    """Docstring with notation, needs and source; short; and the text it prints."""
    module = importlib.import_module(f"derivations.{name}")
    document = module.__doc__ or ""
    assert all(word in document for word in ("Notation", "Needs", "Source"))
    assert len(Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()) <= 150


def test_the_sigmoid_derivative_has_its_seven_lines(capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module("derivations.sigmoid_derivative")
    module.show(module.derivation())
    text = capsys.readouterr().out
    assert "= y(1 − y)" in text and text.count("✓") >= 7


@pytest.mark.slow
def test_the_book_compiles_cleanly(tmp_path: Path) -> None:
    assert faults(compiled(latex_book(entries()), tmp_path)) == []


def test_the_site_is_whole_and_plain() -> None:
    """Every link leads to a page and a place that are there; no script, nothing from elsewhere."""
    files = site(entries([name for name in NAMES if importlib.import_module(f"derivations.{name}").PLACE[0] == 1]))
    places = {name: set(re.findall(r' id="([^"]+)"', text)) for name, text in files.items()}
    assert {"index.html", "lines.html", "notations.html", "notation-winston.html"} <= files.keys()
    for name, text in files.items():
        assert "<script" not in text and not re.search(r'(?:src|href)="\w+:', text)
        for target in re.findall(r'href="([^"]*)"', text):
            file, _, place = target.partition("#")
            assert (file or name) in files, (name, target)
            assert not place or place in places[file or name], (name, target)
