"""What stands above and below a sign, in one line: the lines below a sum, and the reason over an equals sign."""

from __future__ import annotations

from symbackprop.check.reading.syntax import Token

_OVER = ("overset", "stackrel", "underset")
_DEFINING = frozenset(["def", "Delta", "triangle", "def."])


def in_one_line(tokens: list[Token]) -> list[Token]:
    """\\substack and \\atop with commas for their lines; \\overset{(a)}{=} as the sign it stands over."""
    return _unstacked(_signs(tokens))


def _unstacked(tokens: list[Token]) -> list[Token]:
    out, stacks, depth = list[Token](), list[int](), 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == "substack":
            stacks.append(depth + 1)
        elif stacks and depth == stacks[-1] - 1 and token.kind == "close":
            stacks.pop()
        elif token.text == "atop" or (stacks and token.kind == "row"):
            out.append(Token("op", ",", token.span))
        elif not (stacks and depth == stacks[-1] and token.kind == "open" and token.text == "{"):
            out.append(token)
    return out


def _signs(tokens: list[Token]) -> list[Token]:
    out, at = list[Token](), 0
    while at < len(tokens):
        token = tokens[at]
        first = _group(tokens, at + 1) if token.kind == "cmd" and token.text in _OVER else 0
        second = _group(tokens, first) if first else 0
        signs = [each for each in tokens[first:second] if each.kind == "rel"]
        if len(signs) == 1 and second - first <= 3:
            defines = signs[0].text == "=" and any(each.text.strip() in _DEFINING for each in tokens[at:first])
            demanded = any(each.text.strip() == "!" for each in tokens[at:first])  # shall be equal: no claim that it is
            out.append(Token("rel", "if" if demanded else ":=" if defines else signs[0].text, (token.span[0], tokens[second - 1].span[1])))
            at = second
        else:
            out.append(token)
            at += 1
    return out


def _group(tokens: list[Token], at: int) -> int:
    """The end of the group that opens here; 0 where none does."""
    depth = 0
    for stop in range(at, len(tokens)):
        depth += (tokens[stop].text == "{") - (tokens[stop].text == "}")
        if not depth:
            return stop + 1 if stop > at else 0
    return 0
