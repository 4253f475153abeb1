"""The few functions that plain text writes with arguments: diff(P, w), Sum(w*x, (k, 1, 2)), Matrix([[1, 2]])."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Script, Token


def _call_diff(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 2:
        return None
    return ast.Derivative((token.span[0], stop), arguments[0], arguments[1])


def _call_ratio(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Frac((token.span[0], stop), *arguments) if len(arguments) == 2 else None


def _call_sum(token: Token, arguments: list[Node], stop: int) -> Node | None:
    op = "sum" if token.text == "Sum" else "prod"
    if len(arguments) != 2 or not isinstance(arguments[1], ast.Group) or not isinstance(arguments[1].inner, ast.Several):
        return None
    index, *limits = arguments[1].inner.items
    if not isinstance(index, ast.Sym) or len(limits) != 2 or not all(isinstance(each, (ast.Num, ast.Sym)) for each in limits):
        return None
    low, high = (_raw(each) for each in limits)
    sub = Script((Token("name", index.name, index.span), Token("rel", "=", index.span), low), index.span)
    return ast.Big((token.span[0], stop), op, sub, Script((high,), high.span), arguments[0])


def _raw(node: Node) -> Token:
    if isinstance(node, ast.Num):
        return Token("num", str(node.value), node.span)
    assert isinstance(node, ast.Sym)
    return Token("name", node.name, node.span)


def _call_matrix(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0], ast.Group):
        return None
    rows = list[tuple[Node, ...]]()
    inner = arguments[0].inner
    for row in inner.items if isinstance(inner, ast.Several) else (inner,):
        if isinstance(row, ast.Group) and row.bracket == "[":
            rows.append(row.inner.items if isinstance(row.inner, ast.Several) else (row.inner,))
        else:
            rows.append((row,))
    return ast.Matrix((token.span[0], stop), tuple(rows)) if len({len(row) for row in rows}) == 1 else None


def _call_transpose(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 1:
        return None
    mark = Script((Token("name", "T", token.span),), token.span)
    return ast.Group((token.span[0], stop), arguments[0], "(", sup=mark)


def _call_abs(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Norm((token.span[0], stop), arguments[0], bars=1) if len(arguments) == 1 else None


def _call_binary(op: str) -> Callable[[Token, list[Node], int], Node | None]:
    def build(token: Token, arguments: list[Node], stop: int) -> Node | None:
        if len(arguments) != 2:
            return None
        factors = tuple(ast.Group(each.span, each, "(") if isinstance(each, ast.Add) else each for each in arguments)
        return ast.Group((token.span[0], stop), ast.Product((token.span[0], stop), factors, (op,)), "(")

    return build


def _call_sqrt(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return ast.Root((token.span[0], stop), arguments[0]) if len(arguments) == 1 else None


def _call_power(token: Token, arguments: list[Node], stop: int) -> Node | None:
    if len(arguments) != 2:
        return None
    return ast.Power((token.span[0], stop), ast.Group(arguments[0].span, arguments[0], "("), arguments[1])


def _call_square(token: Token, arguments: list[Node], stop: int) -> Node | None:
    return _call_power(token, [*arguments, ast.Num((stop, stop), Fraction(2))], stop) if len(arguments) == 1 else None


_KEYWORDS = {"axis0": 0, "axis1": 1, "axis-1": 1}


def _call_total(token: Token, arguments: list[Node], stop: int) -> Node | None:
    """The sum or the mean of the entries of the first argument, over the axis that the others name."""
    given = [each.name for each in arguments[1:] if isinstance(each, ast.Sym)]
    axes = [_KEYWORDS[name] for name in given if name in _KEYWORDS]
    if not arguments or len(given) != len(arguments) - 1 or set(given) - {*_KEYWORDS, "keepdims"} or len(axes) > 1:
        return None
    return ast.Total((token.span[0], stop), arguments[0], axes[0] if axes else None, "keepdims" in given, token.text in ("average", "mean"))


METHODS = {"dot": "dot", "matmul": "matmul", "sum": "total", "mean": "average", "transpose": "transpose", "abs": "abs"}


CALLS: dict[str, Callable[[Token, list[Node], int], Node | None]] = {
    "diff": _call_diff, "Derivative": _call_diff, "Rational": _call_ratio, "Sum": _call_sum, "Product": _call_sum,
    "Matrix": _call_matrix, "transpose": _call_transpose, "Abs": _call_abs, "abs": _call_abs,
    "multiply": _call_binary("odot"), "outer": _call_binary("otimes"), "matmul": _call_binary("@"), "dot": _call_binary("@"),
    "power": _call_power, "square": _call_square, "total": _call_total, "average": _call_total,
}  # fmt: skip
SHAPES = {
    "diff": "diff(what, by)", "Derivative": "Derivative(what, by)", "Rational": "Rational(1, 2)",
    "Sum": "Sum(term, (index, first, last))", "Product": "Product(term, (index, first, last))",
    "Matrix": "Matrix([[1, 2], [3, 4]])", "transpose": "transpose(w)", "Abs": "Abs(x)", "abs": "abs(x)",
    "multiply": "multiply(a, b)", "outer": "outer(a, b)", "matmul": "matmul(a, b)", "dot": "dot(a, b)",
    "power": "power(a, 2)", "square": "square(a)", "total": "np.sum(a, axis=0)", "average": "np.mean(a, axis=0)",
}  # fmt: skip
