"""Dropout with a mask for every sample, or one for a step: proved row by row, never another row's mask, never in predictions."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_dropout import NET, NETS, X, Y, graph, made

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.codegen.backends import BackendMissing
from symbackprop.codegen.certify import CodeRefused
from symbackprop.errors import DataError
from symbackprop.training import Trainer, masks, masks_judged
from symbackprop.training.masks import Constraints
from symbackprop.training.masks_judged import judge
from symbackprop.training.procedures import descend

SAMPLE: Any = {"dropout": 0.4, "dropout_per": "sample"}
BATCH: Any = {"dropout": 0.4, "dropout_per": "batch"}


# -- proved ------------------------------------------------------------------------------------------------------------


def _others(gradient: Any, theta: Any, drawn: Any, of: Any) -> Any:
    return masks.by_rows(gradient, theta, drawn[::-1], of)


def _first(gradient: Any, theta: Any, drawn: Any, of: Any) -> Any:
    return masks.by_rows(gradient, theta, np.tile(drawn[:1], (len(drawn), 1)), of)


def _summed(gradient: Any, theta: Any, drawn: Any, of: Any) -> Any:
    loss, made = masks.by_rows(gradient, theta, drawn, of)
    return loss, made * len(drawn)


@pytest.mark.parametrize("fault", [_others, _first, _summed])
@pytest.mark.parametrize("net", [NETS[0], graph()], ids=lambda net: net.name)
def test_a_mask_of_another_row_is_refused(fault: Any, net: Network) -> None:
    with pytest.raises(CodeRefused):
        judge(net, rows=fault)


@pytest.mark.parametrize("scale", [lambda p: 1.0, lambda p: 1 - p, lambda p: 1 / p])
def test_masks_without_their_scale_are_refused(scale: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Constraints, "numbers", lambda self, rng, n: (rng.random((n, len(self.leaving[1]))) >= self.dropout) * scale(self.dropout))
    with pytest.raises(CodeRefused, match="1/\\(1 - p\\)"):
        compile_trainer(NETS[0], "numpy").fit(X, Y, 1, 4, **SAMPLE)


def _step_by_hand(t: Trainer, drawn: Any, rate: float) -> tuple[Any, float]:
    """One full-batch step of a 2-3-1 sigmoid net whose hidden outputs are multiplied by a mask for every row."""
    w = t.weights
    a = 1 / (1 + np.exp(-(X @ w["W1"].T + w["b1"])))
    o = 1 / (1 + np.exp(-((a * drawn) @ w["W2"].T + w["b2"])))
    d2 = (o - Y) * o * (1 - o)
    d1 = (d2 @ w["W2"]) * drawn * a * (1 - a)
    grad = [(d1.T @ X).ravel(), d1.sum(0), (d2.T @ (a * drawn)).ravel(), d2.sum(0)]
    return t.theta - rate * np.concatenate(grad) / len(X), float(((o - Y) ** 2).sum() / 2 / len(X))


def test_by_hand() -> None:
    t = made(Network.layered([2, 3, 1], "sigmoid", "half_squared"))
    drawn = Constraints(t.net, 0.4).numbers(np.random.default_rng((3, 2, 0, 0)), len(X))
    assert set(np.unique(drawn)) == {0.0, 1 / 0.6} and len({tuple(row) for row in drawn.tolist()}) > 3
    theta, loss = _step_by_hand(t, drawn, 0.3)
    t.fit(X, Y, 1, None, 0.3, **SAMPLE)
    np.testing.assert_allclose(t.theta, theta, rtol=1e-12)
    assert t.history == [pytest.approx(loss)]


def test_on_average_a_mask_changes_no_output() -> None:
    drawn = Constraints(NET, 0.3).numbers(np.random.default_rng(0), 4000)
    np.testing.assert_allclose(drawn.mean(axis=0), 1.0, atol=0.05)
    assert abs(float((drawn == 0).mean()) - 0.3) < 0.01
    apart = np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]
    assert abs(apart) < 0.03  # a row knows nothing of the one before


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="no PyTorch here")
def test_one_step_is_that_of_pytorch_under_the_same_masks() -> None:
    import torch

    t = made()
    drawn = Constraints(NET, 0.4).numbers(np.random.default_rng((3, 2, 0, 0)), len(X))
    w = {name: torch.tensor(each, requires_grad=True) for name, each in t.weights.items()}
    kept = torch.tensor(drawn)
    a = torch.tanh(torch.tensor(X) @ w["W1"].T + w["b1"]) * kept[:, :4]
    a = torch.tanh(a @ w["W2"].T + w["b2"]) * kept[:, 4:]
    out = torch.tanh(a @ w["W3"].T + w["b3"])
    (((out - torch.tensor(Y)) ** 2).sum() / 2 / len(X)).backward()
    t.fit(X, Y, 1, None, 0.3, **SAMPLE)
    for name, each in w.items():
        assert each.grad is not None
        np.testing.assert_allclose(t.weights[name], (each - 0.3 * each.grad).detach().numpy(), rtol=1e-12)


# -- which of the two --------------------------------------------------------------------------------------------------


def test_a_mask_for_every_sample_unless_one_for_a_step_is_asked_for() -> None:
    plain, sample, batch = (made().fit(X, Y, 3, 5, 0.1, dropout=0.4, **how) for how in ({}, {"dropout_per": "sample"}, {"dropout_per": "batch"}))
    assert (plain.theta == sample.theta).all() and not np.allclose(plain.theta, batch.theta)
    online = [made().fit(X, Y, 3, 1, 0.1, dropout=0.4, dropout_per=per).theta for per in ("sample", "batch")]
    assert (online[0] == online[1]).all()  # of one sample a step they are the same


@pytest.mark.parametrize("backend", ["numpy", "c", *(pytest.param(name, marks=pytest.mark.slow) for name in ("jax", "numba", "torch"))])
@pytest.mark.parametrize("net", [NET, graph()], ids=lambda net: net.name)
def test_every_backend_drops_the_same(backend: str, net: Network) -> None:
    data = (X[:, : len(net.inputs)], Y)
    try:
        one = made(net, backend).fit(*data, 2, 5, 0.1, **SAMPLE)
    except BackendMissing:
        pytest.skip(f"no {backend} here")
    other = made(net).fit(*data, 2, 5, 0.1, **SAMPLE)
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9)


def test_a_run_cut_in_two_and_a_stream_end_at_the_same_bits(tmp_path: Path) -> None:
    options: Any = {**SAMPLE, "optimiser": "adam", "max_norm": 1.0}
    straight = made().fit(X, Y, 6, 5, 0.05, **options)
    made().fit(X, Y, 2, 5, 0.05, checkpoint=tmp_path / "cut.npz", **options)
    again = Trainer.load(tmp_path / "cut.npz", "numpy", certify=False).fit(X, Y, 4, 5, 0.05, **options)
    assert (again.theta == straight.theta).all() and again.history == straight.history
    whole = made().fit(X, Y, 3, 4, 0.1, shuffle=False, **options)
    parts = made().fit_stream(lambda: iter([(X, Y)]), 3, 4, 0.1, **options)
    assert (whole.theta == parts.theta).all()


def test_predictions_know_nothing_of_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    t = made().fit(X, Y, 3, 4, 0.1, **SAMPLE)
    w, a = t.weights, X
    for layer in (1, 2, 3):
        a = np.tanh(a @ w[f"W{layer}"].T + w[f"b{layer}"])
    np.testing.assert_allclose(t.predict(X), a, rtol=1e-12)
    whole = type(t.compiled).predict
    mask = Constraints(NET, 0.4).mask(np.random.default_rng(0))
    monkeypatch.setattr(type(t.compiled), "predict", lambda self, theta, X: whole(self, theta * mask, X))
    assert not np.allclose(t.predict(X), a)  # the line above can fail


@pytest.mark.parametrize("value", ["unit", "Sample", "", None, 1])
def test_other_ways_are_refused_before_the_first_step(value: Any) -> None:
    t = made()
    with pytest.raises(DataError, match="dropout_per"):
        t.fit(X, Y, 1, dropout=0.5, dropout_per=value)
    assert t.epoch == 0


def test_descent_with_noise_takes_both() -> None:
    one, other = made(), made()
    descend(one, X, Y, 2, batch_size=4, dropout=0.4, seed=1)
    descend(other, X, Y, 2, batch_size=4, dropout=0.4, dropout_per="batch", seed=1)
    assert not np.allclose(one.theta, other.theta)


def test_the_command_takes_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "data.csv"
    file.write_text("".join(f"{a},{b},{t}\n" for (a, b), (t,) in zip(X.tolist(), Y.tolist(), strict=True)))
    head = ["train", "2-4-1", "--data", str(file), "--backend", "numpy", "--seed", "3", "--batch-size", "5", "--epochs", "3", "--dropout", "0.4"]
    assert main([*head, "--dropout-per", "batch", "--save", str(tmp_path / "end.npz")]) == 0
    python = compile_trainer(Network.layered([2, 4, 1]), "numpy", seed=3).fit(X, Y, 3, 5, dropout=0.4, dropout_per="batch")
    assert (Trainer.load(tmp_path / "end.npz", "numpy").theta == python.theta).all()
    capsys.readouterr()
    assert main([*head, "--dropout-per", "unit"]) == 2
    assert "sample" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="no scikit-learn here")
def test_estimators_take_both() -> None:
    from symbackprop.training.estimators import SymbolicMLPRegressor

    options: Any = {"epochs": 3, "batch_size": 4, "backend": "numpy", "dropout": 0.4}
    ends = [SymbolicMLPRegressor((4,), dropout_per=per, **options).fit(X, Y.ravel()).trainer_.theta for per in ("sample", "batch")]
    assert not np.allclose(*ends)


def test_a_judge_that_sees_nothing_would_be_noticed() -> None:
    """A judge is worth what it refuses: a mask drawn for no row at all passes nowhere."""
    with pytest.raises(CodeRefused):
        masks_judged.judge(NETS[0], rows=lambda gradient, theta, drawn, of: masks.by_rows(gradient, theta, drawn * 0 + 1, of))
