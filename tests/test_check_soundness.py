"""Verdicts that were once false, each with the formula that showed it: right ones called wrong, wrong ones called right."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check


def names(formula: str, net: str | None, notation: str = "nielsen", **options: object) -> list[str]:
    """The verdicts on the links of a formula."""
    return [finding.verdict.name for finding in check(formula, net, notation=notation, **options)]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "parametric_relu"])
def test_an_update_rule_divides_by_no_step(activation: str) -> None:
    """Looking for a stated rate divided by the gradient, which is 0 on one side of the kink: UNDEFINED, for a right rule."""
    rule = r"w_{jk}^l \leftarrow w_{jk}^l - \eta a_k^{l-1} \delta_j^l"
    assert names(rule, "2-2-1", activation=activation, loss="half_squared") == ["PROVED_AE"]
    assert names(rule.replace("- ", "+ "), "2-2-1", activation=activation, loss="half_squared") == ["REFUTED"]
    assert names(rule.replace(r"\eta", r"\frac{1}{10}"), "2-2-1", activation=activation, loss="half_squared") == ["PROVED_AE"]


def test_a_label_is_no_index() -> None:
    """d_{f_j} beside o_{f_j} was read as the target of any index: REFUTED, for Winston's own output delta."""
    assert names(r"\delta_{f_j} = (d_{f_j} - o_{f_j}) o_{f_j} (1 - o_{f_j})", "2-3-2", "winston") == ["PROVED"]
    assert names(r"\delta_{f_j} = (o_{f_j} - d_{f_j}) o_{f_j} (1 - o_{f_j})", "2-3-2", "winston") == ["REFUTED"]
