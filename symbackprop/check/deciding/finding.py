"""One formula, or one link of a chain, with its place and its verdict; and the verdicts that only a document needs."""

from __future__ import annotations

from dataclasses import dataclass

from symbackprop.check.reading.syntax import Span
from symbackprop.proofs.verdict import Undecided, Verdict


class Remarked(Verdict):
    """Not a claim: an expression, a type, a sign; or a definition, which is nobody's to prove."""

    name = "NO CLAIM"


class Defined(Verdict):
    """The author introduces a name."""

    name = "DEFINED"


class Unreadable(Undecided):
    """A formula that the file has damaged; nothing is guessed."""

    name = "UNREADABLE"


@dataclass(repr=False)
class Finding:
    """One formula, or one link of a chain, with its place and its verdict."""

    file: str
    line: int
    column: int
    text: str
    verdict: Verdict
    label: str = ""
    span: Span = (0, 0)  # in the formula's own text
    formula: str = ""  # the whole formula this is a part of
    blame: Span | None = None
    diagnosis: tuple[str, ...] = ()
    corrected: str = ""
    follows: str = ""
    expected_false: bool = False

    def __repr__(self) -> str:
        return f"<{self.place}: {self.verdict}  {self.text}>"

    @property
    def status(self) -> int:
        """What this finding adds to the exit status: 0 right, 1 wrong, 2 neither."""
        name = self.verdict.name
        if self.expected_false:
            return 0 if name in ("REFUTED", "UNDEFINED") else 1
        if name in ("REFUTED", "UNDEFINED"):
            return 0 if self.follows else 1
        return 0 if self.verdict.holds or name in ("NO CLAIM", "DEFINED") else 2

    @property
    def place(self) -> str:
        """file:line:column, with the notebook cell."""
        cell = f"{self.label}:" if self.label else ""
        return f"{self.file}:{cell}{self.line}:{self.column}"
