"""Functions at numbers: curves, slopes, gradients of small data sets, with the values a plot would draw."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symbackprop import symbols
from symbackprop.activations import activation
from symbackprop.catalogue.row import need
from symbackprop.errors import GradientRefused
from symbackprop.networks import Network
from symbackprop.training import compile_trainer

GRID = np.linspace(-6, 6, 25)
CURVES: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "threshold": lambda z: (z > 0).astype(float),
}


def values_of(name: str, grid: NDArray[Any] = GRID) -> NDArray[Any]:
    """What a compiled single unit of this kind puts out along the grid."""
    net = Network.layered([1, 1], name, "performance", bias=False)
    trainer = compile_trainer(net, "numpy", certify=False)
    trainer.weights = {"W1": [[1.0]]}
    return np.asarray(trainer.predict(grid[:, None]).ravel())


def curve_of(name: str) -> Callable[[], str]:
    """A probe: the points of the unit's graph, against NumPy's own function."""

    def probe() -> str:
        seen = values_of(name)
        ends = f"{seen[0]:.4f} at -6, {seen[12]:.4f} at 0, {seen[-1]:.4f} at 6"
        return need(bool(np.allclose(seen, CURVES[name](GRID), atol=1e-12)), f"graph of {name}: {ends}, 25 points")

    return probe


def threshold_refused() -> str:
    """A threshold unit predicts, and its training is refused."""
    net = Network.layered([2, 1], "threshold", "performance")
    trainer = compile_trainer(net, "numpy", certify=False)
    try:
        trainer.fit([[0, 1]], [[1]], 1)
    except GradientRefused as refusal:
        return f"refused: {refusal.what}"
    return need(False, "a threshold unit was trained by gradients")


def rectified(alpha: float, grid: NDArray[Any] = GRID) -> NDArray[Any]:
    """What a compiled parametric ReLU with this alpha puts out along the grid."""
    trainer = compile_trainer(Network.layered([1, 1], "parametric_relu", bias=False), "numpy", certify=False)
    trainer.weights = {"w1_1_1": 1.0, "alpha1_1": alpha}
    return np.asarray(trainer.predict(grid[:, None]).ravel())


def generalised_relu() -> str:
    """max(z,0) + alpha min(z,0) for alpha = 1/4 along the grid."""
    seen, wanted = rectified(0.25), np.maximum(GRID, 0) + 0.25 * np.minimum(GRID, 0)
    return need(bool(np.allclose(seen, wanted)), f"alpha = 1/4: {seen[0]:.3f} at -6, {seen[-1]:.3f} at 6")


def alpha_slope() -> str:
    """d/dalpha of the parametric ReLU, from its table entry: min(z, 0), checked on both sides of 0."""
    entry = activation("parametric_relu")
    assert entry.value is not None
    slope = entry.value.diff(symbols.alpha)
    seen = {at: slope.subs(symbols.z, at) for at in (-2, -1, 1, 2)}
    return need(all(value == min(at, 0) for at, value in seen.items()), f"d/dalpha at {seen}: min(z, 0)")


def alpha_learns() -> str:
    """Training moves alpha: data made with alpha = 1/2 are learnt from another start."""
    net = Network.layered([1, 1], "parametric_relu", "half_squared", bias=False)
    trainer = compile_trainer(net, "numpy", certify=False, seed=1)
    trainer.weights = {"w1_1_1": 1.0, "alpha1_1": 0.1}
    trainer.fit([[-2.0], [-1.0], [1.0], [2.0]], [[-1.0], [-0.5], [1.0], [2.0]], 400, None, 0.1)
    learnt = float(trainer.weights["alpha1_1"])
    return need(abs(learnt - 0.5) < 1e-3, f"alpha 0.1 -> {learnt:.4f}, the data have 0.5")


def slope_curve() -> str:
    """sigma'(z) along the grid: 1/4 at 0, below exp(-|z|) everywhere else."""
    y = values_of("sigmoid")
    slope = y * (1 - y)
    good = slope.max() == 0.25 and bool((slope[GRID != 0] < np.exp(-np.abs(GRID[GRID != 0]))).all())
    return need(good, f"sigma' is 0.25 at 0 and {slope[0]:.5f} at -6")


def ascent_equals_descent() -> str:
    """A step up P and a step down E = -P from the same start give the same weights, bit for bit."""
    X, y = [[0.2], [0.9]], [[0.3], [0.8]]
    ends = []
    for loss in ("performance", "half_squared"):
        trainer = compile_trainer(Network.layered([1, 2, 1], loss=loss), "numpy", seed=5, certify=False)
        trainer.fit(X, y, 20, None, 0.5)
        ends.append(trainer.theta.copy())
    return need(bool(np.allclose(ends[0], ends[1], atol=1e-15)), "20 steps up P and down E end at the same weights")


def cost_partial_application() -> str:
    """D(C u)v = v - u: the derivative of the partial application; C 2 and C 3 are different functions."""
    u, v = sympy.symbols("u v", real=True)
    cost = sympy.Rational(1, 2) * (u - v) ** 2
    derivative = sympy.diff(cost, v)
    different = sympy.expand(cost.subs(u, 2) - cost.subs(u, 3)) != 0
    return need(
        sympy.expand(derivative - (v - u)) == 0 and different, f"D(C u) v = {derivative}; C 2 v - C 3 v is not 0"
    )


def _gradient(loss: str, X: list[list[float]], y: list[list[float]]) -> NDArray[Any]:
    trainer = compile_trainer(Network.layered([2, 1], loss=loss), "numpy", seed=7, certify=False)
    parts = trainer.gradients(X, y)
    return np.concatenate([parts[name].ravel() for name in sorted(parts)])


def factor_two() -> str:
    """The gradient of (y - o)^2 is twice that of 1/2 (y - o)^2."""
    X, y = [[0.3, -0.4]], [[0.8]]
    whole, half = _gradient("squared", X, y), _gradient("half_squared", X, y)
    return need(bool(np.allclose(whole, 2 * half, rtol=1e-14)), f"{whole.tolist()} = 2 x {half.tolist()}")


_X, _Y = [[0.3, -0.4], [1.0, 0.5], [-0.7, 0.2]], [[0.8], [0.1], [0.6]]


def batch_gradient_is_a_sum() -> str:
    """The gradient of the batch is the sum over its examples (here n times the mean that the trainer returns)."""
    single = sum(_gradient("half_squared", [x], [t]) for x, t in zip(_X, _Y))
    batch = len(_X) * _gradient("half_squared", _X, _Y)
    return need(
        bool(np.allclose(single, batch, rtol=1e-13)), f"sum over {len(_X)} examples: {np.round(batch, 6).tolist()}"
    )


def averaged_factor() -> str:
    """1/2 sum_x ||y - a||^2 and its 1/n-averaged gradient: with E_x = ||y - a||^2 the deck's average is 2/n times the half's sum."""
    half_sum = len(_X) * _gradient("half_squared", _X, _Y)
    averaged = _gradient("squared", _X, _Y)  # (1/n) sum of dE_x
    return need(
        bool(np.allclose(averaged, 2 / len(_X) * half_sum, rtol=1e-13)),
        f"(1/n) sum dE_x = 2/{len(_X)} x d(1/2 sum E_x)",
    )


def error_surface() -> str:
    """E over a grid of two weights, its least value, and descent steps that go down on it."""
    net = Network.layered([2, 1], "identity", "half_squared", bias=False)
    trainer = compile_trainer(net, "numpy", certify=False)
    X, y = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[0.5], [-0.25], [0.25]]
    grid = np.linspace(-1, 1, 9)

    def height(w1: float, w2: float) -> float:
        trainer.weights = {"W1": [[w1, w2]]}
        return trainer.loss(X, y)

    surface = np.array([[height(a, b) for a in grid] for b in grid])
    trainer.weights = {"W1": [[-1.0, 1.0]]}
    path = [trainer.loss(X, y)]
    for _ in range(10):
        trainer.fit(X, y, 1, None, 0.5)
        path.append(trainer.loss(X, y))
    down = all(after < before for before, after in pairwise(path))
    place = np.unravel_index(surface.argmin(), surface.shape)
    least = (float(grid[place[1]]), float(grid[place[0]]))
    return need(
        down and least == (0.5, -0.25),
        f"81 heights, least at {least}; 10 steps go down from {path[0]:.3f} to {path[-1]:.5f}",
    )


def continuity() -> str:
    """Continuous is not enough: ReLU is continuous at 0 and has no derivative there; the sigmoid has one everywhere.

    The product knows: it names ReLU's kink, none for the sigmoid, and lets a threshold unit have no gradient.
    """
    known = [Network.layered([1, 1], name).kinks for name in ("relu", "sigmoid")]
    need(known == [("relu",), ()] and not activation("threshold").differentiable, f"kinks: {known}")
    steps = (1e-3, 1e-6)
    relu, smooth = (
        [
            (float(v[2] - v[1]) / h, float(v[1] - v[0]) / h)
            for h in steps
            for v in [values_of(name, np.array([-h, 0.0, h]))]
        ]
        for name in ("relu", "sigmoid")
    )
    kink = all(right == 1 and left == 0 for right, left in relu)
    good = kink and all(abs(right - left) < 1e-3 for right, left in smooth)
    return need(good, "ReLU at 0: slope 1 from the right, 0 from the left; sigmoid: 1/4 from both sides")
