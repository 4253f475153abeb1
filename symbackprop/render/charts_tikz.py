"""Charts as TikZ, from the same description as the SVG: no pgfplots, no plotting library, the numbers stay numbers.

>>> from symbackprop.render.charts import Chart, Line
>>> text = tikz(Chart("a line", (Line("y = x", ((0.0, 0.0), (1.0, 1.0))),)))
>>> text.count("line join"), "y = x" in text
(1, True)
"""

from __future__ import annotations

from symbackprop.render.charts import COLOURS, Cells, Chart, Point, shade, span_of, ticks
from symbackprop.render.latex_math import escape

WIDE, HIGH = 11.0, 6.4  # cm
FONT = r"font=\scriptsize"


def tikz(chart: Chart) -> str:
    """The chart as a tikzpicture."""
    (x0, x1), (y0, y1) = chart.span or span_of(chart)

    def at(point: Point) -> str:
        return f"({WIDE * (point[0] - x0) / (x1 - x0):.3f},{HIGH * (point[1] - y0) / (y1 - y0):.3f})"

    colours = [rf"\definecolor{{sbpchart{k}}}{{HTML}}{{{colour[1:].upper()}}}" for k, colour in enumerate(COLOURS)]
    lines = [
        *colours,
        r"\begin{tikzpicture}",
        rf"  \node[above right, font=\small] at (0,{HIGH}) {{{escape(chart.title)}}};",
    ]
    lines.append(rf"  \begin{{scope}}\clip (0,0) rectangle ({WIDE},{HIGH});")
    if chart.cells is not None:
        lines += _cells(chart.cells, (x0, y0), (x1, y1))
    labels: list[tuple[str, str]] = []
    for number, line in enumerate(chart.lines):
        colour = f"sbpchart{number % len(COLOURS)}"
        dash = ", dashed" if line.dashed else ""
        lines.append(rf"    \draw[{colour}, thick, line join=round{dash}] {' -- '.join(map(at, line.points))};")
        lines += [rf"    \fill[{colour}] {at(each)} circle[radius=1.3pt];" for each in line.points if line.steps]
        labels.append((line.label, colour))
    lines.append(r"  \end{scope}")
    for number, marks in enumerate(chart.marks):
        colour = f"sbpchart{(number + len(chart.lines)) % len(COLOURS)}"
        fill = "white" if marks.hollow else colour
        lines += [rf"  \draw[{colour}, thick, fill={fill}] {at(each)} circle[radius=2.4pt];" for each in marks.points]
        labels.append((marks.label, colour))
    lines.append(rf"  \draw[black!75] (0,0) rectangle ({WIDE},{HIGH});")
    for value in ticks(x0, x1):
        lines.append(rf"  \draw[black!75] {at((value, y0))} -- ++(0,-0.08) node[below, {FONT}] {{${value:g}$}};")
    for value in ticks(y0, y1):
        lines.append(rf"  \draw[black!75] {at((x0, value))} -- ++(-0.08,0) node[left, {FONT}] {{${value:g}$}};")
    lines.append(rf"  \node[font=\small] at ({WIDE / 2},-0.8) {{{escape(chart.x)}}};")
    lines.append(rf"  \node[font=\small, rotate=90] at (-1.05,{HIGH / 2}) {{{escape(chart.y)}}};")
    for number, (label, colour) in enumerate(each for each in labels if each[0]):
        place = f"({WIDE - 0.1:.2f},{HIGH - 0.28 - 0.38 * number:.2f})"
        lines.append(
            rf"  \node[left, {FONT}, text={colour}, fill=white, fill opacity=.7, text opacity=1, inner sep=1pt] at {place} {{{escape(label)}}};"
        )
    return "\n".join([*lines, r"\end{tikzpicture}"])


def _cells(cells: Cells, low: Point, high: Point) -> list[str]:
    rows, columns = len(cells.values), len(cells.values[0])
    across, up = WIDE / (high[0] - low[0]), HIGH / (high[1] - low[1])
    wide, tall = (cells.x[1] - cells.x[0]) / columns * across, (cells.y[1] - cells.y[0]) / rows * up
    left, bottom = (cells.x[0] - low[0]) * across, (cells.y[0] - low[1]) * up
    found: dict[str, list[str]] = {}
    for r, row in enumerate(cells.values):
        for c, value in enumerate(row):
            corner = (
                f"({left + c * wide:.3f},{bottom + r * tall:.3f}) rectangle ++({wide + 0.01:.3f},{tall + 0.01:.3f})"
            )
            found.setdefault(shade(value, cells.classes)[1:].upper(), []).append(corner)
    lines: list[str] = []
    for colour, corners in found.items():
        lines += [rf"    \definecolor{{sbpcell}}{{HTML}}{{{colour}}}", rf"    \fill[sbpcell] {' '.join(corners)};"]
    return lines
