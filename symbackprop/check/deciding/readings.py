"""Signs with two customary meanings: the readings that are tried before a formula is called wrong, and what to say of each."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.meaning.applied import with_wide_arguments
from symbackprop.check.meaning.calculus import OWN
from symbackprop.check.meaning.einstein import NOTE, with_sums
from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.quantities import own_parameter
from symbackprop.check.meaning.scope import Scope
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node

LAYOUTS = {
    "denominator": "read the derivative of a vector by a vector in denominator layout: one row for each variable",
    "rows": "read the derivative of a number by a vector as a row: numerator layout",
}

POWERS = {
    "entries": "read the power of a vector entry by entry",
    "length": "read the square of a vector as its product with itself",
}


def other_readings(link: Link, scope: Scope) -> list[tuple[str, Link, str]]:
    """What else a formula may mean: what to say of it, the link, and the layout of its Jacobians."""
    out = [(note, link, layout) for layout, note in LAYOUTS.items() if scope.layouts]
    if scope.net is not None and any(_is_shared(each, scope) for side in (link.left, link.right) for each in side.walk()):
        out.append(("read the derivative of a neuron by a shared parameter as that of its own function, its inputs held", link, OWN))
    inner = tuple(_with_dots(side) for side in (link.left, link.right))
    if inner != (link.left, link.right):
        out.append(("read the bullet as the inner product", replace(link, left=inner[0], right=inner[1]), ""))
    if scope.einstein and (summed := with_sums(link, scope)) is not link:
        out.append((NOTE, summed, ""))
    wide = tuple(with_wide_arguments(side) for side in (link.left, link.right))
    if wide != (link.left, link.right):
        out.append(("read the symbols behind a function without brackets as its argument", replace(link, left=wide[0], right=wide[1]), ""))
    below = tuple(ast.rewrite(side, _below_the_slash) for side in (link.left, link.right))
    if below != (link.left, link.right):
        out.append(("read 1/2x as 1/(2x)", replace(link, left=below[0], right=below[1]), ""))
    short = tuple(ast.rewrite(side, _before_the_slash) for side in (link.left, link.right))
    if short != (link.left, link.right):
        out.append(("read the product as ending before the slash", replace(link, left=short[0], right=short[1]), ""))
    apart = tuple(ast.rewrite(side, _behind_the_slash) for side in (link.left, link.right))
    if apart != (link.left, link.right):
        out.append(("read a/b c, with a space, as (a/b) c", replace(link, left=apart[0], right=apart[1]), ""))
    whole = tuple(ast.rewrite(side, _of_the_sum) for side in (link.left, link.right))
    if whole != (link.left, link.right):
        out.append(("read the derivative as that of the whole sum behind it", replace(link, left=whole[0], right=whole[1]), ""))
    return out


def _is_shared(node: Node, scope: Scope) -> bool:
    """A derivative by a parameter that several neurons share."""
    by = node.by if isinstance(node, ast.Derivative) else None
    name = own_parameter(by, scope.net) if isinstance(by, ast.Sym) and scope.net is not None else None
    return name is not None and len(set(scope.world.below.users.get(name, ()))) > 1


def _behind_the_slash(node: Node) -> Node | None:
    """lambda/m W, written with a space: the W beside the fraction."""
    if not isinstance(node, ast.Product) or node.ops[-1:] != ("/",):
        return None
    last = node.factors[-1]
    if not isinstance(last, ast.Juxt) or last.items[0].span[1] == last.items[1].span[0]:
        return None
    rest = last.items[1] if len(last.items) == 2 else replace(last, span=(last.items[1].span[0], last.span[1]), items=last.items[1:])
    fraction = replace(node, span=(node.span[0], last.items[0].span[1]), factors=(*node.factors[:-1], last.items[0]))
    return ast.Product(node.span, (fraction, rest), ("times",))


def _of_the_sum(node: Node) -> Node | None:
    """d/dw w x + b with the b below the derivative too, as authors leave the brackets out."""
    first = node.terms[0] if isinstance(node, ast.Add) and node.signs[0] > 0 and len(node.terms) > 1 else None
    operator = first.items[0] if isinstance(first, ast.Juxt) else None
    if not isinstance(node, ast.Add) or not isinstance(first, ast.Juxt) or not isinstance(operator, ast.Derivative) or operator.what is not None:
        return None
    rest = first.items[1] if len(first.items) == 2 else ast.Juxt(first.span, first.items[1:])
    return ast.Juxt(node.span, (operator, ast.Group(node.span, replace(node, terms=(rest, *node.terms[1:])))))


def _before_the_slash(node: Node) -> Node | None:
    """prod_k a_k / b with the b outside: for a sum it is the same."""
    body = node.body if isinstance(node, ast.Big) and node.op == "prod" else None
    if not isinstance(node, ast.Big) or not isinstance(body, ast.Product) or "/" not in body.ops:
        return None
    at = body.ops.index("/")
    head = body.factors[0] if not at else replace(body, factors=body.factors[: at + 1], ops=body.ops[:at])
    return ast.Product(node.span, (replace(node, body=head), *body.factors[at + 1 :]), body.ops[at:])


def _below_the_slash(node: Node) -> Node | None:
    """1/2x, written without a space, with the x below the slash."""
    half = node.items[0] if isinstance(node, ast.Juxt) else None
    if not isinstance(half, ast.Frac) or not isinstance(node, ast.Juxt) or half.span[0] != half.top.span[0]:
        return None
    if half.span[1] != node.items[1].span[0]:
        return None
    bottom = replace(node, span=(half.bottom.span[0], node.span[1]), items=(half.bottom, *node.items[1:]))
    return ast.Product(node.span, (half.top, bottom), ("/",))


def _with_dots(node: Node) -> Node:
    """The tree with every bullet read as a centred dot."""

    def change(each: Node) -> Node | None:
        if not isinstance(each, ast.Product) or "bullet" not in each.ops:
            return None
        factors = tuple(_with_dots(factor) for factor in each.factors)
        return replace(each, factors=factors, ops=tuple("cdot" if op == "bullet" else op for op in each.ops))

    return ast.rewrite(node, change)
