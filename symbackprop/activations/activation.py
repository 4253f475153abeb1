"""What an activation is: a function of the pre-activation, with its slope, its kinks and the forms it is computed by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symbackprop.kernel.terms import Term, operators, read, symbols

if TYPE_CHECKING:  # SymPy is loaded by the entries, and by nobody who only needs their plain facts
    from symbackprop.symbols import Expr

SYMBOLIC = ("value", "slope", "stable", "parameters", "facts")  # what needs SymPy
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Activation:
    """One activation function a = phi(z).

    Math
        value    phi(z), in the symbols `symbols.z` and the parameters
        slope    phi'(z), in `symbols.z` and `symbols.a` (a stands for phi(z): sigmoid's is a (1 - a))
        stable   (condition, form) pairs: forms that are equal to the value and do not overflow where the condition holds
        kinks    the z at which phi has no derivative; slopes there follow `convention`
    Not: a layer. softmax is the one `vector` activation; it acts on a whole group of units.
    Source: every entry names its own.
    """

    name: str
    value: Expr | None
    slope: Expr | None
    source: str
    stable: tuple[tuple[str, Expr], ...] = ()
    parameters: Mapping[str, Expr] = field(default_factory=lambda: _NONE)  # parameter -> d phi / d parameter
    learnt: tuple[str, ...] = ()
    kinks: tuple[Any, ...] = ()
    convention: str = ""
    range: tuple[Any, Any] = (-math.inf, math.inf)
    vector: bool = False
    differentiable: bool = True
    letter: str = r"\sigma"

    @property
    def undefined(self) -> bool:
        """Whether phi is any differentiable function, with phi' left symbolic."""
        return self.value is None and not self.vector

    @cached_property
    def value_term(self) -> Term | None:
        """phi(z) as the kernel reads it, in z and the parameters' names; None where there is none."""
        return read(self.facts["value"]) if "value" in self.facts else None

    @cached_property
    def slope_term(self) -> Term | None:
        """phi'(z) likewise, in z and a."""
        return read(self.facts["slope"]) if "slope" in self.facts else None

    @cached_property
    def partial_terms(self) -> Mapping[str, Term]:
        """d phi / d parameter likewise, by the parameter's name."""
        return {role: read(each) for role, each in self.facts.get("parameters", {}).items()}

    @cached_property
    def slope_is_polynomial(self) -> bool:
        """Whether phi' is a polynomial in the output alone, so that no slope symbol is needed."""
        slope = self.slope_term
        return slope is not None and not self.vector and symbols(slope) <= {"a"} and _is_polynomial(slope)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The entry as the kernel reads it, inside a certificate."""
        from symbackprop import laws

        if self.vector:
            return {"vector": self.name}
        if self.value is None or self.slope is None:
            return {"undefined": True}
        return laws.entry(
            self.value, self.slope, parameters=dict(self.parameters), forms=tuple(form for _, form in self.stable)
        )

    @cached_property
    def laws(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """What the kernel has to accept before the entry is used: names and facts of certificates."""
        if not self.differentiable or self.undefined:
            return ()
        return _softmax_law(self.name) if self.vector else ((self.name, self.facts),)

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """What the kernel accepted about this entry; LawBroken where its slope or a stable form is wrong."""
        from symbackprop import laws

        return tuple(said for law in self.laws for said in laws.admit(*law, where=f"activation {self.name}"))


def _is_polynomial(term: Term) -> bool:
    if not isinstance(term, tuple):
        return True
    if term[0] in ("/", "^"):
        plain = not symbols(term[2]) and not operators(term[2]) if term[0] == "/" else term[2] >= 0
        return plain and _is_polynomial(term[1])
    return term[0] in ("+", "*") and all(map(_is_polynomial, term[1:]))


def _softmax_law(name: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The kernel's softmax rule, to be proved from exp and the quotient rule for groups of two and of three."""
    import sympy

    from symbackprop import laws, symbols

    made = []
    for size in (2, 3):
        zs = [symbols.real(f"z{k}") for k in range(size)]
        total = sympy.Add(*map(sympy.exp, zs))
        for k in range(size):
            output = sympy.exp(zs[0]) / total
            slope = output * ((1 if k == 0 else 0) - sympy.exp(zs[k]) / total)
            made.append((name, laws.entry(output, slope, by=zs[k].name)))
    return tuple(made)
