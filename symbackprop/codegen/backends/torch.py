"""The PyTorch backend: the proven gradient as a torch.autograd.Function, for use inside anybody's PyTorch program."""

from __future__ import annotations

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
    means = []
    for order, rate in zip(orders, rates):
        total = 0.0
        for start in range(0, len(order), size):
            rows = order[start:start + size]
            loss, grads = gradient(theta, X[rows], Y[rows])
            theta = tuple(w {sign} rate/len(rows)*g for w, g in zip(theta, grads))
            total = total + loss
        means.append(total/len(order))
    return theta, means
'''
_EXPORT = '''

class Loss(torch.autograd.Function):
    """The mean loss of the net; its backward is the proven gradient by theta. Loss.apply(X, Y, *theta).

    Not: the gradient by X or Y, nor second derivatives; torch says so where they are asked for. net(X) has them.
    """

    @staticmethod
    def forward(ctx, X, Y, *theta):
        if any(ctx.needs_input_grad[:2]):
            raise RuntimeError("the proven gradient is by the weights: detach X and Y, or take a loss of torch's own of net(X)")
        loss, grads = gradient(theta, X, Y)
        ctx.save_for_backward(*(g/len(X) for g in grads))
        return loss/len(X)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, upstream):
        return (None, None, *(upstream*g for g in ctx.saved_tensors))


class Net(torch.nn.Module):
    """A module with the net's parameters: net(X) gives outputs, net.loss(X, Y) the mean loss."""

    def __init__(self, theta):
        super().__init__()
        self.theta = torch.nn.ParameterList([torch.nn.Parameter(w) for w in theta])

    def forward(self, X, Y=None):
        return forward(tuple(self.theta), X) if Y is None else self.loss(X, Y)

    def loss(self, X, Y):
        return Loss.apply(X, Y, *self.theta)
'''


class Eager(Compiled):
    """A net as PyTorch functions."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self.program = lower(net, "dense" if fits_dense(net) else "unrolled")
        self.masked = self.trainable and isinstance(self.program, Dense) and len(self.program.sizes) > 2

    @cached_property
    def source(self) -> str:
        from symbackprop.codegen.emit_arrays import TORCH, source

        text = source(self.program, TORCH, self.trainable)
        sign = "+" if self.net.loss.sense == "maximise" else "-"
        return text + _RUN.replace("{sign}", sign) + _EXPORT if self.trainable else text

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_arrays
        from symbackprop.codegen.emit_arrays import TORCH

        # the wrapper classes need the library itself; they add no formula, and gradcheck judges them in the tests
        return certify_arrays.certify(
            self.source.split("\n\nclass Loss(")[0], self.program, self.net, TORCH, self.trainable
        )

    @cached_property
    def scope(self) -> dict[str, Any]:
        """The functions and classes of the source: forward, gradient, Loss, Net."""
        return execute(self.source, "generated")

    def pack(self, theta: Array) -> Any:
        """The flat vector as the tuple of tensors that the source takes."""
        import torch

        flat = torch.from_numpy(np.array(theta, self.dtype))
        if not isinstance(self.program, Dense):
            return tuple(flat)
        return tuple(flat[at : at + int(np.prod(shape))].reshape(shape) for _, shape, at in self.program.blocks())

    def module(self, theta: Array) -> Any:
        """A torch.nn.Module that starts from these weights and whose loss has the proven backward."""
        return self.scope["Net"](self.pack(theta))

    def _flat(self, parts: Any) -> Array:
        return np.concatenate([np.asarray(each.detach().numpy(), self.dtype).ravel() for each in parts])

    def load(self, X: Array, Y: Array, size: int) -> Any:
        import torch

        return tuple(torch.from_numpy(np.array(each, self.dtype)) for each in (X, Y))

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        import torch

        visits = np.tile(np.arange(len(data[0])), (len(rates), 1)) if orders is None else orders.astype(np.int64)
        with torch.no_grad():
            parts, found = self.scope["run"](self.pack(theta), *data, torch.from_numpy(visits), rates.tolist(), size)
        theta[:] = self._flat(parts)
        if losses is not None:
            losses[:] = [float(each) for each in found]

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        loss, parts = self.scope["gradient"](self.pack(theta), *data)
        return float(loss) / len(data[0]), self._flat(parts) / len(data[0])

    def certify_rules(self) -> CodeVerdict:
        from symbackprop.codegen import certify_arrays
        from symbackprop.codegen.emit_arrays import TORCH

        assert isinstance(self.program, Dense)
        return certify_arrays.certify_masked(self.source.split("\n\nclass Loss(")[0], self.program, self.net, TORCH)

    def masked_gradient(self, theta: Array, data: Any, masks: Array) -> tuple[float, Array]:
        import torch

        kept = tuple(torch.from_numpy(np.ascontiguousarray(each)) for each in self._layers(masks))
        loss, parts = self.scope["masked_gradient"](self.pack(theta), *data, kept)
        return float(loss) / len(data[0]), self._flat(parts) / len(data[0])

    def _layers(self, masks: Array) -> list[Array]:
        """The masks of every hidden layer."""
        assert isinstance(self.program, Dense)
        return np.split(masks.astype(self.dtype, copy=False), np.cumsum(self.program.sizes[1:-2]), axis=1)

    def predict(self, theta: Array, X: Array) -> Array:
        import torch

        made: Array = self.scope["forward"](self.pack(theta), torch.from_numpy(np.array(X, self.dtype))).numpy()
        return made


torch = Backend(
    "torch",
    about="a torch.autograd.Function whose backward is the proven gradient, and a Module around it",
    rank=None,
    missing=lambda: (
        None if importlib.util.find_spec("torch") else "torch is not installed (pip install symbackprop[torch])"
    ),
    build=Eager,
)
