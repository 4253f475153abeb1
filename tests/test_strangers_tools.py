"""The tools around `check`, run as a stranger runs them: pre-commit on a real repository, pytest in a real project, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbackprop.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
DIRECTIVE = "<!-- sbp: net=1-1-1 notation=winston bias=none -->\n\n"
RIGHT = r"$\delta_l = o_l(1-o_l) \times w_r \times \delta_r$" + "\n"
WRONG = RIGHT.replace("w_r", "w_l")
UNKNOWN = r"$\delta_l = o_l(1-o_l) \times q_{17} \times \delta_r$" + "\n"


def run(*command: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """A command in a stranger's folder, which sees this checkout of the package; `CI`, which lengthens pytest's summary, is not passed on."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1", **extra}
    env.pop("CI", None), env.pop("BUILD_NUMBER", None)
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=500)


def symbackprop(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "symbackprop", *words, cwd=cwd)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "right.md").write_text(DIRECTIVE + RIGHT)
    (tmp_path / "wrong.md").write_text(DIRECTIVE + WRONG)
    (tmp_path / "unknown.md").write_text(DIRECTIVE + UNKNOWN)
    (tmp_path / "other.md").write_text("No directive: $a = b + 1$.\n")
    return tmp_path


def test_exit_codes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    for names, status in ((["unknown.md"], 2), (["right.md", "unknown.md", "wrong.md"], 1), (["--directed", "other.md"], 0),
                          (["--directed", "right.md", "other.md"], 0), (["missing.md"], 2)):  # fmt: skip
        assert main(["check", *names]) == status, names


def test_exit_codes_and_formats_as_a_shell_sees_them(project: Path) -> None:
    for name, status in (("right.md", 0), ("wrong.md", 1)):
        done = symbackprop("check", name, cwd=project)
        assert done.returncode == status and "Traceback" not in done.stderr, (name, done.stdout, done.stderr)
    done = symbackprop("check", "--format", "github", "wrong.md", "unknown.md", cwd=project)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("::error file=wrong.md,line=3,col=2::REFUTED") and "corrected" in lines[0]
    assert lines[1].startswith("::warning file=unknown.md,line=3,col=2::UNRESOLVED") and lines[2].startswith("::notice::2 formulas")
    (project / "lecture.ipynb").write_text(json.dumps(NOTEBOOK))
    first = symbackprop("check", "--format", "github", "lecture.ipynb", cwd=project).stdout.splitlines()[0]
    assert first.startswith("::error file=lecture.ipynb,title=cell 1::cell 1, line 3, column 2: REFUTED")
    assert json.loads(symbackprop("check", "--format", "json", "right.md", cwd=project).stdout)["status"] == 0
    done = symbackprop("check", "--format", "html", "--out", "report.html", "right.md", "wrong.md", cwd=project)
    assert done.returncode == 1 and "2 formulas: 1 proved, 1 refuted" in done.stdout
    page = (project / "report.html").read_text()
    assert page.startswith("<!doctype html>") and page.count("<mark>") == 1 and "http" not in page and "<script" not in page


NOTEBOOK = {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": [DIRECTIVE, WRONG]}]}
MODULE = '"""A module.\n\n.. sbp: net=1-1-1 notation=winston bias=none\n"""\n\n\ndef f():\n    r"""It is %s."""\n    return 1 / 0\n'


def test_the_plugin_collects_every_kind_of_document(project: Path) -> None:
    (project / "lecture.ipynb").write_text(json.dumps(NOTEBOOK))
    (project / "module.py").write_text(MODULE % RIGHT.strip())
    (project / "words.txt").write_text("# sbp: net=1-1-1 notation=winston bias=none\nδ_l = o_l (1 − o_l) × w_r × δ_r\n")
    (project / "test_own.py").write_text('TEXT = """\n<!-- sbp: net=1-1-1 notation=winston -->\n"""\n\n\ndef test_one():\n    assert TEXT\n')
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "symbackprop.check.pytest_plugin", "--rootdir", str(project)]
    done = run(*command, "-v", "--color=no", str(project), cwd=project, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "4 passed" in done.stdout and "3 failed" in done.stdout, done.stdout
    for place in ("wrong.md::3:2", "lecture.ipynb::cell 1:3:2", "unknown.md::3:2", "module.py::8:16", "words.txt::2:1", "test_own.py::test_one"):
        assert place in done.stdout, done.stdout
    # once a failure, in its section; the short summary quotes a first line, whole or cut by where it runs
    assert done.stdout.partition("= short test summary")[0].count("corrected") == 2
    done = run(*command, "--no-sbp", "-q", str(project), cwd=project, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert done.returncode == 0 and "1 passed" in done.stdout


@pytest.mark.slow
def test_pre_commit_refuses_a_commit_with_a_wrong_formula(project: Path) -> None:
    """The hook of a clone of this repository, installed by pre-commit itself; without pre-commit there is nothing to try."""
    tool = shutil.which("pre-commit") or shutil.which(str(Path(sys.executable).parent / "pre-commit"))
    if tool is None or shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs pre-commit, git and a checkout")
    ours, home = project / "ours", project / "home"
    home.mkdir()
    extra = {"PRE_COMMIT_HOME": str(home / "cache"), "HOME": str(home), "PYTHONPATH": "", "PATH": f"{Path(tool).parent}:{os.environ['PATH']}",
             "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}  # fmt: skip
    assert run("git", "clone", "-q", str(ROOT), str(ours), cwd=project, **extra).returncode == 0
    theirs = project / "theirs"
    theirs.mkdir()
    head = run("git", "rev-parse", "HEAD", cwd=ours, **extra).stdout.strip()
    (theirs / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: {ours}\n    rev: {head}\n    hooks:\n      - id: symbackprop-check\n")
    for name in ("wrong.md", "other.md"):
        shutil.copy(project / name, theirs / name)
    assert run("git", "init", "-q", cwd=theirs, **extra).returncode == 0
    assert run(tool, "install", cwd=theirs, **extra).returncode == 0
    run("git", "add", "-A", cwd=theirs, **extra)
    refused = run("git", "commit", "-m", "with a slip", cwd=theirs, **extra)
    said = refused.stdout + refused.stderr
    assert refused.returncode == 1 and "wrong.md:3:2: REFUTED" in said and "corrected" in said, said
    (theirs / "wrong.md").write_text(DIRECTIVE + RIGHT)
    run("git", "add", "-A", cwd=theirs, **extra)
    taken = run("git", "commit", "-m", "mended", cwd=theirs, **extra)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    tried = run(tool, "try-repo", str(ours), "symbackprop-check", "--all-files", cwd=theirs, **extra)
    assert tried.returncode == 0 and "Passed" in tried.stdout, tried.stdout + tried.stderr
