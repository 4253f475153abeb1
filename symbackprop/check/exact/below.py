"""What of a net can move when one of its quantities does: the units below it, found once for each quantity.

Everything else is in a net with that quantity cut out what it was before, so that it is neither built nor differentiated again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from symbackprop.check.exact.scalars import Key
from symbackprop.networks import Network


class Below:
    """The units whose weighted input or output can depend on a quantity; the neuron it belongs to is one of them."""

    def __init__(self, net: Network | None) -> None:
        self.net = net
        self._found: dict[Key, frozenset[str]] = {}
        self._moved: dict[Key, set[str]] = {}

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """Every parameter to the units it stands in, as often as it stands there."""
        found: dict[str, list[str]] = {}
        for unit in self.net.units if self.net is not None else ():
            own = (*(edge.weight for edge in unit.edges), unit.bias, *(value for _, value in unit.parameters))
            for each in own:
                if isinstance(each, str):
                    found.setdefault(each, []).append(unit.name)
        return found

    def units(self, key: Key) -> frozenset[str]:
        """The neurons that can move with the quantity `key`; none for what is no part of the net, such as a target."""
        found = self._found.get(key)
        if found is None:
            starts = self.users.get(key[1], ()) if key[0] == "param" else key[1:] if key[0] in ("out", "z", "input") else ()
            found = self._found[key] = frozenset(self._reached(starts))
        return found

    def _reached(self, starts: Iterable[str]) -> set[str]:
        net, seen, stack = self.net, set[str](), list(starts)
        while stack and net is not None:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            unit = net.by_name.get(name)
            if unit is not None and unit.group is not None:  # the outputs of a softmax layer move together
                stack += (each.name for each in net.groups[unit.group])
            stack += (after.name for after, _ in net.successors.get(name, ()))
        return seen

    def feeds(self, key: Key, other: Key) -> bool:
        """Whether `other`, an output or a weighted input, hangs on `key`; the outputs of a softmax layer do on each of its z."""
        if key == other or other[0] not in ("out", "z"):
            return False
        moved = self._inputs_moved(key)
        if other[0] == "z":
            return other[1] in moved
        return other[1] in {peer for name in (*moved, *(key[1:] if key[0] == "z" else ())) for peer in self._together(name)}

    def _together(self, name: str) -> list[str]:
        unit = self.net.by_name.get(name) if self.net is not None else None
        return [each.name for each in self.net.groups[unit.group]] if self.net is not None and unit is not None and unit.group else [name]

    def _inputs_moved(self, key: Key) -> set[str]:
        """The neurons whose weighted input hangs on `key`, which is not it itself."""
        if key not in self._moved:
            seen = set[str]()
            stack = list(self.users.get(key[1], ())) if key[0] == "param" else []
            if key[0] in ("out", "input", "z") and self.net is not None:
                stack = [after.name for name in (self._together(key[1]) if key[0] == "z" else [key[1]])
                         for after, _ in self.net.successors.get(name, ())]  # fmt: skip
            while stack and self.net is not None:
                name = stack.pop()
                if name not in seen:
                    seen.add(name)
                    stack += (after.name for peer in self._together(name) for after, _ in self.net.successors.get(peer, ()))
            self._moved[key] = seen
        return self._moved[key]
