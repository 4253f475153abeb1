"""The workloads of the training benchmark, and what each backend should reach beside whom: the aims, as data."""

from __future__ import annotations

import numpy as np
from peers import Work

BEST = "best peer"  # the fastest peer that is not hand-written C and makes the same update
OURS = {"c": "ours: c", "numpy": "ours: numpy"}

# work -> (our backend, or "best" of them; beside whom; time of the other / our time, at least)
AIMS: dict[str, list[tuple[str, str, float]]] = {
    "1-1-1 no bias, online": [
        ("c", BEST, 1.2), ("c", "latency chain", 0.9), ("numpy", "JAX jit a step", 30), ("numpy", "PyTorch eager", 1000),
        ("best", "PyTorch eager", 4000), ("best", "JAX lax.scan", 1.7), ("best", "hand C -Ofast", 1.1),
    ],
    "2-2-1 online": [
        ("c", BEST, 1.3), ("c", "latency chain", 0.9), ("numpy", "JAX jit a step", 10), ("numpy", "PyTorch eager", 400),
        ("best", "PyTorch eager", 4000), ("best", "JAX lax.scan", 1.7), ("best", "hand C -Ofast", 1.1),
    ],
    "2-2-1 full batch (4)": [
        ("best", "PyTorch eager", 4000), ("best", "JAX lax.scan", 1.7), ("best", "hand C -Ofast", 1.1),
        ("numpy", "PyTorch eager", 45),
    ],
    "2-2-2-2-2 online": [
        ("c", BEST, 1.3), ("c", "JAX lax.scan", 5), ("numpy", "JAX jit a step", 7),
        ("best", "PyTorch eager", 4000), ("best", "hand C -Ofast", 1.1),
    ],
    "iris 4-10-3 online": [
        ("c", BEST, 4), ("c", "JAX lax.scan", 12), ("numpy", "JAX jit a step", 2), ("best", "hand C -Ofast", 1.7),
    ],
    "iris 4-10-3 batch 10": [("c", BEST, 6), ("numpy", "JAX jit a step", 2), ("best", "hand C -Ofast", 2.5)],
    "iris 4-10-3 full batch 150": [("c", BEST, 2.5), ("numpy", "JAX jit a step", 1)],
    "784-30-10 online": [("c", BEST, 2.5), ("numpy", "JAX jit a step", 1)],
    "784-30-10 batch 10": [
        ("c", BEST, 2.6), ("c", "FMA peak", 0.75), ("numpy", "JAX lax.scan", 1), ("best", "GEMM alone", 1.7),
    ],
    "784-30-10 batch 10 float32": [("c", BEST, 3.5), ("numpy", "JAX lax.scan", 1.1)],
    "784-30-10 batch 128": [("best", "GEMM alone", 1.1), ("numpy", "GEMM alone", 0.69)],
    "784-100-10 batch 10": [("best", "GEMM alone", 1.7), ("numpy", "GEMM alone", 0.69)],
    "784-100-10 batch 128": [("best", "GEMM alone", 0.97), ("numpy", "GEMM alone", 0.69)],
    "784-512-512-10 batch 128 float32": [
        ("c", BEST, 1.1), ("c", "GEMM alone", 0.98), ("numpy", BEST, 1), ("best", "GEMM alone", 0.97),
    ],
}  # fmt: skip


def works() -> list[Work]:
    """The workloads of the table, on random data of the shapes of XOR, iris and the digits."""
    rng = np.random.default_rng(0)
    bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    xor = np.array([[0], [1], [1], [0]], float)
    iris = rng.normal(size=(150, 4)), np.eye(3)[rng.integers(0, 3, 150)]
    digits = rng.random((1000, 784)), np.eye(10)[rng.integers(0, 10, 1000)]
    small = tuple(each.astype(np.float32) for each in digits)
    many = rng.random((1280, 784)), np.eye(10)[rng.integers(0, 10, 1280)]
    big = rng.random((1280, 784), np.float32), np.eye(10, dtype=np.float32)[rng.integers(0, 10, 1280)]
    return [
        Work("1-1-1 no bias, online", (1, 1, 1), "sigmoid", False, 1, False, bits[:, :1].copy(), xor, 0.5),
        Work("2-2-1 online", (2, 2, 1), "sigmoid", False, 1, True, bits, xor, 0.5),
        Work("2-2-1 full batch (4)", (2, 2, 1), "sigmoid", False, 4, True, bits, xor, 0.5),
        Work("2-2-2-2-2 online", (2,) * 5, "sigmoid", False, 1, True, bits, np.hstack([xor, 1 - xor]), 0.5),
        Work("iris 4-10-3 online", (4, 10, 3), "sigmoid", True, 1, True, *iris, rate=0.05),
        Work("iris 4-10-3 batch 10", (4, 10, 3), "sigmoid", True, 10, True, *iris, rate=0.05),
        Work("iris 4-10-3 full batch 150", (4, 10, 3), "sigmoid", True, 150, True, *iris, rate=0.05),
        Work("784-30-10 online", (784, 30, 10), "sigmoid", False, 1, True, *digits),
        Work("784-30-10 batch 10", (784, 30, 10), "sigmoid", False, 10, True, *digits),
        Work("784-30-10 batch 10 float32", (784, 30, 10), "sigmoid", False, 10, True, *small),
        Work("784-30-10 batch 128", (784, 30, 10), "sigmoid", False, 128, True, *many),
        Work("784-100-10 batch 10", (784, 100, 10), "sigmoid", False, 10, True, *digits),
        Work("784-100-10 batch 128", (784, 100, 10), "sigmoid", False, 128, True, *many),
        Work("784-512-512-10 batch 128 float32", (784, 512, 512, 10), "relu", True, 128, True, *big),
    ]
