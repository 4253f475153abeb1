"""The picture of a net as data: neurons at places, arrows with labels that have found a free spot. SVG and TikZ both draw it.

Layers stand in columns from left to right; a net without layers is put in columns by its longest paths. Wide layers show
their first neurons, dots, and the last; where too many arrows meet, the labels are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot

from symbackprop.derive import shown as S
from symbackprop.networks import Network
from symbackprop.render.layout import Glyph, Layout, width
from symbackprop.render.naming import Naming, Unnameable, number, own_name

COLUMN, ROW, RADIUS = 3.1, 1.5, 0.42  # cm
MANY_ROWS, MANY_EDGES = 7, 30
EM = 0.29  # cm of a label's em


@dataclass(frozen=True, slots=True)
class Spot:
    """A neuron: its place in cm, its kind, what stands in it and beside it."""

    name: str
    x: float
    y: float
    kind: str
    label: Layout | None = None
    beside: Layout | None = None
    below: Layout | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two neurons; `at` is where along it the label stands, from 0 to 1."""

    start: str
    end: str
    label: Layout | None = None
    key: str = ""
    at: float = 0.5
    faint: bool = False
    hot: bool = False  # what this stage of a strip is about


@dataclass(frozen=True)
class Diagram:
    """Spots and arrows, and the box they fill."""

    spots: tuple[Spot, ...]
    arrows: tuple[Arrow, ...]
    title: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in cm."""
        xs, ys = [s.x for s in self.spots], [s.y for s in self.spots]
        low = 0.75 if any(s.beside is not None or s.below is not None for s in self.spots) else 0.15
        right = max((s.x + (0.3 + EM * width(s.beside) if s.beside is not None else 0) for s in self.spots), default=0)
        return (
            min(xs) - RADIUS - 0.15,
            min(ys) - RADIUS - low,
            max(max(xs), right) + RADIUS + 0.2,
            max(ys) + RADIUS + 0.35,
        )

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
    cost: bool = True,
) -> Diagram:  # fmt: skip
    """The diagram of a net in a notation; `deltas` writes each delta under its neuron, `only` draws a part of the net."""
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
    spots: list[Spot] = []
    skips = net.depths is None
    for column, row in enumerate(shown):
        top = (len(row) - 1) / 2
        for at, name in enumerate(row):
            lift = 0.5 * (column % 2 * 2 - 1) * step if skips and len(row) == 1 and 0 < column < len(shown) - 1 else 0.0
            spots.append(_spot(net, naming, name, column * gap, (top - at) * step + lift, deltas))
    arrows = _arrows(net, naming, {spot.name for spot in spots}, weights and not any(crowded))
    if cost and only is None:
        spots, arrows = _with_cost(net, naming, spots, arrows, len(shown) * gap - 0.35 * gap)
    return Diagram(tuple(spots), tuple(_placed(spots, arrows)), f"net {net.name}")


def _label_width(net: Network, naming: Naming) -> float:
    names = net.parameters if net.architecture is None or net.architecture.count() <= 200 else ()
    return max((EM * width(_weight(naming, name)) for name in names), default=0.0)


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


def _spot(net: Network, naming: Naming, name: str, x: float, y: float, deltas: bool) -> Spot:
    if name.startswith("..."):
        return Spot(name, x, y, "dots")
    if name in net.ones:
        return Spot(name, x, y, "bias", number(1))
    if name in net.inputs:
        return Spot(name, x, y, "input", _symbol(naming, S.Quantity("input", name), name))
    unit = net.by_name[name]
    beside = None
    if isinstance(unit.bias, str):
        beside = _weight(naming, unit.bias)
    below = _symbol(naming, S.Quantity("delta", name), "") if deltas else None
    kind = "output" if name in net.outputs else "hidden"
    return Spot(name, x, y, kind, _symbol(naming, S.Quantity("output", name), name), None if below else beside, below)


def _symbol(naming: Naming, form: S.Quantity, otherwise: str) -> Layout:
    try:
        return naming.quantity(form)
    except Unnameable:
        return own_name(otherwise)


def _weight(naming: Naming, name: str) -> Layout:
    return _symbol(naming, S.Quantity("weight", name), name)


def _arrows(net: Network, naming: Naming, there: set[str], labels: bool) -> list[Arrow]:
    found: list[Arrow] = []
    for unit in (unit for unit in net.units if unit.name in there) if there else ():
        for edge in unit.edges:
            if edge.source not in there:
                continue
            label: Layout | None = None
            key = ""
            if isinstance(edge.weight, str):
                label, key = (_weight(naming, edge.weight) if labels else None), f"w:{edge.weight}"
            elif labels:
                label = Glyph(f"{float(edge.weight):g}", "number")
            found.append(Arrow(edge.source, unit.name, label, key, faint=not labels))
    return found


def _with_cost(
    net: Network, naming: Naming, spots: list[Spot], arrows: list[Arrow], x: float
) -> tuple[list[Spot], list[Arrow]]:
    ends = [spot for spot in spots if spot.name in set(net.outputs)]
    middle = sum(spot.y for spot in ends) / len(ends)
    spots = [*spots, Spot("(cost)", x, middle, "cost", naming.quantity(S.Quantity("cost")))]
    return spots, [*arrows, *(Arrow(spot.name, "(cost)", faint=True) for spot in ends)]


def _placed(spots: list[Spot], arrows: list[Arrow]) -> list[Arrow]:
    """Each label takes the place along its arrow that touches the fewest neurons, labels and other arrows."""
    where = {spot.name: spot for spot in spots}
    taken: list[tuple[float, float, float, float]] = []
    placed: list[Arrow] = []
    for arrow in arrows:
        if arrow.label is None:
            placed.append(arrow)
            continue
        half = EM * width(arrow.label) / 2 + 0.05
        best = min((_cost(arrow, at, half, where, taken, arrows), abs(at - 0.42), at) for at in _ALONG)
        x, y = _point(arrow, best[2], where)
        taken.append((x - half, y - 0.19, x + half, y + 0.19))
        placed.append(replace(arrow, at=best[2]))
    return placed


_ALONG = tuple(0.24 + 0.04 * k for k in range(14))


def _point(arrow: Arrow, at: float, where: Mapping[str, Spot]) -> tuple[float, float]:
    one, two = where[arrow.start], where[arrow.end]
    return one.x + at * (two.x - one.x), one.y + at * (two.y - one.y)


def _cost(arrow: Arrow, at: float, half: float, where: Mapping[str, Spot],
          taken: list[tuple[float, float, float, float]], arrows: list[Arrow]) -> float:  # fmt: skip
    x, y = _point(arrow, at, where)
    total = 0.0
    for left, low, right, high in taken:
        if left < x + half and right > x - half and low < y + 0.2 and high > y - 0.2:
            total += 10
    for spot in where.values():
        if hypot(spot.x - x, spot.y - y) < RADIUS + half:
            total += 6
    for other in arrows:
        if other is arrow or {other.start, other.end} == {arrow.start, arrow.end}:
            continue
        one, two = where[other.start], where[other.end]
        if two.x == one.x or not min(one.x, two.x) <= x <= max(one.x, two.x):
            continue
        height = one.y + (two.y - one.y) * (x - one.x) / (two.x - one.x)
        total += max(0.0, 1 - abs(height - y) / 0.3)
    return total
