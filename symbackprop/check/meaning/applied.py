"""Names that nothing declares and that stand before brackets: f(2x) is f at 2x, and never f times 2x."""

from __future__ import annotations

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Scalar, number
from symbackprop.check.exact.values import Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.quantities import own_name, quantity_of
from symbackprop.check.meaning.scope import Env, Scope, spelling, spellings, unprimed
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.check.reading.vocabulary import FUNCTIONS, GREEK, word_set

LETTERS = word_set(
    "f g h F G H phi varphi psi Phi Psi Gamma"
)  # what a bracket behind them is the argument of, whatever it holds
WHOLE = {"lfloor": (1, "rounded down"), "lceil": (-1, "rounded up")}


def applied_names(sides: list[Node], scope: Scope) -> dict[str, int]:
    """The names that stand before brackets as functions do, and nowhere else, with the number of their arguments.

    Any letter may be applied to a symbol, rho(2x), or to several things; before a sum it may be a factor, a(b + c), unless it is a
    customary letter of functions or a word. A name that also stands by itself is a number: h(1 - h), m(x y)^{m - 1}.
    """
    found, heads, alone = dict[str, int](), set[int](), set[str]()
    whole = _with_definitions(sides, scope)
    for each in (each for side in whole for each in side.walk() if isinstance(each, ast.Juxt)):
        for before, head, argument in zip((None, *each.items), each.items, each.items[1:]):
            inner = _argument(argument)
            if not isinstance(head, Sym) or inner is None:
                continue
            heads.add(id(head))
            if _is_function(head.name) or (_is_argument(inner) and not _takes_the_next(before, scope)):
                found.setdefault(spelling(unprimed(head)), len(inner.items) if isinstance(inner, ast.Several) else 1)
    for node in (each for side in whole if found for each in side.walk()):
        if isinstance(node, Sym) and id(node) not in heads:
            alone |= spellings(node)
        if isinstance(node, (Sym, ast.Group, ast.Norm)):
            alone |= {token.text for script in (node.sub, node.sup) if script for token in script.tokens}
    return {name: arity for name, arity in found.items() if name not in alone}


def _takes_the_next(node: Node | None, scope: Scope) -> bool:
    """Whether what stands before a letter takes it as its argument: f p_2(a_1) is f of p_2, and that of a_1."""
    if not isinstance(node, Sym):
        return False
    name = spelling(unprimed(node))
    defined = scope.definitions.get(name)
    return node.name in LETTERS or node.name in FUNCTIONS or name in scope.functions or (defined is not None and bool(defined.params))


def _with_definitions(sides: list[Node], scope: Scope) -> list[Node]:
    """The sides and the right sides of the definitions that they use."""
    out, used = list(sides), set[str]()
    for side in out if scope.definitions else ():
        names = {name for each in side.walk() if isinstance(each, Sym) for name in spellings(each)} & scope.definitions.keys()
        out += [scope.definitions[name].body for name in sorted(names - used)]
        used |= names
    return out


def _argument(node: Node) -> Node | None:
    """What stands in a bracket that may hold an argument, f(x)^2 and f(x)**2 included."""
    node = node.base if isinstance(node, ast.Power) else node
    return node.inner if isinstance(node, ast.Group) and node.bracket in ("(", "[") else None


def _is_function(name: str) -> bool:
    return name in LETTERS or (len(name) > 1 and name not in GREEK)


def _is_argument(inner: Node) -> bool:
    """What nobody puts brackets round to multiply it: x, 2x, x y; or several things."""
    parts = inner.items if isinstance(inner, ast.Juxt) else (inner,)
    return isinstance(inner, ast.Several) or (any(isinstance(each, Sym) for each in parts) and all(isinstance(each, (Sym, ast.Num)) for each in parts))


def run_of_factors(items: tuple[Node, ...], at: int, env: Env) -> int:
    """How many items from here on are one argument without brackets: 2x in cos 2x, xy in log xy, and x alone in log x y."""
    stop, number_first = at + 1, isinstance(items[at], ast.Num)
    if not (number_first or _is_letter(items[at])):
        return 1
    while stop < len(items):
        each, tight = items[stop], items[stop - 1].span[1] == items[stop].span[0]
        if not isinstance(each, Sym) or each.primes or not (number_first or (tight and _is_letter(each))) or not isinstance(env.value(each), Scalar):
            break
        stop += 1
    return stop - at


def _is_letter(node: Node) -> bool:
    return isinstance(node, Sym) and len(node.name) == 1 and not (node.sub or node.sup or node.primes or node.accents)


def with_wide_arguments(node: Node) -> Node:
    """The tree with log p q read as log(p q): every function without brackets takes all the symbols behind it."""

    def change(each: Node) -> Node | None:
        if not isinstance(each, ast.Juxt):
            return None
        for at, head in enumerate(each.items[:-2], 1):
            stop = at
            while stop < len(each.items) and _is_factor(each.items[stop]):
                stop += 1
            if isinstance(head, Sym) and (head.name in FUNCTIONS or head.name in LETTERS or head.name == "sigma") and stop > at + 1:
                inner = ast.Juxt((each.items[at].span[0], each.items[stop - 1].span[1]), each.items[at:stop])
                rest = [with_wide_arguments(other) for other in each.items[stop:]]
                return ast.Juxt(each.span, (*each.items[:at], ast.Group(inner.span, inner, ""), *rest))
        return None

    return ast.rewrite(node, change)


def _is_factor(node: Node) -> bool:
    return isinstance(node, ast.Num) or (isinstance(node, Sym) and node.name not in FUNCTIONS and not node.primes)


def refuse_differential(item: Node, following: Node | None, env: Env) -> None:
    """d x by itself is a differential and d(x y) one of a product: no letter d times something."""
    if not isinstance(item, Sym) or item.name != "d" or item.sub or item.primes or following is None or "d" in env.bound:
        return
    scope = env.scope
    if not isinstance(following, (Sym, ast.Group)) or scope.free & {"d"} or {"d"} & (scope.definitions.keys() | scope.functions.keys()):
        return
    try:
        if quantity_of(item, env) is not None or own_name(item, env) is not None:
            return  # a weight that the net's author calls d
    except NotThere:
        return
    raise Unsupported("a differential by itself, outside a quotient")


def rounded(node: ast.Group, env: Env) -> Value:
    """Brackets that round, of a number that is known."""
    sign, words = WHOLE[node.bracket]
    known = env.view.algebra.constant(V.scalar(env.value(node.inner), f"what is {words}"))
    if known is None:
        raise Unsupported(f"something {words}")
    return number(sign * (sign * known // 1))
