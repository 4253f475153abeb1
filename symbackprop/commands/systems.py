"""symbackprop systems [ID]: the catalogue of the source documents' systems; every status comes from running its checks."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.catalogue.execute import Evidence

NAME = "systems"
HELP = "every system of the source documents: run its checks, print its status and its command"
EXAMPLE = "symbackprop systems S24"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `systems`."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="rows such as S24 (all of them)")
    parser.add_argument("--list", action="store_true", help="only list the rows, run nothing")
    parser.add_argument("--out", metavar="FOLDER", help="keep what each row writes, and all that it prints, in FOLDER/ID/")
    parser.add_argument("--json", action="store_true", help="print plain data")


def call(words: list[str]) -> int:
    """Run another subcommand in this process; a refusal is printed and is status 2, as on the command line."""
    from symbackprop.errors import SymbackpropError

    name = f"symbackprop.commands.{words[0]}"
    if importlib.util.find_spec(name) is None:
        print(f"there is no command {words[0]}")
        return 2
    module = importlib.import_module(name)
    parser = argparse.ArgumentParser(prog=f"symbackprop {words[0]}")
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(words[1:])))
    except SymbackpropError as problem:
        print(problem)
        return 2


def _folder(name: str) -> Path:
    """The folder that is to keep what the rows write."""
    from symbackprop.errors import FileError, quote

    try:
        Path(name).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileError("the folder cannot be made", where=quote(name), got=problem.strerror) from None
    return Path(name).resolve()


def _evidence(seen: Evidence) -> str:
    """The words that it shows, each command with what it printed, and, of a function of ours, what it found."""
    lines = [f"    [{', '.join(sorted(seen.shows))}]"]
    for words, printed in seen.commands:
        lines += [f"      $ {words}", *(f"        {line}" for line in printed)]
    return "\n".join(lines if seen.is_command else [*lines, *(f"      {line}" for line in seen.line.splitlines())])


def run(options: argparse.Namespace) -> int:
    """0 where every row asked for works."""
    from symbackprop.catalogue.execute import Done, all_rows, command, execute
    from symbackprop.discovery import pick

    rows = all_rows()
    chosen = [pick(rows, "system", name.upper()) for name in options.ids] or list(rows.values())
    if options.list:
        for row in chosen:
            print(f"{row.id:<5} {row.system}  [{row.where}]\n      {command(row)}")
        return 0
    outcomes, done, keep = [], Done(), _folder(options.out) if options.out else None
    for number, row in enumerate(chosen):
        if sys.stderr.isatty():
            print(f"\r  {number + 1} of {len(chosen)}: {row.id} ", end="", file=sys.stderr, flush=True)
        outcomes.append(execute(row, call, done, keep))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    working = sum(outcome.status == "works" for outcome in outcomes)
    if options.json:
        print(json.dumps([outcome.data() for outcome in outcomes]))
        return 0 if working == len(outcomes) else 1
    for outcome in outcomes:
        print(f"{outcome.row.id:<5} {outcome.status:<8} {outcome.row.system}  [{outcome.row.where}]")
        print(f"      works means: {outcome.row.works}")
        for seen in outcome.seen if options.ids else ():
            print(_evidence(seen))
        print(f"      {outcome.command}")
    print(f"{working} of {len(outcomes)} systems work")
    return 0 if working == len(outcomes) else 1
