"""The C backend: whole passes in generated C, compiled for this processor by the system's compiler and cached."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen import compile_c, recall
from symbackprop.codegen.backend import Array, Backend, Compiled
from symbackprop.codegen.backends.numpy import trainable
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.codegen.program import Dense, Program, fits_dense, lower
from symbackprop.networks import Network

WIDE = 3  # units in the widest computing layer from which on the matrix form is faster (measured)
MOST_EDGES = 3000  # a graph with more is not unrolled in C: the compiler would take longer than the training
SINGLE = ("-DSINGLE", "-fsingle-precision-constant")


def prefers_dense(net: Network) -> bool:
    """Whether the matrix form is the one to compile."""
    return fits_dense(net) and net.architecture is not None and max(net.architecture.sizes[1:]) >= WIDE


class Native(Compiled):
    """A compiled C library for one net."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self.dense = prefers_dense(net)
        self.form = f"c-{'dense' if self.dense else 'unrolled'}"

    @cached_property
    def program(self) -> Program:
        """What is computed; looked at only where the source is not remembered."""
        return lower(self.net, "dense" if self.dense else "unrolled")

    @cached_property
    def source(self) -> str:
        return recall.source(self.net, self.form, self._emit)

    def texts(self) -> dict[str, str]:
        return {self.form: self.source}

    def _emit(self) -> str:
        from symbackprop.codegen import emit_c, emit_c_dense

        if isinstance(self.program, Dense):
            return emit_c_dense.source(self.program, self.trainable)
        return emit_c.source(self.program, self.trainable)

    @cached_property
    def _library(self) -> ctypes.CDLL:
        flags = (compile_c.DENSE if self.dense else compile_c.SCALAR) + (SINGLE if self.dtype == np.float32 else ())
        library = compile_c.build(self.source, flags)
        if self.trainable:
            real = ctypes.c_float if self.dtype == np.float32 else ctypes.c_double
            library.gradient.restype = ctypes.c_int if self.dense else real
        return library

    def machine(self) -> str:
        return compile_c.identity()

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_c

        return certify_c.certify(self.source, self.program, self.net, self.layout, self.trainable)

    @property
    def layout(self) -> tuple[int, int, int]:
        """Numbers in a vector, vectors in a panel, whether an online pass holds every weight in a vector."""
        if not self.dense:
            return 1, 1, 0
        return self._library.layout(0), self._library.layout(1), self._library.layout(2)

    def load(self, X: Array, Y: Array, size: int) -> Any:
        return np.ascontiguousarray(X, self.dtype), np.ascontiguousarray(Y, self.dtype)

    def _checked(self, status: Any) -> None:
        if self.dense and status:
            raise MemoryError("the batch does not fit into memory")

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        X, Y = data
        steps, found = rates.astype(self.dtype), None if losses is None else np.empty(len(rates), self.dtype)
        visits = None if orders is None else _at(np.ascontiguousarray(orders, np.int32))
        numbers = (ctypes.c_long(len(X)), ctypes.c_long(len(rates)), ctypes.c_long(size))
        status = self._library.run(
            _at(theta), _at(X), _at(Y), visits, *numbers, _at(steps), None if found is None else _at(found)
        )
        self._checked(status)
        if losses is not None:
            losses[:] = found

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        X, Y = data
        grad, loss, n = np.zeros(len(theta), self.dtype), np.zeros(1, self.dtype), ctypes.c_long(len(X))
        given = np.ascontiguousarray(theta, self.dtype)
        if self.dense:
            self._checked(self._library.gradient(_at(given), _at(X), _at(Y), n, _at(grad), _at(loss)))
            return float(loss[0]) / len(X), grad / len(X)
        return float(self._library.gradient(_at(given), _at(X), _at(Y), n, _at(grad))) / len(X), grad / len(X)

    def predict(self, theta: Array, X: Array) -> Array:
        given, inputs = np.ascontiguousarray(theta, self.dtype), np.ascontiguousarray(X, self.dtype)
        out = np.empty((len(X), len(self.net.outputs)), self.dtype)
        status = self._library.predict(_at(given), _at(inputs), ctypes.c_long(len(X)), _at(out))
        self._checked(status)
        return out


def _at(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _suits(net: Network) -> str | None:
    if not prefers_dense(net) and sum(len(unit.edges) for unit in net.units) > MOST_EDGES:
        return f"a graph of more than {MOST_EDGES} edges is not unrolled in C"
    return None


c = Backend(
    "c",
    about="generated C, whole passes inside, compiled for this processor by the system's compiler and cached",
    rank=10,
    missing=compile_c.missing,
    build=Native,
    suits=_suits,
)
