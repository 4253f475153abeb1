"""The verdict of all instances of a formula together, with what was read and what its indices ran over."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.deciding.every_size import lift
from symbackprop.check.meaning.generic import stands_for
from symbackprop.check.meaning.link import ENGINE, Link, Tally, Unknown
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node
from symbackprop.proofs.verdict import (
    Proved,
    ProvedAlmostEverywhere,
    ProvedUnder,
    Undecided,
    Undefined,
    Vacuous,
    Verdict,
)


def summary(tally: Tally, free: dict[str, range], scope: Scope, link: Link) -> Verdict:
    """The verdict where no instance was refuted."""
    reading = _reading(free, tally, scope)
    clash = tally.crossed or next(iter(scope.clashes), "")
    if clash:
        return Undefined(reason=f"the indices do not fit: {clash}", notes=reading)
    if tally.open:
        return Undecided(reason=tally.open, notes=reading)
    if not tally.proved and tally.apart:
        return Undefined(reason=f"the indices do not fit: {tally.apart}", notes=reading)
    if not tally.proved:
        why = tally.missing or "no instance is left by the condition"
        return Unknown(reason=f"{why}: nothing in this net is an instance of it", notes=reading)
    if tally.zero == tally.proved and not _is_zero(link.left) and not _is_zero(link.right) and link.op == "=":
        return Vacuous(reason="both sides are 0 whatever the net computes, so any formula would pass", notes=reading)
    scope_words = f"net {scope.net.name}" if scope.net is not None else "all real numbers"
    kinks = scope.net.kinks if scope.net is not None else ()
    assumed = tuple(scope.assumptions)
    if scope.world.algebra.kinked and not kinks:
        assumed = (*assumed, "off the kinks that were differentiated through")
    if kinks or any(each.startswith("off the ") for each in assumed):
        names = tuple(kinks) or tuple(each.removeprefix("off the ").removeprefix("kink of ") for each in assumed if each.startswith("off the "))
        return ProvedAlmostEverywhere(engine=ENGINE, kinks=names, conditions=tuple(tally.conditions), scope=scope_words,
                                      notes=reading, assumptions=assumed)  # fmt: skip
    if tally.conditions:
        return ProvedUnder(engine=ENGINE, conditions=tuple(tally.conditions), scope=scope_words, notes=reading, assumptions=assumed)
    lifted = lift(link.left, link.right, free, scope) if link.op == "=" and not scope.batch else ""
    return Proved(engine=ENGINE, scope=scope_words, notes=reading + ((lifted,) if lifted else ()), assumptions=assumed)


def _is_zero(node: Node) -> bool:
    return isinstance(node, ast.Num) and node.value == 0


def _reading(free: dict[str, range], tally: Tally, scope: Scope) -> tuple[str, ...]:
    notes = list(scope.notes)
    if free:
        ranges = ", ".join(f"{name.strip('@')} over {_range(name, values, scope)}" for name, values in free.items())
        line = f"{ranges}; {tally.proved} instance{'s' if tally.proved != 1 else ''}"
        if tally.skipped:
            line += f", {tally.skipped} skipped ({tally.missing})"
        if tally.excluded:
            line += f", {tally.excluded} excluded by the condition"
        notes.append(line)
    if scope.undeclared:
        notes.append(f"read {', '.join(scope.undeclared)} as any real number")
    return tuple(notes)


def _range(name: str, values: range, scope: Scope) -> str:
    """What an index runs over: numbers, parameters, or neurons by their names."""
    if name.startswith("@") and name[1:] in scope.generic:
        return f"every {stands_for(name[1:], scope)}"
    if scope.notation.labels != "name" or scope.places is None:
        return f"{values.start}..{values.stop - 1}"
    family = scope.places.family(name)
    return ", ".join(each for each in scope.places.number if each in family) or "every neuron"


def with_reading(verdict: Verdict, scope: Scope, link: Link) -> Verdict:
    """A refutation with what was read, and the instance that fails."""
    at = ""
    if link.failing:
        at = ", ".join(f"{name.strip('@')} = {scope.generic[name[1:]][value - 1] if name[1:] in scope.generic else value}"
                       for name, value in link.failing.items())  # fmt: skip
    logarithm = any(isinstance(each, ast.Sym) and each.name == "log" for side in (link.left, link.right) for each in side.walk())
    notes = tuple(scope.notes) + (("read log as the natural logarithm",) if logarithm else ()) + ((f"at {at}",) if at else ())
    return replace(verdict, notes=(*notes, *verdict.notes))
