"""Documents to formulas: finds the mathematics of a file and keeps where each piece stood.

Comments, code and verbatim text are blanked out first, offset by offset, so that nothing inside them is mistaken for a
formula and every position is a position in the file. Directives are comments of the form `% sbp: net=2-2-1`.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

from symbackprop.check.documents.code_lines import block, in_markdown, in_rst, lines_of_module, matlab
from symbackprop.check.documents.columns import by_columns, named_columns
from symbackprop.check.documents.found import Chunk, Found, with_words
from symbackprop.check.documents.plain_lines import (
    dashes_are_bullets,
    segments,
    step_number,
    unnumbered_line,
    with_cases,
)
from symbackprop.check.documents.regions import DIRECTIVE, HEADING, blank, fences, found_at, mathematics, without_code
from symbackprop.check.reading.damage import damaged_lines, lost_formulas
from symbackprop.check.reading.vocabulary import word_set
from symbackprop.errors import FileError
from symbackprop.files import nearest_file, read_bytes

MAX_FILE = 8_000_000  # bytes
MAX_FOUND = 25_000  # formulas and directives


def read_text(path: Path) -> str:
    """The text of a file, or a FileError that says why there is none."""
    try:
        data = read_bytes(path, MAX_FILE)
    except OSError as error:
        raise FileError("the file cannot be read", where=str(path), got=error.strerror or type(error).__name__,
                        try_=nearest_file(path)) from error  # fmt: skip
    except ValueError as error:
        raise FileError("the file is too long to check", where=str(path), expected=f"at most {MAX_FILE} bytes", got=str(error)) from error
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
    found = reader(text)
    names = named_columns(each.text for each in found if each.kind == "directive") if "columns" in text else ()
    if names and reader is not _notebook:  # whose places are counted cell by cell
        found = by_columns(found, text, suffix.lower(), names)
    if reader is _text:
        found = [replace(each, text=with_cases(each.text)) if each.kind == "display" else each for each in found]
    if len(found) > MAX_FOUND:
        raise FileError("the file has too many formulas to check", expected=f"at most {MAX_FOUND:,}", got=f"{len(found):,}",
                        try_="check its parts one by one")  # fmt: skip
    return found


def carries_directive(path: Path) -> bool:
    """Whether a document speaks to the checker; a file that is broken does if the word is in it, so that somebody hears of it."""
    text = read_text(path)
    if "sbp:" not in text:
        return False
    try:
        return any(found.kind == "directive" for found in extract(text, path.suffix))
    except FileError:
        return True


def _common(chunk: Chunk, masked: str) -> list[Found]:
    out = list(mathematics(chunk, masked))
    starts = [f.offset for f in out]
    for match in DIRECTIVE.finditer(chunk.text):
        out.append(found_at(chunk, "directive", match["body"].rstrip(), match.start("body")))
    for match in HEADING.finditer(masked):
        before = bisect_right(starts, match.start()) - 1  # the formulas do not overlap
        if before < 0 or match.start() >= out[before].offset + len(out[before].text):
            out.append(found_at(chunk, "heading", match.group().strip(), match.start()))
    return sorted(out, key=lambda found: found.offset)


def _tex(text: str) -> list[Found]:
    return with_words(_common(Chunk(text), blank(text, "tex")), text)


def _markdown_chunk(chunk: Chunk) -> list[Found]:
    masked = blank(chunk.text, "md")
    out = _common(chunk, masked)
    for start, stop in fences(chunk.text):
        out.append(found_at(chunk, "display", chunk.text[start:stop], start))
    out += in_markdown(chunk)
    # `$`...`$`: a dollar, a backtick: the spelling some hosts use to keep Markdown's hands off the formula
    ticked = list(re.finditer(r"\$`([^`\n]+)`\$", chunk.text))
    starts = {match.start(1) - 1 for match in ticked}
    out = [each for each in out if each.offset not in starts]  # the same between its dollars, blanked as code
    out += [found_at(chunk, "inline", match[1], match.start(1)) for match in ticked]
    taken = [(found.offset, found.offset + len(found.text)) for found in out]
    for match in _EMBEDDED.finditer(masked):
        start, stop = match.span(match.lastgroup or 0)
        if not any(a < stop and start < b for a, b in taken):
            kind = "inline" if match.lastgroup in ("round", "short") or (match.lastgroup == "script" and "display" not in match[0][:40]) else "display"
            out.append(found_at(chunk, kind, _plain(chunk.text[start:stop]), start))
    return with_words(sorted(out, key=lambda found: found.offset), chunk.text)


_EMBEDDED = re.compile(  # what generators of pages put round a formula
    r"<script type=[\"']math/tex[^>]{0,30}>(?P<script>[^<]{1,20000})</script>|\{%-?\s*katex display\s*-?%\}(?P<katex>[^%]{1,20000})\{%"
    r"|\{%-?\s*(?:katex|latex|math)\s*-?%\}(?P<short>[^%]{1,20000})\{%|<annotation encoding=[\"']application/x-tex[\"']>(?P<note>[^<]{1,20000})</annotation>"
    r"|\\\\\[(?P<square>(?:(?!\\\\\[)[^$]){1,20000}?)\\\\\]|\\\\\((?P<round>(?:(?!\\\\\()[^$\n]){1,2000}?)\\\\\)"  # each scan ends at the next opening
)


def _plain(source: str) -> str:
    """A formula without the marks of a page, every sign in its place."""
    return _ENTITY.sub(lambda each: unescape(each.group()).ljust(len(each.group())), source)


def _markdown(text: str) -> list[Found]:
    return _markdown_chunk(Chunk(text))


_TEX_SOURCE = re.compile(r"<annotation encoding=[\"']application/x-tex[\"']>([^<]*)</annotation>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#39);")
_TITLE = re.compile(r"<h[1-6]\b")
_DISPLAYED = re.compile(r"display=[\"']block|class=[\"'](?:line|l|r)[\"']")


def _html(text: str) -> list[Found]:
    """A page: the TeX source beside its MathML, as our own pages and KaTeX's have it; where there is none, its dollars."""
    if "application/x-tex" not in text:
        return _markdown(text)
    chunk, out, start = Chunk(text), list[Found](), 0
    for match in _TEX_SOURCE.finditer(text):
        kind = "display" if _DISPLAYED.search(text, max(start, text.rfind("<math", start, match.start()) - 24), match.start()) else "inline"
        source = _plain(match[1])
        out.append(found_at(chunk, kind, source, match.start(1)))
        start = match.end()
    out += [found_at(chunk, "directive", m["body"].rstrip(), m.start("body")) for m in DIRECTIVE.finditer(text)]
    out += [found_at(chunk, "heading", m.group(), m.start()) for m in _TITLE.finditer(text)]
    return with_words(sorted(out, key=_offset), text)


def _notebook(text: str) -> list[Found]:
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError("the notebook cannot be read", expected="JSON with a list of cells", got=type(error).__name__) from error
    out = list[Found]()
    names = named_columns(match["body"] for _, source in sources for match in DIRECTIVE.finditer(source))
    for number, (kind, source) in enumerate(sources, 1):
        if kind == "markdown":
            found = _markdown_chunk(Chunk(source, label=f"cell {number}"))
            out += by_columns(found, source, ".md", names) if names else found
        elif kind == "code":
            chunk = Chunk(source, label=f"cell {number}")
            told = [found_at(chunk, "directive", m["body"].rstrip(), m.start("body")) for m in DIRECTIVE.finditer(source)]
            out += sorted(told + block(chunk, 0, len(source)), key=_offset)
    return out


def _rst_chunk(chunk: Chunk) -> list[Found]:
    out, text = list[Found](), without_code(chunk.text)
    for match in re.finditer(r":math:`([^`]+)`", text):
        out.append(found_at(chunk, "inline", match[1], match.start(1)))
    for match in re.finditer(r"^([ \t]*)\.\.[ \t]+math::[ \t]*([^\n]*)\n((?:[ \t]*\n|\1[ \t]+[^\n]*(?:\n|\Z))*)", text, re.M):
        if match[2].strip():
            out.append(found_at(chunk, "display", match[2], match.start(2)))
        offset = match.start(3)
        for piece in re.finditer(r"(?:[ \t]*\S[^\n]*(?:\n|\Z))+", match[3]):
            if not piece.group().strip().startswith(":"):
                out.append(found_at(chunk, "display", piece.group().rstrip(), offset + piece.start()))
    for match in DIRECTIVE.finditer(chunk.text):
        out.append(found_at(chunk, "directive", match["body"].rstrip(), match.start("body")))
    return with_words(sorted(out + in_rst(chunk), key=_offset), chunk.text)


def _rst(text: str) -> list[Found]:
    return _rst_chunk(Chunk(text))


def _python(text: str) -> list[Found]:
    """The docstrings of a module; the code itself is never run."""
    try:
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FileError("the Python file cannot be parsed", got=f"{type(error).__name__}: {error}"[:200]) from error
    out, inside, lines = list[Found](), set[tuple[int, int]](), text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):  # a directive in some other string is that string's business
        if token.type == tokenize.COMMENT and (match := DIRECTIVE.match(token.string)):
            out.append(Found("directive", match["body"].rstrip(), 0, token.start[0], token.start[1] + match.start("body") + 1))
    for node in nodes:
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            source = _segment(lines, first.value)
            opening = re.match(r"[A-Za-z]*(?:\"\"\"|'''|\"|')", source)
            width = opening.end() if opening else 0
            chunk = Chunk(_as_written(source, opening), first.lineno, first.col_offset + 1 + width)
            out.append(found_at(chunk, "page", "", 0))
            out += [found_at(chunk, "directive", m["body"].rstrip(), m.start("body")) for m in DIRECTIVE.finditer(chunk.text)]
            for found in _rst_chunk(chunk) + with_words(list(mathematics(chunk, without_code(chunk.text))), chunk.text):
                if found.kind != "directive" and (found.line, found.column) not in inside:
                    inside.add((found.line, found.column))
                    out.append(found)
    out += (line for line in lines_of_module(tree, text) if (line.line, line.column) not in inside)
    return sorted(out, key=lambda found: (found.line, found.column))


def _segment(lines: list[str], node: ast.expr) -> str:
    """The source of a string; the standard library's way splits the whole file anew for each."""
    start, stop = node.lineno - 1, node.end_lineno or node.lineno
    taken = [line.encode() for line in lines[start:stop]]
    taken[-1] = taken[-1][: node.end_col_offset]
    taken[0] = taken[0][node.col_offset :]
    return b"\n".join(taken).decode()


def _as_written(source: str, opening: re.Match[str] | None) -> str:
    """A docstring as its author sees it: backslashes doubled for Python are single, where all of them are doubled."""
    quotes = len(opening.group().lstrip("rRbBuUfF")) if opening else 0
    body = source[opening.end() if opening else 0 : len(source) - quotes]
    raw = opening is not None and "r" in opening.group().lower()
    if raw or re.search(r"(?<!\\)(?:\\\\)*\\[A-Za-z]{2}", body):
        return body
    return body.replace("\\\\", "\\")


def _text(text: str) -> list[Found]:
    """Plain text: dollars when there are any, else every line that states a relation."""
    if text.count("$") >= 2 or "\\[" in text or "\\(" in text or "\\begin{" in text:
        return _markdown(text)
    bad = damaged_lines(text)
    chunk, out, offset = Chunk(text), list[Found](), 0
    several = "columns" in text and named_columns(match["body"] for match in DIRECTIVE.finditer(text))
    listed = dashes_are_bullets(text)
    for number, line in enumerate(text.split("\n"), 1):
        body = unnumbered_line(_REMARK.split(line, maxsplit=1)[0] if "=" in line.partition("#")[0] else line)
        step = len(dash.group()) if listed and (dash := _BULLET.match(line)) else step_number(body)
        before = step or ((listed or "–" in line) and (sign := _DASH.match(body)) is not None and sign.end())
        other = body[0 if step else before :].strip() if before else ""
        body, begin = body[step:].strip(), offset + len(line) - len(line[step:].lstrip())
        if match := DIRECTIVE.match(body):
            out.append(found_at(chunk, "directive", match["body"].rstrip(), offset))
        elif number in bad:
            out.append(found_at(chunk, "unreadable", body, begin))
        elif several:
            out += [found_at(chunk, "display", part, at) for part, at in segments(line, offset) if _states(part)]
        elif _states(body):
            out.append(replace(found_at(chunk, "display", body, begin), other=other))
        offset += len(line) + 1
    lost = (at for at in lost_formulas(text) if chunk.place(at)[0] not in bad)
    return sorted(out + [found_at(chunk, "lost", text[max(0, at - 24) : at + 1].rstrip().split("\n")[-1], at) for at in lost], key=_offset)


def _offset(found: Found) -> int:
    return found.offset


_RELATION_SIGN = re.compile(r"[=≤≥≈∝←⟵]|<-| [<>] ")
_DASH = re.compile(r"\s*[-–]\s+")
_BULLET = re.compile(r"\s*[-–] ++(?![∂∇]|d[A-Z\s/]|[dD]elta\s*w|\\(?:partial|[dt]?frac|nabla|Delta))")  # - dE/dw = delta o begins with a minus
_REMARK = re.compile(r"\s#\s")  # behind a line of a program
_WORDS = re.compile(r"[A-Za-z]{4,}")
_SCRIPTS = re.compile(r"(?<=(?<![A-Za-z_])[^\W\d_])_(?:\{[^{}]*\}|[^\W_]+)")  # of one letter


def _states(line: str) -> bool:
    """Whether a line of plain text is a formula: a relation, and no more words than a name or two; those in scripts are names."""
    if not _RELATION_SIGN.search(line):
        return False
    words = [word for word in _WORDS.findall(_SCRIPTS.sub("", line)) if word.lower() not in _KNOWN_WORDS]
    return len(words) <= 2


_KNOWN_WORDS = word_set(
    "delta sigma alpha beta gamma theta lambda epsilon partial exp tanh softmax softplus sigmoid relu "
    "sqrt diff sum prod derivative transpose matrix times cdot odot nabla "
    "outer multiply matmul power square maximum axis keepdims true mean loss cost"
)

def _matlab(text: str) -> list[Found]:
    """A file of MATLAB or Octave: its directives and its lines, which are never run."""
    chunk = Chunk(text)
    told = [found_at(chunk, "directive", m["body"].rstrip(), m.start("body")) for m in DIRECTIVE.finditer(text)]
    return sorted(told + matlab(chunk, 0, len(text)), key=_offset)


_READERS: dict[str, Callable[[str], list[Found]]] = {
    ".tex": _tex, ".ltx": _tex, ".latex": _tex, ".md": _markdown, ".markdown": _markdown, ".qmd": _markdown, ".rmd": _markdown,
    ".html": _html, ".htm": _html, ".ipynb": _notebook, ".rst": _rst, ".py": _python, ".txt": _text, ".m": _matlab,
}  # fmt: skip
SUFFIXES = frozenset(_READERS)
