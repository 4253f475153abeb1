"""Reads our drawings back: the curves of a chart in its own axes' numbers, the neurons and arrows of a net's picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

Point = tuple[float, float]
NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
COLOURS = {"red": 0, "green": 1, "blue": 2}


@dataclass(frozen=True)
class Plot:
    """What a chart shows: a point list for each label of its legend, and the colour of each of its cells."""

    curves: dict[str, list[Point]]
    marks: dict[str, list[Point]]
    cells: list[tuple[Point, str]]

    def cell(self, at: Point) -> str:
        """The colour where this point lies."""
        return min(self.cells, key=lambda cell: (cell[0][0] - at[0]) ** 2 + (cell[0][1] - at[1]) ** 2)[1]


def _scale(text: str, pattern: str) -> tuple[float, float]:
    """(factor, offset) from drawing to number, by the first and the last tick."""
    ticks = [(float(place), float(value)) for place, value in re.findall(pattern, text)]
    (p, u), (q, v) = ticks[0], ticks[-1]
    return (v - u) / (q - p), u - p * (v - u) / (q - p)


def read_chart(text: str) -> Plot:
    """A chart, its points converted by the numbers written on its axes."""
    across, right = _scale(text, rf'<text x="{NUMBER}" y="[\d.]+" text-anchor="middle">(-?[\d.e-]+)</text>')
    up, above = _scale(text, rf'<text x="[\d.]+" y="{NUMBER}" text-anchor="end">(-?[\d.e-]+)</text>')
    if across <= 0 or up >= 0:
        raise ValueError("the numbers of an axis do not grow to the right or upwards")

    def number(x: str, y: str) -> Point:
        return across * float(x) + right, up * (float(y) + 4) + above  # the writing stands 4 below its tick

    legend = [
        (colour, unescape(label)) for colour, label in re.findall(r'fill="(#\w+)" stroke="#fff"[^>]*>([^<]*)<', text)
    ]
    names = dict(legend)
    curves: dict[str, list[Point]] = {}
    marks: dict[str, list[Point]] = {}
    for path, colour in re.findall(r'<polyline points="([^"]+)" fill="none" stroke="(#\w+)"', text):
        curves[names.get(colour, colour)] = [number(*pair.split(",")) for pair in path.split()]
    for x, y, colour in re.findall(rf'<circle cx="{NUMBER}" cy="{NUMBER}" r="4.5" fill="#\w+" stroke="(#\w+)"', text):
        marks.setdefault(names.get(colour, colour), []).append(number(x, y))
    cells = [
        (number(str(float(x) + float(w) / 2), str(float(y) + float(h) / 2)), fill)
        for x, y, w, h, fill in re.findall(
            rf'<rect x="{NUMBER}" y="{NUMBER}" width="{NUMBER}" height="{NUMBER}" fill="(#\w+)"/>', text
        )
    ]
    return Plot(curves, marks, cells)


@dataclass(frozen=True)
class Picture:
    """What a net's picture shows: kind and place of each neuron, and (source, target, weight) of each arrow, by where it runs."""

    neurons: dict[str, str]
    arrows: set[tuple[str, str, str]]
    words: str
    colours: dict[str, str]
    marked: frozenset[str] = frozenset()


def read_picture(text: str) -> Picture:
    """The picture of a net: an arrow belongs to the neurons that it starts from and ends at."""
    found = re.findall(rf'<g class="(\w+)" data-k="u:([^"]+)"><circle cx="{NUMBER}" cy="{NUMBER}"', text)
    places = {unescape(name): (float(x), float(y)) for _, name, x, y in found}

    def nearest(x: str, y: str) -> str:
        return min(places, key=lambda name: (places[name][0] - float(x)) ** 2 + (places[name][1] - float(y)) ** 2)

    arrows = {
        (nearest(a, b), nearest(c, d), unescape(key))
        for key, a, b, c, d in re.findall(
            rf'<path class="arrow[^"]*" data-k="w:([^"]+)" d="M{NUMBER} {NUMBER}(?:L|Q[-.\d]+ [-.\d]+ ){NUMBER} {NUMBER}"', text
        )
    }
    body = re.sub(r"<(style|title)>.*?</\1>", "", text, flags=re.DOTALL)
    words = "".join(re.findall(r">([^<>\n]+)<", body))
    return Picture({unescape(name): kind for kind, name, _, _ in found}, arrows, words, _colours(text), _marked(text))


def _marked(text: str) -> frozenset[str]:
    """The weights whose arrows are drawn as to be adjusted."""
    return frozenset(unescape(key) for key in re.findall(r'class="arrow marked" data-k="w:([^"]+)"', text))


def _colours(text: str) -> dict[str, str]:
    """Kind of neuron to the name of the strongest part of the colour that its circle is drawn in."""
    values = dict(re.findall(r"--(\w+):#(\w{6})", text.partition("@media")[0]))
    kinds = re.findall(r"\.sbp \.(\w+) circle\{stroke:var\(--(\w+)\)\}", text)
    return {kind: _strongest(values[name]) for kind, name in kinds}


def _strongest(colour: str) -> str:
    parts = [int(colour[n : n + 2], 16) for n in (0, 2, 4)]
    return max(COLOURS, key=lambda name: parts[COLOURS[name]])
