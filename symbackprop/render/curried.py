"""How functions are set: f a b side by side, lambda v. body, composition, D, tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbackprop.derive import curried as C
from symbackprop.derive import shown as S
from symbackprop.render.layout import Fence, Gap, Glyph, Layout, Scripts, row, tall
from symbackprop.render.naming import text_layout

if TYPE_CHECKING:
    from symbackprop.render.mathematics import Mathematics

FORMS = C.Apply | C.Lambda | C.Compose | C.Pointwise | C.Operator | C.Tuple | C.Dot
ATOMIC = S.Symbol | S.Quantity | C.Tuple | S.Bracketed | S.Generic
SUM, PRODUCT, POWER = 1, 2, 3


def layout(mathematics: Mathematics, form: S.Shown) -> tuple[Layout, int]:
    """The layout of a function form, and how tightly it holds together."""
    match form:
        case C.Apply(function, argument):
            return _apply(mathematics, function, argument), PRODUCT
        case C.Lambda(names, body, pair):
            bound: list[Layout] = []
            for name in names:
                bound += [Glyph(",", "mark"), Gap(0.17)] if bound and pair else [Gap(0.17)] if bound else []
                bound.append(mathematics.set(S.Symbol(name)))
            head = Fence(row(*bound)) if pair else row(*bound)
            return row(Glyph("lambda"), head, Glyph(".", "mark"), Gap(0.17), mathematics.set(body)), 0
        case C.Compose(parts):
            return _joined(mathematics, parts, "circ"), SUM
        case C.Pointwise(parts):
            return _joined(mathematics, parts, "cdot"), SUM
        case C.Operator(name):
            return Glyph(name), POWER + 1
        case C.Tuple(items):
            cells: list[Layout] = []
            for each in items:
                cells += [Glyph(",", "mark"), Gap(0.17)] if cells else []
                cells.append(mathematics.set(each))
            return Fence(row(*cells), tall=any(tall(each) for each in cells)), POWER + 1
        case C.Dot(left, right):
            return row(
                _held(mathematics, left, True), Glyph("cdot", "operator"), _held(mathematics, right, True)
            ), PRODUCT
        case C.Example(of, example):
            mark = Fence(text_layout(example))
            base = mathematics.set(of)
            return (
                Scripts(base.base, base.sub, mark) if isinstance(base, Scripts) else Scripts(base, None, mark)
            ), POWER
    raise TypeError(type(form).__name__)


def _apply(mathematics: Mathematics, function: S.Shown, argument: S.Shown) -> Layout:
    loose = isinstance(function, C.Lambda | C.Compose | C.Pointwise | S.Sum)
    head = _fenced(mathematics.set(function)) if loose else mathematics.set(function)
    if _atomic(argument):
        inside = mathematics.set(argument)
        close = isinstance(argument, C.Tuple | S.Bracketed) or (
            isinstance(function, C.Operator) and isinstance(argument, S.Symbol)
        )
        return row(head, *([] if close else [Gap(0.17)]), inside)
    return row(head, _fenced(mathematics.set(argument)))


def _atomic(form: S.Shown) -> bool:
    return isinstance(form, ATOMIC) or (isinstance(form, S.Number) and form.value >= 0 and form.value.denominator == 1)


def _held(mathematics: Mathematics, form: S.Shown, bare: bool = False) -> Layout:
    plain = _atomic(form) or (bare and isinstance(form, C.Apply))
    return mathematics.set(form) if plain else _fenced(mathematics.set(form))


def _joined(mathematics: Mathematics, parts: tuple[S.Shown, ...], sign: str) -> Layout:
    cells: list[Layout] = []
    for each in parts:
        cells += [Glyph(sign, "operator")] if cells else []
        bare = isinstance(each, C.Apply) and (isinstance(each.function, C.Operator) or not _atomic(each.argument))
        plain = bare or (isinstance(each, C.Apply) and sign == "cdot")
        cells.append(_held(mathematics, each, plain))
    return row(*cells)


def _fenced(inside: Layout) -> Layout:
    return Fence(inside, tall=tall(inside))
