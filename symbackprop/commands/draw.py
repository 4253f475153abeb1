"""symbackprop draw SPEC --out net.svg: the picture of a net, of one neuron, or of the stages of backpropagation."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.render.diagram import Diagram

NAME = "draw"
HELP = "draw a net, one neuron of it, or the stages of backpropagation, as SVG, TikZ or PDF"
EXAMPLE = "symbackprop draw 2-3-1 --deltas --out net.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `draw`."""
    _shared.add_net(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="a file that ends in .svg, .tex (TikZ) or .pdf")
    parser.add_argument("--notation", metavar="NAME", help="winston, nielsen, ... or a TOML file (chosen by the net)")
    parser.add_argument("--deltas", action="store_true", help="write each delta under its neuron")
    parser.add_argument("--no-weights", action="store_true", help="no labels on the arrows")
    parser.add_argument(
        "--zoom", metavar="NEURON", help="this neuron alone, with its sum, its function and what it feeds"
    )
    parser.add_argument("--stages", action="store_true", help="the stages of backpropagation, layer by layer (SVG)")


def run(options: argparse.Namespace) -> int:
    """0 where the picture was written."""
    from symbackprop.derive.backpropagation import default_notation
    from symbackprop.errors import FileError, quote
    from symbackprop.notation import notation as find_notation
    from symbackprop.render import svg
    from symbackprop.render.diagram import picture
    from symbackprop.render.naming import Naming
    from symbackprop.render.views import stages, zoom

    ending = Path(options.out).suffix
    if ending not in (".svg", ".tex", ".pdf") or (options.stages and ending != ".svg"):
        raise FileError(
            "the ending of the file names no format",
            where=quote(options.out),
            expected=".svg, .tex or .pdf (.svg for --stages)",
        )
    net = _shared.net(options)
    naming = Naming(find_notation(options.notation or default_notation(net)), net)
    if options.stages:
        made: str | bytes = svg.strip(stages(net, naming), standalone=True)
    else:
        view = (
            zoom(net, naming, options.zoom, options.deltas)
            if options.zoom
            else picture(net, naming, deltas=options.deltas, weights=not options.no_weights)
        )
        made = svg.svg(view, standalone=True) if ending == ".svg" else _tex(view, ending)
    try:
        Path(options.out).write_bytes(made if isinstance(made, bytes) else made.encode())
    except OSError as problem:
        raise FileError("the file cannot be written", where=quote(options.out), got=problem.strerror) from None
    print(f"picture: {options.out}")
    return 0


def _tex(view: Diagram, ending: str) -> str | bytes:
    from symbackprop.render import tikz
    from symbackprop.render.latex import PREAMBLE
    from symbackprop.render.pdf import pdf

    left, low, right, top = view.box
    scale = min(1.0, tikz.LARGEST / (right - left))
    size = f"paperwidth={(right - left) * scale + 1:.2f}cm,paperheight={(top - low) * scale + 1:.2f}cm,margin=0.2cm"
    whole = (
        f"\\documentclass{{article}}\n\\usepackage[T1]{{fontenc}}\n\\usepackage{{lmodern}}\n\\usepackage[{size}]{{geometry}}\n"
        f"\\usepackage{{xcolor}}\n{PREAMBLE}\\pagestyle{{empty}}\\parindent=0pt\n"
        f"\\begin{{document}}\n\\centering\\vspace*{{\\fill}}\n{tikz.tikz(view)}\n\\vspace*{{\\fill}}\n\\end{{document}}\n"
    )
    return whole if ending == ".tex" else pdf(whole)
