"""The formats a derivation can be written in: one function each, by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symbackprop.derive.backpropagation import derive
from symbackprop.derive.derivation import Derivation
from symbackprop.errors import unknown_name
from symbackprop.notation import Notation
from symbackprop.notation import notation as find_notation
from symbackprop.render.latex import LatexPrinter
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming


@dataclass(frozen=True)
class Format:
    """One kind of file: its name, and how a derivation becomes its text."""

    name: str
    write: Callable[..., str]


def _tex(derivation: Derivation, mathematics: Mathematics, fragment: bool = False) -> str:
    printer = LatexPrinter(mathematics)
    return printer.fragment(derivation) if fragment else printer.document(derivation)


FORMATS: Mapping[str, Format] = {each.name: each for each in (Format("tex", _tex),)}


def write(derivation: Derivation, form: str, notation: str | Notation | None = None, **options: Any) -> str:
    """The derivation as text in the format `form`."""
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    chosen = find_notation(notation or derivation.notation)
    if chosen.delta_sign != derivation.delta_sign and derivation.net is not None:
        derivation = derive(derivation.net, notation=chosen)  # delta has the other sign there, so other lines are true
    return FORMATS[form].write(derivation, Mathematics(Naming(chosen, derivation.net)), **options)
