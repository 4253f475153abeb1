"""Signs that a text lost its mathematics on the way: such formulas are refused, one by one, and never guessed.

An extraction from a PDF may turn minus signs into question marks, double every italic letter, tear fractions and scripts
into lines of their own, or drop the sum sign. What is left still looks like formulas; reading it would be inventing it.
"""

from __future__ import annotations

import re

DAMAGE = {
    "unreadable": "the extraction has lost signs of this formula; it is refused, not guessed",
    "lost": "the formula that stood after these words is missing from the file; it is refused, not guessed",
}
_QUESTION = re.compile(r"(?:^|[\s(=])\?+\s*[\w(]|[\w)]\s*\?\s*[\w(]")
_DOUBLED = re.compile(r"([\U0001D400-\U0001D7FF])\1")
_LOST = re.compile("[\ufffd\uf000-\uf8ff]")
_FORMULA = re.compile(r"[=<>≤≥≈∝←→∑∂δσ]|[\U0001D400-\U0001D7FF]|\b[a-z]\s?[+*/?-]\s?[a-z0-9(]")
_TORN = re.compile(r"^\s*(?:[\w?()+\-−*/=.,\s]|[^\x00-\x7f]){1,14}\s*$")


def damaged_lines(text: str) -> set[int]:
    """The numbers (from 1) of the lines that hold formulas a raw extraction has damaged; empty for a sound text.

    >>> sorted(damaged_lines("y =1/(1 + e\\n?x\\n), is used\\n= ? 1 ? (1 + e\\n?x\\n)\\n?2 \\n"))
    [1, 2, 4, 5, 6, 7]
    >>> damaged_lines("δ_l = o_l (1 − o_l) × w_r × δ_r")
    set()
    """
    lines = text.split("\n")
    marks = [bool(_DOUBLED.search(line) or _LOST.search(line) or (_QUESTION.search(line) and _odd(line))) for line in lines]
    if sum(marks) < 3:
        return set()
    bad = set[int]()
    for number, line in enumerate(lines, 1):
        near = any(marks[max(0, number - 4) : number + 3])
        if marks[number - 1] or _FORMULA.search(line) or (near and _TORN.match(line) and _mathematical(line)):
            bad.add(number)
    return bad


_GAP = re.compile(
    r"\b[a-z]{2,}(?P<stop> )[.,](?=\s)"  # a stop after a space: what stood between is gone
    r"|\b(?P<the>the|where) (?=are\b|is the\b)|\b(?P<and>and) (?=and\b)|\b(?:setting|so|form)(?P<end>:?)[ \t]*\n[ \t]*\n"
)
MOST_SLIPS = 4  # so many stops after a space are typing slips, more are formulas that an extraction has dropped


def lost_formulas(text: str) -> list[int]:
    """Where in a text without mathematics a formula has dropped out, as offsets; empty where it is only a slip or two.

    >>> lost_formulas("we set of form , where is the number , and call it . Then for , the are in . So is , too")
    [15, 22, 37, 51, 62, 67, 75, 83]
    >>> lost_formulas("a slip , no more")
    []
    """
    found = [(m.end(m.lastgroup or 0), m.lastgroup) for m in _GAP.finditer(text)]
    return [at for at, _ in found] if sum(kind == "stop" for _, kind in found) > MOST_SLIPS else []


def _odd(line: str) -> bool:
    """A question mark that ends no question: at the start of a line, or between things that are no words."""
    return bool(re.search(r"^\s*\?|[=(×+]\s*\?|\?\s*[\d(]|\b\w\s*\?\s*\w\b(?![a-z])|\?\?", line))


def _mathematical(line: str) -> bool:
    return bool(re.search(r"[=()+?/*−-]|^\s*(?:\w{1,3}\s*){1,3}$", line)) and not re.search(r"[A-Za-z]{4,}", line)
