"""The proof of a large net unit by unit: each is differentiated, compared, written down and forgotten, the last one first.

What is kept is the net itself, and of the mathematics only what waits: for a source that is still to come its edges, for a
tied parameter the uses met so far. The direct side differentiates each definition z = sum w a + b as it stands; the nested
cost that small nets are composed into is the same graph, with every definition put in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property

from symbackprop.errors import InternalError
from symbackprop.files import write_text
from symbackprop.forward import forward
from symbackprop.gradients.algebra import Named
from symbackprop.gradients.delta import Recursion
from symbackprop.gradients.direct import Direct
from symbackprop.kernel import polynomials as P
from symbackprop.kernel.polynomials import Poly
from symbackprop.networks import Network
from symbackprop.proofs import certificate as certificates
from symbackprop.proofs.agreement import Condition, Residuals, targets_sum_to_one
from symbackprop.units import Unit, places


def blocks(network: Network) -> Iterator[tuple[Unit, ...]]:
    """The units from the last to the first, each softmax group at the place of its last member."""
    for unit in reversed(network.units):
        members = (unit,) if unit.group is None else network.groups[unit.group]
        if unit is members[-1]:
            yield members


class Streamed:
    """One net's recursion and what differentiating gives, a block at a time."""

    def __init__(self, network: Network) -> None:
        self.network, self.algebra = network, Named()
        self.recursion = Recursion[Poly](network, self.algebra)

    def deltas(self) -> Iterator[tuple[str, Poly]]:
        """The recursion of every unit, the last one first."""
        return self.recursion.deltas()

    @cached_property
    def _tied(self) -> Counter[str]:
        """How often each parameter stands in the net, of those that stand in it twice or more."""
        once: set[str] = set()
        several: Counter[str] = Counter()
        for unit in self.network.units:
            for name, _ in places(unit):
                if name in once:
                    several[name] += 1
                once.add(name)
        return several + Counter(several.keys())

    def partials(self) -> Iterator[tuple[tuple[Unit, ...], dict[str, Poly]]]:
        """Each block with the partial derivatives of the parameters that no earlier unit uses."""
        left, sums = Counter(self._tied), dict[str, Poly]()
        for block in blocks(self.network):
            ended: dict[str, Poly] = {}
            for unit in block:
                for name, place in places(unit):
                    share = self.recursion.share(unit, place) or {}
                    if name not in left:
                        ended[name] = share
                        continue
                    P.add_into(sums.setdefault(name, {}), share)
                    left[name] -= 1
                    if not left[name]:
                        ended[name] = sums.pop(name)
            yield block, ended

    def compared(self, conditions: tuple[Condition, ...]) -> Iterator[certificates.Block]:
        """Each block with its deltas and the partial derivatives that end there, once both routes agree on them."""
        direct = Direct(forward(self.network), self.algebra)
        direct.representative = {}  # every definition stands for itself
        deltas: dict[str, Poly] = {}
        residuals = Residuals(direct, deltas, {})

        def agree(name: str, residual: Poly) -> None:
            for condition in conditions:
                residual = condition.reduce(residual)
            if residual:
                raise Differs(name)

        for block, ended in self.partials():
            deltas.update((unit.name, self.recursion.delta(unit)) for unit in block)
            for name, residual in residuals.block(block):
                agree(name, residual)
            for unit in block:
                residuals.meet(unit, direct.differential(unit))
            for name, claimed in ended.items():
                agree(name, residuals.partial(name, claimed))
            yield block, deltas, ended
            residuals.forget(block)
            deltas.clear()


    def conditions(self) -> tuple[Condition, ...]:
        """What both routes need to agree on the outputs; targets stand nowhere else."""
        left = set(self.network.outputs)
        try:
            for block, _, _ in self.compared(()):
                left.difference_update(unit.name for unit in block)
                if not left:
                    break
        except Differs:
            return (targets_sum_to_one(self.network, self.algebra),)
        return ()


class Differs(Exception):
    """The two routes give different derivatives at this unit or parameter."""


def prove_in_lines(
    network: Network, path: str, progress: Callable[[str, int, int], None]
) -> tuple[tuple[Condition, ...], dict[str, object], list[str]]:
    """Compare both routes while the certificate goes to a file, which the kernel then replays.

    Returns the conditions found, what identifies the certificate, and the kernel's sentences.
    Raises: InternalError where the two routes part.
    """
    streamed = Streamed(network)
    conditions = streamed.conditions()
    try:
        _write(streamed, conditions, path, progress)
    except Differs as found:
        raise InternalError(
            "two of our routes disagree: the recursion and forward derivation", where=str(found)
        ) from None
    return conditions, *certificates.replayed(path)


def _write(
    streamed: Streamed, conditions: tuple[Condition, ...], path: str, progress: Callable[[str, int, int], None]
) -> None:
    def told() -> Iterator[certificates.Block]:
        done = 0
        for block in streamed.compared(conditions):
            done += len(block[0])
            progress("compare and write", done, len(streamed.network.units))
            yield block

    polys = tuple(each.poly for each in conditions)
    write_text(
        path,
        lambda file: certificates.write_lines(streamed.network, streamed.algebra.generators, polys, told(), file),
    )
