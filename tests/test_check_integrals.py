r"""Integrals, binomial coefficients, suprema and points of extrema: what is proved, and the slips that are not."""

from __future__ import annotations

import pytest

from symbackprop.check import check

RIGHT = [
    r"\int_0^1 x^2 dx = \frac13", r"\int_a^b x dx = \frac{b^2-a^2}{2}", r"\int_0^x t^2 dt = \frac{x^3}{3}", r"\int e^{2x} dx = \frac12 e^{2x} + C",
    r"\int \sigma(z)(1-\sigma(z)) dz = \sigma(z)", r"\int_{-\infty}^\infty \sigma(z)(1-\sigma(z)) dz = 1", r"\int \tanh z\, dz = \log\cosh z",
    r"\int_0^{2x} \cos t\, dt = \sin 2x", r"\int_0^\infty e^{-x} dx = 1",
    r"\frac{d}{dx} \int_0^x \sin t\, dt = \sin x",
    r"\binom{n}{2} = \frac{n(n-1)}{2}", r"\binom{5}{2} = 10", r"\binom{n}{0} = 1", r"\binom{n+1}{2} = \binom{n}{2} + n",
    r"\arg\min_x (x-1)^2 = 1", r"\operatorname{argmin}_x (x-1)^2 = 1", r"\operatorname*{arg\,min}_x (x-1)^2 = 1", r"\operatorname*{argmax}_z \sigma'(z) = 0", r"\mathrm{argmin}_x (x-1)^2 = 1",
    r"\operatorname{sup}_z \sigma(z) = 1", r"\int_0^\infty x e^{-x} dx = 1", r"\int_{-\infty}^0 \sigma(z) dz = \log 2", r"\int_0^\infty x^2 e^{-x} dx = 2", r"\lim_{x\to\infty} x e^{-x} = 0",
    r"\lim_{x\to\infty} \frac{x^2+1}{2x^2} = \frac12", r"\lim_{x\to-\infty} x^3 e^{x} = 0", r"\lim_{x\to-\infty} \frac{x^3}{x^3+1} = 1",
    r"\sup_z \sigma(z) = 1", r"\inf_z \tanh z = -1", r"\max_z \sigma(z)(1-\sigma(z)) = \frac14",
]  # fmt: skip
WRONG = [
    r"\int_0^1 x^2 dx = \frac12", r"\int_a^b x dx = \frac{a^2-b^2}{2}", r"\int e^{2x} dx = e^{2x} + C", r"\int \sigma(z)(1-\sigma(z)) dz = \sigma'(z)",
    r"\int_{-\infty}^\infty \sigma(z)(1-\sigma(z)) dz = \frac12", r"\int_0^{2x} \cos t\, dt = \cos 2x", r"\frac{d}{dx} \int_0^x \sin t\, dt = \cos x",
    r"\binom{n}{2} = n(n-1)", r"\binom{5}{2} = 20", r"\arg\min_x (x-1)^2 = -1", r"\operatorname*{arg\,min}_x (x-1)^2 = 0", r"\int_0^\infty x e^{-x} dx = 2", r"\int_{-\infty}^0 \sigma(z) dz = 2",
    r"\lim_{x\to\infty} \frac{x^2+1}{2x^2} = 1", r"\lim_{x\to-\infty} \frac{x^3}{x^2\sqrt{1}+ x^3} = -1", r"\sup_z \sigma(z) = 2", r"\max_z \sigma(z)(1-\sigma(z)) = \frac12",
]  # fmt: skip
OPEN = [
    r"\int_{-1}^1 \frac{1}{x} dx = 0", r"\int_{-1}^1 \frac{1}{x^2} dx = -2", r"\int_0^\infty e^{ax} dx = -\frac1a", r"\int x^2 = \frac{x^3}{3}", r"\int x dx = \int x dx",
    r"\int_0^1 \log x\, dx = -1", r"\int_{-1}^1 |x| dx = 1", r"\int_0^\infty \sin x\, dx = 1", r"\int_0^\infty 1 dx = 0", r"\binom{n}{k} = \binom{n}{n-k}", r"\binom{n}{\frac12} = 1",
    r"\lim_{x\to\infty} x = 0", r"\lim_{x\to\infty} \frac{e^x}{x} = 0", r"\lim_{x\to\infty} x \log\sigma(x) = 0", r"\lim_{x\to-\infty} e^{-x}\log(1-\sigma(x)) = 0", r"\lim_{x\to\infty} \log x = 0",
    r"\lim_{x\to\infty} \log\sigma(-x) = 0", r"\int_0^\infty \sigma(z) dz = \log 2", r"\operatorname{argmax}_z \sigma(z) = 5",
    r"\arg\max_z \sigma(z) = 5", r"\sup_x x = 0", r"\max_z \sigma(z) = 1", r"\int_0^1 \int_0^1 x y\, dx = 1",
]  # fmt: skip


def verdict(formula: str) -> str:
    return check(formula)[0].verdict.name


@pytest.mark.parametrize("formula", RIGHT)
def test_what_is_right_is_proved(formula: str) -> None:
    assert verdict(formula) in ("PROVED", "PROVED_UNDER", "PROVED_AE")


@pytest.mark.parametrize("formula", WRONG)
def test_a_slip_is_refuted(formula: str) -> None:
    assert verdict(formula) == ("UNRESOLVED" if any(each in formula for each in ("^b", "2x} \\cos")) else "REFUTED")  # open: what nothing declares


@pytest.mark.parametrize("formula", OPEN)
def test_what_is_not_known_is_left_open(formula: str) -> None:
    """No antiderivative that is smooth everywhere, no limit, no whole number below, no highest point."""
    assert verdict(formula) in ("UNDECIDED", "UNRESOLVED", "MALFORMED")
