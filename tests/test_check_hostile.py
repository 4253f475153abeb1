"""Formulas, settings and files made to break a reader: an answer or a clear error, in bounded work, and nothing is run."""

from __future__ import annotations

import json
import os
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.check.api import check, check_file
from symbackprop.check.documents.extract import SUFFIXES, extract
from symbackprop.errors import FileError, SymbackpropError
from symbackprop.kernel.__main__ import main as kernel
from symbackprop.notation import notation

EVIL = "__import__('os').system('touch pwned')"


@pytest.mark.parametrize("field", ["net", "notation", "activation", "loss", "bias", "free", "functions", "sizes", "where", "output_activation"])
def test_nothing_in_a_field_is_run(field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given: dict[str, object] = {"net": "1-1", field: EVIL}
    try:
        (finding,) = check("x = x", **given)  # type: ignore[arg-type]
        assert finding.verdict.name in ("UNRESOLVED", "MALFORMED")
    except SymbackpropError:
        pass
    assert check(EVIL, "1-1")[0].verdict.name == "MALFORMED"
    assert os.listdir(tmp_path) == []


def test_a_condition_that_cannot_be_read_is_not_passed_over() -> None:
    (finding,) = check(r"a_j^L = a_k^L", "1-2", where="j ==== k")
    assert finding.verdict.name == "UNRESOLVED" and "condition" in finding.verdict.reason


NESTED = ["(", "[", "{", r"\left(", r"\frac{", r"\sqrt{", "x_{", "x^{", "-", r"\sigma(", "e^{", "|", r"\underbrace{", r"\lambda v. "]


@pytest.mark.parametrize("opener", NESTED)
def test_nesting_without_end(opener: str) -> None:
    for text in (opener * 10_000, "x = " + opener * 10_000 + "x"):
        assert all(finding.verdict.name in ("MALFORMED", "UNDECIDED", "PROVED", "UNRESOLVED") for finding in check(text))


LONG = {"plus": "x+" * 500_000 + "x", "digits": "9" * 1_000_000, "spaces": " " * 1_000_000, "backslashes": "\\" * 1_000_000, "equal": "=" * 1_000_000,
        "chain": " = ".join("x" * 200_000), "cells": "&" * 1_000_000}  # fmt: skip


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_megabyte_in_one_formula(text: str) -> None:
    assert {finding.verdict.name for finding in check("x = " + text)} <= {"MALFORMED"}


SUM = "(a+b+c+d+g+f)"
COSTLY = [f"x = {SUM}^{{60}}", f"{SUM}^{{60}} = {SUM}^{{60}}", "x = x^{1000000000}", "2**1000000000 = x", "x = 10^{10^{10}}", "x = e^{1000000000}",
          "+".join(rf"\frac{{1}}{{x_{{{n}}}+y}}" for n in range(40)) + " = 1", "x = " + " ".join(rf"\max(0, x+{n})" for n in range(60)),
          r"\sum_{k=1}^{2000} \sum_{j=1}^{2000} k j = 1", r"\prod_{k=1}^{2000} (x+k) = 1", r"x = \exp(\exp(\exp(1000)))",
          r"\frac{d^6}{dx^6} \sigma(\sigma(\sigma(x))) = 1", r"\sqrt{" + "7" * 900 + "} = x"]  # fmt: skip


@pytest.mark.parametrize("formula", COSTLY, ids=lambda each: each[:30])
def test_costly_formulas_end(formula: str) -> None:
    """Budgets count operations, so that the answer is the same on every machine; the suite's time limit would tell."""
    again = [[finding.verdict.name for finding in check(formula)] for _ in range(2)]
    assert again[0] == again[1] and again[0][0] in ("UNDECIDED", "UNRESOLVED", "MALFORMED", "REFUTED", "PROVED")


OPENERS = ["$", "$$", r"\[", r"\(", r"\begin{align}", r"\begin{verbatim}", "<!--", ":math:`", "```math\n", "`", "~~~\n", ".. math::\n", '"""',
           "% sbp: net=", "<!-- sbp: net=1-1 -->", "$x$ ", "# $x$\n", r"\newcommand{\a}{\a}", r"\def\a{", "{", r"\verb|", "\n\n    ", "%", "#"]  # fmt: skip


@pytest.mark.parametrize("suffix", sorted(SUFFIXES - {".ltx", ".latex", ".markdown", ".qmd", ".rmd", ".html", ".htm"}))
def test_openers_by_the_thousand(suffix: str) -> None:
    for opener in OPENERS:
        try:
            assert len(extract(opener * 20_000, suffix)) <= 25_000
        except FileError:
            continue


def test_too_many_formulas_are_refused() -> None:
    with pytest.raises(FileError, match="too many formulas"):
        extract("$x$ " * 30_000, ".md")


@pytest.mark.parametrize("source", ["[" * 100_000, '{"cells":' * 50_000, '{"cells": 5}', '{"cells": [5, null]}', "5", '{"cells":[{"cell_type":1}]}'])
def test_notebooks_that_are_none(source: str) -> None:
    with pytest.raises(FileError):
        extract(source, ".ipynb")


def test_a_notebook_of_many_cells() -> None:
    cells = [{"cell_type": "markdown", "source": ["$x = x$"]}] * 5_000
    assert len(extract(json.dumps({"cells": cells}), ".ipynb")) == 5_000


@pytest.mark.parametrize("data", [b"\0\1\2", b"\xff\xfe\x00", b"\x80abc", "σ = x".encode("utf-16"), b"\x89PNG\r\n\x1a\n\0"])
def test_files_that_are_no_text(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(data)
    try:
        check_file(path)
    except FileError as error:
        assert error.what


def test_devices_pipes_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    for path in ("/dev/zero", str(pipe), str(tmp_path)):
        with pytest.raises(FileError):
            check_file(path)
        with pytest.raises(FileError):
            notation(path if path.endswith(".toml") else _link(tmp_path, path))
        with pytest.raises(FileError):
            check("x = x", _link(tmp_path, path))
        assert kernel([path]) == 2
    run = subprocess.run([sys.executable, "-m", "symbackprop", "verify", "/dev/zero"], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode in (1, 2) and "Traceback" not in run.stderr


def _link(folder: Path, path: str) -> str:
    link = folder / "link.toml"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return str(link)


PIECES = [
    r"\frac{", "}", "{", r"\partial", r"\sum_{j}", r"\delta", "^l", "_j", "_{jk}", "(", ")", r"\left(", r"\right)", "=", "+", "-", r"\times", r"\odot", "w", "a",
    "z", r"\sigma", "'", "x", "2", "0.1", "1e9", ",", "&", r"\\", r"\begin{cases}", r"\end{cases}", r"\begin{pmatrix}", r"\end{pmatrix}", r"\text{if }", "|", r"\|",
    r"\lim_{x \to", r"\infty", r"\underbrace{", r"\lambda v.", r"\quad", "<", r"\leq", ":=", r"\leftarrow", r"\Delta", r"\nabla", "^T", r"\top", "!", "/", "**", "δ", "Σ",
    "²", "∂", "→", r"\newcommand{\q}{", r"\q", "#1", "$", "%", "~", "\n", " ", "%s", "{}", r"\mathrm{net}", r"\sqrt[", "]", "[", r"\hat", r"\dot{", r"\int", "e^{-x}", "\0",
]  # fmt: skip
SOUP = st.lists(st.one_of(st.sampled_from(PIECES), st.text(string.printable, max_size=3), st.characters()), max_size=25).map(" ".join)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(SOUP)
def test_any_soup_of_signs_has_an_answer(text: str) -> None:
    """No exception but the documented ones, whatever is written."""
    for finding in check(text, "2-2-1"):
        assert finding.verdict.name


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(SOUP)
def test_ten_thousand_soups(text: str) -> None:
    for finding in check(text, "1-2-1"):
        assert finding.verdict.name


@pytest.mark.parametrize("text", [" " * 300_000 + "= b", "a = b" + " " * 300_000 + "c", "- a = b\n" * 5_000, "1. " * 50_000 + "= b"])
def test_blanks_and_numbers_of_steps_are_passed_in_one_go(text: str) -> None:
    """A line that began with 4,000 blanks took 34 seconds: it was searched for the number behind it from each of them."""
    from symbackprop.check.documents.extract import extract

    assert extract(text, ".txt")
