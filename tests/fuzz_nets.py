"""The nets of the fuzz, described for the referee; and the same nets as the product builds them from these descriptions."""

from __future__ import annotations

from fractions import Fraction

from fuzz_formulas import NONE
from fuzz_writing import OWN, STYLES, Style
from referee_nets import Net, Unit, layered

from symbackprop.activations import activation
from symbackprop.check.documents.settings import Settings
from symbackprop.networks import Edge, Network
from symbackprop.networks import Unit as ProductUnit
from symbackprop.notation import from_table, notation

SMOOTH = ["sigmoid", "tanh", "softplus", "identity", "relu", "leaky_relu", "parametric_relu", "undefined"]


def _graph(name: str, inputs: str, outputs: str, loss: str, *units: str, ones: str = "", sign: int = 1) -> Net:
    """A net from lines such as "h tanh x1:u x2 b" : unit, activation, sources (with the weight's own name), bias."""
    made = list[Unit]()
    for line in units:
        unit, kind, *rest = line.split()
        edges, bias = list[tuple[str, str | Fraction]](), None
        for each in rest:
            source, _, weight = each.partition(":")
            if source == "bias":
                bias = weight or f"b_{unit}"
            else:
                number = Fraction(weight) if weight and weight[0].isdigit() else None
                edges.append((source, number if number is not None else weight or f"w_{source}_{unit}"))
        made.append(Unit(unit, kind, tuple(edges), bias, Fraction(1, 100) if kind == "leaky_relu" else None,
                         "g" if kind == "softmax" else None))  # fmt: skip
    return Net(name, tuple(inputs.split()), tuple(made), tuple(outputs.split()), loss, (), tuple(ones.split()), sign)


GRAPHS = [
    _graph("skip edges", "x1 x2", "o", "half_squared", "h tanh x1 x2 bias", "m sigmoid h x1 bias", "o sigmoid m h x2 bias"),
    _graph("skip, two outputs", "p q", "s t", "squared", "h tanh p q bias", "m softplus h p bias", "s sigmoid h m bias", "t identity m q bias"),
    _graph("tied", "x1 x2 x3", "o", "half_squared", "h tanh x1:u x2:v bias:b", "m tanh x2:u x3:v bias:b", "o identity h:w m:1/2 bias:c"),
    _graph("tied through layers", "x", "o", "performance", "h sigmoid x:w bias:b", "m sigmoid h:w bias:b", "o sigmoid m:w bias:b"),
    _graph("nine neurons", "1", "9", "squared", "3 sigmoid 1 2b", "4 sigmoid 1 2b", "6 sigmoid 3 4 5b", "7 sigmoid 4 5b",
           "9 sigmoid 6 7 8b", ones="2b 5b 8b"),
    _graph("undefined graph", "x1 x2", "o", "undefined", "h undefined x1 x2", "m undefined h x2", "o undefined m h"),
    _graph("relu graph", "x1 x2", "o", "half_squared", "h relu x1 x2 bias", "m leaky_relu h x1", "o identity m h bias"),
    _graph("softmax graph", "x1 x2", "s t", "softmax_cross_entropy", "h tanh x1 x2 bias", "s softmax h x1 bias", "t softmax h bias"),
]  # fmt: skip


def layered_nets(sign: int = 1) -> list[Net]:
    """Every activation and every loss on small layered nets."""
    sizes = [(1, 1), (2, 1), (2, 2), (1, 1, 1), (2, 2, 1), (2, 3, 2), (1, 2, 2), (2, 2, 2, 2)]
    losses = ["half_squared", "performance", "squared", "undefined"]
    out = [layered(sizes[(3 * a + 2 * b) % 8], kind, loss, sign=sign) for a, kind in enumerate(SMOOTH) for b, loss in enumerate(losses)]
    out += [layered(size, kind, "binary_cross_entropy", last="sigmoid", sign=sign)
            for size, kind in zip(sizes[3:], ["sigmoid", "tanh", "softplus", "relu", "identity"])]  # fmt: skip
    out += [layered(size, kind, "softmax_cross_entropy", last="softmax", sign=sign)
            for size, kind in [((2, 2), "tanh"), ((2, 3, 2), "tanh"), ((1, 2, 2), "sigmoid"), ((2, 2, 2), "relu")]]  # fmt: skip
    out += [layered((2, 2, 1), "sigmoid", "half_squared", bias="none", sign=sign), layered((2, 2, 2), "tanh", "half_squared", bias="shared", sign=sign),
            layered((1, 1, 1), "sigmoid", "performance", bias="none", sign=sign), layered((2, 2, 2), "tanh", "squared", last="softmax", sign=sign)]  # fmt: skip
    return out


def chains() -> list[Net]:
    """One neuron a layer, two to four of them."""
    return [layered((1,) * (n + 1), kind, "half_squared") for n, kind in [(2, "sigmoid"), (3, "tanh"), (4, "undefined"), (3, "identity"), (2, "softplus")]]


def nets_for(style: Style) -> list[Net]:
    """The nets that a style can speak of."""
    if style.family == "chain":
        return chains()
    if style.family == "name":
        return GRAPHS
    if style.family == "number":
        graphs = [Net(**{**{k: getattr(n, k) for k in ("name", "inputs", "units", "outputs", "loss", "layers", "ones")}, "delta_sign": -1})
                  for n in GRAPHS]  # fmt: skip
        return [*graphs, *layered_nets(-1)[:12]]
    if style.family == "position":
        return [net for net in layered_nets() if net.depth >= 2 and len(net.activations()) == 1 and net.loss != "binary_cross_entropy"]
    return [*layered_nets(), *([NONE] if style.notation == "nielsen" else [])]


def build(net: Net) -> Network | str:
    """The product's net of the same description."""
    if not net.units:
        return "none"
    units = [
        ProductUnit(unit.name, activation(unit.activation), tuple(Edge(s, w) for s, w in unit.edges), unit.bias,
                    (("alpha", unit.alpha),) if unit.alpha is not None else (), unit.group)
        for unit in net.units
    ]  # fmt: skip
    return Network(net.inputs, units, net.outputs, net.loss, ones=net.ones, name=net.name)


def settings(net: Net, style: Style, apart: tuple[tuple[str, str], ...] = ()) -> Settings:
    """What the checker is told about the net, the notation and the letters that differ."""
    name = style.notation
    chosen = from_table(OWN) if name == "mine" else notation(name)
    return Settings(net=build(net), notation=chosen, where=tuple(f"{one} != {other}" for one, other in apart),
                    free=("x",) if not net.units else ())  # fmt: skip


def levels(net: Net, style: Style) -> range | None:
    """Winston's l is a computing layer, the first one where the net has two."""
    if style.family != "position":
        return None
    return range(1, 2) if net.depth == 2 else range(1, net.depth + 1)


ALL = [(style, net) for style in STYLES.values() for net in nets_for(style)]
