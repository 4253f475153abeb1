"""Tables that hold one derivation in several notations, a column each: read down the columns, each in its own notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from symbackprop.check.documents.found import Found

_NAMED = re.compile(r"(?:^|\s)columns\s*=\s*(?P<names>[^\s\"]+)")
_TEX = (re.compile(r"\\begin\{tabular\}.*?\\end\{tabular\}", re.S), re.compile(r"\\\\"), re.compile(r"(?<!\\)&"))
_MARKDOWN = (re.compile(r"(?:^[ \t]*\|.*(?:\n|\Z))+", re.M), re.compile(r"\n"), re.compile(r"(?<!\\)\|"))
_HTML = (re.compile(r"<table\b.*?</table>", re.S), re.compile(r"<tr\b"), re.compile(r"<t[dh]\b"))
_PLAIN = (re.compile(r"(?:^\S.*(?:\n|\Z))+", re.M), re.compile(r"\n"), re.compile(r"(?<=\S) {2,}(?=\S)"))
_TABLES = {".tex": _TEX, ".html": _HTML, ".htm": _HTML, ".txt": _PLAIN}


def named_columns(directives: Iterable[str]) -> tuple[str, ...]:
    """The notations of the columns that the first of the directives names: none but after `columns=winston,nielsen`.

    >>> named_columns(["net=2-2-1 columns=winston,nielsen free=z"])
    ('winston', 'nielsen')
    """
    match = next(filter(None, map(_NAMED.search, directives)), None)
    return tuple(each for each in match["names"].split(",") if each) if match else ()


def by_columns(found: list[Found], text: str, suffix: str, names: Sequence[str]) -> list[Found]:
    """The same formulas, those of tables in the order of their columns, each column after a directive that names its notation."""
    if not names:
        return found
    where = _columns(found, text, suffix, len(names))
    out = list[Found]()
    for inside, run in groupby(found, lambda each: each.offset in where):
        formulas = [*run]
        if not inside:
            out += formulas
            continue
        for at, name in enumerate(names):
            column = [each for each in formulas if where[each.offset] == at]
            out += [_told(each, name) for each in column[:1]] + column
        out.append(_told(formulas[-1], names[0]))
    return out


def _told(beside: Found, name: str) -> Found:
    return Found("directive", f"notation={name}", beside.offset, beside.line, beside.column, beside.label)


def _columns(found: Sequence[Found], text: str, suffix: str, most: int) -> dict[int, int]:
    """The column of every formula in a table, by its place in the text."""
    tables, rows, cells = _TABLES.get(suffix, _MARKDOWN)
    blank = list(text)
    for each in found:
        if each.kind in ("display", "inline"):
            blank[each.offset : each.offset + len(each.text)] = "\0" * len(each.text)
    plain, out, at = "".join(blank), dict[int, int](), 0
    formulas = [each for each in found if each.kind in ("display", "inline")]
    for table in tables.finditer(plain):
        while at < len(formulas) and formulas[at].offset < table.end():
            offset, at = formulas[at].offset, at + 1
            if offset < table.start():
                continue
            before = plain[max((row.end() for row in rows.finditer(plain, table.start(), offset)), default=table.start()) : offset + 1]
            column = len(cells.findall(before)) - (tables in (_MARKDOWN[0], _HTML[0]))
            if 0 <= column < most:
                out[offset] = column
    return out
