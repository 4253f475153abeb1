"""A tree to an exact value: one rule for each kind of node, and nothing evaluated in any other way."""

from __future__ import annotations

from collections.abc import Mapping

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import Scalar, number
from symbackprop.check.calculus import derivative, derivative_of, gradient_operator, operator_d, variables
from symbackprop.check.juxtaposition import juxtaposition
from symbackprop.check.names import symbol
from symbackprop.check.powers import power, to_power
from symbackprop.check.scope import Env, Rule, Scope, shown
from symbackprop.check.sums import over_a_range
from symbackprop.check.syntax import Node, Sym
from symbackprop.check.updates import change
from symbackprop.check.values import Fn, Mat, Operator, Tup, Unsupported, Value


def evaluate(node: Node, env: Env) -> Value:
    """The exact value of a tree.

    Raises Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge: each its own kind of answer.
    """
    return env.value(node)


def environment(scope: Scope, indices: Mapping[str, int]) -> Env:
    """Where a formula is evaluated: the uncut net, and the values of the index letters."""
    return Env(scope, scope.world.view(), indices, rules=RULES)


def _num(node: ast.Num, env: Env) -> Value:
    return number(node.value)


def _sym(node: Sym, env: Env) -> Value:
    if node.name == "D" and not (node.sub or node.sup or node.primes) and "D" not in env.bound:
        return operator_d(env)
    if node.name == "nabla":
        return gradient_operator(node, env)
    return symbol(node, env)


def _add(node: ast.Add, env: Env) -> Value:
    algebra = env.view.algebra
    parts = [V.simple(env.value(term)) for term in node.terms]
    if any(isinstance(each, Mat) for each in parts) and any(isinstance(each, Scalar) for each in parts):
        env.scope.notes["read the number beside a vector as a vector of that number"] = None
    return V.add(algebra, [each if sign > 0 else V.negate(algebra, each) for each, sign in zip(parts, node.signs)])


def _product(node: ast.Product, env: Env) -> Value:
    algebra = env.view.algebra
    value = env.value(node.factors[0])
    for op, factor in zip(node.ops, node.factors[1:]):
        if isinstance(value, Operator):
            raise Unsupported(f"the operator {value.name} followed by a sign")
        other = env.value(factor)
        if op == "/":
            value = V.divide(algebra, value, other)
        elif op == ":":
            raise Unsupported("a colon inside an expression")
        elif op == "star" and isinstance(value, Tup) and isinstance(other, Tup):
            value = _star(value, other)
        else:
            value = V.multiply(algebra, value, other, op)
    return value


def _star(functions: Tup, arguments: Tup) -> Value:
    if len(functions.items) != len(arguments.items):
        raise V.ShapeClash("a tuple of functions applied to a tuple of another length")
    return Tup(tuple(f.apply(a) if isinstance(f, Fn) else f for f, a in zip(functions.items, arguments.items)))


def _group(node: ast.Group, env: Env) -> Value:
    value = env.value(node.inner)
    if node.primes:
        for _ in range(node.primes):
            value = derivative_of(value, env)
    if node.sub is not None:
        raise Unsupported("brackets with a subscript")
    if node.sup is not None:
        inner = node.inner
        if isinstance(inner, ast.Root) and node.sup.text == str(inner.index):
            return env.value(inner.inner)
        return to_power(value, node.sup, env)
    return value


def _frac(node: ast.Frac, env: Env) -> Value:
    return V.divide(env.view.algebra, env.value(node.top), env.value(node.bottom))


def _derivative(node: ast.Derivative, env: Env) -> Value:
    if node.what is None:
        by = node
        return Operator("d/d", lambda value: _unread(by))
    return derivative(node, node.what, env)


def _unread(node: Node) -> Value:
    raise Unsupported("a derivative sign whose argument is a value already")


def _change(node: ast.Change, env: Env) -> Value:
    target = node.target.inner if isinstance(node.target, ast.Group) else node.target
    if not isinstance(target, Sym):
        raise Unsupported("the change of something that is no symbol")
    keys = variables(target, env)
    if any(key[0] != "param" for row in keys for key in row):
        raise Unsupported(f"the change of {shown(target)}, which no update rule changes")
    return V.simple(Mat(tuple(tuple(change(key, env) for key in row) for row in keys)))


def _root(node: ast.Root, env: Env) -> Value:
    raise Unsupported("a root")


def _lambda(node: ast.Lambda, env: Env) -> Value:
    names = [shown(each) for each in node.params]
    body = node.body

    def call(args: tuple[Value, ...]) -> Value:
        return env.bind(dict(zip(names, args))).value(body)

    return Fn("lambda", len(names), call)


def _matrix(node: ast.Matrix, env: Env) -> Value:
    if any(isinstance(each, ast.Dots) for row in node.rows for each in row):
        raise Unsupported("a matrix with dots in it")
    rows = [[env.value(each) for each in row] for row in node.rows]
    return V.simple(Mat(tuple(tuple(V.scalar(each, "an entry") for each in row) for row in rows)))


def _several(node: ast.Several, env: Env) -> Value:
    if any(isinstance(each, ast.Dots) for each in node.items):
        raise Unsupported("a list with dots in it")
    return Tup(tuple(env.value(each) for each in node.items))


def _norm(node: ast.Norm, env: Env) -> Value:
    value = env.value(node.inner)
    if node.sup is not None and node.sup.text == "2" and (node.sub is None or node.sub.text == "2"):
        return V.squared_norm(env.view.algebra, value)
    raise Unsupported("a norm or an absolute value that is not squared")


def _brace(node: ast.Brace, env: Env) -> Value:
    return env.value(node.inner)


def _dots(node: ast.Dots, env: Env) -> Value:
    raise Unsupported("an ellipsis")


def _cases(node: ast.Cases, env: Env) -> Value:
    raise Unsupported("cases inside an expression")


def _at(node: ast.At, env: Env) -> Value:
    raise Unsupported("an expression evaluated at a point")


RULES: dict[type[Node], Rule] = {
    ast.Num: _num, Sym: _sym, ast.Add: _add, ast.Product: _product, ast.Juxt: juxtaposition, ast.Group: _group, ast.Power: power,
    ast.Frac: _frac, ast.Derivative: _derivative, ast.Change: _change, ast.Root: _root, ast.Big: over_a_range, ast.Lambda: _lambda,
    ast.Matrix: _matrix, ast.Several: _several, ast.Norm: _norm, ast.Brace: _brace, ast.Dots: _dots, ast.Cases: _cases,
    ast.At: _at,
}  # fmt: skip
