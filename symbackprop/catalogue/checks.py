"""The checks that rows are made of: formulas judged, documents written and read back, documents judged line by line."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shlex
from functools import partial
from pathlib import Path

from symbackprop.catalogue.row import Main, Run, Trial, need, run
from symbackprop.render import render

NETS = Path(__file__).parent / "nets"
VERDICT = {0: ("PROVED",), 1: ("REFUTED",), 2: ()}
PAIR = "--net 1-1-1 --no-bias --notation winston"
CHAIN = "--net 1-1-1-1-1 --notation gordon"
SQUARE = "--net 2-2-2-2-2 --notation nielsen"
UNITS = "--net 2-2-1 --notation slides_net"
LAYERS = "--net 2-2-2-2 --loss squared --notation slides_layer"


def check(about: str, formula: str, status: int = 0) -> Run:
    """A formula judged by `check`: 0 proved, 1 refuted, 2 not a formula."""
    quoted = formula.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))
    return run(f"check {about} -e '{quoted}'", *VERDICT[status], status=status)


def judged(about: str, right: str, *wrong: str) -> tuple[Run, ...]:
    """The right formula is proved, and each slip in it is refuted."""
    return (check(about, right), *(check(about, slip, status=1) for slip in wrong))


def free(letters: str, formula: str, functions: str = "", status: int = 0) -> Run:
    """A formula about numbers and functions, no net."""
    return check(f"--net none --free {letters}" + (f" --functions {functions}" if functions else ""), formula, status)


def document(words: str, *texts: str) -> Trial:
    """`derive` writes the LaTeX document, with these texts in it and no gap; `check` reads it back and proves every claim."""
    return Trial(partial(_document, words, texts), "derive document generate prove")


def _document(words: str, texts: tuple[str, ...], main: Main) -> str:
    name = Path(slug(words) + ".tex")
    status, made = called(main, "derive", [*shlex.split(words.replace("{nets}", str(NETS))), "--out", str(name)])
    need(status == 0 and ", 0 gaps" in made, f"symbackprop derive {words}: {made[-200:]}")
    source = name.read_text(encoding="utf-8")
    absent = [text for text in texts if text not in source]
    need(not absent, f"symbackprop derive {words} writes no {absent}")
    _, answer = called(main, "check", [str(name), *_scope(words)])
    summary = answer.strip().splitlines()[-1]
    count = {
        kind: int(number)
        for number, kind in re.findall(r"(\d+) (proved|refuted|undecided|unresolved|malformed|defined)", summary)
    }
    open_lines = sum(number for kind, number in count.items() if kind != "proved")
    seen = f"the document {name} read back by check: {summary}" + (f"; it holds {', '.join(texts)}" if texts else "")
    return need(count.get("proved", 0) > 0 and open_lines == 0, seen)


def slug(words: str) -> str:
    """A file's name for the words of a command.

    >>> slug("{nets}/fan_out.toml --notation winston")
    'fan_out-notation-winston'
    """
    return re.sub(r"[^\w]+", "-", words.replace("{nets}", "").replace(".toml", "")).strip("-")


def page(name: str, *lines: tuple[str, ...]) -> Trial:
    """A page of the book prints, without a gap, a line for each tuple that holds all its words."""
    return Trial(partial(_page, name, lines), "derive document prove")


def _page(name: str, lines: tuple[tuple[str, ...], ...], main: Main) -> str:
    derivation = importlib.import_module(f"derivations.{name}").derivation()
    need(not derivation.gaps, f"derivations.{name} has {len(derivation.gaps)} gaps")
    printed = str(render(derivation, "txt")).splitlines()
    for words in lines:
        need(any(all(word in line for word in words) for line in printed), f"derivations.{name} prints no line with {words}")
    return f"derivations.{name}: {derivation}"


def _scope(words: str) -> list[str]:
    """The options of `check` for a net from a file, which its document cannot name."""
    spec, *rest = shlex.split(words.replace("{nets}", str(NETS)))
    if not spec.endswith(".toml"):
        return []
    return ["--net", spec, *(("--notation", rest[rest.index("--notation") + 1]) if "--notation" in rest else ())]


def called(main: Main, command: str, words: list[str]) -> tuple[int, str]:
    """Exit status and output of a command of ours."""
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(caught):
        status = main([command, *words])
    return status, caught.getvalue()
