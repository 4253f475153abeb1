"""The README tells the truth: every command it shows is run, and prints what it shows.

A line `...` in a shown output stands for any number of lines; times, rates and deviations may differ. Renew the shown
outputs with: SYMBACKPROP_RENEW=1 python -m pytest tests/test_readme.py
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from symbackprop.__main__ import main
from symbackprop.kernel.__main__ import main as kernel

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
LOOSE = [
    (r"\d[\d,.]* samples/s", "N samples/s"),
    (r"\d+(\.\d+)? m?s\b", "T s"),
    (r"\d+(\.\d+)?e[-+]\d+", "E"),
    (r"sha256 \w+", "sha256 H"),
    (r"(backend|code)   .*", "backend"),
]


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Every `    $ command` of the README with the output lines under it."""
    found: list[tuple[str, list[str]]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("    $ "):
            found.append((line[6:], []))
            inside = True
        elif inside and line.startswith("    "):
            found[-1][1].append(line[4:].rstrip())
        else:
            inside = False
    return found


def loose(line: str) -> str:
    for pattern, word in LOOSE:
        line = re.sub(pattern, word, line)
    return line.rstrip()


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    words = shlex.split(command)
    if words[:3] == ["python", "-m", "symbackprop.kernel"]:
        kernel(words[3:])
    else:
        assert words[0] == "symbackprop", command
        main(words[1:])
    return capsys.readouterr().out.splitlines()


def matches(shown: list[str], real: list[str]) -> bool:
    """Whether the shown lines are the real ones, `...` standing for any number of lines."""
    if not shown:
        return not real
    if shown[0] == "...":
        return any(matches(shown[1:], real[k:]) for k in range(len(real) + 1))
    return bool(real) and loose(shown[0]) == loose(real[0]) and matches(shown[1:], real[1:])


def test_the_readme_shows_what_the_commands_print(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    text = README.read_text()
    found = blocks(text)
    assert len(found) >= 4
    wrong = []
    for command, shown in found:
        real = printed(command, capsys)
        if os.environ.get("SYMBACKPROP_RENEW") and shown != real:
            old = "\n".join(f"    {line}" for line in [f"$ {command}", *shown])
            new = "\n".join(f"    {line}".rstrip() for line in [f"$ {command}", *abridged(real)])
            text = text.replace(old, new)
        elif not matches(shown, real):
            wrong.append(f"{command}\n  shown {shown}\n  real  {real}")
    if os.environ.get("SYMBACKPROP_RENEW"):
        README.write_text(text)
    assert not wrong, "\n".join(wrong)


def abridged(lines: list[str], most: int = 16) -> list[str]:
    return lines if len(lines) <= most else [*lines[:9], "...", *lines[-5:]]


def test_a_wrong_line_is_noticed() -> None:
    assert matches(["a", "...", "proved in 0.10 s"], ["a", "b", "c", "proved in 2.31 s"])
    assert not matches(["a", "13 of 13"], ["a", "12 of 13"])
    assert not matches(["a"], ["a", "b"])
