"""Names that the author defined for every value of their indices: e_k = d_k - y_k, met as e_1 or e_j."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symbackprop.check.exact.algebra import Key
from symbackprop.check.meaning.scope import Env, Unresolved, lettered, shown, spellings
from symbackprop.check.reading.syntax import Node, Sym
from symbackprop.notation import scripts

Values = tuple[tuple[str, int], ...]


def indexed(bare: Sym, env: Env) -> tuple[Any, Values] | None:
    """The definition a symbol is an instance of, and the values of its index letters here; None where it is none."""
    for (name, below, above), made in env.scope.indexed.items():
        if name != lettered(bare):
            continue
        values = dict[str, int]()
        for letters, script, count in ((made.sub, bare.sub, below), (made.sup, bare.sup, above)):
            pieces = scripts.split(scripts.stripped(script.tokens), count) if script and count else []
            if pieces is None or len(pieces) != count or (script is None) != (count == 0):
                break
            for letter, piece in zip(letters, pieces):
                try:
                    found = scripts.value(piece, env.indices)
                except KeyError as error:
                    raise Unresolved(shown(bare), bare.span, why=f"the index {error.args[0]} of {shown(bare)} has no value") from None
                if found is None:
                    break
                values[letter] = found
        if len(values) == below + above:
            return made, tuple(sorted(values.items()))
    return None


def inside(values: Values, env: Env) -> Env:
    """Where the right side of such a definition is evaluated."""
    return replace(env, indices={**env.scope.fixed_indices(), **dict(values)}, bound={})


def key_of_indexed(bare: Sym, env: Env) -> Key | None:
    """The key by which an instance can be cut out."""
    found = indexed(bare, env)
    return None if found is None else ("local", found[0].name, found[1])


def mentions(node: Node, name: str, env: Env, *, with_indices: bool = False) -> bool:
    """Whether a symbol, or one of a name with indices, occurs in an expression, directly or through the author's definitions."""
    seen, stack = set[str](), [node]
    while stack:
        for each in stack.pop().walk():
            if not isinstance(each, Sym):
                continue
            scripted = bool(each.sub or each.sup)
            if with_indices and lettered(each) == name and scripted:
                return True
            for spelled in spellings(each) - seen:
                if spelled == name and not with_indices:
                    return True
                if spelled in env.scope.definitions:
                    seen.add(spelled)
                    stack.append(env.scope.definitions[spelled].body)
            if scripted and lettered(each) + "[]" not in seen:
                seen.add(lettered(each) + "[]")
                stack += [made.body for (letter, _, _), made in env.scope.indexed.items() if letter == lettered(each)]
    return False
