"""`symbackprop notations`: the notations, their symbols, and examples that hold."""

from __future__ import annotations

import argparse

NAME = "notations"
HELP = "list the notations with their symbols and examples"
EXAMPLE = "symbackprop notations winston"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One notation, or all of them."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="a notation, or a TOML file that declares one")


def run(options: argparse.Namespace) -> int:
    """Print the tables."""
    from symbackprop.notation import KINDS, notation, table
    from symbackprop.notation.patterns import latex_letter

    chosen = [notation(options.name)] if options.name else list(table().values())
    for index, each in enumerate(chosen):
        if index:
            print()
        print(f"{each.name}: {each.title}")
        print(f"  source    {each.source}")
        for kind, patterns in each.patterns.items():
            shown = ", ".join(
                latex_letter(p.letter) + (f"_{{{p.sub}}}" if p.sub else "") + (f"^{{{p.sup}}}" if p.sup else "") for p in patterns
            )
            print(f"  {kind:<14} {shown.replace('{{', '{').replace('}}', '}').replace('>', ' -> '):<34} {KINDS[kind]}")
        sign = "minus the derivative of the cost by the weighted input" if each.delta_sign < 0 else "the derivative by the weighted input"
        print(f"  {'delta is':<14} {sign}; the inputs are layer {each.input_layer}; loss {each.loss}")
        for example in each.examples:
            print(f"  example   {example}")
    print("\n  l layer, j neuron in its layer, k source neuron; u, s labels of unit and source (Winston: l_i, r_j, f_k; slides: numbers)")
    return 0
