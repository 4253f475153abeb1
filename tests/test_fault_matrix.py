"""Eight kinds of mistakes planted in the code of every backend: each is refused, or it is said why that code cannot make it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from test_codegen import TWO, arrays, python

from symbackprop.codegen import certify_arrays, certify_c, certify_numpy, certify_python, compile_c
from symbackprop.codegen.backends import numba as numba_backend
from symbackprop.codegen.backends import table
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.emit_arrays import JAX, TORCH

F64 = np.dtype(np.float64)
KINDS = ("transpose", "slope", "stale buffer", "off by one", "batch scale", "aliasing", "sign", "updated weights")
BACKENDS = ("loops over floats", "numpy", "numba", "jax", "torch", "c")
PURE = "arrays are values there: nothing is written in place"
Edits = list[tuple[str, str]]
FAULTS: dict[tuple[str, str], Edits | str] = {
    ("transpose", "loops over floats"): [("w3_2_1*d3_2", "w3_1_2*d3_2")],
    ("transpose", "numpy"): [("dot(D3, W3, D2)", "dot(D3, W3[:, ::-1].copy(), D2)")],
    ("transpose", "numba"): [("s += W2[k, j]*D2[k]", "s += W2[j, k]*D2[k] if k < N1 and j < N2 else 0.0")],
    ("transpose", "jax"): [("D2 @ W2", "D2[:, :3] @ W2.T[:, :3]")],
    ("transpose", "torch"): [("D3 @ W3", "D3 @ W3[::-1]")],
    ("transpose", "c"): [("m->W2, m->D1, LD1", "m->W3, m->D1, LD1")],
    ("slope", "loops over floats"): [("a2_1*(1.0 - a2_1)", "z2_1*(1.0 - z2_1)")],
    ("slope", "numpy"): [("subtract(c1, A2, T2)", "subtract(c1, Z2, T2)")],
    ("slope", "numba"): [("1.0 - A1[j]*A1[j]", "1.0 - A1[j]")],
    ("slope", "jax"): [("1.0 - A1*A1", "1.0 - Z1*Z1")],
    ("slope", "torch"): [("A2*(1.0 - A2)", "A2*(1.0 + A2)")],
    ("slope", "c"): [("1.0 - A*A", "1.0 - Z*Z")],
    ("stale buffer", "loops over floats"): [("g_w1_1_1 = g_w1_1_2 = ", "g_w1_1_2 = "), ("    loss = 0.0\n    for start", "    loss = g_w1_1_1 = 0.0\n    for start")],
    ("stale buffer", "numpy"): [("dot(ones, D3, gb3)", "add(gb3, dot(ones, D3), gb3)")],
    ("stale buffer", "numba"): [("gW2[...] = 0.0", "pass")],
    ("stale buffer", "jax"): PURE,
    ("stale buffer", "torch"): PURE,
    ("stale buffer", "c"): [("memcpy(m->Y + b * N3, *y + (long)order[start + b] * N3, N3 * sizeof(real));", "if (!start) memcpy(m->Y + b * N3, *y + (long)order[start + b] * N3, N3 * sizeof(real));")],
    ("off by one", "loops over floats"): [("range(0, len(order), size)", "range(0, len(order) - 1, size)")],
    ("off by one", "numpy"): [("order[k:k + size]", "order[k:k + size - 1]")],
    ("off by one", "numba"): [("for j in range(N3):\n            for k in range(N2):\n                gW3", "for j in range(N3 - 1):\n            for k in range(N2):\n                gW3")],
    ("off by one", "jax"): [("order[full:]", "order[full - 1:]")],
    ("off by one", "torch"): [("order[start:start + size]", "order[start + 1:start + size]")],
    ("off by one", "c"): [("start < n; start += size", "start + 1 < n; start += size")],
    ("batch scale", "loops over floats"): [("rate/len(batch)", "rate/size")],
    ("batch scale", "numpy"): [("-rate/n", "-rate/size")],
    ("batch scale", "numba"): [("rate/n*gW1", "rate*gW1")],
    ("batch scale", "jax"): [("rate/len(rows)", "rate/size")],
    ("batch scale", "torch"): [("rate/len(rows)", "rate/size")],
    ("batch scale", "c"): [("-rate / (real)B", "-rate / (real)size")],
    ("aliasing", "loops over floats"): "every unit has a name of its own: there is no buffer",
    ("aliasing", "numpy"): [("dot(A1, W2T, Z2)", "dot(A1, W2T, Z2); D2 = Z2; multiply(D2, 0, D2)")],
    ("aliasing", "numba"): [("A2[j] = sigmoid(s)", "A2[j] = sigmoid(s)\n            A1[0] = s")],
    ("aliasing", "jax"): PURE,
    ("aliasing", "torch"): PURE,
    ("aliasing", "c"): [("m->W2, m->D1, LD1, m->T,", "m->W2, m->D2, LD2, m->T,")],
    ("sign", "loops over floats"): [("(a3_1 - y1)", "(y1 - a3_1)")],
    ("sign", "numpy"): [("-rate/n", "rate/n")],
    ("sign", "numba"): [("W2 - rate/n", "W2 + rate/n")],
    ("sign", "jax"): [("(A3 - Y)", "(Y - A3)")],
    ("sign", "torch"): [("w - rate", "w + rate")],
    ("sign", "c"): [("-rate / (real)B", "rate / (real)B")],
    ("updated weights", "loops over floats"): [("w3_1_1*d3_1 + w3_2_1*d3_2", "(w3_1_1 - a2_1*d3_1)*d3_1 + w3_2_1*d3_2")],
    ("updated weights", "numpy"): [("dot(D2, W2, D1)", "dot(D2, W2 - 0.5*gW2, D1)")],
    ("updated weights", "numba"): [("        for j in range(N2):\n            s = 0.0\n", "        for j in range(N3):\n            for k in range(N2):\n                W3[j, k] -= D3[j]*A2[k]\n        for j in range(N2):\n            s = 0.0\n")],
    ("updated weights", "jax"): [("D2 @ W2", "D2 @ (W2 - 0.5*(D2.T @ A1))")],
    ("updated weights", "torch"): [("D3 @ W3", "D3 @ (W3 - gW3)")],
    ("updated weights", "c"): [("    update(SENT(2), LD2, B, N2, NV3, m->D3, LD3, to->W3);\n", ""), ("    back_many(m->D3,", "    update(m->A2, LD2, B, N2, NV3, m->D3, LD3, to->W3);\n    back_many(m->D3,")],
}  # fmt: skip


def subject(backend: str) -> tuple[str, Callable[[str], object]]:
    """The source of the net, and how it is judged."""
    if backend == "loops over floats":
        source, unrolled = python(TWO)
        return source, lambda text: certify_python.certify(text, unrolled, TWO)
    if backend == "numpy":
        source, dense = arrays(TWO)
        return source, lambda text: certify_numpy.certify(text, dense, TWO)
    made = table()[backend].build(TWO, F64)
    program = made.program  # type: ignore[attr-defined]
    if backend == "numba":
        return made.source, lambda text: numba_backend.certify(text, program, TWO)
    if backend == "c":
        return made.source, lambda text: certify_c.certify(text, program, TWO)
    flavour = JAX if backend == "jax" else TORCH
    return made.source.split("\n\nclass Loss(")[0], lambda text: certify_arrays.certify(text, program, TWO, flavour)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_code_itself_passes(backend: str) -> None:
    source, judge = subject(backend)
    assert judge(source).kind in ("PROVED", "CHECKED", "UNDECIDED")  # type: ignore[attr-defined]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_of_every_kind_is_refused_on_every_backend(kind: str, backend: str) -> None:
    edits = FAULTS[kind, backend]
    if isinstance(edits, str):
        return  # the reason why it cannot be shown
    if backend == "c" and not compile_c.can_run_exactly():
        pytest.skip("no C++ compiler")
    source, judge = subject(backend)
    for text, wrong in edits:
        assert text in source, text
        source = source.replace(text, wrong)
    with pytest.raises(CodeRefused):
        judge(source)


def test_the_matrix_is_whole() -> None:
    assert set(FAULTS) == {(kind, backend) for kind in KINDS for backend in BACKENDS}
    assert sum(not isinstance(edits, str) for edits in FAULTS.values()) >= 40
