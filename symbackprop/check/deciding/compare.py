"""Two values compared: equal by exact normal form, different at a certified point, else open."""

from __future__ import annotations

from symbackprop.check.deciding import witness
from symbackprop.check.deciding.equalities import Fixed
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ONE, Impossible, Scalar
from symbackprop.check.exact.batch import targets_that_sum_to_one
from symbackprop.check.exact.values import Fn, Mat, ShapeClash, Tup, Unsupported, Value
from symbackprop.check.meaning.denominators import cancelled
from symbackprop.check.meaning.domains import needed
from symbackprop.check.meaning.expand import equal_written_out
from symbackprop.check.meaning.link import Tally
from symbackprop.check.meaning.logarithms import equal_if_positive
from symbackprop.check.meaning.scope import Env
from symbackprop.proofs.verdict import Refuted, Verdict

NEITHER = "no proof found, and no point where the sides differ either"


def compare_values(left: Value, right: Value, env: Env, tally: Tally) -> Verdict | None:
    """None where the sides are equal (counted in `tally`), a Refuted where a point shows that they are not."""
    left, right = V.simple(left), V.simple(right)
    if isinstance(left, Fn) or isinstance(right, Fn):
        left, right = _as_applied(left, right, env)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _equal_scalars([(left, right, "")], env, tally)
    if isinstance(left, (Mat, Tup)) or isinstance(right, (Mat, Tup)):
        one, other = _shapes(left, right)
        pairs = [(a, b, f"entry ({i}, {j})" if one.shape[1] > 1 else f"entry {i}")
                 for i, (r, s) in enumerate(zip(one.rows, other.rows), 1) for j, (a, b) in enumerate(zip(r, s), 1)]  # fmt: skip
        return _equal_scalars(pairs, env, tally)
    raise Unsupported("an equation between operators")


def _shapes(left: Value, right: Value) -> tuple[Mat, Mat]:
    if (isinstance(left, Scalar) and isinstance(right, Mat)) or (isinstance(right, Scalar) and isinstance(left, Mat)):
        raise ShapeClash(f"{V.shape_name(left)} = {V.shape_name(right)}")
    one, other = V.as_matrix(left), V.as_matrix(right)
    if one.shape != other.shape:
        if one.shape == other.shape[::-1] and 1 in one.shape and isinstance(right, Tup) | isinstance(left, Tup):
            return one, other.transposed()
        raise ShapeClash(f"{V.shape_name(left)} = {V.shape_name(right)}")
    return one, other


def _as_applied(left: Value, right: Value, env: Env) -> tuple[Value, Value]:
    """Two functions are equal when they agree on any argument."""
    algebra = env.view.algebra
    for step in range(8):
        if not isinstance(left, Fn) and not isinstance(right, Fn):
            return left, right
        if not isinstance(left, Fn) or not isinstance(right, Fn):
            raise Unsupported("an equation between a function and a number")
        argument = algebra.name("free", f"argument {step + 1}")
        left, right = left.apply(argument), right.apply(argument)
    raise Unsupported("a function of very many arguments")


def _equal_scalars(pairs: list[tuple[Scalar, Scalar, str]], env: Env, tally: Tally) -> Verdict | None:
    algebra = env.view.algebra
    fixed = Fixed(env) if env.scope.held else None
    if fixed is not None:
        tally.conditions.update(fixed.supposed)
        pairs = [(fixed.put(left), fixed.put(right), where) for left, right, where in pairs]
    zero = True
    for left, right, where in pairs:
        zero = zero and not left.num and not right.num
        if algebra.equal(left, right):
            continue
        if env.scope.only_proofs:
            tally.open = NEITHER
            continue
        found = witness.refute(env.scope.world, left, right)
        if found is None and equal_written_out(left, right, env):
            continue
        positive = equal_if_positive(left, right, env) if found is None else None
        if positive is not None:
            tally.conditions.update(dict.fromkeys(positive))
            continue
        if found is None and (condition := _condition(left, right, env)):
            tally.conditions[condition] = None
            continue
        if found is not None and fixed is not None and not fixed.witnessed((left, right)):
            tally.open = "it fails in general; where the condition beside it holds, there is neither a proof nor a point"
            continue
        if found is None:
            kink = any(algebra.keys[g] == ("kink",) for side in (left, right) for g in algebra.generators(side))
            tally.open = "it hangs on a value at a kink, which is a convention" if kink else NEITHER
            continue
        condition = _condition(left, right, env)
        if condition == "":
            tally.open = "it fails for targets that do not sum to 1; where they do, there is neither a proof nor a point"
            continue
        if condition is not None:
            tally.conditions[condition] = None
            continue
        notes = tuple(each for each in (where, found.note) if each)
        return Refuted(engine="interval arithmetic", witness=found.point, left=found.left, right=found.right, notes=notes,
                       reason=f"the left side is {found.left}, the right side {found.right}")  # fmt: skip
    tally.conditions.update(dict.fromkeys(needed(pairs, env, tally.conditions)))
    tally.conditions.update(dict.fromkeys(cancelled(pairs, env, tally.conditions)))
    tally.proved += 1
    tally.zero += zero
    return None


def _condition(left: Scalar, right: Scalar, env: Env) -> str | None:
    """A condition under which the sides agree: the targets sum to 1, example by example; empty where nobody can say.

    The last target of an example is replaced by what the others leave for it, inside exponentials and logarithms too.
    """
    summing = targets_that_sum_to_one(env.scope.net)
    if not summing:
        return None
    algebra, one, other = env.view.algebra, left, right
    for names in summing:
        *others, last = (env.view.target(name) for name in names)
        rest = algebra.sub(ONE, algebra.add(*others))
        (only,) = algebra.generators(last)
        try:
            one, other = (algebra.substitute(each, only, rest) for each in (one, other))
        except Impossible:
            return ""
    if algebra.equal(one, other):
        return "the targets sum to 1" if len(summing) == 1 else "the targets of each example sum to 1"
    return None if witness.refute(env.scope.world, one, other) is not None else ""
