"""Softmax with cross-entropy over a batch: every example has a softmax group and a sum of targets of its own."""

from __future__ import annotations

import pytest

from symbackprop import check
from symbackprop.check.exact.batch import repeated, targets_that_sum_to_one
from symbackprop.errors import NetworkError
from symbackprop.networks import Network

NG = {"net": "2-3-3", "notation": "ng", "activation": "tanh", "loss": "softmax_cross_entropy", "batch": "yes"}
CODE = {**NG, "net": "2-4-3", "notation": "code"}
ROWS = {**CODE, "notation": "code_rows"}
SUMMED = {**ROWS, "batch": "yes, sum"}
DEEP = {**CODE, "net": "2-2-2-2", "batch": "3"}
PLAIN = {**CODE, "loss": "half_squared"}  # the output layer is tanh

ONLY_IF = "the targets of each example sum to 1"

RIGHT = [
    (NG, r"dZ^{[2]} = A^{[2]} - Y", ONLY_IF),
    (NG, r"dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}", ""),
    (NG, r"dW^{[2]} = \frac{1}{m} (A^{[2]} - Y) A^{[1]T}", ONLY_IF),
    (NG, r"db^{[2]} = \frac{1}{m} \sum_{i=1}^m dz^{[2](i)}", ""),
    (NG, r"dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})", ""),
    (NG, r"J = -\frac{1}{m} \sum_{i=1}^m \sum_{k=1}^3 y_k^{(i)} \log a_k^{[2](i)}", ""),
    (NG, r"\frac{\partial J}{\partial z^{[2](i)}} = \frac{1}{m} (a^{[2](i)} - y^{(i)})", ONLY_IF),
    (NG, r"\frac{\partial a_j^{[2](1)}}{\partial z_k^{[2](2)}} = 0", ""),
    (NG, r"\sum_k a_k^{[2](i)} = 1", ""),
    (NG, r"a^{[2](i)}_j = \frac{e^{z^{[2](i)}_j}}{\sum_k e^{z^{[2](i)}_k}}", ""),
    (CODE, "dZ2 = A2 - Y", ONLY_IF),
    (CODE, "dZ2 = A2 * np.sum(Y, axis=0, keepdims=True) - Y", ""),
    (CODE, "dZ2 = A2 * np.sum(Y) / m - Y", ONLY_IF),
    (CODE, "dA2 = -Y / A2", ""),
    (CODE, "dW2 = 1/m * dZ2 @ A1.T", ""),
    (CODE, "db2 = np.mean(dZ2, axis=1)", ""),
    (CODE, "db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)", ""),
    (CODE, "dZ1 = W2.T @ dZ2 * (1 - A1**2)", ""),
    (CODE, "A2 = softmax(Z2)", ""),
    (CODE, "A2.T = softmax(Z2.T)", ""),
    (CODE, "A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=0)", ""),
    (CODE, "A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=0, keepdims=True)", ""),
    (CODE, "loss = -np.sum(Y * np.log(A2)) / m", ""),
    (CODE, "np.sum(Y) = m", ONLY_IF),
    (ROWS, "dZ2 = A2 - Y", ONLY_IF),
    (ROWS, "dW2 = A1.T @ dZ2 / m", ""),
    (ROWS, "dW2 = A1.T @ (A2 - Y) / m", ONLY_IF),
    (ROWS, "db2 = np.sum(dZ2, axis=0) / m", ""),
    (ROWS, "dZ1 = dZ2 @ W2.T * (1 - A1**2)", ""),
    (ROWS, "A2 = softmax(Z2)", ""),
    (ROWS, "A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=1, keepdims=True)", ""),
    (SUMMED, "dW2 = A1.T @ (A2 - Y)", ONLY_IF),
    (DEEP, "dW1 = 1/m * (W2.T @ (W3.T @ (A3 - Y) * (1 - A2**2)) * (1 - A1**2)) @ X.T", ONLY_IF),
]  # fmt: skip

WRONG = [
    (NG, r"dZ^{[2]} = Y - A^{[2]}", "the wrong way round"),
    (NG, r"dW^{[2]} = dZ^{[2]} A^{[1]T}", r"\frac{1}{m} is missing"),
    (NG, r"dW^{[2]} = (A^{[2]} - Y) A^{[1]T}", r"\frac{1}{m} is missing"),
    (NG, r"dZ^{[1]} = W^{[2]} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})", "transposed"),
    (NG, r"J = -\sum_{i=1}^m \sum_{k=1}^3 y_k^{(i)} \log a_k^{[2](i)}", r"\frac{1}{m} is missing"),
    (CODE, "dZ2 = Y - A2", "the wrong way round"),
    (CODE, "dA2 = Y / A2", "the sign is wrong"),
    (CODE, "dW2 = dZ2 @ A1.T", r"\frac{1}{m} is missing"),
    (CODE, "dW2 = -1/m * dZ2 @ A1.T", "sign"),
    (CODE, "db2 = np.sum(dZ2, axis=1, keepdims=True)", r"\frac{1}{m} is missing"),
    (CODE, "dZ2 = A2 * np.sum(Y) - Y", "does not belong here"),  # it would hold if all targets together summed to 1
    (CODE, "np.sum(Y) = 1", "should be 5"),
    (CODE, "A2 = np.exp(Z2) / np.sum(np.exp(Z2))", ""),
    (CODE, "A1 = softmax(Z1)", ""),
    (ROWS, "dZ2 = Y - A2", "the wrong way round"),
    (ROWS, "dW2 = A1.T @ dZ2", r"\frac{1}{m} is missing"),
    (ROWS, "dZ1 = dZ2 @ W2 * (1 - A1**2)", "transposed"),
    (ROWS, "A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=0, keepdims=True)", ""),
    (SUMMED, "dW2 = A1.T @ (A2 - Y) / m", "5 is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "formula", "condition"), RIGHT)
def test_right(options: dict[str, str], formula: str, condition: str) -> None:
    (finding,) = check(formula, **options)
    verdict = finding.verdict
    assert verdict.name == ("PROVED_UNDER" if condition else "PROVED"), str(verdict)
    assert not condition or verdict.conditions == (condition,)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("options", "formula", "said"), WRONG)
def test_wrong_and_why(options: dict[str, str], formula: str, said: str) -> None:
    (finding,) = check(formula, **options)
    assert finding.verdict.name in ("REFUTED", "UNDEFINED"), str(finding.verdict)
    assert said in " ".join(finding.diagnosis), finding.diagnosis
    assert finding.corrected or not said


def test_softmax_of_a_matrix_that_is_no_batch_is_left_open() -> None:
    r"""Only the first column was looked at: softmax(W) = W was REFUTED by its shape, softmax of a row was 1."""
    for options in (CODE, ROWS, PLAIN, {**CODE, "batch": "none"}):
        (finding,) = check("softmax(W2) = W2", **options)
        assert finding.verdict.name == "UNDECIDED" and "no batch" in finding.verdict.reason  # type: ignore[attr-defined]
    (finding,) = check("a2.T = softmax(z2.T)", **{**CODE, "batch": "none"})
    assert finding.verdict.name == "PROVED"


def test_every_example_is_one_group_and_one_sum() -> None:
    batch = repeated(Network.layered([2, 3], loss="softmax_cross_entropy"), 3)
    groups = [{unit.name for unit in members} for members in batch.groups.values()]
    assert groups == [set(batch.outputs[each]) for each in batch.examples] and len(groups) == 3
    assert targets_that_sum_to_one(batch) == [("y1.1", "y2.1", "y3.1"), ("y1.2", "y2.2", "y3.2"), ("y1.3", "y2.3", "y3.3")]
    assert targets_that_sum_to_one(repeated(Network.layered([2, 3]), 2)) == targets_that_sum_to_one(None) == []


def test_elsewhere_two_groups_are_refused_as_before() -> None:
    """The planted violation: the batch's own units, wired as a plain net or cut at another place."""
    batch = repeated(Network.layered([2, 2], loss="softmax_cross_entropy"), 2)
    with pytest.raises(NetworkError, match="one softmax group"):
        Network(batch.inputs, batch.units, batch.outputs, batch.loss)
    with pytest.raises(NetworkError, match="one softmax group"):
        type(batch)(1, list(batch.inputs), list(batch.units), list(batch.outputs), batch.loss)
    with pytest.raises(NetworkError, match="every unit of the softmax group"):
        type(batch)(4, list(batch.inputs), list(batch.units), list(batch.outputs), batch.loss)
