"""The pytest plugin: every formula of a document, or of a docstring, that carries a directive (`sbp:`) is a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_SUFFIXES = (".tex", ".md", ".rst", ".ipynb", ".txt", ".py")
_LIMIT = 8_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """--no-sbp leaves the documents out."""
    parser.getgroup("symbackprop").addoption("--no-sbp", action="store_true", help="do not collect formulas from documents")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A document with a directive is a collection of formulas."""
    if file_path.suffix.lower() not in _SUFFIXES or parent.config.getoption("--no-sbp"):
        return None
    try:
        if not file_path.is_file() or file_path.stat().st_size > _LIMIT or b"sbp:" not in file_path.read_bytes():
            return None
        from symbackprop.check.documents.extract import carries_directive

        if not carries_directive(file_path):
            return None
    except OSError:
        return None
    document: pytest.Collector = Document.from_parent(parent, path=file_path)
    return document


class Document(pytest.File):
    """One document; its items are its statements, in order."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each statement that claims something."""
        from symbackprop.check.documents.settings import Settings
        from symbackprop.check.documents.whole import check_path

        for finding in check_path(self.path, Settings()).findings:
            if finding.verdict.name in ("NO CLAIM", "DEFINED"):
                continue
            name = f"{finding.label + ':' if finding.label else ''}{finding.line}:{finding.column} {finding.text[:60]}"
            yield Formula.from_parent(self, name=name, finding=finding)


class Formula(pytest.Item):
    """One statement: passes when it is proved, or refuted where that was expected."""

    def __init__(self, *, finding: Any, **more: Any) -> None:
        super().__init__(**more)
        self.finding = finding

    def runtest(self) -> None:
        """Fail with the verdict, the witness and the diagnosis."""
        if self.finding.status:
            raise FormulaWrong(self.finding)
        if self.finding.follows:
            pytest.skip(f"follows from the slip at {self.finding.follows}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The finding as the command line prints it."""
        if isinstance(excinfo.value, FormulaWrong):
            from symbackprop.check.documents.report import block

            return "\n".join(block(excinfo.value.finding))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line and name."""
        return self.path, self.finding.line - 1, self.name


class FormulaWrong(Exception):
    """A formula that is not proved."""

    def __init__(self, finding: Any) -> None:
        super().__init__(finding.verdict.name)
        self.finding = finding
