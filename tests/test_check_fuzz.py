"""Random slips in right formulas over many nets, judged by a referee that shares no code with the checker."""

from __future__ import annotations

import random

import pytest
from formula_fuzz import Net, latex, right_formulas, slips, verdict

from symbackprop.check.api import check_formula
from symbackprop.check.settings import Settings
from symbackprop.networks import Network

NETS = [
    Net((1, 1), "sigmoid", "sigmoid", "performance"),
    Net((2, 1), "identity", "identity", "half_squared", bias=False),
    Net((1, 1, 1), "sigmoid", "sigmoid", "half_squared"),
    Net((2, 2, 1), "tanh", "tanh", "squared"),
    Net((2, 3, 2), "sigmoid", "sigmoid", "half_squared"),
    Net((2, 2, 1), "relu", "identity", "half_squared"),
    Net((1, 2, 2), "tanh", "softmax", "softmax_cross_entropy"),
    Net((2, 2, 1), "softplus", "sigmoid", "binary_cross_entropy", bias=False),
]


def judged(net: Net, left: tuple[object, ...], right: tuple[object, ...], explain: bool = False) -> tuple[str, bool, bool | None, str]:
    """The checker's verdict, whether the slip was explained, the referee's, and the formula."""
    kinds = [net.activation] * (net.depth - 1) + [net.last]
    settings = Settings(net=Network.layered(net.sizes, kinds, net.loss, bias=net.bias), notation="nielsen")
    formula = f"{latex(left)} = {latex(right)}"
    found = check_formula(formula, settings, explain=explain)[0]
    return found.verdict.name, bool(found.corrected), verdict(left, right, net), formula


@pytest.mark.parametrize("net", NETS, ids=str)
def test_right_formulas_are_proved(net: Net) -> None:
    for name, left, right in right_formulas(net):
        answer, _, truth, formula = judged(net, left, right)
        assert truth is True, (name, formula)
        assert answer.startswith("PROVED"), (name, answer, formula)


def test_no_false_verdict_on_slips() -> None:
    draw = random.Random(7)
    wrong = explained = 0
    for _ in range(90):
        net = draw.choice(NETS)
        _, left, right = draw.choice(right_formulas(net))
        _, mutant = draw.choice(list(slips(right, net)))
        answer, corrected, truth, formula = judged(net, left, mutant, explain=True)
        assert not (answer.startswith("PROVED") and truth is False), formula
        assert not (answer == "REFUTED" and truth is not False), formula
        if truth is False and answer == "REFUTED":
            wrong += 1
            explained += corrected
    assert wrong > 50
    assert explained >= 0.9 * wrong


def test_the_referee_can_say_no() -> None:
    net = NETS[2]
    _, left, right = right_formulas(net)[0]
    assert verdict(left, right, net) is True
    assert verdict(left, ("neg", right), net) is False
