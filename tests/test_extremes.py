"""max_z and min_z over all real numbers: proved where the point is found and nothing is beyond it, else said to be open."""

from __future__ import annotations

import pytest

from symbackprop import check

CASES = [
    (r"\max_z \sigma'(z) = 1/4", "PROVED"),
    (r"\max_{z \in \mathbb{R}} \sigma'(z) = \frac{1}{4}", "PROVED"),
    (r"\max_z \sigma'(z) = 1/2", "REFUTED"),
    (r"\max_z \tanh'(z) = 1", "PROVED"),
    (r"\min_x (x^2 - 2x) = -1", "PROVED"),
    (r"\max_x x(1-x) = \frac{1}{2}", "REFUTED"),
    (r"\max_x \max_y (1 - x^2 - y^2) = 1", "PROVED"),
    (r"\max_z \sigma(z) = 1", "UNDECIDED"),  # not attained
    (r"\min_z \sigma'(z) = 0", "UNDECIDED"),
    (r"\max_x x = 3", "UNDECIDED"),
    (r"\max_x (x - x y) = 0", "UNDECIDED"),  # of y nothing is known
    (r"\max_{x > 0} -x = 0", "UNDECIDED"),
    (r"\max_{0 \le z \le 1} \sigma'(z) = 1/4", "UNDECIDED"),
]


@pytest.mark.parametrize(("text", "verdict"), CASES)
@pytest.mark.parametrize("net", [None, "2-3-2"])
def test_an_extreme(text: str, verdict: str, net: str | None) -> None:
    found = check(text, net)[0]
    if net and r"\sigma" not in text and r"\tanh" not in text:
        return  # x and y are inputs and targets of a net
    assert found.verdict.name == verdict, (found.verdict, found.verdict.reason)


def test_the_largest_slope_is_put_right() -> None:
    assert check(r"\max_z \sigma'(z) = \frac{1}{2}", "2-3-2")[0].corrected == r"\max_z \sigma'(z) = \frac{1}{4}"


def test_an_extreme_over_neurons_is_not_one_over_numbers() -> None:
    found = check(r"\max_j a_j^2 = 1", "2-3-2")[0].verdict
    assert found.name == "UNDECIDED" and "other than all real numbers" in found.reason


@pytest.mark.parametrize(("text", "verdict"), [
    ("5! = 120", "PROVED"), (r"\frac{5!}{2! \, 3!} = 10", "PROVED"), ("4! = 120", "REFUTED"), ("0! = 1", "PROVED"),
    ("n! = n (n-1)!", "MALFORMED"), ("999999999! = 1", "MALFORMED"), ("3!! = 720", "MALFORMED"),
])  # fmt: skip
def test_factorials_of_numbers(text: str, verdict: str) -> None:
    found = check(text)[0].verdict
    assert found.name == verdict
    assert verdict != "MALFORMED" or found.reason
