"""The gate of every table: an entry is admitted only with certificates for its derivative and its other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symbackprop.errors import LawBroken
from symbackprop.kernel.rejected import Rejected
from symbackprop.kernel.verify import VERSION, digest, verify

if TYPE_CHECKING:  # whoever replays facts needs no SymPy
    from symbackprop.symbols import Expr


def entry(
    value: Expr, slope: Expr, by: str = "z", parameters: dict[str, Expr] | None = None, forms: tuple[Expr, ...] = ()
) -> dict[str, Any]:
    """The facts of one table entry as the kernel reads them."""
    from symbackprop.translate import plain, term

    facts: dict[str, Any] = {"value": plain(term(value)), "slope": plain(term(slope))}
    if by != "z":
        facts["by"] = by
    if parameters:
        facts["parameters"] = {name: plain(term(each)) for name, each in parameters.items()}
    if forms:
        facts["forms"] = [plain(term(each)) for each in forms]
    return facts


def certificate(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The law of an entry as a certificate that the kernel replays."""
    made = {"kind": "law", "version": VERSION, "name": name, "entry": facts}
    return {**made, "sha256": digest(made)}


def admit(name: str, facts: dict[str, Any], where: str) -> list[str]:
    """What the kernel accepted about the entry, in words; LawBroken where it did not.

    >>> from symbackprop.symbols import z, a
    >>> admit("square", entry(z**2, 3 * z), where="here")
    Traceback (most recent call last):
        ...
    symbackprop.errors.LawBroken: LawBroken: square is not admitted: square: d/dz z^2 is not 3 z
      where     here
    """
    try:
        return verify(certificate(name, facts))
    except Rejected as refusal:
        raise LawBroken(f"{name} is not admitted: {refusal}", where=where) from None
