"""Nets run: what a compiled net puts out, against its neurons computed one after the other here."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symbackprop.catalogue.probes.structure import NETS
from symbackprop.catalogue.row import need
from symbackprop.networks import Network
from symbackprop.specs import read_spec
from symbackprop.training import compile_trainer

OWN: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "softplus": lambda z: math.log(1 + math.exp(z)),
    "identity": lambda z: z, "relu": lambda z: max(z, 0.0),
}  # fmt: skip


def _runs(file: str) -> str:
    """The compiled net of this file at three inputs, against its wiring walked through neuron by neuron."""
    net = read_spec(str(NETS / file))
    trainer = compile_trainer(net, "numpy", seed=3)
    weights = {name: float(np.ravel(value)[0]) for name, value in trainer.weights.items()}
    worst = 0.0
    for x in np.random.default_rng(1).normal(size=(3, len(net.inputs))):
        values = {**dict(zip(net.inputs, x)), **dict.fromkeys(net.ones, 1.0)}
        for unit in net.units:
            total = sum(weights[str(edge.weight)] * values[edge.source] for edge in unit.edges)
            total += weights[unit.bias] if isinstance(unit.bias, str) else 0.0
            values[unit.name] = OWN[unit.activation.name](total)
        out = [values[name] for name in net.outputs]
        worst = max(worst, float(np.abs(trainer.predict([x])[0] - out).max()))
    return need(worst < 1e-12, f"{net.name}: three inputs, neuron by neuron, largest difference {worst:.1e}")


def nine_run() -> str:
    """The nine-neuron net: neuron 1 hands on its input, bias neurons put out 1."""
    return _runs("nine_neurons.toml")


def skip_runs() -> str:
    """The net whose edge skips a layer."""
    return _runs("skip.toml")


def own_functions_run() -> str:
    """The net of five units with four functions between them."""
    return _runs("own_functions.toml")


def deep_or_shallow() -> str:
    """A net with two or more hidden layers, along its longest path, is called deep."""
    seen = {name: read_spec(name).is_deep for name in ("2-1", "2-3-1", "2-3-3-1")}
    seen["nine neurons"] = read_spec(str(NETS / "nine_neurons.toml")).is_deep
    return need(
        list(seen.values()) == [False, False, True, True], ", ".join(f"{name} is {'deep' if deep else 'shallow'}" for name, deep in seen.items())
    )


def both_layer_counts() -> str:
    """x = h^0, ..., y = h^{L+1}, run: L = 2 hidden layers are three layers with weights, and the rows of the picture are four."""
    net = Network.layered([2, 3, 3, 1])
    trainer = compile_trainer(net, "numpy", seed=1)
    h = [np.array([0.3, -0.8])]
    for n in (1, 2, 3):
        h.append(1 / (1 + np.exp(-(trainer.weights[f"W{n}"] @ h[-1] + trainer.weights[f"b{n}"]))))
    same = bool(np.allclose(trainer.predict([h[0]])[0], h[3], rtol=0, atol=1e-13))
    return need(
        same and "W4" not in trainer.weights, f"h^3 = y = {h[3][0]:.6f}: 2 hidden layers, 3 with weights, 4 rows"
    )
