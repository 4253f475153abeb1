"""When a quotient is a derivative: d y over d x, with the d upright, italic or curly."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check import syntax as ast
from symbackprop.check.syntax import Node, Span


def juxt(items: list[Node]) -> Node:
    if len(items) == 1:
        return items[0]
    return ast.Juxt((items[0].span[0], items[-1].span[1]), tuple(items))


_D = ("d", "partial")


def is_d(node: Node) -> bool:
    return isinstance(node, ast.Sym) and node.name in _D and not (node.sub or node.primes or node.accents)


def order_of(node: Node) -> int | None:
    """1 for a plain d, n for d^n, None when the superscript is no number."""
    if not isinstance(node, ast.Sym) or node.sup is None:
        return 1
    text = node.sup.text
    return int(text) if text.isdigit() and len(text) < 3 else None


def lead_of(top: ast.Juxt) -> tuple[list[Node], list[Node]]:
    """What stands before the d of a slash derivative: `x dP/dw` is x times dP/dw."""
    index = next((i for i, item in enumerate(top.items) if is_d(item)), 0)
    return list(top.items[:index]), list(top.items[index:])


def read_derivative(top: Node, bottom: Node, span: Span) -> ast.Derivative | None:
    """d y over d x, with the d upright, italic or curly; anything else is a fraction."""
    if not (isinstance(bottom, ast.Juxt) and len(bottom.items) == 2 and is_d(bottom.items[0])):
        return None
    by, mark = bottom.items[1], bottom.items[0]
    assert isinstance(mark, ast.Sym)
    if not isinstance(by, (ast.Sym, ast.Group)) or mark.sup:
        return None
    if isinstance(top, ast.Sym) and is_d(top) and (order := order_of(top)):
        return ast.Derivative(span, None, by, order) if order == 1 else higher(span, None, by, order)
    if not isinstance(top, ast.Juxt):
        return None
    lead, items = lead_of(top)
    if not is_d(items[0]) or len(items) < 2 or spelling(items[0]) != spelling(mark):
        return None
    order = order_of(items[0])
    if order is None:
        return None
    what = juxt(items[1:])
    if lead and span[0] == top.span[0]:
        span = (items[0].span[0], span[1])
    return ast.Derivative(span, what, by) if order == 1 else higher(span, what, by, order)


def higher(span: Span, what: Node | None, by: Node, order: int) -> ast.Derivative | None:
    # d^2 y / d x^2: the order below hangs on x, where it looks like a power or a layer
    if isinstance(by, ast.Sym) and by.sup is not None and by.sup.text == str(order):
        return ast.Derivative(span, what, replace(by, sup=None), order)
    return None


def spelling(node: Node) -> str:
    return node.name if isinstance(node, ast.Sym) else ""


def split_derivative(bottom: ast.Juxt) -> tuple[Node | None, list[Node]]:
    if len(bottom.items) > 2 and is_d(bottom.items[0]):
        return juxt(list(bottom.items[:2])), list(bottom.items[2:])
    return None, []


def is_d_product(top: ast.Product, bottom: Node) -> bool:
    first = top.factors[0]
    return isinstance(first, ast.Juxt) and is_d(first.items[0]) and isinstance(bottom, ast.Juxt) and is_d(bottom.items[0])


def product_derivative(top: ast.Product, bottom: Node, span: Span) -> ast.Derivative | None:
    """\\frac{\\partial w_r \\times o_l}{\\partial w_r}: the d stands before the whole product."""
    first = top.factors[0]
    assert isinstance(first, ast.Juxt)
    stripped = juxt(list(first.items[1:]))
    whole = ast.Product(top.span, (stripped, *top.factors[1:]), top.ops)
    return read_derivative(juxt([first.items[0], whole]), bottom, span)
