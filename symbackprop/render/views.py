"""Other views of a net: one neuron from near, and the stages in which backpropagation goes through the layers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbackprop.derive import shown as S
from symbackprop.errors import unknown_name
from symbackprop.networks import Network
from symbackprop.render.diagram import COLUMN, ROW, Diagram, columns, picture, spot_of, weight
from symbackprop.render.layout import Fence, Glyph, Layout, Limits, row
from symbackprop.render.mathematics import Mathematics
from symbackprop.render.naming import Naming
from symbackprop.render.placing import RADIUS, Arrow, Spot, reach, settled

WIDE = 11.0  # cm of a picture beside which no other stands
MANY = 9  # more sources or followers than this are abridged


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
    mathematics, z = Mathematics(naming), S.Quantity("net_input", name)
    arrows: list[Arrow] = []
    left = [edge.source for edge in unit.edges]
    spots = _stack(net, naming, left, 0.0)
    shown = {spot.name for spot in spots}
    arrows += [
        Arrow(edge.source, "(sum)", weight(naming, edge.weight), f"w:{edge.weight}")
        for edge in unit.edges
        if edge.source in shown
    ]
    bias = weight(naming, unit.bias) if isinstance(unit.bias, str) else None
    total: Layout = row(Limits("sum"), Glyph("=", "relation"), mathematics.set(z))
    boxes = [Spot("(sum)", 0.0, 0.0, "box", total, beside=bias),
             Spot("(function)", 0.0, 0.0, "box", row(mathematics.activation(name), Fence(mathematics.set(z))))]  # fmt: skip
    x = COLUMN * 0.9
    for box in boxes:
        spots.append(replace(box, x=x + reach(box)[0]))
        x += 2 * reach(box)[0] + 0.9
    delta = mathematics.set(S.Quantity("delta", name)) if deltas else None
    x += RADIUS
    spots.append(replace(spot_of(net, naming, name), x=x, y=0.0, beside=None, below=delta))
    arrows += [Arrow("(sum)", "(function)"), Arrow("(function)", name)]
    right = _stack(net, naming, [each.name for each in after], x + COLUMN, deltas)
    ways = {each.name: value for each, value in net.successors.get(name, ())}
    arrows += [Arrow(name, spot.name, weight(naming, ways[spot.name]), f"w:{ways[spot.name]}", hot=deltas)
               for spot in right if spot.name in ways]  # fmt: skip
    placed, ends, *_ = settled([*spots, *right], arrows)
    return Diagram(tuple(placed), tuple(ends), f"neuron {name} of the net {net.name}")


def _stack(net: Network, naming: Naming, names: list[str], x: float, deltas: bool = False) -> list[Spot]:
    """Neurons one under the other, the middle ones of many left out."""
    kept = names if len(names) <= MANY else [*names[:3], f"...{names[0]}", names[-1]]
    top = (len(kept) - 1) / 2
    made = (spot_of(net, naming, each, x, (top - at) * ROW, deltas) for at, each in enumerate(kept))
    return [spot if deltas else replace(spot, beside=None) for spot in made]


@dataclass(frozen=True)
class Strip:
    """Pictures with captions, in rows."""

    stages: tuple[tuple[str, Diagram], ...]
    title: str = "the stages of backpropagation"

    @property
    def across(self) -> int:
        """How many stand in a row: two where they are small."""
        widest = max(right - left for left, _, right, _ in (diagram.box for _, diagram in self.stages))
        return min(2 if widest <= WIDE else 1, len(self.stages))


def stages(net: Network, naming: Naming) -> Strip:
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
    return Strip(tuple(made))


def _feeds(arrow: Arrow, names: list[str], found: set[str], net: Network) -> bool:
    """Whether a delta of this stage comes back along the arrow: from the cost to an output, or from a later neuron."""
    if arrow.end == "(cost)":
        return arrow.start in names
    return arrow.start in names and arrow.end in found and arrow.end in net.by_name
