"""Runs rows: each check in this process, in an empty folder, its output caught; a row works where every check passes."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import os
import pkgutil
import re
import shlex
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from symbackprop.catalogue import rows as folder
from symbackprop.catalogue.row import Fails, Main, Probe, Row, Run, Trial, need
from symbackprop.discovery import entries
from symbackprop.render import book

HERE = Path(__file__).parent
Done = dict[str, tuple[int, str, frozenset[str]]]


@dataclass(frozen=True)
class Outcome:
    """What became of a row: `status` is "works" or says what failed or is missing."""

    row: Row
    status: str
    command: str
    seen: tuple[str, ...]
    seconds: float

    def data(self) -> dict[str, object]:
        """The outcome as plain data."""
        return {
            "id": self.row.id,
            "system": self.row.system,
            "where": self.row.where,
            "works": self.row.works,
            "status": self.status,
            "command": self.command,
            "seen": list(self.seen),
            "seconds": round(self.seconds, 3),
        }


@cache
def all_rows() -> dict[str, Row]:
    """Every row by its id, S1 first.

    >>> list(all_rows())[:2]
    ['S1', 'S2']
    """
    found: dict[str, Row] = {}
    for module_rows in (entries(folder, RowTable)).values():
        found |= {each.id: each for each in module_rows.rows}
    return dict(sorted(found.items(), key=lambda item: int(item[0][1:])))


@dataclass(frozen=True)
class RowTable:
    """The rows of one file of `rows/`."""

    name: str
    rows: tuple[Row, ...]


def words(check: Run, public: bool = True) -> list[str]:
    """The words of a command, the catalogue's folders put in."""
    text = check.words.replace("{nets}", str(HERE / "nets")).replace("{data}", str(HERE / "data"))
    return (["symbackprop"] if public else []) + shlex.split(text)


def command(row: Row) -> str:
    """The command that shows a row: its first own command, else `symbackprop systems ID`."""
    first = next((check for check in row.checks if isinstance(check, Run)), None)
    if first is None or len(row.checks) > 1:
        return f"symbackprop systems {row.id}"
    return shlex.join(words(first))


def execute(row: Row, main: Main, done: Done | None = None) -> Outcome:
    """Run every check of a row; stops at the first that fails. `main` is the command line's own function.

    `done` keeps what each command of one run through the rows printed, so that the same command runs once.
    """
    start, seen = time.perf_counter(), []
    done = {} if done is None else done
    status = "works"
    for check in (*row.checks, *(Probe(partial(_page, name, done)) for name in pages().get(row.id, ()))):
        try:
            seen.append(_command(check, main, done) if isinstance(check, Run) else _probe(check, main))
        except Fails as problem:
            status = f"fails: {problem}"
            break
        except Exception as problem:  # whatever a check runs into, the other rows go on
            status = f"fails: {type(problem).__name__}: {problem}"
            break
    if status == "works" and (row.missing or not row.checks):
        status = f"missing: {row.missing or 'a check'}"
    return Outcome(row, status, command(row), tuple(seen), time.perf_counter() - start)


def _probe(check: Probe | Trial, main: Main) -> str:
    with _caught():
        return check.function() if isinstance(check, Probe) else check.function(main)


def _command(check: Run, main: Main, done: Done) -> str:
    shown = shlex.join(words(check))
    if shown not in done:
        done[shown] = _printed(words(check, public=False), main)
    status, printed, written = done[shown]
    if status != check.status:
        last = (printed.strip().splitlines() or ["nothing printed"])[-1]
        raise Fails(f"`{shown}` ended with {status} rather than {check.status}: {last[:160]}")
    absent = [text for text in check.prints if text not in printed]
    files = [name for name in check.writes if name not in written]
    if absent or files:
        raise Fails(f"`{shown}` " + (f"does not print {absent[0]!r}" if absent else f"does not write {files[0]}"))
    return f"{shown}: exit {status}" + (f", prints {check.prints[0]!r}" if check.prints else "")


@cache
def pages() -> dict[str, tuple[str, ...]]:
    """The derivations of the book that name a row in their docstring ("system S70"), by row.

    >>> "summary_with_cases" in pages()["S70"]
    True
    """
    found: dict[str, tuple[str, ...]] = {}
    package = importlib.import_module("derivations")
    for info in pkgutil.iter_modules(package.__path__):
        source = Path(package.__path__[0], f"{info.name}.py").read_text(encoding="utf-8")
        for number in sorted(set(re.findall(r"\bS(\d{1,3})\b", ast.get_docstring(ast.parse(source)) or "")), key=int):
            found[f"S{number}"] = (*found.get(f"S{number}", ()), info.name)
    return found


def _page(name: str, done: Done) -> str:
    """A derivation of the book: every line of it proved, a definition, an update or a claim with its condition."""
    key = f"derivations/{name}.py"
    if key not in done:
        [entry] = book.entries([name])
        lines, gaps = len(entry.derivation.steps), len(entry.derivation.gaps)
        done[key] = gaps, f"{key}: {lines} lines, {gaps} gaps", frozenset()
    return need(done[key][0] == 0, done[key][1])


def _printed(given: list[str], main: Main) -> tuple[int, str, frozenset[str]]:
    """Exit status, output, and the files that are there and not empty, of one command in an empty folder."""
    with tempfile.TemporaryDirectory() as folder_name, _caught() as caught, contextlib.chdir(folder_name):
        try:
            status = main(given)
        except SystemExit as leave:
            status = leave.code if isinstance(leave.code, int) else 1
        written = frozenset(name for name in os.listdir() if os.path.isfile(name) and os.path.getsize(name))
    return status, caught.getvalue(), written


@contextlib.contextmanager
def _caught() -> Iterator[io.StringIO]:
    """Standard output and standard error, kept."""
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(caught):
        yield caught
