"""Functions that nothing declares, arguments without brackets, mixed derivatives, sines: what they may not be taken for."""

from __future__ import annotations

import pytest

from symbackprop.check import check

OPEN = {"UNRESOLVED", "UNDECIDED", "MALFORMED"}


def verdict(formula: str, net: str | None = None, **options: object) -> str:
    return check(formula, net, **options)[0].verdict.name


@pytest.mark.parametrize("formula", [
    r"f(2x) = 2 f(x)", r"f(x+y) = f(x)+f(y)", r"\operatorname{Var}(2x) = 2\operatorname{Var}(x)", r"\operatorname{Var}(2x) = 4\operatorname{Var}(x)",
    r"P(A) P(B) = P(AB)", r"\rho(xy) = \rho(x) y", r"h(x) - h(y) = h(x-y)", r"\operatorname{E}(ax+b) = a\operatorname{E}(x)+b",
    r"d(xy) = x dy", r"d(x^2) = 2x dx", r"\lfloor 2x \rfloor = 2\lfloor x\rfloor", r"(AB)^T = A^T B^T", r"\delta(2x) = \frac12 \delta(x)",
    r"\frac{\partial^2 f}{\partial x \partial y} = \frac{\partial f}{\partial x}\frac{\partial f}{\partial y}",
    r"\frac{\partial^2 f}{\partial x^2} = (\frac{\partial f}{\partial x})^2", r"\frac{d(uv)}{dx} = u\frac{dv}{dx}", r"\frac{\partial f}{\partial x} = 0",
])  # fmt: skip
def test_what_nothing_declares_is_neither_proved_nor_refuted(formula: str) -> None:
    assert verdict(formula) in OPEN


@pytest.mark.parametrize("formula", [
    r"a(b+c) = ab+ac", r"h(1-h) = h - h^2", r"f(x)g(x) = g(x)f(x)", r"\frac{d}{dx} f(x)^2 = 2 f(x) f'(x)", r"-\eta(d-o) = \eta(o-d)",
    r"\frac{\partial^2 f(x,y)}{\partial x \partial y} = \frac{\partial^2 f(x,y)}{\partial y\partial x}",
])  # fmt: skip
def test_what_holds_for_any_function_or_number_is_proved(formula: str) -> None:
    assert verdict(formula) == "PROVED"


@pytest.mark.parametrize(("formula", "expected"), [
    (r"\cos 2x = 2\cos^2 x - 1", "PROVED"), (r"\cos 2x = x \cos 2", "REFUTED"), (r"\log 2x = \log 2 + \log x", "PROVED"),
    (r"\log xy = \log x + \log y", "PROVED_UNDER"), (r"\log p q = \log p + \log q", "PROVED_UNDER"), (r"\log p q = \log p - \log q", "REFUTED"),
    (r"\cosh^2 x = \frac{1+\cosh 2x}{2}", "PROVED"), (r"x \log y + z = z + x \log y", "PROVED"), (r"\sinh 2x = \sinh x\cosh x", "REFUTED"),
])  # fmt: skip
def test_a_number_and_letters_behind_a_function_are_its_argument(formula: str, expected: str) -> None:
    assert verdict(formula) == expected


@pytest.mark.parametrize(("formula", "expected"), [
    (r"\sin^2 x + \cos^2 x = 1", "PROVED"), (r"\sin(x+y) = \sin x \cos y + \cos x \sin y", "PROVED"), (r"\sin(x/2)\cos(x/2) = \sin(x)/2", "PROVED"),
    (r"\frac{d}{dx}\tan x = 1 + \tan^2 x", "PROVED"), (r"\frac{d}{dx}\tan x = \frac{1}{\cos^2 x}", "PROVED"), (r"\sin(-x) = \sin x", "REFUTED"),
    (r"\sin 3x = 3\sin x - 4\sin^3 x", "PROVED"), (r"\sin 3x = 3\sin x - 4\sin^2 x", "REFUTED"), (r"\tan(2x) = 2\tan x", "REFUTED"),
    (r"\sin(0) = 0", "PROVED"), (r"\cos(x)\cos(y) = \frac12(\cos(x-y)+\cos(x+y))", "PROVED"), (r"\operatorname{sgn}(2x) = \operatorname{sgn}(x)", "PROVED_AE"),
    (r"\operatorname{sgn}(2x) = 2\operatorname{sgn}(x)", "REFUTED"), (r"\sin(1000 x) = \sin(x)", "REFUTED"), (r"\sin(1000 x) = 2\sin(500x)\cos(500x)", "UNDECIDED"),
])  # fmt: skip
def test_sines_and_signs(formula: str, expected: str) -> None:
    assert verdict(formula) == expected


@pytest.mark.parametrize(("formula", "expected"), [
    (r"\frac{\partial^2}{\partial x\partial y} (x^2 y) = 2x", "PROVED"), ("∂²(x²y)/∂x∂y = 2x", "PROVED"),
    ("∂(x²y)/∂x ∂(x²y)/∂y = 2x³y", "PROVED"), ("∂(x²y)/∂x ∂(x²y)/∂y = 2x", "REFUTED"), ("∂²(x²y)/∂x∂y ∂(x²y)/∂y = 2x³", "PROVED"),
    (r"\frac{\partial^3}{\partial x^2\partial y} (x^2 y) = 2", "PROVED"), (r"\frac{\partial^3}{\partial x^2\partial y} (x^2 y) = 1", "REFUTED"),
    (r"\frac{\partial^3 (x^2 y)}{\partial x\partial y} = 2", "UNDECIDED"), (r"\partial_x\partial_y (x^2 y) = 2x", "PROVED"),
])  # fmt: skip
def test_derivatives_by_several_variables(formula: str, expected: str) -> None:
    assert verdict(formula) == expected


@pytest.mark.parametrize(("formula", "expected"), [
    (r"\frac{\partial^2 C}{\partial w^2_{11} \partial w^2_{12}} = a^1_1 a^1_2 \frac{\partial \delta^2_1}{\partial z^2_1}", "PROVED"),
    (r"\frac{\partial^2 C}{\partial w^2_{11} \partial w^2_{12}} = a^1_1 a^1_1 \frac{\partial \delta^2_1}{\partial z^2_1}", "REFUTED"),
    (r"\frac{\partial^2 C}{\partial w^2_{11} \partial w^2_{12}} = a^1_1 a^1_2 \frac{\partial^2 C}{\partial (z^2_1)^2}", "PROVED"),
    (r"\frac{\partial^2 C}{\partial w^2_{jk} \partial w^2_{jm}} = a^1_k a^1_m (\sigma'(z^2_j)^2 + (a^2_j-y_j)\sigma''(z^2_j))", "PROVED"),
    (r"\frac{\partial^2 C}{\partial w^2_{jk} \partial w^2_{jm}} = a^1_k a^1_m (\sigma'(z^2_j) + (a^2_j-y_j)\sigma''(z^2_j))", "REFUTED"),
    # w feeds z: whether w is held fixed while z moves is not said, and d/dz (dC/dw) is not 0
    (r"\frac{\partial^2 C}{\partial z^2_1\partial w^2_{11}} = 0", "UNDECIDED"),
    (r"\frac{\partial}{\partial z^2_1}\left(\frac{\partial C}{\partial w^2_{11}}\right) = 0", "UNDECIDED"),
    (r"\frac{\partial \delta^1_1}{\partial z^2_1} = 0", "UNDECIDED"),
    (r"\frac{\partial^2 C}{\partial w^2_{11} \partial a^1_1} = \delta^2_1 + w^2_{11} \frac{\partial \delta^2_1}{\partial w^2_{11}}", "PROVED"),
])  # fmt: skip
def test_entries_of_the_hessian(formula: str, expected: str) -> None:
    assert verdict(formula, "2-2-1") == expected


def test_the_hessian_of_a_softmax_layer() -> None:
    told = {"output_activation": "softmax", "loss": "softmax_cross_entropy"}
    right = r"\frac{\partial^2 C}{\partial z^1_1 \partial z^1_2} = -a^1_1 a^1_2 (y_1 + y_2 + y_3)"
    assert verdict(right, "2-3", **told) == "PROVED"
    assert verdict(right.replace("-a", "a"), "2-3", **told) == "REFUTED"


def test_sigma_of_the_output_of_a_linear_neuron_is_not_its_own_slope() -> None:
    told = {"activation": "identity", "output_activation": "sigmoid", "loss": "binary_cross_entropy"}
    right = r"\delta^l_j = (\sum_k w^{l+1}_{kj} \delta^{l+1}_k) \sigma'(z^l_j)"
    assert verdict(right, "2-2-2-2", **told) == "PROVED"
    assert verdict(right.replace("(z^l_j)", "(a^l_j)"), "2-2-2-2", **told) == "UNDECIDED"
    assert verdict(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(a^l)", "2-2-2-2", **told) == "UNDECIDED"
