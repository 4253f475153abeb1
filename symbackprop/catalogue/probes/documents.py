"""Formulas and documents as they stand on paper: notations, and conventions."""

from __future__ import annotations

from symbackprop.catalogue.row import need
from symbackprop.losses import table as losses
from symbackprop.notation import table as notations


def five_notations() -> str:
    """The documents' notations are all here, each with its source."""
    known = notations()
    wanted = ["winston", "gordon", "nielsen", "slides_net", "slides_layer"]
    return need(set(wanted) <= set(known), "; ".join(f"{name}: {known[name].source}" for name in wanted))


def conventions_are_printed() -> str:
    """Each loss says its sense and its factor."""
    seen = [f"{name}: {loss.sense}" for name, loss in losses().items()]
    return need(len(seen) >= 5, "; ".join(seen))
