"""Dropout and the norm constraint as plain options of training: proved, seeded, resumed bit for bit, never in predictions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.activations import activation
from symbackprop.codegen.backends import choose
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.masked import with_masks
from symbackprop.errors import DataError
from symbackprop.networks import Edge, Unit
from symbackprop.training import Trainer, masks, passes
from symbackprop.training.masks import Constraints, masked
from symbackprop.training.masks_judged import judge
from symbackprop.training.procedures import Stop
from symbackprop.training.updates import RULES, Update

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, 2)), rng.random((12, 1))
NET = Network.layered([2, 4, 3, 1], "tanh", "half_squared")


def made(net: Network = NET, backend: str = "numpy", **more: Any) -> Trainer:
    return compile_trainer(net, backend, certify=False, seed=3, **more)


def graph(shared: bool = False, fixed: bool = False) -> Network:
    """Two hidden units, one of which skips a layer."""
    sigmoid = activation("sigmoid")
    units = [
        Unit("h", sigmoid, (Edge("x", "a"), Edge("one", "b"))),
        Unit("g", sigmoid, (Edge("h", "c"), Edge("x", "a" if shared else "d")), "e"),
        Unit("o", sigmoid, (Edge("g", Fraction(1, 2) if fixed else "f"), Edge("h", "k")), "l"),
    ]
    return Network(["x"], units, ["o"], "half_squared", ones=["one"], name="skip")


# -- proved ------------------------------------------------------------------------------------------------------------

NETS = [
    Network.layered([2, 3, 1]),
    Network.layered([4, 3, 5, 2], "relu", "softmax_cross_entropy"),
    Network.layered([3, 4, 3], ["softmax", "softmax"], "softmax_cross_entropy"),
    Network.layered([784, 512, 10], "tanh", "half_squared"),
    Network.layered([3, 3, 1], bias="w0"),
    Network.layered([3, 3, 2], bias="shared"),
    Network.layered([2, 3, 2], "leaky_relu"),
    graph(),
]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_the_gradient_under_a_mask_is_that_of_the_net_with_masked_units(net: Network) -> None:
    verdict = judge(net)
    assert verdict.kind in ("PROVED", "CHECKED") and "a mask for every row, equal those of the net with masked units" in verdict.words()
    assert verdict.kind == "PROVED" or verdict.bound < 1e-20


def test_small_nets_are_proved_on_symbols() -> None:
    assert judge(NETS[0]).kind == judge(graph()).kind == "PROVED"


def _unmasked(gradient: Any, theta: Any, mask: Any) -> Any:
    return gradient(theta * mask)


def _late(gradient: Any, theta: Any, mask: Any) -> Any:
    loss, made = gradient(theta)
    return loss, made * mask


def _twice(gradient: Any, theta: Any, mask: Any) -> Any:
    loss, made = gradient(theta * mask)
    return loss, made * mask * mask


@pytest.mark.parametrize("fault", [_unmasked, _late, _twice])
@pytest.mark.parametrize("net", [NETS[0], NETS[3], graph()], ids=lambda net: net.name)
def test_a_wrong_masked_step_is_refused(fault: Any, net: Network) -> None:
    with pytest.raises(CodeRefused):
        judge(net, fault)


@pytest.mark.parametrize("net", [NETS[0], NETS[3]], ids=lambda net: net.name)
def test_a_table_that_masks_other_weights_is_refused(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = masks._dense

    def turned(net: Network, leaving: bool) -> Any:
        of, names = whole(net, leaving)
        return np.roll(of, 1), names

    monkeypatch.setattr(masks, "_dense", turned)
    with pytest.raises(CodeRefused):
        judge(net)
    with pytest.raises(CodeRefused):
        compile_trainer(net, "numpy").fit(np.ones((2, len(net.inputs))), np.full((2, len(net.outputs)), 0.5), 1, dropout=0.5)


def test_by_hand() -> None:
    """One step of a 2-3-1 net beside the formulas of a net whose hidden outputs are multiplied by the mask."""
    t = made(Network.layered([2, 3, 1], "sigmoid", "half_squared"))
    w, theta = t.weights, t.theta.copy()
    mask = Constraints(t.net, 0.5).mask(np.random.default_rng((3, 2, 0, 0)))
    m = mask[9:12]
    assert set(np.unique(mask)) <= {0.0, 1.0, 2.0} and (mask[:9] == 1).all() and mask[12] == 1
    a = 1 / (1 + np.exp(-(X @ w["W1"].T + w["b1"])))
    o = 1 / (1 + np.exp(-((a * m) @ w["W2"].T + w["b2"])))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ w["W2"]) * m * a * (1 - a)
    grad = [(d1.T @ X).ravel(), d1.sum(0), (d2.T @ (a * m)).ravel(), d2.sum(0)]
    t.fit(X, Y, 1, None, 0.3, dropout=0.5, dropout_per="batch")
    np.testing.assert_allclose(t.theta, theta - 0.3 * np.concatenate(grad) / len(X), rtol=1e-12)
    assert t.history == [pytest.approx(float(((o - Y) ** 2).sum() / 2 / len(X)))]


# -- seeded, the same everywhere, resumed ------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_seed_decides_and_every_backend_drops_the_same(backend: str, dtype: str) -> None:
    if backend == "c" and choose("auto", NET)[0].name != "c":
        pytest.skip("no C compiler here")
    options: Any = {"dropout": 0.3, "max_norm": 1.5, "optimiser": "adam"}
    one, two = (made(backend=backend, dtype=dtype).fit(X, Y, 5, 5, 0.1, **options) for _ in range(2))
    assert one.theta.dtype == np.dtype(dtype) and (one.theta == two.theta).all() and one.history == two.history
    other = compile_trainer(NET, backend, certify=False, seed=4, dtype=dtype)
    other.theta, other._rng = made(dtype=dtype).theta, made()._rng  # the same start and orders, other masks
    assert not np.allclose(other.fit(X, Y, 5, 5, 0.1, **options).theta, one.theta)
    close = 1e-9 if dtype == "float64" else 1e-3
    np.testing.assert_allclose(made(dtype=dtype).fit(X, Y, 5, 5, 0.1, **options).theta, one.theta, rtol=close, atol=close)


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(1, 8), size=st.integers(1, 12), rule=st.sampled_from(sorted(RULES)))
def test_a_run_cut_anywhere_ends_at_the_same_bits(cut: int, size: int, rule: str) -> None:
    options: Any = {"dropout": 0.4, "max_norm": 1.0, "optimiser": rule, "clip": 1.0, "weight_decay": 0.01}
    straight = made().fit(X, Y, 9, size, 0.05, **options)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/cut.npz"
        made().fit(X, Y, cut, size, 0.05, checkpoint=path, **options)
        again = Trainer.load(path, "numpy", certify=False).fit(X, Y, 9 - cut, size, 0.05, **options)
    assert (again.theta == straight.theta).all() and again.history == straight.history
    listened = made().fit(X, Y, 9, size, 0.05, callback=lambda t: False, **options)
    assert (listened.theta == straight.theta).all()


_RUN = """
import sys
sys.path.insert(0, {root!r})
from tests.test_dropout import X, Y, made
from symbackprop.training import Trainer
import os
path = sys.argv[1]
t = Trainer.load(path, "numpy", certify=False) if os.path.exists(path) else made()
print("ready", flush=True)
t.fit(X, Y, 400 - t.epoch, 5, 0.05, dropout=0.4, max_norm=1.0, optimiser="momentum", checkpoint=path, every=1)
print(t.epoch, t.theta.tobytes().hex())
"""


def test_killed_at_any_moment_it_goes_on_bit_for_bit(tmp_path: Path) -> None:
    root = str(Path(__file__).parent.parent)
    text, path = _RUN.format(root=root), tmp_path / "run.npz"
    env = {**os.environ, "PYTHONPATH": root}
    for moment in (0.02, 0.1, 0.25):
        child = subprocess.Popen([sys.executable, "-c", text, str(path)], stdout=subprocess.PIPE, text=True, env=env)
        assert child.stdout is not None and child.stdout.readline().strip() == "ready"
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    done = subprocess.run([sys.executable, "-c", text, str(path)], capture_output=True, text=True, check=True, env=env)
    straight = made().fit(X, Y, 400, 5, 0.05, dropout=0.4, max_norm=1.0, optimiser="momentum")
    assert done.stdout.split()[1:] == ["400", straight.theta.tobytes().hex()]


def test_a_stream_drops_and_keeps_short_too() -> None:
    options: Any = {"dropout": 0.4, "max_norm": 1.0, "optimiser": "nesterov", "weight_decay": 0.01, "clip": 0.5}
    whole = made().fit(X, Y, 3, 4, 0.1, shuffle=False, **options)
    parts = made().fit_stream(lambda: iter([(X, Y)]), 3, 4, 0.1, **options)
    assert (whole.theta == parts.theta).all()
    several = made().fit_stream(lambda: ((X[k : k + 4], Y[k : k + 4]) for k in (0, 4, 8)), 3, 4, 0.1, **options)
    assert several.epoch == 3 and not np.allclose(several.theta, whole.theta)  # each part of an epoch has masks of its own


# -- never outside training --------------------------------------------------------------------------------------------


def _whole_net(t: Trainer) -> Any:
    w, a = t.weights, X
    for layer in (1, 2, 3):
        a = np.tanh(a @ w[f"W{layer}"].T + w[f"b{layer}"])
    return a


def test_predictions_scores_and_validation_are_those_of_the_whole_net() -> None:
    seen = []

    def callback(t: Trainer) -> bool:
        np.testing.assert_allclose(t.predict(X), _whole_net(t), rtol=1e-12)
        seen.append(t.loss(X, Y))
        assert seen[-1] == pytest.approx(float(((_whole_net(t) - Y) ** 2).sum() / 2 / len(X)))
        return False

    t = made().fit(X, Y, 6, 4, 0.1, dropout=0.5, callback=callback)
    assert len(seen) == 6 and t.history != pytest.approx(seen)
    residual = float(((Y - _whole_net(t)) ** 2).sum())
    assert t.score(X, Y) == pytest.approx(1 - residual / float(((Y - Y.mean()) ** 2).sum()))
    stop = Stop(X, Y, held_out=(X[:4], Y[:4]), patience=2)
    t.fit(X, Y, 50, 4, 0.1, dropout=0.5, callback=stop)
    assert stop.best is not None
    stop.restore(t)
    assert stop.best[0] == pytest.approx(float(((_whole_net(t)[:4] - Y[:4]) ** 2).sum() / 2 / 4))


def test_all_units_dropped_leave_only_the_biases_of_the_output() -> None:
    t = made()
    before = t.theta.copy()
    t.fit(X, Y, 1, None, 0.1, dropout=1 - 1e-12)
    moved = np.flatnonzero(t.theta != before)
    assert moved.tolist() == [len(before) - 1]


# -- the norm constraint -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("size", [1, 5, None])
def test_the_constraint_holds_after_every_update(rule: str, size: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths, whole = [], Constraints.shorten

    def watched(self: Constraints, theta: Any) -> None:
        whole(self, theta)
        t.theta = theta
        lengths.append(max(float(np.linalg.norm(b, axis=1).max()) for b in t.weights.values() if b.ndim == 2))

    monkeypatch.setattr(Constraints, "shorten", watched)
    monkeypatch.setattr(passes, "inside", lambda *given: False)  # that compiled passes make the same steps is tested beside them
    t = made()
    t.fit(X, Y, 4, size, 0.3, optimiser=rule, max_norm=0.6)
    assert len(lengths) == 4 * -(-12 // (size or 12)) and max(lengths) <= 0.6 * (1 + 1e-14)
    assert max(lengths) > 0.59  # it did something


def test_without_the_constraint_the_weights_grow_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    monkeypatch.setattr(Constraints, "shorten", lambda self, theta: None)
    monkeypatch.setattr(passes, "inside", lambda *given: False)
    t = made().fit(X, Y, 4, 5, 0.3, max_norm=0.6)
    assert max(float(np.linalg.norm(b, axis=1).max()) for b in t.weights.values() if b.ndim == 2) > 0.6


def test_shorter_weights_biases_and_directions_stay() -> None:
    t = made()
    t.theta *= 3
    before = t.weights
    Constraints(NET, max_norm=1.0).shorten(t.theta)
    for name, block in t.weights.items():
        if block.ndim == 1:
            assert (block == before[name]).all()
            continue
        for row, old in zip(block, before[name], strict=True):
            length = np.linalg.norm(old)
            np.testing.assert_allclose(row, old * min(1.0, 1 / length), rtol=1e-14)
    huge = np.full(len(t.theta), 1e300)
    Constraints(NET, max_norm=1.0).shorten(huge)
    assert huge[0] == pytest.approx(0.5**0.5) and huge[-1] == 1e300  # a bias stays
    nothing = np.zeros(len(t.theta))
    Constraints(NET, max_norm=1.0).shorten(nothing)
    assert (nothing == 0).all()


def test_graphs_take_both() -> None:
    t = made(graph())
    inputs, targets = np.linspace(-1, 1, 8)[:, None], np.linspace(0.1, 0.9, 8)[:, None]
    t.fit(inputs, targets, 60, 4, 3.0, dropout=0.2, max_norm=0.7)
    at = dict(zip(t.net.parameters, t.theta, strict=True))
    for names in ("a", "cd", "fk"):
        assert np.linalg.norm([at[each] for each in names]) <= 0.7 * (1 + 1e-14)
    other, marks = with_masks(t.net, ["h", "g"])
    assert marks == {"h": "m_h", "g": "m_g"} and len(other.units) == 5


def test_the_masked_step_is_what_it_says() -> None:
    loss, grad = masked(lambda at: (at.sum(), at**2), np.array([1.0, 2.0]), np.array([0.0, 2.0]))
    assert loss == 4 and grad.tolist() == [0.0, 32.0]


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1.0, -0.1, float("nan"), "0.5", True, None, 2])
def test_shares_that_are_none_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match="dropout"):
        made().fit(X, Y, 1, dropout=value)


@pytest.mark.parametrize("value", [0.0, -1, float("inf"), float("nan"), "1", True])
def test_lengths_that_are_none_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match="max_norm"):
        made().fit(X, Y, 1, max_norm=value)


@pytest.mark.parametrize(
    ("net", "options", "words"),
    [
        (Network.layered([2, 1]), {"dropout": 0.5}, "no hidden unit"),
        (graph(shared=True), {"max_norm": 1.0}, "weight a"),
        (graph(fixed=True), {"dropout": 0.5}, "g -> o"),
        (NET, {"optimiser": Update("adam"), "clip": 1.0}, "an Update says itself"),
        (NET, {"clip": -1.0}, "out of range"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_first_step(net: Network, options: Any, words: str) -> None:
    t = made(net)
    before = t.theta.copy()
    with pytest.raises(DataError, match=words):
        t.fit(np.ones((3, len(net.inputs))), np.full((3, len(net.outputs)), 0.5), 1, **options)
    assert (t.theta == before).all() and t.epoch == 0
    t.fit(np.ones((3, len(net.inputs))), np.full((3, len(net.outputs)), 0.5), 1)


def test_plain_numbers_of_a_rule_stay_with_it() -> None:
    t = made().fit(X, Y, 2, 4, 0.1, optimiser="momentum", weight_decay=0.1, clip=1.0)
    assert (t.update.rule, t.update.weight_decay, t.update.clip) == ("momentum", 0.1, 1.0)
    v = t.update.state["v"].copy()
    t.fit(X, Y, 0, optimiser="momentum", clip=2.0)
    assert (t.update.weight_decay, t.update.clip) == (0.1, 2.0) and (t.update.state["v"] == v).all()
    same = made().fit(X, Y, 2, 4, 0.1, optimiser=Update("momentum", weight_decay=0.1, clip=1.0))
    again = made().fit(X, Y, 2, 4, 0.1, optimiser="momentum", weight_decay=0.1, clip=1.0)
    assert (same.theta == again.theta).all()


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_says_what_is_proved_and_goes_on_from_a_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("".join(f"{a},{b},{t}\n" for (a, b), (t,) in zip(X.tolist(), Y.tolist(), strict=True)))
    head = ["train", "2-4-1", "--data", str(file), "--backend", "numpy", "--seed", "3", "--batch-size", "5"]
    head += ["--dropout", "0.3", "--max-norm", "1", "--optimiser", "adam", "--clip", "1", "--rate", "0.05"]
    one, two = str(tmp_path / "one.npz"), str(tmp_path / "two.npz")
    assert main([*head, "--epochs", "12", "--checkpoint", one]) == 0
    assert "dropout   PROVED" in capsys.readouterr().out
    assert main([*head, "--epochs", "5", "--checkpoint", two]) == main([*head, "--epochs", "12", "--checkpoint", two]) == 0
    assert (Trainer.load(one, "numpy").theta == Trainer.load(two, "numpy").theta).all()
    python = compile_trainer(Network.layered([2, 4, 1]), "numpy", seed=3)
    python.fit(X, Y, 12, 5, 0.05, dropout=0.3, max_norm=1, optimiser="adam", clip=1)
    assert (python.theta == Trainer.load(one, "numpy").theta).all()
    assert main([*head, "--epochs", "2", "--stream", "6"]) == 0
    capsys.readouterr()
    for clash in (["--restarts", "3"], ["--optimiser", "perceptron"], ["--batch-norm"]):
        assert main([*head, "--epochs", "2", *clash]) == 2
        assert "--dropout" in capsys.readouterr().err
    for share in ("1", "nan"):
        assert main([*head, "--epochs", "2", "--dropout", share]) == 2
        said = capsys.readouterr()
        assert "0 <= dropout < 1" in said.err and not said.out  # nothing is called proved first
