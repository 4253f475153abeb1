"""Edits of functions and quotients: primes, squares, arguments, exponents, another function, a quotient upside down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbackprop.check.exact.values import Mat
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.mending.edit import Edit, put, source, squared, unbraced
from symbackprop.check.mending.pool import Term
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Sym, Token


def function_edits(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """Every single edit of a function or a quotient."""
    yield from _primes(tree, text)
    yield from _squares(tree, terms, text)
    yield from _arguments(tree, terms, scope, text)
    yield from _activations(tree, scope, text)
    yield from _exponents(tree, text)
    yield from _quotients(tree, text)
    yield from _functions(tree, text)


def _primes(tree: Node, text: str) -> Iterator[Edit]:
    for each in tree.walk():
        if isinstance(each, Sym) and each.name in ("sigma", "g", "f", "phi", "tanh") and not each.sub:
            fresh = replace(each, primes=0 if each.primes else 1)
            shown = source(text, each)
            new = shown.rstrip("'′") if each.primes else shown + "'"
            words = f"{new}, not {shown}: " + ("the function itself" if each.primes else "its derivative is meant")
            yield Edit(2, put(tree, each, fresh), ((each.span, new),), words, each.span)


def _squares(tree: Node, terms: list[Term], text: str) -> Iterator[Edit]:
    """A square too few or too many: tanh' = 1 - tanh^2."""
    layers = {term.node.name for term in terms if isinstance(term.value, Mat) and isinstance(term.node, Sym)}
    two = Script((Token("num", "2", tree.span),), tree.span)
    for each in tree.walk():
        if isinstance(each, ast.Add) and len(each.terms) == 2 and isinstance(each.terms[0], ast.Num) and isinstance(each.terms[1], Sym) and each.terms[1].name in layers:
            one = each.terms[1]  # entry by entry; for one unit, `slots` looks
            shown, new = source(text, one), squared(one, text)
            fresh = ast.Product(one.span, (one, one), ("odot",))
            yield Edit(2, put(tree, one, fresh), ((one.span, new),), f"the square is missing: {new}, not {shown}", one.span)
        if isinstance(each, ast.Juxt) and len(each.items) == 2 and isinstance(each.items[1], ast.Group) and not each.items[1].sup:
            inner = replace(each.items[1], sup=two)
            words = f"{source(text, each)} must be squared"
            stop = each.span[1]
            yield Edit(2, put(tree, each, replace(each, items=(each.items[0], inner))), (((stop, stop), "^2"),), words, each.span)
        if isinstance(each, ast.Group) and each.sup is not None and each.sup.text.isdigit() and 1 < int(each.sup.text[:3]) < 9:
            yield from _powers(tree, each, int(each.sup.text), text)
        if isinstance(each, ast.Group) and each.sup is not None and each.sup.text == "2":
            words = f"{source(text, each)} must not be squared"
            cut = (each.inner.span[1], each.span[1])
            close = text[each.inner.span[1] : each.span[1]].split("^")[0]
            yield Edit(3, put(tree, each, replace(each, sup=None)), ((cut, close),), words, each.span)


def _powers(tree: Node, each: ast.Group, exponent: int, text: str) -> Iterator[Edit]:
    """One power too many or too few: (1 + e^{-x})^3 for the square."""
    assert each.sup is not None
    start, stop = each.sup.tokens[0].span[0], each.sup.tokens[-1].span[1]
    for other in (exponent - 1, exponent + 1):
        if other > 1:
            fresh = Script((Token("num", str(other), (start, stop)),), each.sup.span)
            yield Edit(3, put(tree, each, replace(each, sup=fresh)), (((start, stop), str(other)),), f"the exponent {exponent} should be {other}", each.span)


def _arguments(tree: Node, terms: list[Term], scope: Scope, text: str) -> Iterator[Edit]:
    """sigma' of the wrong thing: of an output instead of a weighted input."""
    for each in tree.walk():
        if not isinstance(each, ast.Juxt):
            continue
        for head, argument in zip(each.items, each.items[1:]):
            if not (isinstance(head, Sym) and head.primes and isinstance(argument, ast.Group)):
                continue
            for term in terms:
                if term.kind in ("net_input", "net_input_matrix") and isinstance(term.node, Sym):
                    fresh = replace(argument, inner=replace(term.node, span=argument.inner.span))
                    shown = f"{source(text, head)}({source(text, argument.inner)})"
                    right = f"{source(text, head)}({term.text})"
                    yield Edit(2, put(tree, argument, fresh), ((argument.inner.span, term.text),), f"{right}, not {shown}",
                               argument.inner.span)  # fmt: skip


def _activations(tree: Node, scope: Scope, text: str) -> Iterator[Edit]:
    """The activation function left out altogether: a = w a + b."""
    if scope.net is None:
        return
    letter = scope.notation.activation_letters[0]
    head = Sym(tree.span, letter)
    node = ast.Juxt(tree.span, (head, ast.Group(tree.span, tree, "(")))
    shown = ("\\" if len(letter) > 1 else "") + letter
    yield Edit(2, node, ((tree.span, f"{shown}({source(text, tree)})"),), f"the activation function {shown} is missing", tree.span)


def _exponents(tree: Node, text: str) -> Iterator[Edit]:
    """The sign of an exponent: e^x for e^{-x}."""
    for each in tree.walk():
        if isinstance(each, Sym) and each.name == "e" and each.sup is not None:
            minus = Token("op", "-", each.sup.span)
            tokens = each.sup.tokens
            negative = tokens[0].kind == "op" and tokens[0].text == "-"
            single = not any(t.kind == "op" and t.text in "+-" for t in tokens[1:])
            if not single:
                continue
            fresh = Script(tokens[1:] if negative else (minus, *tokens), each.sup.span)
            shown = text[tokens[0].span[0] : tokens[-1].span[1]]
            new = shown.lstrip("-− ") if negative else "-" + shown
            yield Edit(1, put(tree, each, replace(each, sup=fresh)), ((each.sup.span, "{" + new + "}"),),
                       "the sign of the exponent is wrong", each.span)  # fmt: skip


def _quotients(tree: Node, text: str) -> Iterator[Edit]:
    """A quotient upside down, or one that should be none."""
    for each in tree.walk():
        if isinstance(each, ast.Frac):
            top, bottom, shown = unbraced(source(text, each.top)), unbraced(source(text, each.bottom)), source(text, each)
            if isinstance(each.top, ast.Num):
                continue  # a number, not a quotient
            turned = rf"\frac{{{bottom}}}{{{top}}}" if "\\" in text else f"(({bottom})/({top}))"
            yield Edit(2, put(tree, each, replace(each, top=each.bottom, bottom=each.top)), ((each.span, turned),),
                       f"{shown} stands upside down", each.span)  # fmt: skip
            yield Edit(3, put(tree, each, ast.Group(each.span, each.top)), ((each.span, f"({top})"),), f"nothing is divided by {bottom}", each.span)


_FUNCTIONS = {"sigma": r"\sigma", "tanh": r"\tanh", "exp": r"\exp", "log": r"\log"}


def _functions(tree: Node, text: str) -> Iterator[Edit]:
    """Another function: tanh for sigma."""
    for each in tree.walk():
        if isinstance(each, Sym) and each.name in _FUNCTIONS and not each.sub and not each.sup:
            for name, command in _FUNCTIONS.items():
                if name != each.name:
                    new = command + "'" * each.primes
                    yield Edit(3, put(tree, each, replace(each, name=name)), ((each.span, new),), f"{new}, not {source(text, each)}", each.span)

