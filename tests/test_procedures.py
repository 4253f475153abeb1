"""Training procedures: each does what its mathematics says, and refuses what it cannot do."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

import symbackprop.catalogue
from symbackprop.__main__ import main
from symbackprop.claims.separability import separate
from symbackprop.errors import DataError, Diverged
from symbackprop.networks import Network
from symbackprop.training import Trainer, compile_trainer
from symbackprop.training.encodings import Quantiser
from symbackprop.training.masks import Constraints
from symbackprop.training.perceptron import fires, learn
from symbackprop.training.procedures import Stop, decreasing, descend, error, restarts, search, stepped

X, Y = np.array([[0.0, 0.2], [0.5, -0.4], [0.9, 0.3]]), np.array([[0.2], [0.7], [0.4]])
POINTS = list(product((0, 1), repeat=2))


def trainer(seed: int = 1, loss: str = "half_squared"):  # type: ignore[no-untyped-def]
    return compile_trainer(Network.layered([2, 3, 1], loss=loss), "numpy", seed=seed, certify=False)


@pytest.mark.parametrize("loss", ["half_squared", "performance"])
def test_plain_descend_is_fit(loss: str) -> None:
    one, other = trainer(loss=loss), trainer(loss=loss)
    descend(one, X, Y, 5, rate=0.3)
    other.fit(X, Y, 5, None, 0.3)
    assert np.allclose(one.theta, other.theta, atol=1e-14)


def test_momentum_is_the_recursion_written_out() -> None:
    one, other = trainer(), trainer()
    descend(one, X, Y, 3, rate=0.3, momentum=0.5)
    v = np.zeros_like(other.theta)
    for _ in range(3):
        parts = other.gradients(X, Y)
        v = 0.5 * v - 0.3 * np.concatenate([parts[name].ravel() for name in other.weights])
        other.theta += v
    assert np.allclose(one.theta, other.theta, atol=1e-14)


def test_the_norm_constraint_holds_after_every_epoch() -> None:
    one = trainer()
    one.theta *= 10
    descend(one, X, Y, 2, rate=0.1, max_norm=0.5)
    for name, block in one.weights.items():
        assert name[0] == "b" or np.linalg.norm(block, axis=1).max() <= 0.5 + 1e-12
    before = one.theta.copy()
    Constraints(one.net, max_norm=10.0).shorten(one.theta)
    assert (one.theta == before).all()


def test_dropout_averages_to_the_gradient_of_the_masked_nets() -> None:
    """With every hidden unit dropped the first layer gets no gradient; with none the gradient is the plain one."""
    one, other = trainer(), trainer()
    descend(one, X, Y, 1, rate=0.3, dropout=0.0)
    other.fit(X, Y, 1, None, 0.3)
    assert np.allclose(one.theta, other.theta)
    dropped = trainer()
    start = dropped.weights["W1"].copy()
    descend(dropped, X, Y, 1, rate=0.3, dropout=1 - 1e-12, seed=3)
    assert np.allclose(dropped.weights["W1"], start)


def test_augmentation_sees_the_inputs_once_an_epoch() -> None:
    seen = []
    descend(trainer(), X, Y, 4, augment=lambda data, rng: seen.append(len(data)) or data)  # type: ignore[func-returns-value]
    assert seen == [3, 3, 3, 3]


def test_stopping_criteria_and_early_stopping() -> None:
    one = trainer()
    stop = Stop(X, Y, below=error(one, X, Y) * 0.9)
    one.fit(X, Y, 10_000, None, 1.0, callback=stop)
    assert "below" in stop.reason and one.epoch < 10_000
    two = trainer()
    stop = Stop(X, Y, held_out=(X, 1 - Y), patience=3)
    two.fit(X, Y, 2000, None, 1.0, callback=stop)
    assert "held-out" in stop.reason and stop.best is not None
    stop.restore(two)
    assert error(two, X, 1 - Y) == pytest.approx(stop.best[0])


def test_restarts_keep_the_best_and_count_runs() -> None:
    told: list[int] = []
    best, ends = restarts(
        Network.layered([2, 2, 1]), POINTS, [[0], [1], [1], [0]], 6, epochs=50, progress=lambda k, n: told.append(k)
    )
    assert len(ends) == 6 and told == [1, 2, 3, 4, 5, 6]
    assert error(best, POINTS, [[0], [1], [1], [0]]) == pytest.approx(min(ends))


def test_exhaustive_search_finds_the_best_of_all_and_refuses_too_many() -> None:
    net = Network.layered([2, 1], "identity", "half_squared")
    X2, y2 = POINTS, [[0.0], [1.0], [-1.0], [0.0]]
    best, rounds = search(net, X2, y2, Quantiser(2, -1.5, 1.5))
    assert rounds == 64 and error(best, X2, y2) <= 0.1
    with pytest.raises(DataError, match="too many rounds"):
        search(Network.layered([2, 3, 1]), X2, y2, Quantiser(8, -1, 1))


def test_schedules_go_down() -> None:
    for schedule in (decreasing(1.0, 5), stepped(1.0, 5)):
        rates = [schedule(k) for k in range(40)]
        assert all(b <= a for a, b in pairwise(rates)) and 0 < rates[-1] < rates[0]


@pytest.mark.parametrize("function", list(product((0, 1), repeat=4)))
def test_the_perceptron_rule_stops_exactly_on_the_separable_functions(function: tuple[int, ...]) -> None:
    end = learn(POINTS, list(function))
    assert end.converged == (separate(function).weights is not None)
    assert end.converged != (end.cycle is not None)
    if end.converged:
        assert end.predict(POINTS) == list(function)


def test_the_perceptron_refuses_what_it_cannot_learn() -> None:
    with pytest.raises(DataError):
        learn([(0, 0)], [2])
    with pytest.raises(DataError):
        learn([], [])
    assert fires((Fraction(0), Fraction(1)), (0,)) == 0  # the slides' convention: strictly above 0


@pytest.mark.parametrize("options", [{"momentum": 1.0}, {"dropout": 1.0}, {"max_norm": 0.0}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(DataError):
        descend(trainer(), X, Y, 1, **options)


def test_divergence_is_said() -> None:
    net = Network.layered([2, 1], "identity", "half_squared")
    one = compile_trainer(net, "numpy", certify=False)
    with np.errstate(all="ignore"), pytest.raises((Diverged, DataError)):
        descend(one, X, Y, 5000, rate=1e9)


DATA = Path(symbackprop.catalogue.__file__).parent / "data"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--epochs 3000 --stop-below 0.01", "stopped   error"),
        ("--epochs 3000 --stop-change 1e-4", "changed by less"),
        ("--epochs 20 --restarts 5", "restarts  5 runs"),
        ("--max-norm 2 --dropout 0.1", "trained 100 epochs"),
        ("--half-life 50", "trained 100 epochs"),
    ],
)
def test_the_procedures_are_options_of_train(options: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = f"train 2-3-1 --data {DATA / 'xor.csv'} --rate 3 --batch-size 0 --seed 3 --backend numpy {options}"
    assert main(words.split()) == 0
    assert said in capsys.readouterr().out


def test_early_stopping_needs_samples_held_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = f"train 1-3-1 --data {DATA / 'line.csv'} --backend numpy --epochs 2000 --rate 1 --patience 20"
    assert main(words.split()) == 2
    assert "--test" in capsys.readouterr().err
    assert main([*words.split(), "--test", "0.3"]) == 0
    assert "stopped   no better" in capsys.readouterr().out


WAYS = [
    ("2-1 --activation threshold --optimiser perceptron --data {and}", 0, "converged"),
    ("2-1 --activation threshold --optimiser perceptron --data {xor}", 1, "never converges"),
    ("2-1 --activation threshold --optimiser perceptron --data {xor} --rate 0", 2, "not a learning rate"),
    ("2-2-1 --optimiser perceptron --data {xor}", 2, "one threshold unit"),
    ("2-1 --search 2 --data {and}", 0, "64 rounds"),
    ("2-3-1 --search 32 --data {and}", 2, "2^416 rounds"),
    ("2-3-1 --jitter 0.1 --epochs 5 --data {xor}", 0, "trained 5 epochs"),
    ("2-3-1 --jitter -1 --data {xor}", 2, "not an amount of noise"),
    ("2-5-1 --activation tanh --output-activation identity --loss half_squared --batch-norm --data {xor}", 0, "central differences"),
    ("2-5-1 --batch-norm --data {xor}", 2, "half_squared"),
    ("2-3-1 --start nowhere.npz --data {xor}", 2, "nowhere.npz"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "said"), WAYS)
def test_more_procedures_are_options_of_train(words: str, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = words.replace("{and}", str(DATA / "and.csv")).replace("{xor}", str(DATA / "xor.csv"))
    assert main(["train", *given.split()]) == status
    printed = capsys.readouterr()
    assert said in printed.out + printed.err


def test_a_saved_net_is_a_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, data = str(tmp_path / "a.npz"), str(DATA / "xor.csv")
    assert main(["train", "2-3-1", "--data", data, "--epochs", "20", "--save", saved]) == 0
    assert main(["train", "2-3-1", "--data", data, "--epochs", "0", "--start", saved, "--save", str(tmp_path / "b.npz")]) == 0
    assert "begins with W1, b1, W2, b2" in capsys.readouterr().out
    one, other = (Trainer.load(str(tmp_path / name)) for name in ("a.npz", "b.npz"))
    assert one.theta.tolist() == other.theta.tolist()
    assert main(["train", "1-1", "--data", str(DATA / "slope.csv"), "--start", saved]) == 2
    assert "no block of the saved net fits" in capsys.readouterr().err
