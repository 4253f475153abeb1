"""Certifies plain Python sources: the composition over exact numbers, and each helper function over symbols."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import product
from typing import Any

from symbackprop.activations.activation import Activation
from symbackprop.codegen.certify import (
    REPORTED,
    CodeRefused,
    CodeVerdict,
    Subject,
    judge,
    load_exactly,
    load_symbolically,
    prove,
)
from symbackprop.codegen.exact import Mod
from symbackprop.codegen.program import Unrolled
from symbackprop.networks import Network

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
    return CodeVerdict(verdict.kind, verdict.bound, (*verdict.said, *helpers(tree, kinds, "in_python")))


def helpers(tree: ast.Module, kinds: dict[str, Activation], language: str) -> tuple[str, ...]:
    """What was proved about the activations that a source writes as functions; without one SymPy is not loaded."""
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} & set(kinds)
    if not defined:
        return ()
    from symbackprop.codegen import certify_helpers

    return tuple(getattr(certify_helpers, language)(tree, kinds[name]) for name in sorted(defined))


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
            loss = scope["online"](values, data, visits, rate)
            again = flat(theta)
            if scope["batches"](again, data, visits, 1, rate) != loss or again != values:
                raise CodeRefused("online and batches of one differ", where=net.name)
            in_turn = [data[k] for k in visits]
            for given, order, track, overflow in product((data, in_turn), (visits, None), (True, False), (False, True)):
                if (order is None) is not (given is in_turn):
                    continue
                holder["overflow"] = overflow  # the first exp leaves the floats: a guarded form starts again
                again = flat(theta)
                other = scope["online"](again, given, order, rate, track)
                if again != values or (track and other != loss):
                    raise CodeRefused("a pass that is given or guarded in another way is another pass", where=net.name)
            holder["overflow"] = False
        else:
            loss = scope["batches"](values, data, visits, size, rate)
            again = flat(theta)
            scope["batches"](again, data, visits, size, rate, False)
        if again != values:
            raise CodeRefused("a pass that leaves the losses out is another pass", where=net.name)
        return {**named(values), REPORTED: loss}

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
