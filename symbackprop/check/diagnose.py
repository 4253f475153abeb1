"""What to change in a wrong formula: single edits, then the slot whose value is off, then one edit and one factor.

At the failing instance every generator gets a random residue modulo a prime. Where the formula is affine in one of its
nodes, the value that node would need is solved for and looked up among the quantities of the net. Nothing is printed that
is not confirmed: the corrected text is parsed again and proved for every instance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import Impossible, Rejected, Scalar, TooLarge
from symbackprop.check.claims import Link, decide
from symbackprop.check.edits import Edit, edits, is_same, put, source
from symbackprop.check.evaluate import evaluate
from symbackprop.check.expand import Writer
from symbackprop.check.indices import free_indices
from symbackprop.check.pool import PRIME, Term, pool
from symbackprop.check.scope import Env, Scope, Unresolved
from symbackprop.check.statements import parse_formula
from symbackprop.check.syntax import Node, Relation, Span, Statement
from symbackprop.check.values import ShapeClash, Tup, Unsupported
from symbackprop.check.world import NotThere
from symbackprop.errors import ParseError
from symbackprop.kernel.polynomials import Poly

MAX_TRIES = 700  # evaluations of a changed formula
MAX_CONFIRMED = 24

_TROUBLE = (Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge, Rejected, KeyError, ValueError, ZeroDivisionError)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What to say, the corrected formula in the writer's notation, and the place to mark."""

    lines: tuple[str, ...] = ()
    corrected: str = ""
    blame: Span | None = None


class Residues:
    """Random residues for every generator: a fast test of equality that exact arithmetic confirms."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.random = random.Random(20061110)
        self.of = dict[int, int]()
        # without a net nothing is named by its output: sigma(x) and 1/(1 + e^{-x}) must get one residue
        self.writer = Writer(env.scope.world) if env.scope.net is None else None

    def generator(self, g: int) -> int:
        """The residue of a generator."""
        if g not in self.of:
            self.of[g] = self._draw(g)
        return self.of[g]

    def _draw(self, g: int) -> int:
        net, algebra = self.env.scope.net, self.env.view.algebra
        if net is not None and net.loss.targets_sum_to_one and algebra.keys[g] == ("target", net.targets[-1]):
            others = [algebra.index(("target", name)) for name in net.targets[:-1]]
            return (1 - sum(self.generator(each) for each in others)) % PRIME
        return self.random.randrange(2, PRIME)

    def poly(self, poly: Poly) -> int:
        """The residue of a polynomial."""
        total = 0
        for monomial, coefficient in poly.items():
            term = coefficient.numerator * pow(coefficient.denominator, -1, PRIME)
            for g in monomial:
                term = term * self.generator(g) % PRIME
            total += term
        return total % PRIME

    def scalar(self, value: Scalar) -> int:
        """The residue of a value."""
        if self.writer is not None:
            value = self.writer.value(value)
        return self.poly(value.num) * pow(self.poly(value.den), -1, PRIME) % PRIME

    def value(self, node: Node) -> tuple[int, ...] | None:
        """The residues of an expression's entries, None where it has no value here."""
        self.env.view.algebra.work = 0
        try:
            found = V.simple(evaluate(node, self.env))
            if isinstance(found, Scalar):
                return (self.scalar(found),)
            if isinstance(found, (V.Mat, Tup)):
                mat = V.as_matrix(found)
                return (-mat.shape[0], -mat.shape[1], *(self.scalar(each) for row in mat.rows for each in row))
        except _TROUBLE:
            return None
        return None

    def needed(self, tree: Node, node: Node, target: Scalar) -> int | None:
        """The residue `node` would need for the whole to be `target`; None where the whole is not affine in it."""
        algebra = self.env.view.algebra
        algebra.work = 0
        slot = algebra.name("slot")
        index = algebra.index(("slot",))
        marked = put(tree, node, ast.Sym(node.span, "slot value"))
        try:
            found = V.simple(evaluate(marked, self.env.bind({"slot value": slot})))
            if not isinstance(found, Scalar):
                return None
            difference = algebra.sub(found, target)
        except _TROUBLE:
            return None
        low: Poly = {}
        high: Poly = {}
        for monomial, coefficient in difference.num.items():
            count = monomial.count(index)
            if count > 1:
                return None
            rest = tuple(g for g in monomial if g != index)
            (high if count else low)[rest] = coefficient
        if any(algebra.uses(Scalar({(g,): 1}, {(): 1}), {index: None}) for m in difference.num for g in m if g != index):
            return None
        below = self.poly(high)
        return -self.poly(low) * pow(below, -1, PRIME) % PRIME if below else None


def diagnose(link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str) -> Diagnosis:
    """The simplest change that makes the link right, confirmed; empty where none is found."""
    if link.op not in ("=", ":=", "<-") or link.right.span[1] > len(text):
        return Diagnosis()
    scope.world.algebra.start()
    for first, second in ((link.left, link.right), (link.right, link.left)):
        try:
            found = _repair(first, second, link, scope, conditions, text)
        except (*_TROUBLE, ParseError, RecursionError):  # the verdict stands without a diagnosis
            continue
        if found.lines:
            return found
    return Diagnosis()


def _env(link: Link, scope: Scope) -> Env:
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations = scope.world, scope.indexed, scope.equations
    fixed = trial.fixed_indices()
    chosen = {**fixed, **(link.failing or {})}
    if link.failing is None:
        for name, values in free_indices([link.left, link.right], trial).items():
            chosen[name] = values[len(values) // 2]
    if "@l" in chosen and "@r" not in fixed:
        chosen["@r"] = chosen["@l"] + 1
    return Env(trial, trial.world.view(), chosen)


def _repair(
    truth: Node, wrong: Node, link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str
) -> Diagnosis:
    env = _env(link, scope)
    residues = Residues(env)
    if link.op == "<-" and truth is not link.left:
        return Diagnosis()
    target = _target(truth, link, env)
    if target is None or isinstance(target, (V.Fn, V.Operator)):
        return Diagnosis()
    terms = pool([truth, wrong], env)
    for edit in islice(_candidates(wrong, truth, target, terms, env, residues, text), MAX_CONFIRMED):
        corrected = _confirm(edit, truth, wrong, link, scope, conditions, text)
        if corrected:
            return Diagnosis((edit.words,), corrected, edit.blame)
    return Diagnosis()


def _target(truth: Node, link: Link, env: Env) -> V.Value | None:
    try:
        if link.op == "<-":
            from symbackprop.check.calculus import variables
            from symbackprop.check.names import change

            if not isinstance(truth, ast.Sym):
                return None
            algebra = env.view.algebra
            grid = variables(truth, env)
            return V.simple(V.Mat(tuple(tuple(algebra.add(algebra.name(*k), change(k, env)) for k in row) for row in grid)))
        return V.simple(evaluate(truth, env))
    except _TROUBLE:
        return None


def _candidates(
    wrong: Node, truth: Node, target: V.Value, terms: list[Term], env: Env, residues: Residues, text: str
) -> Iterator[Edit]:
    """Edits that make the failing instance right, the likeliest first."""
    goal = _entries(target, residues)
    letters = set(free_indices([wrong], env.scope)) - set(free_indices([truth], env.scope))
    only_right = {name for name in letters if not name.startswith("@")}
    tried, right = 0, list[Edit]()
    near = list[tuple[Edit, tuple[int, ...]]]()
    for edit in edits(wrong, terms, env.scope, text, only_right):
        tried += 1
        if tried > MAX_TRIES:
            break
        value = residues.value(edit.node)
        if value is None:
            continue
        if value == goal:
            right.append(edit)
        elif len(value) == 1:
            near.append((edit, value))
    if isinstance(target, Scalar):
        right += _slots(wrong, truth, target, terms, residues, text)
    right.sort(key=lambda edit: edit.cost)
    yield from right
    if isinstance(target, Scalar) and len(goal) == 1:
        yield from _doubles(near, goal[0], terms, residues, text)
        yield from _double_slots(near, truth, target, terms, residues, text)


def _entries(value: V.Value, residues: Residues) -> tuple[int, ...]:
    if isinstance(value, Scalar):
        return (residues.scalar(value),)
    mat = V.as_matrix(value)
    return (-mat.shape[0], -mat.shape[1], *(residues.scalar(each) for row in mat.rows for each in row))


Table = dict[int, list[Term]]


def _residue_table(terms: list[Term], residues: Residues) -> Table:
    table: Table = {}
    for term in terms:
        if isinstance(term.value, Scalar) and term.value.num:
            try:
                table.setdefault(residues.scalar(term.value), []).append(term)
            except ValueError:
                continue
    return table


def _slots(wrong: Node, truth: Node, target: Scalar, terms: list[Term], residues: Residues, text: str) -> Iterator[Edit]:
    """Solve for each node in turn and look the value up."""
    table = _residue_table(terms, residues)
    for node in list(wrong.walk())[:60]:
        if isinstance(node, (ast.Dots, ast.Lambda)):
            continue
        needed = residues.needed(wrong, node, target)
        have = residues.value(node)
        if needed is None or have is None or len(have) != 1:
            continue
        yield from _explain(wrong, truth, node, have[0], needed, table, text)


def _explain(
    wrong: Node, truth: Node, node: Node, have: int, need: int, table: Table, text: str, base: Edit | None = None
) -> Iterator[Edit]:
    shown = source(text, node)
    whole = 0 if node is wrong else 1
    bracketed = f"({shown})" if isinstance(node, ast.Add) else shown
    prefix = base.changes if base else ()
    lead = f"{base.words}; and " if base else ""
    extra = base.cost if base else 0

    def made(cost: int, fresh: Node, new: str, words: str) -> Edit:
        return Edit(cost + whole + extra, put(wrong, node, fresh), (*prefix, (node.span, new)), lead + words, node.span)

    if need == 0:
        return
    if isinstance(node, ast.Num):
        small = _fraction(need)
        if small is not None:
            yield made(0, ast.Num(node.span, small), str(small), f"the number {shown} should be {small}")
    for term in table.get(need, ()):
        if term.text == shown or (node is wrong and isinstance(term.node, ast.Sym) and is_same(term.node, truth)):
            continue
        cost = 3 if isinstance(node, (ast.Sym, ast.Num)) else 4
        yield made(cost, term.node, term.text, f"{shown} should be {term.text}")
    if have:
        ratio = need * pow(have, -1, PRIME) % PRIME
        small = _fraction(ratio)
        if small is not None and small != 1:
            factor = "-" if small == -1 else f"{small} \\times " if small.denominator == 1 else rf"\frac{{{small.numerator}}}{{{small.denominator}}} "
            product = ast.Product(node.span, (ast.Num(node.span, small), node), ("times",))
            words = f"the sign of {shown} is wrong" if small == -1 else f"the constant factor {small} is missing before {shown}"
            yield made(2, product, f"{factor}{bracketed}", words)
        for term in table.get(ratio, ()):
            if term.kind == "number":
                continue
            product = ast.Product(node.span, (ast.Group(node.span, node, "("), term.node), ("times",))
            yield made(2, product, f"{bracketed} {term.text}", f"the factor {term.text} is missing" + ("" if not whole else f" beside {shown}"))
        inverse = pow(ratio, -1, PRIME) if ratio else 0
        for term in table.get(inverse, ()):
            if term.kind == "number":
                continue
            quotient = ast.Frac(node.span, node, term.node)
            yield made(4, quotient, rf"\frac{{{shown}}}{{{term.text}}}", f"the factor {term.text} is one too many in {shown}")
    for difference, sign in (((need - have) % PRIME, 1), ((have - need) % PRIME, -1)):
        for term in table.get(difference, ()):
            total = ast.Add(node.span, (node, term.node), (1, sign))
            new = f"{shown} {'+' if sign > 0 else '-'} {term.text}"
            yield made(5, total, f"({new})" if whole else new, f"the term {'-' if sign < 0 else ''}{term.text} is missing" + (f" beside {shown}" if whole else ""))


def _fraction(residue: int) -> Fraction | None:
    """A residue that is a small rational number."""
    for below in (1, 2, 3, 4, 5, 6, 8, 10):
        top = residue * below % PRIME
        if top > PRIME // 2:
            top -= PRIME
        if abs(top) <= 20:
            return Fraction(top, below)
    return None


def _doubles(
    near: list[tuple[Edit, tuple[int, ...]]], goal: int, terms: list[Term], residues: Residues, text: str
) -> Iterator[Edit]:
    """One edit, and then a constant or a factor of the whole."""
    table = _residue_table(terms, residues)
    for edit, (have,) in near:
        if not have:
            continue
        ratio = goal * pow(have, -1, PRIME) % PRIME
        small = _fraction(ratio)
        start, stop = edit.node.span
        if small is not None:
            sign = "-" if small == -1 else rf"\frac{{{small.numerator}}}{{{small.denominator}}} \times " if small.denominator > 1 else f"{small} \\times "
            node: Node = ast.Product((start, stop), (ast.Num((start, stop), small), ast.Group((start, stop), edit.node, "(")), ("times",))
            words = "the sign is wrong" if small == -1 else f"the constant factor {small} is missing"
            yield Edit(edit.cost + 2, node, (*edit.changes, ((start, start), f"{sign}("), ((stop, stop), ")")), f"{edit.words}; and {words}", edit.blame)
        for term in table.get(ratio, ()) if small is None else ():
            node = ast.Product((start, stop), (ast.Group((start, stop), edit.node, "("), term.node), ("times",))
            yield Edit(edit.cost + 3, node, (*edit.changes, ((start, start), "("), ((stop, stop), f") {term.text}")),
                       f"{edit.words}; and the factor {term.text} is missing", edit.blame)  # fmt: skip


def _double_slots(
    near: list[tuple[Edit, tuple[int, ...]]], truth: Node, target: Scalar, terms: list[Term], residues: Residues, text: str
) -> Iterator[Edit]:
    """One edit, and then another symbol."""
    table = _residue_table(terms, residues)
    budget = MAX_TRIES
    for edit, _ in near:
        for node in edit.node.walk():
            if not isinstance(node, (ast.Sym, ast.Num)) or any(a <= node.span[0] < b for (a, b), _ in edit.changes):
                continue
            budget -= 1
            if budget < 0:
                return
            needed = residues.needed(edit.node, node, target)
            have = residues.value(node)
            if needed is None or have is None or len(have) != 1:
                continue
            for found in _explain(edit.node, truth, node, have[0], needed, table, text, edit):
                if found.cost <= edit.cost + 4:
                    yield found


def _confirm(
    edit: Edit, truth: Node, wrong: Node, link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str
) -> str:
    """The corrected formula as text, when that very text is proved; else nothing."""
    start, stop = wrong.span
    body, at = "", start
    for (low, high), fresh in sorted(edit.changes, key=lambda change: change[0]):
        if low < at or high > stop:
            return ""
        body += text[at:low] + (fresh if "\\" in text else _plain(fresh, text))
        at = high
    body += text[at:stop]
    left, right = (source(text, truth), body) if wrong is link.right else (body, source(text, truth))
    sign = {"<-": r"\leftarrow", ":=": ":="}.get(link.op, "=")
    if link.left.span[1] > len(text) or (wrong is link.right and not source(text, truth)):
        return ""
    formula = f"{left} {sign if chr(92) in text or sign != chr(92) + 'leftarrow' else '<-'} {right}"
    items = parse_formula(formula, names=scope.notation.words)
    if len(items) != 1 or not isinstance(items[0], Statement):
        return ""
    relation = items[0].relation
    if relation.sides[0] is None or relation.sides[1] is None or len(relation.sides) != 2:
        return ""
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations, trial.aliases = scope.world, scope.indexed, scope.equations, scope.aliases
    from symbackprop.check.define import variables_of

    trial.free |= variables_of(relation.sides[0], scope) | variables_of(relation.sides[1], scope)
    fresh_link = Link(trial.named(relation.sides[0]), link.op, trial.named(relation.sides[1]), (0, 0))
    verdict = decide(fresh_link, trial, conditions)
    return " ".join(formula.split()) if verdict.holds else ""


def _plain(latex: str, text: str) -> str:
    """A replacement in the style of a formula without LaTeX."""
    import re

    from symbackprop.check.vocabulary import GREEK_LETTERS

    greek = {name: letter for letter, name in reversed(GREEK_LETTERS.items())}
    unicode = any(ord(char) > 127 for char in text)
    fresh = latex.replace(r"\times", "*").replace(r"\to", "->").replace(r"^\top", ".T").replace(r"\odot", "⊙")
    fresh = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", fresh)
    fresh = re.sub(r"\\sum_\{(\w+)\}", r"sum_\1", fresh)
    fresh = re.sub(r"\\([A-Za-z]+)\s?", lambda m: greek.get(m[1], m[1]) if unicode else m[1], fresh)
    fresh = re.sub(r"([_^])\{(\w+)\}", r"\1\2", fresh)
    if not unicode and "*" in text:
        fresh = re.sub(r"(?<=[\w)]) (?=[\w(])", "*", fresh)
    return fresh


__all__ = ["Diagnosis", "diagnose"]
