r"""Matrix formulas of a layered net as small typed trees: their shapes, their entries with indices, and their print.

    quantity        written                shape                 entry
    w(0)            w^l                    (layer l, layer l-1)  w_J[j,i]
    b(0)            b^l                    (layer l, 1)          b_J[j]
    a(0) z(0)       a^l z^l                (layer l, 1)          a_J[j] z_J[j]
    slope(0)        \sigma'(z^l)           (layer l, 1)          s_J[j]
    delta(0)        \delta^l = dC/dz^l     (layer l, 1)          delta_J[j]
    by_a(0)         \nabla_{a^l} C         (layer l, 1)          ga_J[j], at the output layer g_J[j]
    by_w(0) by_b(0) dC/dw^l, dC/db^l       as w^l, b^l           gw_J[j,i] gb_J[j]

The number is the layer counted from l, or from L in a formula about the output layer. In a batch a, z, slope, delta and by_a
have one column per example. A product joins what stands next to it, a Hadamard product multiplies entry by entry.

>>> rule = Hadamard(Product(Transposed(w(1)), delta(1)), slope(0))
>>> rule.text(), rule.shape(Setting())
("((w^{l+1})^T delta^{l+1}) o sigma'(z^l)", ('J', '1'))
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import count
from typing import ClassVar

from symbackprop.errors import ShapeError
from symbackprop.kernel.index_calculus import Factor
from symbackprop.proofs.every_size.layers import letter, mark, offset

Shape = tuple[str, str]  # the index sets of the rows and of the columns; "1" where there is one
Terms = list[tuple[Fraction, tuple[Factor, ...]]]


@dataclass(frozen=True)
class Setting:
    """How a formula is meant: a batch or one example; whether offset 0 is the output layer L or some layer l; `square`
    where all layers are taken to have one width, so that a transpose more or less still fits.
    """

    ANY: ClassVar[str] = "any layer"
    batch: bool = False
    output: bool = False
    square: bool = False

    def words(self, shape: Shape) -> str:
        """A shape as words: (units of layer l, examples)."""
        names = {"1": "1", "N": "examples", self.ANY: self.ANY}
        layers = {s: "units of layer " + mark(offset(s), self.output) for s in shape if s not in names}
        return "(" + ", ".join((names | layers)[s] for s in shape) + ")"


class Formula(ABC):
    """A matrix-valued expression; every node knows its shape, its entry, its parts and how it is written."""

    parts: tuple[Formula, ...] = ()

    @abstractmethod
    def shape(self, setting: Setting) -> Shape:
        """Rows and columns; raises ShapeError where the parts do not fit."""

    @abstractmethod
    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        """The entry at two index names as terms with sums implied."""

    @abstractmethod
    def text(self, latex: bool = False, output: bool = False) -> str:
        """The formula as plain text or LaTeX."""

    def quantities(self) -> list[Quantity]:
        """Every quantity that is named, in order of reading."""
        return [q for part in self.parts for q in part.quantities()]


KINDS: dict[str, tuple[str, str, str]] = {  # kind: (symbol, text, LaTeX); {m} is the layer
    "w": ("w", "w^{m}", "w^{m}"),
    "b": ("b", "b^{m}", "b^{m}"),
    "a": ("a", "a^{m}", "a^{m}"),
    "z": ("z", "z^{m}", "z^{m}"),
    "slope": ("s", "sigma'(z^{m})", r"\sigma'(z^{m})"),
    "delta": ("delta", "delta^{m}", r"\delta^{m}"),
    "by_a": ("ga", "dC/da^{m}", r"\nabla_{{a^{m}}} C"),
    "by_w": ("gw", "dC/dw^{m}", r"\frac{{\partial C}}{{\partial w^{m}}}"),
    "by_b": ("gb", "dC/db^{m}", r"\frac{{\partial C}}{{\partial b^{m}}}"),
}
_BATCHED = ("a", "z", "slope", "delta", "by_a")
_WEIGHTS = ("w", "by_w")


@dataclass(frozen=True)
class Quantity(Formula):
    """A named quantity of one layer."""

    kind: str
    layer: int

    def shape(self, setting: Setting) -> Shape:
        columns = "N" if setting.batch and self.kind in _BATCHED else "1"
        rows, below = (setting.ANY,) * 2 if setting.square else (letter(self.layer), letter(self.layer - 1))
        return rows, below if self.kind in _WEIGHTS else columns

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        symbol = KINDS[self.kind][0] + "_" + letter(self.layer)
        if self.kind == "by_a" and setting.output and self.layer == 0:
            symbol = "g_" + letter(self.layer)  # the cost is any function of these: its own gradient
        indices = [name for name, size in zip((row, column), self.shape(setting)) if size != "1"]
        return [(Fraction(1), ((symbol, *indices),))]

    def text(self, latex: bool = False, output: bool = False) -> str:
        layer = mark(self.layer, output)
        return KINDS[self.kind][2 if latex else 1].format(m="{" + layer + "}" if self.layer else layer)

    def quantities(self) -> list[Quantity]:
        return [self]


@dataclass(frozen=True)
class Ones(Formula):
    """The column of ones, one per example of the batch: Delta 1 sums over the examples."""

    def shape(self, setting: Setting) -> Shape:
        return "N", "1"

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        return [(Fraction(1), ())]

    def text(self, latex: bool = False, output: bool = False) -> str:
        return r"\mathbf{1}" if latex else "1"


@dataclass(frozen=True)
class Transposed(Formula):
    """The transpose."""

    of: Formula

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", (self.of,))

    def shape(self, setting: Setting) -> Shape:
        rows, columns = self.of.shape(setting)
        return columns, rows

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        return self.of.entry(column, row, setting, fresh)

    def text(self, latex: bool = False, output: bool = False) -> str:
        return f"({self.of.text(latex, output)})^" + (r"\top" if latex else "T")


@dataclass(frozen=True)
class Diagonal(Formula):
    r"""The square matrix with a column on its diagonal, \Sigma'(z^l) in Nielsen; only as a factor of a product."""

    of: Formula

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", (self.of,))

    def shape(self, setting: Setting) -> Shape:
        rows, columns = self.of.shape(setting)
        if columns != "1":
            raise ShapeError(
                "only a column can stand on a diagonal", got=setting.words((rows, columns)), where=self.text()
            )
        return rows, rows

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        raise ShapeError("a diagonal matrix stands only as a factor of a product here", where=self.text())

    def text(self, latex: bool = False, output: bool = False) -> str:
        return (r"\operatorname{diag}" if latex else "diag") + f"({self.of.text(latex, output)})"


def _times(left: Terms, right: Terms) -> Terms:
    return [(c * d, (*s, *t)) for c, s in left for d, t in right]


@dataclass(frozen=True)
class Product(Formula):
    """The matrix product; a factor with one row and one column multiplies as a number."""

    left: Formula
    right: Formula

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", (self.left, self.right))

    def shape(self, setting: Setting) -> Shape:
        first, second = self.left.shape(setting), self.right.shape(setting)
        if ("1", "1") in (first, second):
            return second if first == ("1", "1") else first
        if first[1] != second[0]:
            raise ShapeError(
                "the two factors of a product do not fit",
                where=self.text(output=setting.output),
                expected=f"as many rows on the right as columns on the left: {setting.words((first[1], second[1]))}",
                got=f"{setting.words(first)} times {setting.words(second)}",
                try_="a transpose" if first[0] == second[0] or first[1] == second[1] else None,
            )
        return first[0], second[1]

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        first, second = self.left.shape(setting), self.right.shape(setting)
        if ("1", "1") in (first, second):
            return _times(self.left.entry(row, column, setting, fresh), self.right.entry(row, column, setting, fresh))
        if isinstance(self.left, Diagonal):
            return _times(self.left.of.entry(row, "", setting, fresh), self.right.entry(row, column, setting, fresh))
        if isinstance(self.right, Diagonal):
            return _times(self.left.entry(row, column, setting, fresh), self.right.of.entry(column, "", setting, fresh))
        middle = f"m{next(fresh)}"
        pairs = _times(self.left.entry(row, middle, setting, fresh), self.right.entry(middle, column, setting, fresh))
        if first[1] == "1":
            return pairs
        return [(c, t if any(middle in f[1:] for f in t) else (*t, ("#" + first[1],))) for c, t in pairs]

    def text(self, latex: bool = False, output: bool = False) -> str:
        return " ".join(_wrapped(part, (Sum, Hadamard), latex, output) for part in self.parts)


@dataclass(frozen=True)
class Hadamard(Formula):
    """The product entry by entry."""

    left: Formula
    right: Formula

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", (self.left, self.right))

    def shape(self, setting: Setting) -> Shape:
        return _same_shape(self, setting)

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        return _times(self.left.entry(row, column, setting, fresh), self.right.entry(row, column, setting, fresh))

    def text(self, latex: bool = False, output: bool = False) -> str:
        return (r" \odot " if latex else " o ").join(_wrapped(p, (Sum, Product), latex, output) for p in self.parts)


@dataclass(frozen=True)
class Scaled(Formula):
    """A rational number times a formula."""

    number: Fraction
    of: Formula

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", (self.of,))

    def shape(self, setting: Setting) -> Shape:
        return self.of.shape(setting)

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        return [(self.number * c, t) for c, t in self.of.entry(row, column, setting, fresh)]

    def text(self, latex: bool = False, output: bool = False) -> str:
        shown = "-" if self.number == -1 else f"{self.number} "
        return shown + _wrapped(self.of, (Sum,), latex, output)


@dataclass(frozen=True)
class Sum(Formula):
    """A sum of formulas of one shape."""

    parts: tuple[Formula, ...]

    def shape(self, setting: Setting) -> Shape:
        return _same_shape(self, setting)

    def entry(self, row: str, column: str, setting: Setting, fresh: Iterator[int]) -> Terms:
        return [term for part in self.parts for term in part.entry(row, column, setting, fresh)]

    def text(self, latex: bool = False, output: bool = False) -> str:
        return " + ".join(part.text(latex, output) for part in self.parts).replace("+ -", "- ")


def _same_shape(formula: Formula, setting: Setting) -> Shape:
    shapes = [part.shape(setting) for part in formula.parts]
    for shape in shapes[1:]:
        if shape != shapes[0]:
            raise ShapeError(
                "what is added or multiplied entry by entry has two shapes",
                where=formula.text(output=setting.output),
                expected=setting.words(shapes[0]),
                got=setting.words(shape),
            )
    return shapes[0]


def _wrapped(part: Formula, kinds: tuple[type[Formula], ...], latex: bool, output: bool) -> str:
    text = part.text(latex, output)
    return f"({text})" if isinstance(part, kinds) else text


def outer(left: Formula, right: Formula) -> Formula:
    """left right^T, every entry of one column times every entry of the other."""
    return Product(left, Transposed(right))


def index_text(formula: Formula, row: str, column: str, setting: Setting) -> str:
    """The entry of a formula in the kernel's language.

    >>> index_text(Hadamard(Product(Transposed(w(1)), delta(1)), slope(0)), "j", "", Setting())
    'w_K[m0,j] delta_K[m0] s_J[j]'
    """
    return term_text(formula.entry(row, column, setting, count()))


def term_text(terms: Terms) -> str:
    """Terms in the kernel's language."""
    parts = []
    for number, factors in terms:
        body = " ".join(f[0] + (f"[{','.join(f[1:])}]" if f[1:] else "") for f in factors)
        sign, size = "- " if number < 0 else "+ ", abs(number)
        parts.append(sign + (f"{size} {body}" if size != 1 or not body else body).strip())
    return " ".join(parts).removeprefix("+ ") or "0"


w, b, a, z, slope, delta, by_a, by_w, by_b = (partial(Quantity, kind) for kind in KINDS)
