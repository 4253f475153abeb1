"""A net as exact values: every z, output, slope and the cost, and what each becomes when one quantity is cut out.

dA/dB is net-aware: B becomes a variable of its own, everything downstream is built again on it, and A is differentiated in
that net. Nothing here knows the delta recursion; a delta is the derivative of the cost by a cut-out z.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from symbackprop.check.exact.algebra import ONE, ZERO, Algebra, Key, Scalar, number
from symbackprop.check.exact.below import Below
from symbackprop.check.exact.outputs import MAX_SHARES, remember_output, remember_share, shares_of
from symbackprop.check.exact.ring import Ring
from symbackprop.check.exact.spelt_out import spelt_out
from symbackprop.check.exact.tangents import differentiate
from symbackprop.check.exact.values import Unsupported
from symbackprop.kernel.terms import symbols as names
from symbackprop.networks import Network, Unit, Weight

_OF_THE_NET = ("param", "out", "z", "input", "target")

NOT_SOFTMAX = "the layer is not a softmax layer, whose outputs each depend on all its weighted inputs"


class NotThere(Exception):
    """The net has no such thing: the instance is skipped and counted.

    `crossed` holds the index letters that are past the end of a layer which is there: they run over another one's neurons.
    `unless` is the condition under which a formula holds that leaves this instance out, where nobody would expect that.
    """

    def __init__(self, text: str, *, crossed: frozenset[str] = frozenset(), apart: bool = False, unless: str = "") -> None:
        super().__init__(text)
        self.crossed = crossed
        self.unless = unless
        self.apart = apart  # the factors of a sum are there, but never for the same neuron


class World:
    """One net, one algebra; `view(...)` gives its quantities with some of them cut out."""

    def __init__(self, net: Network | None) -> None:
        self.net = net
        self.algebra = Algebra()
        self.ring = Ring(self.algebra)
        self.below = Below(net)
        self.known: dict[tuple[str, object], Unit] = {}
        self._views: dict[tuple[Key, ...], View] = {}
        self.points: dict[int, Any] = {}  # witnesses' points by seed
        self.expand: frozenset[str] = frozenset()  # units whose output is written out by its definition

    def view(self, cuts: tuple[Key, ...] = ()) -> View:
        """The net with the quantities `cuts` made variables of their own."""
        found = self._views.get(cuts)
        if found is None:
            found = self._views[cuts] = View(self, cuts)
        return found


@lru_cache(maxsize=8)
def shared(net: Network | None) -> World:
    """The world of a net that formulas without definitions of their own have in common; what was computed once stays."""
    return World(net)


class View:
    """The quantities of a net under a set of cuts, built when asked for."""

    def __init__(self, world: World, cuts: tuple[Key, ...]) -> None:
        self.world, self.cuts = world, cuts
        self.algebra = world.algebra
        self._z: dict[str, Scalar] = {}
        self._out: dict[str, Scalar] = {}
        self._cost: Scalar | None = None
        self.partials: dict[Key, Scalar] = {}
        self.steps: dict[tuple[Key, Fraction], Scalar] = {}  # what one step of the update rule adds to a parameter
        self.moved_by: dict[tuple[Any, Key], Scalar] = {}  # derivatives of outputs and weighted inputs by a quantity of the net
        self._slope: dict[tuple[str, int], Scalar] = {}
        self.locals: dict[Key, Any] = {}

    @cached_property
    def base(self) -> View:
        """The same net with nothing cut out."""
        return self.world.view()

    @property
    def net(self) -> Network:
        """The net; NotThere where a formula without a net speaks of one."""
        if self.world.net is None:
            raise NotThere("no net is declared")
        return self.world.net

    def variable(self, key: Key) -> Scalar:
        """The variable that a cut-out quantity has become."""
        return self.algebra.name("cut", *key)

    @cached_property
    def moved(self) -> frozenset[str]:
        """The neurons that may have another z or output than in the net with nothing cut out."""
        return frozenset().union(*(self.world.below.units(key) for key in self.cuts))

    # -- what a net has -----------------------------------------------------------------------------------------------

    def weight(self, value: Weight) -> Scalar:
        """A parameter by name, or a fixed number."""
        return self.algebra.name("param", value) if isinstance(value, str) else number(value)

    def out(self, name: str) -> Scalar:
        """The output of a neuron."""
        found = self._out.get(name)
        if found is None:
            same = self.cuts and name not in self.moved
            found = self._out[name] = self.base.out(name) if same else self._make_out(name)
        return found

    def _make_out(self, name: str) -> Scalar:
        if ("out", name) in self.cuts:
            return self.variable(("out", name))
        net = self.net
        unit = net.by_name.get(name)
        if unit is None:
            return ONE if name in net.ones else self.algebra.name("input", name)
        kind = unit.activation
        if kind.name == "identity":
            self.world.known[kind.name, self.algebra.frozen(self.z(name))] = unit
            return self.z(name)
        if kind.vector and name in self.world.expand:
            exps = {each.name: self.algebra.exp(self.z(each.name)) for each in net.groups[unit.group or ""]}
            return self.algebra.mul(exps[name], self.algebra.inverse(self.algebra.add(*exps.values())))
        if kind.vector:
            members = [each.name for each in net.groups[unit.group or ""]]
            if name == members[-1] and not any(("out", each) in self.cuts for each in members):
                output = self.algebra.sub(ONE, self.algebra.add(*(self.out(each) for each in members[:-1])))
            else:
                output = self.algebra.name("out", name)
            shares = {name: output} if self.cuts or len(members) > MAX_SHARES else shares_of(self.algebra, members)
            for each, share in shares.items():
                remember_share(self.algebra, share, self.z(each), self.partition(unit.group or ""))
            return output
        if name in self.world.expand and kind.value_term is not None:
            return self.world.ring.build(kind.value_term, {"z": self.z(name), **self.parameters(unit)})
        output = self.algebra.name("out", name)
        self.world.known[kind.name, self.algebra.frozen(self.z(name))] = unit
        remember_output(self.algebra, unit, output, self.z(name))
        return output

    def partition(self, group: str) -> Scalar:
        """The sum of all exp z of a softmax group."""
        found = self.algebra.name("partition", group)
        self.algebra.remember_positive(found.num)
        return found

    def parameters(self, unit: Unit) -> dict[str, Scalar]:
        """The activation's own parameters (a leak) as values."""
        return {role: self.weight(value) for role, value in unit.parameters}

    def z(self, name: str) -> Scalar:
        """The weighted input of a unit."""
        found = self._z.get(name)
        if found is None:
            if name not in self.net.by_name:
                raise NotThere(f"{name} computes nothing, so it has no weighted input")
            found = self._z[name] = self._make_z(name)
        return found

    def _make_z(self, name: str) -> Scalar:
        unit, algebra = self.net.by_name[name], self.algebra
        if ("z", name) in self.cuts:
            return self.variable(("z", name))
        if self.cuts and name not in self.moved:
            return self.base.z(name)
        if self.cuts and not self.world.expand:  # only what the cut changes is put in anew
            before = self.base.z(name)
            moved = [edge for edge in unit.edges if edge.source in self.moved and self.out(edge.source).num != self.base.out(edge.source).num]
            gaps = ((self.weight(edge.weight), algebra.sub(self.out(edge.source), self.base.out(edge.source))) for edge in moved)
            return algebra.add(before, algebra.dot(gaps)) if moved else before
        total = algebra.dot((self.weight(edge.weight), self.out(edge.source)) for edge in unit.edges)
        return algebra.add(total, self.weight(unit.bias)) if unit.bias is not None else total

    def slope(self, name: str, order: int = 1) -> Scalar:
        """The `order`-th derivative of a unit's activation at its weighted input."""
        if (name, order) not in self._slope:
            self._slope[name, order] = self._make_slope(name, order)
        return self._slope[name, order]

    def _make_slope(self, name: str, order: int) -> Scalar:
        unit = self.net.by_name[name]
        kind = unit.activation
        if kind.vector:
            hidden = any(True for _ in self.net.successors.get(name, ()))
            raise NotThere("softmax has a matrix of derivatives, not one slope a unit", unless=NOT_SOFTMAX if hidden else "")
        term = kind.slope_term if order == 1 else None
        if term is not None and (kind.kinks or name in self.world.expand or "z" not in names(term)):
            return self.world.ring.build(term, {"z": self.z(name), "a": self.out(name), **self.parameters(unit)})
        self.out(name)
        return self.algebra.name("slope", name, order)

    def cost(self) -> Scalar:
        """The loss of one example."""
        if self._cost is None:
            self._cost = self._make_cost()
        return self._cost

    def _make_cost(self) -> Scalar:
        loss, net, algebra = self.net.loss, self.net, self.algebra
        if ("cost",) in self.cuts:
            return self.variable(("cost",))
        if loss.value_term is None:
            desired = [self.target(name) for name in net.targets]  # one C for the cost and for C applied by hand
            return algebra.atom(("fn", "C", (0,) * 2 * len(desired)), *desired, *(self.out(name) for name in net.outputs))
        return algebra.add(*(self.share(name) for name in net.outputs))

    def share(self, name: str) -> Scalar:
        """What one output adds to the loss."""
        loss, net = self.net.loss, self.net
        if loss.value_term is None:
            raise NotThere("an undefined cost has no share of one output")
        target = net.targets[net.outputs.index(name)]
        return self.world.ring.build(loss.value_term, {"a": self.out(name), "y": self.target(target)})

    def target(self, name: str) -> Scalar:
        """A desired output, by the target's name."""
        return self.algebra.name("target", name)

    # -- derivatives --------------------------------------------------------------------------------------------------

    def cut(self, key: Key) -> View:
        """This view with one more quantity cut out."""
        return self.world.view((*self.cuts, key)) if key[0] in ("out", "z", "local", "cost") else self

    def derivative(self, what: Callable[[View], Scalar], key: Key, value_of: Callable[[View], Scalar]) -> Scalar:
        """d what / d key: `what` is built where `key` is cut out, differentiated, and read back in this view."""
        inner = self.cut(key)
        moved = differentiate(inner.algebra, self._through(what(inner), key, inner, value_of), inner.tangent(key))
        if inner is self:
            return moved
        index = self.algebra.index(("cut", *key))
        return self.algebra.substitute(moved, index, value_of(self))

    def _through(self, value: Scalar, key: Key, inner: View, value_of: Callable[[View], Scalar]) -> Scalar:
        # an expression that spells out the cut quantity itself (w a + b where z is cut) is that quantity
        if inner is self or key[0] != "z":
            return value
        if self.algebra.frozen(value) == self.algebra.frozen(value_of(self)):
            return inner.variable(key)
        return spelt_out(value, self.net.by_name[key[1]], inner.variable(key), value_of(self), self, self.world.below.users)

    def tangent(self, key: Key) -> Callable[[Key], Scalar | None]:
        """How every generator moves when the quantity `key` moves by one and all the net below it follows."""
        memo_out, memo_z = dict[str, Scalar](), dict[str, Scalar]()
        algebra, below = self.algebra, self.world.below.units(key)

        def d_name(generator: Key) -> Scalar | None:
            if generator == key or generator == ("cut", *key):
                return ONE
            if generator[0] == "out":
                return d_out(generator[1])
            if generator[0] == "partition":
                members = self.net.groups[generator[1]]
                parts = [algebra.mul(self.out(each.name), d_z(each.name)) for each in members]
                return algebra.mul(algebra.name(*generator), algebra.add(*parts))
            if generator[0] == "slope":
                return self._slope_tangent(generator, d_z)
            return None

        def d_weight(value: Weight | None) -> bool:
            return isinstance(value, str) and ("param", value) == key

        def d_z(name: str) -> Scalar:
            found = memo_z.get(name) if name in below else ZERO
            if found is None:
                unit = self.net.by_name[name]
                parts = list[Scalar]()
                if ("z", name) in self.cuts:
                    parts = [ONE] if ("z", name) == key else []
                else:
                    for edge in unit.edges:
                        moved = d_out(edge.source) if edge.source in below else ZERO
                        if moved.num:
                            parts.append(algebra.mul(self.weight(edge.weight), moved))
                        if d_weight(edge.weight):
                            parts.append(self.out(edge.source))
                    if d_weight(unit.bias):
                        parts.append(ONE)
                found = memo_z[name] = algebra.add(*parts)
            return found

        def d_out(name: str) -> Scalar:
            found = memo_out.get(name) if name in below else ZERO
            if found is None:
                found = memo_out[name] = self._out_tangent(name, key, d_z, d_weight)
            return found

        return d_name

    def _out_tangent(
        self, name: str, key: Key, d_z: Callable[[str], Scalar], d_weight: Callable[[Weight | None], bool]
    ) -> Scalar:
        algebra, net = self.algebra, self.net
        if ("out", name) in self.cuts:
            return ONE if ("out", name) == key else ZERO
        if name not in net.by_name:
            return ONE if ("input", name) == key else ZERO
        unit = net.by_name[name]
        if unit.activation.vector:
            members = net.groups[unit.group or ""]
            own = d_z(name)
            mean = algebra.add(*(algebra.mul(self.out(each.name), d_z(each.name)) for each in members if d_z(each.name).num))
            return algebra.mul(self.out(name), algebra.sub(own, mean))
        parts = list[Scalar]()
        moved = d_z(name)
        if moved.num:
            parts.append(algebra.mul(self.slope(name), moved))
        for role, value in unit.parameters:
            if d_weight(value):
                known = {"z": self.z(name), "a": self.out(name), **self.parameters(unit)}
                parts.append(self.world.ring.build(unit.activation.partial_terms[role], known))
        return algebra.add(*parts)

    def _slope_tangent(self, generator: Key, d_z: Callable[[str], Scalar]) -> Scalar:
        name, order = generator[1], generator[2]
        moved = d_z(name)
        return self.algebra.mul(self.algebra.name("slope", name, order + 1), moved) if moved.num else ZERO

    def partial(self, key: Key) -> Scalar:
        """d cost / d key."""
        found = self.partials.get(key)
        if found is None:
            self.refuse_held(key)
            value_of = self._value_of(key)
            found = self.partials[key] = self.derivative(lambda view: view.cost(), key, value_of)
        return found

    def refuse_held(self, key: Key) -> None:
        """Refuse a derivative by `key` where something that hangs on it is held fixed: d/dz (dC/dw) does not say at what w."""
        if any(self.world.below.feeds(key, cut) or (cut == ("cost",) and key[0] in _OF_THE_NET) for cut in self.cuts):
            raise Unsupported(f"a derivative by {key[-1]} inside one by something that hangs on it: which of them is held fixed is not said")

    def delta(self, name: str) -> Scalar:
        """d cost / d z of a unit: the definition, not the recursion."""
        return self.partial(("z", name))

    def _value_of(self, key: Key) -> Callable[[View], Scalar]:
        if key[0] in ("out", "z"):
            return lambda view: view.out(key[1]) if key[0] == "out" else view.z(key[1])
        return lambda view: view.algebra.name(*key)
