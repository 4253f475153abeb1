"""What a Typst source says, as TeX in Markdown: the mathematics itself is read, by the few functions our printer uses."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'\s+|"(?:\\.|[^"\\])*"|\\.|#\d+%|#h\([^)]*\)|[a-z]{2,}(?=\()|[^\s]')
SIGNS = {"−": "-", "≔": r"\coloneqq ", "←": r"\leftarrow ", "{": r"\{", "}": r"\}", "‖": r"\|", "′": "'"}
_FORMULA = re.compile(r'\$(display\()?((?:"(?:\\.|[^"\\])*"|[^$"])*)\$')


def as_markdown(source: str) -> str:
    """Every displayed formula of a document; a row that goes on is joined to the row before."""
    out, plain = list[str](), re.sub(r'"<svg.*?</svg>\s*"', '""', source, flags=re.DOTALL)
    for line in plain.splitlines():
        cells = _FORMULA.findall(line)
        if line.startswith("  [$") and "#mark" in line and not any(shown for shown, _ in cells):
            out.append("| " + " | ".join(f"${read(body)}$" for _, body in cells) + " |")
        else:
            out += [""] if out and out[-1].startswith("|") else []
            _displays(cells, out)
    return "\n".join(each if each.startswith("|") or not each else f"\n$$\n{each}\n$$" for each in out)


def _displays(formulas: list[tuple[str, str]], out: list[str]) -> None:
    for shown, body in formulas:
        text = body[:-1] if shown else body
        if text.startswith("#h(2em) ") and shown:
            out[-1] += " " + read(text)
        else:
            out.append(read(text))


def read(math: str) -> str:
    r"""Typst mathematics as TeX.

    >>> read('attach(δ, b: j, t: ′ l) = frac("1", "2")')
    "δ_{j}'^{l} = \\frac{1}{2}"
    """
    tokens = [each for each in _TOKEN.findall(math) if not each.isspace() and not each.startswith("#h(")]
    text, rest = _row(tokens, 0, ())
    assert rest == len(tokens), (math, tokens[rest:])
    return text


def _row(tokens: list[str], at: int, ends: tuple[str, ...]) -> tuple[str, int]:
    parts = list[str]()
    while at < len(tokens) and tokens[at] not in ends:
        part, at = _one(tokens, at)
        parts.append(part)
    return " ".join(filter(None, parts)), at


def _one(tokens: list[str], at: int) -> tuple[str, int]:
    token = tokens[at]
    if len(token) > 1 and token.isalpha() and at + 1 < len(tokens) and tokens[at + 1] == "(":
        rows, named, at = _arguments(tokens, at + 2)
        return _called(token, rows, named), at
    if token in ("(", "["):  # a pair that grows, inside lr; one that does not stands escaped
        inside, at = _row(tokens, at + 1, (")", "]"))
        return f"{token} {inside} {tokens[at]}", at + 1
    if token.startswith('"'):
        inside = re.sub(r"\\(.)", r"\1", token[1:-1])
        plain = re.fullmatch(r"[\d.,/]+|\W", inside)
        return (SIGNS.get(inside, inside) if plain else rf"\text{{{inside}}}"), at + 1
    sign = token[1:] if token.startswith("\\") else token
    return SIGNS.get(sign, sign), at + 1


def _arguments(tokens: list[str], at: int) -> tuple[list[list[str]], dict[str, str], int]:
    """Rows of arguments (a semicolon starts the next), the named ones, and where the call ends."""
    rows, named, name = [list[str]()], dict[str, str](), ""
    while True:
        if (at + 1 < len(tokens) and tokens[at + 1] == ":") or tokens[at : at + 1] in (["delim"], ["size"]):
            name, at = tokens[at], at + 2
        text, at = _row(tokens, at, (",", ";", ")"))
        if name:
            named[name] = text
        else:
            rows[-1].append(text)
        name, sign, at = "", tokens[at], at + 1
        if sign == ")":
            return rows, named, at
        if sign == ";":
            rows.append([])


def _called(name: str, rows: list[list[str]], named: dict[str, str]) -> str:
    first = rows[0]
    if name == "attach":
        upper = named.get("t", "")
        primes = len(upper) - len(upper.lstrip("' "))
        base = first[0] if len(first[0]) == 1 else f"{{{first[0]}}}"
        below = f"_{{{named['b']}}}" if "b" in named else ""
        return base + below + "'" * upper[:primes].count("'") + (f"^{{{upper[primes:]}}}" if upper[primes:] else "")
    if name == "frac":
        return rf"\frac{{{first[0]}}}{{{first[1]}}}"
    if name == "op":
        return rf"\operatorname{{{first[0].removeprefix(chr(92) + 'text{').rstrip('}')}}}"
    if name == "cases":
        return r"\begin{cases}" + r" \\ ".join(first) + r"\end{cases}"
    if name == "mat":
        return r"\left(\begin{matrix}" + r" \\ ".join(" & ".join(cells) for cells in rows) + r"\end{matrix}\right)"
    if name in ("bold", "italic"):
        return re.sub(r"^\\text\{(.*)\}$", r"\1", first[0])
    return first[-1]  # lr, limits
