"""From layout to plain Unicode text, for a terminal: δ_l = o_l (1 − o_l) × w_r × δ_r."""

from __future__ import annotations

from symbackprop.render.layout import Array, Fence, Gap, Glyph, Layout, Limits, Named, Over, Row, Scripts
from symbackprop.render.mathml import SIGNS, shown


def plain(layout: Layout) -> str:
    """The layout on one line of Unicode.

    >>> plain(Over(Glyph("partial"), Scripts(Glyph("w"), Glyph("r"))))
    '∂/w_r'
    """
    return " ".join(_set(layout).split())


def _set(layout: Layout) -> str:
    match layout:
        case Glyph(_, kind) as glyph:
            sign = shown(glyph)
            return f" {sign} " if kind in ("operator", "relation") else f"{sign} " if kind == "function" else sign
        case Row(items):
            return _joined(items)
        case Scripts(base, sub, sup, primes):
            text = _set(base).rstrip() + "′" * primes
            text += "" if sub is None else "_" + _script(sub)
            return text + ("" if sup is None else "^" + _script(sup))
        case Over(top, bottom):
            return f"{_tight(top)}/{_tight(bottom)}"
        case Fence(inner, opening, closing, _):
            return f"{opening}{_set(inner).strip()}{closing}"
        case Limits(operator, below, above):
            lower = "" if below is None else "_" + _script(below)
            return SIGNS[operator] + lower + ("" if above is None else "^" + _script(above)) + " "
        case Array(rows, "cases"):
            return "{ " + "; ".join(" ".join(_cases(each)) for each in rows) + " }"
        case Array(rows):
            return "[" + "; ".join("  ".join(_set(cell).strip() for cell in each) for each in rows) + "]"
        case Named(inner, _):
            return _set(inner)
        case Gap(space):
            return " " if space else ""


def _cases(cells: tuple[Layout, ...]) -> list[str]:
    """A value and when it is taken: 1 if z > 0."""
    value, *when = (_set(cell).strip() for cell in cells)
    return [value, *(each if each.startswith(("if ", "otherwise", "for ", "where ", "when ")) else f"if {each}" for each in when if each)]


def _joined(items: tuple[Layout, ...]) -> str:
    """Items side by side; a symbol after a symbol is kept apart by a space, w_l i_l."""
    text = ""
    for before, each in zip((None, *items), items):
        piece = _set(each)
        if isinstance(each, Over) and text and not _opens(before) and piece[:1] not in "∂d":  # a 1/2 b would be a over 2 b
            piece = f"({piece})"
        if isinstance(each, Fence) and isinstance(before, Glyph) and before.kind == "function":
            text = text.rstrip()
        apart = not isinstance(before, Glyph | None) and text[-1:].isalnum() and piece[:1].isalpha()
        text += (" " if apart else "") + piece
    return text


def _opens(before: Layout | None) -> bool:
    """Whether what comes next begins a factor of its own: after a sign or a bracket that opens."""
    return isinstance(before, Glyph) and (before.kind in ("operator", "relation", "prefix") or before.kind.startswith("open"))


def _script(layout: Layout) -> str:
    text = _set(layout).replace(" ", "")
    return text if len(text) == 1 or text.isalnum() else "{" + text + "}"


def _tight(layout: Layout) -> str:
    text = _set(layout).strip()
    single = isinstance(layout, Glyph | Scripts | Named | Fence) or (text[:1] in ("∂", "d") and " " not in text)
    return text if single else f"({text})"
