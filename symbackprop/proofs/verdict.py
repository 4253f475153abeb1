"""The answers: a verdict is a type with its reasons, never a bool.

PROVED        an exact decision, with what was assumed and which engine decided
PROVED_UNDER  the same, under conditions that the proof found (sum of targets = 1, w != 0)
PROVED_AE     the same, off a set of kinks
CHECKED       at random points of a finite field, with the error bound
REFUTED       a rational witness where both sides differ, certified by interval arithmetic
VACUOUS       true, but any formula would pass there
UNDEFINED     not a statement about real numbers there
UNDECIDED     neither, and what was tried
MALFORMED     not a formula: position and what was expected
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

from symbackprop.display import Showable


@dataclass(frozen=True, kw_only=True)
class Verdict(Showable):
    """What was decided and why. Use `.name` or isinstance; `if verdict:` is an error, since no verdict is a bool.

    >>> str(Proved(engine="kernel"))
    'PROVED'
    """

    name: ClassVar[str] = "UNDECIDED"
    holds: ClassVar[bool] = False  # whether the claim is a theorem (perhaps with conditions)
    engine: str = ""
    reason: str = ""
    scope: str = ""
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a bool: ask for verdict.name, verdict.holds or its type")

    def __str__(self) -> str:
        return self.name

    def data(self) -> dict[str, Any]:
        """The verdict as plain data, without empty fields."""
        fields = {key: getattr(self, key) for key in self.__dataclass_fields__}
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}
        return {"verdict": self.name, **{key: value for key, value in plain.items() if value not in ("", [], {}, None)}}


@dataclass(frozen=True, kw_only=True)
class Proved(Verdict):
    """An exact decision."""

    name: ClassVar[str] = "PROVED"
    holds: ClassVar[bool] = True
    certificate: str = ""  # sha256 of the certificate, where there is one


@dataclass(frozen=True, kw_only=True)
class ProvedUnder(Proved):
    """Proved under conditions the proof found."""

    name: ClassVar[str] = "PROVED_UNDER"
    conditions: tuple[str, ...]

    def __str__(self) -> str:
        return f"PROVED under {' and '.join(self.conditions)}"


@dataclass(frozen=True, kw_only=True)
class ProvedAlmostEverywhere(Proved):
    """Proved off the kinks."""

    name: ClassVar[str] = "PROVED_AE"
    kinks: tuple[str, ...]
    conditions: tuple[str, ...] = ()

    def __str__(self) -> str:
        under = f" under {' and '.join(self.conditions)}" if self.conditions else ""
        return f"PROVED{under} off the kinks ({', '.join(self.kinks)})"


@dataclass(frozen=True, kw_only=True)
class Checked(Verdict):
    """True at random points of a finite field; wrong with at most the stated probability."""

    name: ClassVar[str] = "CHECKED"
    error_bound: float

    def __str__(self) -> str:
        return f"CHECKED (error <= {self.error_bound:.1e})"


@dataclass(frozen=True, kw_only=True)
class Refuted(Verdict):
    """False: at the witness the two sides differ, and interval arithmetic excludes that they are equal."""

    name: ClassVar[str] = "REFUTED"
    witness: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    right: str = ""
    diagnosis: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Vacuous(Verdict):
    """True, but any formula would pass: both sides are identically 0 or do not depend on what is tested."""

    name: ClassVar[str] = "VACUOUS"


@dataclass(frozen=True, kw_only=True)
class Undefined(Verdict):
    """Not a statement about real numbers where it was asked."""

    name: ClassVar[str] = "UNDEFINED"


@dataclass(frozen=True, kw_only=True)
class Undecided(Verdict):
    """Neither proved nor refuted; `reason` says why and `notes` what was tried."""

    name: ClassVar[str] = "UNDECIDED"


@dataclass(frozen=True, kw_only=True)
class Malformed(Verdict):
    """Not a formula."""

    name: ClassVar[str] = "MALFORMED"
    position: int = 0
    expected: str = ""
