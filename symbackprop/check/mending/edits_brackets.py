"""A term that slipped out of a function's argument, an exponent, a bracket or a fraction, or into one: where it belongs.

The change is one of the text alone; the changed text is read anew, so that whatever may hold a term is treated alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import Edit, is_braced
from symbackprop.check.mending.pool import parse
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Span, Sym
from symbackprop.errors import ParseError

MAX_SLIPS = 60
Change = tuple[Span, str]


def slipped(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """Every term of a sum put into what ends before it, and every last term inside something put behind it."""
    for changes, words, blame in islice(_moves(tree, text), MAX_SLIPS):
        body = text[slice(*tree.span)]
        for (start, stop), fresh in sorted(changes, reverse=True):
            body = body[: start - tree.span[0]] + fresh + body[stop - tree.span[0] :]
        try:
            node = parse(body, scope, latex="\\" in text)
        except ParseError:
            continue
        yield Edit(1, node, changes, words, blame)


def _moves(tree: Node, text: str) -> Iterator[tuple[tuple[Change, ...], str, Span]]:
    for each in tree.walk():
        if isinstance(each, ast.Add):
            for at, term in enumerate(each.terms[:-1]):
                for last in dict.fromkeys((each.terms[at + 1], each.terms[-1])):
                    yield from _inwards(term, (term.span[1], last.span[1]), text)
            yield from _unbracketed(each, text)
        for node, place in _holders(each, text):
            yield from _outwards(node, place, text)


def _inwards(term: Node, tail: Span, text: str) -> Iterator[tuple[tuple[Change, ...], str, Span]]:
    """exp(-z) + b to exp(-z + b), and to exp(-(z - b)): each thing that ends where the term does may take in what follows."""
    moved = text[slice(*tail)]
    words = f"{moved.strip(' +')} belongs inside: "
    for holder, (start, stop) in _ends(term, text):
        inside, cut = text[start:stop], (tail, "")
        braces = ("{", "}") if text[start - 1 : start] == "^" else ("", "")  # e^x + b: the exponent has no braces yet
        ways = [inside + moved]
        if inside.strip()[:1] in "-−":
            lead = inside[: len(inside) - len(inside.lstrip("-− "))]
            ways = [f"{lead}({inside[len(lead) :]}{moved})", *ways]
        for way in ways:
            fresh = braces[0] + way.rstrip() + braces[1]
            yield (((start, stop), fresh), cut), words + text[holder.span[0] : start].replace("^", "^" + braces[0]) + way.rstrip() + _close(text, stop, term, braces), tail


def _unbracketed(total: ast.Add, text: str) -> Iterator[tuple[tuple[Change, ...], str, Span]]:
    """a 1 - a for a (1 - a), and y - a a' for (y - a) a': the brackets round a sum are lost."""
    for one, other in pairwise(total.terms):
        for start in (each.span[0] for each in _factors(one)[-1:] if not isinstance(each, ast.Group)):
            for stop in (each.span[1] for each in (_factors(other)[0], other)):
                if (start, stop) != total.span:
                    shown = f"({text[start:stop]})"
                    yield (((start, stop), shown),), f"the brackets are missing: {shown}", (start, stop)


def _factors(term: Node) -> tuple[Node, ...]:
    return term.items if isinstance(term, ast.Juxt) else term.factors if isinstance(term, ast.Product) else (term,)


def _close(text: str, stop: int, term: Node, braces: tuple[str, str]) -> str:
    return braces[1] + text[stop : term.span[1]]


def _outwards(holder: Node, place: Span, text: str) -> Iterator[tuple[tuple[Change, ...], str, Span]]:
    """sigma(z + b) to sigma(z) + b: the last term inside is put behind, or left out."""
    start, stop = place
    end = holder.span[1] - is_braced(text[slice(*holder.span)])  # the braces of a command's argument are not its own
    depth = 0
    for at in range(stop - 1, start, -1):
        sign = text[at]
        depth += (sign in ")}]") - (sign in "({[")
        if depth < 0:
            return
        if not depth and sign in "+-−" and text[start:at].strip():
            moved = text[at:stop]
            words = f"{moved.strip(' +')} does not belong inside: {text[holder.span[0] : at].rstrip()}{text[stop:end]} {moved.strip()}"
            yield (((at, stop), ""),), f"the term {moved.strip()} does not belong here", (at, stop)
            yield (((at, stop), ""), ((end, end), f" {moved.strip()}")), words, (at, stop)
            return


def _ends(term: Node, text: str) -> Iterator[tuple[Node, Span]]:
    """What ends where a term ends and may hold another one, the outermost first, with the place of its inside."""
    for each in term.walk():
        if each.span[1] == term.span[1]:
            yield from _holders(each, text)


def _holders(node: Node, text: str) -> Iterator[tuple[Node, Span]]:
    """Where the inside of an exponent, a bracket or a fraction stands."""
    if isinstance(node, Sym) and node.sup is not None and node.name == "e":
        yield node, _unwrapped((node.sup.tokens[0].span[0], node.sup.tokens[-1].span[1]), text)
    elif isinstance(node, ast.Group):
        yield node, node.inner.span
    elif isinstance(node, ast.Frac):
        for part in (node.bottom, node.top):
            start, stop = part.span
            if is_braced(text[start:stop]):
                yield node, (start + 1, stop - 1)
            elif text[start - 1 : start] + text[stop : stop + 1] == "{}":
                yield node, part.span


def _unwrapped(place: Span, text: str) -> Span:
    """The inside of e^(-x) without its brackets."""
    start, stop = place
    return (start + 1, stop - 1) if text[start:stop][:1] + text[start:stop][-1:] in ("()", "{}") and is_wrapped(text[start:stop]) else place


def is_wrapped(shown: str) -> bool:
    """Whether the first bracket of a text is closed by its last sign.

    >>> is_wrapped("(a)(b)"), is_wrapped("(a + (b))")
    (False, True)
    """
    depth = 0
    for at, sign in enumerate(shown):
        depth += (sign in "({") - (sign in ")}")
        if not depth:
            return at == len(shown) - 1
    return False
