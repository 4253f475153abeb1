"""Macros: reads \\newcommand, \\def and \\DeclareMathOperator, and expands their uses at the level of tokens.

Tokens that come out of a macro carry the place of the whole call, so that an error points at what the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from symbackprop.check.reading.complaints import problem
from symbackprop.check.reading.syntax import Span, Token
from symbackprop.check.reading.tokens import MAX_LENGTH, tokenize
from symbackprop.errors import ParseError

MAX_MACRO_DEPTH = 24
MAX_TOKENS = 20_000
MAX_DEFINITIONS = 2_000

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BRACES = re.compile(r"\\.|[{}]", re.S)
_DEFINITION = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|def|gdef|DeclareMathOperator|DeclarePairedDelimiter)\*?\s*"
    r"(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*"
    r"(?P<params>(?:#\d)*)\s*(?:\[(?P<count>\d)\])?\s*(?:\[(?P<optional>[^\[\]]*)\])?\s*\{"
)


@dataclass(frozen=True, slots=True)
class Macro:
    """A name, how many arguments it takes, the default of the first when it is optional, and the text it stands for."""

    name: str
    arity: int
    body: str
    optional: str | None = None


_EMPTY = (["sup", "open", "close"], ["sub", "open", "close"])


@dataclass(frozen=True, slots=True)
class _Placed(Token):
    """A token at the place of a call, which no longer shows what was written: the command it was in the body, if any."""

    command: str = ""


class Macros(dict[str, Macro]):
    """The macros in force; what is defined anew further down waits until the reading gets there."""

    def __init__(self) -> None:
        super().__init__()
        self.later: list[tuple[int, int, Macro]] = []


def reach(macros: Mapping[str, Macro], line: int, column: int) -> None:
    """Put the definitions into force that stand before this place, counted from 1."""
    while isinstance(macros, Macros) and macros.later and macros.later[0][:2] < (line, column):
        macro = macros.later.pop(0)[2]
        macros[macro.name] = macro


def read_definitions(text: str) -> tuple[dict[str, Macro], list[tuple[int, int]]]:
    """The macros that `text` defines and the places of the definitions, which hold no claim.

    >>> macros, _ = read_definitions(r"\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}")
    >>> macros["pd"].arity
    2
    """
    found, places, at, unclosed = Macros(), list[tuple[int, int]](), 0, 0
    line, counted = 1, 0
    while (match := _DEFINITION.search(text, at)) and len(places) < MAX_DEFINITIONS:
        stop = _closing(text, match.end())
        if stop is None:
            at, unclosed = match.end(), unclosed + 1
            if unclosed > 20:
                break  # no document is written like this
            continue
        at = stop + 1
        name = match["braced"] or match["bare"]
        body = text[match.end() : stop]
        if match["how"] == "DeclareMathOperator":
            body = rf"\operatorname{{{body}}}"
        arity = int(match["count"] or 0) or len(match["params"]) // 2
        if match["how"] != "DeclarePairedDelimiter" and len(body) <= MAX_LENGTH:
            made = Macro(name, arity, body, match["optional"])
            line, counted = line + text.count("\n", counted, match.start()), match.start()
            if name not in found:
                found[name] = made
            elif match["how"] != "providecommand":
                found.later.append((line, match.start() - text.rfind("\n", 0, match.start()), made))
        places.append((match.start(), at))
    return found, places


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for match in _BRACES.finditer(text, start, min(len(text), start + MAX_LENGTH)):
        depth += (match.group() == "{") - (match.group() == "}")
        if not depth:
            return match.start()
    return None


def expand(tokens: list[Token], macros: Mapping[str, Macro], text: str) -> list[Token]:
    """`tokens` with every use of a macro replaced by its body, to a bounded depth and a bounded length.

    Raises ParseError for a macro that calls itself, one that goes too deep, and one whose argument is missing.
    """
    if not macros:
        return tokens
    out, budget = list[Token](), [MAX_TOKENS]
    _expand(tokens, macros, text, (), out, budget)
    return [Token(each.kind, each.text, each.span, each.gap) for each in _without_empty_scripts(out)]


def _without_empty_scripts(tokens: list[Token]) -> list[Token]:
    """An optional argument that was left out leaves its script empty: ^{#1}."""
    out, at = list[Token](), 0
    while at < len(tokens):
        three = tokens[at : at + 3]
        if [each.kind for each in three] in _EMPTY and all(isinstance(each, _Placed) and each.span == three[0].span for each in three):
            at += 3
        else:
            out.append(tokens[at])
            at += 1
    return out


def _expand(
    tokens: list[Token], macros: Mapping[str, Macro], text: str, inside: tuple[str, ...], out: list[Token], budget: list[int]
) -> None:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        budget[0] -= 1
        if budget[0] < 0:
            raise problem(text, token.span[0], f"the macros expand to more than {MAX_TOKENS} tokens")
        macro = macros.get(command(token, text))
        if macro is None:
            out.append(_placed(token, token.span))
            continue
        if macro.name in inside:
            raise problem(text, token.span[0], f"the macro \\{macro.name} calls itself", length=len(macro.name) + 1)
        if len(inside) >= MAX_MACRO_DEPTH:
            raise problem(text, token.span[0], f"macros are nested more than {MAX_MACRO_DEPTH} deep")
        start = at
        arguments, at = _arguments(macro, tokens, at, text, token)
        ready = list[list[Token]]()
        for argument in arguments:  # arguments belong to the caller: `\half{\half{x}}` is not a macro calling itself
            part = list[Token]()
            _expand(argument, macros, text, inside, part, budget)
            ready.append(part)
        whole = (token.span[0], max(token.span[1], *(each.span[1] for each in tokens[start:at])) if at > start else token.span[1])
        body = _fill(macro, ready, text, token, whole)
        _expand(body, macros, text, (*inside, macro.name), out, budget)


def command(token: Token, text: str) -> str:
    """The command that the author of `text` wrote there; empty for anything else: \\operatorname{f} is no \\f."""
    if isinstance(token, _Placed):
        return token.command
    if token.kind not in ("cmd", "name", "op", "rel"):
        return ""
    written = _COMMAND.match(text, token.span[0])
    return written[1] if written else token.text if token.kind == "cmd" else ""


def _placed(token: Token, span: Span, name: str = "") -> Token:
    return _Placed(token.kind, token.text, span, token.gap, name)


def _arguments(
    macro: Macro, tokens: list[Token], at: int, text: str, call: Token
) -> tuple[list[list[Token]], int]:
    arguments = list[list[Token]]()
    if macro.optional is not None:
        if at < len(tokens) and tokens[at].text == "[" and tokens[at].kind == "open":
            stop = next((i for i in range(at, len(tokens)) if tokens[i].text == "]"), len(tokens))
            arguments.append(tokens[at + 1 : stop])
            at = stop + 1
        else:
            arguments.append(tokenize(macro.optional, latex=True))
    while len(arguments) < macro.arity:
        if at >= len(tokens):
            raise problem(text, call.span[0], f"the macro \\{macro.name} needs {macro.arity} arguments",
                          expected=f"{macro.arity} arguments", got=str(len(arguments)))  # fmt: skip
        if tokens[at].kind == "open" and tokens[at].text == "{":
            depth, start = 0, at + 1
            while at < len(tokens):
                depth += (tokens[at].text == "{" and tokens[at].kind == "open")
                depth -= (tokens[at].text == "}" and tokens[at].kind == "close")
                at += 1
                if not depth:
                    break
            arguments.append(tokens[start : at - 1])
        else:
            arguments.append([tokens[at]])
            at += 1
    return arguments, at


def _fill(macro: Macro, arguments: list[list[Token]], text: str, call: Token, whole: Span) -> list[Token]:
    try:
        body = tokenize(macro.body, latex=True)
    except ParseError as error:
        raise problem(text, call.span[0], f"the macro \\{macro.name} cannot be read: {error.what}") from error
    out, at = list[Token](), 0
    while at < len(body):
        token = body[at]
        if token.kind == "arg" and at + 1 < len(body) and body[at + 1].kind == "num":
            digits = body[at + 1].text
            index = int(digits[0]) - 1
            if not 0 <= index < len(arguments):
                raise problem(text, call.span[0], f"the macro \\{macro.name} uses #{digits[0]} but has {len(arguments)}")
            out.extend(arguments[index])
            if digits[1:]:
                out.append(_placed(Token("num", digits[1:], token.span), whole))
            at += 2
        else:
            out.append(_placed(token, whole, command(token, macro.body)))
            at += 1
    return out
