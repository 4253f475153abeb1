"""From layout to MathML: native, with the TeX source in an annotation and a `data-s` on every named symbol."""

from __future__ import annotations

from html import escape

from symbackprop.notation.greek import SHOWN
from symbackprop.render.latex_math import latex
from symbackprop.render.layout import Array, Fence, Gap, Glyph, Layout, Limits, Named, Over, Row, Scripts

SIGNS = {
    "times": "×", "odot": "⊙", "cdot": "⋅", "<=": "≤", ">=": "≥", "!=": "≠", "<-": "←", "propto": "∝", "approx": "≈",
    ":=": "≔", "-": "−", "dots": "…", "cdots": "⋯", "vdots": "⋮", "in": "∈", "circ": "∘", "mapsto": "↦", "sum": "∑",
    "prod": "∏", "max": "max", "||": "‖", "to": "→", "implies": "⟹", ",": ",",
}  # fmt: skip


def shown(glyph: Glyph) -> str:
    """What stands on the page for a glyph.

    >>> shown(Glyph("sum")), shown(Glyph("sum", "name")), shown(Glyph("delta"))
    ('∑', 'sum', 'δ')
    """
    return glyph.name if glyph.kind == "name" else SIGNS.get(glyph.name) or SHOWN.get(glyph.name) or glyph.name


def mathml(layout: Layout, display: bool = False) -> str:
    """A whole <math> element.

    >>> mathml(Glyph("x"))
    '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>'
    """
    style = ' display="block"' if display else ""
    source = escape(latex(layout), quote=False)
    return (
        f"<math{style}><semantics>{_one(layout)}"
        f'<annotation encoding="application/x-tex">{source}</annotation></semantics></math>'
    )


def _one(layout: Layout) -> str:
    text = _set(layout)
    return f"<mrow>{text}</mrow>" if isinstance(layout, Row | Fence | Array) else text


def _set(layout: Layout) -> str:
    match layout:
        case Glyph():
            return _glyph(layout)
        case Row(items):
            return "".join(_set(each) for each in items)
        case Scripts(base, sub, sup, primes):
            return _scripts(base, sub, sup, primes)
        case Over(top, bottom):
            return f"<mfrac>{_one(top)}{_one(bottom)}</mfrac>"
        case Fence(inner, opening, closing, big):
            stretch = "" if big else ' stretchy="false"'
            left, right = (
                f'<mo fence="true"{stretch}>{escape(SIGNS.get(each, each))}</mo>' if each else ""
                for each in (opening, closing)
            )
            return f"<mrow>{left}{_set(inner)}{right}</mrow>"
        case Limits(operator, below, above):
            sign = f'<mo movablelimits="false">{SIGNS[operator]}</mo>'
            if below is not None and above is not None:
                return f"<munderover>{sign}{_one(below)}{_one(above)}</munderover>"
            return f"<munder>{sign}{_one(below)}</munder>" if below is not None else sign
        case Array(rows, kind):
            return _array(rows, kind)
        case Named(inner, key):
            return f'<mrow class="s" data-s="{escape(key)}">{_set(inner)}</mrow>'
        case Gap(space):
            return f'<mspace width="{space}em"/>'


def _scripts(base: Layout, sub: Layout | None, sup: Layout | None, primes: int) -> str:
    marks = f"<mo>{'′' * primes}</mo>" if primes else ""
    upper = marks + (_one(sup) if sup is not None else "")
    if marks and sup is not None:
        upper = f"<mrow>{upper}</mrow>"
    if sub is not None and upper:
        return f"<msubsup>{_one(base)}{_one(sub)}{upper}</msubsup>"
    if sub is not None:
        return f"<msub>{_one(base)}{_one(sub)}</msub>"
    return f"<msup>{_one(base)}{upper}</msup>" if upper else _one(base)


def _array(rows: tuple[tuple[Layout, ...], ...], kind: str) -> str:
    body = "".join("<mtr>" + "".join(f"<mtd>{_set(cell)}</mtd>" for cell in cells) + "</mtr>" for cells in rows)
    if kind == "cases":
        return f'<mo fence="true">{{</mo><mtable columnalign="left left" class="cases">{body}</mtable>'
    return f'<mo fence="true">(</mo><mtable>{body}</mtable><mo fence="true">)</mo>'


def _glyph(glyph: Glyph) -> str:
    name, kind = glyph.name, glyph.kind
    sign = escape(shown(glyph))
    if kind in ("operator", "relation", "prefix"):
        form = ' form="prefix"' if kind == "prefix" else ""
        return f"<mo{form}>{sign}</mo>"
    if kind == "number":
        return f"<mn>{sign}</mn>"
    if kind == "word":
        return f"<mtext>{escape(name)}</mtext>"
    if kind == "function":
        return f'<mi mathvariant="normal">{escape(name)}</mi><mspace width="0.1667em"/>'
    if kind == "matrix":
        return f'<mi class="matrix">{sign}</mi>'
    if kind == "mark":
        return f"<mo>{sign}</mo>"
    return f"<mi>{sign}</mi>" if name != "partial" else "<mi>∂</mi>"
