"""An edit of a formula: the changed tree, the change of its text that makes it, and the words a teacher would use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbackprop.check.reading.syntax import Node, Span, Sym, rewrite

NAMES = {
    "weight": "weight", "output": "output", "delta": "delta", "net_input": "weighted input", "input": "input",
    "target": "target", "bias": "bias", "output_delta": "derivative by the output", "slope": "slope", "number": "number",
    "complement": "factor", "error": "error", "rate": "rate", "cost": "cost",
    "net_input_matrix": "matrix", "output_matrix": "matrix", "delta_matrix": "matrix", "input_matrix": "matrix", "target_matrix": "matrix",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed tree, the changes to the source text that make it, what to say, and how unlikely it is."""

    cost: int
    node: Node
    changes: tuple[tuple[Span, str], ...]
    words: str
    blame: Span


def put(tree: Node, old: Node, new: Node) -> Node:
    """The tree with one particular node (by identity) replaced."""
    return rewrite(tree, lambda each: new if each is old else None)


def source(text: str, node: Node) -> str:
    """What was written for a node."""
    return text[slice(*node.span)]


def is_program(text: str) -> bool:
    """Whether a formula is a line of a program: it has powers, products or calls of NumPy."""
    return re.search(r"\*\*|\bnp\.|@|\.T\b|\.dot\(", text) is not None


def squared(symbol: Sym, text: str) -> str:
    """The square of a symbol as the formula writes squares: o_l^2, (a^L_j)^2, a1**2."""
    shown = source(text, symbol)
    if is_program(text):
        return f"{shown}**2"
    return f"({shown})^2" if symbol.sup else f"{shown}^2"


def is_braced(shown: str) -> bool:
    """Whether a text is one pair of braces with what is inside: the argument of a command.

    >>> is_braced("{a_{1}}"), is_braced("{a}_{b}")
    (True, False)
    """
    depth = 0
    for at, sign in enumerate(shown):
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return sign == "}" and at == len(shown) - 1
    return False


def unbraced(shown: str) -> str:
    """What was written, without the braces of a command's argument.

    >>> unbraced("{1}")
    '1'
    """
    return shown[1:-1] if is_braced(shown) else shown


def is_same(one: Node, other: Node) -> bool:
    """Whether two symbols are spelled alike, up to commas between indices."""
    if not (isinstance(one, Sym) and isinstance(other, Sym)):
        return False
    return _bare(one) == _bare(other)


def _bare(symbol: Sym) -> tuple[str, ...]:
    scripts = (script.text.replace(",", "").strip("()") if script else "" for script in (symbol.sub, symbol.sup))
    return (symbol.name, *scripts)
