"""`symbackprop notations`: the notations, their symbols, and examples that hold."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbackprop.notation import Notation, Pattern

NAME = "notations"
HELP = "list the notations with their symbols and examples"
EXAMPLE = "symbackprop notations winston"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One notation, or all of them."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a notation, or a TOML file that declares one")
    parser.add_argument("--toml", action="store_true", help="print the notation as the TOML file that declares it, to change it")


def run(options: argparse.Namespace) -> int:
    """Print the tables, or one notation as TOML."""
    from symbackprop.errors import NameUnknown
    from symbackprop.notation import notation, programs, table
    from symbackprop.notation.declare import declaration

    if options.toml and not options.name:
        raise NameUnknown("--toml prints one notation", expected="its name", try_="symbackprop notations nielsen --toml")
    chosen = [notation(options.name)] if options.name else [*table().values(), *programs().values()]
    for each in chosen:
        print(declaration(each) if options.toml else "\n".join(_lines(each)) + "\n")
    if not options.toml:
        print(_LEGEND)
    return 0


_LEGEND = """l layer, j neuron in its layer, k source neuron; u, s labels of unit and source (Winston: l_i, r_j, f_k; slides: numbers);
n_l neurons in layer l, the inputs being the lowest and L the last; m examples. A notation of your own: symbackprop notations nielsen --toml > mine.toml,
change what differs, and say --notation mine.toml, or in a document: sbp: notation=mine.toml"""


def _lines(notation: Notation) -> list[str]:
    """One notation: symbols, shapes, meanings, conventions, examples."""
    from symbackprop.notation import KINDS
    from symbackprop.notation.patterns import spelled

    rows = []
    for kind, patterns in notation.patterns.items():
        shapes = dict.fromkeys(_shape(notation, kind, each) for each in patterns)
        symbols = ", ".join(dict.fromkeys(spelled(each) for each in patterns))
        rows.append((kind, symbols, "; ".join(each for each in shapes if each), KINDS[kind]))
    wide = [max(14, *(len(row[0]) for row in rows)), *(max(len(row[at]) for row in rows) for at in (1, 2))]
    lines = [f"{notation.name}: {notation.title}", f"  {'source':<{wide[0]}} {notation.source}"]
    lines += [f"  {kind:<{wide[0]}} {symbols:<{wide[1]}}  {shape:<{wide[2]}}  {about}" for kind, symbols, shape, about in rows]
    sign = "minus the derivative of the cost by the weighted input" if notation.delta_sign < 0 else "the derivative by the weighted input"
    lines.append(f"  {'delta is':<{wide[0]}} {sign}; the inputs are layer {notation.input_layer}; loss {notation.loss}")
    return lines + [f"  {'example':<{wide[0]}} {each}" for each in notation.examples]


SHAPES = {
    "input": "column of all inputs", "input_matrix": "matrix n_0 x m", "target": "column n_L", "target_matrix": "matrix n_L x m",
    **dict.fromkeys(("net_input_matrix", "output_matrix", "delta_matrix", "output_delta_matrix"), "matrix n_l x m"),
}  # fmt: skip


def _shape(notation: Notation, kind: str, pattern: Pattern) -> str:
    """number, or a vector or matrix with its size, for a pattern that leaves the neurons' indices out."""
    if kind in ("activation", "cost_function"):
        return ""
    if kind in ("cost", "rate") or notation.labels != "layered" or notation.one_per_layer or pattern.fields & {"j", "k", "u"}:
        return "number"
    if kind in ("weight", "weight_derivative"):
        return ("matrix n_(l-1) x n_l" if "l" in pattern.fields else "column n_0") if pattern.column else "matrix n_l x n_(l-1)"
    return SHAPES.get(kind, "column n_l" if pattern.fields else "column n_L")
