"""Single edits of a formula, each with the words a teacher would use: signs, indices, factors, terms, transposes, sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import NAMES, Edit, is_same, put, source, unbraced
from symbackprop.check.mending.edits_functions import function_edits
from symbackprop.check.mending.edits_named import named_mistakes
from symbackprop.check.mending.pool import Term, kind_of
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.differentials import juxt
from symbackprop.check.reading.syntax import Node, Script, Span, Sym, Token
from symbackprop.notation.scripts import letters


def again(part: Node, tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Edits that may follow an edit of the same part."""
    yield from _signs(tree, text)
    yield from _drops(tree, text)
    if isinstance(part, ast.Big):
        yield from _symbols(tree, terms, scope, text)
        yield from _under_sums(tree, terms, scope, text)


def edits(tree: Node, terms: list[Term], scope: Scope, text: str, only_right: set[str]) -> Iterator[Edit]:
    """Every single edit that needs no arithmetic, likeliest first."""
    yield from _signs(tree, text)
    yield from _sums(tree, text, only_right)
    yield from _symbols(tree, terms, scope, text)
    yield from _under_sums(tree, terms, scope, text)
    yield from _transposes(tree, scope, text)
    yield from _drops(tree, text)
    yield from _products(tree, text)
    yield from function_edits(tree, terms, scope, text)
    yield from named_mistakes(tree, terms, scope, text)
    yield from _outer(tree, text)
    yield from _axes(tree, text)
    yield from _kroneckers(tree, scope, text)


def _kroneckers(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """1 where delta_ij is meant: only the entries on the diagonal have it."""
    used = {letter for each in tree.walk() if isinstance(each, Sym) and each.sub for letter in letters(each.sub.tokens)}
    pairs = list(combinations(sorted(used & {*scope.notation.index_letters}), 2))
    for each in tree.walk():
        if not isinstance(each, ast.Add):
            continue
        for term in each.terms:
            for one, other in pairs if isinstance(term, ast.Num) and term.value == 1 else ():
                sub = Script((Token("name", one, term.span), Token("name", other, term.span)), term.span)
                fresh = Sym(term.span, "delta", sub)
                shown = rf"\delta_{{{one}{other}}}"
                yield Edit(2, put(tree, term, fresh), ((term.span, shown),), f"the 1 should be {shown}: it is there on the diagonal only", term.span)


def _signs(tree: Node, text: str) -> Iterator[Edit]:
    span = tree.span
    if isinstance(tree, ast.Add) and len(tree.terms) == 1 and tree.signs[0] < 0:
        inner = tree.terms[0]
        yield Edit(0, inner, (((span[0], inner.span[0]), ""),), "the sign is wrong: no minus", span)
    else:
        yield Edit(1, ast.Add(span, (tree,), (-1,)), _around(tree, "-"), "the sign is wrong: a minus is missing", span)
    for each in tree.walk():
        if isinstance(each, ast.Add) and (len(each.terms) > 1 or each is not tree):
            yield from _term_signs(tree, each, text)


def _around(tree: Node, sign: str) -> tuple[tuple[Span, str], ...]:
    """A sign put before a tree, with brackets round a sum; what is inside can still be changed."""
    start, stop = tree.span
    if not isinstance(tree, ast.Add):
        return (((start, start), sign),)
    return ((start, start), f"{sign}("), ((stop, stop), ")")


def _term_signs(tree: Node, each: ast.Add, text: str) -> Iterator[Edit]:
    for index, (term, sign) in enumerate(zip(each.terms, each.signs)):
        signs = tuple(-s if i == index else s for i, s in enumerate(each.signs))
        changed = put(tree, each, replace(each, signs=signs))
        start = each.span[0] if index == 0 else each.terms[index - 1].span[1]
        between = text[start : term.span[0]]
        if index == 0 and sign > 0:
            fresh = "-" + between
        elif index == 0:
            fresh = between.replace("-", "", 1).replace("−", "", 1)
        else:
            fresh = between.replace("−", "-")
            fresh = fresh.replace("-", "+", 1) if sign < 0 else fresh.replace("+", "-", 1)
        shown = source(text, term)
        yield Edit(2, changed, (((start, term.span[0]), fresh),), f"the sign of {shown} is wrong", term.span)
    if len(each.terms) == 2 and each.signs in ((1, -1), (-1, 1)):
        changed = put(tree, each, replace(each, signs=tuple(-s for s in each.signs)))
        first, second = (source(text, term) for term in each.terms)
        fresh = f"{second} - {first}" if each.signs == (1, -1) else f"{first} - {second}"
        was = source(text, each)
        plain = any(isinstance(term, ast.Num) for term in each.terms)
        yield Edit(2 if plain else 0, changed, ((each.span, fresh),), f"the difference is the wrong way round: {fresh}, not {was}", each.span)


def _sums(tree: Node, text: str, only_right: set[str]) -> Iterator[Edit]:
    for letter in sorted(only_right):
        sub = Script((Token("name", letter, tree.span),), tree.span)
        shown = letter if len(letter) == 1 else "\\" + letter
        node = ast.Big(tree.span, "sum", sub, None, tree)
        yield Edit(1, node, _around(tree, f"\\sum_{{{shown}}} "), f"the sum over {shown} is missing", tree.span)
        for term in tree.terms if isinstance(tree, ast.Add) and len(tree.terms) > 1 else ():
            if any(token.text == letter for part in term.walk() for token in _index_tokens(part)):
                summed = put(tree, term, ast.Big(term.span, "sum", sub, None, term))
                yield Edit(1, summed, _around(term, f"\\sum_{{{shown}}} "), f"the sum over {shown} is missing", term.span)


def _index_tokens(part: Node) -> tuple[Token, ...]:
    return part.sub.tokens if isinstance(part, Sym) and part.sub is not None else ()


def _symbols(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Another quantity of the same kind: another unit's output, another weight, an index swapped."""
    for each in tree.walk():
        if not isinstance(each, Sym):
            continue
        kind = kind_of(each, scope)
        family = {"input": ("input", "output"), "output": ("output", "input")}.get(kind, (kind,))
        shown = source(text, each)
        for term in sorted(terms, key=lambda term: not (isinstance(term.node, Sym) and term.node.name == each.name)):
            if term.kind in family and isinstance(term.node, Sym):
                fresh = replace(term.node, primes=each.primes, span=each.span)
                if is_same(fresh, each):
                    continue
                words = f"{unbraced(shown)} should be {term.text}: the wrong {NAMES.get(kind, 'symbol')}"
                if _swapped(each, fresh):
                    words = f"the indices of {shown} are swapped: {term.text}"
                yield Edit(2, put(tree, each, fresh), ((each.span, term.text),), words, each.span)


def _under_sums(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Under a sum no single value can be solved for: there another kind of quantity, or a factor more, is simply tried."""
    useful = [t for t in terms if t.kind in ("weight", "output", "delta", "net_input", "slope", "input", "target")]
    for big in tree.walk():
        if not isinstance(big, ast.Big):
            continue
        for term in useful:
            body = ast.Product(big.body.span, (ast.Group(big.body.span, big.body, "("), term.node), ("times",))
            stop = big.body.span[1]
            words = f"the factor {term.text} is missing under the sum"
            yield Edit(3, put(tree, big, replace(big, body=body)), (((stop, stop), f" {term.text}"),), words, big.span)
        for each in big.body.walk():
            if isinstance(each, Sym) and (kind := kind_of(each, scope)) in NAMES:
                for term in useful:
                    if term.kind != kind and isinstance(term.node, Sym):
                        fresh = replace(term.node, span=each.span)
                        words = f"{unbraced(source(text, each))} should be {term.text}"
                        yield Edit(4, put(tree, each, fresh), ((each.span, term.text),), words, each.span)


def _swapped(one: Sym, other: Sym) -> bool:
    if one.sub is None or other.sub is None or (one.sup.text if one.sup else "") != (other.sup.text if other.sup else ""):
        return False
    return one.sub.text != other.sub.text and sorted(one.sub.text) == sorted(other.sub.text)


_T = Token("name", "T", (0, 0))


def _transposes(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    for each in tree.walk():
        if isinstance(each, Sym) and kind_of(each, scope) == "weight" and (scope.notation.program or not (each.sub and each.sub.tokens)):
            shown = source(text, each)
            mark = Script((_T,), each.span)
            node = ast.Group(each.span, each, "(", sup=mark)
            yield Edit(1, put(tree, each, node), ((each.span, f"({shown})^\\top"),), f"{shown} must be transposed", each.span)
        if isinstance(each, (ast.Group, Sym)) and each.sup is not None and each.sup.text in ("T", "intercal"):
            bare = replace(each, sup=None)
            inner = each.inner if isinstance(each, ast.Group) else bare
            shown = source(text, inner) if isinstance(each, ast.Group) else text[each.span[0] : each.sup.span[0]].rstrip("^{ ")
            yield Edit(1, put(tree, each, bare), ((each.span, shown),), f"{shown} must not be transposed", each.span)


def _drops(tree: Node, text: str) -> Iterator[Edit]:
    """A factor or a term too many."""
    for each in tree.walk():
        if isinstance(each, ast.Product):
            for index, factor in enumerate(each.factors):
                if (each.ops[max(index - 1, 0)] == "/" and index) or (index == 0 and each.ops[0] == "/"):
                    continue
                factors = each.factors[:index] + each.factors[index + 1 :]
                ops = each.ops[: max(index - 1, 0)] + each.ops[max(index - 1, 0) + 1 :] if index else each.ops[1:]
                node = replace(each, factors=factors, ops=ops) if ops else factors[0]
                cut = (each.factors[index - 1].span[1], factor.span[1]) if index else (factor.span[0], each.factors[1].span[0])
                words = f"the factor {source(text, factor)} does not belong here"
                yield Edit(3, put(tree, each, node), ((cut, ""),), words, factor.span)
        if isinstance(each, ast.Juxt):
            yield from _drop_items(tree, each, text)
        if isinstance(each, ast.Add) and len(each.terms) > 1:
            for index, term in enumerate(each.terms):
                terms = each.terms[:index] + each.terms[index + 1 :]
                node = replace(each, terms=terms, signs=each.signs[:index] + each.signs[index + 1 :])
                cut = (each.terms[index - 1].span[1], term.span[1]) if index else (each.span[0], each.terms[1].span[0])
                words = f"the term {source(text, term)} does not belong here"
                yield Edit(3, put(tree, each, node), ((cut, ""),), words, term.span)


def _is_number(node: Node) -> bool:
    return isinstance(node, ast.Num) or (isinstance(node, ast.Frac) and isinstance(node.top, ast.Num) and isinstance(node.bottom, ast.Num))


def _drop_items(tree: Node, each: ast.Juxt, text: str) -> Iterator[Edit]:
    count = len(each.items)
    for start in range(count):
        for width in (1, 2):  # a function with its argument goes together
            if start + width > count or width == count:
                continue
            rest = each.items[:start] + each.items[start + width :]
            node = replace(each, items=rest) if len(rest) > 1 else rest[0]
            first, last = each.items[start], each.items[start + width - 1]
            cut = (first.span[0], each.items[start + width].span[0] if start + width < count else last.span[1])
            words = f"the factor {text[first.span[0]:last.span[1]]} does not belong here"
            yield Edit(1 if _is_number(first) and width == 1 else 3, put(tree, each, node), ((cut, ""),), words, (first.span[0], last.span[1]))


def _products(tree: Node, text: str) -> Iterator[Edit]:
    """The order of a matrix product, and the kind of product."""
    for each in tree.walk():
        if isinstance(each, ast.Product):
            for index, op in enumerate(each.ops):
                for other, sign in (("odot", r"\odot"), ("times", "")):
                    if op != other and op in ("odot", "times", "cdot", "circ", "@"):
                        ops = (*each.ops[:index], other, *each.ops[index + 1 :])
                        cut = (each.factors[index].span[1], each.factors[index + 1].span[0])
                        words = "this product is entry by entry" if other == "odot" else "this is a matrix product"
                        yield Edit(2, put(tree, each, replace(each, ops=ops)), ((cut, f" {sign} "),), words, cut)
        items = list(each.items) if isinstance(each, ast.Juxt) else []
        for at in range(1, len(items)):
            parts = (juxt(items[:at]), juxt(items[at:]))
            cut = (parts[0].span[1], parts[1].span[0])
            yield Edit(2, put(tree, each, ast.Product(each.span, parts, ("odot",))), ((cut, r" \odot "),), "this product is entry by entry", cut)
        if isinstance(each, ast.Juxt) and len(each.items) == 2:
            first, second = each.items
            node = replace(each, items=(second, first))
            fresh = f"{source(text, second)} {source(text, first)}"
            yield Edit(3, put(tree, each, node), ((each.span, fresh),), "the factors stand the wrong way round", each.span)


def _axes(tree: Node, text: str) -> Iterator[Edit]:
    """A sum over the wrong axis."""
    for each in tree.walk():
        if isinstance(each, ast.Total) and each.axis is not None:
            at = text.rfind("axis", *each.span)
            place = next((i for i in range(at, each.span[1]) if text[i] == str(each.axis)), -1) if at >= 0 else -1
            if place >= 0:
                other = 1 - each.axis
                words = f"the sum goes over the wrong axis: axis={other}"
                yield Edit(1, put(tree, each, replace(each, axis=other)), (((place, place + 1), str(other)),), words, (at, place + 1))


def _outer(tree: Node, text: str) -> Iterator[Edit]:
    """An outer product the wrong way round: a delta^T for delta a^T."""
    for each in tree.walk():
        if not (isinstance(each, ast.Juxt) and len(each.items) == 2):
            continue
        first, second = each.items
        if isinstance(second, (ast.Group, Sym)) and second.sup is not None and second.sup.tokens[-1].text == "T":
            rest = second.sup.tokens[:-1]
            bare: Node = replace(second, sup=Script(rest, second.sup.span) if rest else None)
            if isinstance(bare, ast.Group) and not bare.sup:
                bare = bare.inner
            turned = ast.Group(first.span, first, "(", sup=Script((_T,), first.span))
            inner = source(text, bare) if bare.span != second.span else text[second.span[0] : second.sup.span[0]].rstrip("^{ ")
            fresh = f"{inner} ({source(text, first)})^\\top"
            yield Edit(1, put(tree, each, replace(each, items=(bare, turned))), ((each.span, fresh),),
                       "the outer product stands the wrong way round", each.span)  # fmt: skip
