"""Certifies array sources (JAX, PyTorch): the same text over object arrays of exact numbers, under a stand-in library."""

from __future__ import annotations

import ast
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np

from symbackprop.codegen.certify import (
    REPORTED,
    CodeRefused,
    CodeVerdict,
    Subject,
    judge,
    load_exactly,
    load_symbolically,
    prove,
    row,
)
from symbackprop.codegen.certify_numpy import _DIRECT, clone
from symbackprop.codegen.certify_rules import POINTS, ROWS, Judged
from symbackprop.codegen.emit_arrays import Flavour, helper_is_drawn, source
from symbackprop.codegen.exact import PRIME, Draw, Mod
from symbackprop.codegen.exact_symbols import either
from symbackprop.codegen.program import Dense, Program, lower
from symbackprop.networks import Network

_TINY = object()  # what the floor of logarithms is while code is judged


def _stand_in(symbolic: bool = False) -> Any:
    """The few functions generated source calls, on object arrays; anything else is an AttributeError."""

    def stack(parts: list[Any], axis: int) -> Any:
        return np.stack([np.asarray(each, dtype=object) for each in parts], axis=axis)

    def where(test: Any, yes: Any, no: Any) -> Any:
        return np.where(np.asarray(test, dtype=bool), yes, no)

    def cases(test: Any, yes: Any, no: Any) -> Any:
        return np.frompyfunc(lambda t, one, other: either(t, lambda: one, lambda: other), 3, 1)(test, yes, no)

    def full_like(like: Any, number: Any) -> Any:
        return np.full(np.shape(like), number, dtype=object)

    def floored(value: Any, least: Any) -> Any:
        if least is not _TINY:
            raise CodeRefused("something else than a logarithm's argument has a floor")
        return value  # the floor keeps a rounded 0 away, and is no part of the formula

    choose = cases if symbolic else where
    same = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "maximum": floored, "clamp": floored}
    return SimpleNamespace(**same, where=choose, stack=stack, full_like=full_like)


def scan(step: Any, state: Any, given: Any) -> tuple[Any, Any]:
    """lax.scan by hand: step(state, k-th entry) -> (state, out)."""
    made = []
    parts = given if isinstance(given, tuple) else (given,)
    for k in range(len(parts[0])):
        here = tuple(each[k] for each in parts)
        state, out = step(state, here if isinstance(given, tuple) else here[0])
        made.append(out)
    return state, np.array(made, dtype=object)


class Loaded:
    """The source on exact numbers; its shapes come from its arguments alone, so a large dense net is judged at other widths."""

    def __init__(self, text: str, program: Program, net: Network, flavour: Flavour, trainable: bool = True) -> None:
        self.net, self.extra = net, ""
        if isinstance(program, Dense) and program.count() > _DIRECT:
            self.net = clone(net)
            small = lower(self.net, "dense")
            assert isinstance(small, Dense)
            if source(small, flavour, trainable) != text[: len(source(small, flavour, trainable))]:
                raise CodeRefused("the source is not the one of its layers", where=net.name)
            program, self.extra = small, f"judged at the widths {'-'.join(map(str, small.sizes))}, which the text does not know"
        self.text, self.program = text, program
        self.holder: dict[str, Draw] = {}
        kinds = {each.name: each for each in _kinds(self.net)}
        self.drawn: dict[str, Any] = {flavour.module: _stand_in(), "lax": SimpleNamespace(scan=scan)}
        defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
        for name in defined & set(kinds):
            if helper_is_drawn(kinds[name]):
                self.drawn[name] = _vector(self.holder) if kinds[name].vector else _function(name, self.holder)
        self.scope, _, _ = load_exactly(_without_imports(text), _IMPORTS, self.drawn)
        self.scope["TINY"] = _TINY


_IMPORTS = {"jax": None, "jax.numpy": None, "torch": None}


def certify(text: str, program: Program, net: Network, flavour: Flavour, trainable: bool = True) -> CodeVerdict:
    """The verdict on an array source; CodeRefused where it is not the proven gradient."""
    at = Loaded(text, program, net, flavour, trainable)
    verdict = judge(_subject(at.scope, at.program, at.net, at.holder, trainable))
    if at.net is net:
        symbols = load_symbolically(_without_imports(text), _IMPORTS, at.drawn | {flavour.module: _stand_in(symbolic=True)})
        symbols["TINY"] = _TINY
        verdict = prove(_subject(symbols, at.program, at.net, at.holder, trainable), verdict)
    return CodeVerdict(verdict.kind, verdict.bound, (*verdict.said, *([at.extra] if at.extra else [])))


def certify_masked(text: str, program: Dense, net: Network, flavour: Flavour) -> CodeVerdict:
    """The verdict on the gradient under masks: that of the net with masked units, every row under a mask of its own."""
    at = Loaded(text, program, net, flavour)
    judged, small = Judged(at.net, True), at.program
    assert isinstance(small, Dense)
    ends = np.cumsum((0, *small.sizes[1:-1])).tolist()
    for point in range(POINTS):
        draw = at.holder["draw"] = Draw(f"masked|{net.name}|{point}")
        theta = {name: draw.number("theta", name) for name in at.net.parameters}
        rows, masks = [row(at.net, draw, k) for k in range(ROWS)], judged.masks(draw, ROWS)
        for own in (masks, masks[:1]):
            kept = tuple(table(own)[:, a:b] for a, b in pairwise(ends))
            try:
                loss, parts = at.scope["masked_gradient"](pack(small, theta), *(table([each[k] for each in rows]) for k in (0, 1)), kept)
            except (ArithmeticError, TypeError, ValueError, AttributeError, IndexError, NameError) as problem:
                raise CodeRefused("the code does not run on exact numbers", where=net.name, got=f"{type(problem).__name__}: {problem}") from None
            seen = [judged.sample(theta, *each, draw, own[k % len(own)]) for k, each in enumerate(rows)]
            found = unpack(small, at.net, parts)
            wrong = [name for name in theta if found[name] != sum((each.gradient[name] for each in seen), draw.constant(0))]
            if wrong or loss != sum((each.loss for each in seen), draw.constant(0)):
                raise CodeRefused("a gradient under masks is not that of the net with masked units", where=f"{net.name}: {', '.join(wrong[:1]) or 'loss'}")
    depth = len(small.sizes)
    bound = min(1.0, float(6 * depth + 3) / PRIME) ** POINTS
    said = f"loss and gradient under masks for every row equal those of the net with masked units at {POINTS} exact points"
    return CodeVerdict("CHECKED", max(bound, 1e-300), (said, *([at.extra] if at.extra else [])))


def _without_imports(text: str) -> str:
    """The text from its first constant on: the stand-in takes the library's place."""
    tree = ast.parse(text)
    allowed = {"jax", "jax.numpy", "torch"}
    for node in tree.body:
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        if not set(names) <= allowed:
            raise CodeRefused("generated source imports something else than its numeric library")
    kept = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.unparse(ast.Module(kept, []))


def _kinds(net: Network) -> list[Any]:
    return list(net.architecture.activations) if net.architecture else [unit.activation for unit in net.units]


def _vector(holder: dict[str, Draw]) -> Any:
    return lambda zs: np.array([holder["draw"].softmax(*row) for row in zs], dtype=object)


def _function(name: str, holder: dict[str, Draw]) -> Any:
    def call(zs: Any, *more: Any) -> Any:
        return np.frompyfunc(lambda z: holder["draw"].activation(name, z), 1, 1)(zs)

    return call


def table(rows: list[list[Mod]]) -> Any:
    """Rows of exact numbers as an object array."""
    made = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, each in enumerate(rows):
        made[i, :] = each
    return made


def pack(program: Program, theta: dict[str, Mod]) -> Any:
    """The tuple of arrays (or numbers) that the source takes."""
    if not isinstance(program, Dense):
        return tuple(theta[name] for name in program.parameters)
    flat = np.empty(program.count(), dtype=object)
    for name, value in theta.items():
        flat[program.position(name)] = value
    return tuple(flat[at : at + int(np.prod(shape))].reshape(shape) for _, shape, at in program.blocks())


def unpack(program: Program, net: Network, parts: Any) -> dict[str, Any]:
    """The numbers by the net's own names."""
    if not isinstance(program, Dense):
        return dict(zip(program.parameters, parts, strict=True))
    flat = np.concatenate([np.asarray(each, dtype=object).ravel() for each in parts])
    return {name: flat[program.position(name)] for name in net.parameters}


def _subject(
    scope: dict[str, Any], program: Program, net: Network, holder: dict[str, Draw], trainable: bool
) -> Subject:
    def run(theta: Any, rows: Any, order: list[int], size: int, rate: Mod) -> dict[str, Any]:
        x, y = table([x for x, _ in rows]), table([y for _, y in rows])
        visits, rates = np.array([order]), np.array([rate], dtype=object)
        made, means = scope["run"](pack(program, theta), x, y, visits, rates, size)
        return {**unpack(program, net, made), REPORTED: means[0] * len(order)}

    def gradient(theta: Any, rows: Any) -> tuple[Mod, dict[str, Any]]:
        loss, parts = scope["gradient"](pack(program, theta), table([x for x, _ in rows]), table([y for _, y in rows]))
        return loss, unpack(program, net, parts)

    return Subject(
        net,
        run if trainable else None,
        gradient if trainable else None,
        lambda theta, xs: [list(each) for each in scope["forward"](pack(program, theta), table(xs))],
        lambda draw: holder.__setitem__("draw", draw),
    )
