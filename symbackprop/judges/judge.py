"""What a judge is: a name, what it trusts, whether it is installed, and its opinion of a net."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symbackprop.errors import InternalError, SymbackpropError
from symbackprop.judges.formulas import Formulas
from symbackprop.networks import Network

ACCEPTS = ("PROVED", "PROVED_UNDER", "PROVED_AE", "CHECKED")
REFUSES = ("REFUTED",)


@dataclass(frozen=True)
class Opinion:
    """One judge's verdict about one net; `verdict` is a word of `proofs.verdict` or SILENT (cannot speak about this net)."""

    judge: str
    verdict: str
    detail: str
    seconds: float
    trusts: str

    @property
    def accepts(self) -> bool:
        """Whether the judge found every gradient right."""
        return self.verdict in ACCEPTS

    @property
    def refuses(self) -> bool:
        """Whether the judge found a gradient wrong."""
        return self.verdict in REFUSES

    def data(self) -> dict[str, Any]:
        """As plain data, for --json."""
        return {
            "judge": self.judge,
            "verdict": self.verdict,
            "detail": self.detail,
            "seconds": round(self.seconds, 3),
            "trusts": self.trusts,
        }


@dataclass(frozen=True)
class Judge:
    """One way to decide.

    `decide` returns (verdict, detail); `missing` returns what would have to be installed, or None.
    Not: a kernel. Only the kernel's PROVED is the product's verdict; the others say the same from other premises.
    """

    name: str
    order: int
    says: str
    trusts: str
    decide: Callable[[Network], tuple[str, str]]
    missing: Callable[[], str | None] = lambda: None
    about: Callable[[Network, Formulas], tuple[str, str]] | None = (
        None  # somebody's own formulas instead of the recursion's
    )

    def opinion(self, network: Network, formulas: Formulas | None = None) -> Opinion:
        """The judge's opinion; SILENT with the reason where it is not installed or cannot speak about this net."""
        lacking = self.missing()
        start = time.perf_counter()
        if lacking is not None:
            verdict, detail = "SILENT", f"not installed: {lacking}"
        elif formulas is not None and self.about is None:
            verdict, detail = "SILENT", "speaks about the product's own formulas only"
        else:
            try:
                own = formulas is None or self.about is None
                verdict, detail = self.decide(network) if own else self.about(network, formulas)  # type: ignore[misc, arg-type]
            except InternalError:
                raise
            except SymbackpropError as problem:
                verdict, detail = "SILENT", problem.what
        return Opinion(self.name, verdict, detail, time.perf_counter() - start, self.trusts)


def require_agreement(opinions: list[Opinion]) -> None:
    """Raise InternalError where one judge accepts what another refuses; both are named.

    >>> a = Opinion("kernel", "PROVED", "", 0, ""); b = Opinion("z3", "REFUTED", "", 0, "")
    >>> require_agreement([a, b])
    Traceback (most recent call last):
        ...
    symbackprop.errors.InternalError: InternalError: two judges disagree about the same net
      where     kernel and z3
      got       kernel says PROVED, z3 says REFUTED
      try       please report it: one of them is wrong
    """
    accepting = [each for each in opinions if each.accepts]
    refusing = [each for each in opinions if each.refuses]
    if accepting and refusing:
        a, b = accepting[0], refusing[0]
        raise InternalError(
            "two judges disagree about the same net",
            where=f"{a.judge} and {b.judge}",
            got=f"{a.judge} says {a.verdict}, {b.judge} says {b.verdict}",
            try_="please report it: one of them is wrong",
        )
