r"""What authors write beside the grammar, as tokens of it: {a \over b}, {-}, (= c), a frame inside text, the equation's number."""

from __future__ import annotations

import re

from symbackprop.check.reading.syntax import Token

_FRAME = re.compile(r"\\(?:text|mbox)\s*\{(?P<colour>\s*\\textcolor\s*\{[^{}]*\}\s*\{)?\s*\\(?:framebox|fbox)\s*\{\s*\$(?P<inner>[^$]*)\$\s*\}(?(colour)\s*\})\s*\}")
_PROGRAM = re.compile(r"\\(?:text|mathrm|texttt|mathtt|operatorname)\s*\{\s*((?:np|numpy)\.\w+|axis|keepdims)\s*\}")


def unframed(text: str) -> str:
    r"""The formula of \text{\framebox{$ ... $}} in its place, blanks for the rest; names of programs without their font.

    >>> unframed(r"a = \text{\fbox{$ b $}}").split()
    ['a', '=', 'b']
    """
    text = _FRAME.sub(lambda found: _blank(found, "inner"), text) if "$" in text else text
    return _PROGRAM.sub(lambda found: found[1].rjust(len(found[0])), text)


def _blank(found: re.Match[str], kept: str) -> str:
    start, (first, last) = found.start(), found.span(kept)
    return " " * (first - start) + found[kept] + " " * (found.end() - last)


def in_the_grammar(tokens: list[Token]) -> list[Token]:
    """The tokens with each of these in the form that the grammar knows."""
    if any(token.text == "over" and token.kind == "cmd" for token in tokens):
        tokens = _fractions(tokens)
    return _chained(_without_number(_averages(_signs(tokens))))


_AVERAGED = ("E", "R", "M", "S")  # E[g^2]_t and RMS[g]_t


def _averages(tokens: list[Token]) -> list[Token]:
    """A running average E[g^2]_t as one letter with the number of its step; brackets with a subscript mean nothing else."""
    out, at = list[Token](), 0
    while at < len(tokens):
        first = at
        while at < len(tokens) and tokens[at].kind == "name" and tokens[at].text in _AVERAGED:
            at += 1
        name = "".join(token.text for token in tokens[first:at])
        stop = _closing(tokens, at) if name in ("E", "RMS") and at < len(tokens) and tokens[at].text == "[" else 0
        if stop and stop + 1 < len(tokens) and tokens[stop + 1].kind == "sub":
            whole = name + "[" + "".join(token.text for token in tokens[at + 1 : stop] if token.text not in "{}") + "]"
            out.append(Token("name", whole, (tokens[first].span[0], tokens[stop].span[1]), tokens[first].gap))
            at = stop + 1
        else:
            at = max(at, first + 1)
            out += tokens[first:at]
    return out


def _closing(tokens: list[Token], at: int) -> int:
    """The bracket that closes the one at `at`; 0 where there is none, or a relation stands before it."""
    depth = 0
    for place in range(at, min(at + 40, len(tokens))):
        if tokens[place].kind == "rel":
            return 0
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if not depth:
            return place if tokens[place].text == "]" else 0
    return 0


def _signs(tokens: list[Token]) -> list[Token]:
    """A sign in braces, {-} or {=}, which changes nothing but its spaces."""
    out = list[Token]()
    for token in tokens:
        out.append(token)
        if token.kind == "close" and token.text == "}" and len(out) > 2 and out[-3].text == "{" and out[-2].kind in ("op", "rel"):
            script = len(out) > 3 and out[-4].kind in ("sub", "sup", "cmd")
            out = out if script else [*out[:-3], out[-2]]
    return out


def _fractions(tokens: list[Token]) -> list[Token]:
    r"""{a \over b} as \frac{a}{b}; without braces round it the sign divides all there is."""
    out, opened = list[Token](), list[int]()  # where each brace opened in `out`
    over = dict[int, int]()  # and where the sign stands in it; -1 for the whole formula
    for token in tokens:
        if token.kind == "open" and token.text == "{":
            opened.append(len(out))
        elif token.kind == "cmd" and token.text == "over" and (at := opened[-1] if opened else -1) not in over:
            over[at] = len(out)
            out += [Token("close", "}", token.span), Token("open", "{", token.span)]
            continue
        out.append(token)
        if token.kind == "close" and token.text == "}" and opened and (at := opened.pop()) in over:
            over.pop(at)
            out[at : at + 1] = [Token("open", "{", out[at].span), Token("cmd", "frac", out[at].span), Token("open", "{", out[at].span)]
            out.append(Token("close", "}", token.span))
    if -1 in over and out and not any(token.kind == "rel" for token in out):
        first, last = out[0].span, out[-1].span
        out = [Token("cmd", "frac", first), Token("open", "{", first), *out, Token("close", "}", last)]
    return out


def _without_number(tokens: list[Token]) -> list[Token]:
    """Without the equation's number, typed behind the full stop by hand: `a = b. (5.22)`."""
    bare = [token for token in tokens[-6:] if not (token.kind in ("open", "close") and token.text in "{}")]
    if len(bare) < 4 or [token.kind for token in bare[-4:]] != ["op", "open", "num", "close"] or bare[-4].text not in (".", ",") or bare[-3].text != "(":
        return tokens
    stop = next(at for at in range(len(tokens) - 1, -1, -1) if tokens[at] is bare[-4])
    braces = sum((token.text == "{") - (token.text == "}") for token in tokens[stop:] if token.kind in ("open", "close"))
    return tokens[:stop] if not braces else tokens


def _chained(tokens: list[Token]) -> list[Token]:
    """`a = b (= c)` as `a = b = c`."""
    drop, opened = set[int](), list[tuple[int, bool]]()
    for at, token in enumerate(tokens):
        if token.kind in ("open", "begin"):
            outside = all(tokens[each].kind == "begin" for each, _ in opened)
            remark = token.text in ("(", "[") and outside and at > 0 and at + 1 < len(tokens) and tokens[at + 1].kind == "rel"
            opened.append((at, remark))
        elif token.kind in ("close", "end") and opened:
            start, remark = opened.pop()
            if remark:
                drop |= {start, at}
    return [token for at, token in enumerate(tokens) if at not in drop] if drop else tokens
