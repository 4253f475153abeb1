"""PDF without LaTeX: Typst sources hold user text as strings only, and compile for real where the wheel is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop.__main__ import main
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.beside import beside
from symbackprop.derive.derivation import Derivation
from symbackprop.networks import Network
from symbackprop.notation import notation
from symbackprop.render.book import typst_book
from symbackprop.render.entries import entries
from symbackprop.render.layout import Fence, Glyph, Over
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.typst import TypstPrinter
from symbackprop.render.typst_math import quoted, typst
from symbackprop.render.typst_pdf import typst_pdf

HOSTILE = '"#eval("1+1")\\" $x$ ] } #image("/etc/passwd")\n*_<@'
HALF = "half_squared"


def source(made: Derivation, name: str) -> str:
    return TypstPrinter(Mathematics(Naming(notation(name), made.net))).document(made)


DOCUMENTS = [
    (Network.chain(2, bias=False), "winston"), (Network.layered([2, 2, 2, 2, 2], loss=HALF), "nielsen"),
    (Network.layered([3, 2, 2], "tanh", "squared"), "slides_layer"), (Network.layered([784, 30, 10], loss=HALF), "matrix"),
    (Network.layered([2, 2, 3], "softplus", "softmax_cross_entropy"), "leibniz"), (Network.layered([2, 2, 1], "relu", HALF), "graph"),
    (Network.layered([2, 2, 1], "parametric_relu", HALF, name=HOSTILE), "slides_net"), (Network.chain(4, loss=HALF), "gordon"),
]  # fmt: skip


@pytest.mark.parametrize("text", [HOSTILE, "\\", '"', '\\"', "日本 → ½", "a\x00b", ""])
def test_a_string_holds_its_text(text: str) -> None:
    """The literal read by the rules of Typst's strings gives the text back; nothing closes it early."""
    literal = quoted(text)
    inside, out, at = literal[1:-1], "", 0
    while at < len(inside):
        at += inside[at] == "\\"
        assert inside[at] != '"' or inside[at - 1] == "\\"
        out += inside[at]
        at += 1
    assert out == "".join(sign if sign >= " " else " " for sign in text)


def test_signs_with_a_meaning_in_typst_are_made_plain() -> None:
    assert typst(Fence(Glyph("#"))) == r"\( \# \)" and typst(Over(Glyph(","), Glyph(";"))) == r"frac(\,, \;)"


def test_without_either_tool_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["derive", "1-1", "--out", str(tmp_path / "d.pdf")]) == 2
    said = capsys.readouterr().err
    assert "symbackprop[typst]" in said and "latexmk" in said and not (tmp_path / "d.pdf").exists()


@pytest.mark.slow
def test_documents_compile_and_say_what_they_are(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    for net, name in DOCUMENTS:
        example = sum(1 for _ in net.parameters) < 30 and not any(
            kind.kinks for kind in {u.activation for u in net.units}
        )
        made = derive(net, notation=name, example=example)
        path = tmp_path / "d.pdf"
        path.write_bytes(typst_pdf(source(made, name)))
        if shutil.which("pdftotext"):
            text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
            assert "The forward pass" in text and f"({len(made.steps)})" in text
    both = beside(derive(Network.layered([2, 2, 1]), notation="winston"), ["winston", "nielsen"])
    assert typst_pdf(source(both, "winston")).startswith(b"%PDF")


@pytest.mark.slow
def test_the_book_compiles(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    assert typst_pdf(typst_book(entries())).startswith(b"%PDF")


@pytest.mark.slow
def test_the_command_writes_a_pdf_where_latexmk_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for command in (["derive", "2-2-1"], ["draw", "2-2-1", "--stages"], ["draw", "2-3-1", "--zoom", "u1_1"]):
        out = tmp_path / "d.pdf"
        assert main([*command, "--out", str(out)]) == 0 and out.read_bytes().startswith(b"%PDF")
