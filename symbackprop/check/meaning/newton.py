r"""Slopes by a dot, \dot f^m(n), and the diagonal matrix of a layer's slopes: Hagan's \dot F^m(n^m), Nielsen's \Sigma'(z^l)."""

from __future__ import annotations

from dataclasses import replace

from symbackprop.check.exact import values as V
from symbackprop.check.exact.values import Fn, Mat, Unsupported, Value
from symbackprop.check.meaning.functions import NEWTON, activation_function, next_order, scripted_activation, undotted
from symbackprop.check.meaning.scope import Env, spelling, spellings
from symbackprop.check.reading.syntax import Sym


def slopes(node: Sym, env: Env) -> Value | None:
    """The derivative of an activation by its dot or, for its capital letter, the matrix of them; None for any other symbol."""
    scope, dotless = env.scope, undotted(node)
    letters, dotted = scope.notation.activation_letters, dotless is not node and node.accents[-1] in NEWTON
    capital = next((letter for letter in letters if dotless.name == letter[:1].upper() + letter[1:] and dotless.name not in letters), "")
    if scope.net is None or not dotless.primes or not (capital or (dotted and dotless.name in letters and node.sup)):
        return None
    known = {*scope.definitions, *scope.functions, *scope.free, *env.bound}
    if spellings(node) & known or spelling(replace(dotless, primes=0)) in known or (capital and not dotted and _is_declared(dotless.name, env)):
        return None
    plain = replace(dotless, primes=0, name=capital or dotless.name)
    function = scripted_activation(plain, env) if plain.sub or plain.sup else activation_function(env)
    for _ in range(dotless.primes):
        function = next_order(function) if function is not None else None
    if function is None:
        return None
    return _diagonal_of(function) if capital else function


def _is_declared(letter: str, env: Env) -> bool:
    """Whether the notation calls something else by a letter."""
    return any(pattern.letter == letter for patterns in env.scope.notation.patterns.values() for pattern in patterns)


def _diagonal_of(function: Fn) -> Fn:
    def call(args: tuple[Value, ...]) -> Value:
        found = V.simple(function.apply(args[0]))
        if not isinstance(found, Mat):
            return found  # of one unit: a matrix of one entry
        if found.shape[1] != 1:
            raise Unsupported("a diagonal matrix of the slopes of a whole batch")
        zero, entries = V.number(0), [row[0] for row in found.rows]
        return Mat(tuple(tuple(each if i == j else zero for j in range(len(entries))) for i, each in enumerate(entries)))

    return Fn(f"diag {function.name}", 1, call)
