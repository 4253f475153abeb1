"""When a quotient is a derivative: d y over d x, with the d upright, italic or curly."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Span


def juxt(items: list[Node]) -> Node:
    items = [part for each in items for part in (each.items if _is_operators(each) and isinstance(each, ast.Juxt) else (each,))]
    if len(items) == 1:
        return items[0]
    return ast.Juxt((items[0].span[0], items[-1].span[1]), tuple(items))


_D = ("d", "partial")
MOST_ORDER = 12


def _is_operators(node: Node) -> bool:
    """Whether a node is nothing but operators side by side, d/dx d/dy, as a fraction in several variables makes them."""
    return isinstance(node, ast.Juxt) and all(isinstance(each, ast.Derivative) and each.what is None for each in node.items)


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


def read_derivative(top: Node, bottom: Node, span: Span) -> ast.Derivative | ast.Juxt | None:
    """d y over d x, with the d upright, italic or curly, or a delta; anything else is a fraction."""
    if _small_delta(top) and _small_delta(bottom) and isinstance(bottom, ast.Juxt):
        top, bottom = _curly(top), _curly(bottom)
    if isinstance(bottom, ast.Juxt) and len(bottom.items) > 2 and len(bottom.items) % 2 == 0:
        return _by_several(top, bottom, span)
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


def _small_delta(node: Node) -> bool:
    """A delta without scripts in front: above and below a bar it would cancel, so that a derivative is meant."""
    first = node.items[0] if isinstance(node, ast.Juxt) else node
    return isinstance(first, ast.Sym) and first.name == "delta" and not (first.sub or first.sup or first.primes or first.accents)


def _curly(node: Node) -> Node:
    first = node.items[0] if isinstance(node, ast.Juxt) else node
    curly = ast.Sym(first.span, "partial")
    return replace(node, items=(curly, *node.items[1:])) if isinstance(node, ast.Juxt) else curly


def _by_several(top: Node, bottom: ast.Juxt, span: Span) -> ast.Derivative | ast.Juxt | None:
    """d^2 P over d w d v: the derivative by w of the derivative by v; the orders below add up to the one above."""
    marks, variables = bottom.items[::2], list[tuple[Node, int]]()
    for mark, by in zip(marks, bottom.items[1::2]):
        if not is_d(mark) or (isinstance(mark, ast.Sym) and mark.sup) or spelling(mark) != spelling(marks[0]) or not isinstance(by, (ast.Sym, ast.Group)):
            return None
        variables.append((by, 1))
    lead, items = lead_of(top) if isinstance(top, ast.Juxt) else ([], [top])
    order = order_of(items[0]) if is_d(items[0]) and spelling(items[0]) == spelling(marks[0]) else None
    if order is None or order > MOST_ORDER:
        return None
    for at, (by, _) in enumerate(variables):  # x^2 below: twice by x, where the orders do not add up otherwise
        raised = by.sup.text if isinstance(by, ast.Sym) and by.sup is not None else ""
        if len(variables) < order and raised.isdigit() and int(raised) <= order and isinstance(by, ast.Sym):
            variables[at] = (replace(by, sup=None), int(raised))
    if sum(many for _, many in variables) != order:
        return None
    if len(items) == 1:
        return ast.Juxt(span, tuple(ast.Derivative(span, None, by) for by, many in variables for _ in range(many)))
    whole: Node = juxt(items[1:])
    for by, many in reversed(variables):
        for _ in range(many):
            whole = ast.Derivative((items[0].span[0], span[1]) if lead and span[0] == top.span[0] else span, whole, by)
    assert isinstance(whole, ast.Derivative)
    return whole


def higher(span: Span, what: Node | None, by: Node, order: int) -> ast.Derivative | None:
    # d^2 y / d x^2: the order below hangs on x, where it looks like a power or a layer
    if isinstance(by, (ast.Sym, ast.Group)) and by.sup is not None and by.sup.text == str(order):
        return ast.Derivative(span, what, replace(by, sup=None), order)
    return None


def spelling(node: Node) -> str:
    return node.name if isinstance(node, ast.Sym) else ""


def split_derivative(top: Node, bottom: ast.Juxt) -> tuple[Node | None, list[Node]]:
    """What of a run below a slash belongs to the derivative, and what follows it: dP/dw dz is dP/dw times dz, as only d^2 P is
    a derivative by two things.
    """
    if len(bottom.items) > 2 and is_d(bottom.items[0]):
        most = next((order_of(each) or 1 for each in (top.items if isinstance(top, ast.Juxt) else (top,)) if is_d(each)), 1)
        stop = 2
        while stop < 2 * most and stop + 1 < len(bottom.items) and is_d(bottom.items[stop]):
            stop += 2
        return juxt(list(bottom.items[:stop])), list(bottom.items[stop:])
    return None, []


def is_d_product(top: ast.Product, bottom: Node) -> bool:
    first = top.factors[0]
    return isinstance(first, ast.Juxt) and is_d(first.items[0]) and isinstance(bottom, ast.Juxt) and is_d(bottom.items[0])


def product_derivative(top: ast.Product, bottom: Node, span: Span) -> ast.Derivative | ast.Juxt | None:
    """\\frac{\\partial w_r \\times o_l}{\\partial w_r}: the d stands before the whole product."""
    first = top.factors[0]
    assert isinstance(first, ast.Juxt)
    stripped = juxt(list(first.items[1:]))
    whole = ast.Product(top.span, (stripped, *top.factors[1:]), top.ops)
    return read_derivative(juxt([first.items[0], whole]), bottom, span)
