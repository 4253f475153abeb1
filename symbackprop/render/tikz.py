"""A diagram as TikZ."""

from __future__ import annotations

from functools import singledispatch

from symbackprop.render.diagram import Diagram
from symbackprop.render.foreign import declaring
from symbackprop.render.latex_math import escape, latex
from symbackprop.render.layout import width
from symbackprop.render.placing import LOWER, Spot, control, point
from symbackprop.render.plots import Plot
from symbackprop.render.views import Strip

PREAMBLE = r"""\definecolor{sbpinput}{HTML}{2E7D4F}
\definecolor{sbphidden}{HTML}{3B4A5A}
\definecolor{sbpoutput}{HTML}{B3402E}
\definecolor{sbpbias}{HTML}{2F6DB5}
\definecolor{sbpadjust}{HTML}{B86E00}
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
  sbp marked/.style={->, draw=sbpadjust, ultra thick},
  sbp adjust/.style={font=\scriptsize, text=sbpadjust, fill=white, inner sep=1pt},
  sbp hot/.style={<-, draw=sbpoutput, very thick},
  sbp box/.style={draw=sbphidden, thick, minimum size=8.4mm, inner sep=2pt, font=\small},
  sbp label/.style={fill=white, inner sep=1pt, font=\scriptsize},
  sbp beside/.style={font=\scriptsize, text=sbpbias!85!black, fill=white, fill opacity=.85, text opacity=1, inner sep=.8pt, outer sep=.7pt},
  sbp delta/.style={font=\scriptsize, text=sbpoutput, fill=white, fill opacity=.85, text opacity=1, inner sep=.8pt, outer sep=.7pt},
}
"""
SIZES = ((2.0, ""), (2.5, r"\scriptsize"))  # em of a label in a neuron, and the size of type it fits in
LARGEST = 15.2  # cm of a page


@singledispatch
def drawn(thing: object) -> str:
    """A diagram, a strip of them or a plot as TikZ."""
    raise TypeError(type(thing).__name__)


@drawn.register
def strip(strip: Strip) -> str:
    """Pictures with captions in rows."""
    room = LARGEST / strip.across - 0.5
    cells = [rf"\begin{{tabular}}{{@{{}}c@{{}}}}{{\small {escape(caption)}}}\\[1ex] {tikz(diagram, room)}\end{{tabular}}"
             for caption, diagram in strip.stages]  # fmt: skip
    rows = [cells[at : at + strip.across] for at in range(0, len(cells), strip.across)]
    return (
        rf"\begin{{tabular}}{{@{{}}*{{{strip.across}}}{{c}}@{{}}}}" + "\n"
        + "\n\\\\\\noalign{\\vskip3ex}\n".join("\n&\n".join(each) for each in rows) + "\n\\end{tabular}"
    )  # fmt: skip


@drawn.register
def tikz(diagram: Diagram, room: float = LARGEST) -> str:
    """A tikzpicture; wide nets are scaled to the page."""
    left, _, right, _ = diagram.box
    scale = min(1.0, room / (right - left))
    options = "sbp" + (f", scale={scale:.3f}, every node/.append style={{transform shape}}" if scale < 1 else "")
    names = {spot.name: f"n{k}" for k, spot in enumerate(diagram.spots)}
    lines = [rf"\begin{{tikzpicture}}[{options}]"]
    lines += [_spot(spot, names[spot.name]) for spot in diagram.spots]
    spots = diagram.by_name
    for arrow in diagram.arrows:
        if "dots" in (spots[arrow.start].kind, spots[arrow.end].kind):
            continue
        style = "sbp marked" if arrow.mark else "sbp hot" if arrow.hot else "sbp faint" if arrow.faint else "sbp arrow"
        x, y = control(arrow, spots)
        joint = "--"
        if arrow.bend:  # TikZ has curves with two control points: the same curve has them at two thirds
            one, two = spots[arrow.start], spots[arrow.end]
            ends = ", ".join(f"{(end.x + 2 * x) / 3:.2f},{(end.y + 2 * y) / 3:.2f}" for end in (one, two)).split(", ")
            joint = f".. controls ({ends[0]}) and ({ends[1]}) .."
        lines.append(rf"  \draw[{style}] ({names[arrow.start]}) {joint} ({names[arrow.end]});")
    for arrow in diagram.arrows:  # after all lines, so that no line runs over a label
        if arrow.label is not None:
            x, y = point(arrow, spots, arrow.at)
            lines.append(rf"  \node[sbp label] at ({x:.2f},{y:.2f}) {{${latex(arrow.label)}$}};")
            if arrow.mark:
                lines.append(rf"  \node[sbp adjust] at ({x:.2f},{y - LOWER:.2f}) {{to be adjusted}};")
    return "\n".join([*lines, r"\end{tikzpicture}"])


def _spot(spot: Spot, name: str) -> str:
    if spot.kind == "dots":
        return rf"  \node[font=\large] ({name}) at ({spot.x:.2f},{spot.y:.2f}) {{$\vdots$}};"
    small = next((size for most, size in SIZES if spot.label is None or width(spot.label) <= most), r"\tiny")
    text = f"{small}${latex(spot.label)}$" if spot.label is not None else ""
    lines = [rf"  \node[sbp {spot.kind}] ({name}) at ({spot.x:.2f},{spot.y:.2f}) {{{text}}};"]
    side = "above" if spot.up else "below"
    for style, layout in (("beside", spot.beside), ("delta", spot.below)):
        if layout is not None:
            lines.append(rf"  \node[sbp {style}, {side}=0pt of {name}] {{${latex(layout)}$}};")
    return "\n".join(lines)


@drawn.register
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


PAGE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage{xcolor}
\usepackage{amsmath,amssymb}
\usepackage{tikz}
\usetikzlibrary{arrows.meta,positioning}
%s\pagestyle{empty}\parindent=0pt
\newsavebox{\sbpbox}
\begin{document}
\sbox{\sbpbox}{%s}%%
\pdfpagewidth=\dimexpr\wd\sbpbox+4mm\relax\pdfpageheight=\dimexpr\ht\sbpbox+\dp\sbpbox+4mm\relax
\pdfhorigin=2mm\pdfvorigin=2mm\hoffset=0pt\voffset=0pt
\shipout\box\sbpbox
\end{document}
"""


def page(thing: object) -> str:
    """A LaTeX document of one page that is as large as its figure.

    >>> page(1)
    Traceback (most recent call last):
        ...
    TypeError: int
    """
    return framed("".join(declaring([drawn(thing)])))


def framed(body: str) -> str:
    """A LaTeX document of one page as large as the picture in it."""
    return PAGE % (PREAMBLE, body)
