"""Laws over discovery: every activation and loss that the tables have, on every backend that the folder has, and graph nets."""

from __future__ import annotations

import numpy as np
import pytest
from test_codegen import GRAPH

from symbackprop import Network, compile_trainer
from symbackprop.activations import table as activations
from symbackprop.activations.activation import Activation
from symbackprop.codegen import accuracy
from symbackprop.codegen.backends import table as backends
from symbackprop.errors import GradientRefused, SymbackpropError
from symbackprop.losses import table as losses
from symbackprop.losses.loss import Loss

F64 = np.dtype(np.float64)


def net(kind: Activation, loss: Loss) -> Network | None:
    """A net with this activation inside and this loss at the end; None where either has no numbers."""
    if kind.undefined or loss.undefined:
        return None
    last = "softmax" if loss.needs_softmax else "sigmoid" if loss.output_range else "identity"
    return Network.layered([2, 3, 2], [kind, last], loss)


def pairs(everything: bool) -> list[tuple[str, str, str]]:
    found = []
    for backend in backends():
        for a in activations():
            for b in losses():
                if everything or a == "tanh" or b == "half_squared":
                    found.append((backend, a, b))
    return found


def hold(backend: str, a: str, b: str) -> None:
    """The code is certified (or refused with a reason), and where the library is there its floats are right to 15 digits."""
    made, chosen = net(activations()[a], losses()[b]), backends()[backend]
    if made is None:
        with pytest.raises(GradientRefused):
            other = Network.layered([2, 3, 2], a if activations()[a].undefined else "tanh", b)
            compile_trainer(other, backend="numpy")
        return
    if chosen.suits(made) is not None:
        return
    if not activations()[a].differentiable:
        with pytest.raises(SymbackpropError):
            chosen.build(made, F64).gradient(
                np.zeros(len(made.parameters)), None
            ) if backend == "source" else made.require_gradient()
        return
    compiled = chosen.build(made, F64)
    verdict = compiled.certify()
    assert verdict.kind in ("CHECKED", "PROVED") or "no C++" in verdict.words()
    if chosen.missing() is None and backend != "source":
        found = accuracy.measure(compiled, backend)
        assert found.gradient < 1e-14 and found.loss < 1e-14, found


def few() -> list[object]:
    """All on numpy; on the others every third one, in C every sixth, unless slow tests are wanted."""
    pace = {"numpy": 1, "c": 6}
    marks = [[pytest.mark.slow] if k % pace.get(each[0], 3) else [] for k, each in enumerate(pairs(False))]
    return [pytest.param(*each, marks=mark) for each, mark in zip(pairs(False), marks)]


@pytest.mark.parametrize(("backend", "a", "b"), few())
def test_every_entry_on_every_backend(backend: str, a: str, b: str) -> None:
    hold(backend, a, b)


@pytest.mark.slow
@pytest.mark.parametrize("backend", sorted(backends()))
def test_every_pair_of_entries_on_every_backend(backend: str) -> None:
    for name, a, b in pairs(True):
        if name == backend:
            hold(name, a, b)


@pytest.mark.parametrize("backend", sorted(backends()))
def test_a_graph_with_tied_shared_and_fixed_weights(backend: str) -> None:
    chosen = backends()[backend]
    if chosen.suits(GRAPH) is None:
        assert chosen.build(GRAPH, F64).certify().kind in ("CHECKED", "PROVED", "UNDECIDED")
        if chosen.missing() is None and backend != "source":
            assert accuracy.measure(chosen.build(GRAPH, F64), backend).gradient < 1e-14


def test_the_law_sees_a_backend_that_is_wrong() -> None:
    """Planted: an entry whose gradient is off by one part in a million."""
    made = net(activations()["softplus"], losses()["squared"])
    assert made is not None
    compiled = backends()["numpy"].build(made, F64)
    right = compiled.gradient
    compiled.gradient = lambda theta, data: (right(theta, data)[0], right(theta, data)[1] * (1 + 1e-6))  # type: ignore[method-assign]
    assert accuracy.measure(compiled, "numpy").gradient > 1e-14
