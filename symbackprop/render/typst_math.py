"""From layout to Typst mathematics. Every sign is a character or a quoted string, so that nothing a user wrote is read as Typst."""

from __future__ import annotations

from symbackprop.render.layout import Array, Fence, Gap, Glyph, Layout, Limits, Named, Over, Row, Scripts
from symbackprop.render.mathml import SIGNS, shown


def quoted(text: str) -> str:
    """A Typst string literal that holds the text, whatever it holds.

    >>> print(quoted('a "b" #c'))
    "a \\"b\\" #c"
    """
    plain = "".join(sign if sign >= " " else " " for sign in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst(layout: Layout) -> str:
    """The layout as Typst mathematics, without dollars.

    >>> typst(Scripts(Glyph("delta"), Glyph("j"), Glyph("l")))
    'attach(δ, b: j, t: l)'
    """
    return " ".join(_set(layout).split(" ")).strip()


def _set(layout: Layout) -> str:
    match layout:
        case Glyph():
            return _glyph(layout)
        case Row(items):
            return " ".join(_set(each) for each in items)
        case Scripts(base, sub, sup, primes):
            upper = " ".join(["′" * primes] * bool(primes) + ([_set(sup)] if sup is not None else []))
            scripts = [f"b: {_set(sub)}"] * (sub is not None) if sub is not None else []
            scripts += [f"t: {upper}"] if upper else []
            return f"attach({', '.join([_set(base), *scripts])})"
        case Over(top, bottom):
            return f"frac({_set(top)}, {_set(bottom)})"
        case Fence(inner, opening, closing, big):
            if big and opening and closing:
                return f"lr({_bracket(opening, True)} {_set(inner)} {_bracket(closing, True)})"
            return f"{_bracket(opening)} {_set(inner)} {_bracket(closing)}"
        case Limits(operator, below, above):
            scripts = [f"{side}: {_set(each)}" for side, each in (("b", below), ("t", above)) if each is not None]
            sign = f"limits({SIGNS[operator]})"
            return f"attach({', '.join([sign, *scripts])})" if scripts else sign
        case Array(rows, kind):
            if kind == "cases":
                return "cases(" + ", ".join(" & ".join(_set(cell) for cell in cells) for cells in rows) + ")"
            return 'mat(delim: "(", ' + "; ".join(", ".join(_set(cell) for cell in cells) for cells in rows) + ")"
        case Named(inner, _):
            return _set(inner)
        case Gap(space):
            return f"#h({space}em)"


def _bracket(sign: str, grows: bool = False) -> str:
    shown = SIGNS.get(sign, sign)
    return shown if grows or not shown else f"\\{shown}" if shown in "([{)]}|" else shown


def _glyph(glyph: Glyph) -> str:
    name, kind = glyph.name, glyph.kind
    if kind.startswith(("open", "close")):  # one half of a pair that stands on several lines
        half = _bracket(name)
        return f"lr(size: #200%, {half})" if kind.endswith("tall") else half
    if kind == "word":
        return quoted(name)
    if kind == "function":
        return f"op({quoted(name)})"
    sign = shown(glyph)
    if kind == "matrix":
        return f"bold({quoted(sign)})"
    if kind == "number":
        return quoted(sign)
    if len(sign) > 1:
        return f"italic({quoted(sign)})"
    if sign.isalpha() or sign in "∂∇∞⊤∑∏":
        return sign
    return sign if sign in "+−=×⋅⊙<>≤≥≠≈←→∝∈∘↦…⋯⋮′" else f"\\{sign}" if sign.isascii() else quoted(sign)
