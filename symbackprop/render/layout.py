"""Formulas as they are set: glyphs, scripts, fractions, fences. Every printer walks this one tree and decides nothing.

A glyph is a name, not a character: "delta" becomes \\delta, the MathML character or the Unicode one in each printer's table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign. kind: letter, number, operator (binary, with spaces round it), relation, prefix, word, function, mark, name (several letters)."""

    name: str
    kind: str = "letter"


@dataclass(frozen=True, slots=True)
class Row:
    """Things side by side."""

    items: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with a subscript, a superscript, primes."""

    base: Layout
    sub: Layout | None = None
    sup: Layout | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Over:
    """A fraction."""

    top: Layout
    bottom: Layout


@dataclass(frozen=True, slots=True)
class Fence:
    """Brackets; `tall` where they must grow with what they hold."""

    inner: Layout
    opening: str = "("
    closing: str = ")"
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """A big operator with what stands below and above."""

    operator: str
    below: Layout | None = None
    above: Layout | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """Rows of cells: `kind` is matrix or cases (whose last cell is words)."""

    rows: tuple[tuple[Layout, ...], ...]
    kind: str = "matrix"


@dataclass(frozen=True, slots=True)
class Named:
    """A part that stands for a thing of the net: `key` links it to the diagram, and to a wrong symbol's highlight."""

    inner: Layout
    key: str


@dataclass(frozen=True, slots=True)
class Gap:
    """White space, in em."""

    width: float


Layout = Glyph | Row | Scripts | Over | Fence | Limits | Array | Named | Gap

NOTHING = Row(())


def row(*items: Layout) -> Layout:
    """The items side by side; one alone is itself."""
    flat = tuple(each for each in items if each != NOTHING)
    return flat[0] if len(flat) == 1 else Row(flat)


def tall(layout: Layout) -> bool:
    """Whether the part is higher than a line, so that brackets round it must grow."""
    match layout:
        case Over() | Array() | Limits():
            return True
        case Row(items):
            return any(tall(each) for each in items)
        case Scripts(base):
            return tall(base)
        case Fence(inner) | Named(inner, _):
            return tall(inner)
    return False


def width(layout: Layout, size: float = 1.0) -> float:
    """About how wide the part is set, in em: enough to know when a line must be broken."""
    match layout:
        case Glyph(name, kind):
            if kind in ("word", "function"):
                return 0.5 * len(name) * size + (0.17 if kind == "function" else 0)
            if kind == "name":
                return 0.53 * len(name) * size
            if kind == "number":
                return 0.5 * len(name) * size
            return {"letter": 0.55, "operator": 1.22, "relation": 1.33, "prefix": 0.78, "mark": 0.3}.get(
                kind, 0.5
            ) * size
        case Row(items):
            return sum(width(each, size) for each in items)
        case Scripts(base, sub, sup, primes):
            small = 0.7 * size
            scripts = [width(each, small) for each in (sub, sup) if each is not None]
            return width(base, size) + max([*scripts, 0.3 * primes * size, 0.0]) + 0.05
        case Over(top, bottom):
            return max(width(top, size), width(bottom, size)) + 0.24
        case Fence(inner, _, _, big):
            return width(inner, size) + (1.0 if big else 0.78) * size
        case Limits(_, below, above):
            return max([1.44, *(width(each, 0.7 * size) for each in (below, above) if each is not None)]) + 0.17
        case Array(rows):
            columns = zip(*rows, strict=False)
            return sum(max(width(cell, size) for cell in column) + 1.0 for column in columns) + 1.2
        case Named(inner, _):
            return width(inner, size)
        case Gap(space):
            return space
