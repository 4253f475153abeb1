"""A diagram or a plot as SVG: text and lines, no script, no outside resource, colours by class so that a page can restyle them."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from html import escape
from math import hypot

from symbackprop.render.diagram import Diagram
from symbackprop.render.layout import Array, Fence, Gap, Glyph, Layout, Limits, Named, Over, Row, Scripts, width
from symbackprop.render.mathml import shown
from symbackprop.render.placing import BOXES, RADIUS, Spot, control, point, reach
from symbackprop.render.plots import Plot
from symbackprop.render.views import Strip

CM = 38.0  # user units to a centimetre
ROOM = 25.0  # of them for a label inside a neuron
STYLE = """
.sbp{--ink:#1c2733;--paper:#fff;--line:#5b6673;--faint:#b9c0c8;--input:#2e7d4f;--output:#b3402e;--bias:#2f6db5;--hidden:#3b4a5a;--adjust:#b86e00}
@media (prefers-color-scheme:dark){.sbp{--ink:#e4e7ea;--paper:#15191e;--line:#9aa5b1;--faint:#4a535d;--input:#6cc08f;--output:#ea8a78;--bias:#7fb0ea;--hidden:#a9b6c3;--adjust:#f0b429}}
.sbp text{font-family:"Latin Modern Math","STIX Two Math","Cambria Math",Georgia,serif;fill:var(--ink)}
.sbp .back{fill:var(--paper);stroke:none}
.sbp .i{font-style:italic}.sbp circle,.sbp rect{fill:var(--paper);stroke:var(--hidden);stroke-width:1.6}
.sbp .input circle{stroke:var(--input)}.sbp .output circle{stroke:var(--output)}.sbp .bias circle{stroke:var(--bias)}
.sbp .arrow{stroke:var(--line);stroke-width:1.3;fill:none}.sbp .faint{stroke:var(--faint)}.sbp .hot{stroke:var(--output);stroke-width:2.2}.sbp .marked{stroke:var(--adjust);stroke-width:3.2}.sbp .headm,.sbp text.adjust{fill:var(--adjust)}.sbp .headh{fill:var(--output)}.sbp .head{fill:var(--line)}.sbp .headf{fill:var(--faint)}
.sbp .beside text,.sbp text.value{fill:var(--bias)}.sbp .below text,.sbp text.slope{fill:var(--output)}
.sbp .value path{stroke:var(--bias);fill:none;stroke-width:2}.sbp .slope path{stroke:var(--output);fill:none;stroke-width:2}.sbp .grid{stroke:var(--faint);stroke-width:.8}
""".strip()  # fmt: skip


@singledispatch
def drawn(thing: object, standalone: bool = False) -> str:
    """A diagram, a strip of them or a plot as an <svg> element."""
    raise TypeError(type(thing).__name__)


@drawn.register
def svg(diagram: Diagram, standalone: bool = False) -> str:
    """The diagram as an <svg> element; `standalone` makes it a file of its own, with its style."""
    left, low, right, top = diagram.box

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - left) * CM, (top - y) * CM

    parts = [_arrow_heads(diagram)]
    spots = diagram.by_name
    for arrow in diagram.arrows:
        one, two = spots[arrow.start], spots[arrow.end]
        if "dots" in (one.kind, two.kind):
            continue
        faint = " marked" if arrow.mark else " hot" if arrow.hot else " faint" if arrow.faint else ""
        head = "hm" if arrow.mark else "hh" if arrow.hot else "hf" if arrow.faint else "h"
        middle = control(arrow, spots)
        ends = (two, one) if arrow.hot else (one, two)  # deltas travel against the arrows
        x1, y1 = place(*_rim(ends[0], middle, RADIUS))
        x2, y2 = place(*_rim(ends[1], middle, RADIUS + 0.13))
        curve = "Q{:.1f} {:.1f} ".format(*place(*middle)) if arrow.bend else "L"
        key = f' data-k="{escape(arrow.key)}"' if arrow.key else ""
        parts.append(
            f'<path class="arrow{faint}"{key} d="M{x1:.1f} {y1:.1f}{curve}{x2:.1f} {y2:.1f}" marker-end="url(#{_uid(diagram)}{head})"/>'
        )
    parts += [_spot(spot, place) for spot in diagram.spots]
    for arrow in diagram.arrows:
        if arrow.label is not None:
            x, y = place(*point(arrow, spots, arrow.at))
            half = width(arrow.label) * 7 + 2
            back = f'<rect class="back" x="{x - half:.1f}" y="{y - 9:.1f}" width="{2 * half:.1f}" height="19" rx="3"/>'
            ground = f'<rect class="back" x="{x - 38:.1f}" y="{y + 10:.1f}" width="76" height="14"/>'
            words = f'{ground}<text class="adjust" x="{x:.1f}" y="{y + 21:.1f}" font-size="12" text-anchor="middle">to be adjusted</text>'
            parts.append(
                f'<g data-k="{escape(arrow.key)}">{back}{text(arrow.label, x, y + 4, 14)}{words * arrow.mark}</g>'
            )
    return _frame(parts, (right - left) * CM, (top - low) * CM, diagram.title, standalone)


def _rim(spot: Spot, towards: tuple[float, float], radius: float) -> tuple[float, float]:
    """The place on a neuron's rim in the direction of a point."""
    across, up = towards[0] - spot.x, towards[1] - spot.y
    length = hypot(across, up) or 1.0
    if spot.kind in BOXES:
        half, high = reach(spot)
        edge = min(half / abs(across) if across else 9e9, high / abs(up) if up else 9e9) * length
        radius += edge - RADIUS
    return spot.x + radius * across / length, spot.y + radius * up / length


def _frame(parts: list[str], wide: float, high: float, title: str, standalone: bool) -> str:
    space = ' xmlns="http://www.w3.org/2000/svg"' if standalone else ""
    style = f"<style>{STYLE}</style>" if standalone else ""
    background = '<rect width="100%" height="100%" style="fill:var(--paper);stroke:none"/>' if standalone else ""
    return (
        f'<svg{space} class="sbp" role="img" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}" style="--w:{wide:.0f}px">'
        f"<title>{escape(title)}</title>{style}{background}{''.join(parts)}</svg>"
    )


def _uid(diagram: Diagram) -> str:
    return (
        "m"
        + "".join(sign for sign in diagram.title if sign.isascii() and sign.isalnum())[:24]
        + str(len(diagram.arrows))
    )


def _arrow_heads(diagram: Diagram) -> str:
    shape = '<path class="{1}" d="M0 0L8 3.2L0 6.4L2 3.2z"/>'
    heads = (("h", "head"), ("hf", "headf"), ("hh", "headh"), ("hm", "headm"))
    return "<defs>" + "".join(
        f'<marker id="{_uid(diagram)}{name}" viewBox="0 0 8 6.4" refX="3" refY="3.2" markerWidth="8" markerHeight="6.4" '
        f'markerUnits="userSpaceOnUse" orient="auto">{shape.format("", kind)}</marker>'
        for name, kind in heads
    ) + "</defs>"  # fmt: skip


def _spot(spot: Spot, place: Callable[[float, float], tuple[float, float]]) -> str:
    x, y = place(spot.x, spot.y)
    key = escape(spot.name)
    if spot.kind == "dots":
        return "".join(
            f'<circle cx="{x:.1f}" cy="{y + d:.1f}" r="1.6" style="fill:var(--ink);stroke:none"/>' for d in (-8, 0, 8)
        )
    label = text(spot.label, x, y + 5, min(16.0, ROOM / width(spot.label))) if spot.label is not None else ""
    if spot.kind in BOXES:
        half, high = reach(spot)[0] * CM, reach(spot)[1] * CM
        shape = f'<rect x="{x - half:.1f}" y="{y - high:.1f}" width="{2 * half:.1f}" height="{2 * high:.1f}" rx="3"/>'
        name = "cost"
    else:
        shape, name = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS * CM:.1f}"/>', spot.kind
    extra = ""
    under = y - RADIUS * CM - 6 if spot.up else y + RADIUS * CM + 14
    if spot.beside is not None:
        key_of = f' data-k="{escape(spot.beside.key)}"' if isinstance(spot.beside, Named) else ""
        extra = f'<g class="beside"{key_of}>{_paper(spot.beside, x, under, 13)}{text(spot.beside, x, under, 13)}</g>'
    if spot.below is not None:
        extra = f'<g class="below">{_paper(spot.below, x, under, 14)}{text(spot.below, x, under, 14)}</g>'
    return f'<g class="{name}" data-k="u:{key}">{shape}{label}</g>{extra}'


def _paper(layout: Layout, x: float, y: float, size: float) -> str:
    """The ground of a label that arrows run behind."""
    half = width(layout) * size / 2
    return f'<rect class="back" x="{x - half:.1f}" y="{y - 0.72 * size:.1f}" width="{2 * half:.1f}" height="{size:.1f}" rx="2"/>'


@drawn.register
def strip(strip: Strip, standalone: bool = False) -> str:
    """Pictures with captions, two in a row where they are small."""
    stages, across = strip.stages, strip.across
    boxes = [diagram.box for _, diagram in stages]
    wide = max(right - left for left, _, right, _ in boxes) * CM + 24
    high = max(top - low for _, low, _, top in boxes) * CM + 44
    parts = []
    for k, (caption, diagram) in enumerate(stages):
        x, y = (k % across) * wide, (k // across) * high
        words = f'<text x="{wide / 2:.0f}" y="16" font-size="14" text-anchor="middle">{escape(caption)}</text>'
        parts.append(
            f'<g transform="translate({x:.0f} {y:.0f})">{words}<g transform="translate(0 28)">{svg(diagram)}</g></g>'
        )
    return _frame(parts, wide * across, high * -(-len(stages) // across), strip.title, standalone)


@drawn.register
def plot(figure: Plot, standalone: bool = False, wide: float = 560.0, high: float = 240.0) -> str:
    """A plot as an <svg> element."""
    (left, right), (low, top) = figure.x, figure.y
    margin_left, margin_top, margin_right, margin_bottom = 42.0, 14.0, 60.0, 26.0

    def place(x: float, y: float) -> tuple[float, float]:
        return margin_left + wide * (x - left) / (right - left), margin_top + high * (top - y) / (top - low)

    parts: list[str] = []
    for value in figure.yticks:
        x, y = place(left, value)
        parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}h{wide:.1f}"/>{_number(x - 8, y + 4, value, "end")}')
    for value in figure.xticks:
        x, y = place(value, low)
        parts.append(_number(x, y + 18, value, "middle"))
    (x0, y0), (x1, _) = place(left, 0), place(right, 0)
    zero, floor = place(0, top)[0], place(0, low)[1]
    parts.append(
        f'<path class="arrow" d="M{x0:.1f} {y0:.1f}H{x1 + 10:.1f}M{zero:.1f} {floor:.1f}V{margin_top - 6:.1f}"/>'
    )
    for curve in figure.curves:
        points = " ".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in curve.points))
        x, y = place(*curve.points[-1])
        label = text(curve.label, x + 30, y - 6, 15, curve.kind)
        parts.append(f'<g class="{curve.kind}"><path d="M{points}"/>{label}</g>')
    return _frame(parts, wide + margin_left + margin_right, high + margin_top + margin_bottom, figure.title, standalone)


def _number(x: float, y: float, value: float, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}">{f"{value:g}".replace("-", "−")}</text>'
    )


# -- symbols ------------------------------------------------------------------------------------------------------------


def text(layout: Layout, x: float, y: float, size: float, kind: str = "") -> str:
    """A small formula as SVG text, centred at x: letters in italics, scripts lowered and raised."""
    runs: list[str] = []
    _runs(layout, size, 0.0, runs, [0.0])
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="middle">{"".join(runs)}</text>'


def _runs(layout: Layout, size: float, level: float, out: list[str], now: list[float]) -> None:
    """Append tspans; `level` is the wanted height above the line, `now` the current one."""
    match layout:
        case Glyph(_, kind) as glyph:
            sign = shown(glyph)
            sign = f" {sign} " if kind in ("operator", "relation") and not level else sign
            italic = ' class="i"' if kind in ("letter", "name") else ""
            step = now[0] - level
            now[0] = level
            dy = f' dy="{step:.1f}"' if abs(step) > 0.05 else ""
            out.append(f'<tspan{italic} font-size="{size:.1f}"{dy}>{escape(sign)}</tspan>')
        case Row(items):
            for each in items:
                _runs(each, size, level, out, now)
        case Scripts(base, sub, sup, primes):
            _runs(base, size, level, out, now)
            if primes:
                _runs(Glyph("′" * primes, "mark"), size, level, out, now)
            small = max(size * 0.72, 9.5)
            if sup is not None:
                _runs(sup, small, level + size * 0.38, out, now)
            if sub is not None:
                start = len(out)
                _runs(sub, small, level - size * 0.22, out, now)
                if sup is not None and len(out) > start:  # the subscript stands under the superscript
                    back = -width(sup) * small
                    out[start] = out[start].replace("<tspan", f'<tspan dx="{back:.1f}"', 1)
        case Named(inner, _):
            _runs(inner, size, level, out, now)
        case Fence(inner, opening, closing):
            _runs(Glyph(opening, "mark"), size, level, out, now)
            _runs(inner, size, level, out, now)
            _runs(Glyph(closing, "mark"), size, level, out, now)
        case Over(top, bottom):
            _runs(top, size, level, out, now)
            _runs(Glyph("/", "mark"), size, level, out, now)
            _runs(bottom, size, level, out, now)
        case Limits(operator):
            _runs(Glyph(operator, "mark"), size, level, out, now)
        case Array() | Gap():
            pass
