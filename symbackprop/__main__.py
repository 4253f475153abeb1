"""The command line: each file of `commands/` is one subcommand; every run ends in one clear line and never in a traceback.

Exit status: 0 where all is as asked, 1 where something is refuted or not proved, 2 for input that cannot be used.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from symbackprop import __version__, commands
from symbackprop.errors import InternalError, SymbackpropError, nearest


class _Parser(argparse.ArgumentParser):
    """argparse, but with errors in the house's rhythm."""

    def error(self, message: str) -> NoReturn:
        print(f"UsageError: {message}\n  try       {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def names() -> list[str]:
    """The subcommands: the files of `commands/`."""
    return sorted(info.name for info in pkgutil.iter_modules(commands.__path__) if not info.name.startswith("_"))


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"symbackprop.commands.{name}")


def _overview() -> str:
    rows = [f"  {name:<12} {_load(name).HELP}" for name in names()]
    title = "symbackprop: derivations of backpropagation, proved, shown, checked and compiled"
    close = "each command has --help with an example; SPEC is layer sizes such as 2-3-1, or a TOML file"
    return "\n".join([title, "", "usage: symbackprop COMMAND ...", "", *rows, "", close])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if given else 2
    if given[0] == "--version":
        print(f"symbackprop {__version__}")
        return 0
    name, rest = given[0], given[1:]
    if name not in names():
        close = nearest(name, names())
        print(f"UsageError: no command is called {name[:60]!r}", file=sys.stderr)
        print(f"  expected  one of {', '.join(names())}", file=sys.stderr)
        if close:
            print(f"  try       symbackprop {close[0]}", file=sys.stderr)
        return 2
    module = _load(name)
    parser = _Parser(
        prog=f"symbackprop {name}",
        description=module.HELP,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    return _run(module, parser.parse_args(rest))


def _run(module: ModuleType, options: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):  # a terminal without some letter shows its number instead
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = module.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader went away (| head): not our fault, and nothing to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except SymbackpropError as problem:
        if getattr(options, "json", False):
            print(json.dumps(problem.fields()))
        print(problem, file=sys.stderr)
        return 3 if isinstance(problem, InternalError) else 2
    except MemoryError:
        print("OutOfMemory: this needs more memory than there is", file=sys.stderr)
        return 2
    except Exception as problem:
        if os.environ.get("SYMBACKPROP_DEBUG"):
            raise
        print(f"InternalError: {type(problem).__name__}: {str(problem)[:300]}", file=sys.stderr)
        print(
            "  try       SYMBACKPROP_DEBUG=1 shows where; please report it: this is our fault, not yours",
            file=sys.stderr,
        )
        return 3


if __name__ == "__main__":
    sys.exit(main())
