"""Claims with blanks: what a reader fills in (a truth table, a matrix, a bound, a net) is decided like the textbooks' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import symbackprop.claims as here
from symbackprop.discovery import entries
from symbackprop.errors import DataError, quote
from symbackprop.proofs.verdict import Verdict

MOST_ENTRIES = 400


@dataclass(frozen=True)
class Question:
    """A claim whose blanks are words: `ask` makes the sentence and its verdict of them.

    `usage` names the blanks, [one in brackets] may be left out; `example` is a sentence that holds, `wrong` one that does not.
    """

    name: str
    usage: str
    asks: str
    example: str
    wrong: str
    ask: Callable[..., tuple[str, Verdict]]


@cache
def all_questions() -> dict[str, Question]:
    """Every question, by name.

    >>> "separable" in all_questions()
    True
    """
    return entries(here, Question)


def answer(question: Question, words: list[str]) -> tuple[str, Verdict]:
    """The sentence with its blanks filled in, and the verdict on it.

    Raises: DataError where there are too few or too many words, or one that does not fit its blank.

    >>> sentence, verdict = answer(all_questions()["separable"], ["0001"])
    >>> sentence, verdict.name
    ('one threshold unit computes 0001', 'PROVED')
    """
    blanks = question.usage.split()
    needed = sum(not blank.startswith("[") for blank in blanks)
    if not needed <= len(words) <= len(blanks):
        raise DataError(
            "the words do not fill the blanks",
            where=f"claims {question.name}",
            expected=question.usage,
            got=quote(" ".join(words)) if words else "nothing",
            try_=f"symbackprop claims {question.name} {question.example}",
        )
    return question.ask(*words)


def bits(text: str) -> tuple[int, ...]:
    """A truth table: the outputs at all inputs, 0...0 first.

    >>> bits("0110")
    (0, 1, 1, 0)
    """
    table = text.replace(" ", "").replace(",", "")
    if not table or set(table) - {"0", "1"} or len(table) & (len(table) - 1):
        raise DataError(
            "not a truth table",
            where="TABLE",
            expected="2, 4, 8, ... digits 0 and 1, the outputs at all inputs, 0...0 first",
            got=quote(text),
            try_="0110 for XOR",
        )
    return tuple(map(int, table))


def matrix(text: str, where: str = "MATRIX") -> list[list[Fraction]]:
    """Rows apart by ;, entries by spaces or commas: whole numbers, fractions, decimals.

    >>> matrix("1 2; 3 1/2")[1]
    [Fraction(3, 1), Fraction(1, 2)]
    """
    try:
        rows = [[Fraction(entry) for entry in row.replace(",", " ").split()] for row in text.split(";")]
    except (ValueError, ZeroDivisionError):
        rows = []
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows) or len(rows) * len(rows[0]) > MOST_ENTRIES:
        raise DataError(
            "not a matrix", where=where, got=quote(text), expected="rows apart by ;, entries by spaces, such as '1 2; 3 4'"
        )
    return rows


def whole(text: str, where: str, least: int, most: int) -> int:
    """A whole number in a range."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
        raise DataError("not a number that fits here", where=where, expected=f"{least} to {most}", got=quote(text))
    return int(text)
