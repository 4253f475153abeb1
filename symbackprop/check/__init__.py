"""The checker: reads hand-written formulas and says whether they are true of a net.

    check(formula, net, notation="winston")     one Finding for each link of the formula
    check_file(path)                            every formula of a document
    assert_formula(formula, net)                for a user's own tests

The package shares its name with its main function, so it can be called like it.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_DOOR = {
    "check": "api",
    "check_file": "api",
    "assert_formula": "api",
    "check_formula": "api",
    "Finding": "session",
    "Settings": "settings",
    "parse_formula": "statements",
}


def __getattr__(name: str) -> Any:
    if name not in _DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_DOOR[name]}"), name)


class _Callable(ModuleType):
    """`from symbackprop import check` may give the package or the function; both are called alike."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return __getattr__("check")(*args, **options)


sys.modules[__name__].__class__ = _Callable
