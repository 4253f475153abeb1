"""Every example net as a document, in every notation that can name it and at every level of detail.

No gap; LaTeX without a fault, all documents of a net in one run; pages without overflow, all of a net in one browser; every
formula proved again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import cycle
from pathlib import Path

import pytest
from test_read_back import READERS, proved_again
from typeset import compiled, faults, measured, together

from symbackprop.derive.backpropagation import default_notation, derive
from symbackprop.derive.derivation import Derivation
from symbackprop.derive.lines import LEVELS
from symbackprop.errors import SymbackpropError
from symbackprop.networks import Network
from symbackprop.notation import table
from symbackprop.proofs.prove import prove
from symbackprop.render import render
from symbackprop.render.formats import FORMATS
from symbackprop.render.naming import Unnameable

EXAMPLES = sorted(Path(__file__).parent.parent.glob("examples/*.toml"))


def net(path: Path) -> Network:
    return Network.from_toml(str(path))


def documents(path: Path) -> Iterator[tuple[str, str, Derivation]]:
    """A label, a notation and the derivation, for every notation and level; a notation that cannot name the net says so.

    Notations in which delta has one sign share the derivation of a small net; each prints it in its own letters.
    """
    found, known = net(path), dict[tuple[int, str], Derivation]()
    proof = prove(found, numbers=False, literal=False)
    for name, notation in table().items():
        for detail in LEVELS:
            key = notation.delta_sign, detail
            try:
                if key not in known:
                    known[key] = derive(found, notation=name, detail=detail, proof=proof)
                made = replace(known[key], notation=name)
                render(made, "txt", name)
            except SymbackpropError as refusal:
                assert isinstance(refusal, Unnameable) and name != default_notation(found), refusal
                break
            yield f"{path.stem} {name} {detail}", name, made


@lru_cache(maxsize=1)
def kept(path: Path) -> tuple[tuple[str, str, Derivation], ...]:
    """The documents of one net: its tests follow one another."""
    return tuple(documents(path))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_no_gap_in_any_format(path: Path) -> None:
    made = derive(net(path))
    assert not made.gaps
    for form in FORMATS:
        if form != "pdf":
            assert render(made, form)


FORMS = [form for form in READERS if form != "html"]  # the MathML that is seen; test_read_back has its annotations
QUICK = [*zip((path for path in EXAMPLES if len(net(path).parameters) <= 24), cycle([*table(), "nielsen"]), cycle(LEVELS))]


@pytest.mark.parametrize(("path", "notation", "detail"), QUICK, ids=lambda each: getattr(each, "stem", each))
def test_one_document_of_a_small_example_is_proved_again_in_every_format(path: Path, notation: str, detail: str, tmp_path: Path) -> None:
    """Notations and levels in turn; the slow run takes all with all."""
    found = net(path)
    try:
        made = derive(found, notation=notation, detail=detail, proof=prove(found, numbers=False, literal=False))
        render(made, "txt", notation)
    except Unnameable:
        notation = default_notation(found)
        made = derive(found, notation=notation, detail=detail)
    for form in FORMS:
        proved, bad = proved_again(made, found, notation, form, tmp_path)
        assert proved == made.count and bad == [], form


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
class TestEveryDocumentOf:
    """All documents of one example, which are derived once."""

    def test_compiles(self, path: Path, tmp_path: Path) -> None:
        fragments = [(label, render(made, "tex", name, fragment=True)) for label, name, made in kept(path)]
        assert len(fragments) >= 6 and not any(made.gaps for _, _, made in kept(path))
        assert faults(compiled(together(fragments), tmp_path)) == []

    @pytest.mark.parametrize("form", FORMS)
    def test_is_proved_again(self, path: Path, form: str, tmp_path: Path) -> None:
        for label, name, made in kept(path):
            proved, bad = proved_again(made, net(path), name, form, tmp_path)
            assert proved == made.count and bad == [], label

    def test_fits_the_window(self, path: Path, tmp_path: Path) -> None:
        pages = {label: render(made, "html", name) for label, name, made in kept(path)}
        assert measured(pages, (1040, 390), tmp_path) == {}
