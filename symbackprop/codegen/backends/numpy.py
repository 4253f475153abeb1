"""The backend that is always there: plain Python loops for tiny nets, NumPy without temporaries for larger ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain, cycle, repeat
from typing import Any

import numpy as np

from symbackprop.codegen import recall
from symbackprop.codegen.backend import Array, Backend, Compiled, RuleAt
from symbackprop.codegen.certify import CodeVerdict
from symbackprop.codegen.program import Dense, Unrolled, fits_dense, lower
from symbackprop.networks import Network


def crossover(layers: int) -> int:
    """Parameters up to which the loop over floats is the faster one, for one sample a step.

    Measured on 1 to 8 layers: an array step costs 2.5 us and 5 us more a layer, a loop 0.065 us a parameter.
    """
    return 65 + 75 * layers


BATCHED = 1.25  # a loop over a batch adds sums up, and takes so much longer a sample than online


def execute(source: str, name: str) -> dict[str, Any]:
    """The functions of a generated source."""
    scope: dict[str, Any] = {"__name__": name}
    exec(compile(source, f"<{name}>", "exec"), scope)
    return scope


def trainable(net: Network) -> bool:
    """Whether every unit has a derivative to train with."""
    return all(each.differentiable for each in (net.architecture.activations if net.architecture else _kinds(net)))


def _kinds(net: Network) -> list[Any]:
    return [unit.activation for unit in net.units]


class Again:
    """The same rows several times over, as often as somebody asks for them."""

    def __init__(self, rows: list[Any], times: int) -> None:
        self.rows, self.times = rows, times

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(repeat(self.rows, self.times))


class Loop(Compiled):
    """The unrolled program as Python over floats."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)

    @cached_property
    def program(self) -> Unrolled:
        """What is computed; looked at only where the source is not remembered."""
        program = lower(self.net, "unrolled")
        assert isinstance(program, Unrolled)
        return program

    @cached_property
    def source(self) -> str:
        return recall.source(self.net, "python", self._emit)

    def texts(self) -> dict[str, str]:
        return {"python": self.source}

    def _emit(self) -> str:
        from symbackprop.codegen import emit_python

        return emit_python.source(self.program, self.trainable)

    @cached_property
    def _scope(self) -> dict[str, Any]:
        return execute(self.source, "generated")

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_python

        return certify_python.certify(self.source, self.program, self.net, self.trainable)

    def load(self, X: Array, Y: Array, size: int) -> Any:
        return list(map(tuple, np.hstack([X, Y]).tolist()))

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        weights, track = theta.tolist(), losses is not None
        steps = rates.tolist()
        visits: list[Any] = [None] * len(rates) if orders is None else orders.tolist()
        rows: Any = data
        single = self.dtype == np.float32  # every pass ends with numbers of the type, so that a run may be cut there
        if size == 1 and not track and len(set(steps)) == 1 and not single:  # nothing happens between passes: one long pass
            rows = Again(data, len(steps)) if orders is None else data
            visits, steps = [None if orders is None else list(chain.from_iterable(visits))], steps[:1]
        everything = range(len(data))
        for k, (rate, order) in enumerate(zip(steps, visits, strict=True)):
            try:
                if size == 1:
                    loss = self._scope["online"](weights, rows, order, rate, track)
                else:
                    loss = self._scope["batches"](weights, data, order or everything, size, rate, track)
            except OverflowError:  # math.exp says so where hardware would say infinity
                loss, weights = float("inf"), [float("nan")] * len(weights)
            if single:
                with np.errstate(over="ignore"):
                    weights = np.array(weights, np.float32).tolist()
            if losses is not None:
                losses[k] = loss / len(data)
        theta[:] = weights

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        loss, grads = self._scope["gradient"](theta.tolist(), data)
        return loss / len(data), np.array(grads, dtype=self.dtype) / len(data)

    def predict(self, theta: Array, X: Array) -> Array:
        made = self._scope["predict"](theta.tolist(), list(map(tuple, X.tolist())))
        return np.array(made, dtype=self.dtype)


class Arrays(Compiled):
    """The dense program as NumPy."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype, self.trainable = net, dtype, trainable(net)
        self._prepared: tuple[Array, Array, dict[int, Callable[..., float]]] | None = None
        self.keeps_short = ("sgd",)  # plain steps; other rules run around the gradient
        self.masked = net.architecture is not None and len(net.architecture.sizes) > 2
        self.drops = self.keeps_short if self.masked else ()

    @cached_property
    def program(self) -> Dense:
        """What is computed; looked at only where the source is not remembered."""
        program = lower(self.net, "dense")
        assert isinstance(program, Dense)
        return program

    @cached_property
    def source(self) -> str:
        return recall.source(self.net, "numpy", self._emit)

    def texts(self) -> dict[str, str]:
        return {"numpy": self.source}

    def _emit(self) -> str:
        from symbackprop.codegen import numpy_module

        return numpy_module.source(self.program, self.trainable)

    @cached_property
    def _scope(self) -> dict[str, Any]:
        return execute(self.source, "generated")

    def certify(self) -> CodeVerdict:
        from symbackprop.codegen import certify_numpy

        return certify_numpy.certify(self.source, self.program, self.net, self.trainable)

    def load(self, X: Array, Y: Array, size: int) -> Any:
        return np.ascontiguousarray(X, self.dtype), np.ascontiguousarray(Y, self.dtype)

    def _state(self, theta: Array) -> tuple[Array, Array, dict[int, Callable[..., float]]]:
        """Own parameters, gradient and prepared calls, filled with theta."""
        if self._prepared is None:
            self._prepared = (theta.astype(self.dtype), np.empty(len(theta), self.dtype), {})
        self._prepared[0][:] = theta
        return self._prepared

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        weights, grad, calls = self._state(theta)
        batches = self._scope["cut"](*data, size) if orders is None else None
        with np.errstate(all="ignore"):
            for k, rate in enumerate(rates.tolist()):
                order = None if orders is None else orders[k]
                track = losses is not None
                loss = self._scope["epoch"](weights, grad, *data, order, size, rate, calls, track, batches)
                if losses is not None:
                    losses[k] = loss / len(data[0])
        theta[:] = weights

    def certify_rules(self) -> CodeVerdict:
        from symbackprop.codegen import certify_constraints

        return certify_constraints.certify(self.source, self.program, self.net)

    def run_rule(
        self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array, rule: RuleAt
    ) -> int:
        weights, grad, calls = self._state(theta)
        n = len(data[0]) if orders is None else orders.shape[1]
        lengths = [min(size, n - at) for at in range(0, n, size)]
        masks = None if rule.masks is None else _pieces(rule.masks.astype(self.dtype), lengths if rule.each else [1] * len(lengths))
        batches = self._scope["cut"](*data, size) if orders is None else None
        most = rule.numbers["max_norm"] or None
        with np.errstate(all="ignore"):
            for k, rate in enumerate(rates.tolist()):
                order = None if orders is None else orders[k]
                losses[k] = self._scope["epoch"](weights, grad, *data, order, size, rate, calls, True, batches, masks, most) / n
        theta[:] = weights
        return len(lengths) * len(rates)

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        weights, grad, calls = self._state(theta)
        n = len(data[0])
        if n not in calls:
            calls[n] = self._scope["prepare"](weights, grad, n)
        with np.errstate(all="ignore"):
            loss = calls[n](*data)
        return float(loss) / n, grad / n

    def masked_gradient(self, theta: Array, data: Any, masks: Array) -> tuple[float, Array]:
        weights, grad, calls = self._state(theta)
        n = len(data[0])
        if -n not in calls:
            calls[-n] = self._scope["prepare_masked"](weights, grad, n)
        with np.errstate(all="ignore"):
            loss = calls[-n](*data, masks.astype(self.dtype, copy=False))
        return float(loss) / n, grad / n

    def predict(self, theta: Array, X: Array) -> Array:
        with np.errstate(all="ignore"):
            made: Array = self._scope["predict"](theta.astype(self.dtype), np.ascontiguousarray(X, self.dtype)).copy()
        return made


def _pieces(masks: Array, lengths: list[int]) -> Iterator[Array]:
    """The masks of one batch after the other, pass after pass."""
    at = 0
    for length in cycle(lengths):
        yield masks[at : at + length]
        at += length


class Both(Compiled):
    """Whichever of the two is faster for the batch size at hand; one flat vector serves both."""

    def __init__(self, net: Network, dtype: np.dtype[Any]) -> None:
        self.net, self.dtype = net, dtype
        dense = fits_dense(net)
        count = net.architecture.count() if net.architecture else len(net.parameters)
        self.arrays = Arrays(net, dtype) if dense else None
        self.most = crossover(len(net.architecture.activations)) if net.architecture else 0
        self.loop = Loop(net, dtype) if not dense or (count < self.most and dtype == np.float64) else None
        self.count = count
        if self.arrays is not None:
            self.keeps_short, self.drops, self.masked = self.arrays.keeps_short, self.arrays.drops, self.arrays.masked

    def _for(self, size: int) -> Compiled:
        work = self.count * size * (1 if size == 1 else BATCHED)
        if self.loop is not None and (self.arrays is None or work < self.most):
            return self.loop
        assert self.arrays is not None
        return self.arrays

    @property
    def source(self) -> str:
        return self._for(1).source

    def texts(self) -> dict[str, str]:
        parts = [each.texts() for each in (self.loop, self.arrays) if each is not None]
        return {form: text for part in parts for form, text in part.items()}

    def certify(self) -> CodeVerdict:
        verdicts = [each.certify() for each in (self.loop, self.arrays) if each is not None]
        said = tuple(line for each in verdicts for line in each.said)
        if len({each.kind for each in verdicts}) > 1:
            said = tuple(f"{form}: {each.words()}" for form, each in zip(("loops", "arrays"), verdicts))
        kind = "PROVED" if all(each.kind == "PROVED" for each in verdicts) else "CHECKED"
        return CodeVerdict(kind, max(each.bound for each in verdicts), tuple(dict.fromkeys(said)))

    def load(self, X: Array, Y: Array, size: int) -> Any:
        chosen = self._for(size)
        return chosen, chosen.load(X, Y, size)

    def run(self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array | None) -> None:
        data[0].run(theta, data[1], orders, size, rates, losses)

    def certify_rules(self) -> CodeVerdict:
        assert self.arrays is not None
        return self.arrays.certify_rules()

    def run_rule(
        self, theta: Array, data: Any, orders: Array | None, size: int, rates: Array, losses: Array, rule: RuleAt
    ) -> int:
        assert self.arrays is not None
        return self.arrays.run_rule(theta, self._tables(data), orders, size, rates, losses, rule)

    def masked_gradient(self, theta: Array, data: Any, masks: Array) -> tuple[float, Array]:
        assert self.arrays is not None
        return self.arrays.masked_gradient(theta, self._tables(data), masks)

    def _tables(self, data: Any) -> Any:
        """Loaded data as arrays, also where they are rows of floats for the loops, which know nothing of constraints."""
        chosen, given = data
        if chosen is self.arrays:
            return given
        table, inputs = np.array(given, self.dtype), len(self.net.inputs)
        return np.ascontiguousarray(table[:, :inputs]), np.ascontiguousarray(table[:, inputs:])

    def gradient(self, theta: Array, data: Any) -> tuple[float, Array]:
        made: tuple[float, Array] = data[0].gradient(theta, data[1])
        return made

    def predict(self, theta: Array, X: Array) -> Array:
        return self._for(len(X)).predict(theta, X)


numpy = Backend(
    "numpy",
    about="plain Python loops over floats for tiny nets, NumPy without temporaries for larger ones; always there",
    rank=90,
    missing=lambda: None,
    build=Both,
)
