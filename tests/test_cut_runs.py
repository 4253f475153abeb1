"""A run cut between any two passes (by a callback, a checkpoint, a bar, or two calls of fit) ends at the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symbackprop import Network, compile_trainer
from symbackprop.codegen import compile_c

UNROLLED = Network.layered([2, 2, 1])  # one statement a unit in C, the first pre-activations a sample ahead
HELD = Network.layered([3, 6, 2], ["tanh", "softmax"], "squared")  # weights in vectors, the first layer a sample ahead
LOOPS = Network.layered([3, 4, 2], "parametric_relu", "half_squared")  # loops over Python's floats, whatever the type
CASES = [("c", UNROLLED), ("c", HELD), ("numpy", UNROLLED), ("numpy", LOOPS)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("backend", "net"), CASES, ids=lambda each: getattr(each, "name", each))
def test_where_a_run_is_cut_does_not_matter(backend: str, net: Network, dtype: Any) -> None:
    if backend == "c" and not compile_c.compiler():
        pytest.skip("no C compiler")
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(11, len(net.inputs))), rng.uniform(size=(11, len(net.outputs)))
    for size in (1, 3):
        ends = []
        for parts in ((12,), (5, 7), (1,) * 12):
            made = compile_trainer(net, backend, dtype=dtype, seed=3, certify=False)
            for epochs in parts:
                made.fit(X, Y, epochs, size, 0.3)
            ends.append((made.theta.tolist(), made.history))
        assert ends[0] == ends[1] == ends[2]
