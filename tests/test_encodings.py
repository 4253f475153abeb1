"""Encodings are undone by decoding, keep what they promise to keep, and refuse what they do not encode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from symbackprop.__main__ import main
from symbackprop.errors import DataError, FileError
from symbackprop.networks import Network
from symbackprop.training import store
from symbackprop.training.encodings import Bits, Centring, Images, OneOfK, Quantiser, Scaling, Thermometer
from symbackprop.training.trainer import Trainer, compile_trainer

VALUES = st.lists(st.integers(), min_size=1, max_size=6, unique=True).map(tuple)
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
TABLES = st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(lambda shape: arrays(float, shape, elements=NUMBERS))


@given(VALUES, st.data())
@pytest.mark.parametrize("kind", [OneOfK, Thermometer])
def test_nominal_and_ordinal_codes_are_undone(kind: Any, values: tuple[int, ...], data: Any) -> None:
    sample = data.draw(st.lists(st.sampled_from(values), max_size=8))
    codes = kind(values).encode(sample)
    assert kind(values).decode(codes) == sample
    assert codes.shape == (len(sample), len(values))


@given(VALUES)
def test_the_thermometer_counts_and_one_of_k_does_not_order(values: tuple[int, ...]) -> None:
    assert Thermometer(values).encode(values).sum(axis=1).tolist() == [n + 1 for n in range(len(values))]
    assert OneOfK(values).encode(values).sum(axis=1).tolist() == [1] * len(values)


@given(TABLES)
def test_scaling_and_centring_are_undone_and_stay_in_range(table: Any) -> None:
    size = np.abs(table).max() + 1
    scaled = Scaling.fit(table, low=-1, high=1)
    centred = Centring.fit(table)
    for fitted in (scaled, centred):
        codes = fitted.encode(table)
        assert np.abs(codes).max() <= 1 + 1e-9
        assert np.abs(fitted.decode(codes) - table).max() <= 1e-9 * size
    assert np.abs((centred.encode(table) * centred.radius).mean(axis=0)).max() <= 1e-9 * size


@given(st.sampled_from([(2, 3), (4,), (2, 2, 3)]), st.integers(0, 4))
def test_images_become_vectors_and_back(shape: tuple[int, ...], count: int) -> None:
    images = np.arange(count * int(np.prod(shape))).reshape(count, *shape)
    vectors = Images(shape).encode(images)
    assert vectors.shape == (count, int(np.prod(shape)))
    assert (Images(shape).decode(vectors) == images).all()


@given(st.lists(st.lists(st.integers(0, 255), min_size=3, max_size=3), min_size=1, max_size=5))
def test_bits_are_undone(rows: list[list[int]]) -> None:
    bits = Bits().encode(rows)
    assert bits.shape == (len(rows), 24) and Bits().decode(bits).tolist() == rows


@given(st.integers(1, 10), st.floats(0, 1))
def test_the_quantiser_is_within_half_a_step(bits: int, share: float) -> None:
    quantiser = Quantiser(bits, -2.0, 5.0)
    number = -2.0 + 7.0 * share
    assert abs(quantiser.decode(quantiser.encode([number]))[0] - number) <= quantiser.step / 2 + 1e-12
    codes = np.arange(quantiser.count)
    assert (quantiser.encode(np.clip(quantiser.decode(codes), -2.0, 5.0)) == codes).all()


REFUSED = {
    "an unknown value": lambda: OneOfK(("A", "C")).encode(["G"]),
    "values twice": lambda: OneOfK(("A", "A")).encode(["A"]),
    "two ones": lambda: OneOfK(("A", "C")).decode([[1, 1]]),
    "a half": lambda: OneOfK(("A", "C")).decode([[0.5, 0.5]]),
    "a gap": lambda: Thermometer((1, 2, 3)).decode([[1, 0, 1]]),
    "nothing": lambda: Thermometer((1, 2, 3)).decode([[0, 0, 0]]),
    "another width": lambda: Thermometer((1, 2, 3)).decode([[1, 0]]),
    "NaN": lambda: Scaling.fit([[float("nan")]]),
    "no rows": lambda: Centring.fit(np.zeros((0, 2))),
    "words": lambda: Scaling.fit([["tall"]]),
    "an empty range": lambda: Scaling.fit([[1.0]], low=1, high=1),
    "another shape": lambda: Images((2, 2)).encode(np.zeros((1, 3, 2))),
    "another length": lambda: Images((2, 2)).decode(np.zeros((1, 5))),
    "no byte": lambda: Bits().encode([[256]]),
    "no whole bytes": lambda: Bits().decode([[1, 0]]),
    "out of range": lambda: Quantiser(2, 0, 1).encode([2.0]),
    "no code": lambda: Quantiser(2, 0, 1).decode([4]),
    "no bits": lambda: Quantiser(0, 0, 1),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_encoded_is_refused(why: str) -> None:
    with pytest.raises(DataError):
        REFUSED[why]()


def test_the_nearest_value_is_the_largest_output() -> None:
    assert OneOfK(("cat", "dog")).nearest([[0.2, 0.7], [0.9, 0.1]]) == ["dog", "cat"]


WORDS = st.text(alphabet="abcdefghij", min_size=1, max_size=4)


@settings(deadline=None, max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=5, unique=True), st.data(), st.sampled_from(["one-of-k", "thermometer"]))
def test_the_command_encodes_any_words_and_decodes_them(known: list[str], data: st.DataObject, kind: str) -> None:
    values = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=6))
    assert main(["encode", kind, "--of", ",".join(known), *values]) == 0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-4, 4), min_size=1, max_size=5), st.sampled_from(["scaled", "centred", "quantised", "float64"]))
def test_the_command_encodes_any_numbers_and_decodes_them(numbers: list[float], kind: str) -> None:
    assert main(["encode", kind, "--", *map(repr, numbers)]) == 0


@pytest.mark.parametrize("words", [
    "one-of-k A", "one-of-k --of A,C X", "scaled 1,2 3", "centred nan", "quantised 99", "quantised 1 --bits 0", "image 1,2/3",
    "image 1,2 1,2/3,4", "scaled inf", "thermometer --of small,large huge",
])  # fmt: skip
def test_what_the_command_cannot_encode_is_a_clear_error(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encode", *words.split()]) == 2
    assert capsys.readouterr().err.startswith("DataError: ")


def test_held_out_inputs_are_prepared_by_the_numbers_of_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = "\n".join(f"{1000 + 10 * k},{k / 10}" for k in range(10))
    (tmp_path / "far.csv").write_text(f"x1,y\n{rows}\n", encoding="utf-8")
    ends = []
    for option in ([], ["--centre"], ["--scale"]):
        assert main(["train", "1-3-1", "--data", str(tmp_path / "far.csv"), "--epochs", "500", "--rate", "1", "--test", "0.3", "--json", *option]) == 0
        ends.append(json.loads(capsys.readouterr().out)["held_out"])
    assert ends[1] > 0.5 > ends[0] and ends[2] > ends[0]


@pytest.mark.parametrize("more", [[], ["--restarts", "2"], ["--jitter", "0.01"], ["--checkpoint", "c.npz"], ["--optimiser", "adam"]], ids=lambda each: " ".join(each[:1]))
def test_a_saved_trainer_scales_and_centres_as_the_training_did(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    X = np.array([[1000.0 + 10 * k, 0.001 * k * k] for k in range(10)])
    y = np.array([k / 10 for k in range(10)])
    Path("far.csv").write_text("x1,x2,y\n" + "\n".join(f"{a!r},{b!r},{t!r}" for (a, b), t in zip(X.tolist(), y.tolist())), encoding="utf-8")
    assert main(["train", "2-3-1", "--data", "far.csv", "--epochs", "30", "--rate", "0.5", "--scale", "--centre", "--save", "t.npz", "--json", *more]) == 0
    told = json.loads(capsys.readouterr().out)
    plain, loaded = Trainer.load("t.npz"), Trainer.load("t.npz")
    assert loaded.score(X, y) == told["score"] and loaded.loss(X, y) == told["after"]
    plain.inputs = ()
    scaled = Scaling.fit(X).encode(X)
    assert (plain.predict(Centring.fit(scaled).encode(scaled)) == loaded.predict(X)).all()
    assert not (plain.predict(X) == loaded.predict(X)).all()
    if "--checkpoint" in more:
        assert (Trainer.load("c.npz").predict(X) == loaded.predict(X)).all()


def test_encodings_of_a_damaged_file_are_an_error(tmp_path: Path) -> None:
    made = compile_trainer(Network.layered([2, 2, 1]), "numpy", certify=False)
    facts, arrays = made._state()
    for wrong in ([{"encoding": "scaling"}], [{"encoding": "sqrt", "mean": [0.0]}], [3], [{"encoding": "centring", "mean": [0.0, "x"], "radius": [1.0, 1.0]}]):
        store.write(tmp_path / "t.npz", {**facts, "inputs": wrong}, arrays)
        with pytest.raises(FileError):
            Trainer.load(tmp_path / "t.npz")
