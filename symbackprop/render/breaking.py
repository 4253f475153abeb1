"""Long formulas in lines: broken before a plus or minus, else between factors, else inside the brackets that are too wide."""

from __future__ import annotations

from symbackprop.render.layout import Fence, Glyph, Layout, Named, Over, Row, row, width

INDENT = 2.0  # em by which a continued line is set in
SUMS, FACTORS = frozenset("+-"), frozenset(["times", "odot", "cdot"])


def broken(layout: Layout, room: float) -> list[Layout]:
    """The layout in lines that fit the room as far as there are places to break it.

    >>> plus = Glyph("+", "operator")
    >>> len(broken(Row((Glyph("a"), plus, Glyph("b"), plus, Glyph("c"))), 2.0))
    3
    """
    if width(layout) <= room:
        return [layout]
    lines: list[list[Layout]] = [[]]
    filled = 0.0
    for piece in _pieces(layout, room - INDENT):
        wide = sum(width(each) for each in piece)
        if lines[-1] and filled + wide > room - (INDENT if len(lines) > 1 else 0):
            lines.append([])
            filled = 0.0
        lines[-1] += piece
        filled += wide
    return [row(*(each if number == 0 else _continued(each))) for number, each in enumerate(lines) if each]


def _continued(line: list[Layout]) -> list[Layout]:
    """A line that goes on begins with a sign: a product that was only written side by side shows its times there."""
    return line if _sign(line[0], SUMS | FACTORS) else [Glyph("times", "operator"), *line]


def _pieces(layout: Layout, room: float) -> list[list[Layout]]:
    """Parts that may stand on different lines."""
    items: list[Layout] = list(layout.items) if isinstance(layout, Row) else [layout]
    for signs in (SUMS, FACTORS):
        if any(_sign(each, signs) for each in items):
            return [part for piece in _split(items, signs) for part in _narrowed(piece, room)]
    if len(beside := _beside(items)) > 1:
        return [part for piece in beside for part in _narrowed(piece, room)]
    return _narrowed(items, room)


def _beside(items: list[Layout]) -> list[list[Layout]]:
    """Factors written side by side: a line may begin at a quantity, a quotient, or a bracket behind another."""
    pieces: list[list[Layout]] = [[]]
    for each in items:
        before = pieces[-1][-1] if pieces[-1] else None
        begins = isinstance(each, Named | Over) or (isinstance(each, Fence) and isinstance(before, Fence | Named))
        if begins and before is not None and not _sign(before, SUMS | FACTORS) and not _opens(before):
            pieces.append([])
        pieces[-1].append(each)
    return pieces


def _narrowed(piece: list[Layout], room: float) -> list[list[Layout]]:
    """A piece that is still too wide is opened: the brackets in it become two signs, and their contents may be broken."""
    if sum(width(each) for each in piece) <= room:
        return [piece]
    if not any(isinstance(each, Fence | Row) for each in piece):
        return _beside(piece)
    opened: list[Layout] = []
    for each in piece:
        if isinstance(each, Row):
            opened += each.items
        elif isinstance(each, Fence) and not isinstance(each.inner, Glyph | Named):
            kind = "tall" if each.tall else "plain"
            inner: tuple[Layout, ...] = each.inner.items if isinstance(each.inner, Row) else (each.inner,)
            opened += [Glyph(each.opening, f"open {kind}"), *inner, Glyph(each.closing, f"close {kind}")]
        else:
            opened.append(each)
    if opened == piece:
        return [piece]
    if any(_sign(each, SUMS) for each in opened[1:]):
        return _split(opened, SUMS)
    return _split(opened, FACTORS) if any(_sign(each, FACTORS) for each in opened) else _narrowed(opened, room)


def _sign(layout: Layout, signs: frozenset[str]) -> bool:
    return isinstance(layout, Glyph) and layout.kind == "operator" and layout.name in signs


def _opens(layout: Layout) -> bool:
    """Whether what comes next belongs to it: a function or a bracket that opens."""
    return isinstance(layout, Glyph) and (layout.kind in ("function", "prefix") or layout.kind.startswith("open"))


def _split(items: list[Layout], signs: frozenset[str]) -> list[list[Layout]]:
    pieces: list[list[Layout]] = [[]]
    for each in items:
        if _sign(each, signs) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(each)
    return pieces
