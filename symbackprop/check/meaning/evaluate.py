"""A tree to an exact value: one rule for each kind of node, and nothing evaluated in any other way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symbackprop.check.exact import values as V
from symbackprop.check.exact.algebra import Key, Scalar, number
from symbackprop.check.exact.values import Fn, Mat, Operator, Tup, Unsupported, Value
from symbackprop.check.exact.world import NotThere
from symbackprop.check.meaning import denominators, domains, numpy_rules
from symbackprop.check.meaning.applied import WHOLE, rounded
from symbackprop.check.meaning.calculus import (
    derivative,
    derivative_of,
    gradient_operator,
    operator_d,
    quantity_of_or_none,
    variables,
)
from symbackprop.check.meaning.cases import in_cases
from symbackprop.check.meaning.conditions import INDICATORS, condition_of, indicators, points
from symbackprop.check.meaning.dots import terms_written_out, written_out
from symbackprop.check.meaning.generic import bound_to
from symbackprop.check.meaning.indexed import mentions
from symbackprop.check.meaning.juxtaposition import juxtaposition
from symbackprop.check.meaning.limits import with_the_rest
from symbackprop.check.meaning.names import symbol
from symbackprop.check.meaning.powers import power, to_power
from symbackprop.check.meaning.scope import Env, Rule, Scope, shown
from symbackprop.check.meaning.sums import over_a_range
from symbackprop.check.meaning.updates import change
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Sym


def evaluate(node: Node, env: Env) -> Value:
    """The exact value of a tree.

    Raises Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge: each its own kind of answer.
    """
    return env.value(node)


def environment(scope: Scope, indices: Mapping[str, int]) -> Env:
    """Where a formula is evaluated: the uncut net, and the values of the index letters."""
    env = Env(scope, scope.world.view(), indices, rules=RULES)
    return env.bind(bound_to(indices, scope, env)) if scope.generic and all("@" + each in indices for each in scope.generic) else env


def _num(node: ast.Num, env: Env) -> Value:
    return number(node.value)


def _sym(node: Sym, env: Env) -> Value:
    if node.name == "D" and not (node.sub or node.sup or node.primes) and "D" not in env.bound:
        return operator_d(env)
    if node.name in INDICATORS and node.sub is not None and any(token.kind == "rel" for token in node.sub.tokens):
        return _indicated(node.sub, env)
    if node.name == "nabla":
        return gradient_operator(node, env)
    scope = env.scope
    if env.bound or scope.definitions or scope.indexed:
        return symbol(node, env)
    # the same symbol at the same values of its own letters: most instances of a formula share most of their symbols
    known = scope.letters.get(id(node)) or scope.remember(node)
    key = (id(node), id(env.view), *map(env.indices.get, known[1]))
    found = scope.seen.get(key)
    if found is None:
        try:
            found = symbol(node, env)
        except NotThere as missing:
            found = missing
        scope.seen[key] = found
    if isinstance(found, NotThere):
        raise found.with_traceback(None)
    return found


def _add(node: ast.Add, env: Env) -> Value:
    algebra = env.view.algebra
    if isinstance(node.terms[0], ast.Big) and (whole := with_the_rest(node)) is not None:
        return env.value(whole)
    if any(isinstance(term, ast.Dots) for term in node.terms):
        terms, signs = terms_written_out(node.terms, node.signs, env)
        node = replace(node, terms=terms, signs=signs)
    parts = [number(1) if _all_ones(term) else V.simple(env.value(term)) for term in node.terms]
    if env.scope.notation.program:
        parts = numpy_rules.spread([V.as_matrix(each) if isinstance(each, Scalar) else each for each in parts])
    elif env.scope.batch:
        parts = _for_every_example(parts, env.scope.notation.rows)
    if any(isinstance(each, Mat) for each in parts) and any(isinstance(each, Scalar) for each in parts):
        env.scope.notes["read the number beside a vector as a vector of that number"] = None
    return V.add(algebra, [each if sign > 0 else V.negate(algebra, each) for each, sign in zip(parts, node.signs)])


def _all_ones(term: Node) -> bool:
    """A bold 1 beside a vector: the vector of ones. Anywhere else its length has a say, and it is not guessed."""
    return isinstance(term, Sym) and term.name == "indicator" and not (term.sub or term.sup or term.primes)


def _for_every_example(parts: list[Value], rows: bool) -> list[Value]:
    """A column beside a matrix of the batch is added to each of its columns; a row to each of its rows, where examples are rows."""
    if rows:
        tall = next((each.shape for each in parts if isinstance(each, Mat) and each.shape[0] > 1), None)
        return [Mat(each.rows * tall[0]) if tall and isinstance(each, Mat) and each.shape == (1, tall[1]) else each for each in parts]
    wide = next((each.shape for each in parts if isinstance(each, Mat) and each.shape[1] > 1), None)
    if wide is None:
        return parts
    return [Mat(tuple(row * wide[1] for row in each.rows)) if isinstance(each, Mat) and each.shape == (wide[0], 1)
            else Mat(((each,) * wide[1],)) if isinstance(each, Scalar) and wide[0] == 1 else each for each in parts]  # fmt: skip


def _product(node: ast.Product, env: Env) -> Value:
    algebra = env.view.algebra
    value = env.value(node.factors[0])
    for op, factor in zip(node.ops, node.factors[1:]):
        if isinstance(value, Operator):
            raise Unsupported(f"the operator {value.name} followed by a sign")
        other = env.value(factor)
        if env.scope.notation.program and op in ("/", "times", "@"):
            value = numpy_rules.product(value, other, op, env)
        elif op == "/":
            denominators.remember(other, env)
            value = V.divide(algebra, value, other)
        elif op == ":":
            raise Unsupported("a colon inside an expression")
        elif op == "circledast":
            raise Unsupported("a convolution")
        elif op == "star" and isinstance(value, Tup) and isinstance(other, Tup):
            value = _star(value, other)
        elif op == "circ" and env.scope.net is None and not isinstance(value, V.Mat | Fn) and not isinstance(other, V.Mat | Fn):
            raise Unsupported("a small circle between numbers, which may put one into the other or multiply them")
        else:
            value = V.multiply(algebra, value, other, op)
    return value


def _star(functions: Tup, arguments: Tup) -> Value:
    if len(functions.items) != len(arguments.items):
        raise V.ShapeClash("a tuple of functions applied to a tuple of another length")
    return Tup(tuple(f.apply(a) if isinstance(f, Fn) else f for f, a in zip(functions.items, arguments.items)))


def _group(node: ast.Group, env: Env) -> Value:
    if node.sub is not None and isinstance(node.inner, ast.Num) and node.inner.value == 1:
        return _indicated(node.sub, env)
    if node.bracket == "langle" and isinstance(node.inner, ast.Several):
        return _inner_product(node.inner, env)
    value = rounded(node, env) if node.bracket in WHOLE else env.value(node.inner)
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


def _inner_product(inner: ast.Several, env: Env) -> Value:
    """<u, v> of two vectors; of two numbers it may as well be a pair."""
    values = [V.simple(env.value(each)) for each in inner.items]
    if len(values) != 2 or not all(isinstance(each, V.Mat) for each in values):
        raise Unsupported("angle brackets round several things: an inner product or a tuple, it does not say which")
    return V.multiply(env.view.algebra, values[0], values[1], "cdot")


def _indicated(script: ast.Script, env: Env) -> Value:
    """1_{z > 0}, with or without brackets round the condition."""
    return env.value(condition_of(script))


def _frac(node: ast.Frac, env: Env) -> Value:
    below = env.value(node.bottom)
    denominators.remember(below, env)
    return V.divide(env.view.algebra, env.value(node.top), below)


def _derivative(node: ast.Derivative, env: Env) -> Value:
    if node.what is None:
        by = node
        return Operator("d/d", lambda value: _unread(by))
    return derivative(node, node.what, env)


def _unread(node: Node) -> Value:
    raise Unsupported("a derivative sign whose argument is a value already")


def _change(node: ast.Change, env: Env) -> Value:
    target = ast.bare(node.target)
    if not isinstance(target, Sym):
        raise Unsupported("the change of something that is no symbol")
    keys = variables(target, env)
    if any(key[0] != "param" for row in keys for key in row):
        raise Unsupported(f"the change of {shown(target)}, which no update rule changes")
    return V.simple(Mat(tuple(tuple(change(key, env) for key in row) for row in keys)))


def _root(node: ast.Root, env: Env) -> Value:
    if node.index != 2:
        raise Unsupported(f"a root of order {node.index}")
    inside = env.value(node.inner)
    if isinstance(inside, Mat) and env.scope.notation.program:
        return inside.map(lambda each: domains.square_root(each, env))
    return domains.square_root(V.scalar(inside, "a root"), env)


def _lambda(node: ast.Lambda, env: Env) -> Value:
    names = [shown(each) for each in node.params]
    body = node.body

    def call(args: tuple[Value, ...]) -> Value:
        return env.bind(dict(zip(names, args))).value(body)

    return Fn("lambda", len(names), call, curried=not node.tupled and len(names) > 1)


def _matrix(node: ast.Matrix, env: Env) -> Value:
    given = node.rows
    if any(isinstance(each, ast.Dots) for row in given for each in row):
        if any(isinstance(each, ast.Dots) for each in given[0]):
            given = tuple(written_out(row, env) for row in given)
        given = tuple(zip(*(written_out(column, env) for column in zip(*given))))
    rows = [[env.value(each) for each in row] for row in given]
    return V.simple(Mat(tuple(tuple(V.scalar(each, "an entry") for each in row) for row in rows)))


def _several(node: ast.Several, env: Env) -> Value:
    items = written_out(node.items, env) if any(isinstance(each, ast.Dots) for each in node.items) else node.items
    return Tup(tuple(env.value(each) for each in items))


def _part(node: ast.Part, env: Env) -> Value:
    value = env.value(node.inner)
    items = value.items if isinstance(value, Tup) else V.as_matrix(value).rows if isinstance(value, Mat) else ()
    if not node.index < len(items):
        raise V.ShapeClash(f"{V.shape_name(value)} has no part {node.index + 1}")
    found = items[node.index]
    return found[0] if isinstance(found, tuple) else found


def _norm(node: ast.Norm, env: Env) -> Value:
    algebra, value = env.view.algebra, V.simple(env.value(node.inner))
    if node.sub is not None and node.sub.text not in ("1", "2", "F"):
        raise Unsupported(f"a norm of the kind {node.sub.text[:20]}")
    if isinstance(value, Mat) and value.shape[1] > 1 and node.sub is not None and node.sub.text != "F":
        raise Unsupported("a norm of a matrix other than the sum of squares")
    if node.sub is not None and node.sub.text == "1":
        size = algebra.add(*(algebra.magnitude(each) for row in V.as_matrix(value).rows for each in row))
    elif isinstance(value, Scalar):
        size = algebra.magnitude(value)
    elif node.sup is not None and node.sup.text == "2":
        return V.squared_norm(algebra, value)
    elif node.bars == 1:
        raise Unsupported("bars round a vector or a matrix: its norm, its determinant or its size, they do not say which")
    else:
        size = algebra.square_root(V.squared_norm(algebra, value))
    return size if node.sup is None else to_power(size, node.sup, env)


def _brace(node: ast.Brace, env: Env) -> Value:
    return env.value(node.inner)


def _dots(node: ast.Dots, env: Env) -> Value:
    raise Unsupported("an ellipsis")


def _total(node: ast.Total, env: Env) -> Value:
    """A sum of entries; without keepdims a vector stands as vectors stand here: upright, or lying where examples are rows."""
    algebra, value = env.view.algebra, V.simple(env.value(node.inner))
    grid = V.as_matrix(value).rows if isinstance(value, Mat) else ((V.scalar(value, "a sum"),),)
    lines: list[tuple[Scalar, ...]] = [tuple(each for row in grid for each in row)] if node.axis is None else \
        list(zip(*grid)) if node.axis == 0 else list(grid)  # fmt: skip
    sums = [algebra.mul(algebra.add(*line), number(Fraction(1, len(line) if node.mean else 1))) for line in lines]
    of_examples = node.axis == 0 and len(lines) == env.scope.batch  # spread over a batch it is a row, one sum for each example
    lying = node.axis == 0 if node.keep else env.scope.notation.rows or of_examples
    return V.simple(Mat((tuple(sums),)) if lying else V.column(sums))


def _iverson(node: ast.Iverson, env: Env) -> Value:
    return indicators(node.sides, node.ops, env)


def _at(node: ast.At, env: Env) -> Value:
    """The bar with `x = a` below it: the value where the author's variable x is a."""
    algebra = env.view.algebra
    value = env.value(node.inner)
    for letter, point in points(node):
        if any(not _speaks_of(each.what, letter, env) for each in node.inner.walk() if isinstance(each, ast.Derivative)):
            raise Unsupported(f"evaluated at {letter}, of which what is differentiated does not speak")
        bound = env.bound.get(letter)
        key = ("free", letter) if bound is None else _name_of(bound, env)
        if key is None or (bound is None and quantity_of_or_none(Sym(node.span, letter), env) is not None):
            raise Unsupported(f"evaluated at a value of {letter}, which stands for something else here")
        index, where = algebra.index(key), V.scalar(env.value(point), "the point")
        if isinstance(value, Fn):
            value = value.apply(where)
        elif isinstance(value, Mat):
            value = value.map(lambda each: algebra.substitute(each, index, where))  # noqa: B023
        else:
            value = algebra.substitute(V.scalar(value, "what is evaluated"), index, where)
    return value


def _speaks_of(what: Node | None, letter: str, env: Env) -> bool:
    return what is None or mentions(what, letter, env) or (isinstance(what, Sym) and isinstance(env.value(what), Fn))


def _name_of(value: Value, env: Env) -> Key | None:
    if not isinstance(value, Scalar) or len(value.num) != 1 or value.den != {(): 1}:
        return None
    ((monomial, coefficient),) = value.num.items()
    return env.view.algebra.keys[monomial[0]] if coefficient == 1 and len(monomial) == 1 else None


RULES: dict[type[Node], Rule] = {
    ast.Num: _num, Sym: _sym, ast.Add: _add, ast.Product: _product, ast.Juxt: juxtaposition, ast.Group: _group, ast.Power: power,
    ast.Frac: _frac, ast.Derivative: _derivative, ast.Change: _change, ast.Root: _root, ast.Big: over_a_range, ast.Lambda: _lambda,
    ast.Matrix: _matrix, ast.Several: _several, ast.Norm: _norm, ast.Brace: _brace, ast.Dots: _dots, ast.Part: _part, ast.Cases: in_cases, ast.Iverson: _iverson,
    ast.At: _at, ast.Total: _total,
}  # fmt: skip
