"""The picture of a net as data: neurons at places, arrows with labels that have found a free spot. SVG and TikZ both draw it.

Layers stand in columns from left to right; a net without layers is put in columns by its longest paths. Wide layers show
their first neurons, dots, and the last; where too many arrows meet, the labels are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from symbackprop.derive import shown as S
from symbackprop.networks import Network
from symbackprop.notation.greek import LETTERS
from symbackprop.render.layout import Glyph, Layout, Named, Row, Scripts, width
from symbackprop.render.naming import Naming, Unnameable, number, own_name
from symbackprop.render.placing import EM, Arrow, Spot, bent, label_box, path, reach, settled, thinned

COLUMN, ROW = 3.1, 1.5  # cm
PAGE = 15.0  # cm: the width of a page's text
MANY_ROWS, MANY_EDGES = 7, 30
WIDEST = 3.2  # em of a symbol with its names in full
STRETCHES = (
    (1.0, 1.0),
    (1.0, 1.3),
    (1.3, 1.3),
    (1.3, 1.6),
    (1.7, 1.6),
)  # columns and rows further apart, until the labels have room and no other arrow runs through them


@dataclass(frozen=True)
class Diagram:
    """Spots and arrows, and the box they fill."""

    spots: tuple[Spot, ...]
    arrows: tuple[Arrow, ...]
    title: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in cm."""
        where = self.by_name
        points = [point for arrow in self.arrows if arrow.bend for point in path(arrow, where)]
        for spot in self.spots:
            across, high = reach(spot)
            points += [(spot.x - across, spot.y - high), (spot.x + across, spot.y + high)]
            box = label_box(spot)
            points += [box[:2], box[2:]] if box is not None else []
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs) - 0.15, min(ys) - 0.15, max(xs) + 0.15, max(ys) + 0.15

    @property
    def by_name(self) -> dict[str, Spot]:
        """Spots by name."""
        return {spot.name: spot for spot in self.spots}


def columns(net: Network) -> list[list[str]]:
    """The neurons in columns: layers where there are any, else by the longest path from the inputs."""
    depth: dict[str, int] = dict.fromkeys(net.inputs, 0)
    ones = set(net.ones)
    layers = net.depths
    for unit in net.units:
        before = [depth[edge.source] for edge in unit.edges if edge.source not in ones]
        depth[unit.name] = layers[unit.name] if layers else 1 + max(before, default=0)
    last = max(depth.values())
    for name in net.outputs:
        if not net.successors.get(name) and not layers:
            depth[name] = last
    result: list[list[str]] = [[] for _ in range(last + 1)]
    for name in (*net.inputs, *(unit.name for unit in net.units)):
        result[depth[name]].append(name)
    for one in net.ones:
        users = [depth[unit.name] for unit, _ in net.successors.get(one, ())]
        result[max(0, min(users, default=1) - 1)].append(one)
    return result


def picture(
    net: Network, naming: Naming, *, deltas: bool = False, weights: bool = True, only: frozenset[str] | None = None,
    cost: bool = True, keep: str = "",
) -> Diagram:  # fmt: skip
    """The diagram of a net in a notation; `deltas` writes each delta under its neuron, `only` draws a part of the net.

    Where the arrows of a layered net leave no room, some labels are left out, that of the weight `keep` last: the others show
    how the indices go. The arrow of `keep` is marked as to be adjusted, with room for these words.
    """
    rows = columns(net) if net.architecture is None or net.architecture.count() <= 20_000 else _sizes(net)
    if only is not None:
        rows = [kept for kept in ([name for name in row if name in only] for row in rows) if kept]
    shown = [_abridged(row) for row in rows]
    crowded = [len(a) * len(b) > MANY_EDGES for a, b in pairwise(shown)] or [False]
    crowded[0] |= any(name.startswith("...") for row in shown for name in row)
    height = max(len(row) for row in shown)
    step = ROW if height <= 5 else ROW * 0.85
    gap = COLUMN if weights and not any(crowded) else COLUMN * 0.85
    if weights and not any(crowded):
        gap += min(1.6, max(0.0, 1.1 * (_label_width(net, naming) - 0.6)))
    labels = weights and not any(crowded)
    arrows = _arrows(net, naming, {name for row in shown for name in row}, labels, keep)
    made: list[tuple[int, int, int, list[Spot], list[Arrow]]] = []
    for attempt, (wide, high) in enumerate(STRETCHES if labels else STRETCHES[:1]):
        spots = _columns(net, naming, shown, gap * wide, step * high, deltas)
        if cost and only is None:
            spots, drawn = _with_cost(net, naming, spots, arrows, (len(shown) - 0.35) * gap * wide)
        else:
            drawn = arrows
        spots, drawn, lying, crossed = settled(spots, bent(spots, drawn))
        if wide == 1.0 or max(spot.x for spot in spots) <= PAGE:  # a wider picture would be made smaller again
            made.append((lying, crossed, attempt, spots, drawn))
        if not lying + crossed:
            break
    lying, crossed, _, spots, drawn = min(made, key=lambda each: each[:3])
    if net.depths is not None and lying + crossed:
        spots, drawn = thinned(spots, drawn, f"w:{keep}")
    return Diagram(tuple(spots), tuple(drawn), f"net {net.name}")


def _columns(net: Network, naming: Naming, shown: list[list[str]], gap: float, step: float, deltas: bool) -> list[Spot]:
    """The neurons in their columns; where a net has no layers, neurons alone in a column stand in turn above and below."""
    spots: list[Spot] = []
    skips = net.depths is None
    for column, row in enumerate(shown):
        top = (len(row) - 1) / 2
        for at, name in enumerate(row):
            lift = 0.5 * (column % 2 * 2 - 1) * step if skips and len(row) == 1 and 0 < column < len(shown) - 1 else 0.0
            spots.append(spot_of(net, naming, name, column * gap, (top - at) * step + lift, deltas))
    return spots


def marked(diagram: Diagram, weight: str) -> Diagram:
    """The same picture with every arrow of this weight marked as to be adjusted."""
    arrows = (replace(arrow, mark=arrow.key == f"w:{weight}") for arrow in diagram.arrows)
    return replace(diagram, arrows=tuple(arrows))


def _label_width(net: Network, naming: Naming) -> float:
    names = net.parameters if net.architecture is None or net.architecture.count() <= 200 else ()
    return max((EM * width(weight(naming, name)) for name in names), default=0.0)


def _sizes(net: Network) -> list[list[str]]:
    """The first few names and the last of each layer, without writing the whole net out."""
    layers = net.architecture
    assert layers is not None

    def row(layer: int, size: int) -> list[str]:
        indices = range(1, size + 1) if size <= MANY_ROWS else [1, 2, 3, size]
        names = [f"x{k}" if layer == 0 else f"u{layer}_{k}" for k in indices]
        return names if size <= MANY_ROWS else [*names[:3], f"...{layer}", names[3]]

    return [row(layer, size) for layer, size in enumerate(layers.sizes)]


def _abridged(row: list[str]) -> list[str]:
    if len(row) <= MANY_ROWS or any(name.startswith("...") for name in row):
        return row
    return [*row[:3], f"...{row[0]}", row[-1]]


def spot_of(net: Network, naming: Naming, name: str, x: float = 0.0, y: float = 0.0, deltas: bool = False) -> Spot:
    """A neuron at a place, with its symbol and its bias or delta; a name of dots stands for those left out."""
    if name.startswith("..."):
        return Spot(name, x, y, "dots")
    if name in net.ones:
        return Spot(name, x, y, "bias", number(1))
    if name in net.inputs:
        return Spot(name, x, y, "input", _symbol(naming, S.Quantity("input", name), name))
    unit = net.by_name[name]
    beside = None
    if isinstance(unit.bias, str):
        beside = weight(naming, unit.bias)
    below = _symbol(naming, S.Quantity("delta", name), "") if deltas else None
    kind = "output" if name in net.outputs else "hidden"
    return Spot(name, x, y, kind, _symbol(naming, S.Quantity("output", name), name), None if below else beside, below)


def _symbol(naming: Naming, form: S.Quantity, otherwise: str) -> Layout:
    try:
        return short(naming.quantity(form))
    except Unnameable:
        return short(own_name(otherwise))


def short(layout: Layout) -> Layout:
    """A symbol as a picture has room for it: in a wide one long names are cut, for the place says which neuron it is.

    >>> short(Scripts(Glyph("y"), Glyph("temperature", "name")))
    Scripts(base=Glyph(name='y', kind='letter'), sub=Glyph(name='tem…', kind='name'), sup=None, primes=0)
    """
    return layout if width(layout) <= WIDEST else _cut(layout)


def _cut(layout: Layout) -> Layout:
    match layout:
        case Glyph(name, kind):
            return Glyph(name[:3] + "…", "name") if len(name) > 4 and name not in LETTERS and kind in ("name", "letter") else layout
        case Row(items):
            return Row(tuple(map(_cut, items)))
        case Scripts(base, sub, sup, primes):
            return Scripts(_cut(base), sub and _cut(sub), sup and _cut(sup), primes)
        case Named(inner, key):
            return Named(_cut(inner), key)
    return layout


def weight(naming: Naming, value: str | Fraction) -> Layout:
    """A weight on an arrow: its symbol, or its number."""
    if isinstance(value, str):
        return _symbol(naming, S.Quantity("weight", value), value)
    return Glyph(f"{float(value):g}", "number")


def _arrows(net: Network, naming: Naming, there: set[str], labels: bool, keep: str = "") -> list[Arrow]:
    found: list[Arrow] = []
    for unit in (unit for unit in net.units if unit.name in there) if there else ():
        for edge in unit.edges:
            if edge.source not in there:
                continue
            label = weight(naming, edge.weight) if labels else None
            key = f"w:{edge.weight}" if isinstance(edge.weight, str) else ""
            found.append(Arrow(edge.source, unit.name, label, key, faint=not labels, mark=bool(keep) and key == f"w:{keep}"))
    return found


def _with_cost(
    net: Network, naming: Naming, spots: list[Spot], arrows: list[Arrow], x: float
) -> tuple[list[Spot], list[Arrow]]:
    ends = [spot for spot in spots if spot.name in set(net.outputs)]
    middle = sum(spot.y for spot in ends) / len(ends)
    spots = [*spots, Spot("(cost)", x, middle, "cost", naming.quantity(S.Quantity("cost")))]
    return spots, [*arrows, *(Arrow(spot.name, "(cost)", faint=True) for spot in ends)]
