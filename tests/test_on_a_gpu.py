"""On a GPU: the JAX backend and the exported PyTorch module give what the CPU gives. Skipped where there is no GPU."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from symbackprop import Network
from symbackprop.codegen import accuracy
from symbackprop.codegen.backends import table

NETS = [
    Network.layered([2, 2, 1], "sigmoid", "performance"),
    Network.layered([4, 8, 3], "tanh", "softmax_cross_entropy"),
    Network.layered([64, 48, 5], "relu", "half_squared"),
]
# of the largest entry; float32 sums of 64 terms lose a few of 24 bits, TensorFloat-32's 11 bits would miss this by far
TOLERANCE = {np.float64: 1e-13, np.float32: 2e-6}


@cache
def missing(library: str) -> str | None:
    """Why there is no GPU for this library, asked of another process, so that collecting the tests loads neither."""
    asked = {
        "jax": "import jax; assert any(each.platform == 'gpu' for each in jax.devices())",
        "torch": "import torch; assert torch.cuda.is_available()",
    }[library]
    if not __import__("importlib.util").util.find_spec(library):
        return f"{library} is not installed"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False)
    return f"{library} sees no GPU" if done.returncode else None


def need(library: str) -> None:
    """Skip where it has no GPU."""
    why = missing(library)
    if why:
        pytest.skip(why)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("net", NETS, ids=str)
def test_jax_on_a_gpu_is_as_exact_as_on_a_cpu(net: Network, dtype: type) -> None:
    need("jax")
    made = accuracy.measure(table()["jax"].build(net, np.dtype(dtype)), "jax")
    assert made.gradient < TOLERANCE[dtype] and made.loss < TOLERANCE[dtype], made


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS, ids=str)
def test_jax_on_a_gpu_trains_to_the_same_weights(net: Network) -> None:
    need("jax")
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(40, len(net.inputs))), rng.random((40, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True)
    ends = []
    for backend in ("jax", "numpy"):
        made, theta, losses = (
            table()[backend].build(net, np.dtype(float)),
            rng.normal(size=len(net.parameters)),
            np.empty(20),
        )
        theta[:] = np.random.default_rng(1).normal(size=len(theta)) / 4
        made.run(theta, made.load(X, Y, 8), None, 8, np.full(20, 0.1), losses)
        ends.append((theta, losses))
    assert abs(ends[0][0] - ends[1][0]).max() < 1e-11 * abs(ends[1][0]).max()
    assert abs(ends[0][1] - ends[1][1]).max() < 1e-11


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_torch_module_passes_gradcheck_on_a_gpu(net: Network) -> None:
    need("torch")
    import torch

    made = table()["torch"].build(net, np.dtype(float))
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(5, len(net.inputs))), rng.random((5, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True)
    theta = rng.normal(size=len(net.parameters)) / 4
    here = [torch.from_numpy(each).cuda() for each in (X, Y)]
    parts = [each.cuda().requires_grad_() for each in made.pack(theta)]  # type: ignore[attr-defined]
    function = made.scope["Loss"].apply  # type: ignore[attr-defined]
    if len(theta) < 100:  # one difference quotient for every parameter
        assert torch.autograd.gradcheck(lambda *theta: function(*here, *theta), parts)
    module = made.module(theta).cuda()  # type: ignore[attr-defined]
    module.loss(*here).backward()
    found = np.concatenate([each.grad.cpu().numpy().ravel() for each in module.parameters()])
    expected = table()["numpy"].build(net, np.dtype(float))
    _, gradient = expected.gradient(theta, expected.load(X, Y, 5))
    assert abs(found - gradient).max() < 1e-13 * abs(gradient).max()
    assert module(here[0]).device.type == "cuda"
