"""What a workload and a peer are, and the peers that need NumPy alone, each as a competent user would write it.

Every peer is a function (work, theta) -> call, where call(epochs) trains from theta and returns the final flat weights in the
order W1, b1, W2, b2, ...; all take the same samples in the same order. None of this imports symbackprop. A peer that cannot
make the same update raises Other, and is timed with the nearest update that it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Call = Callable[[int], Any]


@dataclass(frozen=True)
class Work:
    """One workload: a dense net with one hidden activation, sigmoid + half squared error or softmax + cross-entropy."""

    name: str
    sizes: tuple[int, ...]
    hidden: str  # sigmoid | relu
    softmax: bool
    batch: int
    bias: bool
    X: Any
    Y: Any
    rate: float = 0.01

    @property
    def multiplications(self) -> int:
        """Fused multiply-adds of a step: forward, gradient, deltas of the hidden layers, update."""
        pairs = list(zip(self.sizes, self.sizes[1:]))
        rows = min(self.batch, len(self.X))
        return sum(rows * m * n * (2 + (k > 0)) + m * n for k, (m, n) in enumerate(pairs))

    @property
    def steps(self) -> int:
        """Weight updates per epoch."""
        return -(-len(self.X) // self.batch)


def split(work: Work, theta: Any) -> list[Any]:
    """The flat vector as W1, b1, W2, b2, ... (copies)."""
    parts, at = [], 0
    for m, n in zip(work.sizes, work.sizes[1:]):
        parts.append(theta[at : at + n * m].reshape(n, m).copy())
        at += n * m
        parts.append(theta[at : at + n].copy() if work.bias else np.zeros(n, theta.dtype))
        at += n if work.bias else 0
    return parts


def join(work: Work, parts: list[Any]) -> Any:
    """The flat vector back."""
    return np.concatenate([np.asarray(p).ravel() for k, p in enumerate(parts) if work.bias or k % 2 == 0])


def numpy_per_sample(work: Work, theta: Any) -> Call:
    """Hand-written NumPy as in Nielsen's network.py: one sample at a time, column vectors, a gradient summed over the batch."""

    def phi(z: Any) -> Any:
        return np.maximum(z, 0) if work.hidden == "relu" else 1 / (1 + np.exp(-z))

    def backprop(W: list[Any], b: list[Any], x: Any, y: Any) -> tuple[list[Any], list[Any]]:
        outputs = [x]
        for k in range(len(W)):
            z = np.dot(W[k], outputs[-1]) + b[k]
            if k < len(W) - 1:
                outputs.append(phi(z))
            elif work.softmax:
                e = np.exp(z - z.max())
                outputs.append(e / e.sum())
            else:
                outputs.append(1 / (1 + np.exp(-z)))
        a = outputs[-1]
        delta = a - y if work.softmax else (a - y) * a * (1 - a)
        gw, gb = [None] * len(W), [None] * len(W)
        for k in range(len(W) - 1, -1, -1):
            gb[k], gw[k] = delta, np.dot(delta, outputs[k].T)
            if k:
                slope = (outputs[k] > 0) if work.hidden == "relu" else outputs[k] * (1 - outputs[k])
                delta = np.dot(W[k].T, delta) * slope
        return gw, gb

    def call(epochs: int) -> Any:
        parts = split(work, theta)
        W, b = parts[::2], [each[:, None] for each in parts[1::2]]
        pairs = [(x[:, None], y[:, None]) for x, y in zip(work.X, work.Y)]
        for _ in range(epochs):
            for at in range(0, len(pairs), work.batch):
                batch = pairs[at : at + work.batch]
                nabla_w, nabla_b = [np.zeros_like(w) for w in W], [np.zeros_like(v) for v in b]
                for x, y in batch:
                    gw, gb = backprop(W, b, x, y)
                    nabla_w = [s + g for s, g in zip(nabla_w, gw)]
                    nabla_b = [s + g for s, g in zip(nabla_b, gb)]
                W = [w - work.rate / len(batch) * g for w, g in zip(W, nabla_w)]
                if work.bias:
                    b = [v - work.rate / len(batch) * g for v, g in zip(b, nabla_b)]
        return join(work, [p for w, v in zip(W, b) for p in (w, v)])

    return call


def numpy_matrix(work: Work, theta: Any) -> Call:
    """Hand-written NumPy, one matrix a layer, temporaries as they come."""

    def phi(z: Any) -> Any:
        return np.maximum(z, 0) if work.hidden == "relu" else 1 / (1 + np.exp(-z))

    def call(epochs: int) -> Any:
        parts = split(work, theta)
        W, b = parts[::2], parts[1::2]
        for _ in range(epochs):
            for at in range(0, len(work.X), work.batch):
                x, y = work.X[at : at + work.batch], work.Y[at : at + work.batch]
                A = [x]
                for k in range(len(W) - 1):
                    A.append(phi(A[-1] @ W[k].T + b[k]))
                z = A[-1] @ W[-1].T + b[-1]
                if work.softmax:
                    e = np.exp(z - z.max(axis=1, keepdims=True))
                    D = e / e.sum(axis=1, keepdims=True) - y
                else:
                    a = 1 / (1 + np.exp(-z))
                    D = (a - y) * a * (1 - a)
                grads = []
                for k in range(len(W) - 1, -1, -1):
                    grads.append((D.T @ A[k], D.sum(axis=0)))
                    if k:
                        D = (D @ W[k]) * ((A[k] > 0) if work.hidden == "relu" else A[k] * (1 - A[k]))
                for k, (gw, gb) in zip(range(len(W) - 1, -1, -1), grads):
                    W[k] -= work.rate / len(x) * gw
                    if work.bias:
                        b[k] -= work.rate / len(x) * gb
        return join(work, [p for pair in zip(W, b) for p in pair])

    return call
