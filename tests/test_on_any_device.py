"""The JAX backend and the exported PyTorch module on the device that is there: a GPU where the library sees one, else the CPU."""

from __future__ import annotations

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


def samples(net: Network, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Random inputs, and targets that sum to 1."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(rows, len(net.inputs))), rng.random((rows, len(net.outputs)))
    return X, Y / Y.sum(axis=1, keepdims=True)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("net", NETS, ids=str)
def test_jax_is_as_exact_on_any_device(net: Network, dtype: type) -> None:
    pytest.importorskip("jax")
    made = accuracy.measure(table()["jax"].build(net, np.dtype(dtype)), "jax")
    assert made.gradient < TOLERANCE[dtype] and made.loss < TOLERANCE[dtype], made


@pytest.mark.slow
def test_jax_multiplies_with_all_its_bits() -> None:
    """A GPU would otherwise round float32 factors to TensorFloat-32; seen in the program that XLA is given, on any machine."""
    pytest.importorskip("jax")
    made = table()["jax"].build(NETS[1], np.dtype(np.float32))
    X, Y = samples(NETS[1], 8)
    theta = np.zeros(len(NETS[1].parameters), np.float32)
    programs = made.lowered(theta, made.load(X, Y, 4), 4)  # type: ignore[attr-defined]
    for name, text in programs.items():
        products = [line for line in text.splitlines() if "dot_general" in line]
        assert products and all("HIGHEST" in line for line in products), name


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS, ids=str)
def test_jax_trains_to_the_same_weights_on_any_device(net: Network) -> None:
    pytest.importorskip("jax")
    X, Y = samples(net, 40)
    ends = []
    for backend in ("jax", "numpy"):
        made, losses = table()[backend].build(net, np.dtype(float)), np.empty(20)
        theta = np.random.default_rng(1).normal(size=len(net.parameters)) / 4
        made.run(theta, made.load(X, Y, 8), None, 8, np.full(20, 0.1), losses)
        ends.append((theta, losses))
    assert abs(ends[0][0] - ends[1][0]).max() < 1e-11 * abs(ends[1][0]).max()
    assert abs(ends[0][1] - ends[1][1]).max() < 1e-11


@pytest.mark.slow
@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_torch_module_has_the_proven_gradient_on_any_device(net: Network) -> None:
    torch = pytest.importorskip("torch")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    made = table()["torch"].build(net, np.dtype(float))
    X, Y = samples(net, 5)
    theta = np.random.default_rng(1).normal(size=len(net.parameters)) / 4
    here = [torch.from_numpy(each).to(device) for each in (X, Y)]
    if len(theta) < 100:  # one difference quotient for every parameter
        parts = [each.to(device).requires_grad_() for each in made.pack(theta)]  # type: ignore[attr-defined]
        function = made.scope["Loss"].apply  # type: ignore[attr-defined]
        assert torch.autograd.gradcheck(lambda *theta: function(*here, *theta), parts)
    module = made.module(theta).to(device)  # type: ignore[attr-defined]
    module.loss(*here).backward()
    found = np.concatenate([each.grad.cpu().numpy().ravel() for each in module.parameters()])
    expected = table()["numpy"].build(net, np.dtype(float))
    _, gradient = expected.gradient(theta, expected.load(X, Y, 5))
    assert abs(found - gradient).max() < 1e-13 * abs(gradient).max()
    assert module(here[0]).device.type == device
