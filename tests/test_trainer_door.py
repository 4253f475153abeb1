"""What a stranger hands to a trainer by mistake: refused before the first step, in words; what is right is taken as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symbackprop import Network, SymbackpropError, compile_trainer
from symbackprop.training.trainer import Trainer
from symbackprop.training.updates import Update

NET = Network.layered([2, 3, 1], "sigmoid", "half_squared")
X = np.random.default_rng(0).normal(size=(8, 2))
Y = (X[:, 0] > 0).astype(float)


def _trainer(**more: Any) -> Trainer:
    return compile_trainer(NET, "numpy", certify=False, **more)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda: _trainer(dtype=int), "expected  float64 or float32"),  # whole-number weights could not learn
        (lambda: _trainer(dtype=np.float16), "expected  float64 or float32"),  # compiled code would read past their end
        (lambda: _trainer(dtype=">f8"), "expected  float64 or float32"),
        (lambda: _trainer(dtype="flout"), "where     dtype"),
        (lambda: _trainer(seed=-1), "seed is not a whole number"),
        (lambda: _trainer(seed="x"), "seed is not a whole number"),
        (lambda: compile_trainer([2, 3, 1], "numpy"), "this is not a net"),  # type: ignore[arg-type]
        (lambda: compile_trainer(NET, None), "no backend has this name"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, 1, None), "where     rate"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, 1, "0.1"), "where     rate"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, 1, lambda epoch: None), "where     rate(0)"),  # type: ignore[arg-type,return-value]
        (lambda: _trainer().fit(X, Y, 3, 1, lambda epoch: 1.0 - epoch), "where     rate(2)"),
        (lambda: _trainer().fit(X, Y, 3, callback=3), "where     callback"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, checkpoint="c.npz", every=0), "every is not a whole number"),
        (lambda: _trainer().fit(X, Y, 3, progress="yes"), "where     progress"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, checkpoint=""), "this is no file to save into"),
        (lambda: _trainer().fit(X, Y, 3, checkpoint="/"), "this is no file to save into"),
        (lambda: _trainer().fit(X, Y, 3, checkpoint="/nowhere/at/all/c.npz"), "no such folder"),  # before the training
        (lambda: _trainer().fit(X, Y, 3, weight_decay="0.1"), "Update('sgd'), weight_decay"),  # type: ignore[arg-type]
        (lambda: _trainer().fit(X, Y, 3, clip=float("inf")), "Update('sgd'), clip"),
        (lambda: Update("adam", epsilon=float("inf")), "Update('adam'), epsilon"),  # every step would be 0
        (lambda: Update("momentum", momentum=None), "got       None"),  # type: ignore[arg-type]
        (lambda: _trainer().fit_stream(iter([(X, Y)]), 2), "used up after one epoch"),  # type: ignore[arg-type]
        (lambda: _trainer().fit_stream([(X, Y)], 2), "this cannot be called"),  # type: ignore[arg-type]
        (lambda: _trainer().fit_stream(lambda: None), "this gives no parts"),  # type: ignore[arg-type,return-value]
        (lambda: _trainer().fit_stream(lambda: [(X, Y), X]), "part 2"),  # type: ignore[arg-type,return-value,list-item]
        (lambda: _trainer().fit(np.ma.masked_equal(X, X[0, 0]), Y), "entries are masked"),
        (lambda: _trainer().fit(X, np.ma.masked_equal(Y, 1)), "entries are masked"),
        (lambda: _trainer().predict(np.ma.masked_equal(X, X[0, 0])), "entries are masked"),
    ],
)
def test_mistakes_are_refused_in_words(mistake: Callable[[], object], words: str) -> None:
    with pytest.raises(SymbackpropError) as refused:
        mistake()
    assert words in str(refused.value)


def test_what_is_right_is_taken() -> None:
    assert _trainer(dtype="float32", seed=np.int64(3)).theta.dtype == np.float32
    column = np.where(Y > 0, "yes", "no")[:, None]
    learnt = _trainer().fit(X, column, 3)
    assert learnt.classes == ("no", "yes") and learnt.predict_labels(X).shape == (8,)
    assert (learnt.theta == _trainer().fit(X, column[:, 0], 3).theta).all()
    assert (_trainer().fit(X, Y, 2, 1, np.array(0.5)).theta == _trainer().fit(X, Y, 2, 1, lambda epoch: 0.5).theta).all()
    assert _trainer().fit(np.ma.masked_equal(X, 99.0), Y, 1).epoch == 1  # nothing is masked


def test_a_callback_that_raises_leaves_a_trainer_that_goes_on() -> None:
    def stumble(trainer: Trainer) -> None:
        if trainer.epoch == 3:
            raise RuntimeError("mine")

    broken = _trainer(seed=1)
    with pytest.raises(RuntimeError, match="mine"):
        broken.fit(X, Y, 5, callback=stumble)
    assert broken.epoch == len(broken.history) == 3
    assert broken.fit(X, Y, 2).epoch == 5 and np.isfinite(broken.theta).all()
