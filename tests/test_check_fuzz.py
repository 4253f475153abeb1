"""Random slips in right formulas over many nets and notations, judged by a referee that shares no code with the checker."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

import pytest
from fuzz_formulas import COST, minus, q, right_formulas
from fuzz_judge import Row, judge, mutants
from fuzz_nets import ALL, GRAPHS
from fuzz_writing import STYLES, Unwritable, Writer
from referee import Formula, verdict
from referee_nets import layered

from symbackprop.check.exact.algebra import Algebra
from symbackprop.check.exact.world import shared

SHARED_BIAS = "bias shared"


def test_right_formulas_are_proved() -> None:
    draw = random.Random(11)
    seen = 0
    while seen < 160:
        style, net = draw.choice(ALL)
        formula = draw.choice(right_formulas(net, style))
        if SHARED_BIAS in net.name and formula.name in ("bias", "BP3"):
            continue  # wrong there: the shared bias collects every delta
        try:
            Writer(style, net).formula(formula)
        except Unwritable:
            continue
        row = judge("none", formula, net, style, 0)
        assert row.truth is True, (row, formula)
        assert row.answer.startswith("PROVED"), (row, Writer(style, net).formula(formula))
        seen += 1


@pytest.mark.parametrize(("doubled", "count", "least"), [(False, 50, 0.9), (True, 20, 0.7)])
def test_no_false_verdict_on_slips(doubled: bool, count: int, least: float) -> None:
    rows = list(islice(mutants(7, doubled), count))
    assert [row for row in rows if row.false] == []
    wrong = [row for row in rows if row.wrong]
    assert len(wrong) > count / 2
    assert sum(row.explained for row in wrong) >= least * len(wrong), [row for row in wrong if not row.explained]


@pytest.fixture
def sign_blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A checker that loses every minus sign."""
    shared.cache_clear()
    monkeypatch.setattr(Algebra, "neg", lambda self, value: value)
    yield
    shared.cache_clear()


def test_the_fuzz_finds_a_broken_checker(sign_blind: None) -> None:
    rows: list[Row] = list(islice(mutants(3, False), 40))
    assert any(row.false and row.answer.startswith("PROVED") for row in rows)
    assert any(row.false and row.answer == "REFUTED" for row in rows)


def test_the_referee_can_say_no() -> None:
    net = layered((2, 2, 1), "tanh", "half_squared")
    here, last, j = ("l", 0), ("L", 0), ("j", 0)
    error = minus(q("a", last, j), q("y", last, j))
    assert verdict(Formula("", ("d", COST, q("a", last, j)), error), net) is True
    assert verdict(Formula("", ("d", COST, q("a", last, j)), ("neg", error)), net) is False
    assert verdict(Formula("", q("a", ("l", 5), j), error), net) is None
    assert verdict(Formula("", q("delta", here, j), q("delta", here, j)), net) is True


def test_a_tied_weight_collects_every_edge() -> None:
    net = next(each for each in GRAPHS if each.name == "tied")
    left = ("d", COST, q("w", "h", "x1"))
    parts = [("mul", q("a", s), q("delta", u)) for u, s in (("h", "x1"), ("m", "x2"))]
    assert verdict(Formula("", left, ("add", *parts)), net) is True
    assert verdict(Formula("", left, parts[0]), net) is False
    assert judge("", Formula("", left, ("add", *parts)), net, STYLES["graph"], 1).answer == "PROVED"
    assert judge("", Formula("", left, parts[0]), net, STYLES["graph"], 1).answer == "REFUTED"
