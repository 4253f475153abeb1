"""Limits at infinity with logarithms of exponentials: log(1 + e^x) comes near to x."""

from __future__ import annotations

import pytest

from symbackprop.check import check

RIGHT = [
    r"\lim_{x\to\infty} (\log(1+e^x) - x) = 0", r"\lim_{x\to\infty} \log(1+e^x) - x = 0", r"\lim_{x\to-\infty} \log(1+e^x) = 0",
    r"\lim_{x \to \infty} \frac{\log(1+e^x)}{x} = 1", r"\lim_{x \to -\infty} \frac{\log(1+e^x)}{x} = 0", r"\lim_{x\to\infty} (\ln(e^x + e^{-x}) - x) = 0",
    r"\lim_{x\to-\infty} (\ln(e^{-x} + 1) + x) = 0", r"\lim_{x\to\infty} (\mathrm{softplus}(x) - x) = 0", "lim_{x→∞} (ln(1 + e^x) - x) = 0",
]  # fmt: skip
WRONG = [
    r"\lim_{x\to\infty} (\log(1+e^x) - x) = 1", r"\lim_{x\to\infty} \log(1+e^x) - x = \frac12", r"\lim_{x \to \infty} \frac{\log(1+e^x)}{x} = 2",
    r"\lim_{x \to -\infty} \frac{\log(1+e^x)}{x} = 1",
]  # fmt: skip
OPEN = [  # what vanishes times what grows, logarithms inside logarithms, of what is negative, and limits that are infinite
    r"\lim_{x\to\infty} x(\ln(e^x + 1) - x) = 0", r"\lim_{x\to\infty} (\ln(e^x + 1) - 2x) = 0", r"\lim_{x\to\infty} e^x \ln(1 + e^{-x}) = 1",
    r"\lim_{x\to\infty} \frac{\ln(1 + e^{-x})}{e^{-x}} = 1", r"\lim_{x\to\infty} \ln(1 - e^x) = 0", r"\lim_{x\to\infty} (\ln(\ln(1 + e^x)) - x) = 0",
    r"\lim_{x\to\infty} (\ln(x e^x) - x) = 0",
]  # fmt: skip


@pytest.mark.parametrize("formula", RIGHT)
def test_right_ones_are_proved(formula: str) -> None:
    assert check(formula)[0].verdict.name in ("PROVED", "PROVED_UNDER")


@pytest.mark.parametrize("formula", WRONG)
def test_wrong_ones_are_refuted(formula: str) -> None:
    assert check(formula)[0].verdict.name == "REFUTED"


@pytest.mark.parametrize("formula", OPEN)
def test_what_is_not_settled_so_is_left_open(formula: str) -> None:
    assert check(formula)[0].verdict.name in ("UNDECIDED", "UNDEFINED")
