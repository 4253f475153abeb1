"""The corrected formula in the writer's own style, printed only when that very text is proved."""

from __future__ import annotations

import re

from symbackprop.check.deciding.claims import decide
from symbackprop.check.meaning.define import variables_of
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.quick import signature
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import Edit, is_braced, source
from symbackprop.check.reading.statements import parse_formula
from symbackprop.check.reading.syntax import Add, Frac, Group, Juxt, Node, Num, Relation, Statement, Sym
from symbackprop.notation.greek import LETTERS

STEPS = {"+=": "-=", "-=": "+=", r"\mathrel{+}=": r"\mathrel{-}=", r"\mathrel{-}=": r"\mathrel{+}="}  # each with its opposite
_SIGNS = frozenset([*STEPS, "=", ":=", "<-", "←", "⟵", "≤", "≥", "\\gets", "\\leftarrow", "\\longleftarrow", "\\le", "\\leq", "\\ge", "\\geq",
                    "\\leqslant", "\\geqslant", "\\to", "→", "==", "\\equiv"])  # fmt: skip


def confirm(
    edit: Edit, truth: Node, wrong: Node, link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str, op: str = ""
) -> str:
    """The corrected formula as text, when that very text is proved; else nothing."""
    start, stop = wrong.span
    body, at = "", start
    for (low, high), fresh in sorted(edit.changes, key=lambda change: change[0]):
        if not fresh and low < at <= high:
            low = at  # taken out already, in part
        if low < at or high > stop:
            return ""
        if is_braced(text[low:high]) and not is_braced(fresh):
            fresh = f"{{{fresh}}}"  # it stays the argument of its command
        body += text[at:low] + (fresh if _is_latex(text) else _plain(fresh, text))
        at = high
    body += text[at:stop]
    left, right = (source(text, truth), body) if wrong is link.right else (body, source(text, truth))
    op = op or link.op
    sign = {"<-": r"\leftarrow", "<=": r"\leq", ">=": r"\geq"}.get(op, op)
    if link.left.span[1] > len(text) or (wrong is link.right and not source(text, truth)):
        return ""
    written = text[link.left.span[1] : link.right.span[0]].strip(" &\n")  # the author's own sign, where it stays the same
    if op == link.op and written in _SIGNS:
        sign, op_shown = written, written
    else:
        op_shown = op
    if op in STEPS:
        sign = op_shown = op
        op = "<-"
    formula = f"{left} {sign if _is_latex(text) else op_shown} {right}"
    items = parse_formula(formula, macros=scope.macros, names=scope.words)
    if len(items) != 1 or not isinstance(items[0], Statement):
        return ""
    relation = items[0].relation
    if relation.sides[0] is None or relation.sides[1] is None or len(relation.sides) != 2:
        return ""
    formula, relation = _without_ones(formula, relation, scope)
    if signature(relation.sides[0]) == signature(relation.sides[1]):  # type: ignore[arg-type]
        return ""  # x = x is right, and no correction
    if not any(isinstance(each, Sym) for side in relation.sides if side is not None for each in side.walk()):
        return ""  # nor is 1 = 2 - 1
    if op != "<-" and _explains_nothing(relation):
        return ""
    proved = all(_holds(relation, op, each, conditions) for each in (scope, scope.whole) if each is not None)
    return " ".join(formula.split()) if proved else ""


def _without_ones(formula: str, relation: Relation, scope: Scope) -> tuple[str, Relation]:
    """The formula without a factor 1 that an edit has left before another factor."""
    found = [each for side in relation.sides if side is not None for each in side.walk() if isinstance(each, Juxt)]
    cuts = [(each.items[0].span[0], each.items[1].span[0]) for each in found if isinstance(each.items[0], Num) and each.items[0].value == 1]
    shorter = formula
    for start, stop in sorted(cuts, reverse=True):
        shorter = shorter[:start] + shorter[stop:]
    items = parse_formula(shorter, macros=scope.macros, names=scope.words) if cuts else []
    if len(items) != 1 or not isinstance(items[0], Statement) or None in items[0].relation.sides or len(items[0].relation.sides) != 2:
        return formula, relation
    return shorter, items[0].relation


def _explains_nothing(relation: Relation) -> bool:
    """Whether the right side says the left one again, x = 0 + x, or something cancels itself."""
    left, right = (_bare(side) for side in relation.sides if side is not None)
    itself = signature(left)
    if signature(right) == itself or (isinstance(left, (Sym, Juxt)) and any(signature(each) == itself for each in right.walk())):
        return True
    return any(_cancels(each) for side in (left, right) for each in side.walk())


def _bare(node: Node) -> Node:
    while isinstance(node, Group) and not (node.sub or node.sup or node.primes):
        node = node.inner
    return node


def _cancels(node: Node) -> bool:
    """A term taken from itself, a factor divided by itself."""
    if isinstance(node, Frac):
        return bool(signature(_bare(node.top)) == signature(_bare(node.bottom)))
    if not isinstance(node, Add):
        return False
    signed = [(signature(_bare(term)), sign) for term, sign in zip(node.terms, node.signs)]
    return any((each, -sign) in signed for each, sign in signed)


def _holds(relation: Relation, op: str, scope: Scope, conditions: tuple[Relation, ...]) -> bool:
    left, right = relation.sides
    assert left is not None and right is not None
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations, trial.aliases = scope.world, scope.indexed, scope.equations, scope.aliases
    trial.free |= variables_of(left, scope) | variables_of(right, scope)
    return decide(Link(trial.named(left), op, trial.named(right), (0, 0)), trial, conditions).holds


def _is_latex(text: str) -> bool:
    return "\\" in text or (("_{" in text or "^{" in text) and text.isascii())


def _plain(latex: str, text: str) -> str:
    """A replacement in the style of a formula without LaTeX."""
    unicode = any(ord(char) > 127 for char in text)
    fresh = latex.replace(r"\times", "*").replace(r"^\top", ".T").replace(r"\to", "->").replace(r"\odot", "⊙")
    fresh = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", fresh)
    fresh = re.sub(r"\\sum_\{(\w+)\}", r"sum_\1", fresh)
    fresh = re.sub(r"\\([A-Za-z]+)\s?", lambda m: LETTERS.get(m[1], m[1]) if unicode else m[1], fresh)
    fresh = re.sub(r"([_^])\{([^\W_]+)\}", r"\1\2", fresh)
    if "_" not in text:  # delta2, as programs write it
        fresh = re.sub(r"([A-Za-z])_(\d+)", r"\1\2", fresh)
    fresh = re.sub(r"\((\w+)\)\.T", r"\1.T", fresh)
    fresh = re.sub(r"\((\w+)\)/\((\w+)\)", r"(\1/\2)", fresh)
    if "*" not in text and re.search(r"\b(?:np|numpy|jnp|torch)\.|@", text):  # a program multiplies with a sign
        fresh = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", fresh)
        fresh = re.sub(r"(?<=[\w)]) $", " * ", fresh)
    if not unicode and "*" in text:
        fresh = re.sub(r"(?<=[\w)]) (?=[\w(])", "*", fresh)
    return fresh
