"""Complaints about a formula that cannot be read: the line, and a caret under the character that does not fit."""

from __future__ import annotations

from symbackprop.check.reading import vocabulary as words
from symbackprop.check.reading.syntax import Token
from symbackprop.errors import ParseError, nearest


def problem(
    text: str, position: int, what: str, *, expected: str | None = None, got: str | None = None, also: str | None = None,
    try_: str | None = None, length: int = 1,
) -> ParseError:  # fmt: skip
    """A ParseError that shows the line, with a caret under the character that does not fit."""
    position = max(0, min(position, len(text)))
    start = text.rfind("\n", 0, position) + 1
    stop = text.find("\n", position)
    line = text[start : stop if stop >= 0 else len(text)]
    column = position - start
    left = max(0, column - 60)
    shown = line[left : left + 120].replace("\t", " ")
    caret = " " * (column - left) + "^" * max(1, min(length, 40))
    where = f"column {column + 1}" + (f" of line {text.count(chr(10), 0, position) + 1}" if "\n" in text else "")
    where += f"{', ' + also if also else ''}\n            {shown}\n            {caret}"
    return ParseError(what, position=position, where=where, expected=expected, got=got, try_=try_)


def unknown_command(text: str, token: Token) -> ParseError:
    """The complaint about a command that no table has, with the nearest that one has."""
    known = {*words.NAMES, *words.OPERATORS, *words.RELATIONS, *words.STRUCTURE, *words.TEXT, *words.FONTS}
    close = nearest(token.text, known, 2)
    return problem(text, token.span[0], f"an unknown command \\{token.text[:60]}", length=token.span[1] - token.span[0],
                   expected="a command of LaTeX mathematics, or a macro the document defines",
                   try_=" or ".join("\\" + name for name in close) or None)  # fmt: skip
