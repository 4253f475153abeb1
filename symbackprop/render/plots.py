"""Plots as data: curves in a frame, drawn by SVG and by TikZ from the same points."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import sympy

from symbackprop import symbols
from symbackprop.activations import activation
from symbackprop.render.layout import Glyph, Layout, Scripts, row

SAMPLES = 121


@dataclass(frozen=True)
class Curve:
    """Points joined by a line, and the label written at its end."""

    points: tuple[tuple[float, float], ...]
    label: Layout
    kind: str = "value"


@dataclass(frozen=True)
class Plot:
    """A frame and its curves; ticks are numbers on the axes."""

    x: tuple[float, float]
    y: tuple[float, float]
    curves: tuple[Curve, ...]
    xticks: tuple[float, ...]
    yticks: tuple[float, ...]
    title: str = ""


def plot(name: str, span: float = 6.0) -> Plot:
    """The plot of an activation and its derivative."""
    kind = activation(name)
    letter: Layout = Glyph("sigma")
    z = Glyph("z")
    alpha = {symbols.alpha: sympy.Rational(1, 10)}
    value = sympy.lambdify(symbols.z, kind.value.subs(alpha), _MATH) if kind.value is not None else None
    if value is None or kind.slope is None:
        raise ValueError(f"{name} has no graph")
    slope = sympy.lambdify((symbols.z, symbols.a), kind.slope.subs(alpha), _MATH)
    xs = [span * (2 * k / (SAMPLES - 1) - 1) for k in range(SAMPLES)]
    outs = [float(value(x)) for x in xs]
    slopes = [float(slope(x, out)) for x, out in zip(xs, outs)]
    top = min(max([*outs, *slopes, 1.0]), 3.0)
    low = max(min([*outs, *slopes, 0.0]), -3.0)

    def kept(ys: list[float]) -> tuple[tuple[float, float], ...]:
        return tuple((x, y) for x, y in zip(xs, ys) if isfinite(y) and low - 0.01 <= y <= top + 0.01)

    argument = row(Glyph("(", "mark"), z, Glyph(")", "mark"))
    curves = (
        Curve(kept(outs), row(letter, argument)),
        Curve(kept(slopes), row(Scripts(letter, primes=1), argument), "slope"),
    )
    yticks = tuple(
        sorted({0.0, 1.0, *({-1.0} if low < -0.5 else set()), *({0.5, 0.25} if top <= 1 and low >= 0 else set())})
    )
    return Plot((-span, span), (low - 0.08, top + 0.12), curves, tuple(float(k) for k in range(-int(span), int(span) + 1, 2)), yticks,
                f"{name} and its derivative")  # fmt: skip


_MATH = [{"step": lambda value: 1.0 if value > 0 else 0.0}, "math"]
