"""What an earlier process found out, kept on disk, so that a process that only trains need not load SymPy again.

Every file is named by the contents of what it depends on: this package's own sources, SymPy's version, Python's. Nothing is
read back by a process that has SymPy loaded already: it has nothing to gain, and tests that change a table see their change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from symbackprop import shipped

T = TypeVar("T")
_STANDS_IN = "stands_in"  # how the type of a stand-in is marked
_HOME = Path(__file__).parent
# what generated code and its verdicts are made from; render, check and the rest may change without a new fingerprint
_SOURCES = ("activations", "losses", "codegen", "kernel", "gradients", "*.py")


def folder() -> Path:
    """Where compiled libraries and remembered facts are kept: $SYMBACKPROP_CACHE, or the user's cache folder."""
    chosen = os.environ.get("SYMBACKPROP_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "symbackprop"
    )
    return Path(chosen)


def key(*parts: str) -> str:
    """A name for what these texts determine."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def useful() -> bool:
    """Whether remembering saves anything: SymPy is not loaded yet."""
    return "sympy" not in sys.modules


@cache
def fingerprint() -> str:
    """The contents of all that a remembered fact depends on."""
    files = [*shipped.release(), *shipped.families()]
    for place in (_HOME / name for name in _SOURCES if "*" not in name):
        files += sorted(place.rglob("*.py"))
    return shipped.contents(list(dict.fromkeys([*files, *sorted(_HOME.glob("*.py"))])), sys.version)


def read(name: str) -> dict[str, Any] | None:
    """What was kept under this name by this very version; None where nothing was, or where the file is damaged."""
    try:
        path = folder() / f"{name}.{fingerprint()}.json"
        if path.stat().st_uid != os.getuid():
            return None
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return made if isinstance(made, dict) else None


def keep(name: str, facts: Mapping[str, Any]) -> None:
    """Keep plain facts under a name; quietly nothing where they are not plain or the folder cannot be written."""
    home = folder()
    path = home / f"{name}.{fingerprint()}.json"
    if read(name) is not None:
        return
    try:
        text = json.dumps(facts)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if home.stat().st_uid != os.getuid():
            return
        handle, made = tempfile.mkstemp(dir=home, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(made, path)  # never half a file under its final name
    except (OSError, TypeError, ValueError):
        return


def plain(entry: Any, symbolic: tuple[str, ...]) -> dict[str, Any]:
    """The facts of a table's entry that need no SymPy; of the symbolic ones, that they are empty."""
    fields = [each.name for each in dataclasses.fields(entry)]
    facts = {name: getattr(entry, name) for name in fields if name not in symbolic}
    facts = {name: _numbers(value) if isinstance(value, tuple) else value for name, value in facts.items()}
    empty = [name for name in symbolic if not isinstance(value := getattr(entry, name), bool) and _empty(value)]
    kernel = {"facts": entry.facts, "laws": [list(law) for law in entry.laws]}
    return {"facts": facts, "empty": empty, "undefined": entry.undefined, "kernel": kernel}


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, tuple | Mapping) and len(value) == 0)


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    """Numbers as floats (SymPy's infinity too), texts as they are."""
    return [each if isinstance(each, str | int) else float(each) for each in values]


def stand_in(kind: type[T], kept: Mapping[str, Any], symbolic: tuple[str, ...], find: Callable[[str], T]) -> T:
    """An entry that knows its plain facts and fetches the symbolic ones from the true entry when asked for them."""

    def through(name: str) -> property:
        def get(self: Any) -> Any:
            if name in self.__dict__:
                return self.__dict__[name]
            return getattr(find(self.name), name)

        return property(get)

    names = {*symbolic, "undefined"}
    fetched = {name: through(name) for name in names}
    made: Any = object.__new__(type(kind.__name__, (kind,), {**fetched, _STANDS_IN: True}))
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in kept["facts"].items()}
    nothing: dict[str, Any] = {"parameters": {}, "fused": {}, "stable": ()}
    empty = {name: nothing.get(name) for name in kept["empty"]}
    kernel = {"facts": kept["kernel"]["facts"], "laws": tuple(map(tuple, kept["kernel"]["laws"]))}
    made.__dict__.update(facts, **empty, **kernel, undefined=kept["undefined"])
    return made  # type: ignore[no-any-return]


def stands_in(entry: object) -> bool:
    """Whether this entry was made by `stand_in`."""
    return _STANDS_IN in vars(type(entry))


def table(family: str, kind: type[T], symbolic: tuple[str, ...], find: Callable[[str], T]) -> dict[str, T] | None:
    """A whole table as it came with the package or was remembered, or None."""
    kept = ((shipped.tables() or {}).get(family) or read(family)) if useful() else None
    try:
        return None if kept is None else {n: stand_in(kind, each, symbolic, find) for n, each in kept.items()}
    except (KeyError, TypeError, AttributeError):
        return None
