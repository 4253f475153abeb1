"""Proves the functions that generated Python or NumPy writes out for an activation: their text on SymPy's symbols, by the kernel."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import sympy

from symbackprop import laws
from symbackprop.activations.activation import Activation
from symbackprop.codegen.certify import CodeRefused, Exactly
from symbackprop.codegen.emit_numpy import CALLS
from symbackprop.errors import LawBroken
from symbackprop.symbols import Expr, real, z


def in_python(tree: ast.Module, kind: Activation) -> str:
    """Run one helper's text on symbols, branch by branch, and let the kernel compare it with the table's value."""
    made = ast.Module([node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == kind.name], [])
    tops = sympy.Symbol("top", real=True)
    scope: dict[str, Any] = {
        "exp": sympy.exp,
        "log": sympy.log,
        "tanh": sympy.tanh,
        "log1p": lambda t: sympy.log(1 + t),
        "expm1": lambda t: sympy.exp(t) - 1,
        "max": lambda zs: tops,  # whatever is taken off, softmax stays the same: a free symbol shows it
    }
    exec(compile(made, "<helper>", "exec"), scope)
    try:
        if kind.vector:
            return _softmax_is_itself(scope[kind.name], kind.name)
        for sign in ({"positive": True}, {"negative": True}):
            here = sympy.Symbol("z", **sign)
            form = _rational(scope[kind.name](here).xreplace({here: z}))
            laws.admit(kind.name, laws.entry(kind.value, kind.slope, forms=(form,)), where=f"helper {kind.name}")
    except LawBroken as refusal:
        raise CodeRefused("a helper is not its activation", where=f"helper {kind.name}", got=refusal.what) from None
    return f"{kind.name} PROVED equal to the table's value in each branch"


def _rational(expression: Expr) -> Expr:
    """Float literals as the integers and fractions they are."""
    return expression.xreplace({each: sympy.Rational(str(each)) for each in expression.atoms(sympy.Float)})


def _softmax_is_itself(function: Any, name: str) -> str:
    for size in (2, 3):
        zs = [real(f"z{k}") for k in range(size)]
        made = function(*zs)
        whole = sympy.Add(*map(sympy.exp, zs))
        for k, got in enumerate(made):
            value = sympy.exp(zs[k]) / whole
            slope = value * (1 - value)
            laws.admit(name, laws.entry(value, slope, by=f"z{k}", forms=(_rational(got),)), where=f"helper {name}")
    return f"{name} PROVED equal to exp(z_i)/sum exp(z_j) for groups of 2 and 3"


class Symbolic:
    """A SymPy expression that NumPy can put through its functions; ordered by sign or, if free, by name."""

    def __init__(self, value: Expr) -> None:
        self.value = _plain(value)

    def _do(self, other: object, how: Any) -> Symbolic:
        return Symbolic(how(self.value, _plain(other)))

    def __add__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: a + b)

    def __sub__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: a - b)

    def __rsub__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: b - a)

    def __mul__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: a * b)

    def __truediv__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: a / b)

    def __rtruediv__(self, other: object) -> Symbolic:
        return self._do(other, lambda a, b: b / a)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Symbolic:
        return Symbolic(-self.value)

    def exp(self) -> Symbolic:
        """exp, for NumPy."""
        return Symbolic(sympy.exp(self.value))

    def log(self) -> Symbolic:
        """log, for NumPy."""
        return Symbolic(sympy.log(self.value))

    def log1p(self) -> Symbolic:
        """log(1 + t), for NumPy."""
        return Symbolic(sympy.log(1 + self.value))

    def _above(self, other: object) -> bool:
        difference = self.value - _plain(other)
        if difference.is_positive is not None:
            return bool(difference.is_positive)
        return str(self.value) > str(_plain(other))

    def __gt__(self, other: object) -> bool:
        return self._above(other)

    def __ge__(self, other: object) -> bool:
        return self._above(other) or self.value == _plain(other)

    def __lt__(self, other: object) -> bool:
        return not self >= other

    def __le__(self, other: object) -> bool:
        return not self > other


def _plain(value: object) -> Expr:
    if isinstance(value, Symbolic):
        return value.value
    return sympy.Rational(str(value)) if isinstance(value, int | float) else value


def in_arrays(tree: ast.Module, kind: Activation) -> str:
    """Run one helper's text on arrays of symbols, on both signs, and let the kernel compare with the table."""
    made = ast.Module([node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == kind.name], [])
    scope: dict[str, Any] = {name: getattr(np, name) for name in CALLS}
    scope |= {"np": np, "_exact": lambda text: Symbolic(float(text)), "_seen": lambda _, test: test}
    exec(compile(ast.fix_missing_locations(Exactly().visit(made)), "<helper>", "exec"), scope)

    def run(row: list[Expr]) -> list[Expr]:
        given = np.array([[Symbolic(each) for each in row]], dtype=object)
        out, spare = np.empty_like(given), np.empty((1, 1) if kind.vector else given.shape, dtype=object)
        scope[kind.name](given, out, spare)
        return [each.value for each in out[0]]

    try:
        for size in (2, 3) if kind.vector else ():
            zs = [real(f"z{k}") for k in range(size)]
            whole = sympy.Add(*map(sympy.exp, zs))
            for k, got in enumerate(run(zs)):
                value = sympy.exp(zs[k]) / whole
                facts = laws.entry(value, value * (1 - value), by=f"z{k}", forms=(got,))
                laws.admit(kind.name, facts, where=f"helper {kind.name}")
        for sign in () if kind.vector else ({"positive": True}, {"negative": True}):
            here = sympy.Symbol("z", **sign)
            form = run([here])[0].xreplace({here: z})
            laws.admit(kind.name, laws.entry(kind.value, kind.slope, forms=(form,)), where=f"helper {kind.name}")
    except LawBroken as refusal:
        raise CodeRefused("a helper is not its activation", where=f"helper {kind.name}", got=refusal.what) from None
    return f"{kind.name} PROVED equal to the table's value"
