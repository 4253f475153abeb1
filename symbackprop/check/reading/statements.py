"""One display to its statements: rows and columns, chains, continued lines, separators, words between formulas.

Nothing is dropped in silence: what is not a claim comes back as a Remark that says why, what cannot be read as Malformed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from symbackprop.check.reading.complaints import problem
from symbackprop.check.reading.grammar import Parser
from symbackprop.check.reading.macros import Macro, expand, read_definitions
from symbackprop.check.reading.older import in_the_grammar, unframed
from symbackprop.check.reading.pieces import CONDITION, JOINING, Piece, has_relation, pieces_of, rows_of
from symbackprop.check.reading.stacked import in_one_line
from symbackprop.check.reading.syntax import Add, Dots, Group, Node, Relation, Several, Span, Statement, Token
from symbackprop.check.reading.tokens import tokenize
from symbackprop.errors import ParseError, quote

_STEPS = {"+=": 1, "-=": -1}
_LOGIC = frozenset(["iff", "implies", "if"])


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was read but claims nothing the checker decides; `reason` says what it is."""

    span: Span
    reason: str
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that cannot be read, with the complaint."""

    span: Span
    error: ParseError


Item = Statement | Remark | Malformed
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}  # a formula copied from the source of a page
_ENTITY = re.compile(r"&(lt|gt|amp);")


def parse_formula(
    text: str, *, macros: Mapping[str, Macro] | None = None, names: Iterable[str] = (), latex: bool | None = None,
    change: Callable[[list[Token]], list[Token]] | None = None,
) -> list[Item]:
    """Every statement of one formula or display, in the order of the page.

    Never raises for bad input: a part that cannot be read is a Malformed among the others.

    >>> [item.relation.ops for item in parse_formula("a = b = c") if isinstance(item, Statement)]
    [('=', '=')]
    >>> isinstance(parse_formula("o(1-o")[0], Malformed)
    True
    """
    own = dict(macros or {})
    text = unframed(_ENTITY.sub(lambda found: _ENTITIES[found[1]].ljust(len(found[0])), text))
    if "\\" in text and re.search(r"\\(?:re|provide)?newcommand|\\g?def\b|\\Declare", text):
        found, places = read_definitions(text)
        own.update(found)
        for start, stop in places:
            text = text[:start] + " " * (stop - start) + text[stop:]
    try:
        tokens = in_the_grammar(in_one_line(_unboxed(expand(tokenize(text, latex=latex, names=names), own, text))))
        if change is not None:
            tokens = change(tokens)
        if not tokens:
            raise problem(text, 0, "nothing is written here", expected="a formula")
        pieces = pieces_of(rows_of(tokens))
    except ParseError as error:
        return [Malformed((0, len(text)), error)]
    return _statements(pieces, text)


def parse_conditions(texts: Iterable[str], macros: Mapping[str, Macro]) -> tuple[Relation, ...]:
    """Conditions an author wrote beside a formula; ParseError for one that cannot be read."""
    out = list[Relation]()
    for text in texts:
        items = parse_formula(text, macros=macros)
        if not items or not all(isinstance(item, Statement) for item in items):
            raise ParseError("the condition cannot be read", got=quote(text, 80))
        out += [item.relation for item in items if isinstance(item, Statement)]
    return tuple(out)


def _unboxed(tokens: list[Token]) -> list[Token]:
    """Without a frame round the whole formula."""
    at = next((i for i, token in enumerate(tokens) if token.kind == "cmd" and token.text == "boxed"), None)
    if at is None or at + 1 >= len(tokens) or tokens[at + 1].text != "{":
        return tokens
    depth = 0
    for stop in range(at + 1, len(tokens)):
        depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
        if not depth:
            return tokens[:at] + tokens[at + 2 : stop] + tokens[stop + 1 :]
    return tokens


def _statements(pieces: list[Piece], text: str) -> list[Item]:
    out, leading = list[Item](), list[Statement]()
    for piece in pieces:
        if not piece.tokens:
            out.append(Remark((0, len(text)), "only words: " + " ".join(piece.ignored)[:80]))
            continue
        tokens = _trim(piece.tokens)
        if not tokens:
            continue
        if out and isinstance(out[-1], Statement) and (inside := _bracketed(tokens)):
            tokens, piece.condition = inside, True  # a = b   (z > 0)
        span = (min(t.span[0] for t in tokens), max(t.span[1] for t in tokens))
        steps = _implied(tokens)
        if len(steps) > 1:
            made = [each for step in steps for each in _statements([replace(piece, tokens=step, condition=False)], text)]
            out += [replace(each, premise=True) if isinstance(each, Statement) and each is not made[-1] else each for each in made]
            continue
        try:
            item = _relation(tokens, span, text, tuple(piece.ignored))
        except ParseError as error:
            reason = _fragment(tokens)
            if piece.condition and out and isinstance(before := out[-1], Statement):  # nothing is refuted without it
                out[-1] = replace(before, ignored=(*before.ignored, " ".join(piece.ignored) + " " + text[slice(*span)]))
            out.append(Remark(span, reason) if reason else Malformed(span, error))
            continue
        previous = out[-1] if out else None
        if piece.condition and isinstance(item, Remark) and isinstance(previous, Statement):
            if re.match(r"for (all|any|each|every)\b", " ".join(piece.ignored)):
                continue  # that is how it is read anyway
            said = " ".join(piece.ignored) + " " + text[slice(*span)]  # a condition in words: kept, so that it can hedge
            out[-1] = Statement(previous.relation, previous.span, previous.conditions, (*previous.ignored, said))
            continue
        if isinstance(item, Statement) and piece.condition and "unless" in " ".join(piece.ignored).lower().split():
            item = _negated(item)
        inherited = bool(leading) and not piece.ignored and "=" in getattr(getattr(item, "relation", None), "ops", ())
        if isinstance(item, Statement) and piece.condition and not out and not inherited:
            leading.append(item)  # if z > 0 then ...
            continue
        if isinstance(item, Statement) and isinstance(previous, Statement) and (piece.condition or _is_range(item)):
            more = tuple(each for each in item.ignored if not set(each.lower().split()) <= CONDITION | {"all", "any", "each"})
            out[-1] = Statement(previous.relation, previous.span, (*previous.conditions, item.relation), previous.ignored + more)
            continue
        if isinstance(item, Statement) and leading:
            item = Statement(item.relation, item.span, (*(each.relation for each in leading), *item.conditions), item.ignored)
            leading = []
        out.append(item)
    return [*leading, *out]


def _bracketed(tokens: list[Token]) -> list[Token]:
    """A comparison that stands in brackets by itself; nothing where that is not what stands there."""
    inside = tokens[1:-1]
    whole = tokens[0].text == "(" and tokens[-1].text == ")" and has_relation(inside)
    compared = [token.text for token in inside if token.kind == "rel"]
    return inside if whole and all(each in _OPPOSITE for each in compared) else []


_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


def _negated(item: Statement) -> Item:
    """What holds where the condition behind `unless` does not."""
    relation = item.relation
    if len(relation.ops) != 1 or relation.ops[0] not in _OPPOSITE:
        return Remark(item.span, "an exception that is not used")
    return Statement(Relation(relation.sides, (_OPPOSITE[relation.ops[0]],), relation.spans), item.span, item.conditions, item.ignored)


def _implied(tokens: list[Token]) -> list[list[Token]]:
    """`A => B => C`, equations all of them, as its steps; anything else as it is."""
    steps: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if token.kind == "rel" and token.text == "implies" and not depth:
            steps.append([])
        else:
            steps[-1].append(token)
    return steps if all(step and has_relation(_trim(step)) for step in steps) else [tokens]


def _fragment(tokens: list[Token]) -> str | None:
    """Why something that is no expression is no slip either: prose names signs, sets and types between its words."""
    if sum((token.kind == "open") - (token.kind == "close") for token in tokens):
        return None  # a bracket is missing: that is a slip
    signs = [token for token in tokens if token.kind in ("op", "rel")]
    if len(signs) == len(tokens):
        return "a sign on its own"
    if len(tokens) > 1 and tokens[0] in signs and (tokens[1].kind == "rel" or not has_relation(tokens)):
        return "an operator on its own"
    if all(token.text in ("to", "mapsto") for token in tokens if token.kind == "rel") and has_relation(tokens):
        return "a type, not an equation"
    if not has_relation(tokens):
        if tokens[-1] in signs and tokens[-1].text in JOINING:
            return "an unfinished expression in running text"
        if any(token.kind == "rel" for token in tokens):
            return "a set or a type, not an equation"
        if any(token.kind == "text" and " " in token.text.strip() for token in tokens):
            return "words with symbols between them"
    return None


def _trim(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[-1].kind == "op" and tokens[-1].text in (",", ".", ";", ":"):
        tokens = tokens[:-1]
    while tokens and tokens[0].kind == "op" and tokens[0].text in (",", ";"):
        tokens = tokens[1:]
    return tokens


def _is_range(item: Statement) -> bool:
    """`j = 1, 2, 3`, `1 <= j <= n`, `l \\in \\{1, 2\\}`: says what an index runs over."""
    relation = item.relation
    last = relation.sides[-1]
    if relation.ops == ("=",):
        return isinstance(last, Several) and any(isinstance(each, Dots) for each in last.items)
    return relation.ops == ("in",)


def _python_equation(tokens: list[Token]) -> list[Token]:
    """SymPy's Eq(a, b) as a = b."""
    if len(tokens) < 5 or tokens[0].text != "Eq" or tokens[1].text != "(" or tokens[-1].text != ")":
        return tokens
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 1 and token.kind == "op" and token.text == ",":
            return [*tokens[2:at], Token("rel", "=", token.span), *tokens[at + 1 : -1]]
    return tokens


def _relation(tokens: list[Token], span: Span, text: str, ignored: tuple[str, ...]) -> Item:
    """One chain: its sides parsed one by one, the relation signs between them."""
    tokens = _python_equation(tokens)
    sides: list[list[Token]] = [[]]
    ops, depth = list[Token](), 0
    for token in tokens:
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if token.kind == "rel" and depth <= 0:
            ops.append(token)
            sides.append([])
        else:
            sides[-1].append(token)
    colon = any(token.kind == "op" and token.text == ":" for token in sides[0])
    if colon and (not ops or ops[0].text in ("to", "mapsto", "in")):
        return Remark(span, "a type judgement, not an equation")
    if any(op.text in _LOGIC for op in ops):
        return Remark(span, "a logical connection between equations, not an equation")
    nodes = list[Node | None]()
    for index, side in enumerate(sides):
        side = _trim(side) if index == len(sides) - 1 else side
        if not side and index == 0 and ops:
            nodes.append(None)
            continue
        if not side:
            raise problem(text, ops[index - 1].span[1], "a relation with nothing behind it", expected="an expression")
        parser = Parser(side, text)
        node = parser.list_of_expressions("")
        if parser.at < len(side):
            left = parser.now
            if left.kind == "close":
                raise parser.fail("a closing bracket that nothing opened", expected="an operator or the end")
            raise parser.fail("this does not fit here", expected="an operator, a relation or the end of the formula")
        nodes.append(node)
    if not ops:
        shown = tuple(node for node in nodes if node is not None)
        return Remark(span, "an expression that claims nothing", shown)
    for index, op in enumerate(ops):
        before, after = nodes[index], nodes[index + 1]
        if op.text in _STEPS and before is not None and after is not None:  # w -= x assigns w - x to w
            nodes[index + 1] = Add(after.span, (before, Group(after.span, after)), (1, _STEPS[op.text]))
            ops[index] = Token("rel", "<-", op.span)
    relation = Relation(tuple(nodes), tuple(op.text for op in ops), tuple(op.span for op in ops))
    return Statement(relation, span, (), ignored)
