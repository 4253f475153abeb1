"""The C backend: whole passes in generated C, compiled for this processor by the system's compiler and cached."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen import compile_c, recall
from symbackprop.codegen.backend import Array, Backend, Compiled, RuleAt
from symbackprop.codegen.backends.numpy import trainable
from symbackprop.codegen.certify import CodeRefused, CodeVerdict
from symbackprop.codegen.program import Dense, Program, fits_dense, lower
from symbackprop.codegen.rules import CLIPS, DECAYS, EACH, NUMBERS, RULES, SHORT
from symbackprop.errors import CompilerFailed
from symbackprop.networks import Network

WIDE = 3  # units in the widest computing layer from which on the matrix form is faster (measured)
MOST_EDGES = 3000  # a graph with more is not unrolled in C: the compiler would take longer than the training
SINGLE = ("-DSINGLE", "-fsingle-precision-constant")
_LAYOUT = {"VL": (2, 4, 8, 16), "NR": (2, 4), "HELD": (0, 1)}  # what a net's sizes and the processor decide between


def prefers_dense(net: Network) -> bool:
    """Whether the matrix form is the one to compile."""
    return fits_dense(net) and net.architecture is not None and max(net.architecture.sizes[1:]) >= WIDE


class Native(Compiled):
    """A compiled C library for one net."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self.dense = prefers_dense(net)
        self.rules = self.keeps_short = tuple(RULES)
        self.drops = self.rules if self.dense else ()
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

    @property
    def _flags(self) -> tuple[str, ...]:
        return (compile_c.DENSE if self.dense else compile_c.SCALAR) + (SINGLE if self.dtype == np.float32 else ())

    def _typed(self, library: ctypes.CDLL) -> ctypes.CDLL:
        if self.trainable:
            real = ctypes.c_float if self.dtype == np.float32 else ctypes.c_double
            library.gradient.restype = ctypes.c_int if self.dense else real
        if self.dense and "layout" in vars(self) and self.layout != tuple(library.layout(k) for k in range(3)):
            raise CodeRefused("the library has other vectors than those it was judged for", where=self.net.name)
        return library

    @cached_property
    def _coming(self) -> compile_c.Compiling:
        """The library, or the compiler at work on it."""
        return compile_c.Compiling(self.source, self._flags)

    @cached_property
    def _library(self) -> ctypes.CDLL:
        try:
            return self._typed(self._coming.library())
        except CompilerFailed as problem:
            raise self._shorter(problem) from problem

    def _shorter(self, problem: CompilerFailed) -> CompilerFailed:
        """The same problem in few words, where the compiler makes no library at all."""
        reason = compile_c.missing()
        return problem if reason is None else CompilerFailed(reason, where=self.net.name, try_='backend="numpy"')

    def ready(self) -> None:
        _ = self._library

    @cached_property
    def _with_rules(self) -> ctypes.CDLL:
        if "_library" not in vars(self) and "_coming" in vars(self):
            self._coming.stop()  # steps by a rule alone do without it
            del self._coming
        return self._typed(compile_c.build(self.source, (*self._flags, "-DRULES")))

    @property
    def _either(self) -> ctypes.CDLL:
        """A library that is compiled already, for what both can do."""
        loaded = vars(self)
        return loaded["_with_rules"] if "_with_rules" in loaded and "_library" not in loaded else self._library

    def machine(self) -> str:
        return compile_c.identity()

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_c

        begun = self._coming  # compiled in another process while this one judges; loaded only when it has been judged
        try:
            verdict = certify_c.certify(self.source, self.program, self.net, self.layout, self.trainable)
            if verdict == certify_c.WITHOUT:
                self.ready()  # the compiler may lack more than C++
            return verdict
        except CompilerFailed as problem:
            begun.stop()
            raise self._shorter(problem) from problem
        except BaseException:
            begun.stop()
            raise

    def certify_rules(self) -> CodeVerdict:
        from symbackprop.codegen import certify_rules

        return certify_rules.certify(self.source, self.program, self.net, self.layout)

    @cached_property
    def layout(self) -> tuple[int, int, int]:
        """Numbers in a vector, vectors in a panel, whether an online pass holds every weight in a vector."""
        if not self.dense:
            return 1, 1, 0
        found = compile_c.asked(self.source, self._flags, _LAYOUT)
        return found["VL"], found["NR"], found["HELD"]

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

    def run_rule(
        self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array, rule: RuleAt
    ) -> int:
        X, Y = data
        chosen, steps, found = RULES[rule.name], rates.astype(self.dtype), np.empty(len(rates), self.dtype)
        visits = None if orders is None else _at(np.ascontiguousarray(orders, np.int32))
        memory = [
            None if each is None else np.ascontiguousarray(rule.state[each], self.dtype) for each in (chosen.v, chosen.s)
        ]
        spare = np.zeros(0 if self.dense else len(theta), self.dtype)  # the unrolled form takes both arrays always
        v, s = [None if each is None and self.dense else _at(spare if each is None else each) for each in memory]
        numbers = np.array([rule.numbers[name] for name in NUMBERS], float)
        flags = DECAYS * bool(rule.numbers["weight_decay"]) + CLIPS * bool(rule.numbers["clip"])
        flags += SHORT * bool(rule.numbers["max_norm"]) + EACH * rule.each
        masks = None if rule.masks is None else np.ascontiguousarray(rule.masks, self.dtype)
        n = len(X) if orders is None else orders.shape[1]
        status = self._with_rules.run_rule(
            _at(theta), v, s, _at(X), _at(Y), visits, ctypes.c_long(n), ctypes.c_long(len(rates)),
            ctypes.c_long(size), _at(steps), _at(found), _at(numbers), ctypes.c_long(rule.step), chosen.number, flags,
            None if masks is None else _at(masks),
        )  # fmt: skip
        self._checked(status)
        losses[:] = found
        for name, each in zip((chosen.v, chosen.s), memory, strict=True):
            if name is not None:
                rule.state[name][:] = each
        return -(-n // size) * len(rates)

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        X, Y = data
        grad, loss, n = np.zeros(len(theta), self.dtype), np.zeros(1, self.dtype), ctypes.c_long(len(X))
        given = np.ascontiguousarray(theta, self.dtype)
        if self.dense:
            self._checked(self._either.gradient(_at(given), _at(X), _at(Y), n, _at(grad), _at(loss)))
            return float(loss[0]) / len(X), grad / len(X)
        return float(self._either.gradient(_at(given), _at(X), _at(Y), n, _at(grad))) / len(X), grad / len(X)

    def predict(self, theta: Array, X: Array) -> Array:
        given, inputs = np.ascontiguousarray(theta, self.dtype), np.ascontiguousarray(X, self.dtype)
        out = np.empty((len(X), len(self.net.outputs)), self.dtype)
        status = self._either.predict(_at(given), _at(inputs), ctypes.c_long(len(X)), _at(out))
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
    missing=compile_c.absent,
    build=Native,
    suits=_suits,
)
