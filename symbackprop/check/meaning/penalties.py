"""A cost with a penalty on the weights: C = C_0 + lambda/2n sum_w w^2, C_0 being the cost of the net.

What a page says of its penalised cost is kept: C is then what it says, C_0 the net's cost, and one step of the update rule
follows the gradient of C. Which of the two a later formula means by C, it is asked in turn (`deciding.penalised`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Key, Scalar
from symbackprop.check.exact.tangents import differentiate
from symbackprop.check.exact.world import World
from symbackprop.check.meaning.generic import is_generic, stands_for, with_sums_over_all
from symbackprop.check.meaning.scope import Definition, Env, Scope, lettered, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.notation import Pattern

PLAIN = frozenset(["0", "data", "D", "emp", "train", "orig", "task", "ce", "CE", "MSE", "error", "loss", "fit"])  # C_0: the cost without its penalty
_STRENGTHS = frozenset(["lambda", "lambd", "reg", "wd"])  # what a penalty is multiplied by, where nothing declares the letter
_COUNTS = frozenset(["n", "N", "m", "M"])
_OTHERS = frozenset(["alpha", "beta", "gamma", "mu", "nu", "epsilon", "Omega", "rho", "eta"])


@dataclass(frozen=True)
class Penalty:
    """What is added to the cost; the letter of the sum, the letter of the cost alone, empty where no formula names it."""

    whole: str
    plain: str
    node: Node
    text: str

    @property
    def name(self) -> str:
        """The letter of the sum."""
        return self.whole

    def enter(self, scope: Scope, *, named: bool) -> None:
        """Put it into a scope; `named` where the letter of the cost is that of the penalised one."""
        scope.penalty, scope.penalty_named = self, named
        scope.free |= free_letters(self.node, scope)
        scope.definitions.pop(self.whole, None)
        if self.plain and not any(each.letter + "_" + each.sub == self.plain for each in scope.notation.patterns.get("cost", ())):
            letter, _, sub = self.plain.partition("_")
            patterns = {**scope.notation.patterns, "cost": (*scope.notation.patterns.get("cost", ()), Pattern(letter, sub))}
            scope.notation = replace(scope.notation, patterns=patterns)
        if named:
            cost = Sym((0, 0), UNPENALISED)
            scope.definitions[self.whole] = Definition(self.whole, (), ast.Add((0, 0), (cost, ast.Group((0, 0), self.node)), (1, 1)))
        scope.world = World(scope.net)

    def slope(self, key: Key, env: Env) -> Scalar:
        """What it adds to the derivative by a parameter."""
        value = V.scalar(replace(env, bound={}).value(self.node), "a penalty")
        return differentiate(env.view.algebra, value, env.view.tangent(key))


UNPENALISED = "the cost without its penalty"


def cost_letter(node: Node, scope: Scope) -> str:
    """The letter of a bare symbol of the cost, C or the C of C(w); empty for anything else."""
    if isinstance(node, ast.Juxt) and len(node.items) == 2 and isinstance(node.items[1], ast.Group):
        inner = node.items[1].inner
        parts = inner.items if isinstance(inner, ast.Several) else (inner,)
        node = node.items[0] if all(is_generic(each, scope) for each in parts) else node
    if not isinstance(node, Sym) or node.sub or node.sup or node.primes or node.accents or node.name in scope.free:
        return ""
    return node.name if node.name in cost_letters(scope) else ""


def cost_letters(scope: Scope) -> frozenset[str]:
    """The bare letters of the cost."""
    patterns = scope.notation.patterns.get("cost", ()) if scope.net is not None else ()
    return frozenset([*scope.notation.cost_letters, *(each.letter for each in patterns if not (each.sub or each.sup))])


def plain_cost(node: Node, scope: Scope) -> str:
    """C_0 of a bare C, as one key; empty for anything else."""
    if isinstance(node, ast.Juxt) and len(node.items) == 2 and isinstance(node.items[1], ast.Group):
        node = node.items[0]
    if not isinstance(node, Sym) or node.sub is None or node.sup or node.primes or node.accents or node.name not in cost_letters(scope):
        return ""
    return node.name + "_" + node.sub.text if node.sub.text in PLAIN else ""


def penalised(left: Node, right: Node, scope: Scope) -> Penalty | None:
    """What `C = C_0 + ...` adds to the cost; None where it is no such definition."""
    letter = cost_letter(left, scope)
    if not letter or not isinstance(right, ast.Add):
        return None
    plain = [(at, name) for at, term in enumerate(right.terms) if right.signs[at] > 0 and (name := plain_cost(term, scope))]
    if len(plain) != 1 or len(right.terms) < 2:
        return None
    at, name = plain[0]
    terms, signs = ((*each[:at], *each[at + 1 :]) for each in (right.terms, right.signs))
    rest = with_sums_over_all(ast.Add(right.span, tuple(terms), tuple(signs)), scope)
    return Penalty(letter, name, rest, "") if about_weights(rest, scope) else None


def about_weights(node: Node, scope: Scope) -> bool:
    """Whether an expression speaks of weights and numbers alone."""
    seen = False
    for each in node.walk():
        if isinstance(each, ast.Derivative | ast.Change | ast.Cases):
            return False
        if isinstance(each, Sym):
            kinds = {reading.kind for reading in scope.notation.read(lettered(each), each.sub.tokens if each.sub else (), each.sup.tokens if each.sup else ())}
            weight = bool(stands_for(each.name, scope)) or bool(kinds & {"weight", "bias"})
            seen = seen or weight
            if not weight and (kinds - {"rate"} or each.name in cost_letters(scope)):
                return False
    return seen


def strengths(nodes: tuple[Node, ...], scope: Scope) -> set[str]:
    """The letters in a formula that only the strength of a penalty is called by."""
    return {each.name for node in nodes for each in node.walk() if isinstance(each, Sym) and each.name in _STRENGTHS and not each.sup and not each.primes}


def free_letters(node: Node, scope: Scope, others: bool = True) -> set[str]:
    """The letters of a penalty that are any numbers: its strength, a count that no batch fixes."""
    known = _STRENGTHS | _COUNTS | (_OTHERS if others else set())
    rates = {each.letter for each in scope.notation.patterns.get("rate", ())}
    return {spelling(each) for each in node.walk() if isinstance(each, Sym) and each.name in known - rates and not each.sup and each.name not in scope.sizes}
