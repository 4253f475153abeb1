"""Definitions in running text: `u = v^2`, `f(x) = ...`, `C u v = ...`, `e_k = y_k - a_k`; and which letters are variables."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbackprop.check.exact.world import World
from symbackprop.check.meaning.functions import ELEMENTARY
from symbackprop.check.meaning.generic import is_generic
from symbackprop.check.meaning.numbered import is_step
from symbackprop.check.meaning.penalties import Penalty, penalised
from symbackprop.check.meaning.quantities import own_parameter
from symbackprop.check.meaning.scope import Definition, Scope, lettered, spelling, spellings
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.syntax import Node, Relation, Sym
from symbackprop.check.reading.vocabulary import word_set
from symbackprop.notation import scripts

_RESERVED = word_set(
    "e d D nabla partial exp log ln tanh sinh cosh sech max min sin cos softmax step"
)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A definition for every value of its index letters."""

    name: str
    sub: tuple[str, ...]
    sup: tuple[str, ...]
    body: Node


def definition_of(left: Node, right: Node, scope: Scope, *, forced: bool = False) -> Definition | Indexed | Penalty | None:
    """What `left = right` defines, or None where left is known already (then it is a claim)."""
    if scope.net is not None and (penalty := penalised(left, right, scope)) is not None:
        return penalty
    if is_step(left, right, scope):
        return None
    if isinstance(left, Sym):
        if left.name in ("pi", "infinity") and is_number(right):
            return None
        if not forced and not _is_own_e(left, right) and (_known(left, scope) or left.primes or _in_family(left, scope)):
            return None
        if _mentions(right, left):
            return None
        indexed = _index_letters(left, scope, right)
        if indexed is not None:
            return indexed
        return Definition(spelling(left), (), right)
    if isinstance(left, ast.Juxt) and isinstance(left.items[0], Sym):
        head, params = left.items[0], list[str]()
        if (_known(head, scope) and not forced) or head.primes or head.name in _RESERVED or head.name in ELEMENTARY:
            return None
        if forced and head.name in _RESERVED:
            return None
        for item in left.items[1:]:
            inner = item.inner if isinstance(item, ast.Group) and not item.sup else item
            parts = inner.items if isinstance(inner, ast.Several) else (inner,)
            for part in parts:
                if not isinstance(part, Sym) or part.sup or part.primes or part.name == "infinity":
                    return None
                params.append(spelling(part))
        if len(set(params)) != len(params):
            return None
        if not forced and not all(_is_variable(item, scope) for item in left.items[1:]):
            return None
        return Definition(spelling(head), tuple(params), right, curried=len(left.items) > 2)
    return None


def _is_own_e(left: Sym, right: Node) -> bool:
    """e = y - a: an error by that letter; of Euler's number nobody says what letters it is."""
    return left.name == "e" and spelling(left) == "e" and any(isinstance(each, Sym) for each in right.walk())


def tuple_of_definitions(left: Node, right: Node, scope: Scope, *, forced: bool = False) -> list[Definition]:
    """What `(r, s) = ...` defines, where every name on the left is new; nothing where one is known."""
    inner = left.inner if isinstance(left, ast.Group) and not (left.sub or left.sup or left.primes) else left
    if not isinstance(inner, ast.Several) or not all(isinstance(each, Sym) for each in inner.items):
        return []
    made = list[Definition]()
    given = right.inner if isinstance(right, ast.Group) and not (right.sub or right.sup) else right
    for index, each in enumerate(inner.items):
        body = given.items[index] if isinstance(given, ast.Several) and len(given.items) == len(inner.items) else ast.Part(right.span, right, index)
        one = definition_of(each, body, scope, forced=forced)
        if not isinstance(one, Definition) or any(isinstance(other, Sym) and _mentions(right, other) for other in inner.items):
            return []
        made.append(one)
    return made


def assigned(left: Node, right: Node, scope: Scope) -> Definition | None:
    """g <- ... for a bare letter that is no quantity of the net; its old value stands in the new one."""
    if not isinstance(left, Sym) or left.sub or left.sup or left.primes or scope.net is None:
        return None
    before = scope.definitions.get(spelling(left))
    if before is None and (_known(left, scope) or left.name in scope.notation.rate_letters):
        return None
    if before is None and _mentions(right, left):
        return None
    if before is not None and not before.params:
        old = before.body
        right = ast.rewrite(right, lambda each: _in_place(each, left, old))
    return Definition(spelling(left), (), right)


def _in_place(each: Node, name: Sym, old: Node) -> Node | None:
    """The old value where the variable stood, with the superscript it had there."""
    if not isinstance(each, Sym) or each.name != name.name or each.sub or each.primes or each.accents:
        return None
    return ast.Group(each.span, old, "(", sup=each.sup)


def is_power(symbol: Sym, scope: Scope) -> bool:
    """Whether a raised number is a power: the notation has no symbol of that form."""
    if symbol.sup is None or not symbol.sup.text.isdigit():
        return False
    sub = symbol.sub.tokens if symbol.sub else ()
    return scope.net is None or not any(reading.pattern.sup for reading in scope.notation.read(lettered(symbol), sub, symbol.sup.tokens))


def is_number(node: Node) -> bool:
    """Whether a side is a number and nothing else: 0, -1, 1/4, 0.05."""
    return not any(isinstance(each, (Sym, ast.Derivative, ast.Big, ast.Change)) for each in node.walk())


def _is_variable(item: Node, scope: Scope) -> bool:
    inner = item.inner if isinstance(item, ast.Group) else item
    parts = inner.items if isinstance(inner, ast.Several) else (inner,)
    return all(isinstance(part, Sym) for part in parts)


def _known(symbol: Sym, scope: Scope) -> bool:
    name = spelling(replace(symbol, primes=0))
    if name in scope.definitions or name in scope.free or name in scope.functions:
        return True
    if symbol.name in _RESERVED and not symbol.sub and not _is_own_d(symbol, scope):
        return True
    if symbol.name in ELEMENTARY or (symbol.name == "sigma" and scope.net is None and not symbol.sub):
        return True
    if scope.net is None:
        return False
    sub, sup = (s.tokens if s else () for s in (symbol.sub, symbol.sup))
    if any(True for above in (sup, ()) for _ in scope.notation.read(lettered(symbol), sub, above)):
        return True
    own = lettered(symbol) + ("_" + symbol.sub.text if symbol.sub else "")
    return own_parameter(symbol, scope.net) is not None or own in scope.net.by_name


def _is_own_d(symbol: Sym, scope: Scope) -> bool:
    """D^l: a matrix for each layer, in a notation that does not write derivatives as D; a raised number is an order."""
    return symbol.name == "D" and scope.notation.name != "euler" and symbol.sup is not None and symbol.sup.text in scope.notation.layer_letters


def kinds(symbol: Sym, scope: Scope) -> set[str]:
    """The kinds of quantity a symbol may name in the notation; none where there is no net."""
    if scope.net is None:
        return set()
    if own_parameter(symbol, scope.net) or is_generic(symbol, scope):
        return {"weight"}
    sub, sup = (s.tokens if s else () for s in (symbol.sub, symbol.sup))
    return {reading.kind for above in (sup, ()) for reading in scope.notation.read(lettered(symbol), sub, above)}


def updates(left: Node, op: str, right: Node, scope: Scope) -> bool:
    """Whether a sign other than an arrow to the left assigns: `w := w - ...`, `w -> w - ...`, `w = w - ...`.

    As an equation `w = w - eta dC/dw` would hold nowhere but at rest; every author who writes it means the step.
    """
    left = left.inner if isinstance(left, ast.Group) else left
    if op not in ("=", ":=", "to") or not isinstance(left, Sym) or left.primes or not kinds(left, scope) & {"weight", "bias"}:
        return False
    if op != "=":
        return op == ":=" or (_mentions(right, left) and not isinstance(right, Sym)) or _steps(right, scope)
    terms = right.terms if isinstance(right, ast.Add) else ()
    return any(sign > 0 and isinstance(term, Sym) and spelling(term) == spelling(left) for term, sign in zip(terms, getattr(right, "signs", ())))


def _steps(right: Node, scope: Scope) -> bool:
    """Whether a side is a value less a step, or a step alone: no type or mapping goes there from a weight."""
    symbols = [each for each in right.walk() if isinstance(each, Sym) and not each.primes]
    rated = any(lettered(each) in scope.notation.rate_letters or "rate" in kinds(each, scope) for each in symbols)
    return rated and isinstance(right, (ast.Add, ast.Juxt, ast.Product))


def lone_letter(sides: tuple[Node, ...], scope: Scope) -> tuple[str, str]:
    """The one bare letter that two sides are about, where they hold nothing else but numbers and functions of it; and the
    notation's letter of an output beside it: sigma'(z) = a (1 - a) speaks of z and of a = sigma(z).
    """
    if scope.net is None:
        return "", ""
    functions = {"sigma", "e", "D", *ELEMENTARY, *_RESERVED, *scope.notation.activation_letters, *scope.functions}
    functions |= {name for name, each in scope.definitions.items() if each.params}
    found = set[str]()
    for side in sides:
        for each in side.walk():
            if isinstance(each, (ast.Big, ast.Change, ast.Matrix, ast.Norm, ast.Cases)):
                return "", ""
            if isinstance(each, Sym) and each.name not in functions:
                if each.sub or each.primes or each.accents or (each.sup and not each.sup.text.isdigit()):
                    return "", ""
                found.add(each.name)
    known = scope.definitions.keys() | scope.free | scope.sizes.keys()
    output = next((p.letter for p in scope.notation.patterns.get("output", ()) if len(found) == 2 and p.letter in found), "")
    only = next(iter(found - {output}), "") if len(found) == 1 + bool(output) else ""
    arguments = {each.inner.name for side in sides for each in side.walk() if isinstance(each, ast.Group) and isinstance(each.inner, Sym)}
    arguments |= {each.by.name for side in sides for each in side.walk() if isinstance(each, ast.Derivative) and isinstance(each.by, Sym)}
    return (only, output) if only in arguments and not {only, output} & known else ("", "")


def redefined(sides: tuple[Node, ...], scope: Scope) -> list[str]:
    """The quantities of the notation that the page has defined for itself, where a formula uses them."""
    used = [each for side in sides for each in side.walk() if isinstance(each, Sym) and spellings(each) & scope.definitions.keys()]
    return list(dict.fromkeys(spelling(each) for each in used if kinds(each, scope)))


def _in_family(symbol: Sym, scope: Scope) -> bool:
    """A letter of the notation with scripts it does not have there: more likely a slip than a new name."""
    letters = {pattern.letter for patterns in scope.notation.patterns.values() for pattern in patterns}
    return scope.net is not None and lettered(symbol) in letters and bool(symbol.sub or symbol.sup)


def about_indices(relation: Relation, scope: Scope) -> bool:
    """Whether a relation only says what an index is: `i = 1`, `l > 0`, `j in {1, 2}`, `i != j`."""
    notation = scope.notation
    letters = {*notation.index_letters, *notation.layer_letters, notation.last_layer, *scope.sizes}
    simple = (Sym, ast.Num, ast.Add, ast.Several, ast.Dots, ast.Group)
    seen = False
    for side in relation.sides:
        for each in side.walk() if side is not None else ():
            if not isinstance(each, simple):
                return False
            if isinstance(each, Sym):
                if each.name not in letters or each.sub or each.sup or spelling(each) in scope.definitions:
                    return False
                seen = True
    return seen


def _mentions(node: Node, symbol: Sym) -> bool:
    return any(isinstance(each, Sym) and spelling(symbol) in spellings(each) for each in node.walk())


def _index_letters(symbol: Sym, scope: Scope, right: Node) -> Indexed | None:
    """The index letters of a defined symbol, where its scripts are letters that mean nothing by themselves."""
    if scope.places is None or not (symbol.sub or symbol.sup):
        return None
    parts = list[tuple[str, ...]]()
    for script in (symbol.sub, symbol.sup):
        tokens = tuple(t for t in script.tokens if not (t.kind == "op" and t.text == ",") and t.text not in "()") if script else ()
        if any(t.kind != "name" for t in tokens):
            return None
        letters = tuple(t.text for t in tokens)
        if any(letter not in (*scope.notation.index_letters, *scope.notation.layer_letters) for letter in letters):
            return None
        parts.append(letters)
    return Indexed(lettered(symbol), parts[0], parts[1], right) if parts[0] or parts[1] else None


def learn(made: Definition | Indexed | Penalty, scope: Scope) -> None:
    """Put a definition into the scope."""
    if isinstance(made, Penalty):
        return made.enter(scope, named=True)
    if isinstance(made, Definition):
        scope.definitions[made.name] = made
        short = made.name.partition("_")[0]
        if made.params and short != made.name and short.isalpha():  # f_c(x) = c + x: in this formula df/dx is that of f_c
            scope.short.setdefault(short, scope.definitions.get(short))
            scope.definitions[short] = scope.latest[short] = made
        else:
            scope.latest.pop(made.name, None)
        scope.world = World(scope.net)  # what was computed before knew nothing of the name
    else:
        scope.indexed[made.name, len(made.sub), len(made.sup)] = made


def variables_of(node: Node, scope: Scope) -> set[str]:
    """Letters that are variables because they stand as the argument of a function or below a derivative: sigma(x), d/dx."""
    found = set[str]()
    heads = {"sigma", *ELEMENTARY, *_RESERVED, *scope.notation.activation_letters, *scope.functions}
    for each in node.walk():
        candidates = list[Node]()
        if isinstance(each, ast.Juxt):
            for head, argument in zip(each.items, each.items[1:]):
                argument = argument.base if isinstance(argument, ast.Power) else argument  # tanh(x)**2
                callable_head = isinstance(head, Sym) and head.name in heads
                if callable_head and isinstance(argument, ast.Group):
                    candidates.append(argument.inner)
                elif callable_head and scope.net is None:  # tanh x
                    candidates.append(argument)
        if isinstance(each, ast.At):
            candidates += [Sym(each.span, token.text) for token, sign in zip(each.point.tokens, each.point.tokens[1:])
                           if token.kind == "name" and sign.kind == "rel" and sign.text == "="]  # fmt: skip
        function = scope.definitions.get(spelling(each)) if isinstance(each, Sym) else None
        if function is not None and function.params:
            candidates += [Sym(node.span, name) for name in function.params if len(name) == 1]
        if isinstance(each, ast.Derivative) and (each.what is None or _depends(each.what, each.by, scope)):
            candidates.append(each.by)
        for candidate in candidates:
            parts = candidate.items if isinstance(candidate, ast.Several) else (candidate,)
            for part in parts:
                if isinstance(part, Sym) and not (part.sub or part.sup or part.primes) and not _known(part, scope):
                    found.add(part.name)
    found -= {"pi", "infinity"}  # numbers of their own, wherever they stand
    if scope.net is not None:  # a letter of the notation without its scripts is not a variable of the author's own
        found -= {pattern.letter for patterns in scope.notation.patterns.values() for pattern in patterns}
    return found


def _depends(what: Node, by: Node, scope: Scope) -> bool:
    """Whether an expression mentions the letter it is differentiated by, directly or through definitions."""
    if not isinstance(by, Sym):
        return False
    seen, stack = set[str](), [what]
    while stack:
        for each in stack.pop().walk():
            if isinstance(each, Sym):
                for name in spellings(each) - seen:
                    if name == spelling(by):
                        return True
                    if name in scope.definitions:
                        seen.add(name)
                        stack.append(scope.definitions[name].body)
    return False


__all__ = ["Indexed", "definition_of", "learn", "scripts", "variables_of"]
