"""What to change in a wrong formula: single edits, then the slot whose value is off, then one edit and one factor.

At the failing instance every generator gets a random residue modulo a prime. Where the formula is affine in one of its
nodes, the value that node would need is solved for and looked up among the quantities of the net. Nothing is printed that
is not confirmed: the corrected text is parsed again and proved for every instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from symbackprop.check.deciding.claims import decide, settle_dots
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, Scalar
from symbackprop.check.meaning.calculus import variables
from symbackprop.check.meaning.evaluate import environment, evaluate
from symbackprop.check.meaning.forms import has_differentials, varying
from symbackprop.check.meaning.generic import generic_letters, ranges
from symbackprop.check.meaning.indices import free_indices
from symbackprop.check.meaning.large import smaller
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.penalties import free_letters
from symbackprop.check.meaning.quick import signature
from symbackprop.check.meaning.scope import Env, Scope
from symbackprop.check.meaning.updates import change
from symbackprop.check.mending.corrected import STEPS, confirm
from symbackprop.check.mending.edit import Edit, is_same
from symbackprop.check.mending.edits import again, edits
from symbackprop.check.mending.edits_brackets import slipped
from symbackprop.check.mending.edits_whole import vectors
from symbackprop.check.mending.exchanged import exchanged
from symbackprop.check.mending.orders import FLIPPED, order_edits
from symbackprop.check.mending.pairs import pairs
from symbackprop.check.mending.pool import Term, kind_of, pool
from symbackprop.check.mending.residues import TROUBLE, Residues, Tables, entries_of
from symbackprop.check.mending.slots import finished, slots
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Relation, Span
from symbackprop.errors import ParseError

MAX_TRIES = 700  # evaluations of a changed formula
MAX_CONFIRMED = 24


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What to say, the corrected formula in the writer's notation, and the place to mark."""

    lines: tuple[str, ...] = ()
    corrected: str = ""
    blame: Span | None = None


def diagnose(link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str) -> Diagnosis:
    """The simplest change that makes the link right, confirmed; empty where none is found."""
    if link.right.span[1] > len(text):
        return Diagnosis()
    if (small := smaller(scope)) is not None:
        link, scope = replace(link, failing=None), small
        if decide(link, scope, conditions).name not in ("REFUTED", "UNDEFINED"):
            return Diagnosis()
    if link.op in FLIPPED:
        for edit, op in order_edits(link, text):
            if corrected := confirm(edit, link.left, link.right, link, scope, conditions, text, op):
                return Diagnosis((edit.words,), corrected, edit.blame)
    if link.op not in ("=", ":=", "<-"):
        return Diagnosis()
    written = text[link.left.span[1] : link.right.span[0]].strip(" &\n")
    if written in STEPS:  # w += x: the step itself may go the wrong way
        flipped = Edit(1, link.right, (), f"the step goes the wrong way: {STEPS[written]}", (link.left.span[1], link.right.span[0]))
        if corrected := confirm(flipped, link.left, link.right, link, scope, conditions, text, STEPS[written]):
            return Diagnosis((flipped.words,), corrected, flipped.blame)
    for edit in exchanged(link, scope, text):
        if corrected := confirm(edit, link.left, link.right, link, scope, conditions, text):
            return Diagnosis((edit.words,), corrected, edit.blame)
    scope.world.algebra.start()
    for first, second in ((link.left, link.right), (link.right, link.left)):
        try:
            found = _repair(first, second, link, scope, conditions, text)
        except (*TROUBLE, ParseError, RecursionError):  # the verdict stands without a diagnosis
            continue
        if found.lines:
            return found
    return Diagnosis()


def _env(link: Link, scope: Scope) -> Env:
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations = scope.world, scope.indexed, scope.equations
    if link.presumed is not None:
        link.presumed[0].enter(trial, named=link.presumed[1])
        trial.free |= free_letters(link.left, trial, False) | free_letters(link.right, trial, False)
    settle_dots([link.left, link.right], trial)
    trial.generic = generic_letters([link.left, link.right], trial)
    fixed = trial.fixed_indices()
    chosen = {**fixed, **dict.fromkeys(ranges(trial), 1), **(link.failing or {})}
    if link.failing is None:
        for name, values in free_indices([link.left, link.right], trial).items():
            chosen[name] = values[len(values) // 2]
    if "@l" in chosen and "@r" not in fixed:
        chosen["@r"] = chosen["@l"] + 1
    env = environment(trial, chosen)
    trial.varying = varying(link.left, link.right, env) if has_differentials(link.left, link.right, trial) else ()
    return env


def _repair(
    truth: Node, wrong: Node, link: Link, scope: Scope, conditions: tuple[Relation, ...], text: str
) -> Diagnosis:
    env = _env(link, scope)
    if link.op == "<-" and truth is not link.left:
        return Diagnosis()
    target = _target(truth, link, env)
    if target is None or isinstance(target, (V.Fn, V.Operator)):
        return Diagnosis()
    own = link.op != "<-" and isinstance(truth, (ast.Sym, ast.Juxt))
    itself = signature(truth)
    terms = [term for term in pool([truth, wrong], env)
             if not (own and any(is_same(part, truth) or signature(part) == itself for part in term.node.walk()))]  # fmt: skip
    if isinstance(truth, ast.Sym) and link.op != "<-":  # a for a^1 is another spelling of the left side, which explains nothing
        kind = kind_of(truth, scope)
        terms = [term for term in terms if not _says_again(term, kind, target, env)]
    kinked = scope.net is not None and scope.net.kinks  # where a slope happens to be 1, its absence is not seen
    searches = [_Search(wrong, truth, target, terms, env, Residues(env, seed), text) for seed in range(3 if kinked else 1)]
    ways = [search.singles for search in searches]
    if truth.span < wrong.span:  # two slips are looked for on the right side alone
        ways += [search.pairs for search in searches[:2]]
    for way in ways:
        for edit in islice(way(), MAX_CONFIRMED):
            corrected = confirm(edit, truth, wrong, link, scope, conditions, text)
            if corrected:
                return Diagnosis((edit.words,), corrected, edit.blame)
    return Diagnosis()


def _says_again(term: Term, kind: str, target: V.Value, env: Env) -> bool:
    """Whether a term is what is to be explained, or 1 minus it."""
    algebra = env.view.algebra
    if not isinstance(term.value, Scalar) or not isinstance(target, Scalar):
        return False
    if term.kind == "complement":
        return algebra.equal(algebra.sub(ONE, term.value), target)
    return term.kind == kind and isinstance(term.node, ast.Sym) and algebra.equal(term.value, target)


def _target(truth: Node, link: Link, env: Env) -> V.Value | None:
    try:
        if link.op == "<-":
            if not isinstance(truth, ast.Sym):
                return None
            algebra = env.view.algebra
            grid = variables(truth, env)
            return V.simple(V.Mat(tuple(tuple(algebra.add(algebra.name(*k), change(k, env)) for k in row) for row in grid)))
        return V.simple(evaluate(truth, env))
    except TROUBLE:
        return None


class _Search:
    """Edits that make the failing instance right in residues: the single ones, then pairs of them."""

    def __init__(
        self, wrong: Node, truth: Node, target: V.Value, terms: list[Term], env: Env, residues: Residues, text: str
    ) -> None:
        self.wrong, self.truth, self.terms, self.env, self.residues, self.text = wrong, truth, terms, env, residues, text
        self.goal = entries_of(target, residues)
        self.tables = Tables(terms, residues)
        self.near: list[tuple[Edit, tuple[int, ...]]] = []

    def singles(self) -> Iterator[Edit]:
        """The likeliest first."""
        wrong, goal, residues = self.wrong, self.goal, self.residues
        letters = set(free_indices([wrong], self.env.scope)) - set(free_indices([self.truth], self.env.scope))
        only_right = {name for name in letters if not name.startswith("@")}
        right = list[Edit]()
        whole = vectors(wrong, self.terms, self.text) if len(goal) > 1 else ()
        for edit in islice(chain(edits(wrong, self.terms, self.env.scope, self.text, only_right), whole), MAX_TRIES):
            value = residues.value(edit.node)
            if value == goal:
                right.append(edit)
            elif value is not None:
                self.near.append((edit, value))
        right += [edit for edit in slipped(wrong, self.env.scope, self.text) if residues.value(edit.node) == goal]
        same = residues.value(wrong)
        if same is not None:
            right += finished(Edit(0, wrong, (), "", wrong.span), same, goal, self.tables)
        if len(goal) == 1:
            right += slots(wrong, self.truth, goal[0], self.tables, residues, self.text)
        right.sort(key=lambda edit: edit.cost)
        yield from right

    def pairs(self) -> Iterator[Edit]:
        """Two at once, after the single ones."""
        scope, terms, text = self.env.scope, self.terms, self.text
        yield from pairs(self.wrong, self.truth, self.near, self.goal, self.tables, self.residues, text,
                         lambda part, tree: again(part, tree, terms, scope, text))  # fmt: skip


__all__ = ["Diagnosis", "diagnose"]
