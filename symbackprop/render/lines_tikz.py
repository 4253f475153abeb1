"""An SVG of our own that holds only lines, boxes and words (the figure `boxes`), as TikZ.

>>> box = '<svg xmlns="http://www.w3.org/2000/svg"><rect x="10" y="10" width="40" height="20"/><text x="30" y="22" text-anchor="middle">o_l</text></svg>'
>>> print(tikz(box))
\\begin{tikzpicture}[x=0.33mm, y=-0.33mm, >=Stealth]
  \\draw[rounded corners=1pt] (10,10) rectangle (50,30);
  \\node[anchor=base, inner sep=0pt, font=\\small] at (30,22) {$o_{l}$};
\\end{tikzpicture}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree

from symbackprop.render.latex_math import escape

_SYMBOL = re.compile(r"[A-Za-z]_(\w)( = [A-Za-z]_\w)?")


def tikz(svg: str) -> str:
    """The picture as a tikzpicture; what is neither line, box nor word is left out."""
    root = ElementTree.fromstring(svg)
    found = ((each.tag.rpartition("}")[2], each) for each in root.iter() if "%" not in each.get("width", ""))  # no background
    lines = [f"  {_DRAWN[tag](each)}" for tag, each in found if tag in _DRAWN]
    return "\n".join([r"\begin{tikzpicture}[x=0.33mm, y=-0.33mm, >=Stealth]", *lines, r"\end{tikzpicture}"])


def _numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.get(name, "0")) for name in names]


def _line(element: ElementTree.Element) -> str:
    x1, y1, x2, y2 = _numbers(element, "x1", "y1", "x2", "y2")
    return rf"\draw[->] ({x1:g},{y1:g}) -- ({x2:g},{y2:g});"


def _rect(element: ElementTree.Element) -> str:
    x, y, wide, high = _numbers(element, "x", "y", "width", "height")
    return rf"\draw[rounded corners=1pt] ({x:g},{y:g}) rectangle ({x + wide:g},{y + high:g});"


def _text(element: ElementTree.Element) -> str:
    x, y = _numbers(element, "x", "y")
    words = "".join(element.itertext())
    sign = re.sub(r"_(\w)", r"_{\1}", words) if _SYMBOL.fullmatch(words) else r"\times" if words == "×" else ""
    side = "base" if element.get("text-anchor") == "middle" else "base west"
    return rf"\node[anchor={side}, inner sep=0pt, font=\small] at ({x:g},{y:g}) {{{f'${sign}$' if sign else escape(words)}}};"


_DRAWN: Mapping[str, Callable[[ElementTree.Element], str]] = {"line": _line, "rect": _rect, "text": _text}
