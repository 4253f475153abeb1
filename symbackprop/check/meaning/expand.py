"""The second chance of an equation: outputs and activations written out in exponentials and steps, then compared again."""

from __future__ import annotations

from collections.abc import Iterable

from symbackprop.activations import activation as find_activation
from symbackprop.check.exact.algebra import Algebra, Impossible, Rejected, Scalar, TooLarge
from symbackprop.check.exact.trigonometry import of_single_angles
from symbackprop.check.exact.world import World
from symbackprop.check.meaning.scope import Env
from symbackprop.kernel import polynomials as P

MAX_UNITS = 12
MAX_PARTS = 12


class Writer:
    """Values of one algebra rebuilt in a fresh one, every smooth generator replaced by its definition."""

    def __init__(self, world: World, parts: int = 1, vectors_only: bool = False) -> None:
        self.world, self.old = world, world.algebra
        self.fresh = World(world.net)
        units = world.net.units if world.net is not None else ()
        self.fresh.expand = frozenset(unit.name for unit in units if unit.activation.vector or not vectors_only)
        self.new: Algebra = self.fresh.algebra
        self.new.parts = parts
        self.memo = dict[int, Scalar]()

    def value(self, scalar: Scalar) -> Scalar:
        """The value in the fresh algebra."""
        return self.new.mul(self.poly(scalar.num), self.new.inverse(self.poly(scalar.den)))

    def poly(self, poly: P.Poly) -> Scalar:
        """A polynomial in the fresh algebra."""
        parts = [self.new.mul(Scalar(P.constant(c), P.ONE), *(self.generator(g) for g in m)) for m, c in poly.items()]
        return self.new.add(*parts)

    def generator(self, g: int) -> Scalar:
        """One generator: written out where it has a definition."""
        if g not in self.memo:
            self.memo[g] = self._make(g)
        return self.memo[g]

    def _make(self, g: int) -> Scalar:
        key, arguments = self.old.keys[g], [self.value(each) for each in self.old.arguments.get(g, ())]
        if key[0] == "out":
            return self.fresh.view().out(key[1])
        if key[0] == "partition" and self.world.net is not None:
            view = self.fresh.view()
            return self.new.add(*(self.new.exp(view.z(unit.name)) for unit in self.world.net.groups[key[1]]))
        if key[0] == "slope" and key[2] == 1:
            return self.fresh.view().slope(key[1])
        if key[0] == "act":
            return self.fresh.ring.build(find_activation(key[1]).value_term, {"z": arguments[0]})
        if key[0] in ("sin", "cos"):
            return of_single_angles(arguments[0], self.new)[key[0] == "sin"]
        if not arguments:
            return self.new.name(*key)
        return self.new.remake((*key[: len(key) - len(arguments)], *arguments), tuple(arguments))


def equal_written_out(left: Scalar, right: Scalar, env: Env) -> bool:
    """Whether both sides agree once written out: True is a proof, False is no answer."""
    net = env.scope.net
    large = net is not None and len(net.units) > MAX_UNITS and len(_reached((left, right), env)) > MAX_UNITS
    if large and not env.scope.batch:
        return False
    vectors = net is not None and any(unit.activation.vector for unit in net.units)
    return (vectors and _agree(left, right, env, vectors_only=True)) or (not large and _agree(left, right, env))


def _reached(values: Iterable[Scalar], env: Env) -> set[str]:
    """The neurons whose outputs have a say, with all that they hang on: what would be written out."""
    algebra, net, stack, seen = env.view.algebra, env.scope.world.net, list(values), set[int]()
    units = net.by_name if net is not None else {}
    waiting, found = list[str](), set[str]()
    while stack:
        for g in {g for value in (stack.pop(),) for poly in (value.num, value.den) for monomial in poly for g in monomial} - seen:
            seen.add(g)
            key = algebra.keys[g]
            waiting += [key[1]] if key[0] in ("out", "slope") else [each.name for each in net.groups[key[1]]] if key[0] == "partition" and net else []
            stack += algebra.arguments.get(g, ())
    while waiting:
        name = waiting.pop()
        if name in units and name not in found:
            found.add(name)
            group = units[name].group
            waiting += [edge.source for edge in units[name].edges] + ([each.name for each in net.groups[group]] if group and net is not None else [])
    return found


def _agree(left: Scalar, right: Scalar, env: Env, parts: int = 1, vectors_only: bool = False) -> bool:
    writer = Writer(env.scope.world, parts, vectors_only)
    try:
        if writer.new.equal(writer.value(left), writer.value(right)):
            return True
    except (TooLarge, Impossible, Rejected, RecursionError, NotImplementedError):
        return False
    finest = writer.new.finest  # exp(x/2) beside exp(x): once more in the smaller unit
    return parts == 1 < finest <= MAX_PARTS and _agree(left, right, env, finest, vectors_only)
