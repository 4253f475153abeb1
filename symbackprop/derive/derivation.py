"""Derivation: a title, a net, and sections whose displayed lines are steps, each with its own evidence; gaps stay gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from symbackprop.derive.shown import Line, Shown
from symbackprop.display import Showable
from symbackprop.networks import Network

Prose = tuple[str | Shown, ...]  # words with symbols among them; a notation decides the symbols' letters

PROVED, UNDER, ALMOST, DEFINED, GAP = (
    "proved",
    "proved under a condition",
    "proved almost everywhere",
    "definition",
    "gap",
)


@dataclass(frozen=True)
class Evidence:
    """Why a line may stand: the verdict, how it was decided, and the certificate that can be replayed."""

    verdict: str
    method: str
    claim: str = ""
    certificate: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """The certificate's SHA-256, or nothing."""
        return str(self.certificate["sha256"]) if self.certificate else ""


DEFINITION = Evidence(DEFINED, "a definition: there is nothing to prove")


@dataclass(frozen=True)
class Step:
    """One displayed line: the named rule that gives it, a reason in words, its evidence; `key` lets later steps use it."""

    line: Line
    rule: str
    evidence: Evidence
    reason: Prose = ()
    key: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    parts: Prose


@dataclass(frozen=True)
class Display:
    """Steps aligned at their relation signs; `joined` sets a derivation that goes on line by line."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Figure:
    """A picture asked for by name; `options` are the picture's own (which neuron to look at, which labels to write)."""

    kind: str
    caption: Prose = ()
    net: Network | None = None
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of forms and words; or steps, set in as many columns as there is room for."""

    head: tuple[str, ...]
    rows: tuple[tuple[Shown | str, ...], ...]
    steps: tuple[Step, ...] = ()
    caption: Prose = ()


@dataclass(frozen=True)
class Listing:
    """Pseudocode: words and forms line by line, with the depth of each."""

    lines: tuple[tuple[int, Prose], ...]
    caption: Prose = ()


@dataclass(frozen=True)
class Stream:
    """Blocks made anew each time they are walked, `count` lines in all, so that nothing ever holds a long derivation."""

    count: int
    make: Callable[[], Iterator[Block]] = field(compare=False, repr=False)


Block = Paragraph | Display | Figure | Table | Listing | Stream


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]

    def walk(self) -> Iterator[Block]:
        """The blocks one after another, those of streams among them."""
        for block in self.blocks:
            if isinstance(block, Stream):
                yield from block.make()
            else:
                yield block


@dataclass(frozen=True)
class Derivation(Showable):
    """What is derived, section by section; `notation` names the notation it reads best in."""

    title: str
    sections: tuple[Section, ...]
    net: Network | None = None
    notation: str = "nielsen"
    sources: tuple[str, ...] = ()
    scope: str = ""
    goal: Prose = ()
    delta_sign: int = 1  # -1 where delta stands for minus the derivative of the cost

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every displayed step, in order."""
        return tuple(self.walk())

    def walk(self) -> Iterator[Step]:
        """Every displayed step, one at a time: of a derivation with streams no more than a few are ever held."""
        for section in self.sections:
            for block in section.walk():
                if isinstance(block, Display | Table):
                    yield from block.steps

    @property
    def count(self) -> int:
        """How many lines it has; nothing is made for it."""
        blocks = (block for section in self.sections for block in section.blocks)
        return sum(block.count if isinstance(block, Stream) else len(getattr(block, "steps", ())) for block in blocks)

    @property
    def gaps(self) -> tuple[Step, ...]:
        """The steps without a proof."""
        return tuple(step for step in self.walk() if step.evidence.verdict == GAP)

    def __str__(self) -> str:
        found = [step.evidence.verdict for step in self.walk()]
        proved = sum(each not in (GAP, DEFINED) for each in found)
        return f"{self.title}: {len(found)} lines, {proved} proved, {found.count(GAP)} gaps"


def words(*parts: str | Shown) -> Paragraph:
    """A paragraph of words with symbols among them."""
    return Paragraph(parts)
