"""The backends: every Backend in a file of this folder, found by looking; a new file is a new compile target."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from symbackprop import discovery
from symbackprop.codegen.backend import Backend
from symbackprop.errors import SymbackpropError, unknown_name
from symbackprop.networks import Network


class BackendMissing(SymbackpropError):
    """A backend that cannot be used on this machine; the message says what it lacks."""


@cache
def table() -> dict[str, Backend]:
    """Every backend by name.

    >>> "numpy" in table()
    True
    """
    return discovery.entries(sys.modules[__name__], Backend)


def choose(name: str | Backend, net: Network, failed: Mapping[str, str] = MappingProxyType({})) -> tuple[Backend, str]:
    """The backend called `name` and why; "auto" takes the fastest one that this machine can use and that has not `failed`.

    Not: a look at graphics processors, whose library would have to be loaded for it; ask for "jax" to use one.
    Raises: NameUnknown, BackendMissing.
    """
    if name != "auto":
        chosen = discovery.pick(table(), "backend", name)
        if not isinstance(chosen, Backend):
            raise unknown_name("backend", name, (*table(), "auto"))
        reason = chosen.missing() or chosen.suits(net)
        if reason is not None:
            raise BackendMissing(f"the backend {chosen.name} cannot be used here", got=reason, try_='backend="auto"')
        return chosen, "asked for"
    passed: list[str] = []
    count = net.architecture.count() if net.architecture else len(net.parameters)
    for each in sorted((b for b in table().values() if b.rank is not None), key=lambda b: (count > b.most, b.rank or 0)):
        reason = failed.get(each.name) or each.missing() or each.suits(net)
        if reason is None:
            said = "; ".join(passed)
            return each, f"the fastest of those usable here{f' ({said})' if said else ''}"
        passed.append(f"{each.name}: {reason}")
    raise BackendMissing("no backend can be used here", got="; ".join(passed))
