"""Typst to PDF with the wheel `typst`, the optional extra for machines without LaTeX; it is imported only here."""

from __future__ import annotations

from symbackprop.errors import FileError, InternalError


def typst_pdf(source: str) -> bytes:
    """The PDF of a Typst document.

    Raises: FileError where neither LaTeX nor Typst is installed; InternalError, with Typst's own message, where it does not compile.
    """
    try:
        import typst
    except ImportError:
        raise FileError(
            "a PDF needs LaTeX or Typst, and neither is installed",
            expected="latexmk, with texlive-latex-recommended, texlive-pictures and lmodern; or the extra `typst`",
            try_="pip install 'symbackprop[typst]', or --out with the ending .tex or .html",
        ) from None
    try:
        made: bytes = typst.compile(source.encode("utf-8"), format="pdf")
    except (RuntimeError, ValueError) as problem:
        raise InternalError("Typst did not compile our document", got=str(problem)[:300]) from None
    return made
