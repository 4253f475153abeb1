"""A display cut into pieces that hold one chain each: rows and columns, separators, words between formulas."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbackprop.check.reading.languages import words
from symbackprop.check.reading.syntax import Token
from symbackprop.check.reading.vocabulary import word_set
from symbackprop.errors import ParseError

ROWS = word_set(
    "aligned align split eqnarray gather gathered alignat alignedat flalign multline equation displaymath "
    "math array IEEEeqnarray subequations"
)
_SEPARATING = word_set(
    "and where so hence thus therefore then or but also similarly respectively since because with giving "
    "gives yields implies let define"
) | words("and")
CONDITION = words("if", "for") | {"at"}
JOINING = word_set(
    "+ - times cdot bullet / odot circ otimes @ **"
)


@dataclass(slots=True)
class Piece:
    """A run of tokens that holds at most one chain, with the column it stood in and the words that led to it."""

    tokens: list[Token]
    column: int
    condition: bool = False
    ignored: list[str] = field(default_factory=list)


def rows_of(tokens: list[Token]) -> list[list[list[Token]]]:
    """The display as rows of cells; brackets and inner environments are left whole."""
    rows: list[list[list[Token]]] = [[[]]]
    depth, inner, outer = 0, 0, list[str]()
    for at, token in enumerate(tokens):
        cell = rows[-1][-1]
        if token.kind == "begin" and not inner and token.text in ROWS and not depth and (token.text != "array" or not cell):
            outer.append(token.text)
            if any(rows[-1]):
                rows.append([[]])
            continue
        if token.kind == "end" and not inner and outer and token.text == outer[-1]:
            outer.pop()
            depth = 0
            if any(rows[-1]):
                rows.append([[]])
            continue
        inner += (token.kind == "begin") - (token.kind == "end")
        if inner > 0 or token.kind == "end":
            cell.append(token)
            continue
        if token.kind == "row":
            if depth > 0 and _belongs(tokens, at + 1):
                continue
            depth = 0
            rows.append([[]])
        elif token.kind == "amp":
            if depth <= 0:
                rows[-1].append([])
        else:
            depth += (token.kind == "open") - (token.kind == "close")
            cell.append(token)
    if outer:
        first = next(token for token in tokens if token.kind == "begin")
        raise ParseError(f"\\begin{{{outer[0]}}} without its end", position=first.span[0], expected=f"\\end{{{outer[0]}}}")
    return [row for row in rows if any(row)]


def _belongs(tokens: list[Token], start: int) -> bool:
    """Whether the row that starts here can finish an open bracket: it does when it claims nothing itself."""
    for token in tokens[start:]:
        if token.kind in ("row", "end"):
            return True
        if token.kind == "rel":
            return False
    return True


def pieces_of(rows: list[list[list[Token]]]) -> list[Piece]:
    """Cells joined where one goes on in the next, and cut where one holds several statements."""
    out = list[Piece]()
    for row in rows:
        for column, cell in enumerate(row):
            if not cell:
                continue
            for piece in _cut(cell, column):
                _join(out, piece, new_row=column == 0 or not any(row[:column]))
    return [piece for piece in out if piece.tokens or piece.ignored]


def _join(out: list[Piece], piece: Piece, new_row: bool) -> None:
    """Append `piece`, or lengthen the piece it continues: one that ends in a sign, or one it begins with a sign after."""
    if not piece.tokens:
        if out:
            out[-1].ignored += piece.ignored
        else:
            out.append(piece)
        return
    first = piece.tokens[0]
    if out and out[-1].tokens and not piece.condition:
        last = out[-1].tokens[-1]
        open_end = last.kind == "rel" or (last.kind == "op" and last.text in JOINING)
        begins = first.kind == "rel" or (first.kind == "op" and first.text in JOINING - {"-", "+"}) or (
            first.kind == "op" and first.text in "+-" and has_relation(out[-1].tokens) and not has_relation(piece.tokens)
        )  # fmt: skip
        if open_end or begins:
            target = out[-1]
            if begins and not open_end and new_row and piece.column:
                same = [each for each in out if each.column // 2 == piece.column // 2 and not each.condition]
                target = same[-1] if same else target
            target.tokens += piece.tokens
            target.ignored += piece.ignored
            return
    out.append(piece)


def has_relation(tokens: list[Token]) -> bool:
    """Whether a relation sign stands outside all brackets."""
    depth = 0
    for token in tokens:
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if not depth and token.kind == "rel":
            return True
    return False


def _cut(cell: list[Token], column: int) -> list[Piece]:
    """One cell at its separators: quad, semicolon, words such as `and`, and commas between two relations."""
    pieces, depth = [Piece([], column)], 0
    for token in cell:
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        word = token.text.strip().strip(",.:;()").lower() if token.kind == "text" else ""
        head = word.split()[0] if word.split() else ""
        if depth and token.kind == "sep":
            continue  # space inside brackets
        if token.kind == "text" and token.text.strip() in (",", ";") and not depth:
            token = Token("sep", "quad", token.span)
        if depth or (token.kind not in ("sep", "text") and not (token.kind == "op" and token.text in (";", ","))):
            pieces[-1].tokens.append(token)
        elif token.kind == "text":
            if word.split() and (word.split()[-1] in CONDITION or head in CONDITION):
                pieces.append(Piece([], column, condition=True, ignored=[token.text.strip()]))
            elif head in _SEPARATING or (word.split()[-1:] and word.split()[-1] in _SEPARATING):
                pieces.append(Piece([], column))
            elif _is_symbol(token.text) and not pieces[-1].condition:
                pieces[-1].tokens.append(token)
            else:
                pieces[-1].ignored.append(token.text.strip())
        else:
            pieces.append(Piece([token] if token.text == "," else [], column, condition=pieces[-1].condition))
    return _settle(pieces)


def _is_symbol(text: str) -> bool:
    name = text.strip().replace("-", "").replace("_", "")
    return bool(name) and name.isalnum() and not name[0].isdigit()


def _settle(pieces: list[Piece]) -> list[Piece]:
    """Put back what was cut too eagerly: a part without a relation belongs to the part before it."""
    out = list[Piece]()
    for piece in pieces:
        comma = bool(piece.tokens) and piece.tokens[0].kind == "op" and piece.tokens[0].text == ","
        body = piece.tokens[1:] if comma else piece.tokens
        if not body:
            if out:
                out[-1].ignored += piece.ignored
            elif piece.ignored:
                out.append(Piece([], piece.column, ignored=piece.ignored))
            continue
        if comma and out and out[-1].tokens and (not has_relation(body) or not has_relation(out[-1].tokens)):
            out[-1].tokens += piece.tokens
            out[-1].ignored += piece.ignored
            continue
        out.append(Piece(body, piece.column, piece.condition, piece.ignored))
    return out
