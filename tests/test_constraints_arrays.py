"""Dropout and the norm constraint inside NumPy passes: judged on exact numbers, planted slips refused."""

from __future__ import annotations

import numpy as np
import pytest
from test_codegen import PLUS, SOFT, TWO, arrays
from test_rules_inside import F64, sample

from symbackprop import Network, compile_trainer
from symbackprop.codegen import certify_constraints
from symbackprop.codegen.backends.numpy import Arrays
from symbackprop.codegen.certify import CodeRefused, CodeVerdict
from symbackprop.training import Trainer

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
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SLIPS)))
def test_every_planted_slip_is_refused(number: int) -> None:
    net, text, wrong = SLIPS[number]
    source, program = arrays(net)
    assert text in source, text
    with pytest.raises(CodeRefused):
        certify_constraints.certify(source.replace(text, wrong), program, net)


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
