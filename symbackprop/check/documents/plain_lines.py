"""Lines of plain text as our own printer and people set them: a number behind the formula, columns two spaces apart, cases in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SEGMENT = re.compile(r"\S+(?: \S+)*")
_NUMBER = re.compile(r"(?<!\s)\s{2,}+(?:✓\S?|≈|gap)?\s*+\(\d+\)\s*+$")  # tried once for each run of blanks
_SIGN = re.compile(r"[=≤≥≈∝←⟵]|<-")
_SCRIPT, _FUNCTION = re.compile(r"([_^])(\w+)"), re.compile(r"(?<![\w\\])([a-z]{2,})(?=′|\()")


def unnumbered_line(line: str) -> str:
    """A line of plain text without the mark and number that stand apart behind its formula.

    >>> unnumbered_line("a = f(x)   ✓ (12)"), unnumbered_line("a = f (3)")
    ('a = f(x)', 'a = f (3)')
    """
    return _NUMBER.sub("", line)


def step_number(line: str) -> int:
    """How many characters the number of a step takes in front of a formula: `3. `, `(6) `, `Step 7: `, `a) `, a bullet.

    >>> step_number("3. a = b"), step_number("  (6) a = b"), step_number("Step 7: a = b"), step_number("1.5 a = b"), step_number("(a) b = c")
    (3, 6, 8, 0, 0)
    """
    found = _STEP.match(line)
    return found.end() if found and _SIGN.search(line, found.end()) else 0


def dashes_are_bullets(text: str) -> bool:
    """Whether lines begin with a dash and a space again and again: a list, and no minus."""
    return len(_DASH.findall(text)) > 1


def unassigned(source: str) -> str:
    """Steps of an algorithm as Python has them: `3: w := w - d` and `w <- w - d` are `w = w - d`, every sign in its place.

    >>> unassigned("1: w <- w - d")
    '   w  = w - d'
    """
    out = list[str]()
    for line in source.split("\n"):
        start = step_number(line)
        line = " " * start + line[start:]
        out.append(_ASSIGNED.sub(lambda found: found[1] + "=".rjust(len(found[2])), line, count=1))
    return "\n".join(out)


_STEP = re.compile(r"\s*(?:(?:[Ss]tep|STEP|[Ss]chritt|[ÉEé]tape|[Pp]aso)\s+\d{1,2}[.:)]?|\(\d{1,2}\)|\d{1,2}[.:)]|[a-h][.)]|[ivx]{1,4}[.)]|[*•‣])\s+")
_DASH = re.compile(r"^[ \t]*[-–] +(?=\S)", re.M)
_ASSIGNED = re.compile(r"^(\s*[^\W\d][\w.]*(?:\[[^\]=]*\])?\s*)(:=|<-|←|⟵)(?=\s)")


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
