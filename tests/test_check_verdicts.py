"""Verdicts on formulas: right ones proved, wrong ones refuted with a witness, everything else with a reason."""

from __future__ import annotations

import pytest

from symbackprop import assert_formula, check
from symbackprop.activations import activation
from symbackprop.check.deciding.finding import Finding
from symbackprop.networks import Edge, Network, Unit

CHAIN = {"net": "1-1-1", "notation": "winston", "bias": "none"}
WIDE = {"net": "2-3-2", "notation": "winston", "bias": "none"}
LAYERED = {"net": "2-3-2", "notation": "nielsen"}
GORDON = {"net": "1-1-1-1-1", "notation": "gordon"}
SLIDES = {"net": "2-2-1", "notation": "slides_net"}
SLIDES2 = {"net": "2-2-2-2", "notation": "slides_layer"}
NONE: dict[str, str] = {}


def verdict(formula: str, options: dict[str, str], **more: object) -> Finding:
    """The one finding of a formula."""
    found = check(formula, **{**options, **more})
    assert len(found) == 1, [str(f.verdict) for f in found]
    return found[0]  # type: ignore[no-any-return]


RIGHT = [
    (CHAIN, r"\delta_l = o_l(1-o_l) \times w_r \times \delta_r"),
    (CHAIN, r"\delta_r = o_r(1-o_r) \times (d-o_r)"),
    (CHAIN, r"\frac{\partial P}{\partial w_r} = \frac{\partial P}{\partial o_r} \frac{\partial o_r}{\partial p_r} \frac{\partial p_r}{\partial w_r}"),
    (CHAIN, r"\Delta w_l = \alpha \times i_l \times \delta_l"),
    (CHAIN, r"w_l' = w_l + \alpha \frac{\partial P}{\partial w_l}"),
    (CHAIN, r"w_l \leftarrow w_l + \alpha i_l \delta_l"),
    (CHAIN, r"\Delta w_l \propto \frac{\partial P}{\partial w_l}"),
    (CHAIN, r"P = -\frac{1}{2}(d - o_r)^2"),
    (CHAIN, r"o_l = i_r"),
    (CHAIN, r"o_l = \frac{1}{1+e^{-w_l i_l}}"),
    (WIDE, r"\delta_{l_i} = o_{l_i}(1-o_{l_i}) \times \sum_j w_{l_i \to r_j} \times \delta_{r_j}"),
    (WIDE, r"\delta_{f_k} = o_{f_k}(1-o_{f_k}) \times (d_k - o_{f_k})"),
    (LAYERED, r"\delta^L = \nabla_a C \odot \sigma'(z^L)"),
    (LAYERED, r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)"),
    (LAYERED, r"\delta^l = (w^{{l+1}\top} \delta^{l+1}) \odot \sigma'(z^l)"),
    (LAYERED, r"\frac{\partial C}{\partial b^l_j} = \delta^l_j"),
    (LAYERED, r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T"),
    (LAYERED, r"\frac{\partial C}{\partial w^l} = \delta^l \otimes a^{l-1}"),
    (LAYERED, r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j"),
    (LAYERED, r"\frac{\partial z^{l+1}_k}{\partial z^l_j} = w^{l+1}_{kj} \sigma'(z^l_j)"),
    (LAYERED, r"C = \frac12 \sum_j (y_j - a^L_j)^2"),
    (LAYERED, r"C = \frac12 \|y - a^L\|^2"),
    (LAYERED, r"\sigma'(z^l_j) \le \frac14"),
    (LAYERED, r"\frac{\partial C}{\partial a^L_j} = a^L_j - y_j"),
    (LAYERED, r"\delta_j^l = \begin{cases} (a_j^L - y_j)\sigma'(z_j^L) & \text{if } l = L \\ \sum_k w_{kj}^{l+1}\delta_k^{l+1}\sigma'(z_j^l) & \text{otherwise}\end{cases}"),
    (GORDON, r"d_3 = d_4 \sigma'(w_4 a_3 + b_4) w_4"),
    (GORDON, r"\delta_i = d_i \sigma'(z_i)"),
    (GORDON, r"\Delta b_i = -\eta \delta_i"),
    (SLIDES, r"\frac{\partial E}{\partial \mathrm{net}_j} = -\delta_j"),
    (SLIDES, r"\Delta w_{ji} = \eta \delta_j o_i"),
    (SLIDES, r"\delta_5 = o_5(1-o_5)(y_5-o_5)"),
    (SLIDES2, r"\delta_1^{(4)} = 2(a_1 - y_1) g'(z_1^{(4)})"),
    (SLIDES2, r"\frac{\partial E_x}{\partial w_{jk}^{(l)}} = \delta_j^{(l)} a_k^{(l-1)}"),
    (NONE, r"\frac{d}{dx}\left(\frac{1}{1+e^{-x}}\right) = \frac{e^{-x}}{(1+e^{-x})^2}"),
    (NONE, r"\tanh(x) = 2\sigma(2x) - 1"),
    (NONE, "tanh'(x) = 1 - tanh(x)**2"),
    (NONE, "sigma'(z) == sigma(z)*(1 - sigma(z))"),
    (NONE, r"\sigma(-x) = 1 - \sigma(x)"),
    (NONE, r"\sigma'(z) \le 1/4"),
    (NONE, r"\frac{d}{dx} \ln(1+e^x) = \sigma(x)"),
    (NONE, r"\frac{\partial (\sin(x) + z^2)}{\partial z} = 2z"),
    (NONE, r"D(\lambda v. \frac12(u - v)^2) = \lambda v. v - u"),
]  # fmt: skip

WRONG = [
    (CHAIN, r"\delta_r = o_r(1-o_r) \times (o_r-d)", "d - o_r"),
    (CHAIN, r"\delta_l = o_l(1-o_l) \times \delta_r", "w_{r}"),
    (CHAIN, r"\Delta w_l = -\alpha i_l \delta_l", r"\alpha i_l \delta_l"),
    (CHAIN, r"\frac{\partial P}{\partial w_l} = i_r \delta_l", "i_{l}"),
    (WIDE, r"\delta_{l_i} = o_{l_i}(1-o_{l_i}) \times w_{l_i \to r_j} \times \delta_{r_j}", r"\sum_"),
    (LAYERED, r"\delta^L = (a^L - y) \odot \sigma'(a^L)", r"\sigma'(z^{L})"),
    (LAYERED, r"\frac{\partial C}{\partial b^l_j} = a^{l-1}_j \delta^l_j", r"= \delta^l_j"),
    (LAYERED, r"a^l = w^l a^{l-1} + b^l", "sigma"),
    (LAYERED, r"\delta^l_j = \sum_k w^{l+1}_{jk} \delta^{l+1}_k \sigma'(z^l_j)", "w_{kj}"),
    (LAYERED, r"\frac{\partial C}{\partial a^L_j} = 2(a^L_j - y_j)", "(a^L_j - y_j)"),
    (GORDON, r"\delta_3 = \delta_4 \sigma'(w_4 a_3 + b_4) w_4", ""),
    (SLIDES, r"\frac{\partial E}{\partial \mathrm{net}_j} = \delta_j", r"-\delta_j"),
    (NONE, r"\sigma(x) = \frac{1}{1+e^{x}}", "e^{-x}"),
    (NONE, "tanh'(x) = 1 - tanh(x)", "^2"),
    (NONE, r"\frac{d}{dx} x^3 = 2x^2", "3x^2"),
    (NONE, r"(a+b)^2 = a^2 + b^2", ""),
]


@pytest.mark.parametrize(("options", "formula"), RIGHT)
def test_right_formulas_are_proved(options: dict[str, str], formula: str) -> None:
    found = verdict(formula, options)
    assert found.verdict.holds, (found.verdict, found.verdict.reason)


@pytest.mark.parametrize(("options", "formula", "fix"), WRONG)
def test_wrong_formulas_are_refuted_and_explained(options: dict[str, str], formula: str, fix: str) -> None:
    found = verdict(formula, options)
    assert found.verdict.name in ("REFUTED", "UNDEFINED") and found.status == 1, (found.verdict, found.verdict.reason)
    if found.verdict.name == "REFUTED":
        assert found.verdict.witness and found.verdict.left != found.verdict.right  # type: ignore[attr-defined]
    if fix:
        assert fix in found.corrected, (found.diagnosis, found.corrected)
        assert verdict(found.corrected, options).verdict.holds


def test_shapes_that_do_not_fit_are_undefined_and_the_transpose_is_named() -> None:
    found = verdict(r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", LAYERED)
    assert found.verdict.name == "UNDEFINED" and found.status == 1
    assert "transposed" in found.diagnosis[0]


def test_softmax_with_cross_entropy_needs_its_condition() -> None:
    net = Network.layered([2, 2, 3], loss="softmax_cross_entropy")
    found = check(r"\delta^L_j = a^L_j - y_j", net, notation="nielsen")[0]
    assert found.verdict.name == "PROVED_UNDER"
    assert "sum to 1" in str(found.verdict)
    jacobian = r"\frac{\partial a^L_j}{\partial z^L_k} = -a^L_j a^L_k"
    assert check(jacobian, net, notation="nielsen", where="j != k")[0].verdict.name == "PROVED"
    assert check(jacobian, net, notation="nielsen")[0].verdict.name == "REFUTED"


def test_kinks_are_said() -> None:
    net = Network.layered([2, 2, 1], activation="relu", loss="half_squared")
    found = check(r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j", net, notation="nielsen")[0]
    assert found.verdict.name == "PROVED_AE" and "relu" in str(found.verdict)


def test_an_undefined_activation_and_cost_prove_for_all() -> None:
    net = Network.layered([2, 2, 2], activation="undefined", loss="undefined")
    good = r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)"
    assert check(good, net, notation="nielsen")[0].verdict.name == "PROVED"
    bad = r"\sigma'(z^l_j) = a^l_j(1-a^l_j)"
    assert check(bad, net, notation="nielsen")[0].verdict.name == "REFUTED"


@pytest.mark.parametrize(
    ("formula", "options", "name", "reason"),
    [
        (r"\delta_l = q_7 \times w_r", CHAIN, "UNRESOLVED", "q_7"),
        (r"\delta_l = o_l(1-o_l) \times m", CHAIN, "UNRESOLVED", "m"),
        (r"\delta^7 = a^7", LAYERED, "UNRESOLVED", "does not exist"),
        (r"a \approx b", NONE, "UNDECIDED", "approximation"),
        (r"o_l(1-o_l", CHAIN, "MALFORMED", "never closed"),
        (r"x^{1000000000} = y", NONE, "UNDECIDED", "power"),
        (r"\frac{1}{x - x} = 1", NONE, "UNDEFINED", "0 everywhere"),
        (r"\frac{\partial z^1_j}{\partial w^2_{jk}} = \frac{\partial z^1_j}{\partial b^2_j}", LAYERED, "VACUOUS", "any formula"),
        ("o_l (1 - o_l)", CHAIN, "UNRESOLVED", "claims nothing"),
    ],
)
def test_everything_else_says_why(formula: str, options: dict[str, str], name: str, reason: str) -> None:
    found = verdict(formula, options)
    assert found.verdict.name == name, (found.verdict, found.verdict.reason)
    assert reason in found.verdict.reason


def test_readings_are_said() -> None:
    found = verdict(r"a^2 = \sigma(z^2)", LAYERED)
    assert any("layer 2" in note for note in found.verdict.notes)
    found = verdict(r"\frac{\partial C}{\partial b^l_j} = \delta^l_j", LAYERED)
    assert any("instances" in note for note in found.verdict.notes)


def test_side_conditions() -> None:
    formula = r"\frac{\partial z^l_j}{\partial b^l_i} = 0"
    assert verdict(formula, LAYERED).verdict.name == "REFUTED"
    assert verdict(formula, LAYERED, where="i != j").verdict.name == "PROVED"


def test_a_net_with_names_of_its_own() -> None:
    found = check("diff(P, w1_1_1) == x1*a_1", "1-1-1", notation="winston", bias="none")
    assert found[0].verdict.name == "UNRESOLVED"
    assert check("w2_1_1 = w_r", "1-1-1", notation="winston", bias="none")[0].verdict.name == "PROVED"


def test_assert_formula_raises_with_the_diagnosis() -> None:
    assert_formula(r"\delta_r = o_r(1-o_r)(d-o_r)", "1-1-1", notation="winston", bias="none")
    with pytest.raises(AssertionError, match="w_"):
        assert_formula(r"\delta_l = o_l(1-o_l) w_l \delta_r", "1-1-1", notation="winston", bias="none")


def test_nothing_in_a_formula_is_run(tmp_path: object) -> None:
    for text in ("__import__('os').system('touch pwned')", "().__class__.__bases__[0]", "exec('1')", "lambda: 0"):
        assert check(text, "1-1-1", notation="winston")[0].status == 2


def test_names_of_the_nets_own_in_any_notation() -> None:
    kind = activation("sigmoid")
    units = [Unit("3", kind, (Edge("x1", "w13"), Edge("x2", "w23")), "b3"), Unit("4", kind, (Edge("3", "w34"), Edge("x1", "w14")))]
    net = Network(["x1", "x2"], units, ["4"], "half_squared")
    assert check("diff(E, w34) = -delta_4*o_3", net, notation="slides_net")[0].verdict.name == "PROVED"
    assert check("diff(E, w34) = delta_4*o_3", net, notation="slides_net")[0].verdict.name == "REFUTED"


@pytest.mark.parametrize(
    "formula",
    [
        r"\lim_{x \to \infty} \sigma(x) = 1",
        r"\lim_{x \to -\infty} \tanh(x) = -1",
        r"0 < \sigma(x) < 1",
        "Eq(Derivative(x**2, x), 2*x)",
        r"\sigma' = \sigma(1-\sigma)",
    ],
)
def test_limits_bounds_and_functions_without_a_net(formula: str) -> None:
    assert all(found.verdict.name == "PROVED" for found in check(formula))
    wrong = formula.replace("= 1", "= 2").replace("= -1", "= 1").replace("< 1", "< 1/2").replace("2*x", "3*x").replace("(1-", "(2-")
    assert any(found.verdict.name in ("REFUTED", "UNDECIDED") for found in check(wrong))


def test_updates_are_assignments() -> None:
    for sign in (r"\leftarrow", ":=", "=", r"\to"):
        assert verdict(rf"w^l {sign} w^l - \eta \delta^l (a^{{l-1}})^T", LAYERED).verdict.name == "PROVED", sign
        assert verdict(rf"w^l {sign} w^l + \eta \delta^l (a^{{l-1}})^T", LAYERED).verdict.name == "REFUTED", sign


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        (r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l), \quad l = L-1, \dots, 1", "PROVED"),
        (r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j) \quad \forall j", "PROVED"),
        (r"\delta^l_j = (a_j^L - y_j) \sigma'(z^L_j) \quad \text{for } l = L", "PROVED"),
        (r"\frac{\partial C}{\partial b^l_j} = 2\delta^l_j \quad \text{for } l < L", "REFUTED"),
        (r"\frac{\partial C}{\partial b^l_j} = 2\delta^l_j \quad \forall j", "REFUTED"),
        (r"\boxed{\delta^L = \nabla_a C \odot \sigma'(z^L)} \tag{BP1}", "PROVED"),
    ],
)
def test_ranges_written_beside_a_formula(formula: str, name: str) -> None:
    assert verdict(formula, LAYERED).verdict.name == name


@pytest.mark.parametrize("net", ["2-2-1", "5-5-5-5", "9-30-30-2"])
def test_a_formula_about_no_neuron_does_not_depend_on_the_size_of_the_net(net: str) -> None:
    assert [f.verdict.name for f in check(r"\sigma(z) = \frac{1}{1 + e^{-z}}", net, free=["z"])] == ["PROVED"]
    assert [f.verdict.name for f in check(r"\sigma(z) = \frac{1}{1 - e^{-z}}", net, free=["z"])] == ["REFUTED"]
