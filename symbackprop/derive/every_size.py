"""Evidence that holds for every width and depth: the certificate of BP1 to BP4, made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from symbackprop.derive.derivation import PROVED, Evidence


@cache
def certificate(name: str = "backprop") -> dict[str, Any]:
    """The kernel's certificate of one of its theorems for all sizes."""
    from symbackprop.proofs.every_size.certify import join
    from symbackprop.proofs.every_size.theorems import THEOREMS

    return join([THEOREMS[name]()])


def evidence(equation: str, how: str = "", theorem: str = "backprop") -> Evidence:
    """The evidence for an equation of the theorem (BP1 output delta, BP2 recursion, BP3 bias, BP4 weight).

    `how` says in words how the shown line follows from it: a slope put in, a width of one.
    """
    method = f"{equation}, for every width and depth, by the kernel's index calculus" + (f", {how}" if how else "")
    return Evidence(PROVED, method, certificate=certificate(theorem))
