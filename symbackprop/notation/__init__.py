"""The notations: every Notation in a file of this folder, and an author's own from a TOML table."""

from __future__ import annotations

import sys
from functools import cache

from symbackprop import discovery
from symbackprop.notation.declare import from_file, from_table
from symbackprop.notation.notation import Notation
from symbackprop.notation.patterns import Pattern, Reading
from symbackprop.notation.places import KINDS, Places, Quantity
from symbackprop.notation.programs import PROGRAMS

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
    "programs",
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
    if isinstance(name, str):
        name = name.lower().replace("-", "_")  # slides-net is slides_net
        if name in PROGRAMS:
            return programs()[name]
    return discovery.pick(table(), "notation", name, where)


@cache
def programs() -> dict[str, Notation]:
    """How programs call the quantities of a net: read, never printed, since they have no name for one entry of a layer."""
    return {name: from_table({"name": name, **changes}, name) for name, changes in PROGRAMS.items()}
