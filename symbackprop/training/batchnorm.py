"""A net with one normalised hidden layer, trained by the gradient that `theorem batch-norm` proves.

    x -> z = W1 x -> zhat = (z - mean)/sqrt(variance + eps) -> a = tanh(gamma zhat + beta) -> y = W2 a + b2
    cost = 1/2 mean |y - t|^2;  by z_n: gamma q (g_n - mean g - zhat_n mean(g zhat)), q = 1/sqrt(variance + eps)

Ioffe and Szegedy 2015. In training the batch's own mean and variance are used; `predict` uses their running averages.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbackprop.errors import DataError

Array = NDArray[Any]


class Normalised:
    """inputs - hidden (normalised, tanh) - outputs (linear).

    >>> net = Normalised(2, 3, 1, seed=0)
    >>> bool(net.gradient_check([[0.1, 0.2], [0.5, -0.3], [-0.4, 0.9]], [[0.0], [1.0], [0.5]]) < 1e-7)
    True
    """

    def __init__(
        self, inputs: int, hidden: int, outputs: int, *, seed: int = 0, eps: float = 1e-5, keep: float = 0.9
    ) -> None:
        rng = np.random.default_rng(seed)
        self.eps, self.keep = eps, keep
        self.weights: dict[str, Array] = {
            "W1": rng.normal(size=(hidden, inputs)) / np.sqrt(inputs),
            "gamma": np.ones(hidden),
            "beta": np.zeros(hidden),
            "W2": rng.normal(size=(outputs, hidden)) / np.sqrt(hidden),
            "b2": np.zeros(outputs),
        }
        self.mean, self.variance = np.zeros(hidden), np.ones(hidden)

    def _forward(self, X: Array) -> tuple[Array, Array, Array, Array]:
        z = X @ self.weights["W1"].T
        q = 1 / np.sqrt(z.var(axis=0) + self.eps)
        hat = (z - z.mean(axis=0)) * q
        a = np.tanh(self.weights["gamma"] * hat + self.weights["beta"])
        return q, hat, a, a @ self.weights["W2"].T + self.weights["b2"]

    def _data(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        inputs, targets = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        if inputs.ndim != 2 or len(inputs) < 2 or len(targets) != len(inputs):
            raise DataError("batch normalisation needs a batch", where="Normalised", expected="at least two examples")
        return inputs, targets

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """1/2 mean |y - t|^2 with the batch's own mean and variance."""
        inputs, targets = self._data(X, y)
        return float(((self._forward(inputs)[3] - targets) ** 2).sum() / 2 / len(inputs))

    def gradients(self, X: ArrayLike, y: ArrayLike) -> dict[str, Array]:
        """The gradient of `loss`, by BP1 to BP4 and the proven Jacobian of the normalisation."""
        inputs, targets = self._data(X, y)
        q, hat, a, out = self._forward(inputs)
        delta = (out - targets) / len(inputs)
        g = (delta @ self.weights["W2"]) * (1 - a**2)  # by the normalised layer's output
        inner = self.weights["gamma"] * q * (g - g.mean(axis=0) - hat * (g * hat).mean(axis=0))
        return {
            "W1": inner.T @ inputs,
            "gamma": (g * hat).sum(axis=0),
            "beta": g.sum(axis=0),
            "W2": delta.T @ a,
            "b2": delta.sum(axis=0),
        }

    def fit(self, X: ArrayLike, y: ArrayLike, epochs: int, rate: float) -> Normalised:
        """Full-batch gradient descent; running mean and variance are kept for `predict`."""
        inputs, _ = self._data(X, y)
        for _ in range(epochs):
            for name, gradient in self.gradients(X, y).items():
                self.weights[name] = self.weights[name] - rate * gradient
            z = inputs @ self.weights["W1"].T
            self.mean = self.keep * self.mean + (1 - self.keep) * z.mean(axis=0)
            self.variance = self.keep * self.variance + (1 - self.keep) * z.var(axis=0)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """The outputs with the running mean and variance: no other example has a say."""
        z = np.asarray(X, dtype=float) @ self.weights["W1"].T
        hat = (z - self.mean) / np.sqrt(self.variance + self.eps)
        a = np.tanh(self.weights["gamma"] * hat + self.weights["beta"])
        return np.asarray(a @ self.weights["W2"].T + self.weights["b2"])

    def gradient_check(self, X: ArrayLike, y: ArrayLike, step: float = 1e-5) -> float:
        """The largest deviation of `gradients` from central differences."""
        worst = 0.0
        for name, gradient in self.gradients(X, y).items():
            for at in np.ndindex(gradient.shape):
                kept = self.weights[name][at]
                values = []
                for moved in (kept + step, kept - step):
                    self.weights[name][at] = moved
                    values.append(self.loss(X, y))
                self.weights[name][at] = kept
                worst = max(worst, abs((values[0] - values[1]) / (2 * step) - float(gradient[at])))
        return worst
