"""An expression that spells a weighted input out, as an expression in z: what is differentiated by z moves with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from symbackprop.check.exact.algebra import Algebra, Scalar
from symbackprop.check.exact.values import Unsupported
from symbackprop.units import Unit


class Outputs(Protocol):
    """A view of a net, as far as it is needed here."""

    @property
    def algebra(self) -> Algebra: ...
    def out(self, name: str) -> Scalar: ...


def spelt_out(value: Scalar, unit: Unit, cut: Scalar, whole: Scalar, view: Outputs, users: Mapping[str, Sequence[str]]) -> Scalar:
    """The value with w a + b written as z: the unit's own bias, or its only weight, is what z leaves for it.
    `users`: every parameter's units, as often as it stands in them.

    Raises: Unsupported where a part of the weighted input is spelt out and the rest is not.
    """
    algebra = view.algebra
    own = [each for each in (unit.bias, *(edge.weight for edge in unit.edges)) if isinstance(each, str) and len(users[each]) == 1]
    known = {algebra.index(("param", each)): None for each in own}
    if not own or not algebra.uses(value, known):
        return value
    pivot = algebra.index(("param", own[0]))
    if own[0] == unit.bias:
        left = algebra.sub(cut, algebra.sub(whole, algebra.name("param", own[0])))
    elif len(unit.edges) == 1 and unit.bias is None:
        left = algebra.mul(cut, algebra.inverse(view.out(unit.edges[0].source)))
        known |= dict.fromkeys(algebra.generators(view.out(unit.edges[0].source)))
    else:
        return value
    changed = algebra.substitute(value, pivot, left)
    if not algebra.uses(changed, known):
        return changed
    if algebra.uses(value, {pivot: None}) and own[0] == unit.bias:
        raise Unsupported(f"a derivative by the weighted input of {unit.name} of something that spells out a part of it")
    return value
