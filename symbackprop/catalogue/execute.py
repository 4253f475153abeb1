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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from symbackprop.catalogue import rows as folder
from symbackprop.catalogue.row import Fails, Main, Probe, Row, Run, Trial, need, shown_by
from symbackprop.discovery import entries
from symbackprop.render import render
from symbackprop.render.entries import entries as derivations

HERE = Path(__file__).parent
Done = dict[str, tuple[int, str, frozenset[str]]]
Log = list[tuple[str, str]]  # each command, and what it printed
EXCERPT = 14


@dataclass(frozen=True)
class Evidence:
    """What one check showed: the words of "what works means", one line, and the commands that ran with what they printed."""

    shows: frozenset[str]
    line: str
    commands: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_command: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a row: `status` is "works" or says what failed or is missing."""

    row: Row
    status: str
    command: str
    seen: tuple[Evidence, ...]
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
            "seen": [each.line for each in self.seen],
            "shown": [{"shows": sorted(each.shows), "commands": [list(c) for c in each.commands]} for each in self.seen],
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


def execute(row: Row, main: Main, done: Done | None = None, keep: Path | None = None) -> Outcome:
    """Run every check of a row; stops at the first that fails. `main` is the command line's own function.

    `done` keeps what each command of one run through the rows printed, so that the same command runs once. What the row's
    commands write goes to `keep/ID`, with all that they printed in transcript.txt, or is thrown away without `keep`.
    """
    start, seen = time.perf_counter(), list[Evidence]()
    log: Log = []
    shows = [*map(_shown, row.checks), *(_shown_page(name) for name in pages().get(row.id, ()))]
    done = {} if done is None or keep else done
    status = "works"
    with _folder(keep and keep / row.id):
        for show in shows:
            try:
                seen.append(show(main, done, log))
            except Fails as problem:
                status = f"fails: {problem}"
                break
            except Exception as problem:  # whatever a check runs into, the other rows go on
                status = f"fails: {type(problem).__name__}: {problem}"
                break
        if keep:
            said = [f"$ {words}\n{printed}" for words, printed in log] + [each.line for each in seen]
            Path("transcript.txt").write_text("\n".join([*said, status, ""]), encoding="utf-8")
    if status == "works" and (row.missing or not row.checks):
        status = f"missing: {row.missing or 'a check'}"
    return Outcome(row, status, command(row), tuple(seen), time.perf_counter() - start)


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[None]:
    """Work in the folder that is kept, or in one that is not."""
    with tempfile.TemporaryDirectory() as passing:
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
        with contextlib.chdir(kept or passing):
            yield


Show = Callable[[Main, Done, Log], Evidence]


def _shown(check: Run | Probe | Trial) -> Show:
    return partial(_command, check) if isinstance(check, Run) else partial(_probe, check)


def _shown_page(name: str) -> Show:
    return partial(_page, name)


def _probe(check: Probe | Trial, main: Main, done: Done, log: Log) -> Evidence:
    """The function's own line, and every command that it ran."""
    ran = list[tuple[str, str]]()

    def recorded(given: list[str]) -> int:
        with _caught() as caught:
            status = main(given)
        ran.append((shlex.join(["symbackprop", *given]), caught.getvalue()))
        print(caught.getvalue(), end="")
        return status

    try:
        with _caught():
            line = check.function() if isinstance(check, Probe) else check.function(recorded)
    finally:
        log += ran
    return Evidence(shown_by(check), line, tuple((words, _excerpt(printed)) for words, printed in ran))


def _command(check: Run, main: Main, done: Done, log: Log) -> Evidence:
    shown = shlex.join(words(check))
    if shown not in done:
        done[shown] = _printed(words(check, public=False), main)
    status, printed, written = done[shown]
    log.append((shown, printed))
    if status != check.status:
        last = (printed.strip().splitlines() or ["nothing printed"])[-1]
        raise Fails(f"`{shown}` ended with {status} rather than {check.status}: {last[:160]}")
    absent = [text for text in check.prints if text not in printed]
    files = [name for name in check.writes if name not in written]
    if absent or files:
        raise Fails(f"`{shown}` " + (f"does not print {absent[0]!r}" if absent else f"does not write {files[0]}"))
    line = f"{shown}: exit {status}" + (f", prints {check.prints[0]!r}" if check.prints else "")
    return Evidence(shown_by(check), line, ((shown, _excerpt(printed, check.prints)),), is_command=True)


def _excerpt(printed: str, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines that matter of what was printed: all of a few, else the first ones, the wanted ones and the last.

    >>> _excerpt("a", ("a",))
    ('a',)
    >>> len(_excerpt("line\\n" * 99)), _excerpt("line\\n" * 99)[-2]
    (15, '... 85 lines more')
    """
    lines = printed.rstrip().splitlines()
    if len(lines) <= EXCERPT:
        return tuple(lines)
    found = [next((n for n, line in enumerate(lines) if text in line), 0) for text in wanted]
    kept = sorted({*range(EXCERPT - 1 - len(set(found))), *found, len(lines) - 1})
    left_out = f"... {len(lines) - len(kept)} lines more"
    return (*(lines[n] for n in kept[:-1]), left_out, lines[-1])


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


def _page(name: str, main: Main, done: Done, log: Log) -> Evidence:
    """A derivation of the book: every line of it proved, a definition, an update or a claim with its condition."""
    command = f"python -m derivations.{name}"
    if command not in done:
        [entry] = derivations([name])
        printed = f"{entry.derivation}\n{render(entry.derivation, 'txt')}"
        done[command] = len(entry.derivation.gaps), printed, frozenset()
    gaps, printed, _ = done[command]
    log.append((command, printed))
    need(gaps == 0, f"derivations/{name}.py: {printed.partition(chr(10))[0]}")
    shown = (command, _excerpt(printed))
    return Evidence(frozenset(("derive", "document", "prove")), f"derivations/{name}.py: {shown[1][0]}", (shown,), True)


def _printed(given: list[str], main: Main) -> tuple[int, str, frozenset[str]]:
    """Exit status, output, and the files of this folder that are not empty, of one command."""
    with _caught() as caught:
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
