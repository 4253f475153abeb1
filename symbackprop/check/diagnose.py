"""What to change in a wrong formula: single edits, then the slot whose value is off, then one edit and one factor.

At the failing instance every generator gets a random residue modulo a prime. Where the formula is affine in one of its
nodes, the value that node would need is solved for and looked up among the quantities of the net. Nothing is printed that
is not confirmed: the corrected text is parsed again and proved for every instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import Scalar
from symbackprop.check.calculus import variables
from symbackprop.check.corrected import confirm
from symbackprop.check.edits import Edit, edits
from symbackprop.check.evaluate import environment, evaluate
from symbackprop.check.indices import free_indices
from symbackprop.check.link import Link
from symbackprop.check.pool import Term, pool
from symbackprop.check.residues import TROUBLE, Residues, entries_of
from symbackprop.check.scope import Env, Scope
from symbackprop.check.slots import double_slots, doubles, slots
from symbackprop.check.syntax import Node, Relation, Span
from symbackprop.check.updates import change
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
    if link.op not in ("=", ":=", "<-") or link.right.span[1] > len(text):
        return Diagnosis()
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
    fixed = trial.fixed_indices()
    chosen = {**fixed, **(link.failing or {})}
    if link.failing is None:
        for name, values in free_indices([link.left, link.right], trial).items():
            chosen[name] = values[len(values) // 2]
    if "@l" in chosen and "@r" not in fixed:
        chosen["@r"] = chosen["@l"] + 1
    return environment(trial, chosen)


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
        corrected = confirm(edit, truth, wrong, link, scope, conditions, text)
        if corrected:
            return Diagnosis((edit.words,), corrected, edit.blame)
    return Diagnosis()


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


def _candidates(
    wrong: Node, truth: Node, target: V.Value, terms: list[Term], env: Env, residues: Residues, text: str
) -> Iterator[Edit]:
    """Edits that make the failing instance right, the likeliest first."""
    goal = entries_of(target, residues)
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
        right += slots(wrong, truth, target, terms, residues, text)
    right.sort(key=lambda edit: edit.cost)
    yield from right
    if isinstance(target, Scalar) and len(goal) == 1:
        yield from doubles(near, goal[0], terms, residues, text)
        yield from double_slots(near, truth, target, terms, residues, text)


__all__ = ["Diagnosis", "diagnose"]
