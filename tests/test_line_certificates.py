"""The certificates of a derivation's lines as files: written, replayed, and refused when anything in the folder is changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from symbackprop.__main__ import main
from symbackprop.derive import derivation as D
from symbackprop.derive.backpropagation import derive
from symbackprop.derive.sample import sample
from symbackprop.errors import CertificateError, FileError
from symbackprop.networks import Network
from symbackprop.render.certificates import replay, write

NET = Network.layered([2, 2, 1], loss="half_squared")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = derive(NET, notation="nielsen")
    count = write(made, str(tmp_path / "c"))
    assert count == sum(step.evidence.certificate is not None for step in made.steps) > 15
    return tmp_path / "c"


def test_every_proved_line_is_replayed(folder: Path) -> None:
    made = derive(NET, notation="nielsen")
    proved = [k for k, step in enumerate(made.steps, start=1) if step.evidence.verdict != D.DEFINED]
    assert [int(said.split()[1].rstrip(":")) for said in replay(str(folder))] == proved
    assert main(["verify", str(folder)]) == 0


def test_one_file_is_enough_for_the_standard_library(folder: Path) -> None:
    file = sorted(folder.glob("line-*.json"))[0]
    done = subprocess.run(
        [sys.executable, "-m", "symbackprop.kernel", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "ACCEPTED" in done.stdout


def _index(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    data = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    change(next(line for line in data["lines"] if line["verdict"] == "proved"))
    (folder / "index.json").write_text(json.dumps(data), encoding="utf-8")


def _edit(folder: Path, old: str, new: str) -> None:
    file = next(path for path in sorted(folder.glob("line-*.json")) if old in path.read_text(encoding="utf-8"))
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def _swap(folder: Path) -> None:
    one, two, *_ = sorted(folder.glob("line-*.json"))
    shutil.copy(one, two)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a symbol changed": lambda folder: _edit(folder, '"a_u2_1"', '"a_u1_1"'),
    "another line's certificate": _swap,
    "a file gone": lambda folder: sorted(folder.glob("line-*.json"))[0].unlink(),
    "a file more": lambda folder: (folder / "line-9999.json").write_text("{}"),
    "a claim changed": lambda folder: _index(folder, lambda line: line.__setitem__("claim", ["1 = 1"])),
    "a line without its file": lambda folder: _index(folder, lambda line: line.pop("file")),
    "a file from elsewhere": lambda folder: _index(folder, lambda line: line.__setitem__("file", "../x.json")),
    "not JSON": lambda folder: sorted(folder.glob("line-*.json"))[0].write_text("["),
    "a list": lambda folder: sorted(folder.glob("line-*.json"))[0].write_text("[]"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_changed_is_refused(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    DAMAGE[name](folder)
    with pytest.raises(CertificateError):
        replay(str(folder))
    assert main(["verify", str(folder)]) == 1 and "REJECTED" in capsys.readouterr().out


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileError):
        write(derive(NET), str(tmp_path))
    with pytest.raises(FileError):
        replay(str(tmp_path))
    assert main(["verify", str(tmp_path)]) == 2


def test_the_command_writes_them_and_writes_again(tmp_path: Path) -> None:
    for spec in ("2-3-1", "1-1"):
        assert main(["derive", spec, "--out", str(tmp_path / "d.html"), "--certificates", str(tmp_path / "c")]) == 0
        assert main(["verify", str(tmp_path / "c")]) == 0


def test_numbers_of_a_line_are_its_two_sides() -> None:
    said = [sample(step.evidence.certificate) for step in derive(NET, notation="nielsen").steps]
    shown = [each for each in said if each]
    assert len(shown) > 15 and all(each.startswith("both sides are ") for each in shown)
    wrong = {"kind": "equation", "left": ["+", "a", 1], "right": "a"}
    assert sample(wrong).count(" and ") == 1 and not sample(wrong).startswith("both")
    assert sample({"kind": "equation", "left": ["/", 1, 0], "right": 1}) == "" and sample(None) == ""
