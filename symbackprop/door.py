"""Modules that share their name with their main function, and names that are loaded on first use."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    """`from symbackprop import derive` may give the package or the function, by what was imported before; both can be called."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **options)


def callable_module(name: str) -> None:
    """Let the module `name` be called like the function in it that has the same name.

    >>> import symbackprop.forward
    >>> callable(symbackprop.forward)
    True
    """
    sys.modules[name].__class__ = _CallableModule


def loaded_on_use(package: str, door: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__` that imports each name of `door` from its module the first time it is asked for."""

    def get(name: str) -> Any:
        if name not in door:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(door[name]), name)

    return get
