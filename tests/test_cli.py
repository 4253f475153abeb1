"""The command line as a stranger runs it: exit status, one clear line, no traceback, files where it says."""

from __future__ import annotations

import json
import os
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


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["deriv", "2-3-1"], "symbackprop derive"),
        (["derive", "2-3-1", "--ot", "x.tex"], "--out"),
        (["derive", "2-3-1", "--out", "x.texx"], "x.tex"),
        (["derive", "2-3-1", "--out", "x"], "no ending"),
        (["derive", "2-3-1", "--out", "x.tex", "--bias", "paramter"], "parameter"),
        (["prove", "2,3,1"], "2-3-1"),
        (["prove", "2x3x1"], "2-3-1"),
        (["prove", "2\u20133\u20131"], "2-3-1"),
        (["prove", "examples/simplst.toml"], "examples/simplest.toml"),
        (["check", "READMEE.md"], "README.md"),
        (["verify", "READMEE.md"], "README.md"),
        (["train", "2-2-1", "--data", "examples/xr.csv"], "examples/xor.csv"),
        (["audit", "examples/audits/winstn.toml", "README.md"], "examples/audits/winston.toml"),
        (["notations", "examples/tid.toml"], "examples/tied.toml"),
        (["certify", "1-1", "--coq", "net.txt"], "net.v"),
        (["encode", "thermometer", "--of", "small,medium,large", "medum"], "medium"),
    ],
)
def test_a_typo_is_told_what_was_meant(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: str
) -> None:
    monkeypatch.chdir(ROOT)
    status, _, err = run(capsys, *arguments)
    assert status == 2 and (f"try       {wanted}" in err or wanted in err.partition("got ")[2])
    assert err.count("\n") >= 2, "what, and where or expected or got"


def stranger(command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command line of a shell, `symbackprop` standing for this package."""
    return subprocess.run(
        ["bash", "-c", command.replace("symbackprop", f"{sys.executable} -m symbackprop")], capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, **more},
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
@pytest.mark.parametrize("arguments", ["--help", "--version", "prove --help", "notations", "prove 1-1 --json"])
def test_a_full_disk_is_named_and_is_not_our_fault(arguments: str) -> None:
    done = stranger(f"symbackprop {arguments} > /dev/full")
    assert done.returncode == 2, done
    assert "standard output" in done.stderr and "No space left" in done.stderr
    assert "Traceback" not in done.stderr and "InternalError" not in done.stderr and "Exception" not in done.stderr


def test_closed_streams_say_nothing() -> None:
    assert stranger("symbackprop notations >&-").stderr == "" and stranger("symbackprop notations >&- 2>&-").returncode == 0


def test_a_dash_reads_standard_input(tmp_path: Path) -> None:
    right = r"printf '%s' '$\delta_l = o_l(1-o_l) w_r \delta_r$' | symbackprop check - --net 1-1-1 --no-bias --notation winston"
    assert stranger(right).stdout.endswith("1 formula: 1 proved\n")
    assert stranger(right.replace("w_r", "w_l")).returncode == 1
    assert stranger("symbackprop check - <&-").returncode == 2
    assert "3 parameters" not in stranger("printf 'layers = [1, 1]' | symbackprop prove -").stdout.splitlines()[0]
    assert stranger("printf 'layers = [1, 1]' | symbackprop prove -").returncode == 0
    made = stranger(f"symbackprop prove 1-1 --cert {tmp_path}/c.json && cat {tmp_path}/c.json | symbackprop verify -")
    assert made.returncode == 0 and "ACCEPTED" in made.stdout
    learnt = stranger("cat examples/xor.csv | symbackprop train 2-2-1 --data - --epochs 2 --backend numpy")
    assert learnt.returncode == 0 and "4 samples" in learnt.stdout


def test_windows_files_and_foreign_locales(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    net = tmp_path / "net.toml"
    net.write_bytes(b"\xef\xbb\xbflayers = [1, 2]\r\n")
    assert run(capsys, "prove", str(net))[0] == 0
    certificate = tmp_path / "c.json"
    run(capsys, "prove", "1-1", "--cert", str(certificate))
    certificate.write_bytes(b"\xef\xbb\xbf" + certificate.read_bytes())
    assert run(capsys, "verify", str(certificate))[0] == 0
    toml = run(capsys, "notations", "winston", "--toml")[1]
    notation = tmp_path / "mine.toml"
    notation.write_bytes(b"\xef\xbb\xbf" + toml.replace("\n", "\r\n").encode())
    assert run(capsys, "notations", str(notation))[0] == 0
    formula = "symbackprop check --net 1-1-1 --no-bias --notation winston -e 'δ_l = o_l(1−o_l) × w_r × δ_r'"
    done = stranger(formula, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stdout
