"""Lines of plain text as our own printer and people set them: a number behind the formula, columns two spaces apart, cases in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SEGMENT = re.compile(r"\S+(?: \S+)*")
_NUMBER = re.compile(r"\s{2,}(?:✓\S?|≈|gap)?\s*\(\d+\)\s*$")
_SIGN = re.compile(r"[=≤≥≈∝←]")
_SCRIPT, _FUNCTION = re.compile(r"([_^])(\w+)"), re.compile(r"(?<![\w\\])([a-z]{2,})(?=′|\()")


def unnumbered_line(line: str) -> str:
    """A line of plain text without the mark and number that stand apart behind its formula.

    >>> unnumbered_line("a = f(x)   ✓ (12)"), unnumbered_line("a = f (3)")
    ('a = f(x)', 'a = f (3)')
    """
    return _NUMBER.sub("", line)


def segments(line: str, offset: int) -> Iterator[tuple[str, int]]:
    """The formulas of one line of a plain table, whose columns stand two spaces apart, and their places.

    >>> [*segments("a = b c  = d  (3)", 0)]
    [('a = b c', 0), ('= d', 9)]
    """
    yield from ((each.group(), offset + each.start()) for each in _SEGMENT.finditer(unnumbered_line(line)) if _SIGN.search(each.group()))


def with_cases(line: str) -> str:
    r"""A line whose cases stand in one row, as TeX, which has a way to write them; any other line as it is.

    >>> with_cases("relu(z) = { z if z > 0; 0 otherwise }")
    '\\operatorname{relu}(z) = \\begin{cases}z & z > 0 \\\\ 0 & \\text{otherwise}\\end{cases}'
    >>> with_cases("p = { α_{1,1} if z ≤ 0; 1 otherwise }")
    'p = \\begin{cases}α_{1,1} & z ≤ 0 \\\\ 1 & \\text{otherwise}\\end{cases}'
    """
    left, _, right = line.partition(" { ")
    body = right.removesuffix(" }")
    if body == right or " if " not in body or left[-1:] not in "=≈":
        return line
    rows = r" \\ ".join(re.sub(r" if ", " & ", row, count=1).replace(" otherwise", r" & \text{otherwise}") for row in body.split("; "))
    whole = _FUNCTION.sub(r"\\operatorname{\1}", _SCRIPT.sub(r"\1{\2}", f"{left} \\begin{{cases}}{rows}\\end{{cases}}"))
    return whole.replace("′", "'")
