"""A tree evaluated in residues: symbols and derivatives exactly once, then numbers alone, so that many changed trees can be tried.

The rules are those of exact evaluation; only the leaves differ. A function and its argument are a leaf together, since a
residue has no sigma. What is found here is a candidate, never an answer: the corrected text is proved exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Scalar
from symbackprop.check.exact.modular import Modular
from symbackprop.check.exact.values import Fn, Mat, ShapeClash, Tup, Unsupported, Value, is_callable
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning.evaluate import RULES, environment
from symbackprop.check.meaning.forms import is_d
from symbackprop.check.meaning.juxtaposition import juxtaposition
from symbackprop.check.meaning.scope import Env, Unresolved, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.kernel import polynomials as P

SLOT = "slot value"
_COMPOSED = (ast.Add, ast.Product, ast.Group, ast.Power, ast.Frac, ast.Big, ast.Matrix, ast.Several, ast.Norm, ast.Brace)


class Quick:
    """Trees at one instance, their symbols as residues; values of parts that two trees share are kept."""

    def __init__(self, env: Env, residue: Callable[[Scalar], int], modulus: int) -> None:
        self.residue = residue
        self.algebra = Modular(env.view.algebra, modulus)
        self.exact = environment(env.scope, env.indices)
        self.kept: dict[Any, Value | Exception] = {}
        self.nodes: list[Node] = []  # kept alive, since their identity is a key
        rules: dict[type[Node], Any] = {**RULES, Sym: self._symbol, ast.Juxt: self._juxt}
        rules |= dict.fromkeys((ast.Derivative, ast.Change), self._leaf)
        rules |= {kind: self._shared(RULES[kind]) for kind in _COMPOSED}
        view = copy(self.exact.view)  # what is composed of numbers is computed with them
        view.algebra = self.algebra
        self.env = replace(self.exact, view=view, rules=rules)
        self.functions = bool(env.scope.definitions)

    def value(self, node: Node, slot: Scalar | None = None) -> Value:
        """The tree's value in numbers; `slot` is the value of the place that is solved for."""
        env = self.env.bind({SLOT: slot}) if slot is not None else self.env
        return V.simple(env.value(node))

    def _numbered(self, value: Value) -> Value:
        if isinstance(value, Scalar):
            return Scalar(P.constant(self.residue(value)), P.ONE)
        if isinstance(value, Mat):
            return value.map(lambda each: Scalar(P.constant(self.residue(each)), P.ONE))
        return Tup(tuple(self._numbered(each) for each in value.items)) if isinstance(value, Tup) else value

    def _shared(self, rule: Callable[[Any, Env], Value]) -> Callable[[Any, Env], Value]:
        def found(node: Node, env: Env) -> Value:
            if env.bound:
                return rule(node, env)
            key = (id(node), *env.indices.items())
            if key not in self.kept:
                self.nodes.append(node)
            return self._kept(key, lambda: rule(node, env))

        return found

    def _kept(self, key: Any, made: Callable[[], Value]) -> Value:
        """What was found under a key before, a refusal too."""
        if key not in self.kept:
            try:
                self.kept[key] = made()
            except (NotThere, Unresolved, Unsupported, ShapeClash) as trouble:
                self.kept[key] = trouble.with_traceback(None)
        found = self.kept[key]
        if isinstance(found, Exception):
            raise found
        return found

    def _exactly(self, key: Any, node: Node, env: Env) -> Value:
        bound = {name: value for name, value in env.bound.items() if name != SLOT}
        if bound:
            return self._numbered(replace(self.exact, indices=env.indices, bound=bound).value(node))
        exact = self.exact
        return self._kept((key, *env.indices.items()), lambda: self._numbered(replace(exact, indices=env.indices).value(node)))

    def _symbol(self, node: Sym, env: Env) -> Value:
        if node.name == SLOT:
            return env.bound[SLOT]
        return self._exactly(spelling(node), node, env)

    def _leaf(self, node: Node, env: Env) -> Value:
        return self._exactly(signature(node), node, env)

    def _juxt(self, node: ast.Juxt, env: Env) -> Value:
        """Functions with their arguments exactly, the factors between them in numbers."""
        if env.scope.varying and any(is_d(each, env.scope) for each in node.items):
            return self._leaf(node, env)
        callables = [isinstance(each, Sym) and is_callable(env.value(each)) for each in node.items]
        open_ended = any(isinstance(each, ast.Derivative) and each.what is None for each in node.items)
        if self.functions or open_ended or any(isinstance(each, Sym) and each.name in ("C", "c", "E", "J", "P", "g", "L") for each in node.items):
            return self._leaf(node, env)
        if not any(callables):
            return self._shared(juxtaposition)(node, env)
        value: Value | None = None
        at = 0
        while at < len(node.items):
            item, width = node.items[at], 1
            if callables[at]:
                found = env.value(item)
                if not isinstance(found, Fn) or found.arity != 1 or at + 1 == len(node.items) or callables[at + 1]:
                    return self._leaf(node, env)
                item, width = ast.Juxt(node.span, node.items[at : at + 2]), 2
                part = self._leaf(item, env)
            else:
                part = env.value(item)
            value = part if value is None else V.multiply(env.view.algebra, value, part)
            at += width
        assert value is not None
        return value


def signature(node: Node) -> Any:
    """What a tree is apart from where it stood."""
    out: list[Any] = [type(node)]
    stack: list[Any] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, Sym):
            out.append(spelling(each))
        elif isinstance(each, Node):
            out.append(type(each).__name__)
            for name in each.__dataclass_fields__:
                if name != "span":
                    stack.append(getattr(each, name))
        elif isinstance(each, ast.Script):
            out.append(each.text)
        elif isinstance(each, tuple):
            out.append(len(each))
            stack.extend(each)
        else:
            out.append(each)
    return tuple(out)
