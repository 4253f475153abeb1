"""Figures, drawn by the product's own command and read back from the file: is it the real object that is drawn?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from symbackprop.catalogue.checks import slug
from symbackprop.catalogue.drawn import Plot, read_chart, read_picture
from symbackprop.catalogue.probes.structure import NETS
from symbackprop.catalogue.row import Main, Trial, need
from symbackprop.networks import Network
from symbackprop.specs import read_spec

Curve = Callable[[float], float]
NEAR = 0.02  # half a pixel or so, in the charts' own numbers


def _file(main: Main, words: str) -> str:
    """The file that a command of ours writes."""
    name = Path(slug(re.sub(r"\S*/", "", words)) + ".svg")
    status = main([*shlex.split(words), "--out", str(name)])
    need(status == 0 and name.is_file(), f"symbackprop {words} ended with {status}")
    return name.read_text(encoding="utf-8")


def _sigma(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


def _leaky(alpha: float) -> Curve:
    return lambda z: max(z, 0.0) + alpha * min(z, 0.0)


CURVES: dict[str, dict[str, Curve]] = {
    "sigmoid": {"sigmoid": _sigma},
    "tanh": {"tanh": lambda z: float(np.tanh(z))},
    "step": {"threshold": lambda z: float(z > 1e-9)},
    "relu": {"relu": lambda z: max(z, 0.0)},
    "generalised-relu": {f"alpha = {alpha:g}": _leaky(alpha) for alpha in (0.0, 0.1, 0.25)},
    "saturation": {"sigma": _sigma, "sigma' <= 1/4": lambda z: _sigma(z) * _sigma(-z), "exp(-|z|)": lambda z: float(np.exp(-abs(z)))},
    "schedules": {"1/(1 + k/20)": lambda k: 1 / (1 + k / 20), "halved every 15": lambda k: 0.5 ** (round(k) // 15)},
    "tangents": {"gradient 1": lambda x: x - 2, "gradient -1/2": lambda x: -(x + 1) / 2},
}  # fmt: skip


def _follows(plot: Plot, wanted: dict[str, Curve]) -> bool:
    """Every drawn point of each named curve lies on the function, and the curve is there."""
    return all(
        len(plot.curves.get(label, ())) > 1 and all(abs(curve(x) - y) < NEAR for x, y in plot.curves[label])
        for label, curve in wanted.items()
    )


def _ends(plot: Plot) -> dict[str, tuple[float, float]]:
    return {label: (points[0][1], points[-1][1]) for label, points in plot.curves.items()}


def _close(points: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> bool:
    return len(points) == len(wanted) and bool(np.allclose(sorted(points), sorted(wanted), atol=NEAR))


def _boundary(ones: list[tuple[float, float]]) -> Callable[[Plot], bool]:
    """The line has the 1 on one side and the 0 on the other."""

    def good(plot: Plot) -> bool:
        (x0, y0), (x1, y1) = plot.curves["w_0 + w.x = 0"]

        def side(p: tuple[float, float]) -> float:
            return (x1 - x0) * (p[1] - y0) - (y1 - y0) * (p[0] - x0)

        on, off = plot.marks["1"], plot.marks["0"]
        there = max((side(p) for p in on), key=abs)
        return (
            _close(on, ones)
            and len(off) == 4 - len(ones)
            and all(side(p) * there > 0 for p in on)
            and all(side(p) * there < NEAR for p in off)
        )

    return good


def _xor(plot: Plot) -> bool:
    return _close(plot.marks["1"], [(0, 1), (1, 0)]) and _close(plot.marks["0"], [(0, 0), (1, 1)])


def _xor_regions(plot: Plot) -> bool:
    """Dark at the two 1, light at the two 0."""
    dark = [int(plot.cell(point)[1:3], 16) for point in plot.marks["1"]]
    light = [int(plot.cell(point)[1:3], 16) for point in plot.marks["0"]]
    return _xor(plot) and len(plot.cells) >= 1600 and max(dark) < min(light) - 60


def _vowels(plot: Plot) -> bool:
    """Each vowel lies mostly in cells of one colour, another for each vowel."""
    seen = {label: [plot.cell(point) for point in points] for label, points in plot.marks.items()}
    common = {label: max(set(cells), key=cells.count) for label, cells in seen.items()}
    return len(set(common.values())) == len(seen) == 10 and all(
        cells.count(common[label]) > 0.6 * len(cells) for label, cells in seen.items()
    )


def _surface(plot: Plot) -> bool:
    """The path goes to (1/2, -1/4), over ever lighter cells of the surface."""
    path = plot.curves["descent steps"]
    start, end = (int(plot.cell(point)[1:3], 16) for point in (path[0], path[-1]))
    return abs(path[-1][0] - 0.5) < 0.05 and abs(path[-1][1] + 0.25) < 0.05 and end > start + 60 and len(path) > 10


def _step_sizes(plot: Plot) -> bool:
    (_, small), (_, right), (_, large) = (_ends(plot)[f"rate {rate:g}"] for rate in (0.05, 0.8, 3.0))
    return abs(right) < NEAR < small < 0.5 and large > 9.9


def _both_fall(plot: Plot) -> bool:
    ends = _ends(plot)
    return (
        set(ends) == {"online", "batch"}
        and all(b < a for a, b in ends.values())
    )


def _sine(plot: Plot) -> bool:
    fits = all(abs(y - np.sin(3 * x)) < 0.1 for x, y in plot.curves["1-10-1"])
    return fits and _follows(plot, {"sin(3x)": lambda x: float(np.sin(3 * x))})


def _tangents(plot: Plot) -> bool:
    [points] = plot.marks.values()
    touches = {(-2.0, 0.5), (3.0, 1.0)}
    near = [min((x - a) ** 2 + (y - b) ** 2 for x, y in plot.curves["a curve"]) for a, b in touches]
    return _close(points, [(-3, 1), (-1, 0), (2, 0), (4, 2)]) and max(near) < 0.02


LOOKS: dict[str, Callable[[Plot], bool]] = {
    "boundary": _boundary([(1, 1)]), "boundary-or": _boundary([(0, 1), (1, 0), (1, 1)]), "xor": _xor, "xor-regions": _xor_regions, "vowel-regions": _vowels, "surface": _surface,
    "step-sizes": _step_sizes, "online-and-batch": _both_fall, "sine": _sine, "tangents": _tangents,
    "autocoder": lambda plot: _ends(plot)["4-2-4"][1] < 0.5 * _ends(plot)["4-2-4"][0],
}  # fmt: skip


def chart(name: str, *words: str) -> Trial:
    """The chart is drawn, and what stands in the file is the object: its curves, its points, its shades, and these words."""
    return Trial(partial(_chart, name, words), "plot")


def _chart(name: str, words: tuple[str, ...], main: Main) -> str:
    text = _file(main, f"plot {name}")
    plot = read_chart(text)
    absent = [each for each in words if f">{each}</text>" not in text]
    need(not absent, f"the chart {name} does not say {absent}")
    good = _follows(plot, CURVES.get(name, {})) and (name not in LOOKS or LOOKS[name](plot))
    points = sum(map(len, plot.curves.values()))
    seen = f"read back from the file: {points} points on {len(plot.curves)} lines, {len(plot.cells)} cells" + (f", with {', '.join(words)}" if words else "")
    return need(good and (name in CURVES or name in LOOKS), seen)


def picture(words: str, *labels: str) -> Trial:
    """`draw` shows every neuron by its kind and every edge between its neurons, in the colours, and these labels."""
    return Trial(partial(_picture, words, labels), "plot")


def _picture(words: str, labels: tuple[str, ...], main: Main) -> str:
    text = words.replace("{nets}", str(NETS))
    net, seen = _net(text), read_picture(_file(main, f"draw {text}"))
    kinds = {**dict.fromkeys(net.inputs, "input"), **dict.fromkeys(net.ones, "bias")}
    kinds |= {unit.name: "output" if unit.name in net.outputs else "hidden" for unit in net.units}
    edges = {(edge.source, unit.name, edge.weight) for unit in net.units for edge in unit.edges}
    need(seen.neurons == kinds, f"symbackprop draw {words} shows the neurons {seen.neurons}")
    need(seen.arrows == edges, f"symbackprop draw {words} shows the arrows {sorted(seen.arrows)}")
    wrong = {kind: colour for kind, colour in seen.colours.items() if COLOURS.get(kind, colour) != colour}
    need(not wrong, f"drawn in another colour: {wrong}")
    mark = frozenset(b for a, b in pairwise(shlex.split(text)) if a == "--mark")
    need(seen.marked == mark, f"symbackprop draw {words} marks {set(seen.marked)}")
    absent = [label for label in labels if label not in seen.words]
    need(not absent, f"symbackprop draw {words} does not show {absent}")
    marked = f", {', '.join(mark)} marked" if mark else ""
    named = f", with {', '.join(labels)}" if labels else ""
    return f"read back from the file: {len(kinds)} neurons, {len(edges)} arrows{marked}{named}"


COLOURS = {"input": "green", "output": "red", "bias": "blue"}


def _net(text: str) -> Network:
    """The net that the words of `draw` name."""
    spec, *rest = shlex.split(text)
    options = dict(pair for pair in pairwise(rest) if pair[0] in ("--loss", "--activation"))
    bias = False if "--no-bias" in rest else None
    return read_spec(spec, activation=options.get("--activation"), loss=options.get("--loss"), bias=bias)


def zoom(name: str, feeds: tuple[str, ...], *labels: str) -> Trial:
    """One neuron of the nine-neuron net from near: what feeds it, its sum, its function, its output."""

    def run(main: Main) -> str:
        seen = read_picture(_file(main, f"draw {NETS / 'nine_neurons.toml'} --zoom {name}"))
        into = {source for source, target, _ in seen.arrows if target == name or source in feeds}
        good = into == set(feeds) and all(label in seen.words for label in ("∑", *labels))
        return need(good, f"neuron {name}: from {', '.join(sorted(into))}; {seen.words}")

    return Trial(run, "plot")
