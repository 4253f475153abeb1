"""Points of large nets: a few weights into each unit are other than 0, so that a point can be read and no unit is saturated."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from symbackprop.check.exact.algebra import Algebra, Scalar
from symbackprop.check.exact.world import World

MAX_DENSE = 2_000  # parameters of a net at whose points every weight is a number of its own
KEPT = 4  # weights into a unit, about
MAX_NAMED = 50


def is_large(world: World) -> bool:
    """Whether most weights of the net are 0 at a point."""
    return world.net is not None and world.net.architecture is not None and world.net.architecture.count() > MAX_DENSE


def is_kept(world: World, seed: int, parameter: str) -> bool:
    """Whether a parameter of a large net is other than 0 at the point of a seed: a bias, and a few of the weights into a unit."""
    if world.net is None or not parameter.startswith("w"):
        return True
    (unit, *_) = world.below.users[parameter]
    return crc32(f"{seed} {parameter}".encode()) % len(world.net.by_name[unit].edges) < KEPT


def generators(algebra: Algebra, values: Iterable[Scalar]) -> set[int]:
    """Every generator of some values, those inside atoms included."""
    seen, stack = set[int](), list(values)
    while stack:
        for g in algebra.generators(stack.pop()) - seen:
            seen.add(g)
            stack.extend(algebra.arguments.get(g, ()))
    return seen


def named(algebra: Algebra, values: Iterable[Scalar]) -> frozenset[str]:
    """The parameters that two sides speak of themselves, which are kept as well; none where these are many."""
    found = frozenset(algebra.keys[g][1] for g in generators(algebra, values) if algebra.keys[g][0] == "param")
    return found if len(found) <= MAX_NAMED else frozenset()
