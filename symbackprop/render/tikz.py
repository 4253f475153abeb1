"""A diagram as TikZ."""

from __future__ import annotations

from symbackprop.render.diagram import Diagram, Spot
from symbackprop.render.latex_math import latex
from symbackprop.render.plots import Plot

PREAMBLE = r"""\definecolor{sbpinput}{HTML}{2E7D4F}
\definecolor{sbphidden}{HTML}{3B4A5A}
\definecolor{sbpoutput}{HTML}{B3402E}
\definecolor{sbpbias}{HTML}{2F6DB5}
\tikzset{
  sbp/.style={>={Stealth[length=1.7mm,width=1.4mm]}},
  sbp neuron/.style={circle, draw, thick, minimum size=8.4mm, inner sep=0pt, font=\small},
  sbp input/.style={sbp neuron, draw=sbpinput, fill=sbpinput!8},
  sbp hidden/.style={sbp neuron, draw=sbphidden, fill=sbphidden!6},
  sbp output/.style={sbp neuron, draw=sbpoutput, fill=sbpoutput!8},
  sbp bias/.style={sbp neuron, draw=sbpbias, fill=sbpbias!8},
  sbp cost/.style={draw=sbphidden, rounded corners=1.5pt, minimum size=6.5mm, inner sep=2pt, font=\small},
  sbp arrow/.style={->, draw=black!65, semithick},
  sbp faint/.style={->, draw=black!30, thin},
  sbp hot/.style={<-, draw=sbpoutput, very thick},
  sbp box/.style={draw=sbphidden, thick, minimum size=8.4mm, inner sep=2pt, font=\small},
  sbp label/.style={fill=white, inner sep=1pt, font=\scriptsize},
  sbp beside/.style={font=\scriptsize, text=sbpbias!85!black, inner sep=1.5pt},
  sbp delta/.style={font=\scriptsize, text=sbpoutput, inner sep=1.5pt},
}
"""
LARGEST = 15.2  # cm of a page


def tikz(diagram: Diagram) -> str:
    """A tikzpicture; wide nets are scaled to the page."""
    left, _, right, _ = diagram.box
    scale = min(1.0, LARGEST / (right - left))
    options = "sbp" + (f", scale={scale:.3f}, every node/.append style={{transform shape}}" if scale < 1 else "")
    names = {spot.name: f"n{k}" for k, spot in enumerate(diagram.spots)}
    lines = [rf"\begin{{tikzpicture}}[{options}]"]
    lines += [_spot(spot, names[spot.name]) for spot in diagram.spots]
    kinds = {spot.name: spot.kind for spot in diagram.spots}
    for arrow in diagram.arrows:
        if "dots" in (kinds[arrow.start], kinds[arrow.end]):
            continue
        style = "sbp hot" if arrow.hot else "sbp faint" if arrow.faint else "sbp arrow"
        lines.append(rf"  \draw[{style}] ({names[arrow.start]}) -- ({names[arrow.end]});")
    for arrow in diagram.arrows:  # after all lines, so that no line runs over a label
        if arrow.label is not None:
            lines.append(
                rf"  \path ({names[arrow.start]}.center) -- node[pos={arrow.at:.2f}, sbp label] {{${latex(arrow.label)}$}} "
                rf"({names[arrow.end]}.center);"
            )
    return "\n".join([*lines, r"\end{tikzpicture}"])


def _spot(spot: Spot, name: str) -> str:
    if spot.kind == "dots":
        return rf"  \node[font=\large] ({name}) at ({spot.x:.2f},{spot.y:.2f}) {{$\vdots$}};"
    text = f"${latex(spot.label)}$" if spot.label is not None else ""
    lines = [rf"  \node[sbp {spot.kind}] ({name}) at ({spot.x:.2f},{spot.y:.2f}) {{{text}}};"]
    if spot.beside is not None:
        lines.append(rf"  \node[sbp beside, below=0pt of {name}] {{${latex(spot.beside)}$}};")
    if spot.below is not None:
        lines.append(rf"  \node[sbp delta, below=0pt of {name}] {{${latex(spot.below)}$}};")
    return "\n".join(lines)


def plot(figure: Plot, wide: float = 9.5, high: float = 4.2) -> str:
    """A plot as TikZ, from its points."""
    (left, right), (low, top) = figure.x, figure.y

    def x(value: float) -> float:
        return wide * (value - left) / (right - left)

    def y(value: float) -> float:
        return high * (value - low) / (top - low)

    lines = [r"\begin{tikzpicture}[sbp]"]
    for value in figure.yticks:
        lines.append(rf"  \draw[black!15, thin] (0,{y(value):.3f}) -- ({wide},{y(value):.3f});")
        lines.append(rf"  \node[left, font=\scriptsize, text=black!70] at (0,{y(value):.3f}) {{${value:g}$}};")
    for value in figure.xticks:
        lines.append(rf"  \draw[black!50, thin] ({x(value):.3f},{y(0):.3f}) -- ++(0,-0.08);")
        lines.append(
            rf"  \node[below, font=\scriptsize, text=black!70] at ({x(value):.3f},{y(low):.3f}) {{${value:g}$}};"
        )
    lines.append(rf"  \draw[->, black!60] (0,{y(0):.3f}) -- ({wide + 0.3},{y(0):.3f});")
    lines.append(rf"  \draw[->, black!60] ({x(0):.3f},{y(low):.3f}) -- ({x(0):.3f},{y(top) + 0.15:.3f});")
    for curve in figure.curves:
        colour = {"value": "sbpbias", "slope": "sbpoutput"}.get(curve.kind, "sbphidden")
        path = " -- ".join(f"({x(px):.3f},{y(py):.3f})" for px, py in curve.points)
        lines.append(rf"  \draw[{colour}, thick, line join=round] {path};")
        end = curve.points[-1]
        lines.append(
            rf"  \node[right, font=\small, text={colour}] at ({x(end[0]):.3f},{y(end[1]) + 0.22:.3f}) {{${latex(curve.label)}$}};"
        )
    return "\n".join([*lines, r"\end{tikzpicture}"])
