"""Scripts to index expressions: cuts the raw tokens of a subscript or superscript along a template, and evaluates them.

A template is what a notation's table holds: "{j}{k}" two indices side by side, "{l}" a layer, "{s}>{u}" an arrow from a
source to a unit, "" nothing at all. Tokens only need a `kind` and a `text`, so that this file knows no parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol


class Mark(Protocol):
    """What a script is made of: kind num, name, op, rel, open, close or text, and its canonical text."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


Marks = tuple[Mark, ...]
Fields = dict[str, Marks]
COUNT_OF_LAYERS = ("n_l", "N_l")  # above a letter, where a layer stands, the last one: a^{(n_l)}
FIELD = re.compile(r"\{(\w)\}")
_FRAMED = re.compile(r"(\w*)((?:\{\w\})+)(\w*)")


def cut(template: str, marks: Marks) -> Fields | None:
    """The fields of `template` found in `marks`, or None where the script has another shape.

    Juxtaposed fields take one index term each (`jk`, `1k`, `j,k+1`); two one-digit indices may be written `11`.
    """
    marks = stripped(marks)
    framed = _FRAMED.fullmatch(template)
    if framed is not None and (framed[1] or framed[3]):
        inside = _inside(framed[1], marks, framed[3])
        return cut(framed[2], inside) if inside else None
    names = FIELD.findall(template)
    literals = FIELD.sub("\0", template).replace("\0", "")
    if not names:
        return {} if "".join(mark.text for mark in marks) == literals else None
    if not marks:
        return None
    if ">" in literals:
        at = [i for i, mark in enumerate(marks) if mark.kind == "rel" and mark.text == "to"]
        if len(at) != 1 or len(names) != 2:
            return None
        parts = [stripped(marks[: at[0]]), stripped(marks[at[0] + 1 :])]
        return dict(zip(names, parts)) if all(parts) else None
    if any(mark.kind == "rel" for mark in marks):
        return None
    if len(names) == 1:
        return None if marks[0].kind == "op" else {names[0]: marks}  # no index begins with a sign: e^{-u}
    pieces = split(marks, len(names))
    return dict(zip(names, pieces)) if pieces else None


def _inside(lead: str, marks: Marks, tail: str) -> Marks:
    """What stands between two words of a template, as in b_{0j}; nothing where they are not there."""
    first, last = (marks[0], marks[-1]) if marks else (None, None)
    if first is not None and lead and first.text != lead:
        if first.kind != "num" or not first.text.startswith(lead):
            return ()
        marks, lead = (_Digit(first.text[len(lead) :]), *marks[1:]), ""
    marks = marks[1:] if lead else marks
    if tail and (len(marks) < 2 or last is None or last.text != tail):
        return ()
    return marks[:-1] if tail else marks


def stripped(marks: Marks) -> Marks:
    """Without brackets that enclose everything, and without invisible ones."""
    while len(marks) >= 2 and marks[0].kind == "open" and marks[-1].kind == "close" and _encloses(marks):
        marks = marks[1:-1]
    return marks


def _encloses(marks: Marks) -> bool:
    depth = 0
    for index, mark in enumerate(marks):
        depth += (mark.kind == "open") - (mark.kind == "close")
        if depth == 0:
            return index == len(marks) - 1
    return False


class _Digit:
    kind = "num"

    def __init__(self, text: str) -> None:
        self.text = text


def split(marks: Marks, count: int) -> list[Marks] | None:
    """`marks` as `count` index expressions: at commas if there are any, else term by term."""
    parts: list[list[Mark]] = [[]]
    depth = 0
    for mark in marks:
        depth += (mark.kind == "open") - (mark.kind == "close")
        if mark.kind == "op" and mark.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(mark)
    if len(parts) > 1:
        return [stripped(tuple(part)) for part in parts] if len(parts) == count and all(parts) else None
    only = marks[0] if len(marks) == 1 else None
    if only is not None and only.kind == "num" and len(only.text) == count:
        return [(_Digit(digit),) for digit in only.text]
    groups = _groups(marks)
    if groups is not None:
        return groups if len(groups) == count else None
    terms: list[list[Mark]] = []
    for mark in marks:
        glue = bool(terms) and (mark.kind == "op" or mark.kind in ("sub", "open", "close") or _open_end(terms[-1]))
        if glue:
            terms[-1].append(mark)
        else:
            terms.append([mark])
    if len(terms) != count or any(term[0].kind == "op" for term in terms):
        return None
    return [tuple(term) for term in terms]


def _groups(marks: Marks) -> list[Marks] | None:
    """`[l](i)` as its two brackets; None for anything that is not brackets one after another."""
    out, depth, start = list[Marks](), 0, 0
    for index, mark in enumerate(marks):
        if not depth and mark.kind != "open":
            return None
        depth += (mark.kind == "open") - (mark.kind == "close")
        if not depth:
            out.append(stripped(marks[start : index + 1]))
            start = index + 1
    return out if len(out) > 1 and not depth else None


def _open_end(term: Sequence[Mark]) -> bool:
    last = term[-1]
    depth = sum((mark.kind == "open") - (mark.kind == "close") for mark in term)
    return depth > 0 or last.kind in ("sub", "open") or (last.kind == "op" and last.text in ("+", "-"))


def letters(marks: Marks) -> list[str]:
    """The letters an index expression uses: what may be a free index.

    A letter with a subscript of its own (`l_1`) is one index with that spelling.
    """
    return [text for text in atoms(marks) if not text.isdigit()]


def atoms(marks: Marks) -> list[str]:
    """Letters and numbers of an index expression, subscripted letters whole."""
    out, at = list[str](), 0
    while at < len(marks):
        mark = marks[at]
        if mark.kind in ("name", "num", "text"):
            text, at = mark.text.strip(), at + 1
            if at + 1 < len(marks) and marks[at].kind == "sub":
                at, inner = _sub(marks, at)
                text += "_" + inner
            out.append(text)
        else:
            at += 1
    return out


def _sub(marks: Marks, at: int) -> tuple[int, str]:
    at += 1
    if marks[at].kind != "open":
        return at + 1, marks[at].text
    depth, start = 0, at + 1
    while at < len(marks):
        depth += (marks[at].kind == "open") - (marks[at].kind == "close")
        at += 1
        if not depth:
            break
    return at, "".join(mark.text for mark in marks[start : at - 1])


def with_count_of_layers(marks: Marks, indices: Mapping[str, int], last_layer: str) -> Mapping[str, int]:
    """The values of the index letters, with n_l as the last layer where an expression has a letter with a subscript of its own."""
    if not any(mark.kind == "sub" for mark in marks):
        return indices
    return {**dict.fromkeys(COUNT_OF_LAYERS, indices.get(last_layer, 0)), **indices}


def value(marks: Marks, indices: Mapping[str, int]) -> int | None:
    """The whole number that an index expression means (`l+1`, `L - 1`, `3`), or None where it is no such expression.

    Raises KeyError with the letter that has no value.
    """
    if len(marks) == 1 and marks[0].kind == "name":
        return indices[marks[0].text.strip()]
    marks = stripped(marks)
    total, sign, expect = 0, 1, True
    at = 0
    while at < len(marks):
        mark = marks[at]
        if mark.kind == "op" and mark.text in ("+", "-"):
            if expect and total == 0 and at:
                return None
            sign, expect = (1 if mark.text == "+" else -1), True
            at += 1
            continue
        if not expect or mark.kind not in ("num", "name", "text"):
            return None
        text, at = mark.text.strip(), at + 1
        if at + 1 < len(marks) and marks[at].kind == "sub":
            at, inner = _sub(marks, at)
            text += "_" + inner
        if mark.kind == "num":
            if not text.isdigit() or len(text) > 9:
                return None
            term = int(text)
        else:
            term = indices[text]
        total += sign * term
        expect = False
    return None if expect else total
