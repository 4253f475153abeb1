"""The notations: every Notation in a file of this folder, and an author's own from a TOML table."""

from __future__ import annotations

import sys
from functools import cache

from symbackprop import discovery
from symbackprop.notation.declare import from_file, from_table
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern, Reading
from symbackprop.notation.places import KINDS, Places, Quantity

__all__ = [
    "KINDS",
    "Notation",
    "Pattern",
    "Places",
    "Quantity",
    "Reading",
    "from_file",
    "from_table",
    "notation",
    "table",
]


@cache
def table() -> dict[str, Notation]:
    """Every notation by name.

    >>> "winston" in table()
    True
    """
    return discovery.entries(sys.modules[__name__], Notation)


def notation(name: str | Notation, where: str | None = None) -> Notation:
    """The notation with this name, the one a TOML file declares, or the object itself.

    >>> notation("nielsen").title
    'Nielsen, layered'
    """
    if isinstance(name, str) and name.endswith(".toml"):
        return from_file(name)
    return discovery.pick(table(), "notation", name, where)
