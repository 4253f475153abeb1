"""What a scope takes for granted and documents do differently: the cost's sign and half, delta's sign, layers, indices, 1/n."""

from __future__ import annotations

from symbackprop.check.documents.settings import Settings
from symbackprop.errors import SymbackpropError
from symbackprop.networks import Network
from symbackprop.notation import Notation

INDEX_ORDER = {
    "layered": "w with j k leads from unit k of the layer before to unit j",
    "number": "w with j i leads from unit i to unit j",
    "position": "w of a neuron is its incoming weight; w of l -> r leads from l to r",
    "name": "w of a -> b leads from neuron a to neuron b",
}


def conventions(settings: Settings) -> dict[str, str]:
    """The conventions in force, each named; of a scope without a net only that there is none.

    >>> found = conventions(Settings(net="1-1-1", bias="none", notation="winston"))
    >>> found["cost"], found["sign of delta"]
    ('P = -1/2 (d - o)^2, maximised', 'delta is the derivative of P by p')
    """
    if settings.off:
        return {"off": "not judged"}
    try:
        net, style = settings.network(), settings.style()
    except SymbackpropError as problem:
        return {"net": problem.what}
    if net is None:
        names = [*settings.free, *(f"{name} of {count}" for name, count in settings.functions.items())]
        return {"net": "none" + (f"; declared: {', '.join(names)}" if names else "")}
    return _of_net(net, style)


def _of_net(net: Network, style: Notation) -> dict[str, str]:
    loss, letter = net.loss, style.cost_letters[0] if style.cost_letters else net.loss.letter
    inner = next((p.letter for p in style.patterns.get("net_input", ())), "z")
    up = loss.sense == "maximise"
    rate = style.rate_letters[0] if style.rate_letters else "eta"
    minus = "minus " if style.delta_sign < 0 else ""
    return {
        "net": str(net),
        "notation": f"{style.title} ({style.name})",
        "cost": f"{letter} = {loss.formula}, {loss.sense}d",
        "half": _half(loss.formula),
        "1/n": f"none: {letter} is the cost of one example, summed over its outputs",
        "sign of delta": f"delta is {minus}the derivative of {letter} by {inner}",
        "update": f"w {'+' if up else '-'} {rate} d{letter}/dw",
        "layer numbering": _layers(style),
        "index order": ("transposed; " if style.transpose_weights else "") + INDEX_ORDER[style.labels],
    }


def _half(formula: str) -> str:
    if "1/2" in formula:
        return "inside the cost: its slope has no factor"
    return "none: the slope of a square has the factor 2" if "^2" in formula else "not a square"


def _layers(style: Notation) -> str:
    if style.labels != "layered":
        return "no numbers: neurons are named one by one"
    shift = ", and weights carry the number of the layer they leave" if style.weight_shift else ""
    return f"the inputs are layer {style.input_layer}, the first computing layer is {style.input_layer + 1}{shift}"
