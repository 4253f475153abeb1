"""The error family: every refusal has the same five fields first and becomes a sentence last.

An error is made from fields (what, where, expected, got, try), so that a program can read them, a test can assert on them,
and the command line prints them in one rhythm:

    ShapeError: the weight of layer 2 does not fit its input
      where     network.layers[1].weight
      expected  (1, 3): one unit, three inputs from layer 1
      got       (1, 2)
      try       Layer(units=1) and let the fan-in follow from layer 1
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence

_SHOWN = 200  # a hostile value is quoted, never poured out


def quote(value: object, limit: int = _SHOWN) -> str:
    """`value` as one printable line of at most `limit` characters.

    >>> quote("a" * 500, 10)
    "'aaaaaa..."
    """
    text = value if isinstance(value, str) else repr(value)
    text = repr(text[: limit + 1]) if isinstance(value, str) else text
    return text if len(text) <= limit else text[: limit - 3] + "..."


class SymbackpropError(Exception):
    """Something the user handed in cannot be used; `fields()` gives the same facts as the text.

    >>> print(NameUnknown("no activation has this name", got="sigmod", expected="one of sigmoid, tanh", try_="sigmoid"))
    NameUnknown: no activation has this name
      expected  one of sigmoid, tanh
      got       sigmod
      try       sigmoid
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        got: str | None = None,
        try_: str | None = None,
    ) -> None:
        self.what, self.where, self.expected, self.got, self.try_ = what, where, expected, got, try_
        super().__init__(what)

    def fields(self) -> dict[str, str]:
        """The facts of the refusal as plain data, for `--json` and for tests."""
        pairs = {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "expected": self.expected,
            "got": self.got,
            "try": self.try_,
        }
        return {key: value for key, value in pairs.items() if value is not None}

    def __str__(self) -> str:
        lines = [f"{type(self).__name__}: {self.what}"]
        for key in ("where", "expected", "got", "try"):
            value = self.fields().get(key)
            if value is not None:
                lines.append(f"  {key:<9} {value}")
        return "\n".join(lines)


class UsageError(SymbackpropError):
    """A command line that the command does not understand."""


class NameUnknown(SymbackpropError):
    """A name that no table has; the nearest one is offered."""


class NetworkError(SymbackpropError):
    """A network that cannot be: a cycle, an unknown source, a duplicate name, a unit that reaches no output."""


class ShapeError(SymbackpropError):
    """A size, width or shape that does not fit its neighbour."""


class DataError(SymbackpropError):
    """Training data that cannot be used: NaN, a ragged row, a target outside the loss's domain."""


class FileError(SymbackpropError):
    """A file that cannot be read, written or understood."""


class ParseError(SymbackpropError):
    """A text that is not a formula; `position` is the offset of the first character that does not fit."""

    def __init__(self, what: str, *, position: int = 0, **fields: str | None) -> None:
        super().__init__(what, **fields)
        self.position = position


class CertificateError(SymbackpropError):
    """A certificate that the kernel does not accept."""


class GradientRefused(SymbackpropError):
    """A net that has no gradient to train with (a threshold unit, say)."""


class Diverged(SymbackpropError):
    """Training left the finite numbers; the last finite weights are kept on the trainer."""


class LawBroken(SymbackpropError):
    """A table entry whose derivative or stable form is not what it claims; it is not admitted."""


class InternalError(SymbackpropError):
    """Two of our own judges disagree: a fault of symbackprop, never a verdict about the user's formula."""


class CompilerFailed(InternalError):
    """A compiler that is there does not make generated code into a library: it refuses, is killed, or finds no end."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names closest to `name`, best first.

    >>> nearest("sigmod", ["tanh", "sigmoid"])
    ['sigmoid']
    """
    return difflib.get_close_matches(name[:_SHOWN], list(known), n=count, cutoff=0.5)


def no_format(path: str, endings: Sequence[str]) -> FileError:
    """The error for a file whose ending names none of the formats that can be written."""
    stem, dot, ending = os.path.basename(path).rpartition(".")
    given = dot + ending if dot and stem else ""
    close = nearest(given, endings, 1) or [endings[0]]
    return FileError(
        "the ending of the file names no format",
        where=quote(path),
        expected=f"one of {', '.join(endings)}" if len(endings) > 1 else endings[0],
        got=quote(given) if given else "no ending",
        try_=path.removesuffix(given) + close[0] if path and not os.path.isdir(path) else None,
    )


def unknown_name(kind: str, name: object, known: Iterable[str], where: str | None = None) -> NameUnknown:
    """The error for a name that is in no table, with the nearest known name as the way out."""
    names = sorted(known)
    close = nearest(name, names) if isinstance(name, str) else []
    return NameUnknown(
        f"no {kind} has this name",
        where=where,
        expected="one of " + ", ".join(names),
        got=quote(name),
        try_=" or ".join(close) if close else None,
    )
