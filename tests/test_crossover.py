"""The numpy backend on both sides of its change from loops over floats to arrays: the same numbers, chosen by the work a step."""

from __future__ import annotations

import numpy as np
import pytest

from symbackprop import Network
from symbackprop.codegen.backends.numpy import Arrays, Both, Loop

F64 = np.dtype(np.float64)


def _form(sizes: list[int], batch: int) -> type:
    return type(Both(Network.layered(sizes), F64)._for(batch))


def test_a_deeper_net_stays_longer_with_loops() -> None:
    """An array step costs its calls, which are so many a layer; a loop costs its parameters."""
    assert _form([8, 8, 8], 1) is Loop and _form([10, 10, 10], 1) is Arrays
    assert _form([7] * 6, 1) is Loop and _form([60, 4], 1) is Arrays
    assert _form([4, 10, 3], 2) is Loop and _form([4, 10, 3], 4) is Arrays


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("shuffled", [False, True])
def test_both_forms_take_the_same_steps(batch: int, shuffled: bool) -> None:
    """Also where the last batch of a pass is shorter: rows are gathered into memory that is used again."""
    net, rng = Network.layered([8, 8, 8], "tanh", "half_squared"), np.random.default_rng(3)
    X, Y, theta = rng.normal(size=(7, 8)), rng.normal(size=(7, 8)), rng.normal(size=144) / 3
    orders = np.array([rng.permutation(7) for _ in range(5)], dtype=np.int32) if shuffled else None
    ends, losses = [], []
    for form in (Loop(net, F64), Arrays(net, F64)):
        end, loss = theta.copy(), np.zeros(5)
        form.run(end, form.load(X, Y, batch), orders, batch, np.full(5, 0.1), loss)
        ends.append(end)
        losses.append(loss)
    assert np.allclose(*ends, rtol=1e-12, atol=1e-14) and np.allclose(*losses, rtol=1e-12)


def test_rows_of_a_shuffled_pass_are_those_of_the_order() -> None:
    scope = Arrays(Network.layered([3, 2]), F64)._scope
    X, Y, order = np.arange(30.0).reshape(10, 3), np.arange(20.0).reshape(10, 2), np.random.default_rng(0).permutation(10)
    for size in (1, 3, 4, 10):
        parts = [(A.copy(), t.copy()) for A, t in scope["gather"](X, Y, order, size)]
        assert np.array_equal(np.vstack([A for A, _ in parts]), X[order])
        assert np.array_equal(np.vstack([t for _, t in parts]), Y[order])
