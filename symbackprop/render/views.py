"""Other views of a net: one neuron from near, and the stages in which backpropagation goes through the layers."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.derive import shown as S
from symbackprop.errors import unknown_name
from symbackprop.networks import Network
from symbackprop.render.diagram import COLUMN, ROW, Arrow, Diagram, Spot, columns, picture
from symbackprop.render.layout import Fence, Glyph, Layout, Limits, row
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming


def zoom(net: Network, naming: Naming, name: str, deltas: bool = False) -> Diagram:
    """One neuron: its sources, the weighted sum, the function, the output, and the neurons it feeds.

    >>> from symbackprop.notation import notation
    >>> made = zoom(Network.layered([2, 2, 1]), Naming(notation("nielsen")).for_net(Network.layered([2, 2, 1])), "u1_1")
    >>> [spot.kind for spot in made.spots]
    ['input', 'input', 'box', 'box', 'hidden', 'output']
    """
    if name not in net.by_name:
        raise unknown_name("neuron", name, net.by_name, where="--zoom")
    unit, after = net.by_name[name], [each for each, _ in net.successors.get(name, ())]
    whole = {spot.name: spot for spot in picture(net, naming, deltas=deltas).spots}
    labels = {(arrow.start, arrow.end): arrow for arrow in picture(net, naming).arrows}
    mathematics = Mathematics(naming)
    spots, arrows = list[Spot](), list[Arrow]()
    for at, edge in enumerate(unit.edges):
        spots.append(
            replace(
                _known(whole, net, naming, edge.source),
                x=0.0,
                y=(len(unit.edges) - 1) / 2 * ROW - at * ROW,
                beside=None,
                below=None,
            )
        )
        label = labels.get((edge.source, name))
        arrows.append(Arrow(edge.source, "(sum)", label.label if label else None, f"w:{edge.weight}"))
    z = S.Quantity("net_input", name)
    here = COLUMN * 1.1
    total: Layout = row(Limits("sum"), Glyph("=", "relation"), mathematics.set(z))
    delta = mathematics.set(S.Quantity("delta", name)) if deltas else None
    spots.append(Spot("(sum)", here, 0.0, "box", total, below=delta))
    spots.append(
        Spot("(function)", here + 2.1, 0.0, "box", row(mathematics.activation(name), Fence(mathematics.set(z))))
    )
    spots.append(replace(_known(whole, net, naming, name), x=here + 4.0, y=0.0, beside=None, below=None))
    arrows += [Arrow("(sum)", "(function)"), Arrow("(function)", name)]
    for at, each in enumerate(after):
        spots.append(
            replace(
                _known(whole, net, naming, each.name),
                x=here + 4.0 + COLUMN,
                y=(len(after) - 1) / 2 * ROW - at * ROW,
                beside=None,
            )
        )
        label = labels.get((name, each.name))
        arrows.append(Arrow(name, each.name, label.label if label else None, label.key if label else "", hot=deltas))
    return Diagram(tuple(spots), tuple(arrows), f"neuron {name} of the net {net.name}")


def _known(whole: dict[str, Spot], net: Network, naming: Naming, name: str) -> Spot:
    if name in whole:
        return whole[name]
    kind = "input" if name in net.inputs else "output" if name in net.outputs else "hidden"
    return Spot(name, 0.0, 0.0, kind, naming.quantity(S.Quantity("output", name)))


def stages(net: Network, naming: Naming) -> list[tuple[str, Diagram]]:
    """Backpropagation layer by layer, from the last: first the deltas of a layer, then the changes of the weights into it."""
    rows = [[name for name in names if name in net.by_name] for names in columns(net)]
    rows = [names for names in rows if names]
    base, with_deltas = picture(net, naming, weights=False), picture(net, naming, weights=False, deltas=True)
    full = picture(net, naming)
    labels = {(arrow.start, arrow.end): arrow for arrow in full.arrows}
    found: set[str] = set()
    made: list[tuple[str, Diagram]] = []
    for number, names in enumerate(reversed(rows)):
        found |= set(names)
        title = (
            "the last layer"
            if number == 0
            else "the layer before"
            if number == 1
            else f"{number} layers before the last"
        )
        spots = tuple(
            two if two.name in found else replace(one, beside=None) for one, two in zip(base.spots, with_deltas.spots)
        )
        back = tuple(
            replace(arrow, hot=_feeds(arrow, names, found, net), faint=True, label=None) for arrow in base.arrows
        )
        made.append((f"deltas of {title}", Diagram(spots, back, f"{net.name} stage {2 * number + 1}")))
        into = tuple(replace(labels.get((a.start, a.end), a), faint=False) if a.end in names else replace(a, faint=True, label=None)
                     for a in base.arrows)  # fmt: skip
        made.append(
            (f"changes of the weights into {title}", Diagram(spots, into, f"{net.name} stage {2 * number + 2}"))
        )
    return made


def _feeds(arrow: Arrow, names: list[str], found: set[str], net: Network) -> bool:
    """Whether a delta of this stage comes back along the arrow: from the cost to an output, or from a later neuron."""
    if arrow.end == "(cost)":
        return arrow.start in names
    return arrow.start in names and arrow.end in found and arrow.end in net.by_name
