"""The comment at the head of a document that tells the checker what its formulas are about: net, notation, loss."""

from __future__ import annotations

from symbackprop.derive.derivation import Derivation, Table
from symbackprop.notation import Notation


def directive(derivation: Derivation, notation: Notation) -> str:
    """`net=2-3-1 notation=winston ...`, or nothing for a net that one line cannot describe.

    >>> from symbackprop.derive.backpropagation import derive
    >>> from symbackprop.notation import notation
    >>> from symbackprop.networks import Network
    >>> net = Network.chain(2, bias=False)
    >>> directive(derive(net), notation("winston"))
    'net=1-1-1 notation=winston loss=performance activation=sigmoid bias=none free=z'
    """
    net = derivation.net
    several = any(
        isinstance(block, Table) and block.rows and block.steps for each in derivation.sections for block in each.blocks
    )
    if net is None or net.architecture is None or several:
        return ""
    layers = net.architecture
    inner = {each.name for each in layers.activations[:-1]} or {layers.activations[-1].name}
    if len(inner) != 1 or notation.source == "":
        return ""
    last = layers.activations[-1].name
    own = inner.pop()
    parts = {
        "net": "-".join(map(str, layers.sizes)),
        "notation": notation.name,
        "loss": net.loss.name,
        "activation": own,
        **({"output_activation": last} if last != own else {}),
        **({"bias": layers.bias} if layers.bias != "parameter" else {}),
        "free": "z",
    }
    return " ".join(f"{key}={value}" for key, value in parts.items())
