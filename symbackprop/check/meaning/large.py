"""Nets too large to go through neuron by neuron: a small net of the same kind, and instances at the corners of the indices.

A formula is then PROVED only where the index calculus proves it for every width and every depth (`every_size.lift`); the small
net, or the corners, must agree. REFUTED is only said where a point of the net itself shows it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symbackprop.check.exact.world import NOT_SOFTMAX
from symbackprop.check.meaning.indices import MAX_INSTANCES, how_many
from symbackprop.check.meaning.scope import Scope
from symbackprop.networks import Network
from symbackprop.proofs.verdict import Undecided, Verdict

MAX_WRITTEN = 100_000  # parameters of a net whose every weight is written out: about a second
MAX_SEARCHED = 2_000  # of a net in which the place of a slip is looked for
MAX_LAYERS = 4
WIDTHS = (3, 2, 4, 3, 2)  # neighbours differ, so that shapes cannot agree by chance
FEW = 2_000  # instances that are gone through one by one without a look at the index calculus
_CORNERS = 6  # values of one index


def stand_in(net: Network, examples: int = 1, limit: int = MAX_WRITTEN) -> Network | None:
    """A small layered net with the activations, loss and biases of a large one; None where the net is small enough itself.

    >>> stand_in(Network.layered([1_000_000, 500, 1])).name, stand_in(Network.layered([784, 100, 10]))
    ('3-2-1', None)
    """
    layers = net.architecture
    if layers is None or layers.count() * examples <= limit:
        return None
    sizes, kinds = layers.sizes, layers.activations
    if len(kinds) > MAX_LAYERS:  # of layers in a row with one activation, two stand for all
        kept = [at for at, kind in enumerate(kinds) if at < 2 or at == len(kinds) - 1 or not kind == kinds[at - 1] == kinds[at - 2]]
        sizes, kinds = (*(sizes[at] for at in kept), sizes[-1]), tuple(kinds[at] for at in kept)
    small = [min(size, width) for size, width in zip(sizes, itertools.cycle(WIDTHS))]
    return Network.layered(small, kinds, net.loss, bias=layers.bias)


def smaller(scope: Scope, limit: int = MAX_SEARCHED) -> Scope | None:
    """The same declarations about a small net of the same kind, to look for slips in; None where the net is small enough."""
    net = scope.single or scope.net
    small = stand_in(net, scope.batch or 1, limit) if net is not None else None
    if small is None:
        return None
    made = Scope(small, scope.notation, dict(scope.definitions), set(scope.free), dict(scope.functions), dict(scope.sizes),
                 dict(scope.indexed), equations=dict(scope.equations), aliases=dict(scope.aliases), batch=scope.batch, mean=scope.mean, in_delta=scope.in_delta,
                 macros=scope.macros, upright=scope.upright)  # fmt: skip
    made.whole = scope
    return made


def about_the_large(verdict: Verdict, lifted: str, scope: Scope) -> Verdict:
    """What the verdict on the small net says of the large one that it stands for."""
    assert scope.net is not None
    here = f"{scope.net.name}, a small net of the same kind"
    whole = scope.large or (scope.whole and scope.whole.net and scope.whole.net.name)
    if lifted and (verdict.name in ("PROVED", "PROVED_AE") or getattr(verdict, "conditions", ()) == (NOT_SOFTMAX,)):
        return replace(verdict, engine="index calculus", scope="every width, every depth",
                       notes=(*verdict.notes, f"checked one by one in {here}"))  # fmt: skip
    if verdict.name in ("UNRESOLVED", "UNDECIDED"):
        return replace(verdict, notes=(*verdict.notes, f"read in {here}"))
    why = f": {reason}" if (reason := getattr(verdict, "reason", "")) else ""
    return Undecided(
        reason=f"net {whole} is too large to go through neuron by neuron, and the formula is not one that is proved for every size; "
        f"in {here}, it is {verdict.name}{why}",
        notes=verdict.notes,
    )


def of_the_corners(verdict: Verdict, lifted: str, free: Mapping[str, range]) -> Verdict:
    """What the verdict on the corners says of all instances."""
    if verdict.name in ("REFUTED", "UNDEFINED", "UNDECIDED"):
        return verdict
    if lifted and verdict.name in ("PROVED", "PROVED_AE"):
        return replace(verdict, engine="index calculus", notes=(*verdict.notes, f"all {how_many(free):,} instances by the index calculus"))
    return Undecided(reason=f"{how_many(free):,} instances of the indices {', '.join(sorted(free))} (at most {MAX_INSTANCES:,} are tried), "
                            "and the formula is not one that is proved for every size; no instance that was tried fails",
                     notes=verdict.notes)  # fmt: skip


def corners(free: Mapping[str, range], scope: Scope) -> Iterator[dict[str, int]]:
    """Instances at the ends of every layer's indices, and in every layer."""
    ends = {len(row) for row in scope.places.layers} if scope.places is not None else set[int]()
    chosen = list[list[int]]()
    for values in free.values():
        near = {values.start, values.start + 1, values.stop - 1} | ends
        inside = sorted(each for each in near if each in values)
        chosen.append(list(values) if len(values) <= _CORNERS else [*inside[: _CORNERS - 1], inside[-1]])
    for point in itertools.islice(itertools.product(*chosen), FEW):
        yield dict(zip(free, point))
