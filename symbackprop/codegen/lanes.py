"""Several copies of one small net trained side by side in compiled C, each from its own start: restarts at vector speed."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen import certify_c, compile_c, emit_lanes
from symbackprop.codegen.backend import Array
from symbackprop.codegen.certify import CodeVerdict, Subject, judge
from symbackprop.codegen.exact import Draw, Mod
from symbackprop.codegen.program import Unrolled, lower
from symbackprop.networks import Network

COPIES = 16  # two vectors of eight doubles: while one waits for a result, the other computes
MOST = 150  # parameters: larger nets take the compiler long, and fill the vectors by themselves
_WORTH = 1e9  # sample visits x parameters from which on compiling (0.4 to 5 s, once) pays
_FLAGS = (
    "-Dinline=inline __attribute__((always_inline))",
)  # a call that is left over would keep a loop from being vector code
_JUDGED = 3  # copies in an exact run


def missing(net: Network) -> str | None:
    """Why this net cannot be trained in lanes here, or None."""
    if compile_c.missing() is not None:
        return compile_c.missing()
    layers = net.architecture
    count = layers.count() if layers is not None else len(net.parameters)
    return None if count <= MOST else f"{count:,} parameters: more than {MOST} fill the vectors by themselves"


def pays(net: Network, visits: int) -> bool:
    """Whether so many visits of a sample are worth the compiler's time."""
    return missing(net) is None and visits * len(net.parameters) >= _WORTH


class Lanes:
    """A compiled library that trains COPIES copies of a net at once.

    Shapes
        thetas (copies, parameters), X (samples, inputs), Y (samples, outputs), orders (passes, samples)
    """

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype = net, dtype
        program = lower(net, "unrolled")
        assert isinstance(program, Unrolled)
        self.program = program

    @cached_property
    def source(self) -> str:
        """The generated C."""
        return emit_lanes.source(self.program)

    @cached_property
    def _library(self) -> ctypes.CDLL:
        single = ("-DSINGLE", "-fsingle-precision-constant") if self.dtype == np.float32 else ()
        return compile_c.build(self.source, (*compile_c.FAST, *_FLAGS, *single, f"-DLANES={COPIES}"))

    def certify(self) -> CodeVerdict:
        """Run the source on exact numbers, other numbers in the other lanes; CodeRefused where it is not the proven step."""
        return certify(self.source, self.program, self.net)

    def run(self, thetas: Array, X: Array, Y: Array, orders: Array | None, size: int, rates: Array) -> None:
        """Passes of plain steps for every copy, in place; all copies visit the samples in the same orders."""
        X, Y = np.ascontiguousarray(X, self.dtype), np.ascontiguousarray(Y, self.dtype)
        steps, visits = rates.astype(self.dtype), None if orders is None else np.ascontiguousarray(orders, np.int32)
        numbers = [ctypes.c_long(each) for each in (len(X), len(rates), size)]
        for at in range(0, len(thetas), COPIES):
            some = thetas[at : at + COPIES]
            wide = np.repeat(some[:1].astype(self.dtype).T, COPIES, axis=1)  # idle lanes repeat the first copy
            wide[:, : len(some)] = some.T
            where = None if visits is None else _at(visits)
            self._library.run_lanes(_at(wide), _at(X), _at(Y), where, *numbers, _at(steps), None)
            some[:] = wide.T[: len(some)]


def _at(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def certify(source: str, program: Unrolled, net: Network) -> CodeVerdict:
    """The verdict on a C file for lanes; UNDECIDED without a C++ compiler."""
    if not compile_c.can_run_exactly():
        return CodeVerdict("UNDECIDED", 1.0, ("the compiler here has no C++, which the exact run needs",))
    flags = (*compile_c.EXACT, f"-DLANES={_JUDGED}", "-Drestrict=__restrict__")
    library = compile_c.build(source, flags)
    setattr(library, "gradient", library.run_lanes)  # noqa: B010  # the one function there is, under the name that is asked for
    calls = certify_c.Calls(library, program)
    names = list(program.parameters)
    sign = 1 if net.loss.sense == "maximise" else -1
    turn = {"lane": 0}

    def passed(theta: dict[str, Mod], rows: Any, order: list[int], size: int, rate: Mod) -> tuple[Mod, dict[str, Mod]]:
        """One pass with theta in one lane and other numbers in the others; another lane every time."""
        assert calls.draw is not None
        here = turn["lane"] = (turn["lane"] + 1) % _JUDGED
        copies = [[calls.draw.number("lane", r, name) for name in names] for r in range(_JUDGED)]
        copies[here] = [theta[name] for name in names]
        wide = np.array([[copy[k].value for copy in copies] for k in range(len(names))], dtype=np.uint64)
        x, y = (np.array([v.value for row in rows for v in row[side]], dtype=np.uint64) for side in (0, 1))
        visits, losses = np.array(order, dtype=np.int32), np.zeros(_JUDGED, dtype=np.uint64)
        numbers = (ctypes.c_long(len(order)), ctypes.c_long(1), ctypes.c_long(size))
        rates = np.array([rate.value], dtype=np.uint64)
        library.run_lanes(_at(wide), _at(x), _at(y), _at(visits), *numbers, _at(rates), _at(losses))
        calls.check()
        made = {name: Mod(int(wide[k, here]), calls.draw) for k, name in enumerate(names)}
        return Mod(int(losses[here]), calls.draw), made

    def gradient(theta: dict[str, Mod], rows: Any) -> tuple[Mod, dict[str, Any]]:
        """From one full step: what a weight moved by, over the rate, times the samples."""
        assert calls.draw is not None
        rate, n = calls.draw.number("rate of the gradient"), len(rows)
        loss, after = passed(theta, rows, list(range(n)), n, rate)
        return loss * n, {name: (after[name] - theta[name]) / rate * n * sign for name in names}

    def run(theta: dict[str, Mod], rows: Any, order: list[int], size: int, rate: Mod) -> dict[str, Mod]:
        return passed(theta, rows, order, size, rate)[1]

    def with_draw(draw: Draw) -> None:
        calls.draw = draw

    return judge(Subject(net, run, gradient, None, with_draw, rows=5, sizes=(1, 2, 5)))
