"""The JAX backend: whole passes in lax.scan, compiled by XLA, on one device or data-parallel over all of them."""

from __future__ import annotations

import functools
import importlib.util
from functools import cached_property
from typing import Any

import numpy as np

from symbackprop.codegen.backend import Array, Backend, Compiled
from symbackprop.codegen.backends.numpy import execute, trainable
from symbackprop.codegen.certify import CodeVerdict
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


def _exact(function: Any) -> Any:
    """Products with all bits of the type: a GPU would else round the factors of float32 products to TensorFloat-32."""
    import jax

    @functools.wraps(function)
    def traced(*given: Any, **more: Any) -> Any:
        with jax.default_matmul_precision("highest"):
            return function(*given, **more)

    return traced


class Traced(Compiled):
    """A net as a JAX program. The samples are spread over `devices` of them (all there are, in all processes)."""

    def __init__(self, net: Network, dtype: np.dtype[Any], devices: int | None = None) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self.program = lower(net, "dense" if fits_dense(net) else "unrolled")
        self.masked = self.trainable and isinstance(self.program, Dense) and len(self.program.sizes) > 2
        self.devices = devices

    @cached_property
    def source(self) -> str:
        from symbackprop.codegen.emit_arrays import JAX, source

        return source(self.program, JAX, self.trainable) + (run_text(self.net) if self.trainable else "")

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_arrays
        from symbackprop.codegen.emit_arrays import JAX

        return certify_arrays.certify(self.source, self.program, self.net, JAX, self.trainable)

    @cached_property
    def _mesh(self) -> Any:
        """All devices of all processes in a row, or None for a single one."""
        import jax

        if self.dtype == np.float64:
            jax.config.update("jax_enable_x64", True)
        count = jax.device_count() if self.devices is None else self.devices
        return jax.sharding.Mesh(np.array(jax.devices()[:count]), ("batch",)) if count > 1 else None

    @cached_property
    def _calls(self) -> tuple[Any, Any, Any]:
        import jax

        mesh = self._mesh
        scope = execute(self.source, "generated")
        everywhere = (
            {} if mesh is None else {"out_shardings": jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())}
        )
        run = jax.jit(_exact(scope["run"]), static_argnames="size", **everywhere) if self.trainable else None
        gradient = jax.jit(_exact(scope["gradient"]), **everywhere) if self.trainable else None
        return run, gradient, jax.jit(_exact(scope["forward"]), **everywhere)

    @cached_property
    def _under_masks(self) -> Any:
        import jax

        mesh = self._mesh
        whole = {} if mesh is None else {"out_shardings": jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())}
        return jax.jit(_exact(execute(self.source, "generated")["masked_gradient"]), **whole)

    def lowered(self, theta: Array, data: Any, size: int) -> dict[str, str]:
        """What XLA is given, as StableHLO text, by function."""
        run, gradient, forward = self._calls
        parts, visits = self.pack(theta), self._put(np.arange(len(data[0]), dtype=np.int32)[None])
        made = {"forward": forward.lower(parts, data[0])}
        if self.trainable:
            rates = self._put(np.ones(1, self.dtype))
            made |= {"gradient": gradient.lower(parts, *data), "run": run.lower(parts, *data, visits, rates, size=size)}
        return {name: each.as_text() for name, each in made.items()}

    def _put(self, array: Array, split: bool = False) -> Any:
        """An array on the device; over several, split by rows or whole on each. Every process gives the same array."""
        import jax

        if self._mesh is None:
            return jax.device_put(array)
        even = split and len(array) % self._mesh.size == 0
        spec = jax.sharding.PartitionSpec("batch" if even else None)
        place = jax.sharding.NamedSharding(self._mesh, spec)
        return jax.make_array_from_callback(array.shape, place, lambda part: array[part])

    def pack(self, theta: Array) -> Any:
        """The flat vector as the tuple the source takes."""
        if not isinstance(self.program, Dense):
            return tuple(self._put(np.asarray(each, self.dtype)) for each in theta)
        blocks = self.program.blocks()
        return tuple(self._put(theta[at : at + int(np.prod(shape))].reshape(shape)) for _, shape, at in blocks)

    def _flat(self, parts: Any) -> Array:
        return np.concatenate([np.asarray(each, self.dtype).ravel() for each in parts])

    def load(self, X: Array, Y: Array, size: int) -> Any:
        return tuple(self._put(np.asarray(each, self.dtype), split=True) for each in (X, Y))

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        n = data[0].shape[0]
        visits = np.tile(np.arange(n, dtype=np.int32), (len(rates), 1)) if orders is None else orders
        given = (self._put(visits), self._put(rates.astype(self.dtype)))
        parts, found = self._calls[0](self.pack(theta), *data, *given, size=size)
        theta[:] = self._flat(parts)
        if losses is not None:
            losses[:] = np.asarray(found)

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        n = data[0].shape[0]
        loss, parts = self._calls[1](self.pack(theta), *data)
        return float(loss) / n, self._flat(parts) / n

    def certify_rules(self) -> CodeVerdict:
        from symbackprop.codegen import certify_arrays
        from symbackprop.codegen.emit_arrays import JAX

        assert isinstance(self.program, Dense)
        return certify_arrays.certify_masked(self.source, self.program, self.net, JAX)

    def masked_gradient(self, theta: Array, data: Any, masks: Array) -> tuple[float, Array]:
        kept = tuple(self._put(each, split=True) for each in self._layers(masks))
        n, masked = data[0].shape[0], self._under_masks
        loss, parts = masked(self.pack(theta), *data, kept)
        return float(loss) / n, self._flat(parts) / n

    def _layers(self, masks: Array) -> list[Array]:
        """The masks of every hidden layer."""
        assert isinstance(self.program, Dense)
        return np.split(masks.astype(self.dtype, copy=False), np.cumsum(self.program.sizes[1:-2]), axis=1)

    def predict(self, theta: Array, X: Array) -> Array:
        return np.asarray(self._calls[2](self.pack(theta), self._put(np.asarray(X, self.dtype))))


jax = Backend(
    "jax",
    about="whole passes in lax.scan, compiled by XLA for CPU or GPU; several devices train data-parallel",
    rank=70,
    most=2000,  # on a processor: 64-30-10 and larger nets are faster in NumPy's arrays (measured)
    missing=lambda: None if importlib.util.find_spec("jax") else "jax is not installed (pip install symbackprop[jax])",
    build=Traced,
)
