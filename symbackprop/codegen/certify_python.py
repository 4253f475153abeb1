"""Certifies plain Python sources: the composition over exact numbers, and each helper function over symbols."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import product
from typing import Any

import sympy

from symbackprop import laws
from symbackprop.activations.activation import Activation
from symbackprop.codegen.certify import CodeRefused, CodeVerdict, Subject, judge, load_exactly, load_symbolically, prove
from symbackprop.codegen.exact import Mod
from symbackprop.codegen.program import Unrolled
from symbackprop.errors import LawBroken
from symbackprop.networks import Network
from symbackprop.symbols import Expr, real, z

LIBRARY = ("exp", "expm1", "log", "log1p", "tanh", "floor_log")


def certify(source: str, program: Unrolled, net: Network, trainable: bool = True) -> CodeVerdict:
    """The verdict on an unrolled Python source; CodeRefused where it is not the proven gradient."""
    holder: dict[str, Any] = {}
    kinds = {unit.activation.name: unit.activation for unit in program.units}
    tree = ast.parse(source)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    drawn: dict[str, Any] = {name: library(name, holder) for name in LIBRARY}
    for name, kind in kinds.items():
        if name in defined:
            drawn[name] = _vector(holder) if kind.vector else _function(name, holder)
    scope, seen, count = load_exactly(source, {}, drawn)

    def missing() -> list[int]:
        return [k for k in range(1, count + 1) if (k, True) not in seen or (k, False) not in seen]

    verdict = judge(_subject(scope, program, net, holder, trainable, missing))
    verdict = prove(_subject(load_symbolically(source, {}, drawn), program, net, holder, trainable, list), verdict)
    proved = tuple(helper(tree, kinds[name]) for name in sorted(defined & set(kinds)))
    return CodeVerdict(verdict.kind, verdict.bound, verdict.said + proved)


def _subject(
    scope: dict[str, Any],
    program: Unrolled,
    net: Network,
    holder: dict[str, Any],
    trainable: bool,
    missing: Callable[[], list[int]],
) -> Subject:
    order = {name: list(net.parameters).index(name) for name in program.parameters}

    def flat(theta: dict[str, Mod]) -> list[Mod]:
        return [theta[name] for name in order]

    def named(values: list[Any]) -> dict[str, Any]:
        return dict(zip(order, values, strict=True))

    def run(theta: Any, rows: Any, visits: list[int], size: int, rate: Mod) -> dict[str, Any]:
        values = flat(theta)
        data = [(*x, *y) for x, y in rows]
        if size == 1:
            scope["online"](values, data, visits, rate)
            again = flat(theta)
            scope["batches"](again, data, visits, 1, rate)
            if again != values:
                raise CodeRefused("online and batches of one differ", where=net.name)
            in_turn = [data[k] for k in visits]
            for given, order, track, overflow in product((data, in_turn), (visits, None), (True, False), (False, True)):
                if (order is None) is not (given is in_turn):
                    continue
                holder["overflow"] = overflow  # the first exp leaves the floats: a guarded form starts again
                again = flat(theta)
                scope["online"](again, given, order, rate, track)
                if again != values:
                    raise CodeRefused("a pass that is given or guarded in another way is another pass", where=net.name)
            holder["overflow"] = False
        else:
            scope["batches"](values, data, visits, size, rate)
            again = flat(theta)
            scope["batches"](again, data, visits, size, rate, False)
        if again != values:
            raise CodeRefused("a pass that leaves the losses out is another pass", where=net.name)
        return named(values)

    def gradient(theta: Any, rows: Any) -> tuple[Mod, dict[str, Any]]:
        loss, values = scope["gradient"](flat(theta), [(*x, *y) for x, y in rows])
        return loss, named(values)

    return Subject(
        net,
        run if trainable else None,
        gradient if trainable else None,
        lambda theta, xs: [list(each) for each in scope["predict"](flat(theta), [tuple(x) for x in xs])],
        lambda draw: holder.__setitem__("draw", draw),
        missing,
    )


def library(name: str, holder: dict[str, Any]) -> Any:
    def call(value: Mod) -> Any:
        draw = holder["draw"]
        if name == "exp":
            if holder.pop("overflow", None):
                raise OverflowError("math range error")
            return draw.exp(value)
        if name == "floor_log":
            return value.log()
        return draw.function(name, Mod(value) if isinstance(value, int | float) else value)

    return call


def _function(name: str, holder: dict[str, Any]) -> Any:
    return lambda *arguments: holder["draw"].activation(name, *arguments)


def _vector(holder: dict[str, Any]) -> Any:
    return lambda *zs: holder["draw"].softmax(*zs)


def helper(tree: ast.Module, kind: Activation) -> str:
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
