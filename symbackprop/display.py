"""Objects that show themselves in a notebook: they ask the printing room by name, so no import points up.

A notebook calls `_repr_mimebundle_`; only then is the printing room loaded.
"""

from __future__ import annotations

import importlib
from typing import Any


class Showable:
    """Something with a picture or a page: text/html, text/latex where there is one, and text/plain.

    >>> class Thing(Showable):
    ...     pass
    >>> Thing()._repr_mimebundle_()["text/plain"].startswith("<")
    True
    """

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = importlib.import_module("symbackprop.render.notebooks").bundle(self)
        return bundle
