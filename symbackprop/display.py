"""Objects that show themselves in a notebook. What prints them is handed over by the door, so that nothing here points up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Bundle = Callable[[object], dict[str, Any]]
_PRINTERS: list[Bundle] = []


def shown_by(printer: Bundle) -> Bundle:
    """Hand over what makes the pictures and pages: `symbackprop/__init__.py` does, once, and loads the printing room when it is asked."""
    _PRINTERS[:] = [printer]
    return printer


class Showable:
    """Something with a picture or a page: text/html, text/latex where there is one, and text/plain.

    >>> class Thing(Showable):
    ...     pass
    >>> Thing()._repr_mimebundle_()["text/plain"].startswith("<")
    True
    """

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return _PRINTERS[0](self) if _PRINTERS else {"text/plain": repr(self)}
