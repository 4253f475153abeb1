"""From SymPy to the kernel: the only place where an expression becomes a kernel term."""

from __future__ import annotations

from typing import Any

import sympy

from symbackprop.errors import SymbackpropError
from symbackprop.kernel.terms import Term
from symbackprop.symbols import Expr, step

_HEADS = {sympy.exp: "exp", sympy.log: "log", step: "step"}


def plain(term: Term) -> Any:
    """A kernel term as JSON data."""
    return [plain(each) for each in term] if isinstance(term, tuple) else term


class Untranslatable(SymbackpropError):
    """An expression the kernel has no words for."""


def term(expression: Expr) -> Term:
    """The kernel term of a SymPy expression of + * / ^ exp log step tanh, numbers and symbols.

    Math: structure only; nothing is expanded, simplified or evaluated.
    Raises: Untranslatable for any other function or an exponent that is not an integer.

    >>> from symbackprop.symbols import z
    >>> term(1 / (1 + sympy.exp(-z)))
    ('^', ('+', 1, ('exp', ('*', -1, 'z'))), -1)
    """
    if isinstance(expression, int):
        return expression
    if expression.is_Integer:
        return int(expression)
    if expression.is_Rational:
        return ("/", int(expression.p), int(expression.q))
    if expression.is_Symbol:
        return expression.name
    if expression.is_Add or expression.is_Mul:
        return ("+" if expression.is_Add else "*", *(term(each) for each in expression.args))
    if expression.is_Pow and expression.exp.is_Integer:
        return ("^", term(expression.base), int(expression.exp))
    if expression is sympy.E:
        return ("exp", 1)
    head = _HEADS.get(expression.func)
    if head is not None and len(expression.args) == 1:
        return (head, term(expression.args[0]))
    if expression.func is sympy.tanh:
        up, down = ("exp", term(expression.args[0])), ("exp", ("*", -1, term(expression.args[0])))
        return ("/", ("+", up, ("*", -1, down)), ("+", up, down))
    raise Untranslatable("the kernel has no word for this expression", got=str(expression)[:200])
