"""docs/what-proved-means.md says what is so: the trusted base as counted, and the table of who catches what as it comes out.

SYMBACKPROP_RENEW=1 writes both into the page.
"""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from pathlib import Path

import pytest
from corpus import Case, cases, table

from symbackprop.judges import coq, z3

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "what-proved-means.md"
BASE = {  # what must be right for which word
    "kernel: replays every certificate": "symbackprop/kernel/*.py",
    "tables of activations and losses (each entry with its law)": "symbackprop/[al][co][ts][is]*/*.py",
    "Graph.v: proofs that Coq checks; only its definitions are read": "symbackprop/judges/gallina/Graph.v",
    "Backprop.v: the same, for every list of layers": "symbackprop/judges/gallina/Backprop.v",
}


def code_lines(text: str) -> int:
    """Lines of Python that are not blank, a comment or a docstring."""
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            documented.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    used: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            used.update(range(token.start[0], token.end[0] + 1))
    return len(used - documented)


def coq_lines(text: str) -> int:
    """Lines of Coq that are not blank or a comment."""
    return sum(1 for line in re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL).splitlines() if line.strip())


def counted() -> str:
    lines = ["| part | lines of code | lines in all |", "|---|---|---|"]
    for part, pattern in BASE.items():
        files = sorted(ROOT.glob(pattern))
        assert files, pattern
        count = sum((code_lines if path.suffix == ".py" else coq_lines)(path.read_text()) for path in files)
        every = sum(len(path.read_text().splitlines()) for path in files)
        lines.append(f"| {part} | {count:,} | {every:,} |")
    return "\n".join(lines)


def section(name: str) -> str:
    return PAGE.read_text().split(f"<!-- {name} -->\n", 1)[1].split("<!-- end -->", 1)[0].strip()


def hold(name: str, text: str) -> None:
    """The page says this; or, with the switch, is made to."""
    if os.environ.get("SYMBACKPROP_RENEW"):
        before, rest = PAGE.read_text().split(f"<!-- {name} -->\n", 1)
        PAGE.write_text(f"{before}<!-- {name} -->\n{text}\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}")
    assert section(name) == text, f"renew docs/{PAGE.name} with SYMBACKPROP_RENEW=1"


def test_the_trusted_base_is_as_counted() -> None:
    hold("counted", counted())


def test_the_axioms_are_on_the_page() -> None:
    for name in coq.AXIOMS:
        assert name in PAGE.read_text()


def judged(case: Case) -> dict[str, bool]:
    return {judge: refuses() for judge, refuses in case.judges.items()}


def test_a_sample_of_the_corpus_is_refused() -> None:
    """Every ninth case, by every judge that can speak to it, Coq apart."""
    chosen = [case for case in cases() if case.kind != "coq file"]
    assert len(chosen) >= 200
    for case in chosen[::9]:
        assert all(judged(case).values()), (case.kind, case.mistake, case.name)


def test_the_page_shows_no_miss() -> None:
    cells = re.findall(r"(\d+)/(\d+)", section("corpus"))
    assert len(cells) > 60 and all(caught == asked for caught, asked in cells)


def test_the_page_counts_the_corpus_as_it_is() -> None:
    """Whoever adds a case renews the page: the answers themselves are the slow test's."""
    counted_: dict[tuple[str, str], int] = {}
    for case in cases():
        counted_[case.kind, case.mistake] = counted_.get((case.kind, case.mistake), 0) + 1
    shown = {(row[0], row[1]): int(row[2]) for row in re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| (\d+) \|", section("corpus"), re.MULTILINE)}
    if coq.missing() is not None:
        shown = {key: count for key, count in shown.items() if key[0] != "coq file"}
    assert shown == counted_, "renew docs/what-proved-means.md: SYMBACKPROP_RENEW=1 and the slow test below"


@pytest.mark.slow
@pytest.mark.skipif(
    coq.missing() is not None or z3.missing() is not None, reason=f"not installed: {coq.missing() or z3.missing()}"
)
def test_every_case_is_refused_and_the_table_is_as_it_comes_out() -> None:
    results = [(case, judged(case)) for case in cases()]
    missed = [
        (case.kind, case.mistake, case.name, judge) for case, found in results for judge, ok in found.items() if not ok
    ]
    assert not missed
    hold("corpus", table(results))
