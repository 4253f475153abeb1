"""Charts by hand as SVG: curves, marked points and shaded cells in one frame, with numbers on the axes and a legend.

>>> text = svg(Chart("a line", (Line("y = x", ((0.0, 0.0), (1.0, 1.0))),)))
>>> text.count("<polyline"), "<script" in text
(1, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import floor, log10

Point = tuple[float, float]
COLOURS = ("#1f5fa8", "#c23b22", "#2e7d32", "#8e5ea2", "#b07d12", "#555555",
           "#0f8b8d", "#d45d9e", "#6b7a00", "#5b4bb5")  # fmt: skip
WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 560.0, 360.0, 58.0, 16.0, 34.0, 44.0


@dataclass(frozen=True)
class Line:
    """Points joined by a line; `steps` marks each point as a step, `band` is a lowest and a highest y for each point."""

    label: str
    points: tuple[Point, ...]
    dashed: bool = False
    steps: bool = False
    band: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Marks:
    """Points of one kind."""

    label: str
    points: tuple[Point, ...]
    hollow: bool = False


@dataclass(frozen=True)
class Cells:
    """A grid of shades: values[row][column], each from 0 to 1, or a class number with `classes`."""

    x: Point
    y: Point
    values: tuple[tuple[float, ...], ...]
    classes: bool = False


@dataclass(frozen=True)
class Chart:
    """One picture."""

    title: str
    lines: tuple[Line, ...] = ()
    marks: tuple[Marks, ...] = ()
    cells: Cells | None = None
    x: str = "x"
    y: str = "y"
    span: tuple[Point, Point] | None = None
    notes: tuple[tuple[str, Point], ...] = ()  # words that stand at a point


def svg(chart: Chart) -> str:
    """The chart as a self-contained SVG document."""
    (x0, x1), (y0, y1) = chart.span or span_of(chart)

    def place(point: Point) -> tuple[float, float]:
        across = LEFT + (point[0] - x0) / (x1 - x0) * (WIDE - LEFT - RIGHT)
        down = TOP + (y1 - point[1]) / (y1 - y0) * (HIGH - TOP - BOTTOM)
        return round(across, 2), round(down, 2)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{WIDE:g}" height="{HIGH:g}" fill="#ffffff"/>',
        f'<text x="{LEFT:g}" y="20" font-size="14">{escape(chart.title)}</text>',
    ]
    if chart.cells is not None:
        parts += _cells(chart.cells, place)
    (left, top), (right, bottom) = place((x0, y1)), place((x1, y0))
    parts.append(
        f'<clipPath id="frame"><rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"/></clipPath>'
    )
    for value in ticks(x0, x1):
        across = place((value, y0))[0]
        parts.append(f'<line x1="{across}" y1="{bottom}" x2="{across}" y2="{bottom + 4}" stroke="#333"/>')
        parts.append(f'<text x="{across}" y="{bottom + 17}" text-anchor="middle">{value:g}</text>')
    for value in ticks(y0, y1):
        down = place((x0, value))[1]
        parts.append(f'<line x1="{left - 4}" y1="{down}" x2="{left}" y2="{down}" stroke="#333"/>')
        parts.append(f'<text x="{left - 7}" y="{down + 4}" text-anchor="end">{value:g}</text>')
    parts.append(
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" stroke="#333"/>'
    )
    parts.append(f'<text x="{(left + right) / 2}" y="{HIGH - 8:g}" text-anchor="middle">{escape(chart.x)}</text>')
    parts.append(
        f'<text x="14" y="{(top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 {(top + bottom) / 2})">{escape(chart.y)}</text>'
    )
    for words, at in chart.notes:
        a, b = place(at)
        parts.append(
            f'<text x="{a}" y="{b}" text-anchor="middle" stroke="#fff" stroke-width="3" paint-order="stroke">{escape(words)}</text>'
        )
    labels = []
    for number, line in enumerate(chart.lines):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{a},{b}" for a, b in map(place, line.points))
        dash = ' stroke-dasharray="6 4"' if line.dashed else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash} clip-path="url(#frame)"/>'
        )
        if line.band:
            low, high = ([(x, each[side]) for (x, _), each in zip(line.points, line.band)] for side in (0, 1))
            edge = " ".join(f"{a},{b}" for a, b in map(place, [*low, *high[::-1]]))
            parts.append(f'<polygon points="{edge}" fill="{colour}" fill-opacity="0.18" clip-path="url(#frame)"/>')
        if line.steps:
            parts += [f'<circle cx="{a}" cy="{b}" r="2.6" fill="{colour}"/>' for a, b in map(place, line.points)]
        labels.append((line.label, colour))
    for number, marks in enumerate(chart.marks):
        colour = COLOURS[(number + len(chart.lines)) % len(COLOURS)]
        fill = "#ffffff" if marks.hollow else colour
        for a, b in map(place, marks.points):
            parts.append(f'<circle cx="{a}" cy="{b}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="2"/>')
        labels.append((marks.label, colour))
    for number, (label, colour) in enumerate(entry for entry in labels if entry[0]):
        down = top + 16 + 16 * number
        parts.append(
            f'<text x="{right - 8}" y="{down}" text-anchor="end" fill="{colour}" stroke="#fff" stroke-width="3" paint-order="stroke">{escape(label)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def span_of(chart: Chart) -> tuple[Point, Point]:
    """The numbers that the axes go over, from what is drawn."""
    bands = [(x, y) for line in chart.lines for (x, _), band in zip(line.points, line.band) for y in band]
    points = (
        bands + [p for line in chart.lines for p in line.points] + [p for marks in chart.marks for p in marks.points]
    )
    if chart.cells is not None:
        points += list(zip(chart.cells.x, chart.cells.y))
    found = []
    for axis in (0, 1):
        values = [point[axis] for point in points]
        low, high = min(values), max(values)
        room = 0.0 if chart.cells is not None else 0.05 * (high - low or 1.0)
        found.append((low - room, high + room if high + room > low - room else low + 1.0))
    return found[0], found[1]


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between low and high, four to nine of them.

    >>> ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    step = 10.0 ** floor(log10((high - low) / 4))
    while (high - low) / step > 9:
        step *= 2 if (high - low) / (2 * step) > 3 else 1.5
    first = -floor(-low / step)
    return [round(step * k, 10) for k in range(first, floor(high / step + 1e-9) + 1)]


def _cells(cells: Cells, place: object) -> list[str]:
    assert callable(place)
    rows, columns = len(cells.values), len(cells.values[0])
    wide, high = (cells.x[1] - cells.x[0]) / columns, (cells.y[1] - cells.y[0]) / rows
    parts = []
    for r, row in enumerate(cells.values):
        for c, value in enumerate(row):
            a, b = place((cells.x[0] + c * wide, cells.y[0] + (r + 1) * high))
            e, f = place((cells.x[0] + (c + 1) * wide, cells.y[0] + r * high))
            fill = shade(value, cells.classes)
            parts.append(f'<rect x="{a}" y="{b}" width="{e - a + 0.4:.2f}" height="{f - b + 0.4:.2f}" fill="{fill}"/>')
    return parts


def shade(value: float, classes: bool) -> str:
    """The colour of a cell: of its class, or as dark as its value."""
    return _tint(COLOURS[int(value) % len(COLOURS)]) if classes else _grey(value)


def _grey(value: float) -> str:
    level = round(255 - 150 * min(1.0, max(0.0, value)))
    return f"#{level:02x}{level:02x}{min(255, level + 14):02x}"


def _tint(colour: str) -> str:
    parts = [round(255 - (255 - int(colour[n : n + 2], 16)) * 0.3) for n in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)
