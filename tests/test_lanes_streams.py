"""Restarts in vector lanes, files in parts under a memory cap, the progress bar, and runs that are killed again and again."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_codegen import GRAPH, NETS

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.codegen import compile_c, lanes
from symbackprop.codegen.certify import CodeRefused
from symbackprop.errors import DataError, Diverged, FileError, SymbackpropError
from symbackprop.training.initialisers import start
from symbackprop.training.procedures import error, restarts
from symbackprop.training.progress import Bar
from symbackprop.training.streams import FileStream
from symbackprop.training.trainer import Trainer

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
EXACT = pytest.mark.skipif(not compile_c.can_run_exactly(), reason="no C++ compiler")
COMPILER = pytest.mark.skipif(compile_c.missing() is not None, reason="no C compiler")
F64 = np.dtype(np.float64)

# -- lanes ------------------------------------------------------------------------------------------------------------


@EXACT
@pytest.mark.parametrize("name", ["xor", "prelu", "binary", "graph"])
def test_lanes_are_certified(name: str) -> None:
    net = GRAPH if name == "graph" else NETS[name]
    verdict = lanes.Lanes(net, F64).certify()
    assert verdict.kind == "CHECKED" and "online pass" in verdict.words()


FAULTS = [
    ("theta[3 * LANES + r]", "theta[3 * LANES + 0]"),  # one lane's weight in all lanes
    ("theta[1 * LANES + r] +=", "theta[1 * LANES + (r + 1) % LANES] +="),  # moved in the neighbour
    ("rate * d2_1", "rate * rate * d2_1"),
    ("mean = rates[e] / (real)left", "mean = rates[e] / (real)size"),
    ("grad[k] = 0;", ";"),
    ("i < start + left", "i < start + left - 1"),
    ("order ? order[i] : i", "i"),
    ("a1_1*(1.0 - a1_1)", "a1_2*(1.0 - a1_2)"),
]


@EXACT
@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_faults_in_lanes_are_refused(number: int) -> None:
    made = lanes.Lanes(NETS["xor"], F64)
    text, wrong = FAULTS[number]
    assert text in made.source
    with pytest.raises(CodeRefused):
        lanes.certify(made.source.replace(text, wrong), made.program, made.net)


@COMPILER
@pytest.mark.parametrize("size", [1, 3, None])
@pytest.mark.parametrize("name", ["xor", "prelu"])
def test_every_lane_is_the_single_run(name: str, size: int | None) -> None:
    net = NETS[name]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10, len(net.inputs)))
    Y = rng.uniform(size=(10, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True) if net.loss.targets_sum_to_one else 1
    how = {"epochs": 30, "batch_size": size, "rate": 0.3, "seed": 5}
    best, together = restarts(net, X, Y, 19, side_by_side=True, **how)  # type: ignore[arg-type]
    other, apart = restarts(net, X, Y, 19, side_by_side=False, **how)  # type: ignore[arg-type]
    np.testing.assert_allclose(together, apart, rtol=1e-9)
    np.testing.assert_allclose(best.theta, other.theta, rtol=1e-9)
    single = compile_trainer(net, seed=5)
    single.theta[:] = start(net, "glorot", 5 + 7)
    single.fit(X, Y, 30, size, 0.3)
    assert error(single, X, Y) == pytest.approx(apart[7], rel=1e-12)


@COMPILER
def test_a_lane_that_diverges_leaves_the_others_alone() -> None:
    net = Network.layered([1, 1], "identity", "squared", bias=False)
    made = lanes.Lanes(net, F64)
    thetas = np.array([[0.5], [1e300], [0.25]])
    made.run(thetas, np.ones((4, 1)), np.ones((4, 1)), None, 1, np.full(50, 0.1))
    assert np.isfinite(thetas[[0, 2]]).all() and abs(thetas[[0, 2]] - 1).max() < 1e-6
    with pytest.raises(Diverged, match="every run"):
        restarts(net, [[1e3]] * 4, [[1.0]] * 4, 3, epochs=400, rate=1.0)


def test_a_net_that_fills_the_vectors_by_itself_says_so() -> None:
    net = Network.layered([30, 20, 5])
    assert "fill the vectors" in str(lanes.missing(net)) or compile_c.missing()
    with pytest.raises(DataError, match="side by side"):
        restarts(net, np.ones((2, 30)), np.ones((2, 5)), 2, epochs=1, side_by_side=True)


# -- streams ----------------------------------------------------------------------------------------------------------


def test_a_file_in_parts_trains_like_the_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(25, 2)), rng.normal(size=25)
    table, packed = tmp_path / "d.csv", tmp_path / "d.npz"
    table.write_text("a,b,y\n" + "".join(f"{float(a)!r},{float(b)!r},{float(c)!r}\n\n" for (a, b), c in zip(X, y)))
    np.savez_compressed(packed, X=X, y=y)
    net = Network.layered([2, 3, 1], "tanh", "half_squared")
    for optimiser in ("sgd", "adam"):
        whole = compile_trainer(net, "numpy", seed=1)
        whole.fit(X, y, 4, 5, 0.05, shuffle=False, optimiser=optimiser)
        for path in (table, packed):
            parts = compile_trainer(net, "numpy", seed=1)
            parts.fit_stream(FileStream(net, str(path), 10), 4, 5, 0.05, optimiser)
            assert (whole.theta == parts.theta).all() and len(parts.history) == 4
            np.testing.assert_allclose(whole.history, parts.history)
    for rows in (1, 2, 24, 25, 26):
        assert sum(len(part[0]) for part in FileStream(net, str(table), rows)()) == 25


def test_labels_of_a_stream_are_gathered_first(tmp_path: Path) -> None:
    file = tmp_path / "l.csv"
    file.write_text("".join(f"{k},{-k},{'abc'[k // 4]}\n" for k in range(12)))
    net = Network.layered([2, 3], loss="softmax_cross_entropy")
    trainer = compile_trainer(net, "numpy").fit_stream(FileStream(net, str(file), 3), 2, 3)
    assert trainer.classes == ("a", "b", "c")


@pytest.mark.parametrize("text", ["1,2\n3\n", "1,2\n" * 50 + "1,x\n", "", "a,b\n", "1,2,3\n", "1,nan\n"])
def test_a_bad_line_is_named_when_it_is_reached(text: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(SymbackpropError):
        list(FileStream(Network.layered([1, 1]), str(file), 7)())


def test_packed_files_that_cannot_be_read_in_parts_are_refused(tmp_path: Path) -> None:
    net, file = Network.layered([2, 1]), tmp_path / "d.npz"
    for arrays in (
        {"X": np.ones((3, 2))},
        {"X": np.asfortranarray(np.ones((3, 2))), "y": np.ones(3)},
        {"X": np.ones((3, 2)), "y": np.ones(4)},
    ):
        np.savez(file, **arrays)
        with pytest.raises(SymbackpropError):
            list(FileStream(net, str(file))())
    np.savez(file, allow_pickle=True, X=np.array([{}, {}], dtype=object), y=np.ones(2))
    with pytest.raises(FileError):
        list(FileStream(net, str(file))())
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(FileError):
        list(FileStream(net, str(file))())


_CAPPED = """
import re, resource, sys
import numpy as np
from symbackprop import Network, compile_trainer
from symbackprop.training.streams import FileStream
net = Network.layered([64, 4, 1], "tanh", "half_squared")
trainer = compile_trainer(net, "numpy", certify=False).fit(np.ones((500, 64)), np.ones(500), 1, 100)
now = int(re.search(r"VmSize:\\s+(\\d+)", open("/proc/self/status").read()).group(1)) * 1024
resource.setrlimit(resource.RLIMIT_AS, (now + 60_000_000,) * 2)
if sys.argv[2] == "stream":
    trainer.fit_stream(FileStream(net, sys.argv[1], 2000), 1, 100, 0.01)
    print("trained", trainer.epoch)
else:
    try:
        np.load(sys.argv[1])["X"]
    except MemoryError:
        print("does not fit")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's limits")
def test_data_larger_than_memory(tmp_path: Path) -> None:
    """150 MB of samples under a cap of 60 MB more than the bare trainer; reading them at once breaks the cap."""
    file = tmp_path / "large.npz"
    np.savez(file, X=np.zeros((300_000, 64)), y=np.zeros(300_000))
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    said = [
        subprocess.run(
            [sys.executable, "-c", _CAPPED, str(file), how], env=env, capture_output=True, text=True, check=False
        )
        for how in ("stream", "whole")
    ]
    assert [each.stdout.strip() for each in said] == ["trained 2", "does not fit"], [each.stderr for each in said]


def test_the_command_streams_and_refuses_what_does_not_go_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "xor.csv"
    file.write_text("0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    head = ["train", "2-2-1", "--data", str(file), "--backend", "numpy", "--epochs", "5"]
    assert main([*head, "--stream", "2", "--batch-size", "2"]) == 0
    assert "at most 2 samples in memory" in capsys.readouterr().out
    assert main([*head, "--stream", "--test", "0.5"]) == 2 and "--test" in capsys.readouterr().err
    assert main([*head, "--stream", "0"]) == 2
    assert main([*head, "--restarts", "2", "--optimiser", "adam"]) == 2 and "--optimiser" in capsys.readouterr().err
    assert main([*head, "--jitter", "0.5", "--clip", "1"]) == 2 and "--clip" in capsys.readouterr().err
    assert main([*head, "--clip", "0.5", "--weight-decay", "0.01", "--optimiser", "momentum"]) == 0


# -- progress ---------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("rich", [False, True])
def test_the_bar_shows_loss_and_speed_and_changes_no_bit(rich: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if rich:
        pytest.importorskip("rich")
    net, stream = Network.layered([2, 3, 1]), Terminal()
    silent = compile_trainer(net, "numpy", seed=2).fit(*XOR, 300)
    bar = Bar(300, 4, stream=stream, rich=rich)
    shown = compile_trainer(net, "numpy", seed=2).fit(*XOR, 300, progress=bar)
    bar.close()
    assert (silent.theta == shown.theta).all() and silent.history == shown.history
    assert "samples/s" in stream.getvalue() and "loss" in stream.getvalue() and "300/300" in stream.getvalue()
    monkeypatch.setattr(sys, "stderr", Terminal())
    compile_trainer(net, "numpy", seed=2).fit(*XOR, 20, progress=True)
    assert "samples/s" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_nobody_watching_nothing_written(capsys: pytest.CaptureFixture[str]) -> None:
    compile_trainer(Network.layered([2, 2, 1]), "numpy").fit(*XOR, 20, progress=True)
    assert capsys.readouterr().err == ""


# -- killed again and again -------------------------------------------------------------------------------------------

_RUN = """
import os, sys
from symbackprop import Network, compile_trainer
from symbackprop.training.trainer import Trainer
path, backend, rule, total = *sys.argv[1:4], int(sys.argv[4])
net = Network.layered([2, 3, 1], "tanh", "half_squared")
made = Trainer.load(path, backend, certify=False) if os.path.exists(path) else compile_trainer(net, backend, seed=3, certify=False)
print("ready", flush=True)
made.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], total - made.epoch, 2, 0.01, optimiser=rule, checkpoint=path, every=1)
print(made.epoch, made.theta.tobytes().hex(), len(made.history))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("backend", "rule"), [("numpy", "adam"), ("c", "sgd"), ("numpy", "momentum")])
def test_killed_twenty_times_it_still_ends_with_the_same_bits(backend: str, rule: str, tmp_path: Path) -> None:
    """A checkpoint after every pass, so that most kills fall into a save; a moment may also be before the first one."""
    if backend == "c" and compile_c.missing() is not None:
        pytest.skip("no C compiler")
    path, total, draw, seen = tmp_path / "run.npz", 3000, random.Random(backend + rule), []
    command = [sys.executable, "-c", _RUN, str(path), backend, rule, str(total)]
    net = Network.layered([2, 3, 1], "tanh", "half_squared")
    straight = compile_trainer(net, backend, seed=3).fit(*XOR, total, 2, 0.01, optimiser=rule)  # also compiles, once
    for _ in range(20):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline().strip() == "ready"
        time.sleep(draw.expovariate(1 / 0.04))
        child.send_signal(signal.SIGKILL)
        child.wait()
        if path.exists():
            seen.append(Trainer.load(path, backend, certify=False).epoch)
    assert seen == sorted(seen) and len(set(seen)) > 3, seen
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert done[1:] == [str(total), straight.theta.tobytes().hex(), str(total)]
