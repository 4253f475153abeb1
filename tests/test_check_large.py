"""Formulas about large nets: answered without writing the net out where that is possible, and never proved by a sample alone."""

from __future__ import annotations

import pytest

from symbackprop.check.api import check
from symbackprop.check.deciding.finding import Finding
from symbackprop.check.documents.settings import Settings
from symbackprop.check.meaning.large import corners, stand_in
from symbackprop.networks import Network

MNIST = "784-100-10"
NO_FORMULA = ["x ==", "((((", r"\frac{", "q = 3", "", "a^L", r"\begin{align} x", "x = " + "(" * 500, "x \\in R", "__import__('os')"]
RIGHT = [
    r"\delta^L = (a^L - y) \odot \sigma'(z^L)",
    r"\delta^l = ((w^{l+1})^\top \delta^{l+1}) \odot \sigma'(z^l)",
    r"\frac{\partial C}{\partial b_j^l} = \delta_j^l",
    r"\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l",
    r"z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l",
]
WRONG = [
    (r"\delta^L = (y - a^L) \odot \sigma'(z^L)", "REFUTED", "(a^L - y)"),
    (r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "UNDEFINED", r"\top"),
    (r"\frac{\partial C}{\partial w_{jk}^l} = a_j^{l-1} \delta_k^l", "REFUTED", "a_{k}^{l-1}"),
    (r"\frac{\partial C}{\partial w_{jk}^l} = -a_k^{l-1} \delta_j^l", "REFUTED", r"= a_k^{l-1} \delta_j^l"),
    (r"\frac{\partial C}{\partial b_j^l} = a_j^{l-1} \delta_j^l", "REFUTED", r"= \delta_j^l"),
]


def one(formula: str, net: str | Network) -> Finding:
    (finding,) = check(formula, net, notation="nielsen")
    return finding


@pytest.mark.parametrize("text", NO_FORMULA, ids=lambda each: each[:20])
@pytest.mark.parametrize("sizes", [(784, 100, 10), (1_000_000, 1), (300_000, 300_000)])
def test_no_net_is_written_out_for_what_is_no_formula(text: str, sizes: tuple[int, ...]) -> None:
    net = Network.layered(sizes)
    for finding in check(text, net):
        assert finding.verdict.name in ("MALFORMED", "UNRESOLVED", "NO CLAIM")
    assert "units" not in vars(net) and "by_name" not in vars(net)


@pytest.mark.parametrize("formula", RIGHT)
def test_right_formulas_about_a_net_of_79510_parameters(formula: str) -> None:
    assert one(formula, MNIST).verdict.name == "PROVED"


@pytest.mark.parametrize(("formula", "verdict", "corrected"), WRONG)
def test_wrong_formulas_about_it_are_refuted_and_corrected(formula: str, verdict: str, corrected: str) -> None:
    finding = one(formula, MNIST)
    assert finding.verdict.name == verdict and corrected in finding.corrected
    if verdict == "REFUTED":
        assert "the weights not named are 0" in finding.verdict.notes and len(finding.verdict.witness) < 1_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("sizes", [(1_000_000, 1_000, 1), (1_000, 1_000, 1_000), (1_000_000, 1_000_000, 2), (500,) * 40])
def test_a_net_that_no_list_could_hold_is_never_written_out(sizes: tuple[int, ...]) -> None:
    net = Network.layered(sizes)
    for formula in RIGHT[1:]:
        verdict = one(formula, net).verdict
        assert verdict.name == "PROVED" and verdict.scope == "every width, every depth", formula
    for formula, _, _ in WRONG:
        verdict = one(formula, net).verdict
        assert verdict.name == "UNDECIDED" and "a small net of the same kind" in verdict.reason, formula
    assert "units" not in vars(net)


def test_what_holds_in_the_small_net_alone_is_not_proved() -> None:
    """The stand-in has three inputs: a formula that counts them must not be proved for the million."""
    net = Network.layered([1_000_000, 2, 1])
    assert one(r"\sum_{k=1}^3 w_{jk}^1 a_k^0 + b_j^1 = z_j^1", stand_in(net) or net).verdict.name == "PROVED"
    verdict = one(r"\sum_{k=1}^3 w_{jk}^1 a_k^0 + b_j^1 = z_j^1", net).verdict
    assert verdict.name == "UNDECIDED" and "1000000-2-1" in verdict.reason


def test_what_holds_at_the_corners_alone_is_not_proved() -> None:
    """j (j - 1) (j - 2) (j - 9) ... is 0 at every corner that is looked at, and nowhere else."""
    net = Network.layered([200, 200, 3])
    free = {"j": range(1, 201), "k": range(1, 201)}
    scope = Settings(net=net).scope()
    seen = sorted({point["j"] for point in corners(free, scope)})
    zeros = "".join(f"(j - {each})" for each in seen)
    finding = one(rf"a_k^1 {zeros} w_{{jk}}^2 = 0 w_{{jk}}^2", net)
    assert finding.verdict.name == "UNDECIDED"


@pytest.mark.parametrize("bias", ["none", "shared", "neuron", "w0"])
def test_biases_of_every_style(bias: str) -> None:
    """dC/db = delta holds for every size where every unit has its own bias; a shared one collects all deltas."""
    net = Network.layered([600, 600, 2], bias=bias)
    verdict = one(r"\frac{\partial C}{\partial b_j^l} = \delta_j^l", net).verdict
    assert not verdict.holds or bias == "neuron"
    assert one(r"\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l", net).verdict.holds


def test_a_weight_that_is_named_is_not_0_at_the_point() -> None:
    assert one("w_{3,700}^1 a_1^1 = w_{3,701}^1 a_1^1", MNIST).verdict.name == "REFUTED"


@pytest.mark.parametrize("depth", [7, 400, pytest.param(30, marks=pytest.mark.slow)])
def test_deep_nets_have_too_many_paths_for_normal_forms(depth: int) -> None:
    """The paths from a weight to the cost double with every layer; what holds for every depth holds here."""
    net = Network.layered((2,) * depth, loss="half_squared")
    for formula in RIGHT[1:]:
        assert one(formula, net).verdict.name == "PROVED", formula
    for formula in (WRONG[0][0], WRONG[3][0], WRONG[4][0]):
        assert not one(formula, net).verdict.holds, formula


def test_a_condition_that_leaves_out_every_corner_proves_nothing() -> None:
    (finding,) = check(r"a_j^l = \sigma(z_j^l) + 1", Network.layered([3000, 3000, 3]), where="j = 1500")
    assert not finding.verdict.holds and finding.verdict.name != "VACUOUS"


@pytest.mark.parametrize("formula", [RIGHT[1], r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)"])
@pytest.mark.parametrize("sizes", [(2, 2, 2, 2), (300, 300, 300, 300, 300, 300, 300)])
def test_a_softmax_layer_in_the_middle_is_a_condition(formula: str, sizes: tuple[int, ...]) -> None:
    """Its outputs have no slope of one weighted input, so that the recursion by sigma' says nothing of it: said, not skipped."""
    hidden = len(sizes) - 2
    plain = Network.layered(sizes, ["sigmoid"] * (hidden + 1), "half_squared")
    assert one(formula, plain).verdict.name == "PROVED"
    kinds = ["sigmoid"] * (hidden - 1) + ["softmax", "sigmoid"]
    verdict = one(formula, Network.layered(sizes, kinds, "half_squared")).verdict
    assert verdict.name == "PROVED_UNDER" and "not a softmax layer" in verdict.conditions[0]  # type: ignore[attr-defined]


def test_the_small_net_keeps_every_kind_of_layer() -> None:
    kinds = ["tanh"] * 5 + ["softmax"] + ["relu"] * 3 + ["sigmoid"]
    small = stand_in(Network.layered((300,) * 11, kinds, "half_squared"))
    assert small is not None and small.architecture is not None
    kept = [kind.name for kind in small.architecture.activations]
    assert kept == ["tanh", "tanh", "softmax", "relu", "relu", "sigmoid"]
