"""Certifies NumPy sources: the same text on object arrays of exact numbers, at pairwise different widths."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from symbackprop.codegen import numpy_module
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
from symbackprop.codegen.certify_python import helpers
from symbackprop.codegen.exact import PRIME, Draw, Mod
from symbackprop.codegen.program import Dense, lower
from symbackprop.networks import Network

_DIRECT = 400  # up to this many parameters the net itself is judged, beyond it the same text at other widths


def clone(net: Network) -> Network:
    """A small net of the same layers: pairwise different widths, neighbours different in very deep ones."""
    layers = net.architecture
    assert layers is not None
    depth = len(layers.sizes)
    widths = [3 + k for k in range(depth)] if depth <= 8 else [(2, 3, 5, 4)[k % 4] for k in range(depth)]
    widths[-2:] = [widths[-1], widths[-2]]  # neither growing nor shrinking all the way
    return Network.layered(widths, list(layers.activations), net.loss, bias=layers.bias, name=net.name)


def _body(source: str) -> str:
    """The source without the one line that says the sizes."""
    return re.sub(r"^SIZES = .*$", "SIZES", source, count=1, flags=re.MULTILINE)


class Loaded:
    """The source on exact numbers: of a large net the same text at other widths, which only the line SIZES knows."""

    def __init__(self, source: str, program: Dense, net: Network, trainable: bool = True) -> None:
        self.net, self.extra = net, ""
        if program.count() > _DIRECT:
            self.net = clone(net)
            small = lower(self.net, "dense")
            assert isinstance(small, Dense)
            text = numpy_module.source(small, trainable)
            if _body(text) != _body(source):
                raise CodeRefused("the source is not the one that its sizes alone would change", where=net.name)
            source, program = re.sub(r"^SIZES = .*$", f"SIZES = {small.sizes}", source, count=1, flags=re.M), small
            self.extra = f"judged at the widths {'-'.join(map(str, small.sizes))}, which only the line SIZES knows"
        self.source, self.program = source, program
        self.holder: dict[str, Draw] = {}
        self.kinds = {each.name: each for each in program.activations}
        self.tree = ast.parse(source)
        defined = {node.name for node in self.tree.body if isinstance(node, ast.FunctionDef)} & set(self.kinds)
        self.drawn: dict[str, Any] = {"np": np, "far": _never}
        for name in defined:
            self.drawn[name] = _vector(self.holder) if self.kinds[name].vector else _function(name, self.holder)
        self.scope, _, _ = load_exactly(source, {"numpy": np}, self.drawn)
        self.scope |= {"TINY": 0, "ENDLESS": PRIME // 2}


def _never(*given: Any) -> None:
    raise ArithmeticError("no exact number leaves the floats")


def certify(source: str, program: Dense, net: Network, trainable: bool = True) -> CodeVerdict:
    """The verdict on a NumPy source; CodeRefused where it is not the proven gradient."""
    at = Loaded(source, program, net, trainable)
    verdict = judge(_subject(at.scope, at.program, at.net, at.holder, trainable))
    if at.net is net:
        symbols = load_symbolically(at.source, {"numpy": np}, at.drawn)
        symbols["TINY"] = 0
        verdict = prove(_subject(symbols, at.program, at.net, at.holder, trainable), verdict)
    said = [*verdict.said, *([at.extra] if at.extra else []), *helpers(at.tree, at.kinds, "in_arrays")]
    return CodeVerdict(verdict.kind, verdict.bound, tuple(said))


def _subject(scope: dict[str, Any], program: Dense, net: Network, holder: dict[str, Draw], trainable: bool) -> Subject:
    places = {name: program.position(name) for name in net.parameters}

    def flat(theta: dict[str, Mod]) -> Any:
        made = np.empty(program.count(), dtype=object)
        for name, place in places.items():
            made[place] = theta[name]
        return made

    def named(values: Any) -> dict[str, Any]:
        return {name: values[place] for name, place in places.items()}

    def table(rows: list[list[Mod]]) -> Any:
        made = np.empty((len(rows), len(rows[0])), dtype=object)
        for i, row in enumerate(rows):
            made[i, :] = row
        return made

    def run(theta: Any, rows: Any, order: list[int], size: int, rate: Mod) -> dict[str, Any]:
        values, grad = flat(theta), flat(theta)
        x, y = table([x for x, _ in rows]), table([y for _, y in rows])
        loss = scope["epoch"](values, grad, x, y, np.array(order), size, rate, {})
        again, grad = flat(theta), flat(theta)
        scope["epoch"](
            again, grad, x[order], y[order], None, size, rate, {}, False, scope["cut"](x[order], y[order], size)
        )
        if any(again != values):
            raise CodeRefused("the pass depends on how its order is given", where=net.name)
        return {**named(values), REPORTED: loss}

    def gradient(theta: Any, rows: Any) -> tuple[Mod, dict[str, Any]]:
        values, grad = flat(theta), flat(theta)
        call = scope["prepare"](values, grad, len(rows))
        call(table([x for x, _ in rows]), table([y for _, y in rows]))
        loss = call(table([x for x, _ in rows]), table([y for _, y in rows]))  # twice: nothing stale may stay behind
        return loss, named(grad)

    return Subject(
        net,
        run if trainable else None,
        gradient if trainable else None,
        lambda theta, xs: [list(each) for each in scope["predict"](flat(theta), table(xs))],
        lambda draw: holder.__setitem__("draw", draw),
    )


def _vector(holder: dict[str, Draw]) -> Any:
    def softmax(zs: Any, out: Any, spare: Any) -> None:
        for i, row in enumerate(zs):
            out[i, :] = holder["draw"].softmax(*row)

    return softmax


def _function(name: str, holder: dict[str, Draw]) -> Any:
    def call(zs: Any, out: Any, *spare: Any) -> None:
        for place, each in np.ndenumerate(zs):
            out[place] = holder["draw"].activation(name, each)

    return call
