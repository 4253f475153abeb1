"""The room that prints: one document tree, small printers, no arithmetic.

render(derive(net), "html", notation="winston")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbackprop.door import callable_module

if TYPE_CHECKING:
    from symbackprop.derive.derivation import Derivation
    from symbackprop.notation import Notation

__all__ = ["render"]


def render(derivation: Derivation, form: str, notation: str | Notation | None = None, *, fragment: bool = False) -> str:
    """The derivation as text in a format of `formats.FORMATS`, in a notation (by default the derivation's own).

    Raises: NameUnknown for an unknown format or notation; Unnameable where the notation cannot name the net.

    >>> from symbackprop.networks import Network
    >>> from symbackprop.derive.backpropagation import derive
    >>> "documentclass" in render(derive(Network.chain(2, bias=False)), "tex", notation="winston")
    True
    """
    from symbackprop.render.formats import write

    made = write(derivation, form, notation, fragment=fragment)
    return made if isinstance(made, str) else made.decode("latin-1")


callable_module(__name__)
