"""LaTeX to PDF with latexmk; a clear message where it is not installed (render/typst_pdf.py is the other way to a PDF)."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from symbackprop.errors import FileError, InternalError


def latex_is_there() -> bool:
    """Whether latexmk can be run here."""
    return shutil.which("latexmk") is not None


def pdf(source: str | Iterable[str]) -> bytes:
    """The PDF of a LaTeX document, given whole or in pieces.

    Raises: FileError where no LaTeX is installed; InternalError, with LaTeX's own message, where it does not compile.
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
        made = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        log = Path(folder, "d.log")
        if made.returncode:
            text = (
                log.read_text(encoding="utf-8", errors="replace")
                if log.exists()
                else made.stdout.decode(errors="replace")
            )
            error = re.search(r"^!.*(?:\n.*){0,3}", text, re.MULTILINE)
            raise InternalError("LaTeX did not compile our document", got=(error.group() if error else text[-300:]))
        return Path(folder, "d.pdf").read_bytes()
