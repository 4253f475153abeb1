"""Documents to formulas: finds the mathematics of a file and keeps where each piece stood.

Comments, code and verbatim text are blanked out first, offset by offset, so that nothing inside them is mistaken for a
formula and every position is a position in the file. Directives are comments of the form `% sbp: net=2-2-1`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symbackprop.check.damage import damaged_lines
from symbackprop.check.vocabulary import word_set
from symbackprop.errors import FileError

MAX_FILE = 8_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A formula, a directive or a heading, with its place: `label` names a notebook cell, lines and columns count from 1."""

    kind: str  # display, inline, directive, heading, unreadable
    text: str
    offset: int
    line: int
    column: int
    label: str = ""

    def place(self, position: int = 0) -> tuple[int, int]:
        """Line and column of the character `position` of this text."""
        before = self.text[:position]
        lines = before.count("\n")
        return self.line + lines, (position - before.rfind("\n") if lines else self.column + position)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of text that reads by one set of rules, and where it begins in the file."""

    text: str
    line: int = 1
    column: int = 1
    label: str = ""


_DIRECTIVE = re.compile(r"(?:(?<!%)%+|<!--|\.\.|(?<!#)#+|//)[ \t]*sbp:[ \t]*(?P<body>[^\n]*?)[ \t]*(?:-->|$)", re.M)
_ENVIRONMENTS = "equation|align|gather|eqnarray|multline|displaymath|math|flalign|alignat|IEEEeqnarray|subequations"
_MATH = re.compile(
    r"(?P<display>(?<!\\)\$\$(?P<dd>(?:[^$\\]|\\.)+?)\$\$|\\\[(?P<br>.+?)\\\]|"
    rf"(?P<env>\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}.+?\\end\{{(?P=name)\}}))|"
    r"\\\((?P<par>.+?)\\\)|(?<![\\$])\$(?!\$)(?P<one>(?:[^$\\]|\\.)+?)(?<![\\])\$(?!\$)",
    re.S,
)
_HEADING = re.compile(r"^[ \t]*(?:\\(?:chapter|(?:sub)*section|paragraph)\*?\{|#{1,6}[ \t])", re.M)
_BLANKS = {
    "tex": [
        r"(?<!\\)%[^\n]*", r"\\begin\{(verbatim|lstlisting|minted|comment|filecontents)\*?\}.*?\\end\{\1\*?\}",
        r"\\verb\*?(?P<q>[^a-zA-Z\s*]).*?(?P=q)", r"\\(?:re|provide)?newcommand\*?[^\n]*|\\def\\[^\n]*|\\DeclareMathOperator[^\n]*",
    ],
    "md": [r"^(```+|~~~+)(?!\s*math)[^\n]*\n.*?^\1[ \t]*$", r"<!--.*?-->", r"(?<!`)`(?!`)[^`\n]+`(?!`)"],
    "rst": [r"^\.\.[ \t]+(?!math::)[^\n]*"],
}  # fmt: skip


def read_text(path: Path) -> str:
    """The text of a file, or a FileError that says why there is none."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise FileError("the file is too long to check", where=str(path), expected=f"at most {MAX_FILE} bytes", got=str(size))
        data = path.read_bytes()
    except OSError as error:
        raise FileError("the file cannot be read", where=str(path), got=error.strerror or type(error).__name__) from error
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decode(data, name, path)
    if b"\0" in data[:8192]:
        raise FileError("a binary file, not a text", where=str(path), expected="text in UTF-8")
    return _decode(data, "utf-8", path)


def _decode(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise FileError(
            f"the file is not text in {encoding.upper()}", where=f"{path}, byte {error.start}", expected="text in UTF-8",
            try_="save it as UTF-8",
        ) from error  # fmt: skip


def extract(text: str, suffix: str) -> list[Found]:
    """Everything in `text` that is a formula, a directive or a heading, in order.

    >>> [(f.kind, f.text) for f in extract("Let $a = b$. % sbp: off", ".tex")]
    [('inline', 'a = b'), ('directive', 'off')]
    """
    reader = _READERS.get(suffix.lower(), _text)
    return reader(text)


def _found(chunk: Chunk, kind: str, text: str, offset: int) -> Found:
    line = chunk.text.count("\n", 0, offset)
    start = chunk.text.rfind("\n", 0, offset) + 1
    column = offset - start + (1 if line else chunk.column)
    return Found(kind, text, offset, chunk.line + line, column, chunk.label)


def _blank(text: str, patterns: list[str]) -> str:
    """`text` with every match turned to spaces, line ends kept, so that offsets stay true."""
    text = _closed(text, ("<!--", "-->"))
    for pattern in patterns:
        text = re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S | re.M)
    return text


def _closed(text: str, *pairs: tuple[str, str]) -> str:
    """`text` with the openers behind the last closer turned to spaces: nothing they begin can end."""
    for opener, closer in pairs:
        last = text.rfind(closer) + 1
        text = text[:last] + text[last:].replace(opener, " " * len(opener))
    return text


def _mathematics(chunk: Chunk, masked: str, strict_dollars: bool = True) -> Iterator[Found]:
    at, masked = 0, _closed(masked, ("\\[", "\\]"), ("\\(", "\\)"), ("\\begin{", "\\end{"))
    while match := _MATH.search(masked, at):
        at = match.end()
        group = next(name for name in ("dd", "br", "env", "par", "one") if match[name] is not None)
        start, stop = match.span(group)
        body = chunk.text[start:stop]
        if group == "one" and strict_dollars and not _is_dollar_math(masked, match):
            at = match.start() + 1
            continue
        if "\n\n" in body and group in ("one", "par"):
            at = match.start() + 1  # a paragraph ends inside: the dollar was a price
            continue
        # what is blanked (a comment inside a display) must not be read, what is text must keep its place
        body = "".join(b if m == b or m != " " else " " for b, m in zip(body, masked[start:stop], strict=True))
        yield _found(chunk, "display" if match["display"] else "inline", body, start)


def _is_dollar_math(masked: str, match: re.Match[str]) -> bool:
    body = match["one"]
    after = masked[match.end() : match.end() + 1]
    spaced = body[:1].isspace() and body[-1:].isspace()
    return not after.isdigit() and (spaced or (not body[:1].isspace() and not body[-1:].isspace()))


def _common(chunk: Chunk, masked: str) -> list[Found]:
    out = list(_mathematics(chunk, masked))
    taken = [(f.offset, f.offset + len(f.text)) for f in out]
    for match in _DIRECTIVE.finditer(chunk.text):
        out.append(_found(chunk, "directive", match["body"], match.start("body")))
    for match in _HEADING.finditer(masked):
        if not any(start <= match.start() < stop for start, stop in taken):
            out.append(_found(chunk, "heading", match.group().strip(), match.start()))
    return sorted(out, key=lambda found: found.offset)


def _tex(text: str) -> list[Found]:
    return _common(Chunk(text), _blank(text, _BLANKS["tex"]))


def _markdown_chunk(chunk: Chunk) -> list[Found]:
    masked = _blank(chunk.text, _BLANKS["md"])
    out = _common(chunk, masked)
    for match in re.finditer(r"^(```+)[ \t]*math[ \t]*\n(.*?)^\1[ \t]*$", chunk.text, re.S | re.M):
        out.append(_found(chunk, "display", match[2], match.start(2)))
    # `$`...`$`: a dollar, a backtick: the spelling some hosts use to keep Markdown's hands off the formula
    for match in re.finditer(r"\$`([^`\n]+)`\$", chunk.text):
        out.append(_found(chunk, "inline", match[1], match.start(1)))
    return sorted(out, key=lambda found: found.offset)


def _markdown(text: str) -> list[Found]:
    return _markdown_chunk(Chunk(text))


def _notebook(text: str) -> list[Found]:
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError("the notebook cannot be read", expected="JSON with a list of cells", got=type(error).__name__) from error
    out = list[Found]()
    for number, (kind, source) in enumerate(sources, 1):
        if kind == "markdown":
            out += _markdown_chunk(Chunk(source, label=f"cell {number}"))
        elif kind == "code":
            chunk = Chunk(source, label=f"cell {number}")
            out += [_found(chunk, "directive", m["body"], m.start("body")) for m in _DIRECTIVE.finditer(source)]
    return out


def _rst_chunk(chunk: Chunk) -> list[Found]:
    out = list[Found]()
    for match in re.finditer(r":math:`([^`]+)`", chunk.text):
        out.append(_found(chunk, "inline", match[1], match.start(1)))
    for match in re.finditer(r"^([ \t]*)\.\.[ \t]+math::[ \t]*([^\n]*)\n((?:[ \t]*\n|\1[ \t]+[^\n]*(?:\n|\Z))*)", chunk.text, re.M):
        if match[2].strip():
            out.append(_found(chunk, "display", match[2], match.start(2)))
        offset = match.start(3)
        for block in re.finditer(r"(?:[ \t]*\S[^\n]*(?:\n|\Z))+", match[3]):
            if not block.group().strip().startswith(":"):
                out.append(_found(chunk, "display", block.group().rstrip(), offset + block.start()))
    for match in _DIRECTIVE.finditer(chunk.text):
        out.append(_found(chunk, "directive", match["body"], match.start("body")))
    return sorted(out, key=lambda found: found.offset)


def _rst(text: str) -> list[Found]:
    return _rst_chunk(Chunk(text))


def _python(text: str) -> list[Found]:
    """The docstrings of a module; the code itself is never run."""
    try:
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FileError("the Python file cannot be parsed", got=f"{type(error).__name__}: {error}"[:200]) from error
    out = [_found(Chunk(text), "directive", m["body"], m.start("body")) for m in _DIRECTIVE.finditer(text)]
    inside = set[tuple[int, int]]()
    for node in nodes:
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            source = ast.get_source_segment(text, first.value) or ""
            opening = re.match(r"[A-Za-z]*(?:\"\"\"|'''|\"|')", source)
            width = opening.end() if opening else 0
            chunk = Chunk(first.value.value, first.lineno, first.col_offset + 1 + width)
            for found in _rst_chunk(chunk) + list(_mathematics(chunk, chunk.text)):
                if found.kind != "directive" and (found.line, found.column) not in inside:
                    inside.add((found.line, found.column))
                    out.append(found)
    return sorted(out, key=lambda found: (found.line, found.column))


def _text(text: str) -> list[Found]:
    """Plain text: dollars when there are any, else every line that states a relation."""
    if text.count("$") >= 2 or "\\[" in text or "\\(" in text or "\\begin{" in text:
        return _markdown(text)
    bad = damaged_lines(text)
    chunk, out, offset = Chunk(text), list[Found](), 0
    for number, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        if match := _DIRECTIVE.match(body):
            out.append(_found(chunk, "directive", match["body"], offset))
        elif number in bad:
            out.append(_found(chunk, "unreadable", body, offset + len(line) - len(line.lstrip())))
        elif _states(body):
            out.append(_found(chunk, "display", body, offset + len(line) - len(line.lstrip())))
        offset += len(line) + 1
    return out


_RELATION_SIGN = re.compile(r"[=≤≥≈∝←]|:=|<=|>=")
_WORDS = re.compile(r"[A-Za-z]{4,}")


def _states(line: str) -> bool:
    """Whether a line of plain text is a formula: a relation, and no more words than a name or two."""
    if not _RELATION_SIGN.search(line):
        return False
    words = [word for word in _WORDS.findall(line) if word.lower() not in _KNOWN_WORDS]
    return len(words) <= 2


_KNOWN_WORDS = word_set(
    "delta sigma alpha beta gamma theta lambda epsilon partial exp tanh softmax softplus sigmoid relu "
    "sqrt diff sum prod derivative transpose matrix times cdot odot nabla"
)

_READERS: dict[str, Callable[[str], list[Found]]] = {
    ".tex": _tex, ".ltx": _tex, ".latex": _tex, ".md": _markdown, ".markdown": _markdown, ".qmd": _markdown, ".rmd": _markdown,
    ".html": _markdown, ".htm": _markdown, ".ipynb": _notebook, ".rst": _rst, ".py": _python, ".txt": _text,
}  # fmt: skip
SUFFIXES = frozenset(_READERS)
