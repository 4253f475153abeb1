"""What an output is known to be beside its name: its range, its exponentials, the function it is of its weighted input."""

from __future__ import annotations

from collections.abc import Sequence

from symbackprop.check.exact.algebra import ONE, Algebra, Scalar, number
from symbackprop.units import Unit

MAX_SHARES = 20  # outputs of one softmax layer whose exponentials are known as soon as one of them is met


def shares_of(algebra: Algebra, members: Sequence[str]) -> dict[str, Scalar]:
    """The outputs of a softmax layer, the last of which is what the others leave of 1: a formula may sum them before it names them."""
    names = {each: algebra.name("out", each) for each in members[:-1]}
    return names | {members[-1]: algebra.sub(ONE, algebra.add(*names.values()))}


def remember_output(algebra: Algebra, unit: Unit, output: Scalar, z: Scalar) -> None:
    """Keep what later comparisons may use of the output of a unit that is no softmax unit."""
    kind = unit.activation
    if kind.name == "sigmoid":
        algebra.between(output)
        algebra.known_exponentials[algebra.frozen(z)] = algebra.mul(output, algebra.inverse(algebra.sub(ONE, output)))
    elif kind.name == "softplus":
        algebra.remember_positive(output.num)
    elif kind.name == "tanh":
        share = algebra.mul(algebra.add(ONE, output), algebra.inverse(algebra.sub(ONE, output)))
        algebra.known_exponentials[algebra.frozen(algebra.mul(number(2), z))] = share
    frozen = algebra.frozen(z)
    if kind.slope_is_polynomial and not unit.parameters:
        algebra.units[kind.name, frozen] = output
    if kind.value_term is None:
        algebra.open_units[frozen] = unit.name


def remember_share(algebra: Algebra, output: Scalar, z: Scalar, partition: Scalar) -> None:
    """exp z_i = a_i S for a softmax unit, with S the sum of all exp z_j of its group; 0 < a_i < 1."""
    algebra.between(output)
    algebra.known_exponentials[algebra.frozen(z)] = algebra.mul(output, partition)
