"""What the tables say, as plain data that comes with the package: a first process that only trains need not load SymPy.

`shipped.json` is made by `codegen.formulas_symbolic.tables`, and a test makes it again. It counts only beside the very sources
and the release of SymPy that it was made from, and the kernel still judges the law of every entry before that is used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

_HOME = Path(__file__).parent
FILE = _HOME / "shipped.json"
_FAMILIES = ("activations", "losses")
_SOURCES = (
    "symbols.py",
    "translate.py",
    "laws.py",
    "remembered.py",
    "codegen/formulas.py",
    "codegen/formulas_symbolic.py",
)


def families() -> list[Path]:
    """The files of both tables, also in folders that somebody added."""
    places = [_HOME / name for name in _FAMILIES]
    for name in _FAMILIES:
        loaded = sys.modules.get(f"symbackprop.{name}")
        places += [] if loaded is None else [Path(each) for each in loaded.__path__]
    return list(dict.fromkeys(file for place in places for file in sorted(place.rglob("*.py"))))


def release() -> list[Path]:
    """The file that says which SymPy is installed, where there is one; nothing is imported."""
    found = importlib.util.find_spec("sympy")
    file = Path(found.origin).with_name("release.py") if found is not None and found.origin else None
    return [] if file is None or not file.exists() else [file]


def contents(files: list[Path], *more: str) -> str:
    """A name for what these files hold."""
    made = hashlib.sha256("\0".join(more).encode())
    for file in files:
        made.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return made.hexdigest()[:32]


def fingerprint() -> dict[str, str]:
    """What the plain data depend on."""
    return {"sources": contents([*families(), *(_HOME / name for name in _SOURCES)]), "sympy": contents(release())}


@cache
def tables() -> dict[str, Any] | None:
    """The shipped data; None where they were made from other sources, or by another SymPy."""
    try:
        made = json.loads(FILE.read_text(encoding="utf-8"))
        return made if made["made_from"] == fingerprint() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
