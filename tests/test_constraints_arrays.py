"""Dropout and the norm constraint inside NumPy passes, and masks in array gradients: judged on exact numbers, slips refused."""

from __future__ import annotations

import numpy as np
import pytest
from test_codegen import PLUS, SOFT, TWO, arrays
from test_rules_inside import F64, sample

from symbackprop import Network, compile_trainer
from symbackprop.codegen import certify_arrays, certify_constraints
from symbackprop.codegen.backends.numpy import Arrays
from symbackprop.codegen.certify import CodeRefused, CodeVerdict
from symbackprop.codegen.emit_arrays import JAX, TORCH, Flavour, source
from symbackprop.training import Trainer, passes

DEEP = Network.layered([3, 4, 3, 2], ["softmax", "identity", "softmax"], "softmax_cross_entropy")
BARE = Network.layered([3, 4, 2], bias="none")


@pytest.mark.parametrize("net", [TWO, SOFT, PLUS, DEEP, BARE, Network.layered([40, 20, 30, 10], "relu")], ids=lambda net: str(net.name))
def test_passes_under_constraints_are_their_recursion(net: Network) -> None:
    verdict = Arrays(net, F64).certify_rules()
    assert verdict.kind == "CHECKED" and "dropout by step and by sample" in verdict.words() and verdict.bound < 1e-20


def test_a_net_without_hidden_units_has_only_the_norm_constraint() -> None:
    made = Arrays(Network.layered([3, 2]), F64)
    assert not made.drops and "dropout" not in made.certify_rules().words() and "prepare_masked" not in made.source


SLIPS = [
    (TWO, "multiply(A1, K1, H1)", "multiply(A1, K1[::-1], H1)"),  # the masks of other rows
    (TWO, "multiply(A1, K1, H1)", "multiply(A1, K1[:1], H1)"),
    (TWO, "multiply(A1, K1, H1)", "H1[...] = A1"),
    (TWO, "multiply(D1, K1, D1)", "pass"),
    (TWO, "multiply(D2, K2, D2)", "multiply(D2, K2[::-1], D2)"),
    (TWO, "dot(D2T, H1, gW2)", "dot(D2T, A1, gW2)"),
    (TWO, "dot(H2, W3T, Z3)", "dot(A2, W3T, Z3)"),
    (TWO, "kept[:, ends[1]:ends[2]]", "kept[:, ends[0]:ends[2] - ends[1]]"),
    (TWO, "next(masks), steps[n]", "next(masks), steps[size]"),
    (TWO, "calls[0](most)", "pass"),
    (TWO, "if longest > most:", "if longest < most:"),
    (TWO, "np.less_equal(lengths, most, within)", "np.greater(lengths, most, within)"),
    (TWO, "divide(most, lengths, lengths)", "divide(lengths, most, lengths)"),
    (TWO, "views(theta)[::2]", "views(theta)[:1]"),
    (BARE, "views(theta)[::1]", "views(theta)[::2]"),
    (DEEP, "multiply(D1, K1, D1)", "pass"),
    (TWO, "copyto(lengths, one, where=within)", "pass"),  # units that are short enough, brought to the length too
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SLIPS)))
def test_every_planted_slip_is_refused(number: int) -> None:
    net, text, wrong = SLIPS[number]
    good, program = arrays(net)
    assert text in good, text
    with pytest.raises(CodeRefused):
        certify_constraints.certify(good.replace(text, wrong), program, net)


@pytest.mark.parametrize("flavour", [JAX, TORCH], ids=lambda flavour: flavour.module)
@pytest.mark.parametrize("net", [TWO, DEEP, BARE, Network.layered([40, 20, 30, 10], "relu")], ids=lambda net: str(net.name))
def test_array_gradients_under_masks_are_those_of_the_net_with_masked_units(net: Network, flavour: Flavour) -> None:
    program = arrays(net)[1]
    verdict = certify_arrays.certify_masked(source(program, flavour), program, net, flavour)
    assert verdict.kind == "CHECKED" and verdict.bound < 1e-20


ARRAY_SLIPS = [
    ("H1 = A1*K1", "H1 = A1*K1[::-1]"),
    ("H1 = A1*K1", "H1 = A1*K1[:1]"),
    ("(D2 @ W2)*K1", "(D2 @ W2)"),
    ("D3.T @ H2", "D3.T @ A2"),
    ("H1 @ W2.T", "A1 @ W2.T"),
    ("K1, K2, = kept", "K1, K2, = [each[:1] for each in kept]"),
]


@pytest.mark.parametrize(("text", "wrong"), ARRAY_SLIPS)
def test_every_slip_in_array_gradients_is_refused(text: str, wrong: str) -> None:
    program = arrays(TWO)[1]
    good = source(program, JAX)
    assert text in good
    with pytest.raises(CodeRefused):
        certify_arrays.certify_masked(good.replace(text, wrong), program, TWO, JAX)


@pytest.mark.parametrize("rule", ["adam", "momentum"])
def test_rules_around_a_gradient_take_all_rows_at_once(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    X, Y = sample(SOFT)
    one, other = (compile_trainer(SOFT, "numpy", seed=2, certify=False) for _ in range(2))
    one.fit(X, Y, 5, 4, 0.01, optimiser=rule, dropout=0.4, max_norm=1.0)
    monkeypatch.setattr(passes, "_together", lambda *given: None)  # row by row
    other.fit(X, Y, 5, 4, 0.01, optimiser=rule, dropout=0.4, max_norm=1.0)
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-12)


def test_constraints_are_judged_before_their_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refused(self: Arrays) -> CodeVerdict:
        asked.append(self)
        raise CodeRefused("planted")

    monkeypatch.setattr(Arrays, "certify_rules", refused)
    monkeypatch.setattr("symbackprop.codegen.recall._name", lambda *given: None)
    t: Trainer = compile_trainer(TWO, "numpy")
    X, Y = sample(TWO)
    before = t.theta.copy()
    with pytest.raises(CodeRefused):
        t.fit(X, Y, 1, 4, max_norm=1.0)
    assert len(asked) == 1 and (t.theta == before).all() and t.fit(X, Y, 1, 4).epoch == 1
    assert np.isfinite(t.theta).all()
