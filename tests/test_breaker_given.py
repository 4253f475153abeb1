"""prove(net, deltas=, partials=): somebody's formulas are proved, named as wrong, or refused as input; never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from symbackprop.activations import table
from symbackprop.errors import InternalError, NameUnknown, SymbackpropError
from symbackprop.gradients.delta import expressions
from symbackprop.networks import Edge, Network, Unit
from symbackprop.proofs.prove import prove
from symbackprop.symbols import real

NET = Network.layered([1, 1, 1], "sigmoid")


def twins() -> Network:
    """Two units that are one function, since they share their weight."""
    sigmoid, linear = table()["sigmoid"], table()["identity"]
    both = [Unit(name, sigmoid, (Edge("x", "w"),)) for name in ("t1", "t2")]
    return Network(["x"], [*both, Unit("o", linear, (Edge("t1", "v1"), Edge("t2", "v2")))], ["o"])


def test_wrong_deltas_of_twins_do_not_hide_in_their_sum() -> None:
    """Each was wrong, their sum right, and both were accepted."""
    net = twins()
    right = dict(expressions(net).deltas())
    assert prove(net, deltas=right).proved
    for wrong in ({"t1": right["t1"] + 5, "t2": right["t2"] - 5}, {"t1": right["t2"], "t2": right["t1"]}):
        proof = prove(net, deltas=wrong, numbers=False)
        assert not proof.proved and proof.wrong_units == ("t1", "t2")


def test_a_formula_for_nothing_in_the_net_is_refused() -> None:
    with pytest.raises(NameUnknown, match="unit"):
        prove(NET, deltas={"u1_9": real("y1")})
    with pytest.raises(NameUnknown, match="parameter"):
        prove(NET, partials={"w9": real("y1")})


@pytest.mark.parametrize("name", ["foo", "delta(u9)", "g(u1_1)", "z(u1_1)"])
def test_a_symbol_of_nothing_in_the_net_is_refused(name: str) -> None:
    """An unknown symbol in a partial derivative was a KeyError."""
    with pytest.raises(NameUnknown):
        prove(NET, partials={"w2_1_1": real(name)})
    with pytest.raises(NameUnknown):
        prove(NET, deltas={"u1_1": real(name)})


@pytest.mark.parametrize("bad", ["a(u1_1)", None, 1.5, True, sympy.Float(0.5), sympy.zoo, sympy.exp(real("x1")), 1 / real("x1"), real("x1") ** 99], ids=str)
def test_what_is_no_polynomial_is_the_users_and_not_our_fault(bad: Any) -> None:
    with pytest.raises(SymbackpropError) as caught:
        prove(NET, partials={"w2_1_1": bad})
    assert not isinstance(caught.value, InternalError)


def test_a_division_by_zero_in_disguise_is_refused() -> None:
    x, y = real("x1"), real("y1")
    with pytest.raises(SymbackpropError, match="formula"):
        prove(NET, partials={"w2_1_1": 1 / (x * (y + 1) - x * y - x)})


def test_right_formulas_in_other_words_are_proved() -> None:
    a, y, hidden = real("a(u2_1)"), real("y1"), sympy.Symbol("a(u1_1)")
    assert prove(NET, deltas={"u2_1": real("p(u2_1)") * (y - a)}).proved
    assert prove(NET, deltas={"u2_1": real("g(u2_1)") * a * (1 - a)}).proved
    assert prove(NET, partials={"w2_1_1": hidden * sympy.Symbol("delta(u2_1)")}).proved
    assert not prove(NET, partials={"w2_1_1": 0}, numbers=False).proved


def test_a_formula_that_needs_no_condition_is_proved_where_the_textbook_needs_one() -> None:
    """-y + a sum y is right for all targets; it ended in 'two of our routes disagree'."""
    net = Network.layered([1, 2], "sigmoid", "softmax_cross_entropy")
    total = real("y1") + real("y2")
    given = {f"u1_{k}": real(f"a(u1_{k})") * total - real(f"y{k}") for k in (1, 2)}
    assert prove(net, deltas=given).proved
