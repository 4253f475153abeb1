"""The numba backend: the dense program as loops, compiled by LLVM when first used and kept on disk."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen import compile_c
from symbackprop.codegen.backend import Array, Backend, Compiled
from symbackprop.codegen.backends.numpy import trainable
from symbackprop.codegen.certify import CodeRefused, CodeVerdict, Subject, judge, load_exactly, load_symbolically, prove
from symbackprop.codegen.exact import Draw, Mod
from symbackprop.codegen.program import Dense, fits_dense, lower
from symbackprop.networks import Network


class Loops(Compiled):
    """A dense net as compiled loops."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype = net, dtype
        program = lower(net, "dense")
        assert isinstance(program, Dense)
        self.program = program

    @cached_property
    def source(self) -> str:
        from symbackprop.codegen import emit_loops

        return emit_loops.source(self.program)

    def certify(self) -> CodeVerdict:
        return certify(self.source, self.program, self.net)

    @cached_property
    def _scope(self) -> dict[str, Any]:
        """The module, written to a file so that numba's own cache works, with its functions compiled."""
        from numba import njit

        from symbackprop.codegen import emit_loops

        home = compile_c.folder()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"loops_{compile_c.key(self.source)}"
        path = home / f"{name}.py"
        if not path.exists() or path.read_text() != self.source:
            path.write_text(self.source)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        for function in [*emit_loops.helper_names(self.program), "predict", "learn", "run"]:
            setattr(module, function, njit(cache=True)(getattr(module, function)))
        return vars(module)

    def _blocks(self, flat: Array) -> list[Array]:
        return [flat[at : at + int(np.prod(shape))].reshape(shape) for _, shape, at in self.program.blocks()]

    def _rows(self) -> list[Array]:
        return [np.empty(n, self.dtype) for n in self.program.sizes[1:] for _ in "ZAD"]

    def load(self, X: Array, Y: Array, size: int) -> Any:
        return np.ascontiguousarray(X, self.dtype), np.ascontiguousarray(Y, self.dtype)

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        grad = np.zeros_like(theta)
        visits = np.tile(np.arange(len(data[0]), dtype=np.int32), (len(rates), 1)) if orders is None else orders
        found = np.empty(len(rates)) if losses is None else losses
        parts = (*self._blocks(theta), *self._blocks(grad), *self._rows())
        self._scope["run"](*parts, *data, visits.astype(np.int32), rates.astype(self.dtype), size, found)

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        theta, grad, n = np.array(theta, self.dtype), np.zeros(len(theta), self.dtype), len(data[0])
        parts = (*self._blocks(theta), *self._blocks(grad), *self._rows())
        loss = self._scope["learn"](*parts, *data, np.arange(n, dtype=np.int32))
        return float(loss) / n, grad / n

    def predict(self, theta: Array, X: Array) -> Array:
        out = np.empty((len(X), self.program.sizes[-1]), self.dtype)
        inputs = np.ascontiguousarray(X, self.dtype)
        self._scope["predict"](*self._blocks(np.array(theta, self.dtype)), *self._rows(), inputs, out)
        return out


def certify(source: str, program: Dense, net: Network) -> CodeVerdict:
    """The loops run by Python over object arrays of exact numbers; a large net at other widths by the same text."""
    from symbackprop.codegen import certify_numpy, certify_python, emit_loops
    from symbackprop.codegen.emit_arrays import helper_is_drawn

    judged, extra = net, ""
    if program.count() > certify_numpy._DIRECT:
        judged = certify_numpy.clone(net)
        small = lower(judged, "dense")
        assert isinstance(small, Dense)
        if _shape(emit_loops.source(small)) != _shape(source):
            raise CodeRefused("the source is not the one that its sizes alone would change", where=net.name)
        source, program = emit_loops.source(small), small
        extra = f"judged at the widths {'-'.join(map(str, small.sizes))}, which only one line knows"
    holder: dict[str, Draw] = {}
    kinds = {kind.name: kind for kind in net.architecture.activations} if net.architecture else {}
    drawn: dict[str, Any] = {name: certify_python.library(name, holder) for name in certify_python.LIBRARY}
    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    for name in defined & set(kinds):
        if helper_is_drawn(kinds[name]):
            drawn[name] = _softmax(holder) if kinds[name].vector else _one(name, holder)
    scope, _, _ = load_exactly(source, {}, drawn)
    verdict = judge(_subject(scope, program, judged, holder))
    if judged is net:
        verdict = prove(_subject(load_symbolically(source, {}, drawn), program, judged, holder), verdict)
    return CodeVerdict(verdict.kind, verdict.bound, (*verdict.said, *([extra] if extra else [])))


def _shape(source: str) -> str:
    """The text without the one line that says the sizes."""
    return re.sub(r"^N0, .*$", "", source, count=1, flags=re.MULTILINE)


def _softmax(holder: dict[str, Draw]) -> Any:
    def call(z: Any, a: Any, n: int) -> None:
        a[:] = holder["draw"].softmax(*z)

    return call


def _one(name: str, holder: dict[str, Draw]) -> Any:
    return lambda z, *more: holder["draw"].activation(name, z)


def _subject(scope: dict[str, Any], program: Dense, net: Network, holder: dict[str, Draw]) -> Subject:
    places = {name: program.position(name) for name in net.parameters}
    zero = 0  # a plain one: it goes with exact numbers and with symbols

    def flat(theta: dict[str, Mod] | None) -> Any:
        made = np.full(program.count(), zero, dtype=object)
        for name, place in places.items() if theta is not None else ():
            made[place] = theta[name]  # type: ignore[index]
        return made

    def blocks(values: Any) -> list[Any]:
        return [values[at : at + int(np.prod(shape))].reshape(shape) for _, shape, at in program.blocks()]

    def spare() -> list[Any]:
        return [np.full(n, zero, dtype=object) for n in program.sizes[1:] for _ in "ZAD"]

    def table(rows: Any) -> Any:
        made = np.empty((len(rows), len(rows[0])), dtype=object)
        for i, row in enumerate(rows):
            made[i, :] = row
        return made

    def named(values: Any) -> dict[str, Any]:
        return {name: values[place] for name, place in places.items()}

    def run(theta: Any, rows: Any, order: list[int], size: int, rate: Mod) -> dict[str, Any]:
        values, grad = flat(theta), flat(theta)
        x, y, losses = table([x for x, _ in rows]), table([y for _, y in rows]), [None]
        scope["run"](*blocks(values), *blocks(grad), *spare(), x, y, [order], [rate], size, losses)
        return named(values)

    def gradient(theta: Any, rows: Any) -> tuple[Mod, dict[str, Any]]:
        values, grad = flat(theta), flat(None)
        x, y = table([x for x, _ in rows]), table([y for _, y in rows])
        loss = scope["learn"](*blocks(values), *blocks(grad), *spare(), x, y, range(len(rows)))
        return loss, named(grad)

    def predict(theta: Any, xs: Any) -> list[list[Mod]]:
        out = np.empty((len(xs), program.sizes[-1]), dtype=object)
        scope["predict"](*blocks(flat(theta)), *spare(), table(xs), out)
        return [list(row) for row in out]

    return Subject(net, run, gradient, predict, lambda draw: holder.__setitem__("draw", draw))


numba = Backend(
    "numba",
    about="the dense program as loops, compiled by LLVM when first used",
    rank=50,
    most=2000,  # above it NumPy's products of matrices are faster than loops (measured)
    missing=lambda: (
        None if importlib.util.find_spec("numba") else "numba is not installed (pip install symbackprop[numba])"
    ),
    build=Loops,
    suits=lambda net: None if fits_dense(net) and trainable(net) else "only for dense layered nets that can be trained",
)
