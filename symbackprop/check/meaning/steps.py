"""The number of the step that some authors write behind every quantity: w(n), and w(n+1) for the weight after the step."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading.syntax import Span, Token

LETTERS = ("n", "t", "tau")  # what a step may be numbered by, where the letter means nothing else


def unnumbered(tokens: list[Token], scope: Scope) -> list[Token]:
    """The tokens of a formula about a net without the number of the step, where the letter for it means nothing else."""
    if scope.net is None:
        return tokens
    patterns = {kind: {p.letter for p in each} for kind, each in scope.notation.patterns.items()}
    taken = {letter for each in patterns.values() for letter in each} | scope.free | scope.definitions.keys() | scope.sizes.keys()
    heads = {letter for kind, each in patterns.items() if kind not in ("activation", "cost_function") for letter in each}
    heads |= {name.split("_")[0] for name in scope.definitions} | {name for name, _, _ in scope.indexed}
    moving = patterns.get("weight", set()) | patterns.get("bias", set())
    letters = [each for each in LETTERS if each not in taken] + (["k"] if "k" not in taken and _moves(tokens, moving, "k") else [])
    if without_steps(tokens, heads, letters, count=True) is not tokens:  # then e_j(n), a name of the author's own, is numbered too
        heads |= {token.text for token in tokens if token.kind == "name"}
    return without_steps(tokens, heads, letters)


def _moves(tokens: list[Token], heads: Collection[str], letter: str) -> bool:
    """Whether a weight or a bias is written after a step, W(k+1): then k, which counts neurons elsewhere, numbers steps."""
    for at, token in enumerate(tokens):
        inside = _bracket(tokens, _script_end(tokens, at + 1)) if token.kind == "name" and token.text in heads else None
        if inside is not None and [each.text for each in inside] == [letter, "+", "1"]:
            return True
    return False


def without_steps(tokens: list[Token], heads: Collection[str], letters: Collection[str], count: bool = False) -> list[Token]:
    """The tokens without `(n)` behind the quantities called by `heads`; `(n+1)` becomes the mark of the value after the step.

    Nothing changes unless every such letter of the formula stands in such a bracket.
    """
    out, at, dropped = list[Token](), 0, 0
    while at < len(tokens):
        stop = _script_end(tokens, at + 1) if tokens[at].kind == "name" and tokens[at].text in heads else at + 1
        out += tokens[at:stop]
        inside = _bracket(tokens, stop) if tokens[at].kind == "name" and tokens[at].text in heads else None
        at = stop
        if inside is None or inside[0].text not in letters:
            continue
        after = [token.text for token in inside[1:]]
        behind = stop + len(inside) + 2
        if after == ["+", "1"] and any(token.kind == "sup" for token in out):  # W^m(k+1) = ...: no place for a second script
            if not _is_first(out) or behind >= len(tokens) or tokens[behind].text != "=":
                return tokens
            out.append(Token("rel", "<-", tokens[behind].span, tokens[behind].gap))
            at, dropped = behind + 1, dropped + 1
            continue
        if after == ["+", "1"]:
            span = (inside[0].span[0] - 1, inside[-1].span[1] + 1)
            out += [Token("sup", "^", span), Token("open", "{", span), Token("name", "new", span), Token("close", "}", span)]
        elif after:
            return tokens
        at, dropped = behind, dropped + 1
    if count:
        return out if dropped else tokens
    if not dropped or any(token.kind == "name" and token.text in letters for token in out):
        return tokens
    return out


def _is_first(out: list[Token]) -> bool:
    """Whether nothing stands before the last symbol, but the braces of its font."""
    return sum(token.kind == "name" for token in out[: _script_start(out)]) == 0 and not any(token.kind in ("rel", "op") for token in out[: _script_start(out)])


def _script_start(out: list[Token]) -> int:
    """Where the first symbol's scripts begin."""
    first = next((at for at, token in enumerate(out) if token.kind == "name"), 0)
    return first if _script_end(out, first + 1) == len(out) else len(out)


def places_dropped(tokens: list[Token], kept: list[Token]) -> tuple[Span, ...]:
    """Where the tokens stand that were left out."""
    there = {id(token) for token in kept}
    return tuple(token.span for token in tokens if id(token) not in there) if kept is not tokens else ()


def blanked(text: str, places: Sequence[Span]) -> str:
    """A formula without the numbers of its steps, every other sign where it stood."""
    for start, stop in places:
        text = text[:start] + " " * (stop - start) + text[stop:]
    return text


def _script_end(tokens: list[Token], at: int) -> int:
    """Where the scripts and primes behind a name end."""
    while at < len(tokens) and tokens[at].kind in ("sub", "sup", "prime"):
        at += 1
        if tokens[at - 1].kind == "prime" or at >= len(tokens):
            continue
        if tokens[at].text != "{":
            at += 1
            continue
        depth = 0
        while at < len(tokens):
            depth += (tokens[at].kind == "open") - (tokens[at].kind == "close")
            at += 1
            if not depth:
                break
    return at


def _bracket(tokens: list[Token], at: int) -> list[Token] | None:
    """What stands in round brackets here: a letter, or a letter and a number."""
    if at + 2 >= len(tokens) or tokens[at].text != "(" or tokens[at + 1].kind != "name":
        return None
    for size in (1, 3):
        if at + size + 1 < len(tokens) and tokens[at + size + 1].text == ")":
            return tokens[at + 1 : at + 1 + size]
    return None
