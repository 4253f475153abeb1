"""Where the labels of a picture stand: along their arrows and over or under their neurons, off one another where there is room.

An arrow that would run through a neuron bends round it. All lengths are in cm of the picture; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot

from symbackprop.render.layout import Layout, width

RADIUS = 0.42  # of a neuron
EM = 0.37  # of a label's em, as the larger of the two printers sets it
HALF_HIGH = 0.22  # of a label
ALONG = tuple(0.2 + 0.03 * k for k in range(20))  # places along an arrow that a label may take
BENDS = (0.9, -0.9, 1.5, -1.5, 2.1, -2.1)
CLEAR = RADIUS + 0.1  # how far an arrow keeps off the middle of a neuron that is not its own
HALF_WORDS, LOWER = 1.0, 0.42  # of the words under a marked weight: half their width, how far under it they stand
HEAD = 0.2  # how far from a neuron's rim the head of an arrow reaches
ROUNDS = 4
NEAR = 0.12  # an arrow so near to another's label is taken for the one it belongs to

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, low, right, high


@dataclass(frozen=True, slots=True)
class Spot:
    """A neuron: its place in cm, its kind, what stands in it and under it (over it where `up`)."""

    name: str
    x: float
    y: float
    kind: str
    label: Layout | None = None
    beside: Layout | None = None
    below: Layout | None = None
    up: bool = False


BOXES = ("cost", "box")


def reach(spot: Spot) -> Point:
    """Half the width and half the height of a neuron's shape."""
    if spot.kind not in BOXES:
        return RADIUS, RADIUS
    return max(0.34, 0.21 * width(spot.label) + 0.13) if spot.label is not None else 0.34, 0.34


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two neurons; `at` is where along it the label stands, from 0 to 1, `bend` how far its middle is pulled aside."""

    start: str
    end: str
    label: Layout | None = None
    key: str = ""
    at: float = 0.5
    faint: bool = False
    hot: bool = False  # what this stage of a strip is about
    mark: bool = False  # the weight to be adjusted
    bend: float = 0.0


def control(arrow: Arrow, where: Mapping[str, Spot]) -> Point:
    """The control point of the arrow's curve; a straight arrow has its middle there."""
    one, two = where[arrow.start], where[arrow.end]
    length = hypot(two.x - one.x, two.y - one.y) or 1.0
    aside = 2 * arrow.bend / length
    return (one.x + two.x) / 2 - aside * (two.y - one.y) / 2, (one.y + two.y) / 2 + aside * (two.x - one.x) / 2


def point(arrow: Arrow, where: Mapping[str, Spot], at: float) -> Point:
    """The place on the arrow's curve at `at`, from 0 to 1.

    >>> spots = {"a": Spot("a", 0.0, 0.0, "input"), "b": Spot("b", 2.0, 0.0, "hidden")}
    >>> point(Arrow("a", "b", bend=0.5), spots, 0.5)
    (1.0, 0.25)
    """
    one, two = where[arrow.start], where[arrow.end]
    x, y = control(arrow, where)
    before, middle, after = (1 - at) ** 2, 2 * at * (1 - at), at**2
    return before * one.x + middle * x + after * two.x, before * one.y + middle * y + after * two.y


def path(arrow: Arrow, where: Mapping[str, Spot], pieces: int = 12) -> list[Point]:
    """Points along the arrow, from neuron to neuron."""
    return [point(arrow, where, k / pieces) for k in range(pieces + 1)]


def bent(spots: Sequence[Spot], arrows: Iterable[Arrow]) -> list[Arrow]:
    """Each arrow, bent where it would run through a neuron that is not its own."""
    where = {spot.name: spot for spot in spots}

    def blocked(arrow: Arrow) -> int:
        others = [spot for spot in spots if spot.name not in (arrow.start, arrow.end)]
        return sum(any(hypot(x - s.x, y - s.y) < CLEAR for x, y in path(arrow, where, 24)) for s in others)

    found = []
    for arrow in arrows:
        if not blocked(arrow):
            found.append(arrow)
            continue
        found.append(
            min((replace(arrow, bend=each) for each in (0.0, *BENDS)), key=lambda a: (blocked(a), abs(a.bend)))
        )
    return found


def settled(spots: Sequence[Spot], arrows: Sequence[Arrow]) -> tuple[list[Spot], list[Arrow], int, int]:
    """The labels at their places, how many still lie on another label or on a neuron, and how many on another's arrow."""
    spots = _sides(spots, arrows)
    where = {spot.name: spot for spot in spots}
    fixed = [box for spot in spots if (box := label_box(spot)) is not None]
    paths = [path(arrow, where, 12 if arrow.bend else 1) for arrow in arrows]
    labelled = [at for at, arrow in enumerate(arrows) if arrow.label is not None]
    boxes = {k: [_box(arrows[k], where, at) for at in ALONG] for k in labelled}
    alone = {k: [_alone(k, at, box, where, fixed, paths) for at, box in zip(ALONG, boxes[k])] for k in labelled}
    taken: dict[int, Box] = {}
    chosen: dict[int, int] = {}
    for _ in range(ROUNDS):
        before = dict(chosen)
        for k in labelled:
            others = [box for other, box in taken.items() if other != k]
            costs = [own + 20 * sum(_meet(box, other) for other in others) for own, box in zip(alone[k], boxes[k])]
            chosen[k] = min(range(len(ALONG)), key=costs.__getitem__)
            taken[k] = boxes[k][chosen[k]]
        if chosen == before:
            break
    ends = [replace(arrow, at=ALONG[chosen[k]]) if k in chosen else arrow for k, arrow in enumerate(arrows)]
    lying = sum(_meet(taken[a], taken[b]) for n, a in enumerate(labelled) for b in labelled[:n])
    lying += sum(_on_neuron(box, where) or any(_meet(box, each) for each in fixed) for box in taken.values())
    crossed = sum(any(n != k and not _off(line, taken[k]) for n, line in enumerate(paths)) for k in labelled)
    return spots, ends, lying, crossed


def thinned(spots: Sequence[Spot], arrows: Sequence[Arrow], keep: str = "") -> tuple[list[Spot], list[Arrow]]:
    """The picture without the labels that nobody could place: those left stand clear, each on its own arrow alone."""
    spots, arrows, *_ = settled(spots, arrows)
    while trouble := _trouble(spots, arrows, keep):
        worst = max(trouble.values())
        dropped = {k for k, much in trouble.items() if 2 * much > worst}
        left = [replace(arrow, label=None) if k in dropped else arrow for k, arrow in enumerate(arrows)]
        spots, arrows, *_ = settled(spots, left)
    return list(spots), list(arrows)


def _trouble(spots: Sequence[Spot], arrows: Sequence[Arrow], keep: str) -> dict[int, int]:
    """Which labels lie on a label, a neuron or another arrow, and on how many."""
    where = {spot.name: spot for spot in spots}
    fixed = [box for spot in spots if (box := label_box(spot)) is not None]
    paths = [path(arrow, where, 12 if arrow.bend else 1) for arrow in arrows]
    boxes = {k: _box(arrow, where, arrow.at) for k, arrow in enumerate(arrows) if arrow.label is not None}
    found = {}
    for k, box in boxes.items():
        much = sum(_meet(box, each) for each in (*fixed, *(other for n, other in boxes.items() if n != k)))
        much += _on_neuron(box, where) + sum(n != k and not _off(line, box) for n, line in enumerate(paths))
        if much and (not keep or arrows[k].key != keep):
            found[k] = much
    return found


def label_box(spot: Spot) -> Box | None:
    """The box of what stands under or over a neuron."""
    shown = spot.below if spot.below is not None else spot.beside
    if shown is None:
        return None
    half, y = EM * width(shown) / 2, spot.y + (RADIUS + 0.25) * (1 if spot.up else -1)
    return spot.x - half, y - HALF_HIGH, spot.x + half, y + HALF_HIGH


def _sides(spots: Sequence[Spot], arrows: Sequence[Arrow]) -> list[Spot]:
    """Labels of neurons under them, or over them where fewer arrows run there."""
    where = {spot.name: spot for spot in spots}
    paths = [path(arrow, where) for arrow in arrows]

    def crossed(spot: Spot) -> int:
        box = label_box(spot)
        return sum(any(_inside(at, box) for at in each) for each in paths) if box is not None else 0

    return [min((spot, replace(spot, up=True)), key=crossed) for spot in spots]


def _box(arrow: Arrow, where: Mapping[str, Spot], at: float) -> Box:
    assert arrow.label is not None
    x, y = point(arrow, where, at)
    half = EM * width(arrow.label) / 2 + 0.04
    if arrow.mark:  # `to be adjusted` stands under it
        half, y, high = max(half, HALF_WORDS), y - LOWER / 2, HALF_HIGH + LOWER / 2
        return x - half, y - high, x + half, y + high
    return x - half, y - HALF_HIGH, x + half, y + HALF_HIGH


def _alone(
    own: int, at: float, box: Box, where: Mapping[str, Spot], fixed: Sequence[Box], paths: Sequence[list[Point]]
) -> float:
    """What a place costs whatever the other labels do: neurons and their labels, other arrows in it or near it, far from the source."""
    total = 4.0 * _inside(_head(paths[own]), box) + 12 * _on_neuron(box, where) + 12 * sum(_meet(box, each) for each in fixed) + abs(at - _wanted(own, paths))
    for number, each in enumerate(paths):
        if number != own:
            total += 3.0 * max(0.0, 1.0 - _off(each, box) / NEAR)
    return total


def _head(line: Sequence[Point]) -> Point:
    """Where the head of an arrow that ends in a neuron is drawn."""
    (x1, y1), (x2, y2) = line[-2:]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    share = min(1.0, (RADIUS + HEAD) / length)
    return x2 - share * (x2 - x1), y2 - share * (y2 - y1)


def _wanted(own: int, paths: Sequence[list[Point]]) -> float:
    """Where along its arrow a label stands best: in the middle of an arrow by itself, nearer to the source among others."""
    start, end = paths[own][0][0], paths[own][-1][0]
    alone = all(line[-1][0] <= start or line[0][0] >= end for number, line in enumerate(paths) if number != own)
    return 0.5 if alone else 0.36


def _off(line: Sequence[Point], box: Box) -> float:
    """How far a line that goes from left to right keeps off a label: 0 where it runs through it."""
    heights = [y for x in (box[0], (box[0] + box[2]) / 2, box[2]) if (y := _height(line, x)) is not None]
    return max(0.0, box[1] - max(heights), min(heights) - box[3]) if heights else NEAR


def _height(line: Sequence[Point], x: float) -> float | None:
    """How high a line that goes from left to right runs at x."""
    for (x1, y1), (x2, y2) in pairwise(line):
        if x1 <= x <= x2 and x2 > x1:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return None


def _on_neuron(box: Box, where: Mapping[str, Spot]) -> bool:
    for spot in where.values():
        x, y = min(max(spot.x, box[0]), box[2]), min(max(spot.y, box[1]), box[3])
        if hypot(x - spot.x, y - spot.y) < RADIUS + 0.03:
            return True
    return False


def _meet(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _inside(at: Point, box: Box) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]
