"""Early stopping in a run that is killed: the run that goes on ends where the straight one does, bit for bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.errors import DataError, FileError
from symbackprop.training import store
from symbackprop.training.procedures import Stop
from symbackprop.training.trainer import Trainer

_DATA = np.random.default_rng(2)
X, HELD_X = _DATA.normal(size=(24, 2)), _DATA.normal(size=(9, 2))
Y, HELD_Y = (np.tanh(x[:, :1] * x[:, 1:]) / 2 + 0.3 * _DATA.normal(size=(len(x), 1)) for x in (X, HELD_X))
HELD = (HELD_X, HELD_Y)


def made() -> Trainer:
    return compile_trainer(Network.layered([2, 3, 1], "tanh", "half_squared"), "numpy", seed=2, certify=False)


def stop(patience: int = 8) -> Stop:
    return Stop(X, Y, held_out=HELD, patience=patience)


@dataclass
class Dies(Stop):
    dies: int = 0

    def __call__(self, trainer: Trainer) -> bool:
        if trainer.epoch > self.dies:
            raise KeyboardInterrupt
        return super().__call__(trainer)


def go(trainer: Trainer, callback: Any, path: Path, every: int = 7) -> None:
    trainer.fit(X, Y, 400 - trainer.epoch, 5, 0.3, checkpoint=path, every=every, callback=callback)


def test_the_run_that_goes_on_stops_where_the_straight_one_does(tmp_path: Path) -> None:
    straight, seen = made(), stop()
    go(straight, seen, tmp_path / "straight.npz")
    assert seen.best is not None and 20 < straight.epoch < 400 and "no better" in seen.reason

    for dies in (8, straight.epoch - 3, straight.epoch - 1):  # between two checkpoints, and shortly before it stops
        path, again = tmp_path / f"{dies}.npz", stop()
        with pytest.raises(KeyboardInterrupt):
            go(made(), Dies(X, Y, held_out=HELD, patience=8, dies=dies), path)
        later = Trainer.load(path, "numpy", certify=False)
        go(later, again, path)
        assert (later.theta == straight.theta).all() and later.history == straight.history
        assert again.best is not None and again.best[0] == seen.best[0] and (again.best[1] == seen.best[1]).all()
        assert again.reason == seen.reason


def test_a_run_that_had_stopped_is_not_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    first, seen = made(), stop()
    go(first, seen, path)
    later, again = Trainer.load(path, "numpy", certify=False), stop()
    go(later, again, path)
    assert later.epoch == first.epoch and again.reason == seen.reason
    again.restore(later)
    assert seen.best is not None and (later.theta == seen.best[1]).all()


def test_another_run_begins_with_a_callback_that_has_seen_nothing(tmp_path: Path) -> None:
    """Without a checkpoint it is not the run that was saved; and what was saved is handed over once."""
    path = tmp_path / "run.npz"
    go(made(), stop(), path)
    later = Trainer.load(path, "numpy", certify=False)
    before = later.epoch
    later.fit(X, Y, 2, 5, 0.3, callback=stop())
    assert later.epoch == before + 2
    later.fit(X, Y, 2, 5, 0.3, callback=stop(), checkpoint=path)
    assert later.epoch == before + 4


def test_a_callback_without_a_state_is_called_as_before(tmp_path: Path) -> None:
    path, seen = tmp_path / "run.npz", list[int]()
    made().fit(X, Y, 9, callback=lambda trainer: seen.append(trainer.epoch), checkpoint=path, every=4)
    later = Trainer.load(path, "numpy", certify=False)
    later.fit(X, Y, 1, callback=stop(), checkpoint=path)
    assert seen == list(range(1, 10)) and later.epoch == 10


class Named:
    """A callback with attributes of its own that only sound like a memory."""

    def __init__(self) -> None:
        self.state, self.resume = "running", True

    def __call__(self, trainer: Trainer) -> bool:
        return False


def test_an_attribute_that_sounds_like_a_memory_is_none(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    made().fit(X, Y, 2, callback=Named(), checkpoint=path)
    go(made(), stop(), path)  # and what another one left is not for it
    later = Trainer.load(path, "numpy", certify=False)
    before = later.epoch
    assert later.fit(X, Y, 1, callback=Named(), checkpoint=path).epoch == before + 1


@pytest.mark.parametrize("state", [None, {"a": 1}, ({"a": np.int64(1)}, {}), ({}, {"a": np.array([None])}), ({}, {"a": object()}), ({}, 3), (3, {})])
def test_what_no_file_can_hold_is_said_before_it_is_written(tmp_path: Path, state: Any) -> None:
    path, watch = tmp_path / "run.npz", stop()
    vars(watch)["state"] = lambda: state
    with pytest.raises(DataError, match="cannot be kept in a checkpoint"):
        made().fit(X, Y, 2, callback=watch, checkpoint=path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [{"waited": "many"}, {"least": 0.5}, {"last": [1]}, {"reason": None, "waited": None}, 5])
def test_a_file_with_something_else_is_refused(tmp_path: Path, wrong: Any) -> None:
    path = tmp_path / "run.npz"
    go(made(), stop(), path)
    facts, arrays = store.read(path)
    facts["callback"] = {**facts["callback"], **wrong} if isinstance(wrong, dict) else wrong
    del arrays["callback_best"]
    store.write(path, facts, arrays)
    later = Trainer.load(path, "numpy", certify=False)
    with pytest.raises(FileError, match="cannot go on"):
        go(later, stop(), path)


@pytest.mark.parametrize("patience", [None, 0, -1, 1.5, "many"])
def test_a_patience_that_is_no_number_of_epochs_is_refused_at_once(patience: Any) -> None:
    with pytest.raises(DataError, match="patience"):
        stop(patience)


_RUN = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_listeners import Trainer, go, made, stop
path = Path(sys.argv[1])
trainer, watch = Trainer.load(path, "numpy", certify=False) if path.exists() else made(), stop()
go(trainer, watch, path, every=1)
watch.restore(trainer)
print(trainer.epoch, trainer.theta.tobytes().hex())
"""


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _RUN, str(tmp_path / "run.npz"), os.path.dirname(__file__)]
    for k in range(6):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            child.wait(0.4 + 0.05 * k)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        child.wait()
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    straight, seen = made(), stop()
    go(straight, seen, tmp_path / "straight.npz")
    seen.restore(straight)
    assert done == [str(straight.epoch), straight.theta.tobytes().hex()]
