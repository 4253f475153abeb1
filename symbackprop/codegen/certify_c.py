"""Certifies generated C: the same file, compiled as C++ over integers modulo 2^61 - 1, against the proven gradient."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from symbackprop import laws
from symbackprop.codegen import compile_c
from symbackprop.codegen.certify import CodeRefused, CodeVerdict, Subject, judge
from symbackprop.codegen.exact import Draw, Inexact, Mod
from symbackprop.codegen.program import Dense, Program, lower
from symbackprop.kernel.terms import Term
from symbackprop.networks import Network

_ONE = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_char_p, ctypes.c_uint64)
_MANY = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.POINTER(ctypes.c_uint64), ctypes.POINTER(ctypes.c_uint64))
_FORM = "as C++ over exact integers"
WITHOUT = CodeVerdict("UNDECIDED", 1.0, ("the compiler here has no C++, which the exact run needs",))


def clone_widths(sizes: tuple[int, ...], lanes: int, panel: int = 4) -> tuple[tuple[int, ...], int]:
    """Small widths that fill the vectors and panels in the same pattern, different where the pattern allows it.

    Returns the widths and the vector length they are meant for; a small net stays as it is.
    """
    if max(sizes) <= 16:
        return sizes, lanes
    vectors = [-(-n // lanes) for n in sizes[1:]]
    length = 2 if max(vectors) > panel else 4
    used = {min(sizes[0], 13)}
    made = [min(sizes[0], 13)]
    for count in vectors:
        same = count if count <= panel else panel + (count - 1) % panel + 1  # one full panel, then the same rest
        choices = list(range(same * length, (same - 1) * length, -1))
        fresh = [n for n in choices if n not in used] or choices
        made.append(fresh[0])
        used.add(fresh[0])
    return tuple(made), length


def certify(
    source: str, program: Program, net: Network, vectors: tuple[int, int, int] = (8, 4, 0), trainable: bool = True
) -> CodeVerdict:
    """The verdict on a C file; CodeRefused where it is not the proven gradient; UNDECIDED without a C++ compiler.

    `vectors`: how many numbers one holds, how many make a panel, and whether an online pass holds all weights in some, as
    the compiled library says for this processor.
    """
    try:
        library, program, judged, extra = judged_library(source, program, net, vectors)
    except CodeRefused:
        if compile_c.can_run_exactly():
            raise
        return WITHOUT
    verdict = judge(_subject(library, program, judged, trainable))
    proved = (log_softmax(),) if "log_sum_exp(Z" in source else ()
    return CodeVerdict(verdict.kind, verdict.bound, (*verdict.said, *([extra] if extra else []), *proved))


def judged_library(
    source: str, program: Program, net: Network, vectors: tuple[int, int, int], more: tuple[str, ...] = ()
) -> tuple[ctypes.CDLL, Program, Network, str]:
    """The file compiled over exact integers, for a dense net at small widths that fill vectors and panels in the same way."""
    flags: tuple[str, ...] = (*compile_c.EXACT, *more)
    judged, extra = net, ""
    if isinstance(program, Dense):
        widths, length = clone_widths(program.sizes, *vectors[:2])
        layers = net.architecture
        assert layers is not None
        loss_groups = [2 if kind.vector else 1 for kind in layers.activations]
        widths = (widths[0], *(max(n, least) for n, least in zip(widths[1:], loss_groups)))
        judged = Network.layered(widths, list(layers.activations), net.loss, bias=layers.bias, name=net.name)
        small = lower(judged, "dense")
        assert isinstance(small, Dense)
        program = small
        # small blocks, so that what cuts larger nets and batches is run here too
        blocks = (f"-DNR={vectors[1]}", "-DDEPTH=8", "-DROWS=5", "-DMOST(nr)=3", f"-DHELD={vectors[2]}")
        # whole blocks in a strip, as in floats; every second row goes through all weights at once, as where they are few
        strips = ("-DSTRIP=8", "-DSPAN=1", "-DSPLIT(vectors)=({ static int turns; turns++ % 2; })")
        flags = (*flags, f"-DVL={length}", *blocks, *strips, *(f"-DN{k}={n}" for k, n in enumerate(widths)))
        extra = f"judged {_FORM} at the widths {'-'.join(map(str, widths))}, vectors of {length}"
    try:
        library = compile_c.build(source, flags)
    except Exception as problem:
        raise CodeRefused("the code does not compile over exact numbers", got=str(problem)[:400]) from problem
    return library, program, judged, extra


def log_softmax() -> str:
    """Let the kernel accept log softmax = z - top - log(sum of exp(z - top)), for groups of 2 and 3 and whatever top is."""
    for size in (2, 3):
        zs = [f"z{k}" for k in range(size)]
        lower: dict[str, Term] = {z: ("+", z, ("*", -1, "top")) for z in zs}
        whole, shifted = ("+", *(("exp", z) for z in zs)), ("+", *(("exp", each) for each in lower.values()))
        for z in zs:
            share = ("/", ("exp", z), whole)
            facts = {"value": ("log", share), "slope": ("+", 1, ("*", -1, share)), "by": z}
            form = ("+", lower[z], ("*", -1, ("log", shifted)))
            laws.admit("log_softmax", {**facts, "forms": [form]}, where="the reported loss")
    return "log softmax PROVED equal to z less log-sum-exp for groups of 2 and 3"


class Calls:
    """The library's functions on lists of exact numbers."""

    def __init__(self, library: ctypes.CDLL, program: Program) -> None:
        self.library, self.dense = library, isinstance(program, Dense)
        self.draw: Draw | None = None
        self.failed: Exception | None = None
        self._one, self._many = _ONE(self.one), _MANY(self.many)
        library.set_oracles(self._one, self._many)

    def one(self, name: bytes, z: int) -> int:
        """One activation, drawn; an exception may not cross C, so it is kept."""
        try:
            assert self.draw is not None
            known = self.draw.answers.get((name, z))
            if known is not None:
                return known
            text, number = name.decode(), Mod(z, self.draw)
            if text in ("exp", "log"):
                made = number.exp() if text == "exp" else number.log()
            else:
                made = self.draw.activation(text, number)
            if text != "log":  # what a log is depends on which softmax was drawn before
                self.draw.answers[name, z] = made.value
            return made.value
        except Exception as problem:
            self.failed = problem
            return 0

    def many(self, count: int, zs: Any, out: Any) -> None:
        """One softmax group, or its log-sum-exp, drawn."""
        try:
            assert self.draw is not None
            given = [Mod(zs[k], self.draw) for k in range(abs(count))]  # minus the count asks for the log-sum-exp
            for k, each in enumerate(self.draw.softmax(*given) if count > 0 else [self.draw.log_sum_exp(*given)]):
                out[k] = each.value
        except Exception as problem:
            self.failed = problem

    def check(self) -> None:
        """Raise what went wrong inside a call."""
        if self.failed is not None:
            raise Inexact(str(self.failed))


def _array(values: Any) -> Any:
    return np.array([each.value for each in values], dtype=np.uint64)


def _pointer(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


class _Run:
    """What the judge asks of a library: passes, gradients and outputs of a net, on exact numbers by name."""

    def __init__(self, library: ctypes.CDLL, program: Program, net: Network) -> None:
        self.library, self.net, self.calls = library, net, Calls(library, program)
        if isinstance(program, Dense):
            self.names = sorted(net.parameters, key=program.position)
        else:
            self.names = list(program.parameters)

    def _flat(self, theta: dict[str, Mod]) -> Any:
        return _array(theta[name] for name in self.names)

    def _named(self, values: Any) -> dict[str, Any]:
        return {name: Mod(int(value), self.calls.draw) for name, value in zip(self.names, values, strict=True)}

    def _passes(self, start: Any, x: Any, y: Any, orders: Any, n: int, size: int, rates: list[Mod], losses: Any) -> Any:
        """Weights after some passes from `start`; nothing but the rates and the orders differs between them."""
        values, steps = start.copy(), _array(rates)
        visits = None if orders is None else np.array(orders, dtype=np.int32)
        places = (None if each is None else _pointer(each) for each in (visits, steps, losses))
        where, spare, found = places
        numbers = (ctypes.c_long(n), ctypes.c_long(len(rates)), ctypes.c_long(size))
        self.library.run(_pointer(values), _pointer(x), _pointer(y), where, *numbers, spare, found)
        self.calls.check()
        return values

    def run(self, theta: Any, rows: Any, order: list[int], size: int, rate: Mod) -> dict[str, Any]:
        """A pass: however its order is given, and with the loss that its gradient has."""
        x, y = _tables(rows)
        n, losses = len(order), np.zeros(1, dtype=np.uint64)
        first = self._passes(self._flat(theta), x, y, [order], n, size, [rate], losses)
        again = self._passes(self._flat(theta), *_tables([rows[k] for k in order]), None, n, size, [rate], None)
        if (first != again).any():
            raise CodeRefused("the pass depends on how its order is given", where=self.net.name)
        self._several(self._flat(theta), rows, order[: max(size, 2)], size, rate)
        one = [rows[k] for k in order[:size]]  # a pass of one batch reports the loss that `gradient` is judged by
        self._passes(self._flat(theta), *_tables(one), None, len(one), size, [rate], losses)
        if Mod(int(losses[0]), self.calls.draw) * len(one) != self.gradient(theta, one)[0]:
            raise CodeRefused("a pass reports another loss than its gradient", where=self.net.name)
        return self._named(first)

    def _several(self, start: Any, rows: Any, order: list[int], size: int, rate: Mod) -> None:
        """Two passes in one call are one pass and then another, in orders and at rates of their own."""
        n, (x, y), found, apart = len(order), _tables(rows), *np.zeros((2, 2), dtype=np.uint64)
        orders, rates = [order, order[::-1]], [rate, rate + rate]
        for visits in (orders, None):
            one = self._passes(start, x, y, visits and visits[:1], n, size, rates[:1], apart[:1])
            two = self._passes(one, x, y, visits and visits[1:], n, size, rates[1:], apart[1:])
            if (two != self._passes(start, x, y, visits, n, size, rates, found)).any() or (found != apart).any():
                raise CodeRefused("two passes in one call are not one pass after the other", where=self.net.name)

    def gradient(self, theta: Any, rows: Any) -> tuple[Mod, dict[str, Any]]:
        """The sums over the rows of the loss and of its gradient."""
        values, (x, y) = self._flat(theta), _tables(rows)
        grad, loss = np.zeros(len(values), dtype=np.uint64), np.zeros(1, dtype=np.uint64)
        given = (_pointer(values), _pointer(x), _pointer(y), ctypes.c_long(len(rows)), _pointer(grad))
        self.library.gradient.restype = ctypes.c_int if self.calls.dense else ctypes.c_uint64  # thresholds have none
        if self.calls.dense:
            self.library.gradient(*given, _pointer(loss))
        else:
            loss[0] = self.library.gradient(*given)
        self.calls.check()
        return Mod(int(loss[0]), self.calls.draw), self._named(grad)

    def predict(self, theta: Any, xs: Any) -> list[list[Mod]]:
        """The outputs, row by row."""
        values, x, width = self._flat(theta), _array(v for row in xs for v in row), len(self.net.outputs)
        out = np.zeros(len(xs) * width, dtype=np.uint64)
        self.library.predict(_pointer(values), _pointer(x), ctypes.c_long(len(xs)), _pointer(out))
        self.calls.check()
        made = [Mod(int(v), self.calls.draw) for v in out]
        return [made[k : k + width] for k in range(0, len(made), width)]


def _tables(rows: Any) -> tuple[Any, Any]:
    return _array(v for x, _ in rows for v in x), _array(v for _, y in rows for v in y)


def _subject(library: ctypes.CDLL, program: Program, net: Network, trainable: bool) -> Subject:
    asked = _Run(library, program, net)
    rows = 13 if asked.calls.dense else 9  # more than the vectors of sums over samples hold, so that every loop runs
    return Subject(
        net,
        asked.run if trainable else None,
        asked.gradient if trainable else None,
        asked.predict,
        lambda draw: setattr(asked.calls, "draw", draw),
        rows=rows,
        sizes=(1, 5, 6, rows) if asked.calls.dense else (1, 2, 5, rows),
    )
