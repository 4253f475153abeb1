"""Training: what it learns, what it refuses before the first step, and what it promises about steps and seeds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.codegen import backends
from symbackprop.codegen.backends import BackendMissing, choose, table
from symbackprop.errors import DataError, Diverged, GradientRefused, NameUnknown, ShapeError
from symbackprop.training.initialisers import SCALES, start

NET = Network.layered([2, 2, 1])
XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def trainer(*sizes: int, **more: object):  # type: ignore[no-untyped-def]
    net = Network.layered(sizes, **{k: v for k, v in more.items() if k in ("activation", "loss", "bias")})  # type: ignore[arg-type]
    rest = {k: v for k, v in more.items() if k not in ("activation", "loss", "bias")}
    return compile_trainer(net, **{"backend": "numpy", **rest})  # type: ignore[arg-type]


def test_it_learns_xor() -> None:
    made = trainer(2, 2, 1, seed=3, init="small").fit(*XOR, epochs=5000, rate=1.0)
    assert np.abs(made.predict(XOR[0]).ravel() - XOR[1]).max() < 0.05
    assert len(made.history) == 5000 and made.history[-1] > made.history[0]  # a performance rises


@pytest.mark.parametrize(
    ("data", "sizes", "how", "bar"),
    [("iris", (4, 10, 3), {"epochs": 100}, 0.93), ("digits", (64, 30, 10), {"epochs": 20, "rate": 0.2}, 0.95)],
)
def test_it_classifies_what_it_has_not_seen(
    data: str, sizes: tuple[int, ...], how: dict[str, float], bar: float
) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    selection = pytest.importorskip("sklearn.model_selection")
    X, y = getattr(datasets, f"load_{data}")(return_X_y=True)
    X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)
    scores = []
    for seed in range(3):
        a, b, c, d = selection.train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
        made = trainer(*sizes, activation="tanh", loss="softmax_cross_entropy", seed=seed)
        scores.append(made.fit(a, c, batch_size=10, **how).score(b, d))
    assert np.mean(scores) > bar


def test_ascent_of_a_performance_is_descent_of_the_cost() -> None:
    up, down = (trainer(2, 3, 1, loss=loss, seed=1).fit(*XOR, epochs=20) for loss in ("performance", "half_squared"))
    np.testing.assert_allclose(up.theta, down.theta, rtol=1e-13)


def test_a_full_batch_step_is_one_step_along_the_mean_gradient() -> None:
    made = trainer(2, 3, 1, loss="half_squared", seed=1)
    expected = {name: value - 0.5 * made.gradients(*XOR)[name] for name, value in made.weights.items()}
    made.fit(*XOR, epochs=1, batch_size=None, rate=0.5)
    for name, value in made.weights.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-13)


def test_gradients_agree_with_central_differences() -> None:
    made = trainer(3, 4, 2, activation="tanh", loss="squared", seed=2)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    found = np.concatenate([each.ravel() for each in made.gradients(X, y).values()])
    theta = made.theta.copy()
    for k in range(len(theta)):
        sides = []
        for step in (1e-6, -1e-6):
            made.theta[:] = theta
            made.theta[k] += step
            sides.append(made.loss(X, y))
        assert abs((sides[0] - sides[1]) / 2e-6 - found[k]) < 1e-7


def test_the_same_seed_gives_the_same_bits_and_chunks_do_not_matter() -> None:
    one, two = (trainer(2, 3, 1, seed=7).fit(*XOR, epochs=130) for _ in range(2))
    watched = trainer(2, 3, 1, seed=7).fit(*XOR, epochs=130, callback=lambda _: None)
    parts = trainer(2, 3, 1, seed=7).fit(*XOR, epochs=100).fit(*XOR, epochs=30)
    for other in (two, watched, parts):
        assert (one.theta == other.theta).all() and one.history == other.history
    assert (trainer(2, 3, 1, seed=8).theta != trainer(2, 3, 1, seed=7).theta).any()


def test_weights_go_in_and_out_as_plain_arrays() -> None:
    made = trainer(2, 3, 1)
    assert {name: value.shape for name, value in made.weights.items()} == {
        "W1": (3, 2),
        "b1": (3,),
        "W2": (1, 3),
        "b2": (1,),
    }
    made.weights = {"W1": np.arange(6).reshape(3, 2)}
    assert made.weights["W1"][2, 1] == 5
    with pytest.raises(ShapeError):
        made.weights = {"W1": np.zeros((2, 3))}
    with pytest.raises(NameUnknown):
        made.weights = {"W9": 0}
    with pytest.raises(DataError):
        made.weights = {"b2": [float("nan")]}


BAD = [
    ([[0, np.nan]], [0], DataError, "X[0, 1]"),
    ([[0, np.inf]], [0], DataError, "finite"),
    ([[0, 1]], [np.nan], DataError, "y"),
    ([[0, 1, 2]], [0], ShapeError, "(samples, 2)"),
    ([0, 1], [0], ShapeError, "(samples, 2)"),
    ([[0, 1]], [[0, 1]], ShapeError, "(samples, 1)"),
    ([[0, 1]], [0, 1], ShapeError, "1 samples"),
    (np.empty((0, 2)), [], DataError, "no sample"),
    ([["a", "b"]], [0], DataError, "numbers"),
    ([[0, 1], [1]], [0, 1], DataError, "numbers"),
    ([[0, 1j]], [0], DataError, "numbers"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_bad_data_is_refused_before_the_first_step(number: int) -> None:
    X, y, kind, word = BAD[number]
    made = trainer(2, 2, 1)
    before = made.theta.copy()
    with pytest.raises(kind) as caught:
        made.fit(X, y)
    assert word in str(caught.value) and (made.theta == before).all()


def test_targets_outside_the_domain_of_the_loss_are_refused() -> None:
    with pytest.raises(DataError, match="domain"):
        trainer(2, 1, loss="binary_cross_entropy").fit([[0, 1]], [2.0])
    with pytest.raises(DataError, match="sum to 1"):
        trainer(2, 2, loss="softmax_cross_entropy").fit([[0, 1]], [[0.5, 0.6]])
    with pytest.raises(DataError, match="classes"):
        trainer(2, 2, loss="softmax_cross_entropy").fit([[0, 1]] * 3, ["a", "b", "c"])


@pytest.mark.parametrize(
    "how", [{"epochs": -1}, {"batch_size": 0}, {"batch_size": 1.5}, {"rate": float("nan")}, {"rate": -1}]
)
def test_settings_that_cannot_be_are_refused(how: dict[str, float]) -> None:
    with pytest.raises(DataError):
        trainer(2, 2, 1).fit(*XOR, **how)


@pytest.mark.parametrize("size", [1, 4])
def test_divergence_keeps_the_last_finite_weights(size: int) -> None:
    made = trainer(2, 3, 1, activation="identity", loss="squared")
    with pytest.raises(Diverged, match="epoch") as caught:
        made.fit(np.multiply(XOR[0], 10.0), XOR[1], epochs=2000, rate=5.0, batch_size=size)
    assert np.isfinite(made.theta).all() and np.isfinite(made.history).all()
    assert caught.value.fields()["where"] == f"epoch {len(made.history) + 1}"


def test_threshold_nets_run_forward_and_refuse_training() -> None:
    made = trainer(2, 2, 1, activation="threshold")
    assert set(made.predict(XOR[0]).ravel()) <= {0.0, 1.0} and made.verdict.kind in ("CHECKED", "PROVED")
    with pytest.raises(GradientRefused):
        made.fit(*XOR)


def test_labels_come_back_as_they_went_in() -> None:
    made = trainer(2, 3, loss="softmax_cross_entropy")
    X, y = np.eye(3)[:, :2], np.array(["cat", "dog", "eel"])
    made.fit(X, y, epochs=300, rate=0.5)
    assert made.predict_labels(X).tolist() == y.tolist() and made.score(X, y) == 1


@pytest.mark.parametrize("name", SCALES)
def test_every_initialiser_fits_every_net(name: str) -> None:
    for net in (Network.layered([2, 3, 1]), Network.layered([2, 2, 1], "parametric_relu", bias="shared")):
        assert start(net, name).shape == (len(net.parameters),)
    with pytest.raises(NameUnknown):
        start(Network.layered([1, 1]), "xaver")


def test_a_backend_is_chosen_by_name_or_as_the_fastest() -> None:
    assert "numpy" in table()
    assert choose("auto", NET)[1].startswith("the fastest")
    with pytest.raises(NameUnknown, match="numpy"):
        choose("nunpy", NET)
    assert issubclass(BackendMissing, Exception)


def test_auto_goes_by_the_size_of_the_net(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"c", "torch", "source"}
    have = {n: replace(b, missing=(lambda: "gone") if n in gone else (lambda: None)) for n, b in table().items()}
    monkeypatch.setattr(backends, "table", lambda: have)
    taken = [choose("auto", Network.layered(sizes))[0].name for sizes in ([2, 2, 1], [20, 20, 5], [784, 30, 10])]
    assert taken == ["numba", "numba", "numpy"]
    assert choose("auto", Network.layered([3, 4, 2], "parametric_relu"))[0].name == "jax"  # numba is for dense nets alone


# -- the command ------------------------------------------------------------------------------------------------------


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_the_command_trains_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "xor.csv", "a,b,out\n0,0,0\n0,1,1\n\n1,0,1\n1,1,0\n")
    assert main(["train", "2-2-1", "--data", file, "--epochs", "20", "--backend", "numpy"]) == 0
    said = capsys.readouterr().out
    assert "P before" in said and "trained 20 epochs" in said and "PROVED" in said
    assert main(["train", "2-2-1", "--data", file, "--epochs", "2", "--json", "--backend", "numpy"]) == 0
    assert len(json.loads(capsys.readouterr().out)["history"]) == 2
    assert main(["train", "2-2-1", "--data", file, "--source", "--backend", "numpy"]) == 0
    assert "def online" in capsys.readouterr().out


def test_labels_in_a_file_and_npz(tmp_path: Path) -> None:
    rows = "".join(f"{k},{-k},{'low' if k < 5 else 'high'}\n" for k in range(10))
    file = write(tmp_path / "l.csv", rows)
    more = ["--epochs", "3", "--backend", "numpy"]
    assert main(["train", "2-2", "--loss", "softmax_cross_entropy", "--data", file, "--test", "0.3", *more]) == 0
    assert main(["train", "2-1", "--loss", "binary_cross_entropy", "--data", file, *more]) == 0
    np.savez(tmp_path / "d.npz", X=np.ones((3, 2)), y=np.ones(3))
    assert main(["train", "2-1", "--data", str(tmp_path / "d.npz"), *more]) == 0


FILES = {
    "nan": "x1,y\n1,nan\n",
    "ragged": "x1,y\n1\n",
    "later ragged": "1,2\n1,2,3\n",
    "words": "1,2\n1,two\n",
    "empty cell": "1,2\n1,\n",
    "empty": "",
    "only a header": "x1,y\n",
    "too wide": "1,2,3\n",
    "quote": '1,"2\n',
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files_end_in_one_clear_error(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "bad.csv", FILES[name])
    assert main(["train", "1-1-1", "--data", file, "--backend", "numpy"]) == 2
    assert "Error: " in capsys.readouterr().err
    assert main(["train", "1-1-1", "--data", str(tmp_path / "nowhere.csv")]) == 2
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 not really")
    assert main(["train", "1-1-1", "--data", str(tmp_path / "bad.npz")]) == 2
