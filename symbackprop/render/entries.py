"""The files of the book: every derivation of the package `derivations`, in the order of its PLACE."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from itertools import pairwise

from symbackprop.derive.derivation import Derivation
from symbackprop.errors import FileError


@dataclass(frozen=True)
class Entry:
    """One file of the book."""

    name: str
    place: tuple[int, int]
    derivation: Derivation


def chapters() -> dict[int, tuple[str, str]]:
    """Number to title and source of every chapter."""
    found: dict[int, tuple[str, str]] = importlib.import_module("derivations").CHAPTERS
    return found


def entries(names: list[str] | None = None) -> list[Entry]:
    """Every derivation of the book in order; FileError where two claim one place."""
    package = importlib.import_module("derivations")
    found: list[Entry] = []
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_") or (names is not None and info.name not in names):
            continue
        module = importlib.import_module(f"derivations.{info.name}")
        found.append(Entry(info.name, module.PLACE, module.derivation()))
    found.sort(key=lambda entry: entry.place)
    for one, two in pairwise(found):
        if one.place == two.place:
            raise FileError(
                "two derivations have one place in the book", where=f"derivations.{one.name} and {two.name}"
            )
    return found
