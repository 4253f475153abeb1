"""Input that ended in a fault of ours, in no answer at all, or in a destroyed device."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from symbackprop.__main__ import main
from symbackprop.errors import FileError, NetworkError, SymbackpropError
from symbackprop.networks import Network
from symbackprop.proofs.certificate import save
from symbackprop.proofs.prove import prove
from symbackprop.specs import read_file

NET = 'inputs = ["x"]\noutputs = ["o"]\n[units.o]\nfrom = ["x"]\nbias = "b"\n'


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Writing the certificate to a device, as the superuser, put a file in its place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        save({"kind": "x"}, str(pipe))
        assert os.read(reader, 100) == b'{"kind":"x"}' and stat.S_ISFIFO(os.stat(pipe).st_mode)
    finally:
        os.close(reader)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    file.write_text("old")
    link.symlink_to(file)
    save({"kind": "x"}, str(link))
    assert link.is_symlink() and file.read_text() == '{"kind":"x"}'


def test_an_empty_name_for_the_certificate_is_no_file() -> None:
    with pytest.raises(FileError):
        save({}, "")
    assert main(["prove", "1-1", "--cert", ""]) == 2
    assert main(["prove", "1-1", "--activation", ""]) == 2


@pytest.mark.parametrize("number", ["1e999999999", "1e400", "1e-5000", "nan", "inf"])
def test_a_number_past_all_use_is_refused(tmp_path: Path, number: str) -> None:
    """1e999999999 was never read to its end."""
    path = tmp_path / "net.toml"
    path.write_text(NET + f"weights = [{number}]\n")
    with pytest.raises(FileError):
        read_file(str(path))


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "identity"])
@pytest.mark.parametrize("number", ["1e300", "1e-300"])
def test_a_very_large_or_small_weight_is_no_fault_of_ours(tmp_path: Path, activation: str, number: str) -> None:
    path = tmp_path / "net.toml"
    path.write_text(NET + f'weights = [{number}]\nactivation = "{activation}"\n')
    assert prove(read_file(str(path))).proved


@pytest.mark.parametrize("line", ['bias = ["a"]', "bias = 3", "output_activation = 3", "name = 3", "loss = 3"])
def test_a_layered_file_with_a_wrong_type_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "net.toml"
    path.write_text(f"layers = [1, 1]\n{line}\n")
    with pytest.raises(SymbackpropError):
        read_file(str(path))


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.toml"
    path.write_text("#" * 101)
    monkeypatch.setattr("symbackprop.specs.MAX_FILE", 100)
    with pytest.raises(FileError, match="too large"):
        read_file(str(path))


def test_an_output_named_twice_is_refused() -> None:
    """One delta cannot hold two targets: such a net was built, and its true derivatives were called wrong."""
    units = Network.layered([1, 1]).units
    with pytest.raises(NetworkError, match="twice"):
        Network(["x1"], units, ["u1_1", "u1_1"])


def test_a_certificate_with_half_a_letter_is_rejected_without_a_fault(tmp_path: Path, capfd: Any) -> None:
    path = tmp_path / "half.json"
    path.write_text('{"kind": "\\ud800", "version": 1}')
    assert main(["verify", str(path)]) == 1
    assert "InternalError" not in capfd.readouterr().err
