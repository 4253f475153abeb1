"""Where the mathematics of a text stands: comments, code and verbatim blanked out, dollars and environments found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbackprop.check.documents.found import Chunk, Found

# in a comment, or as a line of its own in a docstring or a plain text, which have no comments
DIRECTIVE = re.compile(r"(?:(?<!%)%+|<!--|\.\.|(?<!#)#+|//|^)[ \t]*sbp:[ \t]*(?P<body>(?:(?!-->)[^\n])*)", re.M)
_ENVIRONMENTS = "equation|align|gather|eqnarray|multline|displaymath|math|flalign|alignat|IEEEeqnarray|subequations"
_OPENER = re.compile(rf"\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}|\\\[|\\\(|\\.|\$\$|\$", re.S)
_FENCE = re.compile(r"^(`{3,40})[ \t]*math[ \t]*\n", re.M)
_DOLLAR = re.compile(r"\\.|\$", re.S)
HEADING = re.compile(r"^[ \t]*(?:\\(?:chapter|(?:sub)*section|paragraph)\*?\{|#{1,6}[ \t])", re.M)
Pair = tuple[re.Pattern[str], str]  # what opens, and the text that closes (with {1} for the first group)
_PAIRS: dict[str, list[Pair]] = {
    "tex": [
        (re.compile(r"\\begin\{(verbatim|lstlisting|minted|comment|filecontents|tikzpicture|pgfpicture)\*?\}"), r"\end{{{1}}}"),
        (re.compile(r"\\verb\*?([^a-zA-Z\s*])"), "{1}"),
    ],
    "md": [(re.compile(r"^(```+|~~~+)(?!\s*math)", re.M), "\n{1}"), (re.compile("<!--"), "-->")],
}
_LINES = {
    "tex": [r"(?<!\\)%[^\n]*", r"\\(?:re|provide)?newcommand\*?[^\n]*|\\def\\[^\n]*|\\DeclareMathOperator[^\n]*"],
    "md": [r"(?<!`)`(?!`)[^`\n]+`(?!`)"],
}


def found_at(chunk: Chunk, kind: str, text: str, offset: int) -> Found:
    return Found(kind, text, offset, *chunk.place(offset), chunk.label)


def blank(text: str, kind: str) -> str:
    """`text` with comments, code and verbatim turned to spaces, line ends kept, so that offsets stay true."""
    for pattern in _LINES[kind][:1]:
        text = re.sub(pattern, _spaces, text, flags=re.M)
    for opener, closing in _PAIRS[kind]:
        parts, done, at, absent = list[str](), 0, 0, set[str]()
        while match := opener.search(text, at):
            at = match.end()
            end = closing.replace("{{", "{").replace("}}", "}").replace("{1}", match[1] if match.groups() else "")
            if end in absent:
                continue
            stop = text.find(end, at)
            if stop < 0:
                absent.add(end)  # looked for once, so that a file of openings stays linear
                continue
            at = stop + len(end)
            parts += [text[done : match.start()], re.sub(r"[^\n]", " ", text[match.start() : at])]
            done = at
        text = "".join(parts) + text[done:]
    for pattern in _LINES[kind][1:]:
        text = re.sub(pattern, _spaces, text, flags=re.M)
    return text


def _spaces(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


_CODE = ("code", "code-block", "sourcecode", "literalinclude", "ipython", "doctest", "testcode")
_LITERAL = re.compile(r"``[^`\n]+``")


def without_code(text: str) -> str:
    """reStructuredText, or a docstring, with literal blocks, sessions and ``literals`` turned to spaces, line ends kept."""
    out, block, session = list[str](), -1, False  # the indent of the line that opened a literal block; -1 where there is none
    for line in text.split("\n"):
        body = line.strip()
        indent = len(line) - len(line.lstrip())
        if body and block >= 0 and indent <= block:
            block = -1
        session = bool(body) and (session or body.startswith(">>>"))
        if block >= 0 or session:
            out.append(" " * len(line))
            continue
        directive = body[2:].strip().partition("::") if body.startswith("..") else ("", "", "")
        if directive[0] in _CODE if directive[1] else body.endswith("::"):
            block = indent
        out.append(_LITERAL.sub(_spaces, line) if "``" in line else line)
    return "\n".join(out)


def _regions(masked: str) -> Iterator[tuple[str, int, int]]:
    """Kind and place of every stretch of mathematics, found in one pass."""
    at, absent = 0, set[str]()
    while match := _OPENER.search(masked, at):
        sign, at = match.group(), match.end()
        if match["name"]:
            closing, kind, start = f"\\end{{{match['name']}}}", "display", match.start()
        elif sign in (r"\[", r"\("):
            closing, kind, start = {r"\[": r"\]", r"\(": r"\)"}[sign], "display" if sign == r"\[" else "inline", at
        elif sign == "$$":
            closing, kind, start = "$$", "display", at
        elif sign == "$":
            stop = _next_dollar(masked, at)
            if stop is not None and "\n\n" not in masked[at:stop] and _is_dollar_math(masked, at, stop):
                yield "inline", at, stop
                at = stop + 1
            continue
        else:
            continue  # an escaped character
        stop = -1 if closing in absent else masked.find(closing, at)
        if stop < 0:
            absent.add(closing)
            continue
        if kind == "inline" and "\n\n" in masked[start:stop]:
            continue  # a paragraph ends inside
        yield kind, start, stop + len(closing) if match["name"] else stop
        at = stop + len(closing)


def _next_dollar(text: str, at: int) -> int | None:
    while match := _DOLLAR.search(text, at):
        if match.group() == "$":
            return match.start()
        at = match.end()
    return None


def mathematics(chunk: Chunk, masked: str) -> Iterator[Found]:
    for kind, start, stop in _regions(masked):
        body = chunk.text[start:stop]
        if not body.strip():
            continue
        # what is blanked (a comment inside a display) must not be read, what is text must keep its place
        body = "".join(b if m == b or m != " " else " " for b, m in zip(body, masked[start:stop], strict=True))
        yield found_at(chunk, kind, body, start)


def _is_dollar_math(masked: str, start: int, stop: int) -> bool:
    """Whether two dollars enclose a formula and not two prices: no space just inside, or on both sides, or signs of a formula
    and no other dollar in its line left alone; no digit behind."""
    before, after = masked[start : start + 1], masked[stop - 1 : stop]
    behind = masked[stop + 1 : stop + 2]
    spaced = before.isspace() and after.isspace()
    inside = masked[start:stop]
    typed = "\n" not in inside and inside.count("{") == inside.count("}") and not before.isdigit() and _TYPED.search(inside) and not _PROSE.search(inside)
    typed = typed and not masked[stop + 1 :].partition("\n")[0].count("$") % 2
    return stop > start and not behind.isdigit() and bool(spaced or typed or (not before.isspace() and not after.isspace()))


_TYPED = re.compile(r"[=\\^_]")
_PROSE = re.compile(r"(?<![\\A-Za-z{])[a-z]{2,}\s+[a-z]{2,}(?![A-Za-z}])")


def fences(text: str) -> Iterator[tuple[int, int]]:
    """The inside of every fence that says it holds mathematics."""
    at, absent = 0, set[str]()
    while match := _FENCE.search(text, at):
        at = match.end()
        if match[1] in absent:
            continue
        closing = re.compile(rf"^{match[1]}[ \t]*$", re.M).search(text, at)
        if closing is None:
            absent.add(match[1])  # looked for once, so that a file of openings stays linear
            continue
        yield match.end(), closing.start()
        at = closing.end()
