"""The trainers that benchmarks/train.py stands beside, each as a competent user would write it, and the limits.

Every peer is a function (work, theta) -> call, where call(epochs) trains from theta and returns the final flat weights in the
order W1, b1, W2, b2, ...; all take the same samples in the same order. None of this imports symbackprop.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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


def torch_eager(work: Work, theta: Any, compiled: bool = False) -> Call:
    """PyTorch: modules, autograd, SGD; one thread, as the others."""
    import torch

    torch.set_num_threads(1)
    layers: list[Any] = []
    for k, (m, n) in enumerate(zip(work.sizes, work.sizes[1:])):
        layers.append(torch.nn.Linear(m, n, bias=work.bias, dtype=torch.from_numpy(work.X).dtype))
        if k < len(work.sizes) - 2:
            layers.append(torch.nn.ReLU() if work.hidden == "relu" else torch.nn.Sigmoid())
    if not work.softmax:
        layers.append(torch.nn.Sigmoid())
    net = torch.nn.Sequential(*layers)
    X, Y = torch.from_numpy(work.X), torch.from_numpy(work.Y)
    linear = [each for each in layers if isinstance(each, torch.nn.Linear)]
    run = torch.compile(net) if compiled else net

    def call(epochs: int) -> Any:
        with torch.no_grad():
            for k, each in enumerate(linear):
                each.weight.copy_(torch.from_numpy(split(work, theta)[2 * k]))
                if work.bias:
                    each.bias.copy_(torch.from_numpy(split(work, theta)[2 * k + 1]))
        optimiser = torch.optim.SGD(net.parameters(), lr=work.rate)
        for _ in range(epochs):
            for at in range(0, len(X), work.batch):
                x, y = X[at : at + work.batch], Y[at : at + work.batch]
                optimiser.zero_grad()
                out = run(x)
                if work.softmax:
                    loss = torch.nn.functional.cross_entropy(out, y)
                else:
                    loss = 0.5 * ((out - y) ** 2).sum() / len(x)
                loss.backward()
                optimiser.step()
        return np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])

    return call


def torch_compiled(work: Work, theta: Any) -> Call:
    """torch.compile around the same module."""
    return torch_eager(work, theta, compiled=True)


def _jax_step(work: Work) -> Any:
    import jax
    import jax.numpy as jnp

    if work.X.dtype == np.float64:
        jax.config.update("jax_enable_x64", True)

    def loss(parts: Any, x: Any, y: Any) -> Any:
        a = x
        for k in range(0, len(parts), 2):
            z = a @ parts[k].T + (parts[k + 1] if work.bias else 0)
            last = k == len(parts) - 2
            a = (
                z
                if last and work.softmax
                else jax.nn.relu(z)
                if work.hidden == "relu" and not last
                else jax.nn.sigmoid(z)
            )
        if work.softmax:
            return -(y * jax.nn.log_softmax(a)).sum() / len(x)
        return 0.5 * jnp.square(a - y).sum() / len(x)

    def step(parts: Any, x: Any, y: Any) -> Any:
        return jax.tree.map(lambda w, g: w - work.rate * g, parts, jax.grad(loss)(parts, x, y))

    return step


def jax_per_step(work: Work, theta: Any) -> Call:
    """JAX: value and grad jitted, one call a step."""
    import jax

    step = jax.jit(_jax_step(work))
    batches = [
        (jax.device_put(work.X[at : at + work.batch]), jax.device_put(work.Y[at : at + work.batch]))
        for at in range(0, len(work.X), work.batch)
    ]

    def call(epochs: int) -> Any:
        parts = split(work, theta)
        for _ in range(epochs):
            for x, y in batches:
                parts = step(parts, x, y)
        return join(work, [np.asarray(p) for p in parts])

    return call


def jax_scan(work: Work, theta: Any) -> Call:
    """JAX: the whole run in lax.scan, jitted; needs equal batches."""
    import jax

    step = _jax_step(work)
    X = jax.device_put(work.X.reshape(work.steps, work.batch, -1))
    Y = jax.device_put(work.Y.reshape(work.steps, work.batch, -1))

    def run(parts: Any, epochs: int) -> Any:
        def epoch(parts: Any, _: Any) -> Any:
            return jax.lax.scan(lambda p, xy: (step(p, *xy), None), parts, (X, Y))[0], None

        return jax.lax.scan(epoch, parts, None, length=epochs)[0]

    compiled = jax.jit(run, static_argnums=1)
    return lambda epochs: join(work, [np.asarray(p) for p in compiled(split(work, theta), epochs)])


_LOOPS = """
import numpy as np
from math import exp
from numba import njit

@njit(cache=False, fastmath=False)
def train(W, b, A, D, gW, gb, X, Y, batch, rate, epochs, relu, softmax, bias):
    L = len(W)
    for _ in range(epochs):
        for start in range(0, len(X), batch):
            rows = min(batch, len(X) - start)
            if batch > 1:
                for l in range(L):
                    gW[l][:] = 0.0
                    gb[l][:] = 0.0
            for r in range(start, start + rows):
                A[0][:] = X[r]
                for l in range(L):
                    for j in range(W[l].shape[0]):
                        s = b[l][j]
                        for k in range(W[l].shape[1]):
                            s += W[l][j, k] * A[l][k]
                        if l == L - 1 and softmax:
                            A[l + 1][j] = s
                        elif relu and l < L - 1:
                            A[l + 1][j] = max(s, 0.0)
                        else:
                            A[l + 1][j] = 1.0 / (1.0 + exp(-s))
                out, d = A[L], D[L - 1]
                if softmax:
                    top = out.max()
                    total = 0.0
                    for j in range(len(out)):
                        out[j] = exp(out[j] - top)
                        total += out[j]
                    for j in range(len(out)):
                        out[j] /= total
                        d[j] = out[j] - Y[r, j]
                else:
                    for j in range(len(out)):
                        d[j] = (out[j] - Y[r, j]) * out[j] * (1.0 - out[j])
                for l in range(L - 1, 0, -1):
                    for k in range(W[l].shape[1]):
                        s = 0.0
                        for j in range(W[l].shape[0]):
                            s += W[l][j, k] * D[l][j]
                        a = A[l][k]
                        D[l - 1][k] = s * ((1.0 if a > 0 else 0.0) if relu else a * (1.0 - a))
                for l in range(L):
                    for j in range(W[l].shape[0]):
                        dj = D[l][j]
                        if batch == 1:
                            for k in range(W[l].shape[1]):
                                W[l][j, k] -= rate * dj * A[l][k]
                            if bias:
                                b[l][j] -= rate * dj
                        else:
                            for k in range(W[l].shape[1]):
                                gW[l][j, k] += dj * A[l][k]
                            gb[l][j] += dj
            if batch > 1:
                for l in range(L):
                    for j in range(W[l].shape[0]):
                        for k in range(W[l].shape[1]):
                            W[l][j, k] -= rate / rows * gW[l][j, k]
                        if bias:
                            b[l][j] -= rate / rows * gb[l][j]
"""


def numba_loops(work: Work, theta: Any) -> Call:
    """Hand-written loops under numba."""
    scope: dict[str, Any] = {}
    exec(_LOOPS, scope)

    def call(epochs: int) -> Any:
        parts = split(work, theta)
        W, b = tuple(parts[::2]), tuple(parts[1::2])
        A = tuple(np.zeros(n, theta.dtype) for n in work.sizes)
        D = tuple(np.zeros(n, theta.dtype) for n in work.sizes[1:])
        spare = tuple(np.zeros_like(w) for w in W), tuple(np.zeros_like(v) for v in b)
        rate = theta.dtype.type(work.rate)
        how = (work.batch, rate, epochs, work.hidden == "relu", work.softmax, work.bias)
        scope["train"](W, b, A, D, *spare, work.X, work.Y, *how)
        return join(work, [p for pair in zip(W, b) for p in pair])

    return call


def _hand_c_text(work: Work) -> str:
    """Loops with constant sizes, as one writes them by hand; libm's exp."""
    real = "float" if work.X.dtype == np.float32 else "double"
    exp = "expf" if real == "float" else "exp"
    L, s = len(work.sizes) - 1, work.sizes
    text = f"#include <math.h>\n#include <string.h>\ntypedef {real} real;\n"
    for k in range(1, L + 1):
        text += f"static real W{k}[{s[k]}][{s[k - 1]}], b{k}[{s[k]}], A{k}[{s[k]}], D{k}[{s[k]}];\n"
        text += f"static real G{k}[{s[k]}][{s[k - 1]}], c{k}[{s[k]}];\n"
    text += "static void sample(const real *A0, const real *y, real rate, int online) {\n"
    for k in range(1, L + 1):
        act = (
            "s"
            if k == L and work.softmax
            else "s > 0 ? s : 0"
            if work.hidden == "relu" and k < L
            else f"1 / (1 + {exp}(-s))"
        )
        text += f"  for (int j = 0; j < {s[k]}; j++) {{ real s = b{k}[j]; for (int k = 0; k < {s[k - 1]}; k++) "
        text += f"s += W{k}[j][k] * A{k - 1}[k]; A{k}[j] = {act}; }}\n"
    if work.softmax:
        text += f"  real t = A{L}[0], u = 0; for (int j = 1; j < {s[L]}; j++) if (A{L}[j] > t) t = A{L}[j];\n"
        text += f"  for (int j = 0; j < {s[L]}; j++) u += A{L}[j] = {exp}(A{L}[j] - t);\n"
        text += f"  for (int j = 0; j < {s[L]}; j++) D{L}[j] = A{L}[j] / u - y[j];\n"
    else:
        text += f"  for (int j = 0; j < {s[L]}; j++) D{L}[j] = (A{L}[j] - y[j]) * A{L}[j] * (1 - A{L}[j]);\n"
    for k in range(L, 1, -1):
        slope = f"(A{k - 1}[k] > 0)" if work.hidden == "relu" else f"A{k - 1}[k] * (1 - A{k - 1}[k])"
        text += f"  memset(D{k - 1}, 0, sizeof D{k - 1}); for (int j = 0; j < {s[k]}; j++) for (int k = 0; k < {s[k - 1]}; k++) "
        text += (
            f"D{k - 1}[k] += W{k}[j][k] * D{k}[j];\n  for (int k = 0; k < {s[k - 1]}; k++) D{k - 1}[k] *= {slope};\n"
        )
    for k in range(1, L + 1):
        for test, w, b, f in (("online", "W", "b", "-= rate *"), ("!online", "G", "c", "+=")):
            text += f"  if ({test}) for (int j = 0; j < {s[k]}; j++) {{ for (int k = 0; k < {s[k - 1]}; k++) "
            text += (
                f"{w}{k}[j][k] {f} D{k}[j] * A{k - 1}[k]; " + (f"{b}{k}[j] {f} D{k}[j]; " if work.bias else "") + "}\n"
            )
    text += "}\nvoid train(real *theta, const real *X, const real *Y, long n, long batch, double rate, long epochs) {\n  real *t = theta;\n"
    for k in range(1, L + 1):
        text += f"  memcpy(W{k}, t, sizeof W{k}); t += {s[k] * s[k - 1]};\n"
        text += f"  memcpy(b{k}, t, sizeof b{k}); t += {s[k]};\n" if work.bias else ""
    text += "  for (long e = 0; e < epochs; e++) for (long i = 0; i < n; i += batch) {\n    long m = n - i < batch ? n - i : batch;\n"
    text += f"    if (batch == 1) {{ sample(X + i * {s[0]}, Y + i * {s[L]}, rate, 1); continue; }}\n"
    text += "".join(f"    memset(G{k}, 0, sizeof G{k}); memset(c{k}, 0, sizeof c{k});\n" for k in range(1, L + 1))
    text += (
        f"    for (long r = i; r < i + m; r++) sample(X + r * {s[0]}, Y + r * {s[L]}, 0, 0);\n    real f = rate / m;\n"
    )
    for k in range(1, L + 1):
        text += f"    for (int j = 0; j < {s[k]}; j++) {{ for (int k = 0; k < {s[k - 1]}; k++) W{k}[j][k] -= f * G{k}[j][k]; "
        text += (f"b{k}[j] -= f * c{k}[j]; " if work.bias else "") + "}\n"
    text += "  }\n  t = theta;\n"
    for k in range(1, L + 1):
        text += f"  memcpy(t, W{k}, sizeof W{k}); t += {s[k] * s[k - 1]};\n"
        text += f"  memcpy(t, b{k}, sizeof b{k}); t += {s[k]};\n" if work.bias else ""
    return text + "}\n"


def hand_c(work: Work, theta: Any, flags: tuple[str, ...] = ("-O3",)) -> Call:
    """Hand-written C with constant sizes, -O3 -march=native."""
    folder = Path(tempfile.mkdtemp(prefix="hand-c-"))
    (folder / "t.c").write_text(_hand_c_text(work))
    command = [
        "cc",
        *flags,
        "-march=native",
        "-shared",
        "-fPIC",
        "-o",
        str(folder / "t.so"),
        str(folder / "t.c"),
        "-lm",
    ]
    subprocess.run(command, check=True)
    train = ctypes.CDLL(str(folder / "t.so")).train
    where = [ctypes.c_void_p(each.ctypes.data) for each in (work.X, work.Y)]
    numbers = ctypes.c_long(len(work.X)), ctypes.c_long(work.batch), ctypes.c_double(work.rate)

    def call(epochs: int) -> Any:
        made = theta.copy()
        train(ctypes.c_void_p(made.ctypes.data), *where, *numbers, ctypes.c_long(epochs))
        return made

    return call


def hand_c_fast(work: Work, theta: Any) -> Call:
    """The same with -Ofast: reassociation allowed everywhere."""
    return hand_c(work, theta, ("-Ofast",))


def gemm_alone(work: Work, theta: Any) -> Call:
    """A limit, not a trainer: only the matrix products of a step, by NumPy's BLAS into ready buffers."""
    parts, rows = split(work, theta), min(work.batch, len(work.X))
    A = [np.ascontiguousarray(work.X[:rows])] + [np.ones((rows, n), theta.dtype) for n in work.sizes[1:]]
    D = [np.ones((rows, n), theta.dtype) for n in work.sizes]
    G = [np.empty_like(w) for w in parts[::2]]

    def call(epochs: int) -> Any:
        for _ in range(epochs * work.steps):
            for k, w in enumerate(parts[::2]):
                np.dot(A[k], w.T, out=A[k + 1])
            for k in range(len(G) - 1, -1, -1):
                np.dot(D[k + 1].T, A[k], out=G[k])
                if k:
                    np.dot(D[k + 1], parts[2 * k], out=D[k])
        return None

    return call


PEERS: dict[str, Callable[[Work, Any], Call]] = {
    "PyTorch eager": torch_eager,
    "PyTorch compiled": torch_compiled,
    "JAX jit a step": jax_per_step,
    "JAX lax.scan": jax_scan,
    "hand NumPy": numpy_matrix,
    "numba loops": numba_loops,
    "hand C -O3": hand_c,
    "hand C -Ofast": hand_c_fast,
    "GEMM alone": gemm_alone,
}
