"""Hostile use of a trainer: weights and states of another size, endless epochs, saved files that are damaged or made by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.codegen.backends import table
from symbackprop.errors import SymbackpropError
from symbackprop.training.trainer import Trainer
from symbackprop.training.updates import Update

NET = Network.layered([2, 2, 1])
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(8, 2)), RNG.random((8, 1))
BACKENDS = [each for each in ("numpy", "c") if table()[each].missing() is None]


@pytest.mark.parametrize("backend", BACKENDS)
def test_weights_are_taken_as_numbers_that_fit(backend: str) -> None:
    """Compiled code reads and writes as many numbers as the net has, wherever it is told to."""
    trainer = compile_trainer(NET, backend)
    for wrong in (np.zeros(3), np.zeros((3, 3)), np.zeros(10), [0.0] * 8, np.full(9, np.nan), ["a"] * 9, None, np.zeros(9, complex)):
        with pytest.raises(SymbackpropError, match="theta"):
            trainer.theta = wrong  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        del trainer.theta
    given = np.arange(18, dtype=np.float32)[::2] / 9
    trainer.theta = given
    same = compile_trainer(NET, backend)
    same.theta[:] = given
    assert (trainer.fit(X, Y, 3, 2).theta == same.fit(X, Y, 3, 2).theta).all() and given[1] == np.float32(2 / 9)
    trainer.theta.flags.writeable = False
    with pytest.raises(SymbackpropError, match="cannot be changed"):
        trainer.fit(X, Y, 1)
    assert trainer.predict(X).shape == (8, 1)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_state_of_another_size_is_refused(backend: str) -> None:
    trainer = compile_trainer(NET, backend)
    for state in ({"v": np.zeros(2)}, {"v": np.zeros(9, int)}, {"v": np.zeros((9, 1))}, {"v": [0.0] * 9}):
        with pytest.raises(SymbackpropError, match="state"):
            trainer.fit(X, Y, 1, optimiser=Update("momentum", state=state))  # type: ignore[arg-type]
    for t in (np.zeros(0), np.array([-5.0]), np.array([0.5]), np.array([1e30]), np.array([np.nan])):
        with pytest.raises(SymbackpropError, match="state"):
            trainer.fit(X, Y, 1, optimiser=Update("adam", state={"t": t}))


def test_epochs_without_end_take_no_memory() -> None:
    trainer = compile_trainer(NET, "numpy")
    assert trainer.fit(X, Y, 10**15, callback=lambda each: each.epoch == 3).epoch == 3
    with pytest.raises(SymbackpropError, match="a rate of its own for every epoch"):
        trainer.fit(X, Y, 10**12, rate=lambda epoch: 0.1)


def test_times_and_what_float32_cannot_hold_are_refused_quietly(recwarn: pytest.WarningsRecorder) -> None:
    for wrong in (np.zeros((8, 2), "datetime64[s]"), np.zeros((8, 2), "timedelta64[s]")):
        with pytest.raises(SymbackpropError, match="not a table of numbers"):
            compile_trainer(NET, "numpy").fit(wrong, Y, 1)
    with pytest.raises(SymbackpropError, match="finite"):
        compile_trainer(NET, "numpy", dtype=np.float32).fit(X * 1e300, Y, 1)
    assert not recwarn.list


def test_a_path_may_be_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "a.npz")
    compile_trainer(NET, "numpy").fit(X, Y, 2, checkpoint=path)  # type: ignore[arg-type]
    assert Trainer.load(path, "numpy").epoch == 2  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "a.npz"
    compile_trainer(NET, "numpy", certify=False).fit(X, Y, 5, 2, 0.1, optimiser="adam").save(path)
    return path


def _damaged(raw: bytes) -> Iterator[bytes]:
    for k in range(0, len(raw), 3):
        yield raw[:k] + bytes([raw[k] ^ 0xFF]) + raw[k + 1 :]
    for k in range(0, len(raw), 17):
        yield raw[:k]
        yield raw[:k] + bytes(min(64, len(raw) - k)) + raw[k + 64 :]
    end = raw.rindex(b"PK\x01\x02")
    for k in range(raw.index(b"PK\x01\x02"), min(end + 60, len(raw))):  # every byte of the list of contents
        yield raw[:k] + bytes([raw[k] ^ 0xFF]) + raw[k + 1 :]


def test_damage_anywhere_is_said_or_does_no_harm(saved: Path, tmp_path: Path) -> None:
    whole, path, said = Trainer.load(saved, "numpy", certify=False), tmp_path / "b.npz", 0
    for text in _damaged(saved.read_bytes()):
        path.write_bytes(text)
        try:
            other = Trainer.load(path, "numpy", certify=False)
        except SymbackpropError:
            said += 1
            continue
        assert (other.theta == whole.theta).all() and other.history == whole.history and other.epoch == whole.epoch
        assert all((other.update.state[name] == value).all() for name, value in whole.update.state.items())
    assert said > 1000


WRONG: list[dict[str, Any]] = [
    {"state_m": np.zeros(2)}, {"state_m": np.array(["a"] * 9)}, {"state_m": np.full(9, np.nan)}, {"state_m": None},
    {"state_t": np.zeros(0)}, {"state_t": np.array([-5.0])}, {"state_zzz": np.zeros(9)},
    {"theta": np.zeros((3, 3))}, {"theta": np.array(["x"] * 9)}, {"theta": np.zeros(9, complex)}, {"theta": np.zeros(9, "M8[s]")},
    {"history": np.array(["a"])}, {"history": np.zeros((2, 2))}, {"history": np.array(3.0)},
    {"epoch": -3}, {"epoch": "x"}, {"epoch": float("inf")}, {"epoch": 2.5}, {"epoch": True},
    {"seed": -1}, {"seed": None}, {"dtype": "int8"}, {"dtype": 5}, {"format": 2},
    {"classes": 5}, {"classes": ["only one"]}, {"classes": [[1], [2]]}, {"classes": ["a", "b", "c"]}, {"classes": ["a", "a"]},
    {"generator": {}}, {"generator": 7}, {"generator": {"bit_generator": "MT19937"}},
    {"generator": {"bit_generator": "PCG64", "state": {"state": 10**60, "inc": 1}, "has_uint32": 0, "uinteger": 0}},
    {"update": {"rule": "nope"}}, {"update": {"rule": "adam", "momentum": "x"}}, {"update": [1]}, {"update": {"zzz": 1}},
    {"inputs": [1]}, {"inputs": 5}, {"net": {}}, {"net": 3}, {"net": {"graph": 3}},
    {"net": {"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"], "bias": True, "loss": ["a"]}},
    {"net": {"layers": [10**9, 10**9, 1], "activations": ["sigmoid", "sigmoid"], "bias": True, "loss": "performance"}},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{k}-{next(iter(each))}" for k, each in enumerate(WRONG)])
def test_a_file_made_by_hand_is_looked_through(wrong: dict[str, Any], saved: Path, tmp_path: Path) -> None:
    arrays = dict(np.load(saved))
    facts = json.loads(str(arrays["facts"]))
    for name, value in wrong.items():
        if name in facts:
            facts[name] = value
        elif value is None:
            del arrays[name]
        else:
            arrays[name] = value
    arrays["facts"] = np.array(json.dumps(facts))
    np.savez(tmp_path / "b.npz", **arrays)
    with pytest.raises(SymbackpropError):
        Trainer.load(tmp_path / "b.npz", "numpy", certify=False)
