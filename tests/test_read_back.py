"""Read-back: every formula of every emitted document is extracted, parsed by our own checker and proved again, none lost."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from mathml_text import read
from test_typst import source
from typst_text import as_markdown

from symbackprop.check.api import check_file
from symbackprop.derive import backpropagation
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.beside import beside
from symbackprop.derive.derivation import Derivation
from symbackprop.derive.shown import Number, Quantity
from symbackprop.derive.worked import Worked
from symbackprop.networks import Network
from symbackprop.render import html, latex, latex_math, markdown, mathml, render, typst
from symbackprop.render import text as text_printer
from symbackprop.render.layout import Layout
from symbackprop.render.naming import Naming

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


def from_mathml(page: str) -> str:
    """The same of what a browser shows: the MathML elements, without their annotations."""
    out = []
    for line in re.findall(r'<div class="line".*?</div><(?:div|details) class="tag"', page, re.DOTALL):
        out.append(" ".join(map(read, re.findall(r"<math.*?</math>", line, re.DOTALL))))
    return "\n\n".join(f"$$\n{each}\n$$" for each in out)


READERS = {
    "tex": (str, "tex"),
    "md": (str, "md"),
    "ipynb": (str, "ipynb"),
    "html": (str, "html"),
    "mathml": (from_mathml, "md"),
    "txt": (str, "txt"),
    "typst": (as_markdown, "md"),
}


def printed(made: Derivation, notation: str, form: str) -> str:
    """The document that is read back."""
    if form == "typst":
        return source(made, notation)
    return str(render(made, "html" if form == "mathml" else form, notation))


def read_back(
    net: Network, notation: str, form: str, detail: str, folder: Path
) -> tuple[int, list[tuple[str, str, str]]]:
    """How many formulas were proved again, and those that were not."""
    return proved_again(derive(net, notation=notation, detail=detail), net, notation, form, folder)


def proved_again(made: Derivation, net: Network, notation: str, form: str, folder: Path) -> tuple[int, list[tuple[str, str, str]]]:
    """The same of a derivation; there are as many formulas as it has lines."""
    extract, ending = READERS[form]
    path = folder / f"d.{ending}"
    path.write_text(extract(printed(made, notation, form)), encoding="utf-8")
    findings = list(check_file(path, net, notation=notation, free=("z",)))
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
    net, signs = Network.chain(2, bias=False), mathml.SIGNS if form in ("mathml", "txt", "typst") else latex_math.SIGNS
    assert read_back(net, "winston", form, "textbook", tmp_path)[1] == []
    monkeypatch.setitem(signs, "-", "+")
    assert read_back(net, "winston", form, "textbook", tmp_path)[1]


@pytest.mark.parametrize("form", sorted(READERS))
def test_a_line_that_a_printer_swallows_is_missed(form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The planted fault: the display of one delta is not printed."""
    for kind in (latex.LatexPrinter, markdown.MarkdownPrinter, html.HtmlPrinter, text_printer.TextPrinter, typst.TypstPrinter):
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


TOGETHER = [
    (Network.layered([2, 2, 1], loss=HALF), ["nielsen", "winston"]),
    (Network.layered([3, 2, 2], "relu", HALF), ["leibniz", "matrix", "nielsen"]),
    (Network.chain(3, loss=HALF), ["gordon", "euler"]),
    (Network.layered([2, 2], "tanh", "softmax_cross_entropy"), ["slides_layer", "ng"]),
]
DOCUMENTS = ["tex", "md", "ipynb", "html", "txt", "typst"]


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize(("net", "names"), TOGETHER, ids=["-".join(names) for _, names in TOGETHER])
def test_notations_side_by_side_are_read_each_in_its_own(net: Network, names: list[str], form: str, tmp_path: Path) -> None:
    """By what the document says of itself alone: every line is proved once in each notation."""
    made = beside(derive(net, notation=names[0]), names)
    assert itself(made, names[0], form, tmp_path) == (made.count * len(names), [])


def itself(made: Derivation, notation: str, form: str, folder: Path) -> tuple[int, list[tuple[str, str]]]:
    """How many formulas of a document hold or give a number, and those that do not, by its own comment alone."""
    path, text = folder / f"d.{READERS[form][1]}", READERS[form][0](printed(made, notation, form))
    said = re.search(r"<!--.*?-->", str(render(made, "md", notation)))
    path.write_text(f"{said[0]}\n\n{text}" if form == "typst" and said else text, encoding="utf-8")
    found = [each for each in check_file(path) if each.verdict.name != "NO CLAIM"]
    bad = [(each.text, each.verdict.name) for each in found if each.verdict.name not in PROVED | {"DEFINED"}]
    return len(found) - len(bad), bad


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_misprint_in_the_second_notation_is_caught(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: a weight of the second column is printed for another."""
    net = Network.layered([2, 2, 1], loss=HALF)
    made = beside(derive(net, notation="nielsen"), ["nielsen", "winston"])
    whole = Naming.quantity

    def wrong(self: Naming, form: Quantity) -> Layout:
        other = form.kind == "weight" and form.name == "w1_1_2" and self.notation.name == "winston"
        return whole(self, Quantity("weight", "w1_2_2") if other else form)

    monkeypatch.setattr(Naming, "quantity", wrong)
    assert itself(made, "nielsen", form, tmp_path)[1]


EXAMPLES = [(Network.layered([2, 2, 1], loss=HALF), "nielsen"), (Network.layered([2, 2, 3], "tanh", "softmax_cross_entropy"), "winston"),
            (Network.layered([2, 2, 1], "leaky_relu", HALF), "graph"), (Network.chain(3, loss=HALF), "gordon"),
            (Network.from_toml(str(Path(__file__).parents[1] / "examples" / "tied.toml")), "slides_net")]  # fmt: skip


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize(("net", "notation"), EXAMPLES, ids=[f"{net.name}-{name}" for net, name in EXAMPLES])
def test_a_worked_example_is_checked_by_the_numbers_it_gives(net: Network, notation: str, form: str, tmp_path: Path) -> None:
    made = derive(net, notation=notation, example=True)
    assert itself(made, notation, form, tmp_path) == (made.count, [])


@pytest.mark.parametrize("kind", ["net_input", "output", "delta", "cost"])
def test_a_wrong_digit_of_a_worked_example_is_caught(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: one number of its kind is three units off in its last place."""
    whole, planted = Worked.number, list[str]()

    def wrong(self: Worked, what: str, name: str) -> Number:
        made = whole(self, what, name)
        if what == kind and (not planted or planted == [name]):
            planted[:] = [name]
            return replace(made, value=made.value + Fraction(3, 10**4))
        return made

    monkeypatch.setattr(Worked, "number", wrong)
    net = Network.layered([2, 2, 1], loss=HALF)
    assert itself(derive(net, notation="nielsen", example=True), "nielsen", "md", tmp_path)[1]
