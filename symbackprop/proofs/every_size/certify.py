"""Certificates of several theorems in one file, and their second evaluation at random widths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symbackprop.errors import InternalError
from symbackprop.kernel.verify import VERSION, digest
from symbackprop.proofs.every_size.concrete import recheck
from symbackprop.proofs.every_size.theorems import Theorem


def join(theorems: Sequence[Theorem]) -> dict[str, Any]:
    """One certificate for several theorems, in the form that `symbackprop verify` and the kernel read."""
    parts = [part for theorem in theorems for part in theorem.certificate["parts"]]
    title = "; ".join(theorem.title for theorem in theorems)
    certificate: dict[str, Any] = {"kind": "every-size", "version": VERSION, "title": title, "parts": parts}
    return certificate | {"sha256": digest(certificate)}


def recheck_theorem(theorem: Theorem, seed: int = 0) -> int:
    """Evaluate every proved identity at random widths; the number of instances.

    Raises InternalError where one is false there: kernel and evaluation disagree, a fault of ours.
    """
    total = 0
    for part in theorem.certificate["parts"]:
        count, difference = recheck(part, seed=seed)
        total += count
        if difference is not None:
            raise InternalError("the kernel accepted what fails at a point", where=theorem.name, got=str(difference))
    return total
