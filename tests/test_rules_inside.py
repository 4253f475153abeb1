"""Update rules inside compiled passes: judged on exact integers, measured against 50 digits, planted slips refused."""

from __future__ import annotations

from pathlib import Path

import mpmath
import numpy as np
import pytest
from test_codegen import GRAPH, NETS, SOFT, TWO

from symbackprop import Network, compile_trainer
from symbackprop.codegen import accuracy, certify_rules, compile_c
from symbackprop.codegen.backends.c import Native
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.rules import RULES
from symbackprop.errors import Diverged
from symbackprop.training.trainer import Trainer
from symbackprop.training.updates import RULES as AROUND
from symbackprop.training.updates import Update

pytestmark = pytest.mark.skipif(not compile_c.compiler(), reason="no C compiler")
F64 = np.dtype(np.float64)
HARD = {"momentum": 0.8, "decay": 0.85, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-3, "weight_decay": 0.01, "clip": 0.05}


def sample(net: Network, rows: int = 11) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    Y = rng.uniform(size=(rows, len(net.outputs)))
    return rng.normal(size=(rows, len(net.inputs))), Y / Y.sum(axis=1, keepdims=True) if net.loss.targets_sum_to_one else Y


def test_the_rules_inside_are_those_around() -> None:
    assert set(RULES) == set(AROUND)


@pytest.mark.parametrize("net", [NETS["xor"], TWO, SOFT, GRAPH], ids=lambda net: str(net.name))
def test_every_rule_is_its_recursion_on_exact_integers(net: Network) -> None:
    verdict = Native(net, F64).certify_rules()
    assert verdict.kind == ("CHECKED" if compile_c.can_run_exactly() else "UNDECIDED")
    assert all(name in verdict.words() for name in RULES) or verdict.kind == "UNDECIDED"


SLIPS = [
    (NETS["xor"], "v[k] = momentum * v[k] + g[k]; theta[k] -= rate * v[k];", "v[k] = momentum * v[k] + g[k]; theta[k] += rate * v[k];"),
    (NETS["xor"], "v[k] = momentum * v[k] + g[k]; theta[k] -= rate * v[k];", "v[k] = momentum * v[k] + rate * g[k]; theta[k] -= v[k];"),
    (NETS["xor"], "(g[k] + momentum * v[k])", "(g[k] + v[k])"),
    (NETS["xor"], "rest * g[k] * g[k]", "rest * g[k]"),
    (NETS["xor"], "rest = (real)(1 - h[1])", "rest = (real)(1 - h[2])"),
    (NETS["xor"], "g[k] / (root(s[k]) + epsilon)", "g[k] / root(s[k] + epsilon)"),
    (NETS["xor"], "(v[k] / left1)", "v[k]"),
    (NETS["xor"], "root(s[k] / left2)", "root(s[k])"),
    (NETS["xor"], "root(s[k] / left2)", "root(s[k] / left1)"),
    (NETS["xor"], "    tick(at, h);\n    const real left1", "    const real left1"),
    (NETS["xor"], "at->power2 = at->power2 * h[3];", "at->power2 = at->power2 * h[2];"),
    (NETS["xor"], "at->power1 = raised(h[2], at->step);", "at->power1 = raised(h[2], at->step - 1);"),
    (NETS["xor"], "weight_decay * theta[k]", "weight_decay * theta[0]"),
    (NETS["xor"], "clip / length", "length / clip"),
    (NETS["xor"], "if (length > clip)", "if (length < clip)"),
    (NETS["xor"], "squares += g[k] * g[k]", "squares = g[k] * g[k]"),
    (NETS["xor"], "(real)(-1) / (real)left", "(real)(1) / (real)left"),
    (NETS["xor"], "(real)(-1) / (real)left", "(real)(-1) / (real)size"),
    (NETS["xor"], "orders + e * n : 0;\n        real loss", "orders : 0;\n        real loss"),
    (NETS["xor"], "sums(theta, X, Y, order + start", "sums(theta, X, Y, order"),
    (NETS["xor"], "advance(theta, grad, v, s, 9", "advance(theta, grad, v, s, 8"),
    (NETS["xor"], "rates[e], h, &at", "rates[0], h, &at"),
    (TWO, "if (given[k]) move(&old[k], given[k], 1);", ""),
    (TWO, "move(&old[k], given[k], 0);", "move(&old[0], given[k], 0);"),
    (TWO, "            memset(g.W1, 0, WEIGHTS * sizeof(real));\n            for (long from", "            for (long from"),
    (TWO, "advance(m.W1, g.W1, old[0].W1, old[1].W1, WEIGHTS,", "advance(m.W1, g.W1, old[1].W1, old[0].W1, WEIGHTS,"),
    (TWO, "advance(m.W1, g.W1, old[0].W1, old[1].W1, WEIGHTS,", "advance(m.W1, g.W1, old[0].W1, old[1].W1, N0 * NV1 * VL,"),
    (TWO, "fetch(&m, &x, &y, order, start + from, rows);", "fetch(&m, &x, &y, order, start, rows);"),
]  # fmt: skip


@pytest.mark.skipif(not compile_c.can_run_exactly(), reason="no C++ compiler")
@pytest.mark.parametrize("number", [pytest.param(k, marks=[pytest.mark.slow] * (k % 4 != 0)) for k in range(len(SLIPS))])
def test_every_planted_slip_is_refused(number: int) -> None:
    net, text, wrong = SLIPS[number]
    made = Native(net, F64)
    assert text in made.source, text
    with pytest.raises(CodeRefused):
        certify_rules.certify(made.source.replace(text, wrong), made.program, net, made.layout)


def by_digits(net: Network, theta: np.ndarray, data: tuple[np.ndarray, np.ndarray], rule: str, steps: int, rate: float) -> list[mpmath.mpf]:
    """Full-batch steps in 50 digits: the certified gradient, and the recursion number by number."""
    n = {name: mpmath.mpf(value) for name, value in HARD.items()}
    with mpmath.workdps(50):
        now = [mpmath.mpf(float(each)) for each in theta]
        v, s, r = [mpmath.mpf(0)] * len(now), [mpmath.mpf(0)] * len(now), mpmath.mpf(rate)
        for t in range(1, steps + 1):
            g = [sign(net) * each for each in accuracy.gradient(net, now, *data, exactly=True)[1]]
            g = [each + n["weight_decay"] * w for each, w in zip(g, now)]
            length = mpmath.sqrt(sum(each * each for each in g))
            g = [each * n["clip"] / length if length > n["clip"] else each for each in g]
            for k, each in enumerate(g):
                if rule == "adam":
                    v[k], s[k] = n["beta1"] * v[k] + (1 - n["beta1"]) * each, n["beta2"] * s[k] + (1 - n["beta2"]) * each**2
                    now[k] -= r * (v[k] / (1 - n["beta1"] ** t)) / (mpmath.sqrt(s[k] / (1 - n["beta2"] ** t)) + n["epsilon"])
                elif rule == "rmsprop":
                    s[k] = n["decay"] * s[k] + (1 - n["decay"]) * each**2
                    now[k] -= r * each / (mpmath.sqrt(s[k]) + n["epsilon"])
                else:
                    v[k] = (n["momentum"] if rule != "sgd" else 0) * v[k] + each
                    now[k] -= r * (each + n["momentum"] * v[k] if rule == "nesterov" else v[k])
        return now


def sign(net: Network) -> int:
    return -1 if net.loss.sense == "maximise" else 1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("net", [NETS["xor"], SOFT], ids=lambda net: str(net.name))
def test_steps_stay_near_those_in_fifty_digits(net: Network, rule: str) -> None:
    X, Y = sample(net)
    made = compile_trainer(net, "c", seed=1, certify=False)
    good = by_digits(net, made.theta, (X, Y), rule, 5, 0.01)
    made.fit(X, Y, 5, None, 0.01, optimiser=Update(rule, **HARD))
    assert max(abs(mpmath.mpf(float(a)) - b) for a, b in zip(made.theta, good, strict=True)) < 1e-13


@pytest.mark.parametrize("rule", RULES)
def test_inside_and_around_agree_in_minibatches_and_go_on_bit_for_bit(rule: str, tmp_path: Path) -> None:
    net = Network.layered([3, 5, 2], "tanh", "half_squared")
    X, Y = sample(net)
    how = {"batch_size": 4, "rate": 0.01}
    one, other, cut = (compile_trainer(net, backend, seed=2, certify=False) for backend in ("c", "numpy", "c"))
    one.fit(X, Y, 50, optimiser=Update(rule, **HARD), **how)
    other.fit(X, Y, 50, optimiser=Update(rule, **HARD), **how)
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.history, other.history, rtol=1e-9)
    cut.fit(X, Y, 21, optimiser=Update(rule, **HARD), **how).save(tmp_path / "half.npz")
    cut = Trainer.load(tmp_path / "half.npz", "c", certify=False)
    cut.fit(X, Y, 29, optimiser=cut.update, **how)
    assert cut.theta.tobytes() == one.theta.tobytes() and cut.history == one.history


def test_float32_rules_are_near_those_in_float64() -> None:
    net = Network.layered([3, 5, 2], "tanh", "half_squared")
    X, Y = sample(net)
    for rule in RULES:
        one, other = (compile_trainer(net, "c", seed=2, dtype=kind, certify=False) for kind in (np.float32, np.float64))
        other.theta[:] = one.theta
        for made in (one, other):
            made.fit(X, Y, 20, 4, 0.01, optimiser=Update(rule, epsilon=1e-3))
        np.testing.assert_allclose(one.theta, other.theta, rtol=2e-4, atol=2e-5)


def test_a_run_that_diverges_keeps_weights_and_state_of_the_last_good_epoch() -> None:
    net = Network.layered([2, 3, 1], "identity", "half_squared")
    X, Y = sample(net)
    made = compile_trainer(net, "c", seed=2, certify=False)
    with pytest.raises(Diverged):
        made.fit(X, Y, 5000, 4, 50.0, optimiser="momentum")
    assert np.isfinite(made.theta).all() and np.isfinite(made.update.state["v"]).all() and made.epoch == len(made.history)


def test_a_rule_is_judged_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Native, "certify_rules", lambda self: asked.append(self) or certify_rules.CodeVerdict("CHECKED", 0.0, ()))
    X, Y = sample(NETS["xor"])
    for wished in (True, False):
        made = compile_trainer(NETS["xor"], "c", certify=wished)
        made.fit(X, Y, 1).fit(X, Y, 1, optimiser="adam").fit(X, Y, 1, optimiser="adam")
        assert len(asked) == 1  # once for the first trainer, never for the second
