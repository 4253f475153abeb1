"""Read-back: every formula of every emitted document is extracted, parsed by our own checker and proved again, none lost."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from mathml_text import read

from symbackprop.check.api import check_file
from symbackprop.derive import backpropagation
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import Derivation
from symbackprop.networks import Network
from symbackprop.render import html, latex, latex_math, markdown, mathml, render
from symbackprop.render import text as text_printer

PROVED = {"PROVED", "PROVED_AE", "PROVED_UNDER"}
HALF = "half_squared"
WIDE = ["graph", "leibniz", "matrix", "nielsen", "slides_layer", "slides_net"]
CASES = [(Network.chain(2, bias=False), "winston"), (Network.layered([2, 3, 1]), "winston")]
CASES += [(Network.layered([2, 2, 2], loss=HALF), name) for name in WIDE]
CASES += [(Network.chain(4, loss=HALF), name) for name in ("gordon", "euler")]
MORE = [
    (Network.layered([2, 3, 2, 2]), "winston"),
    (Network.layered([2, 2, 2, 2, 2], loss=HALF), "nielsen"),
    (Network.layered([2, 2, 1], loss="binary_cross_entropy"), "nielsen"),
    (Network.layered([2, 2, 1], "parametric_relu", HALF), "nielsen"),
    (Network.layered([2, 2, 1], "tanh", "squared"), "slides_layer"),
    (Network.layered([2, 2, 1], "undefined", "undefined"), "nielsen"),
    (Network.layered([3, 2, 2], "softplus", HALF), "matrix"),
]


def from_html(page: str) -> str:
    """The displayed formulas of a page as Markdown: the TeX source that stands in each formula's annotation."""
    out = []
    for line in re.findall(r'<div class="line".*?</div><(?:div|details) class="tag"', page, re.DOTALL):
        out.append(
            " ".join(re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', line, re.DOTALL))
        )
    return "\n\n".join(f"$$\n{unescape(each)}\n$$" for each in out)


def from_mathml(page: str) -> str:
    """The same of what a browser shows: the MathML elements, without their annotations."""
    out = []
    for line in re.findall(r'<div class="line".*?</div><(?:div|details) class="tag"', page, re.DOTALL):
        out.append(" ".join(map(read, re.findall(r"<math.*?</math>", line, re.DOTALL))))
    return "\n\n".join(f"$$\n{each}\n$$" for each in out)


CASES_IN_A_LINE = re.compile(r"(.*) [=≈] \{ (.*) \}")


def from_text(text: str) -> str:
    """The formulas of a plain text: the lines that end in a mark and a number, without these; cases are read by themselves."""
    return "\n".join(line for line in numbered(text) if not CASES_IN_A_LINE.fullmatch(line))


def numbered(text: str) -> list[str]:
    lines = (re.fullmatch(r"\s*(.*?)\s+(?:✓\S?)?\s*\(\d+\)", line) for line in text.splitlines())
    return [match[1] for match in lines if match]


def cases_of_text(text: str) -> str:
    """Cases, which a terminal shows in one line, as the checker reads them: in an environment."""
    out = []
    for match in filter(None, map(CASES_IN_A_LINE.fullmatch, numbered(text))):
        rows = r" \\ ".join(re.sub(r" if | (?=otherwise)", " & ", row, count=1) for row in match[2].split(";"))
        line = re.sub(r"([_^])(\w+)", r"\1{\2}", f"{match[1]} = \\begin{{cases}}{rows}\\end{{cases}}")
        out.append(re.sub(r"(?<=[^\W\d_])′", "'", re.sub(r"\b([a-z]{2,})′", r"\\operatorname{\1}′", line)))
    return "\n\n".join(f"$$\n{each}\n$$" for each in out)


READERS = {
    "tex": (str, "tex"),
    "md": (str, "md"),
    "ipynb": (str, "ipynb"),
    "html": (from_html, "md"),
    "mathml": (from_mathml, "md"),
    "txt": (from_text, "txt"),
}


def read_back(
    net: Network, notation: str, form: str, detail: str, folder: Path
) -> tuple[int, list[tuple[str, str, str]]]:
    """How many formulas were proved again, and those that were not."""
    return proved_again(derive(net, notation=notation, detail=detail), net, notation, form, folder)


def proved_again(made: Derivation, net: Network, notation: str, form: str, folder: Path) -> tuple[int, list[tuple[str, str, str]]]:
    """The same of a derivation; there are as many formulas as it has lines."""
    extract, ending = READERS[form]
    path = folder / f"d.{ending}"
    text = str(render(made, "html" if form == "mathml" else form, notation))
    path.write_text(extract(text), encoding="utf-8")
    findings = list(check_file(path, net, notation=notation, free=("z",)))
    if form == "txt" and (cases := cases_of_text(text)):
        (folder / "cases.md").write_text(cases, encoding="utf-8")
        findings += check_file(folder / "cases.md", net, notation=notation, free=("z",))
    claims = [each for each in findings if each.verdict.name != "NO CLAIM"]
    bad = [(each.text, each.verdict.name, each.verdict.reason) for each in claims if each.verdict.name not in PROVED]
    assert len(claims) == made.count, (len(claims), made.count, bad)
    return len(claims) - len(bad), bad


@pytest.mark.parametrize("form", ["tex", "mathml"])
@pytest.mark.parametrize(("net", "notation"), CASES, ids=[f"{net.name}-{name}" for net, name in CASES])
def test_every_printed_line_is_proved_again(net: Network, notation: str, form: str, tmp_path: Path) -> None:
    proved, bad = read_back(net, notation, form, "textbook", tmp_path)
    assert proved and bad == []


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted(READERS))
@pytest.mark.parametrize("detail", ["rules", "textbook", "summary"])
@pytest.mark.parametrize(("net", "notation"), CASES + MORE, ids=[f"{net.name}-{name}" for net, name in CASES + MORE])
def test_in_every_format_and_level(net: Network, notation: str, detail: str, form: str, tmp_path: Path) -> None:
    assert read_back(net, notation, form, detail, tmp_path)[1] == []


def test_a_document_says_what_it_is_about(tmp_path: Path) -> None:
    """With its own comment alone, no option: the same file checks."""
    path = tmp_path / "d.tex"
    path.write_text(str(render(derive(Network.layered([2, 2, 1])), "tex")), encoding="utf-8")
    assert {each.verdict.name for each in check_file(path)} <= PROVED | {"NO CLAIM"}


@pytest.mark.parametrize("form", sorted(READERS))
def test_a_misprint_in_a_printer_is_caught(form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The planted faults: minus printed as plus, in the table of each printer; nothing else is wrong in the document."""
    net, signs = Network.chain(2, bias=False), mathml.SIGNS if form in ("mathml", "txt") else latex_math.SIGNS
    assert read_back(net, "winston", form, "textbook", tmp_path)[1] == []
    monkeypatch.setitem(signs, "-", "+")
    assert read_back(net, "winston", form, "textbook", tmp_path)[1]


@pytest.mark.parametrize("form", sorted(READERS))
def test_a_line_that_a_printer_swallows_is_missed(form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The planted fault: the display of one delta is not printed."""
    for kind in (latex.LatexPrinter, markdown.MarkdownPrinter, html.HtmlPrinter, text_printer.TextPrinter):
        whole = kind.display
        monkeypatch.setattr(kind, "display", lambda self, steps, *rest, whole=whole: whole(self, steps[:-1] or steps, *rest))
    monkeypatch.setattr(latex.LatexPrinter, "displays", lambda self, blocks, whole=latex.LatexPrinter.displays: whole(self, blocks[:1]))
    with pytest.raises(AssertionError):
        read_back(Network.layered([2, 2, 1]), "winston", form, "textbook", tmp_path)


MIXED = [
    (Network.layered([3, 3, 2], ["tanh", "softmax"], "softmax_cross_entropy"), "nielsen"),
    (Network.layered([3, 2, 2, 2], ["tanh", "sigmoid", "sigmoid"], HALF), "slides_layer"),
    (Network.layered([2, 2, 2, 2], ["tanh", "softmax", "sigmoid"], HALF), "nielsen"),
    (Network.layered([2, 2, 2], ["softmax", "tanh"], HALF), "leibniz"),
    (Network.layered([2, 2, 2], ["relu", "identity"], HALF), "leibniz"),
]


@pytest.mark.parametrize(("net", "notation"), MIXED, ids=[f"{net.name}-{name}-{k}" for k, (net, name) in enumerate(MIXED)])
def test_layers_with_activations_of_their_own_are_proved_again(
    net: Network, notation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a large net gets, at a size where the checker decides it: every layer that differs has its own numbered lines."""
    monkeypatch.setattr(backpropagation, "LINE_BY_LINE", 3)
    proved, bad = read_back(net, notation, "tex", "textbook", tmp_path)
    assert proved and bad == []


@pytest.mark.parametrize("notation", ["nielsen", "winston", "slides_net", "slides_layer", "graph", "matrix", "leibniz"])
def test_a_large_net_with_softmax_inside_is_derived_by_layers(notation: str) -> None:
    made = derive(Network.layered([20, 30, 10, 4], ["tanh", "softmax", "sigmoid"], HALF), notation=notation)
    assert len(made.steps) < 25 and not made.gaps
    text = str(render(made, "txt", notation))
    assert "softmax" in text and "∑_m" in text
