"""The losses: every Loss in a file of this folder, admitted only with its law proved."""

from __future__ import annotations

import sys
from functools import cache

from symbackprop import discovery, remembered
from symbackprop.losses.loss import SYMBOLIC, Loss


@cache
def table() -> dict[str, Loss]:
    """Every loss by name; LawBroken where an entry's derivative is not what it says.

    >>> "performance" in table()
    True
    """
    return remembered.table("losses", Loss, SYMBOLIC, lambda name: entries()[name]) or entries()


@cache
def entries() -> dict[str, Loss]:
    """The table from its files, every law proved now."""
    found = discovery.entries(sys.modules[__name__], Loss)
    for each in found.values():
        _ = each.accepted
    return found


def loss(name: str | Loss, where: str | None = None) -> Loss:
    """The loss with this name (a Loss is checked against its law and taken as it is)."""
    chosen = discovery.pick(table(), "loss", name, where)
    _ = chosen.accepted
    return chosen
