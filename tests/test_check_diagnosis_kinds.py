"""Every kind of slip that the issue names, on two nets each: what to change, and the corrected formula in the writer's notation."""

from __future__ import annotations

import pytest

from symbackprop import check

N231 = {"net": "2-3-1", "notation": "nielsen"}
N232 = {"net": "2-3-2", "notation": "nielsen"}
N1222 = {"net": "1-2-2-2", "notation": "nielsen", "activation": "tanh"}
SQUARED = {"net": "2-2-1", "notation": "nielsen", "loss": "squared"}
CHAIN = {"net": "1-1-1", "notation": "winston", "bias": "none"}
MANY = {"net": "2-3-2", "notation": "winston", "bias": "none"}
SLIDES = {"net": "2-3-2", "notation": "slides_net"}
SLIDES4 = {"net": "1-2-2-1", "notation": "slides_net"}
GORDON = {"net": "1-1-1-1-1", "notation": "gordon"}
SOFT = {"net": "2-3-3", "notation": "nielsen", "output_activation": "softmax", "loss": "softmax_cross_entropy"}
SOFT2 = {"net": "3-2-2", "notation": "nielsen", "output_activation": "softmax", "loss": "softmax_cross_entropy"}
BATCH = {"net": "2-4-1", "notation": "ng", "loss": "half_squared", "batch": "yes"}
BATCH2 = {"net": "3-2-2", "notation": "ng", "loss": "half_squared", "batch": "4"}
ONE = {"net": "1-1", "notation": "nielsen"}
NONE: dict[str, str] = {}

# kind: (net, formula, words of the diagnosis, piece of the correction)
SLIPS: dict[str, list[tuple[dict[str, str], str, str, str]]] = {
    "sign": [
        (CHAIN, r"\delta_r = -o_r(1-o_r)(d-o_r)", "sign", "o_r(1-o_r)(d-o_r)"),
        (N232, r"\frac{\partial C}{\partial a^L_j} = y_j - a^L_j", "wrong way round", "a^L_j - y_j"),
        (SLIDES, r"\Delta w_{ji} = -\eta \delta_j o_i", "sign", r"\eta \delta_j o_i"),
    ],
    "constant factor": [
        (SQUARED, r"\delta^L_j = (a^L_j - y_j) \sigma'(z^L_j)", "constant factor 2", "2"),
        (N231, r"\delta^L_j = 2 (a^L_j - y_j) \sigma'(z^L_j)", "2", r"(a^L_j - y_j) \sigma'(z^L_j)"),
    ],
    "missing factor": [
        (N232, r"\delta^L_j = a^L_j - y_j", "missing", r"\sigma'"),
        (MANY, r"\delta_{l_i} = \sum_j w_{l_i \to r_j} \delta_{r_j}", "missing", "(1-"),
    ],
    "extra factor": [
        (N231, r"\frac{\partial C}{\partial b^l_j} = \delta^l_j \sigma'(z^l_j)", "does not belong", r"\delta^l_j"),
        (SLIDES4, r"\Delta w_{ji} = \eta \delta_j o_i o_j", "does not belong", r"\eta \delta_j o_i"),
    ],
    "missing term of a sum": [
        (N232, r"z^1_1 = w^1_{11} x_1 + b^1_1", "", r"\sum"),
        (N1222, r"\delta^1_1 = \sigma'(z^1_1) (w^2_{11} \delta^2_1)", "", r"\delta"),
    ],
    "slope of the wrong z": [
        (N232, r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^{l+1}_j)", "", r"\sigma'(z_{j}^{l})"),
        (GORDON, r"\delta_3 = \delta_4 w_4 \sigma'(z_4)", "z_{3}", r"\sigma'(z_{3})"),
    ],
    "slope of an output": [
        (N232, r"\delta^L_j = (a^L_j - y_j) \sigma'(a^L_j)", "not", r"\sigma'(z"),
        (N1222, r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(a^l)", "not", r"\sigma'(z"),
    ],
    "another unit's output or weight": [
        (N232, r"\frac{\partial C}{\partial w^l_{jk}} = a^{l}_k \delta^l_j", "wrong output", "a"),
        (CHAIN, r"\delta_l = o_l(1-o_l) w_l \delta_r", "wrong weight", "w_{r}"),
    ],
    "index swapped": [
        (N232, r"\delta^l_j = \sigma'(z^l_j) \sum_k w^{l+1}_{jk} \delta^{l+1}_k", "swapped", "w_{k"),
        (SLIDES, r"\frac{\partial E}{\partial w_{ji}} = -\delta_i o_j", "", r"\delta_{j}"),
    ],
    "transpose missing": [
        (N231, r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "transposed", r"\top"),
        (N1222, r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "transposed", r"\top"),
    ],
    "sum over downstream units forgotten": [
        (N232, r"\delta^l_j = \sigma'(z^l_j) w^{l+1}_{kj} \delta^{l+1}_k", "sum over k", r"\sum_{k}"),
        (MANY, r"\delta_{l_i} = o_{l_i}(1-o_{l_i}) w_{l_i \to r_j} \delta_{r_j}", "sum over j", r"\sum_{j}"),
    ],
    "bias gradient multiplied by an input": [
        (N232, r"\frac{\partial C}{\partial b^l_j} = a^{l-1}_j \delta^l_j", "does not belong", r"\delta^l_j"),
        (GORDON, r"\Delta b_3 = -\eta a_2 \delta_3", "does not belong", r"\delta_3"),
    ],
    "1/n": [
        (BATCH, r"dW^{[l]} = dZ^{[l]} A^{[l-1]T}", r"\frac{1}{m}", r"\frac{1}{m}"),
        (BATCH2, r"db^{[2]} = \sum_{i=1}^m dz^{[2](i)}", r"\frac{1}{m}", r"\frac{1}{m}"),
    ],
    "factor applied twice": [
        (CHAIN, r"\delta_r = o_r(1-o_r) o_r(1-o_r) (d-o_r)", "does not belong", "(d-o_r)"),
        (N232, r"\delta^L_j = (a^L_j - y_j) \sigma'(z^L_j) \sigma'(z^L_j)", "does not belong", r"\sigma'(z^L_j)"),
    ],
    "softmax's off-diagonal terms": [
        (SOFT, r"\frac{\partial a^L_j}{\partial z^L_k} = a^L_j (1 - a^L_k)", "diagonal", r"\delta_{jk}"),
        (SOFT2, r"\frac{\partial a^L_j}{\partial z^L_k} = a^L_j (1 - a^L_k)", "diagonal", r"\delta_{jk}"),
    ],
    "another activation's derivative": [
        (NONE, r"\tanh'(x) = 1 - \tanh(x)", "squared", "^2"),
        (N1222, r"\delta^L_j = (a^L_j - y_j) a^L_j (1 - a^L_j)", "logistic", "^2"),
        (N1222, r"\delta^L_j = (a^L_j - y_j) (1 - a^L_j)", "the square is missing", "(1 - (a^L_j)^2)"),
        (N1222, r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot (1 - a^l)", "the square is missing", "(1 - (a^l)^2)"),
        (N1222 | {"notation": "code"}, "delta1 = (W2.T @ delta2) * (1 - a1)", "the square is missing", "(1 - a1**2)"),
        (N232, r"\delta^L_j = (a^L_j - y_j) (1 - (a^L_j)^2)", "tanh", "(1 - a"),
    ],
    "bracket slip": [
        (NONE, r"\sigma(w v + b) = \frac{1}{1 + \exp(-w v+b)}", "whole", "-(w v+b)"),
        (NONE, r"\sigma(w x + b) = \frac{1}{1 + e^{-w x + b}}", "whole", "-(w x + b)"),
    ],
    "a term slipped out or in": [
        (ONE, r"a^1 = \frac{1}{1+e^{-w x}+b}", "belongs inside", r"\frac{1}{1+e^{-(w x+b)}}"),
        (ONE, r"a^1 = 1/(1+exp(-w*x)+b)", "belongs inside", "1/(1+exp(-(w*x+b)))"),
        (ONE, r"a^1 = \frac{1}{e^{-(wx+b)+1}}", "does not belong inside", r"\frac{1}{e^{-(wx+b)} +1}"),
        (N231, r"a^l = \sigma(w^l a^{l-1}) + b^l", "belongs inside", r"\sigma(w^l a^{l-1} + b^l)"),
        (N231, r"a^l_j = \sigma(\sum_k w^l_{jk} a^{l-1}_k) + b^l_j", "belongs inside", r"a^{l-1}_k + b^l_j)"),
        (N231, r"\delta^2 = (a^2 - y) \odot a^2 \odot 1 - a^2", "brackets are missing", r"\odot (1 - a^2)"),
        (NONE, r"\tanh(x) = \frac{e^x - e^{-x}}{e^x} + e^{-x}", "belongs inside", r"{e^x + e^{-x}}"),
        (NONE, r"\sigma'(x) = \sigma(x)(1) - \sigma(x)", "belongs inside", r"\sigma(x)(1 - \sigma(x))"),
    ],
    "updated weights used": [
        (N232, r"\delta^l_j = \sigma'(z^l_j) \sum_k w'^{l+1}_{kj} \delta^{l+1}_k", "after the step", "w"),
        (CHAIN, r"\delta_l = o_l(1-o_l) w_r' \delta_r", "after the step", r"w_r \delta_r"),
    ],
}  # fmt: skip

CASES = [(kind, *each) for kind, rows in SLIPS.items() for each in rows]


@pytest.mark.parametrize(("kind", "options", "formula", "said", "piece"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_the_slip_is_named_and_mended(kind: str, options: dict[str, str], formula: str, said: str, piece: str) -> None:
    (finding,) = check(formula, **options)
    assert finding.verdict.name in ("REFUTED", "UNDEFINED"), str(finding.verdict)
    assert finding.diagnosis, "no diagnosis"
    assert said in " ".join(finding.diagnosis), finding.diagnosis
    assert piece in finding.corrected, finding.corrected
    again = check(finding.corrected, **options)
    assert all(each.verdict.holds for each in again)


def test_every_kind_has_two_nets() -> None:
    assert all(len(rows) >= 2 for rows in SLIPS.values())


TEACHER = [  # slips that were left without a word, or with a silly one
    (r"\frac{\partial C}{\partial b_{j}^{l}} = a_{j}^{l}", "2-2-2", r"= \delta_{j}^{l}"),
    (r"\frac{\partial C}{\partial a_{j}^{L}} = -\frac{y_{j}}{a_{j}^{L-1}}", "softmax", r"-\frac{y_{j}}{a_{j}^{L}}"),
    (r"\frac{\partial C}{\partial a_{j}^{L}} = -\frac{y_{j}}{a_{k}^{L}}", "softmax", r"-\frac{y_{j}}{a_{j}^{L}}"),
    (r"\sigma(x) = \frac{1}{2 + \exp(-x)}", None, r"\frac{1}{1 + \exp(-x)}"),
    (r"\sigma'(x) = \frac{\exp(-x)}{(1 + \exp(-x))^{3}}", None, "^{2}}"),
    (r"\sigma'(x) = \sigma(x)", None, r"\sigma(x) (1-\sigma(x))"),
    (r"\tanh'(x) = \tanh(x)(1-\tanh(x))", None, r"(1-\tanh(x)^2)"),
    (r"\delta_j^l = \sum_j w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)", "2-3-2", r"\sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)"),
    (r"\frac{\partial a_j^L}{\partial z_k^L} = -a_j^L a_k^L", "softmax", r"1_{j=k} a_{j}^{L}"),
    (r"z_j^l = w_{jk}^l a_k^{l-1} + b_j^l", "2-3-2", r"= \sum_{k} w_{jk}^l a_k^{l-1} + b_j^l"),
    (r"\delta^L = (a^L - y)", "2-3-2", r"= (a^L - y) \odot \sigma'(z^{L})"),
]


@pytest.mark.parametrize(("formula", "net", "corrected"), TEACHER)
def test_what_a_teacher_would_write(formula: str, net: str | None, corrected: str) -> None:
    more = {"activation": "softmax", "loss": "softmax_cross_entropy"} if net == "softmax" else {}
    (finding,) = check(formula, "2-2" if net == "softmax" else net, notation="nielsen", **more)
    assert finding.verdict.name == "REFUTED" and finding.corrected.endswith(corrected)
    assert "{a" not in finding.diagnosis[0].split(" ")[0]


def test_no_correction_says_the_left_side_again() -> None:
    """x = 0 + x and (1 - x) = 1 - x are right, and correct nothing."""
    (finding,) = check(r"\sigma(x) = 1 - \sigma(x)")
    assert finding.verdict.name == "REFUTED" and finding.corrected == ""


def test_no_correction_takes_a_term_from_itself() -> None:
    (finding,) = check(r"\sum_j (a_j^L - y_j) = 0", "2-3-2", notation="nielsen")
    assert finding.verdict.name == "REFUTED" and finding.corrected == ""


@pytest.mark.parametrize("formula", [r"\delta^L = \nabla_a C \sigma'(z^L)", r"\delta^l = (w^{l+1})^T \delta^{l+1} \sigma'(z^l)"])
def test_the_sign_of_a_product_entry_by_entry(formula: str) -> None:
    (finding,) = check(formula, "2-3-2", notation="nielsen")
    assert finding.corrected == formula.replace(r" \sigma'", r" \odot \sigma'")
