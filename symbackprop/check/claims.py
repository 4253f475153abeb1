"""One statement to one verdict: instance by instance, proved exactly or refuted by a certified point, else undecided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check import witness
from symbackprop.check.algebra import ONE, Impossible, Rejected, Scalar, TooLarge
from symbackprop.check.define import about_indices
from symbackprop.check.evaluate import evaluate
from symbackprop.check.every_size import lift
from symbackprop.check.expand import equal_written_out
from symbackprop.check.indices import free_indices, holds, instances
from symbackprop.check.scope import Env, Scope, Unresolved, spellings
from symbackprop.check.syntax import Node, Relation, Span
from symbackprop.check.values import Fn, Mat, ShapeClash, Tup, Unsupported, Value
from symbackprop.check.world import NotThere
from symbackprop.errors import ParseError
from symbackprop.kernel import polynomials as P
from symbackprop.proofs.verdict import (
    Proved,
    ProvedAlmostEverywhere,
    ProvedUnder,
    Refuted,
    Undecided,
    Undefined,
    Vacuous,
    Verdict,
)

ENGINE = "exact normal form over the net's generators"


class Unknown(Undecided):
    """A symbol that nothing declares; `reason` names it and the nearest declared ones."""

    name = "UNRESOLVED"


@dataclass
class Link:
    """One adjacent pair of a chain and what was found out about it."""

    left: Node
    op: str
    right: Node
    span: Span
    verdict: Verdict = field(default_factory=Undecided)
    failing: dict[str, int] | None = None  # the instance that a witness refutes
    blame: Span | None = None


@dataclass
class _Tally:
    """What the instances said."""

    proved: int = 0
    zero: int = 0
    skipped: int = 0
    excluded: int = 0
    missing: str = ""
    conditions: dict[str, None] = field(default_factory=dict)
    open: str = ""
    crossed: str = ""  # an instance that only one side has: the indices run over different layers


LAYOUTS = {
    "denominator": "read the derivative of a vector by a vector in denominator layout: one row for each variable",
    "rows": "read the derivative of a number by a vector as a row: numerator layout",
}


def decide(link: Link, scope: Scope, conditions: tuple[Relation, ...] = ()) -> Verdict:
    """The verdict on one relation between two sides, for every value of its free indices.

    Where a sign has two customary meanings (a layout of Jacobians, the bullet), the formula is wrong only if it is wrong in
    each; the reading under which it is right is said.
    Never raises for bad input: what cannot be decided says why.
    """
    verdict = _decided(link, scope, conditions)
    if verdict.name not in ("REFUTED", "UNDEFINED"):
        return verdict
    for note, other, layout in _readings(link, scope):
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


def _readings(link: Link, scope: Scope) -> list[tuple[str, Link, str]]:
    out = [(note, link, layout) for layout, note in LAYOUTS.items() if scope.layouts]
    inner = tuple(_with_dots(side) for side in (link.left, link.right))
    if inner != (link.left, link.right):
        out.append(("read the bullet as the inner product", replace(link, left=inner[0], right=inner[1]), ""))
    return out


def _with_dots(node: Node) -> Node:
    """The tree with every bullet read as a centred dot."""

    def change(each: Node) -> Node | None:
        if not isinstance(each, ast.Product) or "bullet" not in each.ops:
            return None
        factors = tuple(_with_dots(factor) for factor in each.factors)
        return replace(each, factors=factors, ops=tuple("cdot" if op == "bullet" else op for op in each.ops))

    return ast.rewrite(node, change)


def _decided(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    scope.world.algebra.start()
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
    except (Unsupported, TooLarge, Rejected) as error:
        return Undecided(reason=str(error), notes=tuple(scope.notes))
    except ParseError as error:
        return Undecided(reason=f"a script that cannot be read: {error.what}", notes=tuple(scope.notes))
    except RecursionError:
        return Undecided(reason="the formula or the net is nested too deeply to evaluate")
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
    """Without a net, an equation whose letters all occur on both sides claims to be an identity in them."""
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
    return out


def known_near(name: str, scope: Scope) -> tuple[str, ...]:
    """The declared names near an undeclared letter."""
    from symbackprop.check.names import known_names

    env = Env(scope, scope.world.view())
    return known_names(ast.Sym((0, 0), name), env)


def _decide(link: Link, scope: Scope, conditions: tuple[Relation, ...]) -> Verdict:
    relate = RELATIONS.get(link.op)
    if relate is None:
        return Undecided(reason=f"the relation {link.op} is not decided", notes=tuple(scope.notes))
    scope.steps = link.op == "<-" or any(isinstance(each, ast.Change) for each in (*link.left.walk(), *link.right.walk()))
    free = free_indices([link.left, link.right], scope)
    tally = _Tally()
    for chosen in instances(free, scope):
        kept = _kept(conditions, chosen, scope)
        if not kept:
            tally.excluded += 1
            continue
        env = Env(scope, scope.world.view(), chosen)
        scope.world.algebra.work = 0
        try:
            found = relate(link, env, tally)
        except NotThere as error:
            tally.skipped += 1
            tally.missing = tally.missing or str(error)
            tally.crossed = tally.crossed or _one_sided(link, env, error)
            continue
        if isinstance(found, Refuted) and "the condition written beside it" in scope.assumptions:
            return Undecided(reason=f"it fails in general ({found.reason}), and the condition beside it is not understood")
        if found is not None:
            link.failing = {name: chosen[name] for name in free}
            return _with_reading(found, free, tally, scope, link)
    return _summary(tally, free, scope, link)


def _one_sided(link: Link, env: Env, error: NotThere) -> str:
    """Why an instance that only one side has is no instance to skip; empty where it is.

    It is skipped where the layer is missing (l + 1 past the last one), or where the other side does not speak of that index;
    not where an index is past the end of its layer on one side alone, and not where the author told the cases apart.
    """
    cases = any(isinstance(side, ast.Cases) for side in (link.left, link.right))
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
        evaluate(choose(side, env, link), env)
    except NotThere:
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


def _summary(tally: _Tally, free: dict[str, range], scope: Scope, link: Link) -> Verdict:
    reading = _reading(free, tally, scope)
    clash = tally.crossed or next(iter(scope.clashes), "")
    if clash:
        return Undefined(reason=f"the indices do not fit: {clash}", notes=reading)
    if tally.open:
        return Undecided(reason=tally.open, notes=reading)
    if not tally.proved:
        why = tally.missing or "no instance is left by the condition"
        return Unknown(reason=f"{why}: nothing in this net is an instance of it", notes=reading)
    if tally.zero == tally.proved and not _is_zero(link.left) and not _is_zero(link.right) and link.op == "=":
        return Vacuous(reason="both sides are 0 whatever the net computes, so any formula would pass", notes=reading)
    scope_words = f"net {scope.net.name}" if scope.net is not None else "all real numbers"
    kinks = scope.net.kinks if scope.net is not None else ()
    assumed = tuple(scope.assumptions)
    if kinks or any(each.startswith("off the kink") for each in assumed):
        names = tuple(kinks) or tuple(each.split(" of ")[-1] for each in assumed)
        return ProvedAlmostEverywhere(engine=ENGINE, kinks=names, conditions=tuple(tally.conditions), scope=scope_words,
                                      notes=reading, assumptions=assumed)  # fmt: skip
    if tally.conditions:
        return ProvedUnder(engine=ENGINE, conditions=tuple(tally.conditions), scope=scope_words, notes=reading, assumptions=assumed)
    lifted = lift(link.left, link.right, free, scope) if link.op == "=" else ""
    return Proved(engine=ENGINE, scope=scope_words, notes=reading + ((lifted,) if lifted else ()), assumptions=assumed)


def _is_zero(node: Node) -> bool:
    return isinstance(node, ast.Num) and node.value == 0


def _reading(free: dict[str, range], tally: _Tally, scope: Scope) -> tuple[str, ...]:
    notes = list(scope.notes)
    if free:
        ranges = ", ".join(f"{name.strip('@')} over {values.start}..{values.stop - 1}" for name, values in free.items())
        line = f"{ranges}; {tally.proved} instance{'s' if tally.proved != 1 else ''}"
        if tally.skipped:
            line += f", {tally.skipped} skipped ({tally.missing})"
        if tally.excluded:
            line += f", {tally.excluded} excluded by the condition"
        notes.append(line)
    if scope.undeclared:
        notes.append(f"read {', '.join(scope.undeclared)} as any real number")
    return tuple(notes)


def _with_reading(verdict: Verdict, free: dict[str, range], tally: _Tally, scope: Scope, link: Link) -> Verdict:
    at = ""
    if link.failing:
        at = ", ".join(f"{name.strip('@')} = {value}" for name, value in link.failing.items())
    notes = tuple(scope.notes) + ((f"at {at}",) if at else ())
    return replace(verdict, notes=(*notes, *verdict.notes))


# -- relations --------------------------------------------------------------------------------------------------------


def _sides(link: Link, env: Env) -> tuple[Value, Value]:
    return evaluate(choose(link.left, env, link), env), evaluate(choose(link.right, env, link), env)


def choose(node: Node, env: Env, link: Link) -> Node:
    """The row of a cases environment that these indices select; any other node as it is."""
    if not isinstance(node, ast.Cases):
        return node
    from symbackprop.check.cases import select

    return select(node, env, link.left if link.right is node else link.right)


def _equal(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    left, right = _sides(link, env)
    if _is_parameter(link.left, env) and _is_step(link.right, left, env):
        env.scope.notes["read = as an assignment: one step of the update rule"] = None
        return _assign(link, env, tally)
    return compare_values(left, right, env, tally)


def _is_step(node: Node, left: Value, env: Env) -> bool:
    """w = w - eta ...: an equation only a program can mean; the rate stands on the right, and the weight itself first."""
    first = node.terms[0] if isinstance(node, ast.Add) and len(node.terms) == 2 else None
    letters = {each.name for each in node.walk() if isinstance(each, ast.Sym)}
    if not isinstance(first, ast.Sym) or not letters & {*env.scope.notation.rate_letters}:
        return False
    again, one = (_first(V.simple(each)) for each in (evaluate(first, env), left))
    return again is not None and one is not None and env.view.algebra.equal(again, one)


def _first(value: Value) -> Scalar | None:
    return value if isinstance(value, Scalar) else value.rows[0][0] if isinstance(value, Mat) else None


def compare_values(left: Value, right: Value, env: Env, tally: _Tally) -> Verdict | None:
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


def _equal_scalars(pairs: list[tuple[Scalar, Scalar, str]], env: Env, tally: _Tally) -> Verdict | None:
    algebra = env.view.algebra
    zero = True
    for left, right, where in pairs:
        zero = zero and not left.num and not right.num
        if algebra.equal(left, right):
            continue
        found = witness.refute(env.scope.world, left, right)
        if found is None and equal_written_out(left, right, env):
            continue
        if found is None:
            tally.open = "no proof found, and no point where the sides differ either"
            continue
        condition = _condition(left, right, env)
        if condition is not None:
            tally.conditions[condition] = None
            continue
        notes = tuple(each for each in (where, found.note) if each)
        return Refuted(engine="interval arithmetic", witness=found.point, left=found.left, right=found.right, notes=notes,
                       reason=f"the left side is {found.left}, the right side {found.right}")  # fmt: skip
    tally.proved += 1
    tally.zero += zero
    return None


def _condition(left: Scalar, right: Scalar, env: Env) -> str | None:
    """A condition under which the difference vanishes, found by exact division: the targets sum to 1."""
    net = env.scope.net
    if net is None or not net.loss.targets_sum_to_one:
        return None
    algebra = env.view.algebra
    total = algebra.sub(algebra.add(*(env.view.target(name) for name in net.targets)), ONE)
    difference = algebra.sub(left, right)
    return "the targets sum to 1" if P.divide(difference.num, total.num) is not None else None


def _defines(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    """`:=` to a weight or bias is an update; to anything else it is an equation."""
    return (_assign if _is_parameter(link.left, env) else _equal)(link, env, tally)


def _is_parameter(node: Node, env: Env) -> bool:
    from symbackprop.check.names import quantity_of

    if not isinstance(node, ast.Sym) or node.primes:
        return False
    try:
        found = quantity_of(node, env)
    except NotThere:  # then it is one of the net's own names
        return False
    return found is not None and found[0].kind in ("weight", "bias")


def _assign(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    """w <- w - eta dC/dw: the right side must be what one step of the update rule makes of the left."""
    from symbackprop.check.names import updated

    target = link.left.inner if isinstance(link.left, ast.Group) else link.left
    if not isinstance(target, ast.Sym):
        raise Unsupported("an assignment to something that is no symbol")
    from symbackprop.check.calculus import variables
    from symbackprop.check.names import change, own_parameter, quantity_of

    found = quantity_of(target, env)
    if found is not None and found[0].kind not in ("weight", "bias"):
        return _equal(link, env, tally)  # an algorithm's `delta_k <- ...`: the value is computed, not updated
    net = env.scope.net
    if found is None and (net is None or not own_parameter(target, net)):
        updated(target, env)
    if not any(isinstance(each, (ast.Sym, ast.Derivative, ast.Change)) for each in link.right.walk()):
        raise Unsupported("a value to start from, not an update rule")
    keys = variables(target, env)
    algebra = env.view.algebra
    before = tuple(tuple(algebra.name(*key) for key in row) for row in keys)
    step = tuple(tuple(change(key, env) for key in row) for row in keys)
    right = V.simple(evaluate(choose(link.right, env, link), env))
    rate = _stated_rate(before, step, right, env)
    if rate is not None:
        env.scope.notes[f"read {rate} as the learning rate"] = None
        tally.proved += 1
        return None
    rows = tuple(tuple(algebra.add(b, s) for b, s in zip(*pair)) for pair in zip(before, step))
    return compare_values(V.simple(Mat(rows)), right, env, tally)


def _stated_rate(
    before: tuple[tuple[Scalar, ...], ...], step: tuple[tuple[Scalar, ...], ...], right: Value, env: Env
) -> Fraction | None:
    """The positive number c for which every entry moves by c times its gradient: a rate given as a number."""
    algebra = env.view.algebra
    after = V.as_matrix(right).rows if isinstance(right, (Scalar, Mat)) else ()
    if len(after) != len(before) or any(len(a) != len(b) for a, b in zip(after, before)):
        return None
    rate, found = algebra.name("rate"), set[Fraction | None]()
    for new, old, change_ in ((n, o, s) for rows in zip(after, before, step) for n, o, s in zip(*rows)):
        moved = algebra.sub(new, old)
        if not moved.num or not change_.num:
            return None
        found.add(algebra.constant(algebra.mul(algebra.mul(moved, rate), algebra.inverse(change_))))
    only = found.pop() if len(found) == 1 else None
    return only if only is not None and only > 0 and only != 1 else None  # 1 is nobody's number: the rate was forgotten


def _proportional(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    """left = constant * right with the learning rate, or a positive number, as the constant."""
    algebra = env.view.algebra
    left, right = (V.scalar(each, "a proportion") for each in _sides(link, env))
    for constant in (ONE, algebra.name("rate")):
        if algebra.equal(left, algebra.mul(constant, right)):
            tally.proved += 1
            return None
    ratio = algebra.mul(left, algebra.inverse(right)) if right.num else None
    known = algebra.constant(ratio) if ratio is not None else None
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


def _order(strict: bool, flip: bool) -> Callable[[Link, Env, _Tally], Verdict | None]:
    def relate(link: Link, env: Env, tally: _Tally) -> Verdict | None:
        left, right = (V.scalar(each, "an inequality") for each in _sides(link, env))
        if flip:
            left, right = right, left
        algebra = env.view.algebra
        above, _ = witness.compare(env.scope.world, left, right)
        if above is not None:  # left > right somewhere: left <= right is false
            one, other = (above.right, above.left) if flip else (above.left, above.right)
            return Refuted(engine="interval arithmetic", witness=above.point, left=one, right=other,
                           reason=f"the left side is {one}, the right side {other}")  # fmt: skip
        from symbackprop.check.bounds import nonnegative

        if nonnegative(algebra.sub(right, left), env, strict):
            tally.proved += 1
            return None
        tally.open = "no counterexample found, and no proof of the inequality either"
        return None

    return relate


def _differ(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    raise Unsupported("an inequality `not equal`, which says nothing for all values at once")


def _approximately(link: Link, env: Env, tally: _Tally) -> Verdict | None:
    raise Unsupported("an approximation: nothing exact is claimed")


RELATIONS: dict[str, Callable[[Link, Env, _Tally], Verdict | None]] = {
    "=": _equal, ":=": _defines, "<-": _assign, "to": _assign, "propto": _proportional, "<=": _order(False, False), "<": _order(True, False),
    ">=": _order(False, True), ">": _order(True, True), "!=": _differ, "~": _approximately, "sim": _approximately,
}  # fmt: skip
