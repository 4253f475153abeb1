"""Slips that have a name: the derivative of another activation, sigma' of an output, a weight after its step, a lost diagonal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symbackprop.check.meaning.indices import free_indices
from symbackprop.check.meaning.marks import AFTER, STEPS_AFTER
from symbackprop.check.meaning.quantities import own_parameter
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import NAMES, Edit, is_same, put, source
from symbackprop.check.mending.pool import Term, kind_of, parse
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Sym, Token, rewrite
from symbackprop.errors import ParseError


def named_mistakes(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Every slip that has a name of its own, likeliest first."""
    yield from _slopes(tree, scope, text)
    yield from _updated(tree, scope, text)
    yield from _means(tree, scope, text)
    yield from _conditions(tree, text)
    yield from _brackets(tree, text)
    yield from _sums_over_another(tree, scope, text)
    yield from _other_kinds(tree, terms, scope, text)


def _conditions(tree: Node, text: str) -> Iterator[Edit]:
    """A condition the wrong way round: [z < 0] for [z > 0]."""
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    for each in tree.walk():
        if isinstance(each, ast.Iverson) and len(each.ops) == 1 and each.ops[0] in turned:
            left, right = each.sides
            sign = turned[each.ops[0]]
            shown = {"<=": r"\le", ">=": r"\ge"}.get(sign, sign) if "\\" in text else sign
            node = replace(each, ops=(sign,))
            yield Edit(1, put(tree, each, node), (((left.span[1], right.span[0]), f" {shown} "),), "the condition is the wrong way round", each.span)


def _sums_over_another(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """A sum over the wrong letter: sum_j w_kj delta_k for the sum over k."""
    for each in tree.walk():
        letter = each.sub.tokens[0] if isinstance(each, ast.Big) and each.sub is not None and len(each.sub.tokens) == 1 else None
        if letter is None or not isinstance(each, ast.Big) or each.sub is None:
            continue
        for other in sorted(free_indices([each], scope)):
            if other in scope.notation.layer_letters or other.startswith("@"):
                continue
            fresh = Script((replace(letter, text=other),), each.sub.span)
            words = f"the sum runs over {other}, not over {letter.text}"
            yield Edit(1, put(tree, each, replace(each, sub=fresh)), ((letter.span, other),), words, letter.span)


def _brackets(tree: Node, text: str) -> Iterator[Edit]:
    """A minus that was meant for the whole bracket: exp(-wv + b) for exp(-(wv + b))."""
    words = "the minus is for the whole of it: "
    for each in tree.walk():
        if isinstance(each, ast.Add) and len(each.terms) > 1 and each.signs[0] < 0:
            inner = text[each.terms[0].span[0] : each.span[1]]
            node = replace(each, signs=(-1, *(-sign for sign in each.signs[1:])))
            yield Edit(1, put(tree, each, node), ((each.span, f"-({inner})"),), f"{words}-({inner})", each.span)
        if isinstance(each, Sym) and each.sup is not None and len(each.sup.tokens) > 2 and each.sup.tokens[0].text == "-":
            tokens = each.sup.tokens
            inner = text[tokens[1].span[0] : tokens[-1].span[1]]
            if any(token.kind == "op" and token.text in "+-" for token in tokens[1:]):
                span = tokens[0].span
                fresh = Script((tokens[0], Token("open", "(", span), *tokens[1:], Token("close", ")", span)), each.sup.span)
                change = ((tokens[1].span[0], tokens[-1].span[1]), f"({inner})")
                yield Edit(1, put(tree, each, replace(each, sup=fresh)), (change,), f"{words}-({inner})", each.span)


def _means(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """The mean over a batch forgotten, or a sum where the mean is meant."""
    body = source(text, tree)
    wrapped = f"({body})" if isinstance(tree, ast.Add) else body
    for shown in (rf"\frac{{1}}{{{scope.count}}}",) if scope.batch and scope.sizes.get(scope.count) == scope.batch else ():
        node = ast.Product(tree.span, (parse(shown, scope), ast.Group(tree.span, tree, "(")), ("times",))
        words = f"the factor {shown} is missing: the mean over the examples"
        yield Edit(0, node, ((tree.span, f"{shown} {wrapped}"),), words, tree.span)


_CALLED = {"sigmoid": "logistic function", "tanh": "tanh", "identity": "identity"}


def _slopes(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """The derivative of another activation: z(1 - z) where the net has tanh, 1 - z^2 where it has the logistic function."""
    there = {_CALLED.get(unit.activation.name, "") for unit in scope.net.units} if scope.net is not None else set()
    for each in tree.walk():
        items = each.items if isinstance(each, ast.Juxt) else each.factors if isinstance(each, ast.Product) else ()
        for index, item in enumerate(items):
            shown, first = _output_of_slope(item, items[index - 1] if index else None, text)
            if not shown:
                continue
            start = items[index - 1].span[0] if first else item.span[0]
            kinds = {"logistic function": f"{shown}(1 - {shown})", "tanh": f"(1 - ({shown})^2)", "identity": "1"}
            now = "logistic function" if first else "tanh"
            for name, fresh in kinds.items():
                if name in there and name != now and (node := _parsed(fresh, scope)) is not None:
                    rest = (*items[: index - bool(first)], node, *items[index + 1 :])
                    if isinstance(each, ast.Product):
                        ops = each.ops[: max(index - bool(first), 0)] + each.ops[index:] if first else each.ops
                        changed: Node = replace(each, factors=rest, ops=ops) if len(rest) > 1 else node
                    else:
                        changed = ast.Juxt(each.span, rest) if len(rest) > 1 else node
                    words = f"that is the derivative of the {now}, and here the activation is the {name}: {fresh}"
                    yield Edit(1, put(tree, each, changed), (((start, item.span[1]), fresh),), words, (start, item.span[1]))


def _output_of_slope(item: Node, before: Node | None, text: str) -> tuple[str, bool]:
    """The output whose logistic slope o(1 - o) ends here (True), or whose tanh slope 1 - o^2 this is (False)."""
    inner = item.inner if isinstance(item, ast.Group) and not (item.sub or item.sup or item.primes) else None
    if not isinstance(inner, ast.Add) or inner.signs != (1, -1) or not isinstance(inner.terms[0], ast.Num) or inner.terms[0].value != 1:
        return "", False
    other = inner.terms[1]
    if isinstance(other, Sym) and isinstance(before, Sym) and is_same(other, before):
        return source(text, other), True
    if isinstance(other, ast.Group) and other.sup is not None and other.sup.text == "2" and isinstance(other.inner, Sym):
        return source(text, other.inner), False
    if isinstance(other, Sym) and other.sup is not None and other.sup.text == "2":
        return text[other.span[0] : other.sup.span[0]].rstrip("^{ "), False
    return "", False


def _parsed(text: str, scope: Scope) -> Node | None:
    try:
        return parse(text, scope)
    except ParseError:
        return None


def _updated(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """A weight that has already moved, where the derivative at the old weights is meant."""
    fresh_tree = _all_old(tree, scope)
    if fresh_tree is not tree:
        changes = tuple((each.span, _old_text(each, text)) for each in tree.walk() if isinstance(each, Sym) and _is_new(each, scope))
        yield Edit(0, fresh_tree, changes, "the weights after the step are used: the derivative is taken at the old ones", tree.span)


def _old_text(each: Sym, text: str) -> str:
    """What was written for a symbol, without the mark of the step."""
    shown = source(text, each)
    if each.primes:
        return re.sub(r"['′]|\^\{?\\prime\}?", "", shown)
    return text[each.span[0] : each.sup.span[0]].rstrip("^{ ") if each.sup else shown


def _is_new(each: Sym, scope: Scope) -> bool:
    marked = each.sup is not None and each.sup.text in (*AFTER, *STEPS_AFTER)
    bare = replace(each, sup=None) if marked else replace(each, primes=0)
    known = scope.net is not None and (kind_of(bare, scope) in ("weight", "bias") or own_parameter(bare, scope.net) is not None)
    return (marked or each.primes == 1) and known


def _all_old(tree: Node, scope: Scope) -> Node:
    def old(each: Node) -> Node | None:
        if not isinstance(each, Sym) or not _is_new(each, scope):
            return None
        return replace(each, sup=None) if not each.primes else replace(each, primes=0)

    return rewrite(tree, old)


def _other_kinds(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Another kind of quantity inside a function, where no value can be solved for: a target for an output in a logarithm."""
    for each in tree.walk():
        if not (isinstance(each, ast.Juxt) and any(isinstance(item, Sym) and item.name in ("ln", "log", "exp") for item in each.items)):
            continue
        for inner in each.walk():
            if isinstance(inner, Sym) and (kind := kind_of(inner, scope)) in NAMES:
                for term in terms:
                    if term.kind in ("output", "target", "net_input", "input") and term.kind != kind and isinstance(term.node, Sym):
                        words = f"{source(text, inner)} should be {term.text}"
                        yield Edit(3, put(tree, inner, replace(term.node, span=inner.span)), ((inner.span, term.text),), words, inner.span)
