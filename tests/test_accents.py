"""Accents on functions: Newton's dots are derivatives, every other accent makes another name."""

from __future__ import annotations

import pytest

from symbackprop.__main__ import main

CASES = [
    (0, r"\dot{f}(x) = f'(x)"),
    (0, r"\ddot{f}(x) = f''(x)"),
    (0, r"\dot{\sin}(x) = \cos(x)"),
    (1, r"\dot{f}(x) = f(x)"),
    (2, r"\hat{f}(x) = f(x)"),
    (2, r"\bar{\sin}(x) = \sin(x)"),
]


@pytest.mark.parametrize(("status", "formula"), CASES)
def test_an_accent_is_never_dropped(status: int, formula: str) -> None:
    assert main(["check", "--net", "none", "--free", "x", "--functions", "f:1", "-e", formula]) == status
