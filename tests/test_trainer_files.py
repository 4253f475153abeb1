"""Optimisers, files, checkpoints, streams and estimators."""

from __future__ import annotations

import copy
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_codegen import GRAPH

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.errors import DataError, Diverged, FileError, NameUnknown, SymbackpropError
from symbackprop.training.trainer import Trainer
from symbackprop.training.updates import RULES, Update

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
NET = Network.layered([2, 3, 1], "tanh", "half_squared")


def made(net: Network = NET, **more: object) -> Trainer:
    return compile_trainer(net, backend="numpy", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_learns_xor_and_ascends_where_it_should(rule: str) -> None:
    rates = {"sgd": 0.3, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.01, "adam": 0.03}
    for loss, better in (("half_squared", -1), ("performance", 1)):
        trainer = made(Network.layered([2, 3, 1], "tanh", loss), seed=2)
        trainer.fit(*XOR, epochs=300, batch_size=2, rate=rates[rule], optimiser=rule)
        assert better * (trainer.history[-1] - trainer.history[0]) > 0 and abs(trainer.history[-1]) < 0.05


def test_a_rule_of_plain_steps_is_the_compiled_step() -> None:
    one = made(seed=1).fit(*XOR, epochs=30, batch_size=2)
    other = made(seed=1).fit(*XOR, epochs=30, batch_size=2, optimiser=Update("sgd", clip=1e9))
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-12)
    zero = made(seed=1).fit(*XOR, epochs=30, batch_size=2, optimiser=Update("momentum", momentum=0.0))
    np.testing.assert_allclose(one.theta, zero.theta, rtol=1e-12)


def test_adam_by_hand() -> None:
    theta, update = np.array([1.0, -2.0]), Update("adam")
    update.step(theta, np.array([0.5, 0.0]), 0.1)
    np.testing.assert_allclose(theta, [1 - 0.1 * 0.5 / (0.5 + 1e-8), -2])
    short = np.zeros(2)
    Update(clip=1.0).step(short, np.array([3.0, 4.0]), 1.0)
    np.testing.assert_allclose(short, [-0.6, -0.8])
    smaller = np.ones(1)
    Update(weight_decay=0.1).step(smaller, np.zeros(1), 1.0)
    np.testing.assert_allclose(smaller, [0.9])


def test_rules_out_of_range_are_refused_and_divergence_is_seen() -> None:
    with pytest.raises(DataError):
        Update("momentum", momentum=1.0)
    with pytest.raises(NameUnknown):
        made().fit(*XOR, optimiser="adagrad")
    trainer = made(Network.layered([2, 1], "identity", "squared"))
    with pytest.raises(Diverged):
        trainer.fit(np.multiply(XOR[0], 100.0), XOR[1], epochs=500, rate=10.0, optimiser="momentum")
    assert np.isfinite(trainer.theta).all()


@pytest.mark.parametrize("net", [NET, GRAPH], ids=["layers", "graph"])
def test_a_saved_trainer_comes_back_and_goes_on_bit_for_bit(net: Network, tmp_path: Path) -> None:
    X, y = np.array(XOR[0], dtype=float), np.array([[0.1, 0.9]] * 4)[:, : len(net.outputs)]
    straight = made(net, seed=5).fit(X, y, epochs=20, optimiser="adam")
    first = made(net, seed=5).fit(X, y, epochs=12, optimiser="adam")
    first.save(tmp_path / "t.npz")
    second = Trainer.load(tmp_path / "t.npz", "numpy").fit(X, y, epochs=8, optimiser="adam")
    assert (second.theta == straight.theta).all() and second.history == straight.history and second.epoch == 20
    assert (copy.deepcopy(second).predict(X) == second.predict(X)).all()


def test_files_that_are_no_trainer_are_refused(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.npz", tmp_path / "bad.npz"
    made().save(good)
    with pytest.raises(FileError):
        Trainer.load(tmp_path / "none.npz")
    bad.write_bytes(good.read_bytes()[:200])
    with pytest.raises(FileError):
        Trainer.load(bad)
    with np.load(good) as file:
        arrays, facts = {k: file[k] for k in file.files if k != "facts"}, json.loads(str(file["facts"]))
    for change in (
        {"format": 99},
        {"net": {"layers": [2, 9, 1], "activations": ["tanh"] * 2, "bias": "none", "loss": "half_squared"}},
        {"net": {"layers": [2, 3, 1], "activations": ["tnh"] * 2, "bias": "none", "loss": "half_squared"}},
        {"net": {}},
        {"update": {"rule": "sgd", "surprise": 1}},
        {"generator": {"bit_generator": "PCG64"}},
    ):
        np.savez(bad, facts=json.dumps({**facts, **change}), **arrays)
        with pytest.raises(SymbackpropError):
            Trainer.load(bad, "numpy")
    np.savez(bad, facts=np.array([{"pickled": 1}], dtype=object), **arrays)
    with pytest.raises(FileError):
        Trainer.load(bad)
    with pytest.raises(FileError):
        made().save(tmp_path / "no" / "folder.npz")


_RUN = """
import sys
from symbackprop import Network, compile_trainer
from symbackprop.training.trainer import Trainer
import os
net = Network.layered([2, 3, 1], "tanh", "half_squared")
path, total = sys.argv[1], 4000
made = Trainer.load(path, "numpy", certify=False) if os.path.exists(path) else compile_trainer(net, "numpy", seed=3, certify=False)
print("ready", flush=True)
made.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], total - made.epoch, rate=0.05, checkpoint=path, every=20)
print(made.epoch, made.theta.tobytes().hex())
"""


def test_killed_at_any_moment_a_run_goes_on_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    for moment in random.Random(1).sample([0.01, 0.05, 0.1, 0.2], 3):
        child = subprocess.Popen([sys.executable, "-c", _RUN, str(path)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline().strip() == "ready"
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        child.wait()
        if path.exists():
            assert 0 < Trainer.load(path, "numpy", certify=False).epoch <= 4000
    done = subprocess.run([sys.executable, "-c", _RUN, str(path)], capture_output=True, text=True, check=True)
    straight = made(seed=3).fit(*XOR, 4000, rate=0.05)
    assert done.stdout.split()[1:] == ["4000", straight.theta.tobytes().hex()]


def test_a_stream_is_trained_like_the_whole() -> None:
    X, y = np.random.default_rng(0).normal(size=(30, 2)), np.linspace(-0.5, 0.5, 30)
    whole = made(seed=1).fit(X, y, epochs=3, batch_size=10, shuffle=False)
    parts = made(seed=1).fit_stream(lambda: ((X[k : k + 10], y[k : k + 10]) for k in (0, 10, 20)), epochs=3)
    assert (whole.theta == parts.theta).all()
    np.testing.assert_allclose(whole.history, parts.history)
    with pytest.raises(DataError, match="no sample"):
        made().fit_stream(lambda: iter(()))
    with pytest.raises(DataError, match="finite"):
        made().fit_stream(lambda: iter([([[0, float("nan")]], [0])]))


def test_the_command_goes_on_from_a_checkpoint_saves_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "xor.csv"
    data.write_text("0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    more = ["train", "2-2-1", "--data", str(data), "--backend", "numpy", "--checkpoint", str(tmp_path / "c.npz")]
    assert main([*more, "--epochs", "10"]) == 0
    assert main([*more, "--epochs", "30", "--save", str(tmp_path / "s.npz"), "--plot", str(tmp_path / "l.svg")]) == 0
    assert "trained 30 epochs" in capsys.readouterr().out
    assert Trainer.load(tmp_path / "s.npz", "numpy").epoch == 30
    assert (tmp_path / "l.svg").read_text().startswith("<svg")
    assert main(["train", "2-3-1", *more[2:]]) == 2 and "another net" in capsys.readouterr().err
    assert main([*more, "--optimiser", "sdg"]) == 2


def test_the_estimators_pass_scikit_learns_own_checks() -> None:
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    from symbackprop.training.estimators import SymbolicMLPClassifier, SymbolicMLPRegressor

    for each in (SymbolicMLPClassifier(), SymbolicMLPRegressor()):
        results = checks.check_estimator(each, on_fail=None)
        assert [r["check_name"] for r in results if r["status"] == "failed"] == []
