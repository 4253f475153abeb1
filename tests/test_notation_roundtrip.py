"""What a notation prints it reads back as the same thing: for every quantity of every net it can name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import graphs

from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.syntax import Sym
from symbackprop.check.reading.tokens import tokenize
from symbackprop.errors import FileError
from symbackprop.networks import Network
from symbackprop.notation import Notation, Places, Quantity, from_table, notation, table
from symbackprop.notation.positions import position_layers

NETS = {"1-1-1": True, "1-1-1-1-1": True, "2-3-1": True, "2-2-2-2-2": True, "3-12-2": True, "2-2-1": False}


def quantities(net: Network, style: Notation) -> list[Quantity]:
    """Everything a formula about the net can name in this notation."""
    out = [Quantity("cost"), Quantity("rate")]
    out += [Quantity("output", name) for name in net.inputs]
    for unit in net.units:
        out += [Quantity(kind, unit.name) for kind in ("output", "net_input", "delta")]
        out += [Quantity("bias", unit.name)] if unit.bias else []
        out += [Quantity("weight", unit.name, edge.source) for edge in unit.edges]
    out += [Quantity("target", name) for name in net.outputs]
    if style.labels == "layered" and not style.one_per_layer:
        kinds = ["output", "weight", "delta", "net_input"] + (["bias"] if net.units[0].bias else [])
        out += [Quantity(kind, layer=layer) for kind in kinds for layer in range(1, len(Places(net).layers))]
    return out


def read_back(text: str, style: Notation, places: Places) -> list[Quantity]:
    """Every quantity the notation can mean by this text."""
    parser = Parser(tokenize(text, latex=True, names=style.words), text)
    node = parser.expression()
    assert isinstance(node, Sym), node
    indices = {**position_layers(places.depth), "L": places.depth}
    found = []
    for reading in style.read(node.name, node.sub.tokens if node.sub else (), node.sup.tokens if node.sup else ()):
        try:
            quantity = style.resolve(reading, indices, places)
        except KeyError:  # a reading by another pattern, whose index letter has no value here
            continue
        if quantity is not None:
            found.append(quantity)
    return found


def same(one: Quantity, other: Quantity) -> bool:
    """Equal up to the two names of an input, x_k and a^0_k."""

    def plain(quantity: Quantity) -> Quantity:
        return quantity._replace(kind="output") if quantity.kind == "input" else quantity

    return plain(one) == plain(other)


@pytest.mark.parametrize("name", sorted(table()))
@pytest.mark.parametrize("sizes", sorted(NETS))
def test_what_is_printed_is_read_back(name: str, sizes: str) -> None:
    style = notation(name)
    net = Network.layered([int(n) for n in sizes.split("-")], bias=NETS[sizes])
    places = Places(net)
    if style.one_per_layer and places.width > 1:
        pytest.skip("a notation for chains")
    for quantity in quantities(net, style):
        text = style.write(quantity, places)
        found = read_back(text, style, places)
        assert found and same(found[0], quantity), (text, found, quantity)


def test_an_authors_own_notation() -> None:
    style = from_table(
        {"name": "mine", "base": "nielsen", "output": "h_j^{(l)}", "weight": ["W_{kj}^{(l)}"], "cost": "J"}
    )
    places = Places(Network.layered([2, 3, 1]))
    text = style.write(Quantity("weight", "u1_3", "x2"), places)
    assert text == "W^{(1)}_{23}"
    assert read_back(text, style, places) == [Quantity("weight", "u1_3", "x2")]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"output": "o_j^l", "net_input": "o_j^l"}, "two quantities with one symbol"),
        ({"outptu": "o"}, "no notation has this"),
        ({"output": "!!"}, "cannot be read"),
        ({"delta_sign": 3}, "sign"),
        ({"labels": "colour"}, "naming neurons"),
        ({"loss": 3}, "wrong kind"),
    ],
)
def test_a_bad_notation_is_refused(data: dict[str, object], what: str) -> None:
    with pytest.raises(FileError, match=what):
        from_table(data)


@st.composite
def layered(draw: st.DrawFn) -> Network:
    """Any layered net up to 12 units a layer."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=5))
    return Network.layered(sizes, bias=draw(st.sampled_from([True, False, "shared", "neuron"])))


@pytest.mark.parametrize("name", sorted(table()))
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_quantity_of_any_net_comes_back(name: str, data: st.DataObject) -> None:
    """resolve(parse(print(q))) == q: layered nets of all sizes, and graphs where neurons go by name or number."""
    style = notation(name)
    kinds = [layered()] + ([graphs()] if style.labels in ("name", "number") else [])
    net = data.draw(st.one_of(kinds))
    if style.one_per_layer:
        net = Network.layered([1] * data.draw(st.integers(2, 12)))
    places = Places(net)
    if (style.labels == "number" and len(places.number) > 9) or (style.labels == "position" and places.depth > 9):
        return  # w_{112} could be w_{1,12} or w_{11,2}: such numbers are written with commas
    for quantity in quantities(net, style):
        if style.labels in ("name", "number") and not _can_be_named(quantity, net):
            continue
        try:
            text = style.write(quantity, places)
        except KeyError:  # a layer that this notation has no letter for
            continue
        found = read_back(text, style, places)
        assert found and same(found[0], quantity), (text, found, quantity)


def _can_be_named(quantity: Quantity, net: Network) -> bool:
    """Whether an edge is the only one between its ends."""
    if quantity.kind != "weight" or quantity.unit is None:
        return True
    return sum(edge.source == quantity.source for edge in net.by_name[quantity.unit].edges) == 1
