"""What a browser shows of a page, as TeX: the MathML elements themselves are read, not the TeX source beside them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SIGNS = {"−": "-", "≔": "\\coloneqq ", "←": "\\leftarrow ", "{": "\\{", "}": "\\}", "‖": "\\|"}


def read(math: str) -> str:
    """One <math> element as TeX.

    >>> read("<math><semantics><mrow><msubsup><mi>δ</mi><mn>1</mn><mn>2</mn></msubsup><mo>=</mo><mi>y</mi></mrow></semantics></math>")
    'δ_{1}^{2} = y'
    """
    return " ".join(_read(ElementTree.fromstring(math)).split())


def _read(node: ElementTree.Element) -> str:
    parts = [] if node.tag == "annotation" else list(node)
    match node.tag, parts:
        case ("mi" | "mo" | "mn"), _:
            text = node.text or ""
            if node.get("mathvariant") == "normal" and len(text) > 1:
                return rf"\operatorname{{{text}}}"
            return SIGNS.get(text, text.replace("′", "'"))
        case "mtext", _:
            return rf"\text{{{node.text}}}"
        case "mfrac", [top, bottom]:
            return rf"\frac{{{_read(top)}}}{{{_read(bottom)}}}"
        case ("msub" | "munder"), [base, below]:
            return f"{_base(base)}_{{{_read(below)}}}"
        case "msup", [base, above]:
            return _base(base) + _upper(above)
        case ("msubsup" | "munderover"), [base, below, above]:
            return f"{_base(base)}_{{{_read(below)}}}{_upper(above)}"
        case "mtable", rows:
            kind = "cases" if node.get("class") == "cases" else "matrix"
            body = r" \\ ".join(" & ".join(_row(cell) for cell in each) for each in rows)
            return rf"\begin{{{kind}}}{body}\end{{{kind}}}"
    return _row(node)


def _row(node: ElementTree.Element) -> str:
    """The children side by side; the brace and the brackets of arrays are the environments' own."""
    text = " ".join(_read(each) for each in node if each.tag not in ("annotation", "mspace"))
    text = text.replace(r"\{ \begin{cases}", r"\begin{cases}")
    return re.sub(r"\( (\\begin\{matrix\}.*?\\end\{matrix\}) \)", r"\\left(\1\\right)", text)


def _base(node: ElementTree.Element) -> str:
    text = _read(node)
    return text if len(text) == 1 else f"{{{text}}}"


def _upper(node: ElementTree.Element) -> str:
    """A superscript; primes stay primes."""
    text = _read(node)
    primes = len(text) - len(text.lstrip("' "))
    rest = text[primes:].strip()
    return "'" * text[:primes].count("'") + (f"^{{{rest}}}" if rest else "")
