"""Lines with layers and indices in letters, written out at one net: what an every-size theorem says must hold there too.

A line such as delta^l_j = sigma'(z^l_j) sum_i w^(l+1)_ij delta^(l+1)_i rests on a theorem for every width. So that the line
that is shown is that theorem and no other, it is also decided at every choice of its indices in a net 2-3-2-3, with l the second
layer and L the third: a slip in an index, a layer, a transpose or a sign fails there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from symbackprop.derive import derivation as D
from symbackprop.derive import shown as S
from symbackprop.derive.claims import decide
from symbackprop.derive.derivation import Evidence
from symbackprop.derive.meaning import Meaningless
from symbackprop.derive.values import NetValues
from symbackprop.networks import Network

SIZES = (2, 3, 2, 3)
LAYERS = {"l-1": 1, "l": 2, "l+1": 3, "L": 3, "L-1": 2, "0": 0, "l-2": 0}
Binding = dict[str, int]


@cache
def _values(loss: str, sign: int, activation: str) -> NetValues:
    return NetValues(Network.layered(SIZES, activation=activation, loss=loss), sign)


def generic(form: S.Shown) -> bool:
    """Whether a form speaks of layers in letters."""
    return any(isinstance(each, S.Generic) for each in form.walk())


def check(
    left: S.Shown, right: S.Shown, loss: str = "half_squared", sign: int = 1, activation: str = "undefined"
) -> Evidence | None:
    """None where left = right at every choice of indices; else a gap that names one where it fails."""
    values = _values(loss, sign, activation)
    sorts = dict([*_indices(left, frozenset()), *_indices(right, frozenset())])
    for choice in product(*(range(1, _width(layer) + 1) for layer in sorts.values())):
        at = dict(zip(sorts, choice))
        try:
            proof = decide(*values.sides(instance(left, at), instance(right, at)))
        except Meaningless as problem:
            return Evidence(D.GAP, f"not decided at an instance: {problem.what}")
        if proof.verdict == D.GAP:
            where = ", ".join(f"{name} = {number}" for name, number in at.items())
            return Evidence(D.GAP, f"the line fails in the net 2-3-2-3 with l = 2 and {where or 'whole layers'}")
    return None


def _width(layer: str) -> int:
    if layer not in LAYERS:
        raise Meaningless("a layer that the instance does not have", got=layer)
    return SIZES[LAYERS[layer]]


def _below(layer: str) -> str:
    return {"l+1": "l", "l": "l-1", "L": "L-1", "l-1": "l-2"}[layer]


def _indices(form: S.Shown, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The free index letters of a form, each with its layer."""
    if isinstance(form, S.BigSum):
        yield from _indices(form.body, bound | {form.index})
        return
    if isinstance(form, S.Generic):
        layers = (form.layer, _below(form.layer)) if form.kind == "weight" else (form.layer,)
        yield from ((index, layer) for index, layer in zip(form.indices, layers) if index not in bound)
    for each in form.children():
        yield from _indices(each, bound)


def instance(form: S.Shown, at: Binding) -> S.Shown:
    """The form with letters for indices replaced by numbers, sums written out, whole layers as matrices."""
    if isinstance(form, S.BigSum):
        width = _width(form.layer)
        return S.plus(*(instance(form.body, {**at, form.index: n}) for n in range(1, width + 1)))
    if isinstance(form, S.Partial):
        by = instance(form.by, at)
        if isinstance(by, S.Grid):  # by a whole layer: one partial derivative in every place
            return S.Grid(tuple(tuple(S.Partial(instance(form.what, at), each) for each in row) for row in by.rows))
        return S.Partial(instance(form.what, at), by)
    if isinstance(form, S.Applied) and form.function == "activation":
        inside = instance(form.argument, at)
        unit = inside.name if isinstance(inside, S.Quantity) and inside.kind == "net_input" else ""
        return S.Applied("activation", inside, form.primes, unit)
    if isinstance(form, S.Generic):
        return _cell(form, tuple(at[each] for each in form.indices)) if form.indices else _whole(form)
    return _rebuilt(form, at)


def _rebuilt(form: S.Shown, at: Binding) -> S.Shown:
    match form:
        case S.Sum(terms, signs):
            return S.Sum(tuple(instance(each, at) for each in terms), signs)
        case S.Product(factors, by):
            return S.Product(tuple(instance(each, at) for each in factors), by)
        case S.Quotient(top, bottom):
            return S.Quotient(instance(top, at), instance(bottom, at))
        case S.Bracketed(inner, bracket):
            return S.Bracketed(instance(inner, at), bracket)
        case S.Transposed(of):
            return S.Transposed(instance(of, at))
        case S.Change(of):
            return S.Change(instance(of, at))
        case S.Power(base, exponent):
            return S.Power(instance(base, at), exponent)
    return form


def _cell(form: S.Generic, numbers: tuple[int, ...]) -> S.Shown:
    layer = LAYERS[form.layer]
    if form.kind == "weight":
        return S.Quantity("weight", f"w{layer}_{numbers[0]}_{numbers[1]}")
    if form.kind == "bias":
        return S.Quantity("bias", f"b{layer}_{numbers[0]}")
    if form.kind == "target":
        return S.Quantity("target", f"y{numbers[0]}")
    if layer == 0:
        return S.Quantity("input", f"x{numbers[0]}")
    return S.Quantity(form.kind, f"u{layer}_{numbers[0]}")


def _whole(form: S.Generic) -> S.Shown:
    rows = range(1, _width(form.layer) + 1)
    if form.kind != "weight":
        return S.Grid(tuple((_cell(form, (j,)),) for j in rows))
    columns = range(1, _width(_below(form.layer)) + 1)
    return S.Grid(tuple(tuple(_cell(form, (j, k)) for k in columns) for j in rows))
