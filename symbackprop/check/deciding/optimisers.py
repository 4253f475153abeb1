"""Adam, RMSProp, AdaGrad, Nesterov in bare letters: definitions of averages, and a step whose direction those definitions decide.

m_t = beta m_{t-1} + (1 - beta) g_t defines m_t: nothing is claimed. theta_t = theta_{t-1} - alpha m_t / (sqrt v_t + epsilon) claims
to lead downhill, and where the page has said what its letters are, the first step, from averages that are 0, is worked out
exactly: one that leads uphill is refuted by a point, any other is a definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbackprop.check.deciding import witness
from symbackprop.check.deciding.finding import Defined
from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import ZERO, Impossible, TooLarge, number
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.generic import is_generic, parameters, stands_for
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.numbered import TIMES, is_step, parameter_of, time_of
from symbackprop.check.meaning.penalties import cost_letters
from symbackprop.check.meaning.quantities import of_mean
from symbackprop.check.meaning.scope import Scope, Unresolved, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.proofs.verdict import Refuted, Verdict

_NUMBERS = {"alpha": Fraction(1, 10), "eta": Fraction(1, 10), "epsilon": Fraction(1, 100), "delta": Fraction(1, 100), "beta": Fraction(9, 10),
            "gamma": Fraction(9, 10), "rho": Fraction(9, 10), "mu": Fraction(9, 10), "lr": Fraction(1, 10)}  # fmt: skip
MAX_DEPTH = 8  # of definitions put into one another


def of_optimisers(link: Link, scope: Scope, verdict: Verdict) -> Verdict:
    """What a rule of an optimiser is, where nothing else was found out about it."""
    if scope.net is None or verdict.name not in ("UNRESOLVED", "UNDECIDED") or link.op not in ("=", ":=", "<-") or not isinstance(link.left, Sym):
        return verdict
    if is_step(link.left, link.right, scope) or (link.op == "<-" and parameter_of(link.left, scope)):
        return _direction(link, scope, verdict)
    if _collects(link, scope):
        scope.velocities["=" + spelling(link.left)] = link.right
        return Defined(reason=f"defines {spelling(link.left)} by what it was before")
    return verdict


def _collects(link: Link, scope: Scope) -> bool:
    """m <- beta m + (1 - beta) g, m_t = beta m_{t-1} + ...: a letter of nothing in the net, given by what it was before."""
    left = link.left
    if not isinstance(left, Sym) or left.name in cost_letters(scope) or is_generic(replace(left, sub=None, accents=()), scope):
        return False
    now = time_of(left)
    if now is None and (left.sub or link.op == "="):
        return False
    if not any(isinstance(each, Sym) and each.name != left.name for each in link.right.walk()):
        return False  # a counter
    return any(isinstance(each, Sym) and _same_letter(each, left) and (now is None or time_of(each) == (now[0], now[1] - 1)) for each in link.right.walk())


def _same_letter(one: Sym, other: Sym) -> bool:
    return (one.name, one.accents) == (other.name, other.accents) and (one.sub is None) == (other.sub is None)


def _direction(link: Link, scope: Scope, verdict: Verdict) -> Verdict:
    """A step uphill is refuted; any other is a definition, where it is one of a numbered parameter."""
    assert isinstance(link.left, Sym) and scope.net is not None
    defined = Defined(reason=f"defines {spelling(link.left)} by a step") if time_of(link.left) else verdict
    letter = parameter_of(link.left, scope)
    names = parameters(stands_for(letter, scope), scope.net)
    trial = scope.fresh()
    trial.world = scope.world
    env = environment(trial, trial.fixed_indices())
    algebra = env.view.algebra
    try:
        tree = _first_step(link.right, link.left, scope)
        bound: dict[str, Value] = {spelling(each): number(value) for each, value in _numbers(tree, trial)}
        before = algebra.name("param", names[0])
        gradient = algebra.mul(number(of_mean(scope)), env.view.partial(("param", names[0])))
        marks: dict[str, Value] = {letter: before, _GRADIENT: gradient}
        moved = algebra.sub(V.scalar(env.bind(bound | marks).value(tree), "a step"), before)
    except (Unresolved, NotThere, Unsupported, V.ShapeClash, Impossible, TooLarge, RecursionError):
        return defined
    if trial.undeclared or not moved.num:
        return defined
    along = algebra.mul(moved, gradient if scope.net.loss.sense != "maximise" else algebra.neg(gradient))
    above, below = witness.compare(scope.world, along, ZERO)
    if above is not None and below is None:
        given = ", ".join(f"{name} = {value}" for name, value in {spelling(each): value for each, value in _numbers(tree, trial)}.items())
        return Refuted(engine="interval arithmetic", witness=above.point, left=above.left, right=above.right, notes=(f"with {given}",) if given else (),
                       reason="the first step leads uphill: times the derivative it is " + above.left, diagnosis=("the sign of the step is wrong",))  # fmt: skip
    if below is not None and above is None:
        return replace(defined, reason=f"{defined.reason}: the first one leads downhill, by what is defined here") if isinstance(defined, Defined) else \
            Defined(reason="a step downhill, by what is defined here")  # fmt: skip
    return defined


_GRADIENT = "the derivative by it"


def _first_step(node: Node, left: Sym, scope: Scope) -> Node:
    """The right side with every definition put in, averages 0 before the first step, and the gradient by a name of its own."""
    known = {name: made.body for name, made in scope.definitions.items() if not made.params}
    known |= {name[1:]: body for name, body in scope.velocities.items() if name.startswith("=")}
    letter = left.name

    def put(each: Node, depth: int, inside: tuple[str, ...]) -> Node:
        if depth > MAX_DEPTH:
            raise Unsupported("definitions that lead too deep")

        def change(part: Node) -> Node | None:
            if isinstance(part, ast.Derivative) and _is_gradient(part, letter, scope):
                return Sym(part.span, _GRADIENT)
            if isinstance(part, ast.Juxt) and (items := _with_gradient(part.items, letter, scope)) != part.items:
                return ast.rewrite(ast.Juxt(part.span, items), change) if len(items) > 1 else items[0]
            if not isinstance(part, Sym):
                return None
            if parameter_of(part, scope) == letter:
                return Sym(part.span, letter)
            bare, power = replace(part, sup=None), part.sup
            name = spelling(bare)
            if name in inside or (name not in known and _is_state(bare, known)):
                return ast.Num(part.span, Fraction(0))
            if name in known:
                return ast.Group(part.span, put(known[name], depth + 1, (*inside, name)), "(", sup=power)
            return None

        return ast.rewrite(each, change)

    return put(node, 0, ())


def _is_state(symbol: Sym, known: dict[str, Node]) -> bool:
    """m_{t-1}, where the page defines m_t."""
    at = time_of(symbol)
    if at is None:
        return False
    return any(each.startswith(spelling(replace(symbol, sub=None)) + "_" + at[0]) for each in known)


def _is_gradient(node: Node, letter: str, scope: Scope) -> bool:
    """dC/dw: the derivative of the cost by the parameter."""
    costs = cost_letters(scope)

    def cost(each: Node) -> bool:
        return isinstance(each, Sym) and each.name in costs and not (each.sub or each.sup or each.primes or each.accents)

    if isinstance(node, ast.Derivative):
        by = node.by
        return node.order == 1 and node.what is not None and cost(node.what) and parameter_of(by, scope) == letter
    return False


def _with_gradient(items: tuple[Node, ...], letter: str, scope: Scope) -> tuple[Node, ...]:
    """Things side by side with every nabla C, nabla_theta C(theta_{t-1}) among them put together."""
    out, at = list[Node](), 0
    while at < len(items):
        one, other = items[at], items[at + 1] if at + 1 < len(items) else None
        by_it = isinstance(one, Sym) and one.name == "nabla" and (one.sub is None or one.sub.tokens[0].text == letter)
        if by_it and isinstance(other, Sym) and other.name in cost_letters(scope) and not (other.sub or other.sup or other.primes or other.accents):
            out.append(Sym((one.span[0], other.span[1]), _GRADIENT))
            at += 3 if at + 2 < len(items) and isinstance(items[at + 2], ast.Group) else 2
        else:
            out.append(one)
            at += 1
    return tuple(out)


def _numbers(tree: Node, scope: Scope) -> Iterator[tuple[Sym, Fraction]]:
    """The constants of an optimiser, each with a usual value; beta_1^t is beta_1 at the first step."""
    for each in tree.walk():
        if isinstance(each, Sym) and each.name in _NUMBERS and not each.primes and not each.accents:
            power = each.sup.text if each.sup else ""
            if power in ("", *TIMES) and (each.sub is None or each.sub.text.isdigit() or each.sub.text in TIMES):
                yield each, _NUMBERS[each.name]

