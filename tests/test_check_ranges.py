r"""What a sum runs over: every condition in its subscript counts, its limits bind, and nothing is taken for a range that says none."""

from __future__ import annotations

import pytest

from symbackprop.check import check

RIGHT = [
    r"\sum_{k \neq j} a^2_k = \sum_k a^2_k - a^2_j", r"\prod_{k \neq j} a^1_k = \frac{\prod_k a^1_k}{a^1_j}", r"\sum_{k < 3} a^1_k = a^1_1 + a^1_2",
    r"\prod_{k \neq j} a^1_k = \prod_k a^1_k / a^1_j", r"\sum_{k > 1} a^1_k = a^1_2 + a^1_3", r"\sum_{1 \le k \le 3} a^1_k = \sum_k a^1_k", r"\sum_{k=1, k \neq j}^{3} a^1_k = \sum_k a^1_k - a^1_j",
    r"\sum_{\substack{k=1\\ k \neq j}}^{3} a^1_k = \sum_k a^1_k - a^1_j", r"\sum_{k: k \neq j} a^1_k = \sum_k a^1_k - a^1_j",
    r"\sum_{k \mid k \neq j} a^1_k = \sum_k a^1_k - a^1_j", r"\sum_{i<j} w^1_{ij} = w^1_{12}", r"\sum_{k=1,2} a^1_k = a^1_1 + a^1_2",
    r"\sum_{i \neq j} a^1_i a^1_j = (\sum_i a^1_i)^2 - \sum_i (a^1_i)^2", r"\sum_{k \in \{1, \dots, 3\}} a^1_k = \sum_k a^1_k",
    r"\sum_{k \neq 1} a^1_k = a^1_2 + a^1_3", r"\sum_k^{2} a^1_k = a^1_1 + a^1_2", r"\sum_{k=1}^{n} a^1_k = \sum_k a^1_k", r"a^1_j + \sum_{k=j+1}^{3} a^1_k = a^1_j + \sum_{k>j} a^1_k",
    r"\sum_{j} \sum_{k<j} a^1_k a^1_j = \sum_{k<j} a^1_k a^1_j", r"\sum_{k=1}^{3} \sum_{j=1}^{k} a^1_j = 3 a^1_1 + 2 a^1_2 + a^1_3",
    r"\sum_{k=3}^{2} w^2_{kj} = 0", r"a^1_j + \sum_{k=1}^{j-1} a^1_k + \sum_{k=j+1}^{3} a^1_k = \sum_k a^1_k", r"\prod_{k=1}^{0} a^2_k = 1",
    r"\frac{\partial C}{\partial a^1_k} = \sum_{j \in \text{outputs}} w^2_{jk} \delta^2_j",
]  # fmt: skip
WRONG = [
    r"\sum_{k \neq j} a^2_k = \sum_k a^2_k + a^2_j", r"\sum_{k > 1} a^2_k = \sum_k a^2_k", r"a^1_j \prod_{k \neq j} a^1_k = \prod_k (a^1_k)^2", r"\sum_{k < 3} a^1_k = \sum_k a^1_k",
    r"\sum_{k=1, k \neq j}^{3} a^1_k = \sum_k a^1_k", r"\sum_{\substack{k=1\\ k \neq j}}^{3} a^1_k = \sum_k a^1_k", r"\sum_{k, k \ne j} a^1_k + a^1_j = 0",
    r"\sum_{i<j} w^1_{ij} = 0", r"\sum_{i \neq j} a^1_i a^1_j = (\sum_i a^1_i)^2", r"\sum_k^{2} a^1_k = \sum_k a^1_k", r"\sum_{1 \le k \le 2} a^1_k = \sum_k a^1_k",
    r"\sum_{k > j} a^2_k = \sum_k a^2_k - a^2_j", r"\sum_{k=3}^{2} a^1_k = a^1_1", r"\sum_{k=1,2} a^1_k = \sum_k a^1_k", r"\delta^1_j = \sum_{k \neq j} w^2_{kj} \delta^2_k \sigma'(z^1_j)",
]  # fmt: skip
OPEN = [
    r"\sum_{k \in [1,2]} a^1_k = \sum_k a^1_k", r"\sum_{k \in 1..2} a^1_k = \sum_k a^1_k", r"\sum_{k \in S} a^1_k = a^1_1",
    r"\sum_{k \notin S} a^1_k = \sum_k a^1_k", r"\sum_{k=1}^{j} a^1_k = \sum_k a^1_k", r"\sum_{k=1}^{n} 1 = 3", r"\sum_k 1 = 2", r"\sum_k 1 = 4", r"\sum_k k = 6",
    r"\sum_{k=1}^{n-1} a^1_k = \sum_k a^1_k", r"\sum_{k=1}^{2n} a^1_k = \sum_k a^1_k", r"\sum_{k=0}^{n} w^2_{jk} a^1_k = z^2_j", r"\sum_{i \in S} \sum_{k \in T} w^2_{ik} = 0", r"\sum_{k \text{ odd}} a^1_k = \sum_k a^1_k",
    r"\sum_{k \neq j} a^2_k = \sum_k a^2_k", r"\prod_{k \neq j} a^1_k = \prod_k a^1_k", r"\sum_{k: a^1_k > 0} a^1_k = \sum_k a^1_k", r"\sum_{k \neq m} a^1_k = \sum_k a^1_k", r"\sum_{k \in \text{odd}} a^1_k = \sum_k a^1_k",
]  # fmt: skip


def verdict(formula: str) -> str:
    return check(formula, "2-3-2")[0].verdict.name


@pytest.mark.parametrize("formula", RIGHT)
def test_what_is_right_is_proved(formula: str) -> None:
    assert verdict(formula) == "PROVED"


@pytest.mark.parametrize("formula", WRONG)
def test_what_is_wrong_is_refuted(formula: str) -> None:
    """`k != j`, `k > 1` and `k = 1, k != j` in a subscript were passed over: PROVED, for the sum over all."""
    assert verdict(formula) == "REFUTED"


@pytest.mark.parametrize("formula", OPEN)
def test_a_range_that_nothing_tells_is_left_open(formula: str) -> None:
    """`k in S`, `k = 1..j` for a j that is nothing, `n - 1` and a body without its letter were read as the whole layer."""
    assert verdict(formula) in ("UNDECIDED", "UNRESOLVED")


@pytest.mark.parametrize("formula", [r"\sum_{k \in S} a^1_k = \sum_k a^1_k", r"\sum_{k=0}^{n} w^2_{jk} a^1_k + b^2_j = z^2_j"])
def test_a_set_that_a_letter_names_is_a_condition(formula: str) -> None:
    """`j in C` is all outputs for many authors; for others it may be anything."""
    assert type(check(formula, "2-3-2")[0].verdict).__name__ == "ProvedUnder"
