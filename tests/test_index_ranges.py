"""An index that runs over the neurons of another layer is a slip, however few instances of the formula the net has."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check

SWAPPED = [  # every instance that exists is true: only the instances that one side lacks give the slip away
    ("2-3-1", "nielsen", r"\delta^l_j = \sum_k w^{l+1}_{jk} \delta^{l+1}_k \sigma'(z^l_j)"),
    ("1-3-1", "nielsen", r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_j \delta^l_k"),
    ("2-3-1", "winston", r"\delta_{l_i} = o_{l_i}(1-o_{l_i}) \times \sum_j w_{l_j \to r_i} \times \delta_{r_j}"),
    ("2-3-1", "nielsen", r"z^l_j = \sum_k w^l_{kj} a^{l-1}_k + b^l_j"),
    ("3-2-2", "nielsen", r"\delta^l_j = \begin{cases} (a^l_j - y_j) \sigma'(z^l_j) & l = L \\ \sum_k w^{l+1}_{jk} x_k & l < L \end{cases}"),
]


@pytest.mark.parametrize(("net", "notation", "formula"), SWAPPED)
def test_a_swapped_index_is_never_proved(net: str, notation: str, formula: str) -> None:
    (finding,) = check(formula, net, notation=notation)
    assert finding.status == 1 and not finding.verdict.holds


RIGHT = [
    ("2-3-1", "nielsen", r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)"),
    ("1-3-1", "nielsen", r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j"),
    ("2-3-1", "nielsen", r"\frac{\partial z^l_j}{\partial b^l_j} = 1"),
    ("2-3-1", "nielsen", r"z^1_j = \sum_{k=1}^{2} w^1_{jk} x_k + b^1_j"),
    ("2-3-1", "nielsen", r"z^1_j = \sum_{k=1}^{n} w^1_{jk} x_k + b^1_j"),
]


@pytest.mark.parametrize(("net", "notation", "formula"), RIGHT)
def test_instances_that_neither_side_has_are_skipped(net: str, notation: str, formula: str) -> None:
    (finding,) = check(formula, net, notation=notation)
    assert finding.verdict.holds, finding.verdict


@pytest.mark.parametrize("limits", ["k=1}^{3", "k=0}^{2"])
def test_stated_limits_are_not_cut_to_fit(limits: str) -> None:
    (finding,) = check(rf"z^1_1 = \sum_{{{limits}}} w^1_{{1k}} x_k + b^1_1", "2-3-1", notation="nielsen")
    assert finding.status and not finding.verdict.holds
