"""symbackprop draw SPEC --out net.svg: the picture of a net, of one neuron, or of the stages of backpropagation."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from symbackprop.commands import _shared

if TYPE_CHECKING:
    from symbackprop.render.figures import Drawing

NAME = "draw"
HELP = "draw a net, one neuron of it, or the stages of backpropagation, as SVG, TikZ or PDF"
EXAMPLE = "symbackprop draw 2-3-1 --deltas --out net.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `draw`."""
    _shared.add_net(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="a file that ends in .svg, .tex (TikZ) or .pdf")
    parser.add_argument("--notation", metavar="NAME", help="winston, nielsen, ... or a TOML file (chosen by the net)")
    parser.add_argument("--deltas", action="store_true", help="write each delta under its neuron")
    parser.add_argument("--mark", metavar="WEIGHT", help="mark this weight as the one to be adjusted")
    parser.add_argument("--no-weights", action="store_true", help="no labels on the arrows")
    parser.add_argument(
        "--zoom", metavar="NEURON", help="this neuron alone, with its sum, its function and what it feeds"
    )
    parser.add_argument(
        "--fragment",
        action="store_true",
        help="TikZ to \\input after the preamble of a derivation, not a whole document",
    )
    parser.add_argument("--stages", action="store_true", help="the stages of backpropagation, layer by layer")


def run(options: argparse.Namespace) -> int:
    """0 where the picture was written."""
    from symbackprop.derive.backpropagation import default_notation
    from symbackprop.discovery import pick
    from symbackprop.errors import FileError, NetworkError, no_format, quote
    from symbackprop.notation import notation as find_notation
    from symbackprop.render import svg
    from symbackprop.render.diagram import marked, picture
    from symbackprop.render.foreign import declaring
    from symbackprop.render.naming import Naming
    from symbackprop.render.tikz import drawn, page
    from symbackprop.render.views import stages, zoom

    ending = Path(options.out).suffix
    endings = (".tex",) if options.fragment else (".svg", ".tex", ".pdf")
    if ending not in endings:
        raise no_format(options.out, endings)
    net = _shared.net(options)
    naming = Naming(find_notation(options.notation or default_notation(net)), net)
    view: Drawing
    if options.stages and options.mark:
        raise NetworkError("the stages are about every weight", where="--mark", try_="--mark without --stages")
    if options.stages:
        view = stages(net, naming)
    else:
        shown = (
            zoom(net, naming, options.zoom, options.deltas)
            if options.zoom
            else picture(net, naming, deltas=options.deltas, weights=not options.no_weights, keep=options.mark or "")
        )
        view = marked(shown, pick({name: name for name in net.parameters}, "weight", options.mark)) if options.mark else shown
    made = svg.drawn(view, standalone=True) if ending == ".svg" else "".join(declaring([drawn(view)])) if options.fragment else page(view)
    whole = _pdf(view) if ending == ".pdf" else made.encode()
    try:
        Path(options.out).write_bytes(whole)
    except OSError as problem:
        raise FileError("the file cannot be written", where=quote(options.out), got=problem.strerror) from None
    print(f"picture: {options.out}")
    return 0


def _pdf(view: Drawing) -> bytes:
    from symbackprop.render import tikz, typst
    from symbackprop.render.pdf import latex_is_there, pdf
    from symbackprop.render.typst_pdf import typst_pdf

    return pdf(tikz.page(view)) if latex_is_there() else typst_pdf(typst.page(view))
