"""What a `define` directive or an audit's scope says: names for expressions, tuples of names, other spellings of symbols."""

from __future__ import annotations

from collections.abc import Mapping

from symbackprop.check.meaning.define import definition_of, is_power, learn, tuple_of_definitions
from symbackprop.check.meaning.scope import Scope, spelling
from symbackprop.check.reading import syntax as ast
from symbackprop.check.reading.macros import Macro
from symbackprop.check.reading.statements import parse_formula
from symbackprop.check.reading.syntax import Statement
from symbackprop.errors import ParseError


def declare(text: str, scope: Scope, macros: Mapping[str, Macro]) -> set[str]:
    """Put what a text defines into the scope, and give the names; ParseError where it defines nothing."""
    names = set[str]()
    for item in parse_formula(text, macros=macros, names=scope.words):
        left, right = item.relation.sides[:2] if isinstance(item, Statement) else (None, None)
        if left is None or right is None:
            raise ParseError("a definition that cannot be read", got=text[:60])
        if isinstance(left, ast.Sym) and isinstance(right, ast.Sym) and not is_power(right, scope):
            scope.aliases[spelling(left)] = right
            continue
        left = scope.named(left)
        several = tuple_of_definitions(left, right, scope, forced=True)
        for each in several:
            learn(each, scope)
            names.add(each.name)
        if several:
            continue
        made = definition_of(left, right, scope, forced=True)
        if made is None:
            raise ParseError("a definition that defines nothing", got=text[:60])
        learn(made, scope)
        names.add(made.name)
    return names
