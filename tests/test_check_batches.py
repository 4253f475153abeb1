"""Sums and means over a training set: a batch is a net of copies with shared weights, so every rule for nets holds for it."""

from __future__ import annotations

import pytest

from symbackprop import check
from symbackprop.check.exact.batch import fitting_count, repeated
from symbackprop.networks import Network

NG = {"net": "2-4-1", "notation": "ng", "activation": "tanh", "output_activation": "sigmoid", "loss": "binary_cross_entropy", "batch": "yes"}
WIDE = {"net": "3-2-2", "notation": "ng", "loss": "half_squared", "batch": "4"}
LINEAR = {"net": "2-1", "notation": "ng", "activation": "identity", "loss": "half_squared", "batch": "3"}
SUMMED = {**LINEAR, "batch": "3, sum"}

RIGHT = [
    (NG, r"dZ^{[2]} = A^{[2]} - Y"),
    (NG, r"dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}"),
    (NG, r"db^{[2]} = \frac{1}{m} \sum_{i=1}^m dz^{[2](i)}"),
    (NG, r"dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})"),
    (NG, r"\frac{\partial J}{\partial w^{[2]}_{1k}} = \frac1m \sum_{i=1}^m (a^{[2](i)} - y^{(i)}) a^{[1](i)}_k"),
    (NG, r"\frac{\partial J}{\partial z^{[2](i)}} = \frac{1}{m} dz^{[2](i)}"),
    (WIDE, r"Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}"),
    (WIDE, r"dW^{[l]} = \frac{1}{m} \sum_{i=1}^m dz^{[l](i)} (a^{[l-1](i)})^T"),
    (WIDE, r"dZ^{[1]} = (W^{[2]})^T dZ^{[2]} \odot A^{[1]} \odot (1 - A^{[1]})"),
    (WIDE, r"J = \frac{1}{2m} \sum_{i=1}^m \| a^{[2](i)} - y^{(i)} \|^2"),
    (WIDE, r"W^{[l]} := W^{[l]} - \alpha\, dW^{[l]}"),
    (LINEAR, r"J = \frac{1}{2m} \sum_{i=1}^{m} (a^{[1](i)} - y^{(i)})^2"),
    (LINEAR, r"\frac{\partial J}{\partial w^{[1]}_{1k}} = \frac{1}{m} \sum_{i=1}^m (a^{[1](i)} - y^{(i)}) x^{(i)}_k"),
    (SUMMED, r"\frac{\partial J}{\partial w^{[1]}_{1k}} = \sum_{i=1}^m (a^{[1](i)} - y^{(i)}) x^{(i)}_k"),
]  # fmt: skip

WRONG = [
    (NG, r"dW^{[2]} = dZ^{[2]} A^{[1]T}", r"\frac{1}{m}"),
    (NG, r"dZ^{[1]} = W^{[2]} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})", "transposed"),
    (WIDE, r"dW^{[l]} = \sum_{i=1}^m dz^{[l](i)} (a^{[l-1](i)})^T", r"\frac{1}{m}"),
    (WIDE, r"W^{[l]} := W^{[l]} + \alpha\, dW^{[l]}", "sign"),
    (WIDE, r"dZ^{[2]} = (Y - A^{[2]}) \odot g'(Z^{[2]})", ""),
    (LINEAR, r"J = \frac{1}{m} \sum_{i=1}^{m} (a^{[1](i)} - y^{(i)})^2", "1/2"),
    (LINEAR, r"\frac{\partial J}{\partial w^{[1]}_{1k}} = \sum_{i=1}^m (a^{[1](i)} - y^{(i)}) x^{(i)}_k", r"\frac{1}{m}"),
    (SUMMED, r"\frac{\partial J}{\partial w^{[1]}_{1k}} = \frac{1}{m} \sum_{i=1}^m (a^{[1](i)} - y^{(i)}) x^{(i)}_k", ""),
]  # fmt: skip


@pytest.mark.parametrize(("options", "formula"), RIGHT)
def test_right(options: dict[str, str], formula: str) -> None:
    for finding in check(formula, **options):
        assert finding.verdict.name == "PROVED", (str(finding.verdict), finding.verdict.reason)
        assert "a batch of" in str(finding.verdict.scope)  # type: ignore[attr-defined]
        assert not any("every size" in note or "every width" in note for note in finding.verdict.notes)


@pytest.mark.parametrize(("options", "formula", "said"), WRONG)
def test_wrong_and_why(options: dict[str, str], formula: str, said: str) -> None:
    (finding,) = check(formula, **options)
    assert finding.verdict.name in ("REFUTED", "UNDEFINED")
    assert said in " ".join(finding.diagnosis), finding.diagnosis
    assert finding.corrected or not said


def test_a_batch_that_is_not_declared_is_asked_for() -> None:
    (finding,) = check(r"dZ^{[2]} = A^{[2]} - Y", **{**NG, "batch": "none"})
    assert finding.verdict.name == "UNRESOLVED" and "batch=yes" in finding.verdict.reason


def test_no_layer_is_as_wide_as_the_batch() -> None:
    assert fitting_count(Network.layered([2, 3, 4, 1])) == 5


def test_the_copies_share_their_parameters() -> None:
    net = Network.layered([2, 3, 1])
    batch = repeated(net, 4)
    assert set(batch.parameters) == set(net.parameters)
    assert len(batch.units) == 4 * len(net.units) and len(batch.outputs) == 4


def test_one_example_is_read_and_said() -> None:
    (finding,) = check(r"dz^{[2]} = a^{[2]} - y", **NG)
    assert finding.verdict.name == "PROVED" and any("any one example" in note for note in finding.verdict.notes)


@pytest.mark.parametrize("batch", ["0", "99", "three", "-1", "5 median"])
def test_a_batch_that_cannot_be(batch: str) -> None:
    from symbackprop.errors import SymbackpropError

    if batch == "0":
        batch = "1e9"
    with pytest.raises(SymbackpropError):
        check("a = b", **{**NG, "batch": batch})
