"""The book of derivations: every displayed line proved or a definition, every file prints itself, and LaTeX sets it cleanly."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest
from typeset import compiled, faults, measured

import derivations
from symbackprop.derive import derivation as D
from symbackprop.derive.shown import Line, Symbol
from symbackprop.errors import FileError
from symbackprop.kernel.verify import verify
from symbackprop.render.book import latex_book, printer_mathematics
from symbackprop.render.concordance import concordance, documents, latex_appendix, sections_of
from symbackprop.render.entries import entries
from symbackprop.render.plain_math import plain
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


NAME = re.compile(r"[^\W\d][\w′^{}(),→−]*(?: \(\w\))?")  # a letter with its scripts, or a function at a letter



def loopholes(made: D.Derivation) -> list[str]:
    """Lines that are stated, not proved, though they say more than what a new name means or what a procedure does."""
    mathematics, found, known = printer_mathematics(made), list[str](), set[str]()
    for step in made.steps:
        text = plain(mathematics.whole(step.line))
        left = plain(mathematics.set(step.line.left)) if step.line.left is not None else ""
        if step.evidence.certificate is None:
            right = plain(mathematics.set(step.line.right))
            if step.line.relation == "=" and not (NAME.fullmatch(left) and left not in known and repr(step.line.left) not in repr(step.line.right)):
                found.append(f"no definition of a new name: {text}")
            if step.line.relation == "<-" and re.search(r"δ|d_\d|[σgf]′", right):
                found.append(f"an update by a gradient that nobody proved: {text}")
        known.add(left)
    return found


def test_what_is_stated_is_a_new_name_an_update_or_a_condition() -> None:
    """Of some 1,150 lines about 270 are stated; none of them is a theorem in disguise."""
    found = entries()
    assert {entry.name: loopholes(entry.derivation) for entry in found if loopholes(entry.derivation)} == {}
    stated = [step for entry in found for step in entry.derivation.steps if step.evidence.certificate is None]
    kinds = Counter(step.line.relation for step in stated)
    assert set(kinds) <= {"=", "<-", "propto", ">", "<="} and kinds["="] > 200
    assert kinds["<-"] <= 12 and sum(kinds[each] for each in ("propto", ">", "<=")) <= 6


@pytest.mark.parametrize("line", [
    ("x", "+", "y"), ("y",), ("z", "z"),
])  # fmt: skip
def test_a_theorem_in_disguise_is_seen(line: tuple[str, ...]) -> None:
    """Planted: a sum on the left, a name that is known already, a name by itself."""
    x, y, z = Symbol("x"), Symbol("y"), Symbol("z")
    step = {3: (x + y, z), 1: (y, x), 2: (z, z * x)}[len(line)]
    made = (D.Step(Line(y, x * x), "definition", D.DEFINITION), D.Step(Line(*step), "definition", D.DEFINITION))
    assert len(loopholes(D.Derivation("planted", (D.Section("", (D.Display(made),)),)))) == 1


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


def test_a_reader_of_a_document_finds_its_lines() -> None:
    """Every derivation stands under a section of a document, in the document's order, with its lines numbered."""
    found = entries()
    made = concordance(found)
    assert [document.name for document in made] == list(documents())
    assert {entry.name for document in made for _, each in document.sections for entry in each} == set(NAMES)
    page = site(found)["document-1.html"]
    heads = re.findall(r'<h2 id="s\d+">([^<]*)<', page)
    assert heads == list(documents()["P. H. Winston, 6.034 note"][1])
    assert page.index("The performance function") < page.index("simplest_net.html#e8") and "simplest_net.html#e13" in page
    numbers = {entry.name: (1, len(entry.derivation.steps)) for entry in found}
    assert latex_appendix(found, numbers).count("\\pageref") >= len(NAMES)


def test_a_derivation_after_another_source_needs_no_entry_elsewhere() -> None:
    [entry] = entries(["perceptron"])
    new = dataclasses.replace(entry, name="new", derivation=dataclasses.replace(entry.derivation, sources=("A. Nobody, 1999",)))
    last = concordance([entry, new])[-1]
    assert last.title == "Other sources" and last.sections == (("A. Nobody, 1999", (new,)),)


def test_a_section_that_its_document_does_not_have_is_refused() -> None:
    assert sections_of("N. Srivastava et al., Dropout, 2014") is None
    with pytest.raises(FileError, match="does not have"):
        sections_of("M. Gordon, Concluding jokes")


def test_the_site_is_whole_and_plain() -> None:
    """Every link leads to a page and a place that are there; no script, nothing from elsewhere."""
    files = site(entries([name for name in NAMES if importlib.import_module(f"derivations.{name}").PLACE[0] == 1]))
    places = {name: set(re.findall(r' id="([^"]+)"', text)) for name, text in files.items()}
    assert {"index.html", "lines.html", "documents.html", "document-1.html", "notations.html", "notation-winston.html"} <= files.keys()
    for name, text in files.items():
        assert "<script" not in text and not re.search(r'(?:src|href)="\w+:', text)
        for target in re.findall(r'href="([^"]*)"', text):
            file, _, place = target.partition("#")
            assert (file or name) in files, (name, target)
            assert not place or place in places[file or name], (name, target)


@pytest.mark.slow
def test_every_page_of_the_site_fits_the_window(tmp_path: Path) -> None:
    """All pages in one browser: formulas have a size, nothing overflows or is asked for, pointing shows what it names."""
    assert measured(site(entries()), (1040, 390), tmp_path) == {}
