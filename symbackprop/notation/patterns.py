"""How one kind of quantity is written: a letter with scripts that hold indices; and a symbol matched with such a pattern."""

from __future__ import annotations

from dataclasses import dataclass

from symbackprop.notation import scripts
from symbackprop.notation.greek import NAMED
from symbackprop.notation.scripts import Marks


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one kind of quantity is written: a letter and the templates of its scripts.

    Fields: {l} layer, {j} index in the layer, {k} index of the source, {u} the unit's label, {s} the source's label.
    """

    letter: str
    sub: str = ""
    sup: str = ""
    column: bool = False  # the weights of one unit, written as a column: w^T x
    layer: int = 0  # the one computing layer that the letter belongs to, where an author gives layers letters of their own

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(scripts.FIELD.findall(self.sub + self.sup))


@dataclass(frozen=True, slots=True)
class Reading:
    """A symbol matched with a pattern: the kind, the raw index expressions, and whether it is transposed."""

    kind: str
    pattern: Pattern
    fields: tuple[tuple[str, Marks], ...]
    transposed: bool = False

    @property
    def field(self) -> dict[str, Marks]:
        """The index expressions by field name."""
        return dict(self.fields)


ACCENTS = ("hat", "bar", "tilde", "vec", "dot", "ddot", "check", "breve")


def latex_letter(letter: str) -> str:
    """A letter as LaTeX prints it: upright where it is a word, under its accent where it has one.

    >>> latex_letter("hat y"), latex_letter("delta"), latex_letter("net")
    ('\\\\hat{y}', '\\\\delta', '\\\\mathrm{net}')
    """
    accent, _, bare = letter.partition(" ")
    if bare:
        return rf"\{accent}{{{latex_letter(bare)}}}"
    if letter in NAMED:
        return "\\" + letter
    return letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"


def latex_name(name: str) -> str:
    """A parameter's own name as a symbol: w5 is w with the subscript 5.

    >>> latex_name("w5"), latex_name("w_shared"), latex_name("s"), latex_name("alpha_1")
    ('w_{5}', 'w_{shared}', 's', '\\\\alpha_{1}')
    """
    letter = next((at for at, sign in enumerate(name) if not sign.isalpha()), len(name))
    below = "".join(sign for sign in name[letter:] if sign.isalnum())
    return latex_letter(name[:letter]) + (f"_{{{below}}}" if below else "")


def spelled(pattern: Pattern) -> str:
    """A pattern as an author declares it, the fields by their letters: w_{jk}^{l}, w_{s \\to u}.

    >>> spelled(Pattern("w", "{j}{k}", "({l})"))
    'w_{jk}^{(l)}'
    """
    text = latex_letter(pattern.letter)
    for sign, script in (("_", pattern.sub), ("^", pattern.sup)):
        if script:
            text += f"{sign}{{{scripts.FIELD.sub(lambda field: field[1], script).replace('>', f' {chr(92)}to ')}}}"
    return text
