r"""A learnt alpha that several neurons share: dy_j/dk is what k does in neuron j's own function, dC/dk the sum over all that share it."""

from __future__ import annotations

import json

import pytest

from symbackprop.check import check


def net(hidden: dict[str, list[str]], last: list[str]) -> str:
    units: dict[str, dict[str, object]] = {name: {"activation": "parametric_relu", "alpha": "k", "from": sources} for name, sources in hidden.items()}
    units["5"] = {"activation": "identity", "from": last}
    return json.dumps({"inputs": ["1", "2"], "units": units, "outputs": ["5"], "loss": "half_squared", "bias": False})


FLAT = net({"3": ["1", "2"], "4": ["1", "2"]}, ["3", "4"])
DEEP = net({"3": ["1", "2"], "4": ["3"]}, ["4"])  # the second sharer is fed by the first
RIGHT = [
    r"\frac{\partial y_j}{\partial k} = \min(0, z_j)", r"\frac{\partial y_j}{\partial k} = z_j [z_j < 0]", "∂y_j/∂k = min(0, z_j)",
    r"\frac{\partial y_j}{\partial k} = \begin{cases} 0 & z_j > 0 \\ z_j & z_j \le 0 \end{cases}",
    r"\frac{\partial C}{\partial k} = \sum_j \frac{\partial C}{\partial y_j} \frac{\partial y_j}{\partial k}",
    r"\frac{\partial C}{\partial k} = \frac{\partial C}{\partial y_3} \min(0, z_3) + \frac{\partial C}{\partial y_4} \min(0, z_4)",
    r"k \leftarrow k - \eta \frac{\partial C}{\partial k}", r"\sigma'(z_3) = k \text{ for } z_3 < 0",
]  # fmt: skip
WRONG = [
    r"\frac{\partial y_j}{\partial k} = \max(0, z_j)", r"\frac{\partial y_j}{\partial k} = -\min(0, z_j)",
    r"\frac{\partial C}{\partial k} = \frac{\partial C}{\partial y_3} \min(0, z_3)", r"\frac{\partial C}{\partial k} = 2 \sum_j \frac{\partial C}{\partial y_j} \frac{\partial y_j}{\partial k}",
    r"\frac{\partial C}{\partial k} = \frac{\partial C}{\partial y_3} z_3 + \frac{\partial C}{\partial y_4} z_4", r"k \leftarrow k + \eta \frac{\partial C}{\partial k}",
]  # fmt: skip


@pytest.mark.parametrize("spec", [FLAT, DEEP])
@pytest.mark.parametrize("formula", RIGHT)
def test_right_ones_are_proved(formula: str, spec: str) -> None:
    """The sum over all neurons counted what k does through other neurons twice, and was REFUTED."""
    assert check(formula, spec, notation="graph")[0].verdict.name == "PROVED_AE"


@pytest.mark.parametrize("spec", [FLAT, DEEP])
@pytest.mark.parametrize("formula", WRONG)
def test_wrong_ones_are_refuted(formula: str, spec: str) -> None:
    assert check(formula, spec, notation="graph")[0].verdict.name == "REFUTED"


def test_the_whole_derivative_stays_one() -> None:
    """Of one neuron alone the derivative through the others is meant, where that is what is written."""
    whole = r"\frac{\partial y_4}{\partial k} = \min(0, z_4) + \sigma'(z_4) w_{3 \to 4} \min(0, z_3)"
    assert check(whole, DEEP, notation="graph")[0].verdict.name == "PROVED_AE"


def test_a_tied_weight_is_shared_too() -> None:
    tied = json.dumps({"inputs": ["1", "2"], "outputs": ["5"], "loss": "half_squared", "bias": False, "units": {
        "3": {"activation": "sigmoid", "from": ["1"], "weights": ["w"]}, "4": {"activation": "sigmoid", "from": ["3"], "weights": ["w"]},
        "5": {"activation": "identity", "from": ["4"]}}})  # fmt: skip
    chain = r"\frac{\partial C}{\partial w} = \sum_j \frac{\partial C}{\partial z_j} \frac{\partial z_j}{\partial w}"
    assert check(chain, tied, notation="graph")[0].verdict.name == "PROVED"
    assert check(chain.replace(r"\sum", r"-\sum"), tied, notation="graph")[0].verdict.name == "REFUTED"
