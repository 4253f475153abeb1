"""Finds the entries of a folder by looking: a new file there is a new entry, with no list to edit.

Each module of a family package (`activations`, `losses`, `notation`, `codegen.backends`) defines module-level objects of
one class; `entries` imports the modules by file name, collects the objects and refuses two with one name.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Protocol, TypeVar

from symbackprop.errors import LawBroken, unknown_name


class Named(Protocol):
    """Anything that has a name to be found by."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def entries(package: ModuleType, kind: type[T]) -> dict[str, T]:
    """Every `kind` object at the top of every module of `package`, by its name, in order of name.

    Raises LawBroken when two modules claim one name.
    """
    found: dict[str, tuple[str, T]] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if not isinstance(value, kind):
                continue
            owner, known = found.setdefault(value.name, (module.__name__, value))
            if known is not value:
                raise LawBroken(
                    f"two entries are called {value.name}",
                    where=f"{owner} and {module.__name__}",
                    try_="rename one of them",
                )
    return {name: found[name][1] for name in sorted(found)}


def pick(table: dict[str, T], kind: str, name: str | T, where: str | None = None) -> T:
    """The entry called `name`; an object is taken as it is, so that a user's own entry works wherever a name does."""
    if not isinstance(name, str):
        return name
    if name not in table:
        raise unknown_name(kind, name, table, where)
    return table[name]
