"""What is too long to multiply out in a deep net is proved across one of its layers, and nothing else is."""

from __future__ import annotations

import itertools
import re

import pytest

from symbackprop.check.api import check_formula, settings_for
from symbackprop.check.exact import arithmetic
from symbackprop.check.exact.bridged import Bridged
from symbackprop.check.exact.world import shared
from symbackprop.networks import Network

NET = Network.layered([2, 2, 2, 2, 2], activation="tanh", loss="half_squared")
SMALL = Network.layered([2, 2, 2, 2], activation="tanh", loss="half_squared")
SOFT = Network.layered([2, 2, 2, 2, 3], ["tanh", "sigmoid", "relu", "softmax"], "softmax_cross_entropy")
RIGHT = (
    r"\frac{\partial C}{\partial z^1_1} = (1 - (a^1_1)^2)(w^2_{11}\delta^2_1 + w^2_{21}\delta^2_2)",
    r"\frac{\partial C}{\partial w^1_{12}} = x_2\delta^1_1",
    r"\frac{\partial C}{\partial b^2_1} = \delta^2_1",
    r"\Delta w^1_{11} = -\eta x_1 \delta^1_1",
    r"\frac{\partial C}{\partial a^1_2} = \sum_k w^2_{k2} \delta^2_k",
    r"w^2_{21} \leftarrow w^2_{21} - \eta a^1_1 \delta^2_2",
    r"\frac{\partial a^4_1}{\partial w^1_{11}} = x_1 \frac{\partial a^4_1}{\partial b^1_1}",
)


def short_products(monkeypatch: pytest.MonkeyPatch, most: int = 60) -> None:
    monkeypatch.setattr(arithmetic, "MAX_PRODUCT", most)
    shared.cache_clear()  # what was multiplied out before is forgotten


@pytest.mark.parametrize("net", [NET, SOFT], ids=["tanh", "mixed"])
def test_lines_too_long_to_multiply_out_are_proved(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    short_products(monkeypatch)
    used: list[int] = []
    made = Bridged.__init__
    monkeypatch.setattr(Bridged, "__init__", lambda self, net, at: (used.append(at), made(self, net, at))[1])
    for formula in RIGHT[1:] if net is SOFT else RIGHT:
        assert _verdicts(formula, net)[0].startswith("PROVED"), formula
    assert {1, 2} <= set(used)


def mutants(formula: str) -> set[str]:
    """The formula with one of its digits, letters or signs exchanged, or one of its factors dropped."""
    out = set[str]()
    for at in [match.start() for match in re.finditer(r"[12+-]|(?<![a-z\\])[awxzb](?=[_^])", formula)]:
        for other in {"1": "2", "2": "13", "+": "-", "-": "+", "a": "z", "z": "a", "w": "b", "x": "a", "b": "w"}[formula[at]]:
            out.add(formula[:at] + other + formula[at + 1 :])
    head, _, tail = formula.partition(" = ")
    for factor in re.findall(r"\\delta\^\d_\w|[xaw]\^?\d?_\{?\w+\}?|\(1 - \(a\^1_1\)\^2\)", tail):
        out.add(f"{head} = {tail.replace(factor, '', 1)}")
        out.add(f"{head} = {tail.replace(factor, factor + ' ' + factor, 1)}")
    return out - {formula}


def test_nothing_else_is_proved_there(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [each for formula in RIGHT[:1] for each in sorted(mutants(formula))]
    plainly = {each: _verdicts(each, SMALL) for each in wrong}
    short_products(monkeypatch)
    assert _verdicts(RIGHT[0], SMALL) == ["PROVED"]
    assert sum(set(found) <= {"REFUTED", "UNDEFINED"} and bool(found) for found in plainly.values()) > 20
    for each in wrong:
        for before, now in itertools.zip_longest(plainly[each], _verdicts(each, SMALL)):
            assert now == before or now in ("UNDECIDED", "UNRESOLVED"), each


def _verdicts(formula: str, net: Network = NET) -> list[str]:
    return [each.verdict.name for each in check_formula(formula, settings_for(net, "nielsen", {}), explain=False)]


def test_a_slope_behind_the_layer_is_no_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A symbol that stands for a slope moves when the weights do; its derivative is not 0."""
    short_products(monkeypatch)
    second = r"\frac{\partial}{\partial w^1_{11}} \frac{\partial C}{\partial w^1_{11}} = 0"
    assert _verdicts(second) != ["PROVED"]
