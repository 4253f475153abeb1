"""symbackprop predict: outputs of a saved trainer as CSV, with the encoding it was trained with, and clear refusals."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.__main__ import main
from symbackprop.training.trainer import Trainer

FLOWERS = [[5.1, 3.5, "setosa"], [4.9, 3.0, "setosa"], [7.0, 3.2, "versi,color"], [6.4, 3.2, "versi,color"], [6.3, 3.3, "virginica"], [7.1, 3.0, "virginica"]]


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([["length", "width", "kind"], *FLOWERS])
    return path


@pytest.fixture
def model(tmp_path: Path, flowers: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "flowers.npz"
    words = ["--data", str(flowers), "--save", str(path), "--epochs", "40", "--scale", "--backend", "numpy", "--json"]
    assert main(["train", "2-3-3", "--activation", "tanh", "--loss", "softmax_cross_entropy", *words]) == 0
    capsys.readouterr()
    return path


def test_labels_and_outputs_are_those_of_the_trainer(
    model: Path, flowers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(model), "--data", str(flowers), "--backend", "numpy"]) == 0
    out, err = capsys.readouterr()
    head, *rows = csv.reader(io.StringIO(out))
    trainer = Trainer.load(model, "numpy")
    X = np.array([row[:2] for row in FLOWERS], float)
    assert trainer.inputs and head == ["label", "setosa", "versi,color", "virginica"]
    assert np.array_equal(np.array([row[1:] for row in rows], float), trainer.predict(X))  # to the last digit
    assert [row[0] for row in rows] == trainer.predict_labels(X).tolist()
    assert err == f"score {trainer.score(X, [row[2] for row in FLOWERS]):.4g} (6 samples)\n"


def test_inputs_alone_are_enough_and_a_file_takes_the_answer(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, out = tmp_path / "alone.csv", tmp_path / "answer.csv"
    alone.write_text("5.1,3.5\n7.0,3.2\n")
    assert main(["predict", str(model), "--data", str(alone), "--out", str(out), "--no-header", "--backend", "numpy"]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(out.read_text().splitlines()) == 2
    np.savez(tmp_path / "alone_data.npz", X=np.array([[5.1, 3.5], [7.0, 3.2]]))
    assert main(["predict", str(model), "--data", str(tmp_path / "alone_data.npz"), "--json", "--backend", "numpy"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["score"] is None and [[*map(str, row)] for row in facts["outputs"]] == [
        row[1:] for row in csv.reader(out.open())
    ]


def test_classes_that_were_numbers_are_found_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trainer = compile_trainer(Network.layered([1, 2, 2], "sigmoid", "softmax_cross_entropy"), "numpy")
    trainer.fit([[0.0], [1.0], [2.0], [3.0]], [7, 7, 9, 9], 5, 1, 0.5).save(tmp_path / "m.npz")
    (tmp_path / "d.csv").write_text("0,7\n3,9\n")
    assert main(["predict", str(tmp_path / "m.npz"), "--data", str(tmp_path / "d.csv"), "--backend", "numpy"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("label,7,9\n") and "score" in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2,3,4,5,6\n", "2 inputs, alone or with 3 targets, or one class label"),
        ("5.1,\n", "line 1, column 2"),
        ("5.1,nan\n", "not every entry is a finite number"),
        ("a,b\n", "a header and no sample"),
        ("5.1,3.5\n5.1\n", "the rows differ in length"),
        ("5.1,3.5,tulip\n", "a label was not among the classes before"),
        ("", "the file has no sample"),
        ("5.1;3.5\n", "this file seems to have ;"),
        ("5.1\t3.5\n", "this file seems to have tabs"),
    ],
)
def test_what_does_not_fit_is_said(
    text: str, words: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "bad.csv", tmp_path / "out.csv"
    data.write_text(text)
    assert main(["predict", str(model), "--data", str(data), "--out", str(out), "--backend", "numpy"]) == 2
    assert words in capsys.readouterr().err and not out.exists()


def test_a_model_that_is_none_is_said(tmp_path: Path, flowers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "half.npz").write_bytes(b"PK\x03\x04 half a file")
    np.savez(tmp_path / "other.npz", X=np.zeros(3))
    for name, words in (
        ("absent.npz", "cannot be read"),
        ("flowers.csv", "got       no .npz file"),
        ("half.npz", "not a saved trainer"),
        ("other.npz", "not a saved trainer"),
    ):
        assert main(["predict", str(tmp_path / name), "--data", str(flowers)]) == 2
        said = capsys.readouterr().err
        assert words in said and "pickle" not in said


def test_a_first_row_with_an_empty_cell_is_no_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "xor.csv").write_text("0,,1\n1,1,0\n")
    assert main(["train", "2-2-1", "--data", str(tmp_path / "xor.csv"), "--epochs", "1"]) == 2
    assert "line 1, column 2" in capsys.readouterr().err
