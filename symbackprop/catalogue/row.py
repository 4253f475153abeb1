"""A row of the catalogue: a system of the source documents, what works means for it, and the checks that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A command of ours: its words without `symbackprop`, its exit status, what it must print, the files it must write.

    {nets} and {data} stand for the folders of nets and tables that come with the catalogue.
    """

    words: str
    prints: tuple[str, ...] = ()
    status: int = 0
    writes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Probe:
    """A function that shows something through the library; it returns what it saw, or raises Fails.

    `shows` is which of the words of "what works means" it shows, such as "run plot".
    """

    function: Callable[[], str]
    shows: str


COMMANDS = {
    "prove": "derive prove", "theorem": "derive prove", "derive": "derive document", "check": "check prove",
    "claims": "prove check count construct", "train": "train", "plot": "plot", "draw": "plot", "compile": "generate",
    "audit": "check", "encode": "encode decode quantise",
}  # fmt: skip


def shown_by(check: Run | Probe | Trial) -> frozenset[str]:
    """The words of "what works means" that a check shows: those of its command, or its own.

    >>> sorted(shown_by(Run("plot relu")))
    ['plot']
    """
    if isinstance(check, Run) and check.status and not check.words.startswith(("check", "audit")):
        return frozenset({"refuse"})
    return frozenset((COMMANDS[check.words.split()[0]] if isinstance(check, Run) else check.shows).split())


Main = Callable[[list[str]], int]


@dataclass(frozen=True)
class Trial:
    """Like a probe, of several commands of ours: it is given the command line's function, which returns the exit status."""

    function: Callable[[Main], str]
    shows: str


class Fails(Exception):
    """A check that did not come out as the row says; the text is what was seen instead."""


@dataclass(frozen=True)
class Row:
    """One system. A row with `missing` text does not work, whatever its checks say, and says exactly what is missing."""

    id: str
    system: str
    where: str
    works: str
    checks: tuple[Run | Probe | Trial, ...]
    missing: str = ""

    @property
    def name(self) -> str:
        """For discovery: the id."""
        return self.id


def row(id: str, system: str, where: str, works: str, *checks: Run | Probe | Trial, missing: str = "") -> Row:
    """A row, its checks written one after the other."""
    return Row(id, system, where, works, checks, missing)


def run(words: str, *prints: str, status: int = 0, writes: str = "") -> Run:
    """A command and what it must print."""
    return Run(words, prints, status, tuple(writes.split()))


def need(good: bool, seen: str) -> str:
    """`seen`, if it is as it should be; raises Fails otherwise."""
    if not good:
        raise Fails(seen)
    return seen
