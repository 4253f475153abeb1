"""What each relation sign claims of one instance: equality, order, proportion; None where it holds, counted in the tally."""

from __future__ import annotations

from collections.abc import Callable

from symbackprop.check.deciding import witness
from symbackprop.check.deciding.assignments import assign, is_parameter, is_step
from symbackprop.check.deciding.compare import compare_values
from symbackprop.check.deciding.momentum import is_velocity_rule
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.meaning.bounds import nonnegative, where_all_is_zero
from symbackprop.check.meaning.cases import choose
from symbackprop.check.meaning.extremes import attained, extreme_point
from symbackprop.check.meaning.integrals import indefinite, up_to_a_constant
from symbackprop.check.meaning.link import Link, Tally
from symbackprop.check.meaning.scope import Env
from symbackprop.proofs.verdict import Refuted, Verdict


def _sides(link: Link, env: Env) -> tuple[Value, Value]:
    return env.value(choose(link.left, env, link.right)), env.value(choose(link.right, env, link.left))


def _equal(link: Link, env: Env, tally: Tally) -> Verdict | None:
    for side, other in ((link.left, link.right), (link.right, link.left)):
        if (unlimited := indefinite(side)) is not None:
            return compare_values(*up_to_a_constant(unlimited, other, env), env, tally)
        if (asked := extreme_point(side)) is not None:
            found = compare_values(*attained(asked, other, env), env, tally)
            tally.zero = 0  # a minimum that is 0 says something
            return found
    left, right = _sides(link, env)
    if is_parameter(link.left, env) and is_step(link.right, left, env):
        env.scope.notes["read = as an assignment: one step of the update rule"] = None
        return assign(link, env, tally)
    return compare_values(left, right, env, tally)


def _defines(link: Link, env: Env, tally: Tally) -> Verdict | None:
    """`:=` to a weight or bias is an update; to anything else it is an equation."""
    return (assign if is_parameter(link.left, env) or is_velocity_rule(link, env) else _equal)(link, env, tally)


def _proportional(link: Link, env: Env, tally: Tally) -> Verdict | None:
    """left = constant * right with the learning rate, or a positive number, as the constant."""
    algebra = env.view.algebra
    left, right = (V.scalar(each, "a proportion") for each in _sides(link, env))
    for constant in (ONE, algebra.name("rate")):
        if algebra.equal(left, algebra.mul(constant, right)):
            tally.proved += 1
            return None
    known = algebra.ratio(left, right)
    if known is not None and known > 0:
        tally.proved += 1
        return None
    minus = algebra.neg(algebra.mul(algebra.name("rate"), right))
    if algebra.equal(left, minus):
        found = witness.refute(env.scope.world, left, algebra.mul(algebra.name("rate"), right))
        if found is not None:
            return Refuted(engine="interval arithmetic", witness=found.point, left=found.left, right=found.right,
                           reason="the factor is minus the rate", diagnosis=("the sign is wrong",))  # fmt: skip
    raise Unsupported("a proportion whose factor is neither the rate nor a positive number")


def _order(strict: bool, flip: bool) -> Callable[[Link, Env, Tally], Verdict | None]:
    def relate(link: Link, env: Env, tally: Tally) -> Verdict | None:
        left, right = (V.scalar(each, "an inequality") for each in _sides(link, env))
        if flip:
            left, right = right, left
        algebra = env.view.algebra
        if nonnegative(algebra.sub(right, left), env, strict):
            tally.proved += 1
            return None
        above, _ = witness.compare(env.scope.world, left, right)
        if above is not None:  # left > right somewhere: left <= right is false
            one, other = (above.right, above.left) if flip else (above.left, above.right)
            return Refuted(engine="interval arithmetic", witness=above.point, left=one, right=other,
                           reason=f"the left side is {one}, the right side {other}")  # fmt: skip
        here = where_all_is_zero(algebra.sub(right, left), env) if strict else None
        if here is not None and here[0] <= 0:
            reason = "the sides are equal there" if here[0] == 0 else "the order is the other one there"
            return Refuted(engine="exact evaluation", witness=here[1], reason=reason)
        tally.open = "no counterexample found, and no proof of the inequality either"
        return None

    return relate


def _differ(link: Link, env: Env, tally: Tally) -> Verdict | None:
    raise Unsupported("an inequality `not equal`, which says nothing for all values at once")


def _approximately(link: Link, env: Env, tally: Tally) -> Verdict | None:
    raise Unsupported("an approximation: nothing exact is claimed")


Relate = Callable[[Link, Env, Tally], Verdict | None]
RELATIONS: dict[str, Relate] = {
    "=": _equal, ":=": _defines, "<-": assign, "to": assign, "propto": _proportional, "<=": _order(False, False), "<": _order(True, False),
    ">=": _order(False, True), ">": _order(True, True), "!=": _differ, "~": _approximately, "sim": _approximately,
}  # fmt: skip
