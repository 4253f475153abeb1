"""The activation functions: every Activation in a file of this folder, admitted only with its law proved."""

from __future__ import annotations

import sys
from functools import cache

from symbackprop import discovery, remembered
from symbackprop.activations.activation import SYMBOLIC, Activation


@cache
def table() -> dict[str, Activation]:
    """Every activation by name; LawBroken where an entry's derivative or stable form is not what it says.

    >>> sorted(table())[:3]
    ['identity', 'leaky_relu', 'parametric_relu']
    """
    return remembered.table("activations", Activation, SYMBOLIC, lambda name: entries()[name]) or entries()


@cache
def entries() -> dict[str, Activation]:
    """The table from its files, every law proved now."""
    found = discovery.entries(sys.modules[__name__], Activation)
    for each in found.values():
        _ = each.accepted
    return found


def activation(name: str | Activation, where: str | None = None) -> Activation:
    """The activation with this name (an Activation is checked against its law and taken as it is)."""
    chosen = discovery.pick(table(), "activation", name, where)
    _ = chosen.accepted
    return chosen
