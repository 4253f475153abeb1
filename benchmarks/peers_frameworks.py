"""The peers that are libraries: PyTorch, JAX, scikit-learn, PyTensor, CasADi, numba. Each is imported inside its function."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from typing import Any

import numpy as np
from peers import Call, Work, join, split


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

    def mean_loss(x: Any, y: Any) -> Any:
        if work.softmax:
            return torch.nn.functional.cross_entropy(net(x), y)
        return 0.5 * ((net(x) - y) ** 2).sum() / len(x)

    run = torch.compile(mean_loss) if compiled else mean_loss

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
                run(x, y).backward()
                optimiser.step()
        return np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])

    return call


def torch_compiled(work: Work, theta: Any) -> Call:
    """torch.compile around the same module and its loss."""
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


def scikit_learn(work: Work, theta: Any) -> Call:
    """scikit-learn: MLPClassifier.partial_fit, one pass a call, plain SGD, no penalty, no shuffling.

    Its sigmoid outputs come with the cross-entropy alone and its units always have biases: on nets with sigmoid outputs and
    half the squared error it makes that other update, and says so by `other`.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    y = work.Y.argmax(axis=1) if work.softmax else (work.Y > 0.5).astype(int)
    y = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
    how = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "nesterovs_momentum": False, "shuffle": False}
    hidden = {"relu": "relu", "sigmoid": "logistic"}[work.hidden]
    net = MLPClassifier(
        work.sizes[1:-1],
        activation=hidden,
        learning_rate_init=work.rate,
        batch_size=min(work.batch, len(work.X)),
        **how,
    )
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", UserWarning)
    classes = np.arange(work.sizes[-1]) if work.softmax or y.ndim == 2 else np.unique(y)
    net.partial_fit(work.X, y, classes=classes)

    def call(epochs: int) -> Any:
        for k, each in enumerate(split(work, theta)):
            (net.intercepts_ if k % 2 else net.coefs_)[k // 2] = each if k % 2 else np.ascontiguousarray(each.T)
        net._optimizer.params = net.coefs_ + net.intercepts_  # the solver moves these in place
        for _ in range(epochs):
            net.partial_fit(work.X, y)
        parts = [p for w, b in zip(net.coefs_, net.intercepts_) for p in (w.T, b)]
        return join(work, parts)

    if not work.softmax:
        call.other = "its sigmoid outputs come with the cross-entropy" + (
            "" if work.bias else ", its units with biases"
        )  # type: ignore[attr-defined]
    return call


def pytensor_scan(work: Work, theta: Any) -> Call:
    """PyTensor: shared weights, symbolic gradient, one pass over the samples in a compiled scan."""
    import pytensor
    import pytensor.tensor as pt

    kind = str(theta.dtype)
    pytensor.config.floatX = kind
    X = pytensor.shared(work.X.reshape(work.steps, work.batch, -1))
    Y = pytensor.shared(work.Y.reshape(work.steps, work.batch, -1))
    shared = [pytensor.shared(each) for each in split(work, theta)]

    def step(x: Any, y: Any, *parts: Any) -> Any:
        a = x
        for k in range(0, len(parts), 2):
            z, last = a @ parts[k].T + parts[k + 1], k == len(parts) - 2
            a = (
                z
                if last and work.softmax
                else pt.maximum(z, 0)
                if work.hidden == "relu" and not last
                else pt.sigmoid(z)
            )
        if work.softmax:
            loss = -(y * pt.special.log_softmax(a, axis=1)).sum() / work.batch
        else:
            loss = 0.5 * ((a - y) ** 2).sum() / work.batch
        learnt = [p for k, p in enumerate(parts) if work.bias or k % 2 == 0]
        grads = dict(zip(learnt, pytensor.grad(loss, learnt)))
        rate = np.asarray(work.rate, kind)
        return [p - rate * grads[p] if p in grads else p for p in parts]

    made = pytensor.scan(step, sequences=[X, Y], outputs_info=list(shared), return_updates=False)
    train = pytensor.function([], [], updates=[(s, m[-1]) for s, m in zip(shared, made)])

    def call(epochs: int) -> Any:
        for s, each in zip(shared, split(work, theta)):
            s.set_value(each)
        for _ in range(epochs):
            train()
        return join(work, [s.get_value() for s in shared])

    return call


_CASADI_SCALARS = 4000  # parameters x batch up to which scalar expressions are compiled, matrices above


def casadi_jit(work: Work, theta: Any) -> Call:
    """CasADi: the gradient of a symbolic loss, a fold over the steps, compiled by cc -O3 -march=native."""
    import casadi as ca

    if theta.dtype != np.float64:
        raise NotImplementedError("CasADi computes in float64 only")
    if len(theta) * work.batch > 500_000:  # 784-100-10 at batch 10 (795,100) was stopped by the system at 24 GB
        raise NotImplementedError("its expression takes more than 20 GB of memory or minutes to compile")
    kind = ca.SX if len(theta) * work.batch <= _CASADI_SCALARS else ca.MX
    t = kind.sym("t", len(theta))
    x, y = kind.sym("x", work.sizes[0], work.batch), kind.sym("y", work.sizes[-1], work.batch)
    a, at = x, 0
    for k, (m, n) in enumerate(zip(work.sizes, work.sizes[1:])):
        W, at = ca.reshape(t[at : at + n * m], m, n).T, at + n * m
        z = W @ a
        if work.bias:
            z, at = z + ca.repmat(t[at : at + n], 1, work.batch), at + n
        last = k == len(work.sizes) - 2
        a = (
            z
            if last and work.softmax
            else ca.fmax(z, 0)
            if work.hidden == "relu" and not last
            else 1 / (1 + ca.exp(-z))
        )
    if work.softmax:
        loss = 0
        for r in range(work.batch):
            loss += ca.logsumexp(a[:, r]) - ca.dot(y[:, r], a[:, r])
    else:
        loss = 0.5 * ca.sumsqr(a - y)
    step = ca.Function("step", [t, x, y], [t - work.rate / work.batch * ca.gradient(loss, t)])
    many = max(1, 1000 // work.steps)  # passes inside one call, where passes are short
    X, Y = np.asfortranarray(work.X.T), np.asfortranarray(work.Y.T)
    home = tempfile.mkdtemp(prefix="casadi-")
    flags = {"jit": True, "compiler": "shell", "jit_options": {"flags": ["-O3", "-march=native"]}}

    def passes(name: str, count: int) -> Any:
        given = ca.MX.sym("t", len(theta))
        whole = step.fold(work.steps * count) if work.steps * count > 1 else step
        data = [ca.MX.sym(each, *shape) for each, shape in (("X", X.shape), ("Y", Y.shape))]
        repeated = [ca.repmat(each, 1, count) for each in data]
        with contextlib.chdir(home):  # CasADi compiles in the current folder and leaves its files there
            function = ca.Function(name, [given, *data], [whole(given, *repeated)], flags)
        out = np.zeros(len(theta))
        buffer, trigger = function.buffer()
        now = np.zeros(len(theta))
        kept = (now, X.ravel(order="F"), Y.ravel(order="F"))
        for k, each in enumerate(kept):
            buffer.set_arg(k, memoryview(each))
        buffer.set_res(0, memoryview(out))
        return now, out, trigger, (buffer, function, kept)

    one, some = passes("one", 1), passes("some", many) if many > 1 else None

    def call(epochs: int) -> Any:
        made = theta.copy()
        for (now, out, trigger, _), times in (
            ((some, epochs // many), (one, epochs % many)) if some else ((one, epochs),)
        ):
            for _ in range(times):
                now[:] = made
                trigger()
                made[:] = out
        return made

    return call
