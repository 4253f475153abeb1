"""Where training starts: small random numbers, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbackprop.codegen.program import fits_dense, ordered, outline
from symbackprop.errors import unknown_name
from symbackprop.networks import Network

Scale = Callable[[int, int], tuple[str, float]]

# (fan in, fan out) -> distribution and its half width or standard deviation
SCALES: dict[str, Scale] = {
    "glorot": lambda m, n: ("uniform", (6 / (m + n)) ** 0.5),  # Glorot and Bengio 2010
    "he": lambda m, n: ("normal", (2 / m) ** 0.5),  # He et al. 2015, for rectifiers
    "lecun": lambda m, n: ("normal", (1 / m) ** 0.5),  # LeCun et al. 1998; Nielsen ch. 3
    "normal": lambda m, n: ("normal", 1.0),  # Nielsen ch. 1
    "small": lambda m, n: ("uniform", 0.5),  # small random numbers, as the lecture notes say
    "zeros": lambda m, n: ("uniform", 0.0),
}
_EVERYWHERE = {"normal", "small"}  # these draw the biases too; the others start them at 0
ALPHA = 0.25  # He et al. 2015: where a learnt slope of a rectifier starts


def start(net: Network, name: str = "glorot", seed: int = 0) -> NDArray[Any]:
    """A flat vector of starting weights, the same for every backend.

    >>> start(Network.layered([2, 1]), "zeros").tolist()
    [0.0, 0.0, 0.0]
    """
    if name not in SCALES:
        raise unknown_name("initialiser", name, SCALES)
    rng = np.random.default_rng(seed)
    if fits_dense(net):
        parts = []
        for _, shape, _ in outline(net).blocks():
            if len(shape) == 2:
                parts.append(_draw(rng, name, shape[1], shape[0], shape[0] * shape[1]))
            else:
                parts.append(_draw(rng, name, 1, 1, shape[0]) if name in _EVERYWHERE else np.zeros(shape[0]))
        return np.concatenate(parts)
    fans: dict[str, tuple[int, int]] = {}
    fixed: dict[str, float] = {}
    for unit in net.units:
        for edge in unit.edges:
            if isinstance(edge.weight, str):
                fans[edge.weight] = (len(unit.edges), len(net.successors.get(edge.source, ())))
        if isinstance(unit.bias, str) and name not in _EVERYWHERE:
            fixed[unit.bias] = 0.0
        fixed |= {value: ALPHA for _, value in unit.parameters if isinstance(value, str)}
    values = [fixed[key] if key in fixed else _draw(rng, name, *fans.get(key, (1, 1)), 1)[0] for key in ordered(net)]
    return np.array(values)


def _draw(rng: np.random.Generator, name: str, fan_in: int, fan_out: int, count: int) -> NDArray[Any]:
    kind, scale = SCALES[name](fan_in, fan_out)
    return rng.normal(0.0, scale, count) if kind == "normal" else rng.uniform(-scale, scale, count)
