"""What a wrong line means: withheld where it only assumes or is hedged, marked as following where an earlier slip explains it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from symbackprop.check.deciding.claims import decide
from symbackprop.check.deciding.numbers import of_numbers
from symbackprop.check.documents.worked import only_given
from symbackprop.check.meaning.define import definition_of, kinds, redefined
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.marks import STEPS
from symbackprop.check.meaning.quantities import label
from symbackprop.check.meaning.quick import signature
from symbackprop.check.meaning.scope import Definition, Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.languages import any_of
from symbackprop.check.reading.syntax import Node, Relation
from symbackprop.proofs.verdict import Refuted, Undecided, Verdict

_ARITHMETIC = re.compile(r"\b(?:plus|minus|times|squared|cubed|twice|double|doubled|halved|negated|not|approximately|approx|roughly|modulo)\b|\bdivided by\b", re.I)
_RAISED = re.compile(r"_\w+\^\d+$")
_HEDGE = re.compile(rf"\b(?:only|nur|where|case|approx\w*|{any_of('if', 'for', 'output', 'hidden', 'assume')})\b", re.I)


OF_NETS = re.compile(rf"\b(?:{any_of('net')})", re.I)


class Slip(NamedTuple):
    """A wrong line: the name it gives, its left side as written, its right side, and where it stands."""

    name: str
    before: str
    wrong: Node
    place: str
    left: Node | None = None


def follows(
    link: Link, left_text: str, conditions: tuple[Relation, ...], slips: Sequence[Slip], trial_for: Callable[[Link], Scope]
) -> str:
    """Whether a wrong link is right once an earlier wrong line is granted; where that line stands."""
    for slip in slips:
        name, before, wrong, place, _ = slip
        trial = trial_for(link)
        trial.world = type(trial.world)(trial.net)
        again = Link(link.left, link.op, link.right, link.span)
        if name:
            made = definition_of(ast.Sym((0, 0), name), wrong, trial, forced=True)
            if isinstance(made, Definition):
                trial.definitions[name] = made
                if decide(again, trial, conditions).holds:
                    return place
        same = bool(before) and "".join(before.split()) == "".join(left_text.split())
        if same and decide(Link(wrong, "=", link.right, link.span), trial_for(link), conditions).holds:
            return place
        right = granted(link.right, slip)
        if right is not link.right and decide(Link(link.left, link.op, right, link.span), trial_for(link), conditions).holds:
            return place
    return ""


def granted(node: Node, slip: Slip) -> Node:
    """The tree with the wrong expression of an earlier line replaced by what that line said it was equal to."""
    left, wrong = slip.left, slip.wrong
    if left is None or isinstance(wrong, (ast.Sym, ast.Num)):
        return node
    items = tuple(signature(each) for each in wrong.items) if isinstance(wrong, ast.Juxt) else ()
    whole = signature(wrong)
    truth = ast.Group(wrong.span, left, "(")

    def change(each: Node) -> Node | None:
        if signature(each) == whole:
            return truth
        if not isinstance(each, ast.Juxt) or not items:
            return None
        written = [signature(item) for item in each.items]
        for at in range(len(written) - len(items) + 1):
            if tuple(written[at : at + len(items)]) == items:
                return ast.Juxt(each.span, (*each.items[:at], truth, *each.items[at + len(items) :]))
        return None

    return ast.rewrite(node, change)


def withheld(link: Link, verdict: Verdict, words: tuple[str, ...], trial: Scope, bare: bool, elsewhere: bool,
             declared: Collection[str]) -> Verdict:  # fmt: skip
    """No refutation where words beside the formula may restrict it, or where it only states what is assumed."""
    if isinstance(verdict, Refuted) and trial.net is None and (said := _not_of_numbers(link, trial, declared)):
        return Undecided(reason=f"it fails if {said} ({verdict.reason}), which nothing declares", notes=("declare the net and the notation",))
    if link.op in _ORDERS and _is_range_of_letters(link, trial):
        return Undecided(reason="it says what numbers a letter may be: an assumption, nothing that follows")
    if only_given(link, trial):
        return Undecided(reason="it speaks of inputs, targets and parameters alone: an assumption, nothing that follows")
    if bare and link.op == "=" and isinstance(verdict, Refuted):
        return Undecided(reason="it gives a quantity of the net one number: an assumption, nothing that follows")
    if elsewhere and trial.net is None and isinstance(verdict, Refuted) and (trial.undeclared or trial.notes):
        said = ", ".join(trial.undeclared) or "; ".join(trial.notes)
        return Undecided(reason=f"it fails in general ({verdict.reason}), and this text does not say what its letters are ({said}): "
                                "it may be an equation to be solved; `sbp: free=x` declares x as any number")  # fmt: skip
    step = _numbered_step(link, trial)
    if step and isinstance(verdict, Refuted):
        return Undecided(reason=f"read {step} as a layer it fails ({verdict.reason}), and it may be the number of a step of training: write w_{{jk}}(t), "
                                "or say in a directive which letters are layers", notes=verdict.notes)  # fmt: skip
    hedge = next((each for each in words if _HEDGE.search(each)), "")
    if hedge and isinstance(verdict, Refuted):
        return Undecided(reason=f"it fails in general ({verdict.reason}), and the words `{hedge[:60]}` beside it are not understood")
    return verdict


def _numbered_step(link: Link, scope: Scope) -> str:
    """The raised letter of a weight that may be the number of a step of training: w^{t+1} = w^t - eta ..."""
    for each in link.left.walk() if scope.net is not None else ():
        raised = each.sup.text if isinstance(each, ast.Sym) and each.sup else ""
        letter = raised.strip("()+1")
        if raised in STEPS and letter not in scope.notation.layer_letters and isinstance(each, ast.Sym) and kinds(each, scope) & {"weight", "bias"}:
            return letter
    return ""


def _not_of_numbers(link: Link, trial: Scope, declared: Collection[str]) -> str:
    """What makes a text without a net speak of more than free numbers: a letter with a layer's label, a derivative by what it has
    defined by itself, with no directive to say that it means just that."""
    for each in (*link.left.walk(), *link.right.walk()):
        if isinstance(each, ast.Sym) and label(each.sup):
            return f"{spelling(each)} is a number of its own"
        if isinstance(each, ast.Derivative) and isinstance(each.by, ast.Sym) and spelling(each.by) in trial.definitions.keys() - declared:
            return f"{spelling(each.by)} varies by itself"
        made = trial.definitions.get(spelling(each.what)) if isinstance(each, ast.Derivative) and isinstance(each.what, ast.Sym) else None
        if made is not None and made.params and made.name not in declared and isinstance(each, ast.Derivative) and isinstance(each.by, ast.Sym) and spelling(each.by) not in made.params:
            return f"{made.name} is put at {spelling(each.by)}"
    return ""


_ORDERS = ("<", "<=", ">", ">=")


def _is_range_of_letters(link: Link, trial: Scope) -> bool:
    """`0 < eta <= 1`, `lambda > 0`: a letter that stands for a number beside numbers, and no quantity of a net."""
    letters = [each for side in (link.left, link.right) for each in side.walk() if not isinstance(each, (ast.Num, ast.Add, ast.Group))]
    named = {each.name for each in letters if isinstance(each, ast.Sym)}
    bare = all(isinstance(each, ast.Sym) and not (each.sup or each.primes) for each in letters)
    return bare and len(named) == 1 and isinstance(link.left, (ast.Sym, ast.Num)) and not any(
        spelling(each) in trial.definitions or kinds(each, trial) - {"rate", "input", "target"} for each in letters if isinstance(each, ast.Sym))


def with_reservations(verdict: Verdict, link: Link, text: str, trial: Scope) -> Verdict:
    """The verdict with what it supposes: that letters are numbers, and that the page's own quantities are meant."""
    verdict = of_numbers(verdict, link, text, trial)
    own = redefined((link.left, link.right), trial)
    return replace(verdict, notes=(*verdict.notes, f"{', '.join(own)} as this page defines it, not as the net has it")) if own else verdict


def in_words(verdict: Verdict, words: tuple[str, ...]) -> Verdict:
    """No verdict on a formula that goes on in words: sigma(z) plus one."""
    said = next((each for each in words if _ARITHMETIC.search(each)), "")
    if said and (verdict.holds or verdict.name in ("REFUTED", "UNDEFINED")):
        return Undecided(reason=f"the words `{said.strip()[:60]}` may be part of what it says", notes=verdict.notes)
    return verdict


def raised_label(link: Link, scope: Scope) -> str:
    """A symbol whose raised number may be a label: without a net, in a text that defines symbols with raised numbers.

    `w^1_{11}` beside a definition of `z^1_1` is hardly a power, and reading it as one would judge another formula.
    """
    if scope.net is not None or not any(_RAISED.search(name) for name in scope.definitions):
        return ""
    for node in (*link.left.walk(), *link.right.walk()):
        raised = isinstance(node, ast.Sym) and node.sub and node.sup and node.sup.text.isdigit()
        if raised and isinstance(node, ast.Sym) and spelling(node) not in scope.definitions:
            return spelling(node)
    return ""
