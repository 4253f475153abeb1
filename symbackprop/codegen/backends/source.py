"""The source backend: one plain .py file that needs neither symbackprop nor SymPy and checks its own gradient."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen.backend import Backend, Compiled
from symbackprop.codegen.backends.numpy import Arrays, Both, Loop
from symbackprop.networks import Network

_LOOP_MAIN = """

if __name__ == "__main__":  # the gradient above against central differences, at a random point
    import random

    draw = random.Random(0)
    theta = [draw.uniform(-1.0, 1.0) for _ in range({count})]
    rows = []
    for _ in range(5):
        x, y = [draw.uniform(-1.0, 1.0) for _ in range({inputs})], [draw.random() for _ in range({outputs})]
        total = sum(y) if {normal} else 1.0
        rows.append((*x, *(each/total for each in y)))
    _, exact = gradient(theta, rows)
    worst = 0.0
    for k in range(len(theta)):
        sides = []
        for step in (1e-5, -1e-5):
            moved = list(theta)
            moved[k] += step
            sides.append(gradient(moved, rows)[0])
        worst = max(worst, abs((sides[0] - sides[1])/2e-5 - exact[k]))
    print(f"gradient check: largest difference {{worst:.1e}} over {{len(theta)}} parameters")
    raise SystemExit(0 if worst < 1e-6 else 1)
"""
_ARRAY_MAIN = """

if __name__ == "__main__":  # the gradient above against central differences, at a random point
    rng = np.random.default_rng(0)
    theta, X = rng.normal(size={count})*0.3, rng.normal(size=(5, SIZES[0]))
    Y = rng.uniform(size=(5, SIZES[-1]))
    if {normal}:
        Y /= Y.sum(axis=1, keepdims=True)
    grad = np.empty_like(theta)
    call = prepare(theta, grad, 5)
    call(X, Y)
    exact, worst = grad.copy(), 0.0
    chosen = rng.choice(len(theta), size=min(len(theta), 200), replace=False)
    for k in chosen:
        kept, sides = theta[k], []
        for step in (1e-5, -1e-5):
            theta[k] = kept + step
            sides.append(call(X, Y))
        theta[k] = kept
        worst = max(worst, abs((sides[0] - sides[1])/2e-5 - exact[k]))
    print(f"gradient check: largest difference {{worst:.1e}} over {{len(chosen)}} parameters")
    raise SystemExit(0 if worst < 1e-6 else 1)
"""


class Standalone(Both):
    """The numpy backend's code, shown as a file that checks itself."""

    @cached_property
    def _shown(self) -> Compiled:
        return self._for(1)

    @property
    def source(self) -> str:
        net, shown = self.net, self._shown
        facts = {"inputs": len(net.inputs), "outputs": len(net.outputs), "normal": net.loss.targets_sum_to_one}
        if isinstance(shown, Loop):
            return shown.source + _LOOP_MAIN.format(count=len(shown.program.parameters), **facts)
        assert isinstance(shown, Arrays)
        return shown.source + _ARRAY_MAIN.format(count=shown.program.count(), **facts)


def _build(net: Network, dtype: np.dtype[Any]) -> Compiled:
    net.require_gradient()
    return Standalone(net, dtype)


source = Backend(
    "source",
    about="one plain .py file with its own gradient check (loops up to some 70 parameters a layer, NumPy above)",
    rank=None,
    missing=lambda: None,
    build=_build,
)
