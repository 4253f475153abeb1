"""One relation between two sides, and what its instances said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symbackprop.check.reading.syntax import Node, Span
from symbackprop.proofs.verdict import Undecided, Verdict

ENGINE = "exact normal form over the net's generators"


class Unknown(Undecided):
    """A symbol that nothing declares; `reason` names it and the nearest declared ones."""

    name = "UNRESOLVED"


class TooMuch(Undecided):
    """More work than a formula may take in this net."""


@dataclass
class Link:
    """One adjacent pair of a chain and what was found out about it."""

    left: Node
    op: str
    right: Node
    span: Span
    verdict: Verdict = field(default_factory=Undecided)
    failing: dict[str, int] | None = None  # the instance that a witness refutes
    blame: Span | None = None
    presumed: Any = None  # the penalty that its refutation supposes, and whether the cost is the sum (`deciding.penalised`)


@dataclass
class Tally:
    """What the instances said."""

    proved: int = 0
    zero: int = 0
    skipped: int = 0
    excluded: int = 0
    missing: str = ""
    conditions: dict[str, None] = field(default_factory=dict)
    open: str = ""
    apart: str = ""  # a sum whose factors are never there for the same neuron, where the other side is there
    inputs: Verdict | None = None  # what was found out about an instance in the layer of the inputs
    crossed: str = ""  # an instance that only one side has: the indices run over different layers
