"""A tree to an exact value: sums, products, applications, sums over the net, matrices; one rule for juxtaposition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symbackprop.check import syntax as ast
from symbackprop.check import values as V
from symbackprop.check.algebra import Scalar, number
from symbackprop.check.calculus import derivative, gradient_operator, operator_d
from symbackprop.check.grammar import parse_script
from symbackprop.check.names import change, quantity_of, symbol, transpose
from symbackprop.check.scope import Env, Unresolved, shown, spelling, spellings
from symbackprop.check.syntax import Node, Script, Sym
from symbackprop.check.values import Fn, Mat, Operator, Tup, Unsupported, Value, is_callable
from symbackprop.check.world import NotThere
from symbackprop.errors import ParseError
from symbackprop.notation import scripts

MAX_RANGE = 2_000
MAX_TERMS = 50_000  # of all sums of one formula, over all its instances


def evaluate(node: Node, env: Env) -> Value:
    """The exact value of a tree.

    Raises Unresolved, NotThere, ShapeClash, Unsupported, Impossible, TooLarge: each its own kind of answer.
    """
    return _RULES[type(node)](node, env)


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
    parts = [V.simple(evaluate(term, env)) for term in node.terms]
    if any(isinstance(each, Mat) for each in parts) and any(isinstance(each, Scalar) for each in parts):
        env.scope.notes["read the number beside a vector as a vector of that number"] = None
    return V.add(algebra, [each if sign > 0 else V.negate(algebra, each) for each, sign in zip(parts, node.signs)])


def _product(node: ast.Product, env: Env) -> Value:
    algebra = env.view.algebra
    value = evaluate(node.factors[0], env)
    for op, factor in zip(node.ops, node.factors[1:]):
        if isinstance(value, Operator):
            raise Unsupported(f"the operator {value.name} followed by a sign")
        other = evaluate(factor, env)
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


def _juxt(node: ast.Juxt, env: Env) -> Value:
    """Items side by side: something callable takes the next item, anything else is multiplied."""
    algebra = env.view.algebra
    factors, at = list[Value](), 0
    items = node.items
    while at < len(items):
        item = items[at]
        if isinstance(item, ast.Derivative) and item.what is None and at + 1 < len(items):
            rest = items[at + 1] if at + 2 == len(items) else ast.Juxt((items[at + 1].span[0], node.span[1]), items[at + 1 :])
            factors.append(derivative(item, rest, env))
            break
        value, at = _item(items, at, env)
        factors.append(value)
    value = factors[0]
    for other in factors[1:]:
        value = V.multiply(algebra, value, other)
    return value


def _item(items: tuple[Node, ...], at: int, env: Env) -> tuple[Value, int]:
    """The value that begins at item `at`, with the arguments it takes, and the next item."""
    item = items[at]
    value = evaluate(item, env)
    at += 1
    if _is_target_function(item, items, at, env) or _shows_dependence(item, items, at, env):
        return value, at + 1  # g x and g(x): the desired output for the input
    while is_callable(value) and at < len(items):
        argument = items[at]
        if isinstance(value, Operator):
            inner, at = (evaluate(argument, env), at + 1)
            value = value.act(inner)
            continue
        raised: Script | None = None
        if isinstance(argument, ast.Group) and argument.sup and not argument.sub and not _is_transpose(argument.sup):
            raised, argument = argument.sup, replace(argument, sup=None)
        power: Node | None = None
        if isinstance(argument, ast.Power) and isinstance(argument.base, ast.Group):
            power, argument = argument.exponent, argument.base  # f(x)**2 is the square of f(x), as in Python
        given = evaluate(argument, env)
        at += 1
        if _is_plain(value) and isinstance(given, Fn) and _is_plain(given) and at < len(items):
            given, at = _item(items, at - 1, env)  # log sigma(x): the inner function takes its argument first
        if isinstance(given, Fn) and isinstance(value, Fn) and value.elementwise:
            return V.multiply(env.view.algebra, value, given), at  # sigma (1 - sigma): a product of functions
        # a function of one number applied to a function is composition by juxtaposition, which nobody writes: left as it is
        value = value.apply(given)
        if raised is not None and not is_callable(value):
            value = _to_power(value, raised, env)
        if power is not None and not is_callable(value):
            value = _power_of(value, power, env)
    return value, at


def _is_plain(value: Value) -> bool:
    """Whether a value is a function of one number that waits for it."""
    return isinstance(value, Fn) and value.elementwise and value.arity == 1 and not value.given


def _is_transpose(script: Script) -> bool:
    return script.text in ("T", "intercal")


def _shows_dependence(item: Node, items: tuple[Node, ...], at: int, env: Env) -> bool:
    """y(x) for a defined y that depends on x only says so."""
    if isinstance(item, ast.Derivative) and at < len(items):  # dy/dx (x)
        following = items[at]
        return isinstance(following, ast.Group) and isinstance(item.by, Sym) and following.inner == replace(
            item.by, span=following.inner.span
        )
    if not isinstance(item, Sym) or at >= len(items):
        return False
    if _is_cost(item, env):
        return _only_names(items[at])  # J(theta), C(w, b)
    definition = env.scope.definitions.get(spelling(item))
    following = items[at]
    inner = following.inner if isinstance(following, ast.Group) and following.bracket == "(" and not following.sup else None
    if definition is None or definition.params or not isinstance(inner, Sym):
        return False
    return any(isinstance(each, Sym) and spelling(inner) in spellings(each) for each in definition.body.walk())


def _is_cost(item: Sym, env: Env) -> bool:
    found = None if item.name in env.bound else quantity_of(replace(item, primes=0), env) if not item.primes else None
    return found is not None and found[0].kind == "cost"


def _only_names(node: Node) -> bool:
    """Whether a bracket holds only names: what the cost depends on."""
    inner = node.inner if isinstance(node, ast.Group) and node.bracket == "(" and not (node.sub or node.sup or node.primes) else None
    return all(isinstance(each, Sym) for each in (inner.items if isinstance(inner, ast.Several) else (inner,)))


def _is_target_function(item: Node, items: tuple[Node, ...], at: int, env: Env) -> bool:
    """Gordon's g x: g is the desired output, and x (or the inputs) only says for which input."""
    if not (isinstance(item, Sym) and item.name == "g" and at < len(items)) or env.scope.net is None:
        return False
    if "g" in env.scope.functions or "g" in env.bound or not any(p.letter == "g" for p in env.scope.notation.patterns.get("target", ())):
        return False
    following = items[at]
    names = [n.name for n in following.walk() if isinstance(n, Sym)]
    return bool(names) and all(name == "x" for name in names)


def _group(node: ast.Group, env: Env) -> Value:
    value = evaluate(node.inner, env)
    if node.primes:
        from symbackprop.check.calculus import derivative_of

        for _ in range(node.primes):
            value = derivative_of(value, env)
    if node.sub is not None:
        raise Unsupported("brackets with a subscript")
    if node.sup is not None:
        inner = node.inner
        if isinstance(inner, ast.Root) and node.sup.text == str(inner.index):
            return evaluate(inner.inner, env)
        return _to_power(value, node.sup, env)
    return value


def _to_power(value: Value, script: Script, env: Env) -> Value:
    if _is_transpose(script):
        return transpose(value)
    try:
        exponent = parse_script(script, "")
    except ParseError:
        raise Unsupported(f"the superscript {script.text[:40]}") from None
    return _power_of(value, exponent, env)


def raise_to(base: Sym, script: Script, env: Env) -> Value:
    """A symbol to the power its superscript holds; e to any power is exp."""
    if base.name == "e" and base.sub is None and "e" not in env.bound:
        exponent = evaluate(parse_script(script, ""), env)
        if isinstance(exponent, Mat):
            return exponent.map(env.view.algebra.exp)
        return env.view.algebra.exp(V.scalar(exponent, "an exponent"))
    return _to_power(symbol(base, env), script, env)


def _power_of(value: Value, exponent: Node, env: Env) -> Value:
    algebra = env.view.algebra
    raised = V.scalar(evaluate(exponent, env), "an exponent")
    whole = algebra.constant(raised)
    if whole is None or whole.denominator != 1:
        base = V.scalar(value, "a power")
        if whole is None or base.den != {(): 1}:
            env.scope.assumptions["a base under a variable exponent is positive"] = None
            return algebra.exp(algebra.mul(raised, algebra.log(base)))
        raise Unsupported(f"the power {whole}")
    return V.power(algebra, value, int(whole))


def _power(node: ast.Power, env: Env) -> Value:
    if isinstance(node.base, Sym) and node.base.name == "e" and node.base.sub is None:
        return env.view.algebra.exp(V.scalar(evaluate(node.exponent, env), "an exponent"))
    return _power_of(evaluate(node.base, env), node.exponent, env)


def _frac(node: ast.Frac, env: Env) -> Value:
    return V.divide(env.view.algebra, evaluate(node.top, env), evaluate(node.bottom, env))


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
    from symbackprop.check.calculus import variables

    keys = variables(target, env)
    if any(key[0] != "param" for row in keys for key in row):
        raise Unsupported(f"the change of {shown(target)}, which no update rule changes")
    return V.simple(Mat(tuple(tuple(change(key, env) for key in row) for row in keys)))


def _root(node: ast.Root, env: Env) -> Value:
    raise Unsupported("a root")


def _big(node: ast.Big, env: Env) -> Value:
    if node.op == "lim":
        from symbackprop.check.limits import limit

        return limit(node, env)
    if node.op not in ("sum", "prod"):
        raise Unsupported(f"{node.op} over a range")
    algebra = env.view.algebra
    names, span, stated = summation(node, env)
    env.scope.summed += len(span)
    if env.scope.summed > MAX_TERMS:
        raise Unsupported(f"sums of more than {MAX_TERMS:,} terms")
    parts = list[Value]()
    missing: NotThere | None = None
    for values in span:
        inner = replace(env.at(**dict(zip(names, values))), bound={k: v for k, v in env.bound.items() if k not in names})
        inner = inner.bind({name: number(value) for name, value in zip(names, values) if _is_number(name, node, env)})
        try:
            parts.append(evaluate(node.body, inner))
        except NotThere as error:
            _fits(node, names, error, inner)
            missing = error
            if stated and values in (span[0], span[-1]):
                raise
    if not parts:
        raise NotThere(str(missing), crossed=missing.crossed - set(names)) if missing else NotThere("a sum over nothing")
    if node.op == "sum":
        return V.add(algebra, parts)
    value = parts[0]
    for each in parts[1:]:
        value = V.multiply(algebra, value, each)
    return value


def _fits(node: ast.Big, names: list[str], error: NotThere, env: Env) -> None:
    """Remember where a summed index is past the end of its layer in one factor and not in another."""
    for each in node.body.walk() if error.crossed & set(names) else ():
        if isinstance(each, Sym) and error.crossed & set(names) & {*_letters_of(each)}:
            try:
                found = quantity_of(replace(each, primes=0), env)
            except (NotThere, Unresolved):
                continue
            if found is not None:
                index = min(error.crossed & set(names))
                env.scope.clashes[f"the sum over {index} runs past the end of a layer: {error}, but {shown(each)} does"] = None


def _letters_of(symbol: Sym) -> list[str]:
    found = [letter for script in (symbol.sub, symbol.sup) if script for letter in scripts.letters(script.tokens)]
    return [part for letter in found for part in (letter, letter.rpartition("_")[2])]  # r_j: the index is j


def _is_number(name: str, node: ast.Big, env: Env) -> bool:
    """Whether the bound letter also stands by itself in the body, as a number."""
    return any(isinstance(each, Sym) and each.name == name and not each.sub and not each.sup for each in node.body.walk())


def summation(node: ast.Big, env: Env) -> tuple[list[str], list[tuple[int, ...]], bool]:
    """The bound letters of a sum, the values they take (as written, else whatever the net has), and whether all must exist."""
    if node.sub is None:
        raise Unsupported("a sum that does not say what it runs over")
    tokens = node.sub.tokens
    at = next((i for i, token in enumerate(tokens) if token.kind == "rel"), None)
    head = tokens[:at] if at is not None else tokens
    names = list(dict.fromkeys(scripts.letters(tuple(t for t in head if not (t.kind == "op" and t.text == ",")))))
    if not names or len(names) > 3 or any(t.kind == "op" and t.text != "," for t in head):
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    low: int | None = 0
    high: int | None = _widest(env)
    stated = False
    if at is not None and tokens[at].text == "=":
        first, last = tokens[at + 1 :], node.sup.tokens if node.sup else None
        if last is None:
            raise Unsupported("a sum with a beginning and no end")
        if any(t.kind == "rel" for t in last):
            last = last[next(i for i, t in enumerate(last) if t.kind == "rel") + 1 :]
        low, high = _bound(first, env), _bound(last, env)
        stated = high is not None and env.scope.notation.labels != "number"
        if high is None and not all(token.kind == "num" for token in last):
            high = _widest(env)
            env.scope.notes[f"read the sum over {names[0]} as running to the end of the layer"] = None
    if low is None or high is None or (high - low + 1) ** len(names) > MAX_RANGE * 5 or high - low > MAX_RANGE:
        raise Unsupported(f"a sum over {node.sub.text[:40]}")
    values: list[tuple[int, ...]] = [()]
    for _ in names:
        values = [(*each, v) for each in values for v in range(low, high + 1)]
    fed = _fed(node, names, env) if at is None and len(names) == 1 else None
    if fed is not None:
        values = [each for each in values if each[0] in fed]
    return names, values, stated


def _fed(node: ast.Big, names: list[str], env: Env) -> set[int] | None:
    """Where neurons are numbered, a chain rule over k by a quantity of neuron j sums over the neurons that j feeds."""
    places = env.scope.places
    if places is None or env.scope.notation.labels != "number":
        return None
    for each in node.body.walk():
        if not (isinstance(each, ast.Derivative) and isinstance(each.by, Sym) and each.what is not None):
            continue
        over = any(isinstance(part, Sym) and names[0] in _letters_of(part) for part in each.what.walk())
        if over and names[0] not in _letters_of(each.by):
            found = quantity_of(each.by, env)
            if found is not None and found[0].unit is not None and found[0].kind in ("output", "net_input", "input"):
                env.scope.notes[f"read the sum over {names[0]} as one over the neurons that the neuron of {shown(each.by)} feeds"] = None
                return {places.number[unit.name] for unit, _ in places.net.successors.get(found[0].unit, ())}
    return None


def _bound(tokens: tuple[Any, ...], env: Env) -> int | None:
    try:
        return scripts.value(tokens, {**env.scope.fixed_indices(), **env.indices})
    except KeyError:
        return None


def _widest(env: Env) -> int:
    places = env.scope.places
    if places is None:
        raise Unsupported("a sum without limits, and no net to take them from")
    if env.scope.notation.labels == "number":
        return len(places.number)
    return max(places.width, places.depth + env.scope.notation.input_layer)  # the letter may run over layers


def _lambda(node: ast.Lambda, env: Env) -> Value:
    names = [shown(each) for each in node.params]
    body = node.body

    def call(args: tuple[Value, ...]) -> Value:
        return evaluate(body, env.bind(dict(zip(names, args))))

    return Fn("lambda", len(names), call)


def _matrix(node: ast.Matrix, env: Env) -> Value:
    if any(isinstance(each, ast.Dots) for row in node.rows for each in row):
        raise Unsupported("a matrix with dots in it")
    rows = [[evaluate(each, env) for each in row] for row in node.rows]
    return V.simple(Mat(tuple(tuple(V.scalar(each, "an entry") for each in row) for row in rows)))


def _several(node: ast.Several, env: Env) -> Value:
    if any(isinstance(each, ast.Dots) for each in node.items):
        raise Unsupported("a list with dots in it")
    return Tup(tuple(evaluate(each, env) for each in node.items))


def _norm(node: ast.Norm, env: Env) -> Value:
    value = evaluate(node.inner, env)
    if node.sup is not None and node.sup.text == "2" and (node.sub is None or node.sub.text == "2"):
        return V.squared_norm(env.view.algebra, value)
    raise Unsupported("a norm or an absolute value that is not squared")


def _brace(node: ast.Brace, env: Env) -> Value:
    return evaluate(node.inner, env)


def _dots(node: ast.Dots, env: Env) -> Value:
    raise Unsupported("an ellipsis")


def _cases(node: ast.Cases, env: Env) -> Value:
    raise Unsupported("cases inside an expression")


def _at(node: ast.At, env: Env) -> Value:
    raise Unsupported("an expression evaluated at a point")


_RULES: dict[type[Node], Callable[[Any, Env], Value]] = {
    ast.Num: _num, Sym: _sym, ast.Add: _add, ast.Product: _product, ast.Juxt: _juxt, ast.Group: _group, ast.Power: _power,
    ast.Frac: _frac, ast.Derivative: _derivative, ast.Change: _change, ast.Root: _root, ast.Big: _big, ast.Lambda: _lambda,
    ast.Matrix: _matrix, ast.Several: _several, ast.Norm: _norm, ast.Brace: _brace, ast.Dots: _dots, ast.Cases: _cases,
    ast.At: _at,
}  # fmt: skip
