"""The JAX backend: whole passes in lax.scan, compiled by XLA, on one device or data-parallel over all of them."""

from __future__ import annotations

import importlib.util
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen import certify_arrays
from symbackprop.codegen.backend import Array, Backend, Compiled
from symbackprop.codegen.backends.numpy import execute, trainable
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.codegen.emit_arrays import JAX, source
from symbackprop.codegen.program import Dense, fits_dense, lower
from symbackprop.networks import Network

_RUN = '''

def run(theta, X, Y, orders, rates, size):
    """Passes in the given orders; every `size` rows move theta by the mean gradient; returns theta and mean losses."""
    n = orders.shape[1]
    full = n // size * size

    def one_batch(theta, given):
        rows, rate = given
        loss, grads = gradient(theta, X[rows], Y[rows])
        return tuple(w {sign} rate/len(rows)*g for w, g in zip(theta, grads)), loss

    def one_pass(theta, given):
        order, rate = given
        theta, losses = lax.scan(lambda t, rows: one_batch(t, (rows, rate)), theta, order[:full].reshape(-1, size))
        loss = losses.sum()
        if full < n:
            theta, last = one_batch(theta, (order[full:], rate))
            loss = loss + last
        return theta, loss/n

    return lax.scan(one_pass, theta, (orders, rates))
'''


def run_text(net: Network) -> str:
    """The passes, with the net's own sign: up for a performance, down for a cost."""
    return _RUN.replace("{sign}", "+" if net.loss.sense == "maximise" else "-")


class Traced(Compiled):
    """A net as a JAX program. `devices`: more than one spreads every full batch over them (data parallel)."""

    def __init__(self, net: Network, dtype: np.dtype[Any], devices: int | None = None) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self.program = lower(net, "dense" if fits_dense(net) else "unrolled")
        self.devices = devices

    @cached_property
    def source(self) -> str:
        return source(self.program, JAX, self.trainable) + (run_text(self.net) if self.trainable else "")

    def certify(self) -> CodeVerdict:
        return certify_arrays.certify(self.source, self.program, self.net, JAX, self.trainable)

    @cached_property
    def _calls(self) -> tuple[Any, Any, Any]:
        import jax

        if self.dtype == np.float64:
            jax.config.update("jax_enable_x64", True)
        scope = execute(self.source, "generated")
        run = jax.jit(scope["run"], static_argnames="size") if self.trainable else None
        return run, jax.jit(scope["gradient"]) if self.trainable else None, jax.jit(scope["forward"])

    def pack(self, theta: Array) -> Any:
        """The flat vector as the tuple the source takes."""
        if not isinstance(self.program, Dense):
            return tuple(np.asarray(each, self.dtype) for each in theta)
        return tuple(theta[at : at + int(np.prod(shape))].reshape(shape) for _, shape, at in self.program.blocks())

    def _flat(self, parts: Any) -> Array:
        return np.concatenate([np.asarray(each, self.dtype).ravel() for each in parts])

    def load(self, X: Array, Y: Array, size: int) -> Any:
        self._calls  # noqa: B018  (64-bit numbers must be switched on before the first array is made)
        import jax

        parts = (np.asarray(X, self.dtype), np.asarray(Y, self.dtype))
        if self.devices is not None and self.devices > 1:
            mesh = jax.sharding.Mesh(np.array(jax.devices()[: self.devices]), ("batch",))
            even = len(X) % self.devices == 0
            spec = jax.sharding.PartitionSpec("batch" if even else None)
            return tuple(jax.device_put(each, jax.sharding.NamedSharding(mesh, spec)) for each in parts)
        return tuple(jax.device_put(each) for each in parts)

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        n = data[0].shape[0]
        visits = np.tile(np.arange(n, dtype=np.int32), (len(rates), 1)) if orders is None else orders
        parts, found = self._calls[0](self.pack(theta), *data, visits, rates.astype(self.dtype), size=size)
        theta[:] = self._flat(parts)
        if losses is not None:
            losses[:] = np.asarray(found)

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        n = data[0].shape[0]
        loss, parts = self._calls[1](self.pack(theta), *data)
        return float(loss) / n, self._flat(parts) / n

    def predict(self, theta: Array, X: Array) -> Array:
        self._calls  # noqa: B018
        return np.asarray(self._calls[2](self.pack(theta), np.asarray(X, self.dtype)))


jax = Backend(
    "jax",
    about="whole passes in lax.scan, compiled by XLA for CPU or GPU; several devices train data-parallel",
    rank=50,
    missing=lambda: None if importlib.util.find_spec("jax") else "jax is not installed (pip install symbackprop[jax])",
    build=Traced,
)
