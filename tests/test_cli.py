"""The command line as a stranger runs it: exit status, one clear line, no traceback, files where it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop.__main__ import main, names

ROOT = Path(__file__).parent.parent


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(stop.code or 0)
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_prove_prints_a_line_per_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "prove", "2-3-1")
    assert status == 0
    assert sum(line.rstrip().endswith("PROVED") for line in out.splitlines()) == 13
    assert "13 of 13 partial derivatives proved" in out


def test_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "prove", "1-1-1", "--no-bias", "--json")
    data = json.loads(out)
    assert status == 0 and data["proved"] is True and len(data["gradients"]) == 2


def test_a_large_net_is_abridged_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "prove", "9-9-9")
    assert status == 0 and len(out.splitlines()) < 80 and "more (--all prints every one)" in out


def test_the_certificate_is_written_and_verified(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "p.cert.json"
    assert run(capsys, "prove", "2-2-1", "--cert", str(path))[0] == 0
    status, out, _ = run(capsys, "verify", str(path))
    assert status == 0 and "ACCEPTED" in out
    path.write_text(path.read_text().replace('[1,', '[2,', 1))
    status, out, err = run(capsys, "verify", str(path))
    assert status == 1 and "REJECTED" in out and "Traceback" not in out + err


@pytest.mark.parametrize(
    "arguments",
    [
        ["prove", "2-0-1"],
        ["prove", "--", "-2-1"],
        ["prove", "2-3-1", "--activation", "sigmod"],
        ["prove", "2-3-1", "--loss", "nonsense"],
        ["prove", "2-3-1", "--no-bias", "--bias", "w0"],
        ["prove", "2-3-1", "--activation", "threshold"],
        ["prove", "nosuch.toml"],
        ["prove"],
        ["prove", "2-3-1", "--cert", "/nonexistent/x.json"],
        ["verify", "nosuch.json"],
        ["verify", "/"],
        ["derive", "2-3-1"],
        ["nonsense"],
        [],
    ],
)
def test_bad_input_ends_in_a_clear_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2 and "Traceback" not in out + err and (out + err).strip()


@pytest.mark.parametrize("content", ["{}", "[1,2", "null", '{"kind": "gradient", "version": 1}', "[" * 100_000])
def test_bad_certificates(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    status, out, err = run(capsys, "verify", str(path))
    assert status in (1, 2) and "Traceback" not in out + err and (out + err).strip()


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"derive", "prove", "verify"} <= set(names())
    for name in names():
        status, out, _ = run(capsys, name, "--help")
        assert status == 0 and f"symbackprop {name}" in out.split("example:")[-1], name


def test_python_dash_m() -> None:
    done = subprocess.run([sys.executable, "-m", "symbackprop", "prove", "1-1"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0 and "PROVED" in done.stdout
