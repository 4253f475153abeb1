"""One statement to one verdict: instance by instance, proved exactly or refuted by a certified point, else undecided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from symbackprop.check.deciding.across import proved_across
from symbackprop.check.deciding.every_size import lift
from symbackprop.check.deciding.optimisers import of_optimisers
from symbackprop.check.deciding.penalised import of_penalties
from symbackprop.check.deciding.readings import POWERS, other_readings
from symbackprop.check.deciding.relations import RELATIONS, Relate
from symbackprop.check.deciding.restricted import TWO, two_neurons, under_conditions
from symbackprop.check.deciding.substitution import with_substitutions
from symbackprop.check.deciding.summary import summary, with_reading
from symbackprop.check.exact.algebra import Impossible, Rejected, TooLarge
from symbackprop.check.exact.values import ShapeClash, Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.applied import applied_names
from symbackprop.check.meaning.cases import choose, on_real_numbers
from symbackprop.check.meaning.define import about_indices, lone_letter
from symbackprop.check.meaning.dots import how_far
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.forms import has_differentials, varying
from symbackprop.check.meaning.functions import activation_function
from symbackprop.check.meaning.generic import generic_letters, ranges
from symbackprop.check.meaning.indices import MAX_INSTANCES, free_indices, holds, how_many, instances
from symbackprop.check.meaning.large import FEW, about_the_large, corners, of_the_corners, smaller
from symbackprop.check.meaning.link import Link, Tally, TooMuch, Unknown
from symbackprop.check.meaning.names import known_names
from symbackprop.check.meaning.scope import Env, Scope, Unresolved, spellings
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.dotted import letters_of_dots
from symbackprop.check.reading.syntax import Node, Relation
from symbackprop.errors import ParseError
from symbackprop.networks import Network
from symbackprop.proofs.verdict import Refuted, Undecided, Undefined, Verdict


def decide(link: Link, scope: Scope, conditions: tuple[Relation, ...] = ()) -> Verdict:
    """The verdict on one relation between two sides, for every value of its free indices.

    Where a sign has two customary meanings (a layout of Jacobians, the bullet), the formula is wrong only if it is wrong in
    each; the reading under which it is right is said.
    Never raises for bad input: what cannot be decided says why.
    """
    verdict = _in_every_reading(link, scope, conditions)
    if not verdict.holds:
        verdict = of_optimisers(link, scope, of_penalties(link, scope, conditions, verdict, _in_every_reading))
    if not verdict.holds and conditions:
        verdict = under_conditions(link, scope, conditions, verdict, _in_every_reading)
    if isinstance(verdict, Refuted) and (apart := two_neurons(link, scope)):
        again = _afresh(link, scope, (*conditions, *apart), _in_every_reading)
        verdict = replace(again, notes=(TWO, *again.notes)) if again.holds else verdict
    if isinstance(verdict, Refuted) and scope.guesses:
        verdict = Undecided(reason=f"it fails where {next(iter(scope.guesses))} ({verdict.reason}), which is not said", notes=verdict.notes)
    if scope.large:
        return about_the_large(verdict, _lifted(link, scope), scope)
    if not isinstance(verdict, TooMuch) or not _lifted(link, scope):
        return verdict
    small = smaller(scope, 0)  # deep rather than large
    again = _in_every_reading(replace(link), small, conditions) if small is not None else verdict
    return about_the_large(again, _lifted(link, small), small) if small is not None and again.holds else verdict


def _lifted(link: Link, scope: Scope) -> str:
    if link.op != "=" or scope.batch:
        return ""
    return lift(link.left, link.right, free_indices([link.left, link.right], scope), scope)


def _in_every_reading(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    verdict = _decided(link, scope, conditions)
    if verdict.name in ("UNDECIDED", "UNRESOLVED", "UNDEFINED") and not scope.lone:
        verdict = _of_one_letter(link, scope, conditions, verdict)
    if not verdict.holds and scope.net is None:
        put, said = with_substitutions(link)
        again = _afresh(put, scope, conditions) if said else verdict
        if again.holds:
            return replace(again, notes=(said, *again.notes))
    if verdict.name == "UNDECIDED" and scope.powered:
        verdict = _of_powers(link, scope, conditions, verdict)
    if verdict.name not in ("REFUTED", "UNDEFINED") and not (scope.only_proofs and verdict.name == "UNDECIDED"):
        return verdict
    for note, other, layout in other_readings(link, scope):
        undeclared, scope.undeclared = scope.undeclared, {}
        record, scope.notes, scope.clashes, scope.assumptions = (scope.notes, scope.clashes, scope.assumptions), {}, {}, {}
        scope.layout = layout
        again = _decided(other, scope, conditions)
        scope.layout = ""
        if again.holds:
            return replace(again, notes=(note, *again.notes))
        scope.notes, scope.clashes, scope.assumptions = record
        scope.undeclared = undeclared
    return verdict


def _of_powers(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict) -> Verdict:
    """The verdict where a power of a vector is read in either of its senses: right in one, or wrong in both."""
    found = list[Verdict]()
    for scope.powers, note in POWERS.items():
        again = _afresh(link, scope, conditions)
        found.append(replace(again, notes=(note, *again.notes)))
        if again.holds:
            break
    scope.powers, scope.powered = "", False
    if found[-1].holds:
        return found[-1]
    wrong = all(each.name in ("REFUTED", "UNDEFINED") for each in found)
    return next((each for each in found if each.name == "REFUTED"), found[0]) if wrong else verdict


def _afresh(link: Link, scope: Scope, conditions: tuple[Relation, ...], judge: Callable[..., Verdict] | None = None) -> Verdict:
    """The verdict on another reading, which leaves its record only where it holds."""
    record = scope.undeclared, scope.notes, scope.clashes, scope.assumptions
    scope.undeclared, scope.notes, scope.clashes, scope.assumptions = {}, {}, {}, {}
    again = (judge or _decided)(link, scope, conditions)
    if not again.holds:
        scope.undeclared, scope.notes, scope.clashes, scope.assumptions = record
    return again


def _of_one_letter(link: Link, scope: Scope, conditions: tuple[Relation, ...], verdict: Verdict) -> Verdict:
    """An identity in one bare letter that a net uses for a vector, or for nothing: sigma(x) = 1 / (1 + e^{-x})."""
    letter, output = lone_letter((link.left, link.right), scope)
    if not letter or link.op not in ("=", "<", "<=", ">", ">="):
        return verdict
    scope.lone, scope.lone_output = letter, output
    kept = scope.undeclared, scope.notes, scope.clashes, scope.assumptions
    scope.undeclared, scope.notes, scope.clashes, scope.assumptions = {}, {f"read {letter} as any real number": None}, {}, {}
    if output:
        scope.notes[f"read {output} as the output at {letter}"] = None
    again = _decided(link, scope, conditions)
    # sigma may be the author's logistic function where the net has another: then a refutation would be of something else
    plain = not any(isinstance(each, ast.Sym) and each.name in scope.notation.activation_letters
                    for side in (link.left, link.right) for each in side.walk())  # fmt: skip
    if again.holds or (again.name == "REFUTED" and (plain or _of_the_logistic(link, scope, conditions).name == "REFUTED")):
        scope.lone = ""
        return again
    scope.lone = ""
    scope.undeclared, scope.notes, scope.clashes, scope.assumptions = kept
    return verdict


def _of_the_logistic(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    """The verdict where sigma is the logistic function, whatever the net has."""
    trial = Scope(Network.layered([1, 1], activation="sigmoid"), scope.notation, dict(scope.definitions), set(scope.free), dict(scope.functions))
    trial.lone, trial.lone_output = scope.lone, scope.lone_output
    return _decided(replace(link), trial, conditions)


def _decided(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    scope.world.algebra.start()
    if not scope.definitions:  # values of definitions are kept, with what was met on the way to them
        scope.world.algebra.kinked = False
    try:
        verdict = _decide(link, scope, conditions)
    except Unresolved as error:
        link.blame = error.span
        known = f"; declared and near: {', '.join(error.known)}" if error.known else ""
        return Unknown(reason=error.why or f"nothing declares {error.name}{known}", notes=tuple(scope.notes))
    except Impossible as error:
        return Undefined(reason=str(error), notes=tuple(scope.notes))
    except ShapeClash as error:
        if scope.undeclared:  # that a letter was read as a number is no ground for calling a formula wrong
            return _undeclared(link, scope)
        return Undefined(reason=f"the shapes do not fit: {error}", notes=tuple(scope.notes))
    except TooLarge as error:
        return TooMuch(reason=str(error), notes=tuple(scope.notes))
    except (Unsupported, Rejected) as error:
        return Undecided(reason=str(error), notes=tuple(scope.notes))
    except ParseError as error:
        return Undecided(reason=f"a script that cannot be read: {error.what}", notes=tuple(scope.notes))
    except RecursionError:
        return TooMuch(reason="the formula or the net is nested too deeply to evaluate")
    if scope.undeclared and not verdict.holds and not (scope.net is None and link.op in ("=", ":=") and _on_both_sides(link, scope)):
        return _undeclared(link, scope)
    return verdict


def _undeclared(link: Link, scope: Scope) -> Unknown:
    names = ", ".join(scope.undeclared)
    link.blame = next(iter(scope.undeclared.values()))
    near = {each: known_near(each, scope) for each in scope.undeclared}
    hint = "; ".join(f"near {name}: {', '.join(found)}" for name, found in near.items() if found)
    return Unknown(reason=f"nothing declares {names}" + (f" ({hint})" if hint else ""), notes=tuple(scope.notes))


def _on_both_sides(link: Link, scope: Scope) -> bool:
    """Without a net, an equation whose letters all occur on both sides claims to be an identity in them; of a function that
    nothing declares more may be known than that it is one.
    """
    if scope.applied.keys() & scope.undeclared.keys():
        return False
    left, right = (_letters(side, scope) for side in (link.left, link.right))
    return set(scope.undeclared) <= left & right


def _letters(node: Node, scope: Scope) -> set[str]:
    """The letters of an expression, those of the definitions it uses included."""
    out, stack = set[str](), [node]
    while stack:
        for each in stack.pop().walk():
            if isinstance(each, ast.Sym):
                for name in spellings(each) - out:
                    out.add(name)
                    if name in scope.definitions:
                        stack.append(scope.definitions[name].body)
            if isinstance(each, ast.Cases):  # and those of the conditions, which are kept as they are written
                out |= {name for label in each.labels for name in re.findall(r"[A-Za-z]+", _WORDS.sub(" ", label))}
            if isinstance(each, ast.Sym) and each.sup is not None and each.name == "e":  # the letters of an exponent
                out |= {token.text for token in each.sup.tokens if token.kind == "name"}
    return out


_WORDS = re.compile(r"\\(?:text|mbox|textrm|mathrm)\{[^}]*\}|\\(?:q?quad|leq?|geq?|neq?|lt|gt)\b")


def known_near(name: str, scope: Scope) -> tuple[str, ...]:
    """The declared names near an undeclared letter."""
    env = environment(scope, {})
    return known_names(ast.Sym((0, 0), name), env)


def _decide(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    relate = RELATIONS.get(link.op)
    if relate is None:
        return Undecided(reason=f"the relation {link.op} is not decided", notes=tuple(scope.notes))
    scope.steps = link.op == "<-" or any(isinstance(each, ast.Change) for each in (*link.left.walk(), *link.right.walk()))
    scope.applied = applied_names([link.left, link.right], scope)
    scope.look_at([link.left, link.right])
    scope.denominators.clear()
    scope.domains.clear()
    settle_dots([link.left, link.right], scope)
    scope.generic = generic_letters([link.left, link.right], scope)
    free = free_indices([link.left, link.right], scope) | ranges(scope)
    scope.forms = has_differentials(link.left, link.right, scope)
    lifted = _lifted(link, scope) if how_many(free) > FEW else ""
    if not lifted and how_many(free) <= MAX_INSTANCES:
        return _gone_through(link, scope, conditions, free, instances(free, scope), relate)
    verdict = _gone_through(link, scope, conditions, free, instances(free, scope, corners(free, scope)), relate)
    return of_the_corners(verdict, lifted, free)


def _gone_through(
    link: Link, scope: Scope, conditions: tuple[Relation, ...], free: dict[str, range], among: Iterable[dict[str, int]], relate: Relate
) -> Verdict:
    """The verdict of the instances `among`."""
    tally = Tally()
    for chosen in among:
        kept = _kept(conditions, chosen, scope)
        if not kept:
            tally.excluded += 1
            continue
        env = environment(scope, chosen)
        if scope.lone:
            at = env.view.algebra.name("free", scope.lone)
            env = env.bind({scope.lone: at} | ({scope.lone_output: activation_function(env).apply(at)} if scope.lone_output else {}))
        scope.world.algebra.work = 0
        scope.guesses.clear()
        try:
            scope.varying = varying(link.left, link.right, env) if scope.forms else ()
            found = relate(link, env, tally)
            tally.conditions.update(scope.guesses)
        except TooLarge:
            if not proved_across(relate, link, scope, chosen, tally):
                raise
            found = None
        except NotThere as error:
            tally.skipped += 1
            tally.missing = tally.missing or str(error)
            if error.unless:
                tally.conditions[error.unless] = None
            tally.crossed = tally.crossed or _one_sided(link, env, error)
            if error.apart and not tally.apart and sum(_exists(side, link, env) for side in (link.left, link.right)) == 1:
                tally.apart = str(error)
                link.failing = {name: chosen[name] for name in free}
            continue
        if found is not None and link.op in ("<", "<=", ">", ">=") and _of_inputs(chosen, free, scope):
            tally.inputs = found if tally.inputs is None else tally.inputs  # a bound on outputs is not meant of the inputs a^0
            continue
        if isinstance(found, Refuted) and "the condition written beside it" in scope.assumptions:
            return Undecided(reason=f"it fails in general ({found.reason}), and the condition beside it is not understood")
        if found is not None:
            link.failing = {name: chosen[name] for name in free}
            return with_reading(found, scope, link)
    if tally.inputs is not None and tally.proved:
        tally.conditions["the layer is not the one of the inputs"] = None
    elif tally.inputs is not None and not tally.open:
        return with_reading(tally.inputs, scope, link)
    return summary(tally, free, scope, link)


def settle_dots(sides: list[Node], scope: Scope) -> None:
    """Give the letters that dots run to the value that the net gives them."""
    for letter in letters_of_dots(sides) - scope.fixed_indices().keys():
        others = {name: values[0] for name, values in free_indices(sides, scope).items() if name != letter}
        far = how_far(letter, sides, environment(scope, {**scope.fixed_indices(), **others}))
        if far is not None:
            scope.sizes[letter] = far
            scope.notes[f"read the dots as going to {letter} = {far}"] = None


def _of_inputs(chosen: dict[str, int], free: dict[str, range], scope: Scope) -> bool:
    """Whether a free layer letter stands for the layer of the inputs, which computes nothing."""
    return scope.notation.labels == "layered" and any(
        name in free and value == scope.notation.input_layer and free[name].start == value and len(free[name]) > 1
        for name, value in chosen.items()
        if name in scope.notation.layer_letters
    )


def _one_sided(link: Link, env: Env, error: NotThere) -> str:
    """Why an instance that only one side has is no instance to skip; empty where it is.

    It is skipped where the layer is missing (l + 1 past the last one), or where the other side does not speak of that index;
    not where an index is past the end of its layer on one side alone, and not where the author told the cases apart.
    """
    cases = any(isinstance(side, ast.Cases) and not on_real_numbers(side, env) for side in (link.left, link.right))
    if not error.crossed and not cases:
        return ""
    there = [side for side in (link.left, link.right) if _exists(side, link, env)]
    told = cases and not any(isinstance(side, ast.Cases) for side in there)
    if len(there) != 1 or not (told or error.crossed & set(free_indices(there, env.scope))):
        return ""
    at = ", ".join(f"{name.strip('@')} = {value}" for name, value in env.indices.items() if name in free_indices([link.left], env.scope))
    return f"{error}" + (f" at {at}" if at else "") + ", where the other side does"


def _exists(side: Node, link: Link, env: Env) -> bool:
    try:
        env.value(choose(side, env, link.left if link.right is side else link.right))
    except (NotThere, Unresolved):
        return False
    return True


def _kept(conditions: tuple[Relation, ...], chosen: dict[str, int], scope: Scope) -> bool:
    for each in conditions:
        answer = holds(each, chosen)
        if answer is None and about_indices(each, scope):
            continue  # it speaks of an index that this formula does not have
        if answer is None:
            scope.assumptions["the condition written beside it"] = None
        if answer is False:
            return False
    return True
