"""Claims that are not derivatives: each is decided, each has a false neighbour that is refuted, certificates are checked."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbackprop.__main__ import main
from symbackprop.claims.boolean_nets import construct, run
from symbackprop.claims.claim import all_claims
from symbackprop.claims.linear_nets import deep_product, kronecker, multiplications
from symbackprop.claims.separability import (
    XOR,
    check_multipliers,
    check_weights,
    inputs,
    separable_functions,
    separate,
)
from symbackprop.errors import NameUnknown, ShapeError


@pytest.mark.parametrize("name", sorted(all_claims()))
def test_each_claim_is_proved_and_its_false_neighbour_refuted(name: str) -> None:
    claim = all_claims()[name]
    verdict = claim.decide()
    assert verdict.name == "PROVED" and verdict.engine, verdict
    wrong = claim.false_neighbour[1]()
    assert wrong.name == "REFUTED" and wrong.data()["reason"], (claim.false_neighbour[0], wrong)


def test_farkas_multipliers_are_checked_not_believed() -> None:
    ones = (Fraction(1),) * 4
    assert check_multipliers(XOR, ones)
    assert not check_multipliers(XOR, (Fraction(1), Fraction(1), Fraction(1), Fraction(2)))
    assert not check_multipliers(XOR, (Fraction(0),) * 4)
    assert not check_multipliers(XOR, (Fraction(-1),) * 4)
    assert not check_multipliers((0, 1, 1, 1), ones)
    assert not check_weights(XOR, (Fraction(0), Fraction(1), Fraction(1)))


@pytest.mark.parametrize("at_least", [False, True])
def test_fourteen_of_sixteen(at_least: bool) -> None:
    good, bad = separable_functions(2, at_least)
    assert (len(good), bad) == (14, [(0, 1, 1, 0), (1, 0, 0, 1)])


def test_one_hundred_and_four_of_the_functions_of_three_inputs() -> None:
    """Muroga's count for three variables."""
    good, bad = separable_functions(3)
    assert (len(good), len(bad)) == (104, 152)


@given(st.tuples(*[st.integers(-4, 4)] * 4))
def test_whatever_a_threshold_unit_computes_is_found_separable(weights: tuple[int, ...]) -> None:
    function = tuple(int(weights[0] + sum(w * x for w, x in zip(weights[1:], p)) > 0) for p in inputs(3))
    assert check_weights(function, separate(function).weights)


def test_what_is_no_boolean_function_is_refused() -> None:
    with pytest.raises(ShapeError):
        separate((0, 1, 1))


def test_boolean_nets_use_one_architecture_for_all_functions() -> None:
    nets = [construct(function) for function in product((0, 1), repeat=4)]
    assert len({json.dumps(net["units"][:-1]) for net in nets}) == 1
    assert [len(net["units"]) for net in nets] == [5] * 16


@given(st.tuples(*[st.integers(-9, 9)] * 4), st.tuples(*[st.integers(-9, 9)] * 4))
def test_both_product_nets_multiply(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    matrix = [b[:2], b[2:]]
    wanted = [a[2 * r] * matrix[0][c] + a[2 * r + 1] * matrix[1][c] for r in (0, 1) for c in (0, 1)]
    assert run(kronecker(matrix, 2), {}, a) == wanted == run(deep_product(matrix), {}, a)
    assert multiplications(deep_product(matrix)) <= 7


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "xor", "--false"]) == 0
    printed = capsys.readouterr().out
    assert "0 > 0" in printed and "REFUTED" in printed
    assert main(["claims", "--json"]) == 0
    assert {row["verdict"] for row in json.loads(capsys.readouterr().out)} == {"PROVED"}
    assert main(["claims", "xorr"]) == 2
    assert "xor" in capsys.readouterr().err
    with pytest.raises(NameUnknown):
        from symbackprop.claims.claim import decide

        decide("nothing")
