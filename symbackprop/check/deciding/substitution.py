"""E[a/x], a put in for x in E, as texts on functions write it; anywhere else a bracket with a quotient is a factor."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.meaning.link import Link
from symbackprop.check.meaning.scope import spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym


def with_substitutions(link: Link) -> tuple[Link, str]:
    """The link with every E[a/x] carried out, and what to say; the link itself and nothing where there is none."""
    said = dict[str, None]()
    left, right = (ast.rewrite(side, lambda each: _carried_out(each, said)) for side in (link.left, link.right))
    return (replace(link, left=left, right=right), " and ".join(said)) if said else (link, "")


def _carried_out(node: Node, said: dict[str, None]) -> Node | None:
    if not isinstance(node, ast.Juxt):
        return None
    items, done = list[Node](), False
    for item in node.items:
        found = _substitution(item)
        if found is None or not items or not _fits(items[-1], *found):
            items.append(item)
            continue
        value, variable = found
        said[f"read the square brackets as putting something in for {variable.name}"] = None
        inside = ast.rewrite(items[-1], lambda each: _in_place(each, variable, value))  # noqa: B023
        items[-1], done = inside, True
    if not done:
        return None
    fresh = [ast.rewrite(each, lambda inner: _carried_out(inner, said)) for each in items]
    return fresh[0] if len(fresh) == 1 else replace(node, items=tuple(fresh))


def _substitution(item: Node) -> tuple[Node, Sym] | None:
    """What is put in, and the bare letter it is put in for."""
    if not isinstance(item, ast.Group) or item.bracket != "[" or item.sub or item.sup or item.primes:
        return None
    inner = item.inner
    pair = (inner.top, inner.bottom) if isinstance(inner, ast.Frac) else \
        inner.factors if isinstance(inner, ast.Product) and inner.ops == ("/",) else ()  # fmt: skip
    if len(pair) != 2 or not isinstance(pair[1], Sym) or pair[1].sup or pair[1].primes or pair[1].accents:
        return None
    return pair[0], pair[1]


def _fits(node: Node, value: Node, variable: Sym) -> bool:
    """Whether x stands in E, and no lambda of E binds x or a letter of what is put in."""
    letters = {spelling(each) for each in value.walk() if isinstance(each, Sym)} | {spelling(variable)}
    bound = {spelling(name) for each in node.walk() if isinstance(each, ast.Lambda) for name in each.params}
    return not bound & letters and any(_is(each, variable) for each in node.walk())


def _is(node: Node, variable: Sym) -> bool:
    return isinstance(node, Sym) and node.name == variable.name and (node.sub.text if node.sub else "") == (variable.sub.text if variable.sub else "")


def _in_place(node: Node, variable: Sym, value: Node) -> Node | None:
    if not _is(node, variable) or not isinstance(node, Sym) or node.primes:
        return None
    return ast.Group(node.span, value, "(", sup=node.sup) if node.sup or not isinstance(value, Sym) else replace(value, span=node.span)
