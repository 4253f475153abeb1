"""Numbers of a search for corrections are residues: every operation agrees with exact arithmetic, and a trouble stays one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop.check.exact.algebra import ONE, ZERO, Algebra, Impossible, Scalar, number
from symbackprop.check.exact.modular import Modular
from symbackprop.check.mending.residues import MODULUS

NUMBERS = st.fractions(-20, 20, max_denominator=12)


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, MODULUS) % MODULUS


def _found(algebra: Modular, value: Scalar) -> int:
    known = algebra.residue(value)
    assert known is not None
    return known % MODULUS


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(NUMBERS, min_size=4, max_size=4))
def test_sums_products_and_quotients_are_those_of_exact_arithmetic(one: list[Fraction], other: list[Fraction]) -> None:
    algebra = Modular(Algebra(), MODULUS)
    values = [number(each) for each in one]
    product = Fraction(1)
    for each in one:
        product *= each
    assert _found(algebra, algebra.mul(*values)) == _residue(product)
    assert _found(algebra, algebra.add(*values)) == _residue(sum(one, Fraction(0)))
    assert _found(algebra, algebra.neg(values[0])) == _residue(-one[0])
    pairs = list(zip(one, other))
    assert _found(algebra, algebra.dot((number(a), number(b)) for a, b in pairs)) == _residue(sum((a * b for a, b in pairs), Fraction(0)))
    if one[0]:
        assert _found(algebra, algebra.inverse(values[0])) == _residue(1 / one[0])
        assert _found(algebra, algebra.power(values[0], -3)) == _residue(one[0] ** -3)


def test_what_holds_a_generator_is_computed_as_ever() -> None:
    base = Algebra()
    algebra, slot = Modular(base, MODULUS), base.name("slot")
    made = algebra.add(algebra.mul(number(3), slot), number(Fraction(1, 2)))
    assert base.equal(made, base.add(base.mul(number(3), slot), number(Fraction(1, 2))))
    assert algebra.residue(slot) is None and algebra.index(("new",)) == base.index(("new",))
    assert base.equal(algebra.dot([(slot, slot), (ONE, ONE)]), base.add(base.mul(slot, slot), ONE))


def test_a_division_by_what_has_no_inverse_is_impossible() -> None:
    algebra = Modular(Algebra(), 15)
    for value in (ZERO, number(3), number(5)):
        with pytest.raises(Impossible):
            algebra.inverse(value)
    with pytest.raises(Impossible):
        algebra.mul(number(Fraction(1, 3)), ONE)


def test_each_search_has_a_budget_of_its_own_that_products_use_up() -> None:
    base = Algebra()
    base.total = 7
    algebra = Modular(base, MODULUS)
    algebra.mul(number(2), number(3), number(4))
    assert (algebra.total, base.total) == (2, 7)
