"""Every other backend: certified without its library, run with it, and extended by one file."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_codegen import GRAPH, NETS

from symbackprop import Network, compile_trainer
from symbackprop.codegen import accuracy, backends, certify_arrays
from symbackprop.codegen.backends import BackendMissing, choose, table
from symbackprop.codegen.backends import numba as numba_backend
from symbackprop.codegen.certify import CodeRefused
from symbackprop.codegen.emit_arrays import JAX
from symbackprop.errors import GradientRefused

F64 = np.dtype(np.float64)
WIDE = Network.layered([20, 70, 40, 10], ["relu", "tanh", "softmax"], "softmax_cross_entropy")
SOME = {name: NETS[name] for name in ("xor", "prelu", "softplus", "binary", "softmax squared")} | {
    "graph": GRAPH,
    "wide": WIDE,
}


@pytest.mark.parametrize("backend", ["jax", "torch", "numba", "source"])
@pytest.mark.parametrize("name", SOME)
def test_the_source_is_certified_without_its_library(backend: str, name: str) -> None:
    net = SOME[name]
    if table()[backend].suits(net) is None:
        assert table()[backend].build(net, F64).certify().kind in ("CHECKED", "PROVED")


@pytest.mark.parametrize("backend", ["jax", "torch", "numba"])
@pytest.mark.parametrize("name", ["xor", "prelu", "wide"])
def test_it_runs_like_the_numpy_backend(backend: str, name: str) -> None:
    pytest.importorskip(backend)
    net = SOME[name]
    if table()[backend].suits(net) is not None:
        return
    one, other = table()[backend].build(net, F64), table()["numpy"].build(net, F64)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(13, len(net.inputs))), rng.uniform(size=(13, len(net.outputs)))
    Y /= Y.sum(axis=1, keepdims=True) if net.loss.targets_sum_to_one else 1
    theta = rng.normal(size=len(net.parameters)) * 0.3
    orders, rates = np.stack([rng.permutation(13) for _ in range(2)]).astype(np.int32), np.array([0.1, 0.05])
    for size in (1, 5):
        a, b, la, lb = theta.copy(), theta.copy(), np.empty(2), np.empty(2)
        one.run(a, one.load(X, Y, size), orders, size, rates, la)
        other.run(b, other.load(X, Y, size), orders, size, rates, lb)
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(la, lb, rtol=1e-11)
    for got, good in zip(one.gradient(theta, one.load(X, Y, 9)), other.gradient(theta, other.load(X, Y, 9))):
        np.testing.assert_allclose(got, good, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(one.predict(theta, X), other.predict(theta, X), rtol=1e-12)


@pytest.mark.parametrize("backend", ["numpy", "c", "numba", "jax", "torch"])
@pytest.mark.parametrize("name", ["xor", "prelu", "binary", "softplus"])
def test_gradients_against_fifty_digits(backend: str, name: str) -> None:
    net, chosen = SOME[name], table()[backend]
    if chosen.missing() or chosen.suits(net):
        pytest.skip(str(chosen.missing() or chosen.suits(net)))
    found = accuracy.measure(chosen.build(net, F64), backend)
    assert found.gradient < 2e-15 and found.loss < 2e-15
    if backend != "numba":
        single = accuracy.measure(chosen.build(net, np.dtype(np.float32)), backend)
        assert 1e-9 < single.gradient < 2e-6


def test_the_measure_sees_a_small_error() -> None:
    made = table()["numpy"].build(SOME["xor"], F64)
    made.gradient = lambda theta, data: type(made).gradient(made, theta * (1 + 1e-9), data)  # type: ignore[method-assign]
    assert accuracy.measure(made, "numpy").gradient > 1e-11


TWO = Network.layered([2, 3, 4, 2], ["tanh", "softplus", "sigmoid"], "half_squared")
ARRAY_FAULTS = [
    ("D3 @ W3", "D3 @ W3[::-1]"),
    ("A2 @ W3.T + b3", "A2 @ W3.T + b3 + b3"),
    ("1.0 - A1*A1", "1.0 - Z1*Z1"),
    ("- rate/len(rows)*g", "+ rate/len(rows)*g"),
    ("rate/len(rows)", "rate/size"),
    ("gW3 = D3.T @ A2", "gW3 = D3.T @ Z2"),
    ("gb2 = D2.sum(axis=0)", "gb2 = D2[0]"),
    ("if full < n:", "if full > n:"),
    ("order[full:]", "order[:n - full]"),
    ("sigmoid(Z2)", "sigmoid(A2)"),
    ("(A3 - Y)", "(Y - A3)"),
    ("theta, losses = lax.scan", "_, losses = lax.scan"),
    ("losses.sum()", "losses[0]"),  # what a pass reports
    ("loss = loss + last", "loss = last"),
    ("loss/n", "loss"),
]


@pytest.mark.parametrize("number", range(len(ARRAY_FAULTS)))
def test_faults_in_array_code_are_refused(number: int) -> None:
    made = table()["jax"].build(TWO, F64)
    text, wrong = ARRAY_FAULTS[number]
    assert text in made.source
    with pytest.raises(CodeRefused):
        certify_arrays.certify(made.source.replace(text, wrong), made.program, TWO, JAX)  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", ["jnp.maximum(a, 0)", "jnp.maximum(a, a)", "a*a", "1 - a"])
def test_only_the_floor_of_a_logarithm_is_passed_over(wrong: str) -> None:
    made = table()["jax"].build(NETS["binary"], F64)
    assert "jnp.maximum(a, TINY)" in made.source
    with pytest.raises(CodeRefused):
        certify_arrays.certify(made.source.replace("jnp.maximum(a, TINY)", wrong), made.program, NETS["binary"], JAX)  # type: ignore[attr-defined]


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_saturated_units_do_not_end_a_run(backend: str) -> None:
    if table()[backend].missing():
        pytest.skip(str(table()[backend].missing()))
    trainer = compile_trainer(Network.layered([1, 1], "sigmoid", "binary_cross_entropy", bias=False), backend, certify=False)
    trainer.theta = [60.0]  # 1 - a is 0 in floats: XLA had made (1 + TINY) - a of the floor under it, and the loss infinite
    assert 50 < trainer.fit([[1.0]], [[0.0]], 3, 1, 1e-3).history[-1] < 1000
    assert trainer.theta[0] == pytest.approx(60 - 3e-3)


LOOP_FAULTS = [
    ("s += W3[j, k]*A2[k]", "s += W3[j, k]*A2[j]"),
    ("s += W3[k, j]*D3[k]", "s += W3[k, j]*D3[0]"),
    ("gW1[...] = 0.0", "pass"),
    ("rate/n*gW2", "rate/size*gW2"),
    ("visits = order[start:start + size]", "visits = order[start:start + size][::-1][:size - 1] or order[:1]"),
    ("range(0, len(order), size)", "range(size, len(order), size)"),
    ("gb3[j] += D3[j]", "gb3[j] = D3[j]"),
]


@pytest.mark.parametrize("number", range(len(LOOP_FAULTS)))
def test_faults_in_loops_are_refused(number: int) -> None:
    made = table()["numba"].build(TWO, F64)
    text, wrong = LOOP_FAULTS[number]
    assert text in made.source
    with pytest.raises(CodeRefused):
        numba_backend.certify(made.source.replace(text, wrong), made.program, TWO)  # type: ignore[attr-defined]


def test_torch_exports_a_function_that_passes_gradcheck() -> None:
    torch = pytest.importorskip("torch")
    made = table()["torch"].build(TWO, F64)
    rng = np.random.default_rng(0)
    X, Y = (torch.from_numpy(rng.uniform(size=(5, n))) for n in (2, 2))
    parts = [w.clone().requires_grad_() for w in made.pack(rng.normal(size=len(TWO.parameters)))]  # type: ignore[attr-defined]
    function = made.scope["Loss"].apply  # type: ignore[attr-defined]
    assert torch.autograd.gradcheck(lambda *theta: function(X, Y, *theta), parts)
    module = made.module(rng.normal(size=len(TWO.parameters)))  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="by the weights"):  # what is not derived is refused, not left out without a word
        module.loss(X.clone().requires_grad_(), Y)
    twice = torch.autograd.grad(module.loss(X, Y) ** 2, list(module.parameters()), create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        sum((each**2).sum() for each in twice).backward()
    before = module.loss(X, Y).item()
    optimiser = torch.optim.SGD(module.parameters(), lr=0.5)
    for _ in range(50):
        optimiser.zero_grad()
        module.loss(X, Y).backward()
        optimiser.step()
    assert module.loss(X, Y).item() < before


@pytest.mark.slow
def test_four_jax_devices_give_what_one_gives() -> None:
    pytest.importorskip("jax")
    script = """
import numpy as np
from symbackprop import Network
from symbackprop.codegen.backends.jax import Traced
net = Network.layered([4, 8, 3], "tanh", "softmax_cross_entropy")
rng = np.random.default_rng(0)
X, Y, theta = rng.normal(size=(64, 4)), np.eye(3)[rng.integers(0, 3, 64)], rng.normal(size=67)
made = []
for devices in (1, 4):
    one, w, losses = Traced(net, np.dtype(float), devices), theta.copy(), np.empty(5)
    one.run(w, one.load(X, Y, 64), None, 64, np.full(5, 0.1), losses)
    made.append(w)
assert abs(made[0] - made[1]).max() < 1e-6 * abs(made[0]).max(), abs(made[0] - made[1]).max()
"""
    flags = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    assert subprocess.run([sys.executable, "-c", script], env=flags, check=False).returncode == 0


_PROCESS = """
import sys
import jax
import numpy as np
jax.distributed.initialize(sys.argv[1], num_processes=2, process_id=int(sys.argv[2]))
from symbackprop import Network, compile_trainer
X, y = np.random.default_rng(0).normal(size=(64, 4)), np.arange(64) % 3
made = compile_trainer(Network.layered([4, 8, 3], "tanh", "softmax_cross_entropy"), "jax", certify=False)
made.fit(X, y, 5, None, 0.1)
assert jax.process_count() == 2 and jax.device_count() == 2
print(made.theta.tobytes().hex())
"""


@pytest.mark.slow
def test_two_processes_give_what_one_gives() -> None:
    pytest.importorskip("jax")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    flags = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=1"}
    command = [sys.executable, "-c", _PROCESS, where]
    both = [subprocess.Popen([*command, str(k)], env=flags, stdout=subprocess.PIPE, text=True) for k in range(2)]
    said = [each.communicate(timeout=120)[0].split()[-1] for each in both]
    X, y = np.random.default_rng(0).normal(size=(64, 4)), np.arange(64) % 3
    alone = compile_trainer(Network.layered([4, 8, 3], "tanh", "softmax_cross_entropy"), "numpy").fit(
        X, y, 5, None, 0.1
    )
    for text in said:
        np.testing.assert_allclose(np.frombuffer(bytes.fromhex(text)), alone.theta, rtol=1e-6, atol=1e-12)


_DDP = """
import sys
import numpy as np
import torch
import torch.distributed as dist
from symbackprop import Network
from symbackprop.codegen.backends import table
rank = int(sys.argv[2])
dist.init_process_group("gloo", init_method="tcp://" + sys.argv[1], rank=rank, world_size=2)
net = Network.layered([4, 8, 3], "tanh", "half_squared")
rng = np.random.default_rng(0)
X, Y, theta = rng.normal(size=(64, 4)), rng.normal(size=(64, 3)), rng.normal(size=67)
module = torch.nn.parallel.DistributedDataParallel(table()["torch"].build(net, np.dtype(float)).module(theta))
half = slice(32 * rank, 32 * rank + 32)
optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
for _ in range(5):
    optimiser.zero_grad()
    module(torch.from_numpy(X[half]), torch.from_numpy(Y[half])).backward()
    optimiser.step()
print(np.concatenate([p.detach().numpy().ravel() for p in module.parameters()]).tobytes().hex())
"""


@pytest.mark.slow
def test_the_torch_module_trains_under_distributed_data_parallel() -> None:
    pytest.importorskip("torch")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-c", _DDP, where]
    both = [subprocess.Popen([*command, str(k)], stdout=subprocess.PIPE, text=True) for k in range(2)]
    said = [each.communicate(timeout=120)[0].split()[-1] for each in both]
    rng = np.random.default_rng(0)
    X, Y, theta = rng.normal(size=(64, 4)), rng.normal(size=(64, 3)), rng.normal(size=67)
    one = table()["numpy"].build(Network.layered([4, 8, 3], "tanh", "half_squared"), F64)
    one.run(theta, one.load(X, Y, 64), None, 64, np.full(5, 0.1), None)
    for text in said:
        np.testing.assert_allclose(np.frombuffer(bytes.fromhex(text)), theta, rtol=1e-6)


@pytest.mark.parametrize("sizes", [[2, 2, 1], [20, 30, 10]])
def test_a_standalone_file_checks_its_own_gradient(sizes: list[int], tmp_path: Path) -> None:
    file = tmp_path / "trainer.py"
    text = table()["source"].build(Network.layered(sizes), F64).source
    file.write_text(text)
    done = subprocess.run([sys.executable, "-I", str(file)], capture_output=True, text=True, check=False)
    assert (
        done.returncode == 0
        and "gradient check" in done.stdout
        and "symbackprop" not in text.replace("by symbackprop", "")
    )
    fault = {2: "w1_1_1*x1", 20: "dot(D2, W2, D1)"}[sizes[0]]
    wrong = {2: "w1_1_1*x2", 20: "dot(D2, W2, D1); add(D1, D1, D1)"}[sizes[0]]
    file.write_text(
        text.replace(fault, wrong, 1) if sizes[0] == 20 else text.replace("g_w1_1_1 += x1", "g_w1_1_1 += x2")
    )
    assert wrong and subprocess.run([sys.executable, "-I", str(file)], capture_output=True, check=False).returncode == 1


def test_threshold_nets_have_no_standalone_trainer() -> None:
    with pytest.raises(GradientRefused):
        table()["source"].build(Network.layered([2, 1], "threshold"), F64)


def test_a_backend_that_cannot_take_a_net_says_so() -> None:
    pytest.importorskip("numba")
    with pytest.raises(BackendMissing, match="dense layered"):
        choose("numba", GRAPH)
    if importlib.util.find_spec("torch") is None:
        with pytest.raises(BackendMissing, match="not installed"):
            choose("torch", GRAPH)


def test_one_new_file_is_a_new_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toy.py").write_text(
        "from symbackprop.codegen.backend import Backend\n"
        "from symbackprop.codegen.backends.numpy import Both\n"
        "toy = Backend('toy', 'a toy', None, lambda: None, Both)\n"
    )
    monkeypatch.setattr(backends, "__path__", [*backends.__path__, str(tmp_path)])
    table.cache_clear()
    try:
        assert compile_trainer(NETS["xor"], backend="toy").backend == "toy"
    finally:
        table.cache_clear()
        sys.modules.pop("symbackprop.codegen.backends.toy", None)
