"""One file to touch: a toy activation, loss, notation, backend and derivation dropped in place are seen by every room."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOYS = {
    "symbackprop/activations/toy.py": (
        "from symbackprop.activations.activation import Activation\n"
        "from symbackprop.symbols import z\n"
        'bent = Activation("bent", value=z + z**2 / 10, slope=1 + z / 5, source="a toy")\n'
    ),
    "symbackprop/losses/toy.py": (
        "from symbackprop.losses.loss import Loss\n"
        "from symbackprop.symbols import a, y\n"
        'quartic = Loss("quartic", value=(y - a) ** 4, slope=4 * (a - y) ** 3, formula="(y - a)^4", source="a toy")\n'
    ),
    "symbackprop/codegen/backends/toy.py": (
        "from symbackprop.codegen.backend import Backend\n"
        "from symbackprop.codegen.backends.numpy import Both\n"
        'toy = Backend("toy", about="a toy", rank=None, missing=lambda: None, build=Both)\n'
    ),
    "derivations/zz_toy.py": (
        '"""Nothing new."""\n'
        "from derivations.performance_function import derivation  # noqa: F401\n"
        "PLACE = (1, 99)\n"
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the toys in place."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("symbackprop", "derivations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in TOYS.items():
        (folder / name).write_text(text)
    slides = (folder / "symbackprop/notation/slides_layer.py").read_text()
    toy = slides.replace("slides_layer", "toy").replace('title="', 'title="Toy: ').replace('Pattern("z"', 'Pattern("v"')
    (folder / "symbackprop/notation/toy.py").write_text(toy.replace("z_1^", "v_1^"))
    (folder / "xor.csv").write_text((ROOT / "examples/xor.csv").read_text())
    return folder


def run(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    command = [sys.executable, "-m", "symbackprop", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=house, env=environment)


def test_activation_and_loss_are_proved_and_derived(house: Path) -> None:
    done = run(house, "derive", "2-2-1", "--activation", "bent", "--loss", "quartic", "--out", "toy.tex")
    assert done.returncode == 0 and done.stdout.count("PROVED") == 9, done.stdout + done.stderr
    assert "0 gaps" in done.stdout and (house / "toy.tex").exists()


def test_activation_loss_and_backend_train(house: Path) -> None:
    words = ["--activation", "bent", "--loss", "quartic", "--backend", "toy", "--data", "xor.csv", "--rate", "0.01"]
    done = run(house, "train", "2-2-1", *words)
    assert done.returncode == 0 and "toy" in done.stdout, done.stdout + done.stderr


def test_notation_is_read_printed_and_listed(house: Path) -> None:
    right = r"\delta_1^{(3)} = 2(a_1 - y_1) g'(v_1^{(3)})"
    net = ["--net", "2-2-1", "--loss", "squared"]
    assert run(house, "check", *net, "--notation", "toy", "-e", right).returncode == 0
    assert run(house, "check", *net, "--notation", "toy", "-e", right.replace("a_1 - y_1", "y_1 - a_1")).returncode == 1
    assert "toy" in run(house, "notations").stdout
    done = run(house, "derive", "2-2-1", "--notation", "toy", "--out", "n.tex")
    assert done.returncode == 0 and re.search(r"\bv(_\{?1\}?)?\^\{?\(", (house / "n.tex").read_text())


def test_activation_is_checked(house: Path) -> None:
    words = ["--net", "1-1", "--activation", "bent", "--loss", "quartic", "--notation", "nielsen", "-e"]
    assert run(house, "check", *words, r"\delta_1^1 = 4 (a_1^1 - y_1)^3 \sigma'(z_1^1)").returncode == 0
    assert run(house, "check", *words, r"\delta_1^1 = 2 (a_1^1 - y_1)^3 \sigma'(z_1^1)").returncode == 1


def test_derivation_is_in_the_book(house: Path) -> None:
    done = run(house, "book", "--out", "book.tex")
    assert done.returncode == 0 and "1.99" in done.stdout, done.stdout + done.stderr


def test_a_wrong_entry_is_refused_with_its_name(house: Path) -> None:
    path = house / "symbackprop/activations/toy.py"
    good = path.read_text()
    path.write_text(good.replace("1 + z / 5", "1 + z / 10"))
    try:
        done = run(house, "prove", "2-2-1")
    finally:
        path.write_text(good)
    assert done.returncode == 2 and "LawBroken: bent is not admitted" in done.stderr
