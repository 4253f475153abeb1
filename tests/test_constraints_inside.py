"""Dropout and the norm constraint inside compiled passes: judged on exact integers, planted slips refused, equal to those around."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_codegen import GRAPH, NETS, SOFT, TWO
from test_rules_inside import F64, sample

from symbackprop import Network, compile_trainer
from symbackprop.codegen import certify_rules, compile_c
from symbackprop.codegen.backends.c import Native
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.rules import RULES
from symbackprop.training import passes
from symbackprop.training.masks import Constraints
from symbackprop.training.updates import Update

BACKENDS = [pytest.param("c", marks=pytest.mark.skipif(not compile_c.compiler(), reason="no C compiler")), "numpy"]
WIDE = Network.layered([5, 19, 9, 3], ["tanh", "relu", "softmax"], "softmax_cross_entropy")
HOW: dict[str, dict[str, Any]] = {
    "short": {"max_norm": 0.7},
    "sample": {"dropout": 0.4},
    "batch": {"dropout": 0.4, "dropout_per": "batch"},
    "both": {"dropout": 0.4, "max_norm": 0.7},
}


@pytest.mark.skipif(not compile_c.can_run_exactly(), reason="no C++ compiler")
@pytest.mark.parametrize("net", [NETS["xor"], TWO, SOFT, GRAPH], ids=lambda net: str(net.name))
def test_the_verdict_names_what_was_judged(net: Network) -> None:
    made = Native(net, F64)
    words = made.certify_rules().words()
    assert "the norm constraint" in words and ("dropout by step and by sample" in words) == bool(made.drops)


SLIPS = [
    (TWO, "DROP(A, H, 1, 0)", ""),
    (TWO, "DROP(D, D, 1, 0)", ""),
    (TWO, "DROP(D, D, 2, N1)", "DROP(D, D, 2, 0)"),
    (TWO, "DROP(A, H, 2, N1)", "DROP(H, H, 2, N1)"),
    (TWO, "update(SENT(1),", "update(m->A1,"),
    (TWO, "forward(SENT(2),", "forward(m->A2,"),
    (TWO, "some(mask + b * lead + j, N - j)", "some(mask + j, N - j)"),  # the mask of the first row for all
    (TWO, "some(mask + b * lead + j, N - j)", "some(mask + (b ? b - 1 : 0) * lead + j, N - j)"),  # of the row before
    (WIDE, "some(mask + b * lead + j, N - j)", "some(mask + b * lead, N - j)"),
    (TWO, "masks + from * m.lead", "masks"),
    (TWO, "B * HIDDEN : HIDDEN", "HIDDEN : HIDDEN"),
    (TWO, "B * HIDDEN : HIDDEN", "B * HIDDEN : 0"),
    (TWO, "B * HIDDEN : HIDDEN", "size * HIDDEN : HIDDEN"),
    (TWO, "flags & 8 ? HIDDEN : 0", "0"),
    (TWO, "keep_short(m.W2, N1, NV2, (real)h[7]);", ""),
    (TWO, "keep_short(m.W2, N1, NV2, (real)h[7]);", "keep_short(m.W2, N1 - 1, NV2, (real)h[7]);"),
    (TWO, "? most / length", "? length / most"),
    (TWO, "length > most", "length < most"),
    (TWO, "(s[0][v] + s[1][v]) + (s[2][v] + s[3][v])", "s[0][v]"),
    (WIDE, "real *panel = W + p * VL * K;", "real *panel = W;"),
    (WIDE, "STORE(W + (k * nr + v) * VL) *= f[v]", "STORE(W + (k * nr + v) * VL) *= f[0]"),
    (TWO, "if (flags & 4)", "if (0)"),
    (TWO, "if (flags & 4)", "if (1)"),
    (NETS["xor"], "if (flags & 4)", "if (1)"),
    (NETS["xor"], "if (into[k] == j) theta[k] = theta[k] * by", "theta[k] = theta[k] * by"),
    (NETS["xor"], "into[] = {0, 0, 1, 1", "into[] = {0, 1, 0, 1"),
    (GRAPH, "squares += own[k] * own[k]", "squares += own[k]"),
    # seen only where some units are cut and others are not
    (WIDE, "shorter |= by[i] < (real)1 || (real)1 < by[i];", "shorter = by[i] < (real)1 || (real)1 < by[i];"),
]  # fmt: skip


@pytest.mark.skipif(not compile_c.can_run_exactly(), reason="no C++ compiler")
@pytest.mark.parametrize("number", [pytest.param(k, marks=[pytest.mark.slow] * (k % 6 != 1)) for k in range(len(SLIPS))])
def test_every_planted_slip_is_refused(number: int) -> None:
    net, text, wrong = SLIPS[number]
    made = Native(net, F64)
    assert text in made.source, text
    with pytest.raises(CodeRefused):
        certify_rules.certify(made.source.replace(text, wrong), made.program, net, made.layout)


def _pair(net: Network, backend: str, monkeypatch: pytest.MonkeyPatch, size: int | None, **how: Any) -> tuple[Any, Any]:
    """The same fit, inside the compiled passes and around the gradient."""
    X, Y = sample(net)
    one, other = (compile_trainer(net, backend, seed=2, certify=False) for _ in range(2))
    one.fit(X, Y, 6, size, 0.1, **how)
    monkeypatch.setattr(passes, "inside", lambda *given: False)
    other.fit(X, Y, 6, size, 0.1, **how)
    return one, other


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("net", [TWO, WIDE, NETS["xor"]], ids=lambda net: str(net.name))
def test_inside_and_around_are_the_same_steps(net: Network, backend: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 4, None):
        with monkeypatch.context() as patch:
            one, other = _pair(net, backend, patch, size, **HOW[how])
        np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(one.history, other.history, rtol=1e-9)


@pytest.mark.skipif(not compile_c.compiler(), reason="no C compiler")
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_goes_with_both(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = _pair(WIDE, "c", monkeypatch, 4, optimiser=rule, clip=0.5, weight_decay=0.01, **HOW["both"])
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("how", ["sample", "batch"])
def test_masks_may_come_in_pieces(backend: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    X, Y = sample(WIDE)
    ends = []
    for most in (1 << 22, 700, 60):  # all passes at once, two at once, one in pieces
        monkeypatch.setattr(passes, "AT_ONCE", most)
        ends.append(compile_trainer(WIDE, backend, seed=2, certify=False).fit(X, Y, 5, 2, 0.1, **HOW[how]))
    assert all((each.theta == ends[0].theta).all() for each in ends)
    np.testing.assert_allclose([each.history for each in ends], [ends[0].history] * 3, rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_weights_whose_squares_leave_the_floats_are_brought_back(backend: str, dtype: str) -> None:
    huge = 1e200 if dtype == "float64" else 1e25
    for net in (Network.layered([3, 4, 2], "tanh", "half_squared"), NETS["xor"]):
        X, Y = sample(net)
        t = compile_trainer(net, backend, seed=2, dtype=dtype, certify=False)
        good = t.theta.copy()
        t.theta[: len(net.inputs)] = good[: len(net.inputs)] = huge
        Constraints(net, max_norm=1.5).shorten(good)
        t.fit(X, Y, 1, None, 0.0, max_norm=1.5)  # no step but the constraint's
        np.testing.assert_allclose(t.theta, good, rtol=1e-6 if dtype == "float32" else 1e-12)


def test_lengths_beyond_reach_are_kept_around_the_gradient() -> None:
    net = NETS["xor"]
    compiled = compile_trainer(net, "numpy", certify=False).compiled
    assert not passes.inside(compiled, Update(), Constraints(net, max_norm=1e-200))
    X, Y = sample(net)
    t = compile_trainer(net, "numpy", certify=False).fit(X, Y, 2, max_norm=1e-200)
    assert 0 < np.abs(t.theta[:2]).max() <= 1e-200
