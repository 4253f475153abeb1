"""From shown forms to layout: where brackets go, how factors are joined, what a derivative looks like. Nothing is reordered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from symbackprop.activations import table as activations
from symbackprop.activations.activation import Activation
from symbackprop.derive import curried
from symbackprop.derive import shown as S
from symbackprop.errors import SymbackpropError
from symbackprop.notation import notation as find_notation
from symbackprop.render.curried import layout as set_curried
from symbackprop.render.layout import (
    Array,
    Fence,
    Gap,
    Glyph,
    Layout,
    Limits,
    Named,
    Over,
    Scripts,
    row,
    tall,
)
from symbackprop.render.naming import Naming, letter, number, text_layout

SUM, PRODUCT, POWER = 1, 2, 3  # how tightly a place holds its form
TIMES = frozenset(["winston"])  # notations that write the factors of a chain with a cross


@dataclass(frozen=True)
class Mathematics:
    """Sets shown forms in one notation."""

    naming: Naming

    def line(self, line: S.Line) -> tuple[Layout | None, Layout, Layout]:
        """Left side, relation and right side of a displayed line."""
        left = self.set(line.left) if line.left is not None else None
        return left, Glyph(line.relation, "relation"), self.set(line.right)

    def whole(self, line: S.Line) -> Layout:
        """The line as one layout."""
        left, relation, right = self.line(line)
        return row(*([left] if left is not None else []), relation, right)

    def set(self, form: S.Shown, hold: int = 0) -> Layout:
        """The layout of a form in a place that holds it as tightly as `hold`."""
        layout, loose = self._set(form)
        return fenced(layout) if loose < hold else layout

    def _set(self, form: S.Shown) -> tuple[Layout, int]:
        match form:
            case S.Number(value, digits):
                return decimal(value, digits) if digits is not None else fraction(value)
            case S.Symbol(name, sub):
                return (Scripts(letter(name), text_layout(sub)) if sub else letter(name)), POWER + 1
            case S.Quantity():
                return self._quantity(form)
            case S.Generic():
                return self.naming.generic(form), POWER + 1
            case S.Sum(terms, signs):
                return self._sum(terms, signs), SUM
            case S.Product(factors, by):
                return self._product(factors, by), PRODUCT
            case S.Quotient(top, bottom):
                return Over(self.set(top), self.set(bottom)), PRODUCT + 0
            case S.Power(base, exponent):
                return Scripts(self._base(base), None, self.set(exponent)), POWER
            case S.Exponential(exponent):
                return Scripts(letter("e"), None, self.set(exponent)), POWER
            case S.Partial():
                return self._partial(form)
            case S.Applied():
                return self._applied(form), POWER
            case S.BigSum():
                return self._big_sum(form), PRODUCT
            case S.Bracketed(inner, bracket):
                closing = {"[": "]", "(": ")", "{": "}"}[bracket]
                inside = self.set(inner)
                return Fence(inside, bracket, closing, tall(inside)), POWER + 1
            case S.Change(of):
                return row(Glyph("Delta"), self.set(of, POWER)), POWER
            case S.Primed(of):
                inside = self.set(of, POWER)
                core = inside.inner if isinstance(inside, Named) else inside
                return (
                    Scripts(core.base, core.sub, core.sup, 1) if isinstance(core, Scripts) else Scripts(core, primes=1)
                ), POWER
            case S.Transposed(of):
                return Scripts(fenced(self.set(of)), None, Glyph("top")), POWER
            case S.Cases(rows):
                return Array(tuple((self.set(value), self._condition(when)) for value, when in rows), "cases"), SUM
            case S.Holds(first, relation, second):
                return row(self.set(first), Glyph(relation, "relation"), self.set(second)), SUM
            case S.Grid(rows):
                return Array(tuple(tuple(self.set(cell) for cell in each) for each in rows)), POWER + 1
            case S.Written(line, name):
                return Mathematics(Naming(find_notation(name), self.naming.net)).whole(line), SUM
            case S.Dots():
                return Glyph("dots"), POWER + 1
            case curried.Apply() | curried.Lambda() | curried.Compose() | curried.Pointwise() | curried.Operator():
                return set_curried(self, form)
            case curried.Tuple() | curried.Dot() | curried.Example():
                return set_curried(self, form)
        raise SymbackpropError("this form cannot be set", got=type(form).__name__)

    def _quantity(self, form: S.Quantity) -> tuple[Layout, int]:
        if form.kind == "slope":
            return self._applied(S.Applied("activation", S.Quantity("net_input", form.name), 1, form.name)), POWER
        return self.naming.quantity(form), POWER + 1

    def _sum(self, terms: tuple[S.Shown, ...], signs: tuple[int, ...]) -> Layout:
        parts: list[Layout] = []
        for at, (term, sign) in enumerate(zip(terms, signs, strict=True)):
            if at:
                parts.append(Glyph("+" if sign > 0 else "-", "operator"))
            elif sign < 0:
                parts.append(Glyph("-", "prefix"))
            leading = at == 0 and sign > 0 and isinstance(term, S.Number)  # -1 + x needs no brackets
            parts.append(self.set(_bracketed(term) if at else term, SUM if leading else PRODUCT))
        return row(*parts)

    def _product(self, factors: tuple[S.Shown, ...], by: str) -> Layout:
        sign = by
        if by == "factors":
            sign = "times" if self.naming.notation.name in TIMES else ""
        parts: list[Layout] = []
        last = len(factors) - 1
        for at, factor in enumerate(factors):
            if at and sign:
                parts.append(Glyph(sign, "operator"))
            elif at and self._thin(factors[at - 1], factor):
                parts.append(Gap(0.17))
            hold = PRODUCT + (1 if _open_sum(factor) and at != last else 0)  # what follows would fall under the sum
            negative = isinstance(factor, S.Number) and factor.value < 0 and at > 0
            layout = self.set(factor, 0 if at == 0 and _negated(factor) else hold)
            parts.append(fenced(layout) if negative and not isinstance(layout, Fence) else layout)
            if not sign and at < last and _digits(factor, -1) and _digits(factors[at + 1], 0):
                parts.append(Glyph("times", "operator"))
        return row(*parts)

    def _condition(self, when: str | S.Holds) -> Layout:
        return Glyph(when, "word") if isinstance(when, str) else self.set(when)

    @staticmethod
    def _thin(before: S.Shown, after: S.Shown) -> bool:
        wide = S.Partial | S.Quotient | S.BigSum | S.Applied
        return isinstance(before, wide) or isinstance(after, wide)

    def _base(self, base: S.Shown) -> Layout:
        layout = self.set(base, POWER + 1)
        core = layout.inner if isinstance(layout, Named) else layout
        return fenced(layout) if isinstance(core, Scripts) and core.sup is not None else layout

    def _partial(self, form: S.Partial) -> tuple[Layout, int]:
        sign = letter("d") if form.total else Glyph("partial")
        below = row(sign, self.set(form.by, POWER))
        if form.operator:
            inside = self.set(form.what)
            body = inside if isinstance(form.what, S.Bracketed | S.Power | S.Symbol) else fenced(inside)
            return row(Over(sign, below), Gap(0.17), body), PRODUCT
        return Over(row(sign, self.set(form.what, POWER)), below), PRODUCT

    def _applied(self, form: S.Applied) -> Layout:
        name: Layout
        if form.function == "activation":
            name = self.activation(form.unit)
        elif form.function in ("exp", "log", "tanh", "sin", "cos", "max", "min"):
            name = Glyph(form.function, "function")
        elif form.function in activations():
            name = self.kind(activations()[form.function])
        else:
            name = letter(form.function)
        head = Scripts(name, primes=form.primes) if form.primes else name
        inside = self.set(form.argument)
        return row(head, inside if isinstance(form.argument, curried.Tuple) else fenced(inside))

    def activation(self, unit: str = "") -> Layout:
        """The letter of an activation; a function word where a net mixes several."""
        net = self.naming.net
        if net is not None and unit and len({each.activation.name for each in net.units}) > 1:
            return self.kind(net.by_name[unit].activation)
        return letter(self.naming.notation.patterns["activation"][0].letter)

    def kind(self, kind: Activation) -> Layout:
        """The function sign of one activation, where a net mixes several."""
        if kind.undefined:
            return letter(self.naming.notation.patterns["activation"][0].letter)
        word = re.fullmatch(r"\\(?:operatorname\{)?([a-z]{2,})\}?", kind.letter)
        return Glyph(word[1] if word is not None and word[1] != "sigma" else kind.name, "function")

    def _big_sum(self, form: S.BigSum) -> Layout:
        below = (
            text_layout(form.index)
            if not form.over
            else row(text_layout(form.index), Glyph("in", "relation"), text_layout(form.over))
        )
        hold = PRODUCT
        return row(Limits("sum", below), self.set(form.body, hold))


def fenced(layout: Layout) -> Layout:
    """The layout in round brackets that fit; a matrix has its own."""
    if isinstance(layout, Array) and layout.kind == "matrix":
        return layout
    return Fence(layout, tall=tall(layout))


def fraction(value: Fraction) -> tuple[Layout, int]:
    """An exact number: whole, or a small fraction with its sign in front."""
    size = (
        number(abs(value.numerator))
        if value.denominator == 1
        else Over(number(abs(value.numerator)), number(value.denominator))
    )
    if value < 0:
        return row(Glyph("-", "prefix"), size), SUM
    return size, POWER + 1 if value.denominator == 1 else PRODUCT


def decimal(value: Fraction, digits: int) -> tuple[Layout, int]:
    """A number rounded to so many places."""
    text = f"{float(abs(value)):.{digits}f}"
    negative = value < 0 and any(sign not in "0." for sign in text)
    size = Glyph(text, "number")
    return (row(Glyph("-", "prefix"), size), SUM) if negative else (size, POWER + 1)


def _bracketed(form: S.Shown) -> S.Shown:
    """A later term of a sum: a negative number at its head stands in brackets, for two signs do not meet."""
    if isinstance(form, S.Product) and isinstance(form.factors[0], S.Number) and form.factors[0].value < 0:
        return replace(form, factors=(S.Bracketed(form.factors[0], "("), *form.factors[1:]))
    return form


def _negated(form: S.Shown) -> bool:
    """Whether the form is one thing with a minus before it: at the head of a product it needs no brackets."""
    return (isinstance(form, S.Number) and form.value < 0) or (isinstance(form, S.Sum) and form.signs == (-1,))


def _open_sum(form: S.Shown) -> bool:
    return isinstance(form, S.BigSum) or (isinstance(form, S.Product) and _open_sum(form.factors[-1]))


def _digits(form: S.Shown, end: int) -> bool:
    """Whether a factor begins (end 0) or ends (end -1) with a number, which would run into a number beside it."""
    if isinstance(form, S.Product):
        return _digits(form.factors[end], end)
    if isinstance(form, S.Power) and end == 0:
        return _digits(form.base, end)
    return isinstance(form.inner if isinstance(form, S.Bracketed) else form, S.Number)
