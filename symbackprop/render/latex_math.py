"""From layout to LaTeX."""

from __future__ import annotations

import re

from symbackprop.notation.greek import LETTERS, SHOWN
from symbackprop.render.foreign import T1, spelt_out
from symbackprop.render.layout import Array, Fence, Gap, Glyph, Layout, Limits, Named, Over, Row, Scripts

SIGNS = {
    "times": r"\times", "odot": r"\odot", "cdot": r"\cdot", "<=": r"\le", ">=": r"\ge", "!=": r"\neq", "<-": r"\leftarrow",
    "propto": r"\propto", "approx": r"\approx", ":=": r"\coloneqq", "dots": r"\dots", "cdots": r"\cdots", "vdots": r"\vdots",
    "in": r"\in", "circ": r"\circ", "mapsto": r"\mapsto", "implies": r"\implies", "to": r"\to",
}  # fmt: skip
FENCES = {"{": r"\{", "}": r"\}", "|": "|", "||": r"\|", "": "."}
FUNCTIONS = frozenset(["exp", "log", "tanh", "sin", "cos", "max", "min", "lim"])

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "^": r"\textasciicircum{}",
    "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
}  # fmt: skip


def escape(text: str) -> str:
    """User text as LaTeX that prints it, whatever it holds: letters no font has in Latin, every other sign by its code point.

    >>> escape("50% of {x}_1")
    '50\\\\% of \\\\{x\\\\}\\\\_1'
    """
    return "".join(_SPECIAL.get(sign) or _plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if " " <= sign <= "~" or sign == "\n" or sign in T1:
        return sign
    name = UNICODE.get(sign) or FOREIGN.get(sign)
    return f"${name}$" if name else spelt_out(sign)


FOREIGN = {letter: f"\\{name}" for name, letter in LETTERS.items()}
UNICODE = {
    "−": "-", "×": r"\times", "·": r"\cdot", "→": r"\to", "←": r"\leftarrow", "≤": r"\le", "≥": r"\ge", "∂": r"\partial",
    "✓": r"\checkmark", "Δ": r"\Delta", "Σ": r"\Sigma", "σ": r"\sigma", "δ": r"\delta", "α": r"\alpha", "η": r"\eta", "φ": r"\varphi",
    "…": r"\dots", "½": r"\tfrac12", "∞": r"\infty", "∑": r"\sum",
    "ℝ": r"\mathbb{R}", "²": "^2", "³": "^3", "∇": r"\nabla", "λ": r"\lambda", "∘": r"\circ",
}  # fmt: skip


def latex(layout: Layout) -> str:
    """The layout as LaTeX mathematics, without dollars.

    >>> latex(Scripts(Glyph("delta"), Glyph("j"), Glyph("l")))
    '\\\\delta^{l}_{j}'
    """
    return re.sub(r" +", " ", _set(layout)).strip()


def _set(layout: Layout) -> str:
    match layout:
        case Glyph():
            return _glyph(layout)
        case Row(items):
            return "".join(_set(each) for each in items)
        case Scripts(base, sub, sup, primes):
            upper = "\\prime " * primes + (_set(sup) if sup is not None else "")
            if primes and sup is None and primes == 1:
                return _base(base) + "'" + (f"_{{{_set(sub).strip()}}}" if sub is not None else "")
            scripts = (f"^{{{upper.strip()}}}" if upper else "") + (
                f"_{{{_set(sub).strip()}}}" if sub is not None else ""
            )
            return _base(base) + scripts
        case Over(top, bottom):
            return rf"\frac{{{_set(top).strip()}}}{{{_set(bottom).strip()}}}"
        case Fence(inner, opening, closing, big):
            left, right = FENCES.get(opening, opening), FENCES.get(closing, closing)
            return rf"\left{left} {_set(inner)} \right{right}" if big else f"{left}{_set(inner).strip()}{right}"
        case Limits(operator, below, above):
            name = {"sum": r"\sum", "prod": r"\prod", "max": r"\max"}[operator]
            lower = f"_{{{_set(below).strip()}}}" if below is not None else ""
            return name + lower + (f"^{{{_set(above).strip()}}}" if above is not None else "") + " "
        case Array(rows, kind):
            body = r" \\ ".join(" & ".join(_set(cell).strip() for cell in cells) for cells in rows)
            environment = "cases" if kind == "cases" else "pmatrix"
            return rf"\begin{{{environment}}} {body} \end{{{environment}}}"
        case Named(inner, _):
            return _set(inner)
        case Gap(space):
            return r"\quad " if space >= 1 else r"\, "


def _base(base: Layout) -> str:
    text = _set(base).strip()
    return text if isinstance(base, Glyph | Named | Fence) else f"{{{text}}}"


def _glyph(glyph: Glyph) -> str:
    name, kind = glyph.name, glyph.kind
    if kind in ("operator", "relation"):
        return f" {SIGNS.get(name, name)} "
    if kind.startswith(("open", "close")):  # one half of a pair that stands on several lines
        size = {"plain": "", "tall": r"\Big" + kind[0].replace("o", "l").replace("c", "r")}[kind.split()[1]]
        return size + FENCES.get(name, name)
    if kind == "word":
        return rf"\text{{{escape(name)}}}"
    if kind == "function":
        return rf"\{name} " if name in FUNCTIONS else rf"\operatorname{{{escape(name)}}}"
    if kind == "matrix":
        return rf"\mathbf{{{name}}}" if name not in SHOWN else rf"\boldsymbol{{\{name}}}"
    if name in SIGNS and kind != "name":
        return SIGNS[name] + " "
    if name in SHOWN and kind != "name":
        return rf"\{name} "
    if not name.isascii():  # a name as an author wrote it, whose letters the document declares
        plain = "".join(sign if sign.isalnum() else r"\dots " if sign == "…" else escape(sign) for sign in name)
        return FOREIGN[name] + " " if name in FOREIGN else rf"\textit{{{plain}}}"
    if kind == "number" or len(name) == 1:
        return name
    return rf"\mathit{{{escape(name)}}}"
