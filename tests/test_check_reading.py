"""What people write beside sums and products: roots, sizes, cases, indicators, evaluation bars, logarithms, brackets over lines."""

from __future__ import annotations

import pytest

from symbackprop import check

NONE: dict[str, str] = {}
WIDE = {"net": "2-3-2", "notation": "nielsen"}
RELU = {**WIDE, "activation": "relu"}
DEEP_RELU = {"net": "1-2-2-1", "notation": "nielsen", "activation": "relu"}
SOFTMAX = {"net": "2-3-3", "notation": "nielsen", "output_activation": "softmax", "loss": "softmax_cross_entropy"}
SOFTMAX2 = {"net": "1-2", "notation": "nielsen", "output_activation": "softmax", "loss": "softmax_cross_entropy"}


def names(formula: str, options: dict[str, str]) -> list[str]:
    return [finding.verdict.name for finding in check(formula, **options)]


PROVED = [
    (NONE, r"\sqrt{x^2} = |x|"),
    (NONE, r"|x|^2 = x^2"),
    (NONE, r"\sqrt{x^2 + 2 x y + y^2} = |x + y|"),
    (NONE, r"\sqrt{8} = 2 \sqrt{2}"),
    (NONE, r"\sqrt{\frac{1}{2}} = \frac{\sqrt 2}{2}"),
    (NONE, r"\frac{1}{|x|} = \frac{|x|}{x^2}"),
    (NONE, r"\frac{d}{dx}\sqrt{x} = \frac{1}{2\sqrt{x}}"),
    (NONE, "sqrt(x**2) == abs(x)"),
    (NONE, r"|\tanh(x)| < 1"),
    (NONE, r"|\sigma'(x)| \le \frac14"),
    (WIDE, r"\| y - a^L \| = \sqrt{\sum_j (y_j-a^L_j)^2}"),
    (WIDE, r"\| y - a^L \|_1 = \sum_j |y_j - a^L_j|"),
    (WIDE, r"C = \frac12 \| y - a^L \|_2^2"),
    (NONE, r"\log e^x = x"),
    (NONE, r"\ln 8 = 3 \ln 2"),
    (NONE, r"\ln (1 - \sigma(x)) = -x + \ln \sigma(x)"),
    (WIDE, r"\ln(a^L_j (1 - a^L_j)) = \ln a^L_j + \ln(1 - a^L_j)"),
    (NONE, r"\left.\frac{d\sigma}{dx}\right|_{x=0} = \frac14"),
    (NONE, r"\frac{d\sigma(x)}{dx}\Big|_{x=0} = \frac14"),
    (NONE, r"\frac{d}{dx} x^2 \bigg\rvert_{x=3} = 6"),
    (NONE, r"\left. \sigma(x) + x \right|_{x=0} = \frac12"),
    (NONE, r"\partial_x (x^2) = 2x"),
    (WIDE, r"\partial_{w^l_{jk}} C = a^{l-1}_k\delta^l_j"),
    (SOFTMAX, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(\delta_{ij} - a^L_j)"),
    (SOFTMAX2, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(\mathbb{1}[i=j] - a^L_j)"),
    (SOFTMAX, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(1\{i=j\} - a^L_j)"),
    (SOFTMAX, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(\mathbf{1}_{i=j} - a^L_j)"),
    (SOFTMAX, r"\frac{\partial a^L_i}{\partial z^L_j} = \begin{cases} a^L_i(1-a^L_i) & i = j \\ -a^L_i a^L_j & i \ne j\end{cases}"),
]

ALMOST_EVERYWHERE = [
    (NONE, r"\operatorname{relu}'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}"),
    (NONE, r"\frac{d}{dx}\max(0,x) = \begin{cases} 0 & x < 0 \\ 1 & x > 0 \end{cases}"),
    (NONE, r"|x| = \begin{cases} x & x \ge 0 \\ -x & x<0 \end{cases}"),
    (NONE, r"\mathrm{LeakyReLU}(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}"),
    (NONE, r"\frac{d}{dz} \mathrm{ReLU}(z) = \mathbb{1}[z>0]"),
    (NONE, r"\frac{d}{dz} \mathrm{ReLU}(z) = \mathbf{1}_{z>0}"),
    (NONE, r"\mathrm{ReLU}'(z) = I[z>0]"),
    (NONE, r"\frac{d}{dx} |x| = \frac{x}{|x|}"),
    (NONE, r"\begin{cases} -1 & x < -1 \\ x & -1 \le x \le 1 \\ 1 & x > 1 \end{cases} = \begin{cases} 1 & x > 1 \\ x & x > -1 \\ -1 & \text{otherwise} \end{cases}"),
    (RELU, r"\sigma'(z^l_j) = \begin{cases} 1 & z^l_j > 0 \\ 0 & z^l_j < 0 \end{cases}"),
    (DEEP_RELU, r"a^l_j = \begin{cases} z^l_j & z^l_j > 0 \\ 0 & \text{otherwise} \end{cases}"),
    (DEEP_RELU, r"\delta^l_j = [z^l_j > 0] \sum_k w^{l+1}_{kj} \delta^{l+1}_k"),
]  # fmt: skip

REFUTED = [
    (NONE, r"\sqrt{x^2} = x"),
    (NONE, r"\sqrt{x + y} = \sqrt x + \sqrt y"),
    (NONE, r"|x + y| = |x| + |y|"),
    (NONE, r"\log(a+b)=\log a + \log b"),
    (NONE, r"\log(ab) = \log a \log b"),
    (NONE, r"\left.\frac{d\sigma}{dx}\right|_{x=0} = \frac12"),
    (NONE, r"\operatorname{relu}'(x) = \begin{cases} 0 & \text{if } x > 0 \\ 1 & \text{if } x < 0 \end{cases}"),
    (WIDE, r"C = \frac12\|y-a^L\|"),
    (RELU, r"\sigma'(z^l_j) = \begin{cases} z^l_j & z^l_j > 0 \\ 0 & z^l_j < 0 \end{cases}"),
    (SOFTMAX, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(\delta_{ij} + a^L_j)"),
    (SOFTMAX2, r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(1 - a^L_j)"),
    (DEEP_RELU, r"\delta^l_j = [z^l_j < 0] \sum_k w^{l+1}_{kj} \delta^{l+1}_k"),
]

CONDITIONAL = [
    (r"\log(xy) = \log x + \log y", ("x > 0", "y > 0")),
    (r"\ln\frac{p}{1-p} = \ln p - \ln(1-p)", ("p > 0", "1 - p > 0")),
    (r"\log(x^2) = 2\log x", ("x > 0",)),
]


@pytest.mark.parametrize(("options", "formula"), PROVED)
def test_proved(options: dict[str, str], formula: str) -> None:
    assert set(names(formula, options)) == {"PROVED"}


@pytest.mark.parametrize(("options", "formula"), ALMOST_EVERYWHERE)
def test_proved_off_the_kinks_only(options: dict[str, str], formula: str) -> None:
    assert set(names(formula, options)) == {"PROVED_AE"}


@pytest.mark.parametrize(("options", "formula"), REFUTED)
def test_refuted(options: dict[str, str], formula: str) -> None:
    assert names(formula, options) == ["REFUTED"]


@pytest.mark.parametrize(("formula", "conditions"), CONDITIONAL)
def test_a_product_inside_a_logarithm_comes_apart_under_a_condition(formula: str, conditions: tuple[str, ...]) -> None:
    (finding,) = check(formula)
    assert finding.verdict.name == "PROVED_UNDER"
    assert set(finding.verdict.conditions) == set(conditions)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial C}{\partial a}|_{a=1} = 0",  # C does not speak of a letter a: nothing is set to 1
        r"\begin{cases} 1 & x > 0 \\ 2 & x > 1 \end{cases} = 1",  # says nothing where x is negative
        r"[x = 0] = 0",
        r"\sqrt[3]{x^3} = x",
        r"\|w^1\|_2 = 1",
    ],
)
def test_what_is_not_understood_is_never_judged(formula: str) -> None:
    assert set(names(formula, WIDE if "C" in formula or "w" in formula else NONE)) <= {"UNDECIDED", "UNRESOLVED"}


def test_a_softmax_jacobian_without_its_diagonal_is_explained() -> None:
    for options in (SOFTMAX, SOFTMAX2):
        (finding,) = check(r"\frac{\partial a^L_i}{\partial z^L_j} = a^L_i(1 - a^L_j)", **options)
        assert r"\delta_{ij}" in finding.corrected and "diagonal" in finding.diagnosis[0]


def test_layers_are_not_meant_to_be_the_inputs() -> None:
    (finding,) = check(r"|a^l_j| < 1", **WIDE)
    assert finding.verdict.name == "PROVED_UNDER" and "inputs" in str(finding.verdict)


def test_brackets_over_several_lines() -> None:
    lines = r"\begin{align} \sigma(x) &= \left( \frac{1}{2} + \right. \\ & \left. \frac12 \tanh(x/2) \right) \end{align}"
    assert names(lines, NONE) == ["PROVED"]
    pair = r"\begin{aligned} \delta^L &= \nabla_a C \odot \sigma'(z^L) \\ \frac{\partial C}{\partial b^l_j} &= \delta^l_j \end{aligned}"
    assert names(rf"\left. {pair} \right\}}", WIDE) == ["PROVED", "PROVED"]
    assert names(rf"\left\{{ {pair} \right.", WIDE) == ["PROVED", "PROVED"]
    assert names(r"\begin{align*} \sigma(x) &= \frac{1}{1+e^{-x}} \\* &= \frac{e^x}{1+e^x} \end{align*}", NONE) == ["PROVED"] * 2

ONE = {"net": "3-1", "notation": "nielsen"}
BROAD = {"net": "3-4-2", "notation": "nielsen"}


@pytest.mark.parametrize(
    ("options", "formula", "expected"),
    [
        (ONE, r"z = w_1 x_1 + w_2 x_2 + \dots + w_n x_n + b", "PROVED"),
        (ONE, r"z = w_1 x_1 + \cdots + w_3 x_3 + b", "PROVED"),
        (ONE, r"z = w_1 x_1 + w_2 x_2 + \dots + w_n x_n", "REFUTED"),
        (BROAD, r"C = \frac12((y_1 - a_1^L)^2 + \dots + (y_s - a^L_s)^2)", "PROVED"),
        (BROAD, r"\begin{bmatrix} z^2_1 \\ \vdots \\ z^2_2 \end{bmatrix} = w^2 a^1 + b^2", "PROVED"),
        (BROAD, r"\delta^1_j = \sigma'(z^1_j)(w^2_{1j} \delta^2_1 + \dots + w^2_{sj} \delta^2_s)", "PROVED"),
        (BROAD, r"\delta^1_j = \sigma'(z^1_j)(w^2_{j1} \delta^2_1 + \dots + w^2_{js} \delta^2_s)", "REFUTED"),
        ({"sizes": "n:4"}, r"(x_1, \dots, x_n) \cdot (y_1, \dots, y_n) = x_1 y_1 + \dots + x_n y_n", "PROVED"),
        ({"sizes": "n:4"}, r"\|(x_1, \dots, x_n)\| = \sqrt{x_1^2 + \dots + x_n^2}", "PROVED"),
        (NONE, r"\|(x_1, \dots, x_n)\| = \sqrt{x_1^2 + \dots + x_n^2}", "UNDECIDED"),
        ({"sizes": "n:4"}, r"(x_1, \dots, y_n) = (x_1, \dots, y_n)", "UNDECIDED"),
    ],
)
def test_dots_are_written_out_as_far_as_the_net_goes(options: dict[str, str], formula: str, expected: str) -> None:
    assert names(formula, options) == [expected]
