"""LaTeX to PDF with latexmk; a clear message where it is not installed (render/typst_pdf.py is the other way to a PDF)."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from symbackprop.errors import FileError, InternalError, SymbackpropError
from symbackprop.render.printer import Progress


def latex_is_there() -> bool:
    """Whether latexmk can be run here."""
    return shutil.which("latexmk") is not None


def pdf(source: str | Iterable[str], progress: Progress | None = None, pages: int = 1) -> bytes:
    """The PDF of a LaTeX document, given whole or in pieces; `progress` hears of every page, of about so many.

    Raises: FileError where no LaTeX is installed or the document is too long for it; InternalError, with LaTeX's own message,
    where it does not compile.
    """
    tool = shutil.which("latexmk")
    if tool is None:
        raise FileError(
            "a PDF needs LaTeX, and latexmk is not installed",
            expected="latexmk, with texlive-latex-recommended, texlive-pictures and lmodern",
            try_="--out with the ending .tex or .html",
        )
    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder, "d.tex"), "w", encoding="utf-8") as file:
            file.writelines([source] if isinstance(source, str) else source)
        command = [tool, "-pdf", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "d.tex"]
        status, said = _run(command, folder, progress, pages)
        if status:
            log = Path(folder, "d.log")
            raise _complaint(log.read_text(encoding="utf-8", errors="replace") if log.exists() else said)
        return Path(folder, "d.pdf").read_bytes()


def _run(command: list[str], folder: str, progress: Progress | None, pages: int) -> tuple[int, str]:
    """The exit status and the last words of a command, whose page numbers `[12` are passed on as they come."""
    end = ""
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            while chunk := process.stdout.read1(4096):  # type: ignore[union-attr]
                end = (end + chunk.decode(errors="replace"))[-6000:]
                found = re.findall(r"\[(\d+)(?!\d*$)", end)
                if found and progress is not None:
                    progress("pages set, about", int(found[-1]), max(pages, int(found[-1])))
        except BaseException:
            process.kill()  # Ctrl-C
            raise
    return process.returncode, end


def _complaint(log: str) -> SymbackpropError:
    error = re.search(r"^!.*(?:\n.*){0,3}", log, re.MULTILINE)
    got = error.group() if error else log[-300:]
    if "capacity exceeded" in got:
        return FileError(
            "the document is too long for LaTeX", got=got.splitlines()[0], try_="--out with the ending .html or .tex, which know no limit"
        )
    return InternalError("LaTeX did not compile our document", got=got)
