"""The command line: each file of `commands/` is one subcommand; every run ends in one clear line and never in a traceback.

Exit status: 0 where all is as asked, 1 where something is refuted or not proved, 2 for input that cannot be used.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from symbackprop import __version__, commands
from symbackprop.errors import FileError, InternalError, SymbackpropError, UsageError, nearest, quote, unknown_name


class _Parser(argparse.ArgumentParser):
    """argparse, but with errors in the house's rhythm."""

    words: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        """Name an option that does not exist before what is missing because of it."""
        known = self._option_string_actions
        for word in self.words[: self.words.index("--") if "--" in self.words else None]:
            option = word.partition("=")[0]
            if option.startswith("--") and not any(name.startswith(option) for name in known):
                raise UsageError(
                    f"{self.prog} has no such option", got=quote(option), try_=" or ".join(nearest(option, known)) or f"{self.prog} --help"
                )
        raise UsageError(message, where=self.prog, try_=f"{self.prog} --help")

    def print_help(self, file: Any = None) -> None:
        """argparse's own swallows a full disk."""
        print(self.format_help(), end="", file=file)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            name = "/".join(action.option_strings) or str(action.metavar or action.dest)
            unknown = unknown_name("choice", value, action.choices, where=name)
            raise UsageError("this is none of the choices", where=name, expected=unknown.expected, got=unknown.got, try_=unknown.try_)


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
    given = [_utf8(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    _prepare_streams()
    _prepare_signals()
    try:
        status = _run(given)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader went away (| head): not our fault, and nothing to say
        _mute()
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except SymbackpropError as problem:
        if "--json" in given:
            print(json.dumps(problem.fields()))
        print(problem, file=sys.stderr)
        return 3 if isinstance(problem, InternalError) else 2
    except MemoryError:
        print("OutOfMemory: this needs more memory than there is", file=sys.stderr)
        return 2
    except Exception as problem:
        if isinstance(problem, OSError) and problem.filename is None:  # no file of ours: what we print has no place to go
            _mute()
            print(FileError("the answer cannot be written", where="standard output", got=problem.strerror), file=sys.stderr)
            return 2
        if os.environ.get("SYMBACKPROP_DEBUG"):
            raise
        print(f"InternalError: {type(problem).__name__}: {str(problem)[:300]}", file=sys.stderr)
        print(
            "  try       SYMBACKPROP_DEBUG=1 shows where; please report it: this is our fault, not yours",
            file=sys.stderr,
        )
        return 3


def _prepare_signals() -> None:
    """A program that is asked to stop leaves as with Ctrl-C, and takes half a file away."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _run(given: Sequence[str]) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if given else 2
    if given[0] == "--version":
        print(f"symbackprop {__version__}")
        return 0
    name, rest = given[0], given[1:]
    if name not in names():
        close = nearest(name, names())
        raise UsageError(
            "no such command", expected=f"one of {', '.join(names())}", got=quote(name, 60), try_=f"symbackprop {close[0]}" if close else None
        )
    module = _load(name)
    parser = _Parser(
        prog=f"symbackprop {name}",
        description=module.HELP,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.words = rest
    module.add_arguments(parser)
    try:
        options = parser.parse_args(rest)
    except SystemExit as done:  # --help
        return int(done.code or 0)
    status: int = module.run(options)
    return status


def _utf8(word: str) -> str:
    """A word of the command line; where the locale has no letter for its bytes, they are read as UTF-8."""
    if word.isprintable() or not any("\udc80" <= letter <= "\udcff" for letter in word):
        return word
    return os.fsencode(word).decode("utf-8", "replace")


def _prepare_streams() -> None:
    """A closed stream goes nowhere; a letter that the terminal does not have is shown by its number."""
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _mute() -> None:
    """Nothing more goes to standard output, what waits there neither: the last flush of Python would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
