"""Winston's letters for layers: i the inputs, l any layer, r the one to its right, f the final one."""

from __future__ import annotations

POSITIONS = ("i", "l", "r", "f", "g", "h", "m", "n", "s", "t", "u", "v")
_BETWEEN = ("g", "h", "m", "n", "s", "t", "u", "v")
MOST_LETTERED = len(_BETWEEN) + 1  # computing layers that have letters


def position_letter(layer: int, depth: int) -> str:
    """The letter of a layer in Winston's notation: l and r in a net of two layers; else f is the last, g, h, ... before it."""
    if layer == 0:
        return "i"
    if depth == 2:
        return "lr"[layer - 1]
    if layer == depth:
        return "f"
    if layer > len(_BETWEEN):
        raise KeyError(f"no letter for layer {layer}")
    return _BETWEEN[layer - 1]


def position_layers(depth: int) -> dict[str, int]:
    """The letters that always mean one layer: i the inputs, f the final one, and those in between.

    The keys carry an @, since the same letters may be indices of neurons inside a layer.
    """
    fixed = {"@i": 0, "@f": depth}
    if depth <= 2:
        fixed |= {"@l": 1, "@r": depth}
    else:
        fixed |= {"@" + letter: layer for layer, letter in enumerate(_BETWEEN, 1) if layer < depth}
    return fixed
