"""A deep net seen across one of its layers: what lies behind the layer moves by unnamed slopes times what its outputs move by.

The chain rule across a whole layer, dq/dx = sum_k dq/da_k da_k/dx, with each dq/da_k a symbol of its own. The paths behind the
layer are then not multiplied out. What holds for any such symbols holds for these slopes, so that a proof here is a proof; where
nothing is proved, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable

from symbackprop.check.exact.algebra import Key, Scalar, TooLarge
from symbackprop.check.exact.world import View, World
from symbackprop.networks import Network


class Deeper(TooLarge):
    """A derivative by something behind the layer: the layer must be one further back."""


class Bridged(World):
    """A layered net whose derivatives by what stands before layer `at`, or in it, go through the outputs of that layer."""

    def __init__(self, net: Network, at: int) -> None:
        super().__init__(net)
        self.depth, self.at, self.deepest = net.depths or {}, at, 0
        self.layer = [name for name, depth in self.depth.items() if depth == at]

    def view(self, cuts: tuple[Key, ...] = ()) -> View:
        """The net with the quantities `cuts` made variables of their own."""
        return self._views.setdefault(cuts, _Across(self, cuts))

    def depth_of(self, key: Key) -> int | None:
        """The last layer that a quantity stands in itself; None for what is no part of a layer."""
        if key[0] == "param":
            return max((self.depth[name] for name in self.below.users.get(key[1], ())), default=None)
        return self.depth.get(key[1]) if key[0] in ("out", "z") else 0 if key[0] == "input" else None


class _Across(View):
    """The quantities of such a net under a set of cuts."""

    def tangent(self, key: Key) -> Callable[[Key], Scalar | None]:
        """How every generator moves when the quantity `key` moves by one.

        Raises Deeper for a quantity behind the layer, TooLarge for the slope of a slope that has no formula here.
        """
        world, algebra, near = self.world, self.algebra, super().tangent(key)
        assert isinstance(world, Bridged)
        depth = world.depth_of(key)
        if depth is not None and depth > world.at:
            world.deepest = max(world.deepest, depth)
            raise Deeper(f"a derivative by a quantity of layer {depth}, behind layer {world.at}")
        through = depth is not None and all(cut == key or self._is_before(cut, world) for cut in self.cuts)

        def behind(kind: str, name: str) -> Scalar:
            moved = ((each, near(("out", each))) for each in world.layer)
            return algebra.dot((algebra.name("bridge", kind, name, each), change) for each, change in moved if change is not None)

        def moved(generator: Key) -> Scalar | None:
            if generator[0] == "bridge":
                raise TooLarge("a second derivative of what lies behind a layer")
            if not through or generator[0] not in ("out", "slope") or world.depth.get(generator[1], 0) <= world.at:
                if through and generator[0] == "partition":
                    raise TooLarge("the sum of a softmax layer across another layer")
                return near(generator)
            if generator[0] == "out":
                return behind("out", generator[1])
            return algebra.mul(algebra.name("slope", generator[1], generator[2] + 1), behind("z", generator[1]))

        return moved

    def _is_before(self, cut: Key, world: Bridged) -> bool:
        depth = world.depth_of(cut) if cut[0] in ("out", "z") else None
        return depth is not None and depth < world.at
