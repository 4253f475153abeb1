"""What a loss is: a function of the outputs and targets, with its slope, its sense and the conditions on its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symbackprop.kernel.terms import Term, read

if TYPE_CHECKING:  # SymPy is loaded by the entries, and by nobody who only needs their plain facts
    from symbackprop.symbols import Expr

SYMBOLIC = ("value", "slope", "fused", "facts")  # what needs SymPy


@dataclass(frozen=True, eq=False)
class Loss:
    """One loss, summed over the outputs of a net for one example.

    Math
        value    in `symbols.a` (output) and `symbols.y` (target), one summand per output
        slope    d value / d a; None, with value None, for an undefined C of all outputs
        sense    "minimise" (descent) or "maximise" (ascent: a performance)
        fused    activation name -> the textbook delta of an output unit, where loss slope and activation slope cancel;
                 a claim like any other, proved with each net (and under conditions that the proof finds)
    Not: the cost over a data set, which is the sum or mean of losses; the trainer says which.
    """

    name: str
    value: Expr | None
    slope: Expr | None
    source: str
    sense: str = "minimise"
    letter: str = "C"
    formula: str = ""
    fused: Mapping[str, Expr] = field(default_factory=lambda: MappingProxyType({}))
    output_range: tuple[float, float] | None = None  # the outputs must lie strictly inside
    target_range: tuple[float, float] | None = None  # the targets must lie inside
    targets_sum_to_one: bool = False
    needs_softmax: bool = False

    @property
    def undefined(self) -> bool:
        """Whether the loss is any differentiable function of the outputs."""
        return self.value is None

    @cached_property
    def value_term(self) -> Term | None:
        """The loss of one output as the kernel reads it, in a and y; None for an undefined C."""
        return read(self.facts["value"]) if "value" in self.facts else None

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The entry as the kernel reads it, inside a certificate."""
        from symbackprop import laws

        if self.value is None or self.slope is None:
            return {"name": self.name, "undefined": True}
        return {"name": self.name, **laws.entry(self.value, self.slope), "letter": self.letter}

    @cached_property
    def laws(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """What the kernel has to accept before the entry is used: names and facts of certificates."""
        if self.value is None or self.slope is None:
            return ()
        from symbackprop import laws

        return ((self.name, laws.entry(self.value, self.slope, by="a")),)

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """What the kernel accepted about this entry; LawBroken where its slope is wrong."""
        from symbackprop import laws

        return tuple(said for law in self.laws for said in laws.admit(*law, where=f"loss {self.name}"))
