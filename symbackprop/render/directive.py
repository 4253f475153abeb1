"""The comment at the head of a document that tells the checker what its formulas are about: net, notation, loss."""

from __future__ import annotations

import json

from symbackprop.derive.derivation import Derivation, Table
from symbackprop.derive.shown import Written
from symbackprop.networks import Network
from symbackprop.notation import Notation
from symbackprop.specs import as_data

MAX_LENGTH = 20_000  # of a net written out in one comment


def directive(derivation: Derivation, notation: Notation) -> str:
    """`net=2-3-1 notation=winston ...`, the net written out where its sizes do not say it.

    >>> from symbackprop.derive.backpropagation import derive
    >>> from symbackprop.notation import notation
    >>> from symbackprop.networks import Network
    >>> net = Network.chain(2, bias=False)
    >>> directive(derive(net), notation("winston"))
    'net=1-1-1 notation=winston loss=performance activation=sigmoid bias=none free=z'
    """
    net, columns = derivation.net, _columns(derivation)
    if net is None or notation.source == "":
        return ""
    described = _net(net)
    if len(described["net"]) > MAX_LENGTH:
        return ""
    return " ".join(f"{key}={value}" for key, value in {"net": described.pop("net"), "notation": notation.name, **columns, **described, "free": "z"}.items())


def _columns(derivation: Derivation) -> dict[str, str]:
    """The notations that stand side by side in the tables, as the checker is told of them."""
    tables = (block for each in derivation.sections for block in each.blocks if isinstance(block, Table) and block.rows)
    rows = (row for each in tables for row in each.rows)
    names = next((tuple(cell.notation for cell in row if isinstance(cell, Written)) for row in rows), ())
    return {"columns": ",".join(names)} if len(names) > 1 else {}


def _net(net: Network) -> dict[str, str]:
    """A layered net by its sizes, any other net written out."""
    layers = net.architecture
    inner = {each.name for each in layers.activations[:-1]} or {layers.activations[-1].name} if layers is not None else set[str]()
    if layers is None or len(inner) != 1:
        written = json.dumps(as_data(net), separators=(",", ":"))
        for sign in " <>":  # a directive's words end at a space, and a comment of Markdown at -->
            written = written.replace(sign, f"\\u{ord(sign):04x}")
        return {"net": written}
    last, own = layers.activations[-1].name, inner.pop()
    return {
        "net": "-".join(map(str, layers.sizes)),
        "loss": net.loss.name,
        "activation": own,
        **({"output_activation": last} if last != own else {}),
        **({"bias": layers.bias} if layers.bias != "parameter" else {}),
    }
