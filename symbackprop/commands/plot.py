"""symbackprop plot NAME --out FILE.svg: a figure of the documents, drawn from the real object."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.render.charts import Chart

NAME = "plot"
HELP = "draw a figure of the source documents from the real object, as SVG, TikZ or PDF"
EXAMPLE = "symbackprop plot xor-regions --out xor.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `plot`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a figure (all are listed without it)")
    parser.add_argument("--out", metavar="FILE", help="a file that ends in .svg, .tex (TikZ) or .pdf (NAME.svg)")
    parser.add_argument("--fragment", action="store_true", help="TikZ to \\input, not a whole document")


def run(options: argparse.Namespace) -> int:
    """0 where the figure was written."""
    from symbackprop.catalogue.figures import FIGURES
    from symbackprop.discovery import pick
    from symbackprop.errors import FileError, no_format

    if not options.name:
        for name, make in FIGURES.items():
            print(f"  {name:<18} {(make.__doc__ or 'the graph of the unit').splitlines()[0]}")
        return 0
    if options.name not in FIGURES:
        pick(dict.fromkeys(FIGURES), "figure", options.name)
    path = Path(options.out or f"{options.name}.svg")
    endings = (".tex",) if options.fragment else (".svg", ".tex", ".pdf")
    if path.suffix not in endings:
        raise no_format(str(path), endings)
    try:
        path.write_bytes(_drawn(FIGURES[options.name](), path.suffix, options.fragment))
    except OSError as problem:
        raise FileError("the file cannot be written", where=str(path), got=problem.strerror) from None
    print(f"figure: {path}")
    return 0


def _drawn(figure: Chart | str, ending: str, fragment: bool) -> bytes:
    from symbackprop.render import charts, charts_tikz, lines_tikz, tikz, typst
    from symbackprop.render.pdf import latex_is_there, pdf
    from symbackprop.render.typst_pdf import typst_pdf

    if ending == ".svg":
        return (figure if isinstance(figure, str) else charts.svg(figure)).encode()
    if ending == ".pdf" and not latex_is_there():
        return typst_pdf(typst.framed(figure if isinstance(figure, str) else charts.svg(figure)))
    drawn = lines_tikz.tikz(figure) if isinstance(figure, str) else charts_tikz.tikz(figure)
    source = drawn if fragment else tikz.framed(drawn)
    return source.encode() if ending == ".tex" else pdf(source)
