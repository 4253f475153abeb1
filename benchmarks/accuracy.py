"""The worst relative error of every backend's gradient and loss, against the same formulas in 50 digits.

    python benchmarks/accuracy.py [--points 3] [--backends c,numpy,numba,jax,torch] > benchmarks/accuracy.md

Every activation and every loss, at random points of three kinds: inputs of spread 1, 8 and 40, where most units that they
feed are saturated. An error is relative to the largest entry of the gradient (of the loss: to the loss, or to 1 if that is more).
Only what is installed is measured.
"""

from __future__ import annotations

import argparse

import numpy as np

from symbackprop import Network
from symbackprop.codegen.accuracy import measure
from symbackprop.codegen.backends import table

KINDS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "parametric_relu", "softplus")
SPREADS = (1.0, 8.0, 40.0)


def nets() -> list[Network]:
    """Small nets with every activation and every loss, one four layers deep and one wider."""
    made = [Network.layered([3, 4, 2], kind, "half_squared") for kind in KINDS]
    made += [Network.layered([3, 4, 2], "tanh", loss) for loss in ("performance", "binary_cross_entropy", "softmax_cross_entropy")]
    made += [Network.layered([3, 4, 3], ["softmax", "softmax"], "squared"), Network.layered([2, 2, 2, 2, 2])]
    return [*made, Network.layered([5, 20, 4], ["tanh", "softmax"], "softmax_cross_entropy")]


def worst(backend: str, kind: str, spread: float, points: int) -> tuple[float, float]:
    """The worst errors of gradient and loss over all nets that this backend takes."""
    chosen, found = table()[backend], [(0.0, 0.0)]
    for net in nets():
        if chosen.suits(net) is None:
            made = chosen.build(net, np.dtype(kind))
            seen = [measure(made, backend, seed, spread=spread) for seed in range(points)]
            found += [(each.gradient, each.loss) for each in seen]
    return max(gradient for gradient, _ in found), max(loss for _, loss in found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=3)
    parser.add_argument("--backends", default="c,numpy,numba,jax,torch")
    options = parser.parse_args()
    print("# How far each backend is from 50 digits\n")
    print(f"Worst relative error of the gradient / of the loss: {len(nets())} nets, {options.points} points a cell (`benchmarks/accuracy.py`).")
    print("Weights are normal, inputs normal with this spread: at 40 most units that they feed are saturated. numba takes dense nets.")
    print("Of a logarithm in a loss 1e-300 is the least argument in float64 and 1e-37 in float32 (jax and torch: 1e-37 in both, numba 1e-300), so that a")
    print("binary cross-entropy of an output that has rounded to 0 or 1 is reported as 691 or 85; its gradient is exact there.\n")
    print("| backend | type | " + " | ".join(f"spread {spread:g}" for spread in SPREADS) + " |")
    print("|---" * (2 + len(SPREADS)) + "|")
    for name in options.backends.split(","):
        if table()[name].missing() is None:
            for kind in ("float64", "float32"):
                cells = ["{:.1e} / {:.1e}".format(*worst(name, kind, spread, options.points)) for spread in SPREADS]
                print(f"| {name} | {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
