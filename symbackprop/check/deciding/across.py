"""An instance that is too long to multiply out in a deep net: proved across one of its layers, or left as it was."""

from __future__ import annotations

from functools import lru_cache

from symbackprop.check.deciding.relations import Relate
from symbackprop.check.exact.algebra import Impossible, Rejected, TooLarge
from symbackprop.check.exact.bridged import Bridged, Deeper
from symbackprop.check.exact.values import ShapeClash, Unsupported
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import environment
from symbackprop.check.meaning.link import Link, Tally
from symbackprop.check.meaning.scope import Scope, Unresolved
from symbackprop.networks import Network

RELATIONS = ("=", ":=", "<-")  # no bound is decided by a proof alone


@lru_cache(maxsize=16)
def _shared(net: Network, at: int) -> Bridged:
    return Bridged(net, at)


def proved_across(relate: Relate, link: Link, scope: Scope, chosen: dict[str, int], tally: Tally) -> bool:
    """Whether an instance is proved where the net behind a layer is taken as any net; it is then counted in `tally`.

    The layer is the last one that the formula takes a derivative by.
    """
    net = scope.net
    if net is None or not net.depths or link.op not in RELATIONS or scope.penalty is not None:
        return False
    own = bool(scope.definitions or scope.indexed)
    kept = scope.world, scope.only_proofs, scope.denominators, scope.domains
    at, last = 1, max(net.depths.values())
    try:
        while at < last:
            world = Bridged(net, at) if own else _shared(net, at)
            world.algebra.start()
            world.deepest = 0
            scope.world, scope.only_proofs, scope.denominators, scope.domains = world, True, {}, {}
            scope.seen.clear()
            trial = Tally()
            try:
                if relate(link, environment(scope, chosen), trial) is None and trial.proved and not trial.open:
                    tally.proved += trial.proved
                    tally.zero += trial.zero
                    tally.conditions.update(trial.conditions)
                    return True
                return False
            except Deeper:
                at = world.deepest
            except (TooLarge, Unsupported, NotThere, Unresolved, ShapeClash, Impossible, Rejected):
                return False
        return False
    finally:
        scope.world, scope.only_proofs, scope.denominators, scope.domains = kept
        scope.seen.clear()
