"""Formulas about a penalised cost: dC/dw = dC_0/dw + lambda/n w, w <- (1 - eta lambda/n) w - eta dC_0/dw, dW + lambda/m W.

Where the page has said what C adds to C_0, the formula is judged by that, C being the sum, or the cost alone as everywhere
else. Where it has not, the usual penalties are tried, and the one that was taken is a condition of the proof. A refutation
needs more: the formula is right for a penalty that rewards large weights, or wrong for whatever depends on weights alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Impossible, Scalar, TooLarge
from symbackprop.check.exact.values import Mat, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.calculus import variables
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.generic import generic_letters, ranges
from symbackprop.check.meaning.indices import free_indices
from symbackprop.check.meaning.link import Link, Unknown
from symbackprop.check.meaning.penalties import (
    Penalty,
    about_weights,
    cost_letter,
    free_letters,
    penalised,
    plain_cost,
    strengths,
)
from symbackprop.check.meaning.scope import Scope, Unresolved
from symbackprop.check.meaning.updates import change
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.syntax import Node, Relation, Sym
from symbackprop.check.reading.tokens import tokenize
from symbackprop.notation.patterns import latex_letter
from symbackprop.proofs.verdict import Proved, ProvedAlmostEverywhere, ProvedUnder, Undecided, Verdict

Judged = Callable[[Link, Scope, tuple[Relation, ...]], Verdict]


def of_penalties(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict, judged: Judged) -> Verdict:
    """The verdict where a penalty has its say, in place of one that knows of none."""
    if scope.net is None or verdict.holds:
        return verdict
    if scope.penalty is not None:
        return _as_the_page_says(link, scope, conditions, verdict, judged)
    if verdict.name not in ("UNRESOLVED", "UNDECIDED") or link.op not in ("=", ":=", "<-"):
        return verdict
    if penalised(link.left, link.right, scope) is not None:
        return Unknown(reason="it says what is added to the cost, a definition: there is nothing to prove or to refute")
    whole = _with_its_penalty(link, scope)
    if whole is not None:
        again = _tried(whole, scope, conditions, judged)
        if again.name == "REFUTED":
            link.right = whole.right
        return replace(again, notes=("read the term with the strength as a penalty: the rest is the cost of the net", *again.notes))
    return _as_is_usual(link, scope, conditions, verdict, judged)


def _as_the_page_says(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict, judged: Judged) -> Verdict:
    """Where the page's own C fails, C is the net's cost, as everywhere else: with steps along the penalised one, or along its own."""
    for penalty in (scope.penalty, None):
        trial = scope.fresh()
        trial.definitions.pop(scope.penalty.whole, None)
        _enter(scope.penalty, False, link, trial)
        trial.penalty = penalty
        again = judged(replace(link), trial, conditions)
        if again.holds:
            return replace(again, notes=(f"read {scope.penalty.whole} as the cost without its penalty", *again.notes))
    return verdict


def _with_its_penalty(link: Link, scope: Scope) -> Link | None:
    """J = cost + lambda/2m sum_w w^2 without the penalty; None where the right side is no such sum."""
    if not cost_letter(link.left, scope) or not isinstance(link.right, ast.Add):
        return None
    pairs = list(zip(link.right.terms, link.right.signs))
    extra = [each for each, _ in pairs if strengths((each,), scope) and about_weights(each, scope)]
    kept = [(each, sign) for each, sign in pairs if all(each is not other for other in extra)]
    if not extra or not kept or any(sign < 0 for each, sign in pairs if any(each is other for other in extra)) != (scope.net is not None and scope.net.loss.sense == "maximise"):
        return None
    rest = ast.Add(link.right.span, tuple(each for each, _ in kept), tuple(sign for _, sign in kept))
    return replace(link, right=rest if len(kept) > 1 or kept[0][1] < 0 else kept[0][0])


def _as_is_usual(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict, judged: Judged) -> Verdict:
    """The verdict under a usual penalty; one that rewards large weights is the author's slip."""
    nodes = [each for side in (link.left, link.right) for each in side.walk()]
    named = next((plain_cost(each, scope) for each in nodes if plain_cost(each, scope)), "")
    strength = sorted(strengths((link.left, link.right), scope))
    if not named and not strength:
        return verdict
    letter = named.partition("_")[0] or next(iter(scope.notation.cost_letters), "C")
    both = link.op == "<-" or any(isinstance(each, Sym) and each.name == letter and not each.sub for each in nodes)
    if named and not strength and not both:  # C_0 of the first example: nothing here is added to it
        again = _under(Penalty(letter, named, ast.Num((0, 0), Fraction(0)), ""), True, link, scope, conditions, judged, witnessed=True)
        return replace(again, notes=(f"read {named} as the cost of the net", *again.notes)) if again.holds or again.name == "REFUTED" else verdict
    found = list[tuple[Penalty, bool]]()
    for penalty in _usual(letter, named, strength[0] if strength else "lambda", _counts(nodes), scope):
        for names in (True, False) if not named else (True,):
            found.append((penalty, names))
            again = _under(penalty, names, link, scope, conditions, judged)
            if again.holds:
                return _supposing(again, penalty)
    rewards = [(replace(each, node=ast.Add((0, 0), (ast.Group((0, 0), each.node),), (-1,))), names) for each, names in found]
    wrong = next(((each, names) for (each, names), (minus, _) in zip(found, rewards)
                  if _under(minus, names, link, scope, conditions, judged).holds), None)  # fmt: skip
    if wrong is None and named and both and _beyond(link, scope, *found[0]):
        wrong = found[0]
    if wrong is None:
        return Undecided(reason=f"nothing says what {letter} adds to the cost of the net, and it is right for none of the usual penalties", notes=verdict.notes)
    again = _under(*wrong, link, scope, conditions, judged, witnessed=True)
    link.presumed = wrong if again.name == "REFUTED" else None
    return replace(again, notes=(f"with {wrong[0].text}, as nothing here says otherwise", *again.notes))


def _beyond(link: Link, scope: Scope, penalty: Penalty, named: bool) -> bool:
    """Whether no penalty at all makes a formula right: what is off hangs on the data, and what a penalty adds does not."""
    try:
        without = _off(link, scope, replace(penalty, node=ast.Num((0, 0), Fraction(0))), named)
        gap = [each for pair in zip(_off(link, scope, penalty, named), without) for each in [scope.world.algebra.sub(*pair)]]
    except (NotThere, Unresolved, Unsupported, V.ShapeClash, Impossible, TooLarge):
        return False
    return _on_data(without, scope) and not _on_data(gap, scope)


def _off(link: Link, scope: Scope, penalty: Penalty, named: bool) -> list[Scalar]:
    """How far the right side is from the left one at the first instance."""
    trial = scope.fresh()
    _enter(penalty, named, link, trial)
    trial.world = scope.world  # so that the differences are in one algebra
    scope.world.view().locals.clear()
    trial.generic = generic_letters((link.left, link.right), trial)
    trial.steps = link.op == "<-"
    free = free_indices([link.left, link.right], trial) | ranges(trial)
    env = environment(trial, {**trial.fixed_indices(), **{name: values[-1] for name, values in free.items()}})
    algebra = env.view.algebra
    if link.op == "<-" and isinstance(link.left, Sym):
        keys = variables(link.left, env)
        truth: Value = V.simple(Mat(tuple(tuple(algebra.add(algebra.name(*key), change(key, env)) for key in row) for row in keys)))
    else:
        truth = env.value(link.left)
    found = V.as_matrix(V.add(algebra, [V.simple(env.value(link.right)), V.negate(algebra, V.simple(truth))]))
    scope.world.view().locals.clear()
    return [each for row in found.rows for each in row]


def _on_data(values: list[Scalar], scope: Scope) -> bool:
    algebra = scope.world.algebra
    return any(algebra.keys[g][0] in ("input", "target", "out", "slope", "fn") for each in values for g in algebra.generators(each))


def _under(
    penalty: Penalty, named: bool, link: Link, scope: Scope, conditions: tuple[Relation, ...], judged: Judged, witnessed: bool = False
) -> Verdict:
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations = scope.world, scope.indexed, scope.equations
    _enter(penalty, named, link, trial)
    trial.only_proofs = not witnessed
    return judged(replace(link), trial, conditions)


def _enter(penalty: Penalty, named: bool, link: Link, trial: Scope) -> None:
    penalty.enter(trial, named=named)
    trial.free |= free_letters(link.left, trial, False) | free_letters(link.right, trial, False)


def _tried(link: Link, scope: Scope, conditions: tuple[Relation, ...], judged: Judged) -> Verdict:
    trial = scope.fresh()
    trial.world, trial.indexed, trial.equations = scope.world, scope.indexed, scope.equations
    return judged(replace(link), trial, conditions)


def _supposing(verdict: Verdict, penalty: Penalty) -> Verdict:
    """A proof under the condition that this is the penalty."""
    if isinstance(verdict, ProvedUnder | ProvedAlmostEverywhere):
        return replace(verdict, conditions=(*verdict.conditions, penalty.text))
    if isinstance(verdict, Proved):
        return ProvedUnder(engine=verdict.engine, conditions=(penalty.text,), scope=verdict.scope, notes=verdict.notes, assumptions=verdict.assumptions)
    return verdict


def _counts(nodes: list[Node]) -> list[str]:
    return list(dict.fromkeys(each.name for each in nodes if isinstance(each, Sym) and each.name in ("n", "N", "m", "M") and not (each.sub or each.sup)))


def _usual(letter: str, named: str, strength: str, counts: list[str], scope: Scope) -> Iterator[Penalty]:
    """The penalties that books use, as they would write them."""
    weight = next((each.letter for each in scope.notation.patterns.get("weight", ())), "w")
    lam, minus = latex_letter(strength), scope.net is not None and scope.net.loss.sense == "maximise"
    below = [below for n in counts for below in (f"2 {n}", n)] + ["2", ""]
    for body in (f"{weight}^2", f"|{weight}|"):
        for under in below:
            text = (rf"\frac{{{lam}}}{{{under}}}" if under else lam) + rf" \sum_{{{weight}}} {body}"
            parser = Parser(tokenize(text, latex=True, names=scope.words), text)
            node = parser.expression()
            node = ast.Add((0, 0), (ast.Group((0, 0), node),), (-1,)) if minus else node
            share = f"{strength}/({under})" if " " in under else f"{strength}/{under}" if under else strength
            shown = f"{letter} = {named or 'the cost'} {'-' if minus else '+'} {share} sum_{weight} {body}"
            yield Penalty(letter, named, node, shown)

