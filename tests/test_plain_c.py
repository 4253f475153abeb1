"""One plain C file without symbackprop, with its own gradient check: it passes, and fails where the gradient is made wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from symbackprop.__main__ import main
from symbackprop.codegen import compile_c

pytestmark = pytest.mark.skipif(compile_c.missing() is not None, reason="no C compiler")


def _checked(path: Path) -> subprocess.CompletedProcess[str]:
    program = path.with_suffix("")
    command = [str(compile_c.compiler()), "-w", "-O1", "-o", str(program), str(path), "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    return subprocess.run([str(program)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "count", "right", "wrong"),
    [
        ("2-2-1", 9, "g_b1_1 += d1_1", "g_b1_1 -= d1_1"),
        ("4-5-3 --activation tanh --loss softmax_cross_entropy", 43, "- y)", "+ y)"),
        ("30-20-10-4 --loss half_squared --activation relu", 175, "add_rows(m->D1, LD1, B, NV1, to->b1);", ""),
    ],
)
def test_a_plain_c_file_checks_its_own_gradient(words: str, count: int, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "net.c"
    assert main(["compile", *words.split(), "--backend", "source", "--out", str(path)]) == 0
    text = path.read_text()
    assert "symbackprop" not in text
    done = _checked(path)
    assert done.returncode == 0 and f"over {count} parameters" in done.stdout, done.stdout
    assert right in text
    path.write_text(text.replace(right, wrong))
    done = _checked(path)
    assert done.returncode == 1 and "largest difference" in done.stdout


def test_float32_is_refused_and_other_files_stay_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = ["compile", "2-2-1", "--backend", "source", "--out"]
    assert main([*head, str(tmp_path / "t.c"), "--dtype", "float32"]) == 2
    assert "float64" in capsys.readouterr().err
    assert main([*head, str(tmp_path / "t.py")]) == 0
    compile((tmp_path / "t.py").read_text(), "t.py", "exec")
