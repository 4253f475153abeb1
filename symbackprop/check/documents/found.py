"""A piece of a document: a formula, a directive or a heading, with its place and the words before and after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

WIDTH = 200  # characters of prose kept on either side of a formula


@dataclass(frozen=True, slots=True)
class Found:
    """A formula, a directive or a heading, with its place: `label` names a notebook cell, lines and columns count from 1."""

    kind: str  # display, inline, directive, heading, page (nothing before it holds on), unreadable, lost
    text: str
    offset: int
    line: int
    column: int
    label: str = ""
    before: str = ""  # the words between the formula before and this one
    after: str = ""
    other: str = ""  # the same line, where what stands in front of it is a minus or a factor, and no bullet or number; or the other way

    def place(self, position: int = 0) -> tuple[int, int]:
        """Line and column of the character `position` of this text."""
        before = self.text[:position]
        lines = before.count("\n")
        return self.line + lines, (position - before.rfind("\n") if lines else self.column + position)


@dataclass(frozen=True)
class Chunk:
    """A stretch of text that reads by one set of rules, and where it begins in the file."""

    text: str
    line: int = 1
    column: int = 1
    label: str = ""

    @cached_property
    def starts(self) -> list[int]:
        """Where the lines begin, found once, so that a file of formulas stays linear."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of a character of this stretch."""
        line = bisect_right(self.starts, offset) - 1
        return self.line + line, offset - self.starts[line] + (1 if line else self.column)


def with_words(found: list[Found], text: str) -> list[Found]:
    """The formulas of one stretch of text with the words before and after each, up to the formulas beside it."""
    out, end = list[Found](), 0
    for index, each in enumerate(found):
        stop = each.offset + len(each.text)
        following = found[index + 1].offset if index + 1 < len(found) else len(text)
        out.append(replace(each, before=text[max(end, each.offset - WIDTH) : each.offset], after=text[stop : min(following, stop + WIDTH)]))
        end = stop
    return out
