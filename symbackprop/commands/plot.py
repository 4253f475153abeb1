"""symbackprop plot NAME --out FILE.svg: a figure of the documents, drawn from the real object."""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "plot"
HELP = "draw a figure of the source documents from the real object, as SVG"
EXAMPLE = "symbackprop plot xor-regions --out xor.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `plot`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a figure (all are listed without it)")
    parser.add_argument("--out", metavar="FILE.svg", help="where to write it (NAME.svg)")


def run(options: argparse.Namespace) -> int:
    """0 where the figure was written."""
    from symbackprop.catalogue.figures import FIGURES
    from symbackprop.discovery import pick
    from symbackprop.errors import FileError
    from symbackprop.render.charts import svg

    if not options.name:
        for name, make in FIGURES.items():
            print(f"  {name:<18} {(make.__doc__ or 'the graph of the unit').splitlines()[0]}")
        return 0
    if options.name not in FIGURES:
        pick(dict.fromkeys(FIGURES), "figure", options.name)
    path = Path(options.out or f"{options.name}.svg")
    if path.suffix != ".svg":
        raise FileError("the ending of the file names no format", where=str(path), expected=".svg")
    try:
        drawn = FIGURES[options.name]()
        path.write_text(drawn if isinstance(drawn, str) else svg(drawn), encoding="utf-8")
    except OSError as problem:
        raise FileError("the file cannot be written", where=str(path), got=problem.strerror) from None
    print(f"figure: {path}")
    return 0
